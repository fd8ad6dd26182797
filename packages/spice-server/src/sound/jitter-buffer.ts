import { frameSamples, frameValues } from '../codecs/opus/contract.js';

/** Samples of each channel that are held: 170 ms. */
const maxSamples = 8192;
/** Samples that must be there before any are given: 60 ms. */
const leadSamples = 6 * frameSamples;

/**
 * Sound that comes unevenly, given out evenly in frames. When too much has come the oldest goes, down to the lead; when
 * there is too little the lead is collected anew.
 */
export class JitterBuffer {
  readonly #ring = new Int16Array(maxSamples * 2);
  /** Values taken out and put in since the beginning. */
  #head = 0;
  #tail = 0;
  #flows = false;

  /** Frames can be taken. */
  get flows(): boolean {
    return this.#flows;
  }

  /** What is held, in samples of each channel. */
  get length(): number {
    return (this.#tail - this.#head) / 2;
  }

  /** Interleaved samples of two channels. */
  put(values: Int16Array): void {
    const fits = values.subarray(Math.max(0, values.length - this.#ring.length));
    if (this.#tail - this.#head + fits.length > this.#ring.length) {
      // Frames stay whole in both channels: all numbers here are even.
      this.#head = Math.max(this.#head, this.#tail + fits.length - leadSamples * 2);
    }
    const at = this.#tail % this.#ring.length;
    const first = fits.subarray(0, this.#ring.length - at);
    this.#ring.set(first, at);
    this.#ring.set(fits.subarray(first.length), 0);
    this.#tail += fits.length;
    if (this.length >= leadSamples) this.#flows = true;
  }

  /** The next frame; null: there is none yet. */
  take(): Int16Array | null {
    if (this.#tail - this.#head < frameValues) this.#flows = false;
    if (!this.#flows) return null;
    const frame = new Int16Array(frameValues);
    for (let i = 0; i < frameValues; i++) frame[i] = this.#ring[(this.#head + i) % this.#ring.length];
    this.#head += frameValues;
    return frame;
  }

  clear(): void {
    this.#head = this.#tail;
    this.#flows = false;
  }
}
