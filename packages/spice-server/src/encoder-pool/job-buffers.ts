/** Buffers come in multiples of this, so that they fit images of about the same size, in bytes. */
const granule = 1024 * 1024;

/** Shared memory for the pixels of jobs, used again and again, never more than a limit in all. */
export class JobBuffers {
  readonly #maxBytes: number;
  #free: SharedArrayBuffer[] = [];
  #bytes = 0;

  /** @param maxBytes of all buffers, those in use and those kept for use. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of all buffers. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A buffer of at least `size` bytes; null: it would pass the limit. */
  take(size: number): SharedArrayBuffer | null {
    const fits = this.#free.findIndex(({ byteLength }) => byteLength >= size);
    if (fits >= 0) return this.#free.splice(fits, 1)[0];
    const needed = Math.ceil(size / granule) * granule;
    while (this.#bytes + needed > this.#maxBytes) {
      const dropped = this.#free.shift();
      if (dropped === undefined) return null;
      this.#bytes -= dropped.byteLength;
    }
    this.#bytes += needed;
    return new SharedArrayBuffer(needed);
  }

  /** A buffer that `take` gave is free again. */
  giveBack(buffer: SharedArrayBuffer): void {
    this.#free.push(buffer);
    // the smallest that fits is found first
    this.#free.sort((a, b) => a.byteLength - b.byteLength);
  }

  /** Lets go of everything that is not in use. */
  shrink(): void {
    for (const { byteLength } of this.#free) this.#bytes -= byteLength;
    this.#free = [];
  }
}
