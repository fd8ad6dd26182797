import type { Rect, SurfaceFormat } from '../contracts/qxl-commands.js';
import type { SurfacePixels } from '../contracts/qxl-worker.js';

/** Words before the pixels: state, format, width, height, stride, and three unused ones. */
const headerWords = 8;
const headerBytes = headerWords * 4;
const stateSlot = 0;
const states = { pending: 0, pixels: 1, none: 2 } as const;
/** Bytes of a pixel in the widest format. */
const pixelBytes = 4;

/** Bytes that an answer with the pixels of such an area fits into. */
export const promptAnswerBytes = ({ top, left, bottom, right }: Rect): number =>
  headerBytes + Math.max(0, right - left) * Math.max(0, bottom - top) * pixelBytes;

/**
 * The pixels of a surface on their way from a module to a device whose thread waits for them: shared memory that one
 * side fills, once, while the other sleeps on its first word.
 */
export class PromptAnswer {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  /** @param memory of another one's answer, or as many bytes as `promptAnswerBytes` says. */
  constructor(memory: SharedArrayBuffer | number) {
    this.memory = typeof memory === 'number' ? new SharedArrayBuffer(memory) : memory;
    this.#words = new Int32Array(this.memory, 0, headerWords);
  }

  /** Makes it ready to be filled again; nobody may be about to fill it. */
  clear(): void {
    Atomics.store(this.#words, stateSlot, states.pending);
  }

  /** Fills it, and wakes who waits. Pixels that do not fit are as none. */
  put(pixels: SurfacePixels | null): void {
    const fits = pixels !== null && headerBytes + pixels.bytes.length <= this.memory.byteLength;
    if (fits) {
      const { format, width, height, stride, bytes } = pixels;
      this.#words.set([format, width, height, stride], stateSlot + 1);
      new Uint8Array(this.memory, headerBytes).set(bytes);
    }
    Atomics.store(this.#words, stateSlot, fits ? states.pixels : states.none);
    Atomics.notify(this.#words, stateSlot);
  }

  /** Waits `limit` ms at most, blocking the thread; undefined: nothing came. */
  wait(limit: number): SurfacePixels | null | undefined {
    if (limit > 0) Atomics.wait(this.#words, stateSlot, states.pending, limit);
    const state = Atomics.load(this.#words, stateSlot);
    if (state === states.pending) return undefined;
    if (state === states.none) return null;
    const [, format, width, height, stride] = this.#words;
    // INVARIANT: `put` wrote a surface's format.
    return {
      format: format as SurfaceFormat,
      width,
      height,
      stride,
      bytes: new Uint8Array(this.memory, headerBytes, stride * height),
    };
  }
}
