import { readFile } from 'node:fs/promises';
import type { V86Emulator } from './internals.js';

export interface EmulatorFiles {
  readonly bios: Uint8Array | null;
  readonly vgaBios: Uint8Array | null;
  readonly hda: Uint8Array | null;
  readonly fda: Uint8Array | null;
}
export interface EmulatorOptions extends EmulatorFiles {
  /** Bytes of v86's memory, carved-out device memory included; a multiple of 128 KiB below 2 GiB. */
  readonly memorySize: number;
  /** Bytes of the VGA adapter's own linear frame buffer. */
  readonly vgaMemorySize: number;
}

interface V86Module {
  readonly V86: new (options: Readonly<Record<string, unknown>>) => V86Emulator;
}

// The part of the WebAssembly API used here; the type library of Node has none of it.
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: object): Promise<{ readonly exports: object }>;
};

let compiled: Promise<object> | null = null;

/** Compiles v86.wasm beside the package's entry file; machines of one process share the compiled module. */
function compileWasm(): Promise<object> {
  compiled ??= readFile(new URL('v86.wasm', import.meta.resolve('v86'))).then((bytes) =>
    WebAssembly.compile(bytes),
  );
  return compiled;
}

/** v86 draws graphics modes into an ImageData, which Node lacks. */
function provideImageData(): void {
  const scope = globalThis as { ImageData?: unknown };
  scope.ImageData ??= class ImageData {
    readonly data: Uint8ClampedArray;
    readonly width: number;
    readonly height: number;
    constructor(data: Uint8ClampedArray, width: number, height: number) {
      this.data = data;
      this.width = width;
      this.height = height;
    }
  };
}

/** v86 wants whole ArrayBuffers. */
const image = (bytes: Uint8Array | null): { buffer: ArrayBuffer } | undefined =>
  bytes === null ? undefined : { buffer: new Uint8Array(bytes).buffer };

/** A v86 machine whose devices exist and that has executed nothing. */
export async function createEmulator(options: EmulatorOptions): Promise<V86Emulator> {
  const [{ V86 }, wasm] = await Promise.all([
    import('v86') as Promise<unknown> as Promise<V86Module>,
    compileWasm(),
  ]);
  provideImageData();
  const emulator = new V86({
    wasm_fn: async (imports: object) => (await WebAssembly.instantiate(wasm, imports)).exports,
    autostart: false,
    log_level: 0,
    disable_keyboard: true,
    disable_mouse: true,
    disable_speaker: true,
    virtio_console: true,
    memory_size: options.memorySize,
    vga_memory_size: options.vgaMemorySize,
    bios: image(options.bios),
    vga_bios: image(options.vgaBios),
    hda: image(options.hda),
    fda: image(options.fda),
  });
  await new Promise<void>((resolve) => emulator.add_listener('emulator-loaded', () => resolve()));
  return emulator;
}
