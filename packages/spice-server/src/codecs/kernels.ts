/**
 * The hot loops of the codecs: one WebAssembly module (sources in packages/spice-server/kernels), compiled on
 * first use, instantiated once per thread. Instances that hold state of one client are made with `new Kernels()`;
 * their memory goes with them.
 */
import { type KernelExports, kernelModule, staticPages } from './generated/kernels.js';

interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
// The part of the WebAssembly API used here; the type library of Node has none of it.
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
  Memory: new (options: { initial: number; maximum: number }) => WasmMemory;
};

const pageBytes = 65_536;
/** 2 GiB: addresses stay positive as signed 32-bit numbers. */
const maxPages = 32_768;
/** Memory above which a thread's instance is replaced by a fresh one before its next use, in bytes. */
const retainedBytes = 64 * 1024 * 1024;

let compiled: object | null = null;

/** An instance of the kernels with its own memory of at most 2 GiB. */
export class Kernels {
  readonly exports: KernelExports;
  readonly #memory: WasmMemory;
  /** First byte that is not reserved. */
  #free = staticPages * pageBytes;
  #view: Uint8Array;

  constructor() {
    compiled ??= new WebAssembly.Module(Buffer.from(kernelModule, 'base64'));
    this.#memory = new WebAssembly.Memory({ initial: staticPages + 1, maximum: maxPages });
    const instance = new WebAssembly.Instance(compiled, { env: { memory: this.#memory } });
    this.exports = instance.exports as KernelExports;
    this.#view = new Uint8Array(this.#memory.buffer);
  }

  /** All of the memory. Ask again after `scratch` and `reserve`: growing detaches earlier views. */
  get bytes(): Uint8Array {
    return this.#view;
  }

  /**
   * Makes sure that `size` bytes are there and returns their address, a multiple of 64. They belong to the caller
   * until the next call of `scratch` or `reserve`; contents are undefined.
   * @throws RangeError when the memory would pass 2 GiB or the system has no more.
   */
  scratch(size: number): number {
    this.#grow(this.#free + size);
    return this.#free;
  }

  /**
   * Like `scratch`, but the bytes belong to the caller for the life of the instance.
   * They are zero unless they were scratch before.
   */
  reserve(size: number): number {
    const address = this.scratch(size);
    this.#free = Math.ceil((address + size) / 64) * 64;
    return address;
  }

  #grow(end: number): void {
    const missing = Math.ceil((end - this.#view.length) / pageBytes);
    if (missing <= 0) return;
    this.#memory.grow(missing);
    this.#view = new Uint8Array(this.#memory.buffer);
  }
}

let shared: Kernels | null = null;

/**
 * The instance that all codecs without state share in this thread. Do not keep it: after an unusually large image a
 * smaller one takes its place.
 */
export function threadKernels(): Kernels {
  if (shared === null || shared.bytes.length > retainedBytes) shared = new Kernels();
  return shared;
}
