/** Shapes a client keeps: protocol §5.4. */
const maxShapes = 256;

/** Which pointer shapes a client has, by their unique id, least recently used first. */
export class CursorCache {
  readonly #ids = new Set<bigint>();

  /** Whether the client has it; counts as a use. */
  use(unique: bigint): boolean {
    if (!this.#ids.delete(unique)) return false;
    this.#ids.add(unique);
    return true;
  }

  /** The client is told to keep it. Returns the id it must drop first, or null. */
  add(unique: bigint): bigint | null {
    let evicted: bigint | null = null;
    if (this.#ids.size >= maxShapes) {
      for (const oldest of this.#ids) {
        evicted = oldest;
        this.#ids.delete(oldest);
        break;
      }
    }
    this.#ids.add(unique);
    return evicted;
  }

  clear(): void {
    this.#ids.clear();
  }
}
