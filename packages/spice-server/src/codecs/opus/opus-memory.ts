import { readFileSync } from 'node:fs';
import createModule, { type OpusHandler, type OpusModule } from 'opusscript/build/opusscript_native_wasm.js';
import { soundFrequency } from './contract.js';

/** The longest packet of one frame in libopus, three times over: what its encoder may write. */
export const maxPacketBytes = 3828;
/** Samples that a packet can be decoded to: 120 ms of two channels. */
const maxDecodedValues = 5760 * 2;
/** The package's code has each byte of a sample in 16 bits of its own. */
const sampleBytes = 4;
/** Opus' mode for music and speech alike. */
const applicationAudio = 2049;

// The part of the WebAssembly API used here; the type library of Node has none of it.
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => object;
};

let compiled: object | null = null;

/** One libopus with one encoder and one decoder, in a memory of its own. The code is compiled once. */
export class OpusMemory {
  readonly handler: OpusHandler;
  readonly #module: OpusModule;
  /** Packets and samples on their way in and out: byte offsets. */
  readonly #packet: number;
  readonly #samples: number;

  constructor() {
    let path = '';
    this.#module = createModule({
      locateFile: (name, folder) => {
        path = folder + name;
        return path;
      },
      instantiateWasm: (imports, receive) => {
        compiled ??= new WebAssembly.Module(readFileSync(path));
        return receive(new WebAssembly.Instance(compiled, imports));
      },
    });
    this.handler = new this.#module.OpusScriptHandler(soundFrequency, 2, applicationAudio);
    this.#packet = this.#allocate(maxPacketBytes);
    this.#samples = this.#allocate(maxDecodedValues * sampleBytes);
  }

  /** Encodes interleaved samples, one frame; gives a copy of the packet, or libopus' error. */
  encode(samples: Int16Array): Uint8Array | number {
    const halves = this.#halves(samples.length);
    for (let i = 0; i < samples.length; i++) {
      halves[2 * i] = samples[i] & 0xff;
      halves[2 * i + 1] = (samples[i] >> 8) & 0xff;
    }
    const size = this.handler._encode(this.#samples, samples.byteLength, this.#packet, samples.length / 2);
    return size < 0 ? size : this.#module.HEAPU8.slice(this.#packet, this.#packet + size);
  }

  /** Decodes a packet of at most `maxPacketBytes` to the start of `samples`; gives their number, or libopus' error. */
  decode(packet: Uint8Array, samples: Int16Array): number {
    this.#module.HEAPU8.set(packet, this.#packet);
    const frames = this.handler._decode(this.#packet, packet.length, this.#samples);
    if (frames < 0) return frames;
    const halves = this.#halves(Math.min(samples.length, frames * 2));
    for (let i = 0; i < halves.length / 2; i++) samples[i] = halves[2 * i] | (halves[2 * i + 1] << 8);
    return frames * 2;
  }

  /** A view on the bytes of so many samples, good until the library is called. */
  #halves(samples: number): Uint16Array {
    return new Uint16Array(this.#module.HEAPU8.buffer, this.#samples, samples * 2);
  }

  #allocate(bytes: number): number {
    const pointer = this.#module._malloc(bytes);
    if (pointer === 0) throw new RangeError(`no room for ${bytes} bytes beside libopus`);
    return pointer;
  }
}
