const extendedPrefix = 0xe0;
const pausePrefix = 0xe1;
/** Bytes of the pause sequence behind its prefix: it has no key that stays down. */
const pauseTail = 2;

/** Follows scancode bytes and knows which keys are down, so that they can be released for a client that left. */
export class HeldKeys {
  readonly #down = new Set<number>();
  #extended = false;
  #skip = 0;

  push(byte: number): void {
    if (this.#skip > 0) {
      this.#skip--;
      return;
    }
    if (byte === extendedPrefix) {
      this.#extended = true;
      return;
    }
    if (byte === pausePrefix) {
      this.#skip = pauseTail;
      return;
    }
    const key = (byte & 0x7f) | (this.#extended ? 0x100 : 0);
    this.#extended = false;
    if (byte & 0x80) this.#down.delete(key);
    else this.#down.add(key);
  }

  /** The bytes that release every key that is down; none are down afterwards. */
  releaseAll(): number[] {
    const bytes: number[] = [];
    for (const key of this.#down) {
      if (key & 0x100) bytes.push(extendedPrefix);
      bytes.push((key & 0x7f) | 0x80);
    }
    this.#down.clear();
    this.#extended = false;
    this.#skip = 0;
    return bytes;
  }
}
