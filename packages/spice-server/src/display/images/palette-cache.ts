/** Palettes a client keeps: protocol §5.2. */
const maxPalettes = 128;

/** Which palettes a client has, by their unique number, least recently used first. */
export class PaletteCache {
  readonly #ids = new Set<bigint>();

  /** Whether the client has it; counts as a use. */
  use(unique: bigint): boolean {
    if (!this.#ids.delete(unique)) return false;
    this.#ids.add(unique);
    return true;
  }

  /** The client is about to be told to keep it. Returns the one that it must drop first, or null. */
  add(unique: bigint): bigint | null {
    let evicted: bigint | null = null;
    if (this.#ids.size >= maxPalettes) {
      for (const oldest of this.#ids) {
        evicted = oldest;
        break;
      }
      if (evicted !== null) this.#ids.delete(evicted);
    }
    this.#ids.add(unique);
    return evicted;
  }

  clear(): void {
    this.#ids.clear();
  }
}
