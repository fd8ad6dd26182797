/**
 * Which things with an id a client keeps, least recently used first: its palettes, its pointer shapes. The client is
 * told what to drop; it never drops anything by itself.
 */
export class RecentIds {
  readonly #max: number;
  readonly #ids = new Set<bigint>();

  /** @param max how many the client keeps. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Whether the client has it; counts as a use. */
  use(id: bigint): boolean {
    if (!this.#ids.delete(id)) return false;
    this.#ids.add(id);
    return true;
  }

  /** The client is about to be told to keep it. Returns the one that it must drop first, or null. */
  add(id: bigint): bigint | null {
    const [oldest] = this.#ids;
    const evicted = this.#ids.size >= this.#max ? oldest : null;
    if (evicted !== null) this.#ids.delete(evicted);
    this.#ids.add(id);
    return evicted;
  }

  /** The client has been told to drop all of them. */
  clear(): void {
    this.#ids.clear();
  }
}
