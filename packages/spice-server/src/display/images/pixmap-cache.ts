/**
 * Which images a client keeps, by id, least recently used first: display-pipeline §8.2. The client is told what
 * to drop; it never drops anything by itself. Sizes are in pixels.
 */
export class PixmapCache {
  readonly #entries = new Map<bigint, number>();
  #capacity: number;
  #used = 0;

  /** @param capacity pixels; 0: nothing is cached. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get used(): number {
    return this.#used;
  }

  /** Whether the client has the image. */
  has(id: bigint): boolean {
    return this.#entries.has(id);
  }

  /** Whether the client has the image; counts as a use. */
  use(id: bigint): boolean {
    const pixels = this.#entries.get(id);
    if (pixels === undefined) return false;
    this.#entries.delete(id);
    this.#entries.set(id, pixels);
    return true;
  }

  /**
   * The client is about to be told to keep an image. Returns the ids that it must drop before that, or null when
   * the image must not be cached: it is too large, or room could only be made by dropping one of `keep`, which
   * the same message refers to.
   */
  add(id: bigint, pixels: number, keep: readonly bigint[]): bigint[] | null {
    if (pixels > this.#capacity) return null;
    const evicted: bigint[] = [];
    let free = this.#capacity - this.#used;
    for (const [oldest, size] of this.#entries) {
      if (free >= pixels) break;
      if (keep.includes(oldest)) return null;
      evicted.push(oldest);
      free += size;
    }
    for (const old of evicted) this.#forget(old);
    this.#entries.set(id, pixels);
    this.#used += pixels;
    return evicted;
  }

  /** The client has been told to drop everything. */
  clear(): void {
    this.#entries.clear();
    this.#used = 0;
  }

  #forget(id: bigint): void {
    this.#used -= this.#entries.get(id) ?? 0;
    this.#entries.delete(id);
  }
}
