/** What is used here of the WebAssembly build of libopus in opusscript; the package declares other types only. */
declare module 'opusscript/build/opusscript_native_wasm.js' {
  /** An encoder and a decoder. Pointers are byte offsets in the memory; negative results are Opus errors. */
  export interface OpusHandler {
    /**
     * Encodes `samples` of each channel to `to`, which has room for 3828 bytes. Returns the bytes. `from` has 16 bits for
     * each of the `bytes` of the samples.
     */
    _encode(from: number, bytes: number, to: number, samples: number): number;
    /**
     * Decodes to `to`, which has room for 5760 samples of each channel with 16 bits for each of their bytes. Returns the
     * samples of each channel.
     */
    _decode(from: number, bytes: number, to: number): number;
    _encoder_ctl(request: number, value: number): number;
  }
  export interface OpusModule {
    readonly HEAPU8: Uint8Array;
    readonly OpusScriptHandler: new (frequency: number, channels: number, application: number) => OpusHandler;
    _malloc(bytes: number): number;
  }
  /** Makes an instance; everything happens before it returns. */
  function createModule(hooks: {
    /** Says where a file of the package is. */
    locateFile(name: string, folder: string): string;
    instantiateWasm(imports: object, receive: (instance: object) => object): object;
  }): OpusModule;

  // biome-ignore lint/style/noDefaultExport: that is what the package has
  export { createModule as default };
}
