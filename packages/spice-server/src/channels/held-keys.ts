const extendedPrefix = 0xe0;
const pausePrefix = 0xe1;
/** Bytes of the pause sequence behind its prefix: it has no key that stays down. */
const pauseTail = 2;
/** Set in the number of a key that has the extended prefix. */
export const extendedKey = 0x100;

/** A key went down or up. `key`: 0..0x7f, with `extendedKey` when it was prefixed. */
export interface KeyChange {
  readonly key: number;
  readonly down: boolean;
}

/** Follows scancode bytes and knows which keys are down, so that they can be released for a client that left. */
export class HeldKeys {
  readonly #down = new Set<number>();
  #extended = false;
  #skip = 0;

  /** Takes the next byte; returns what it did, or null for a prefix and for the pause key. */
  push(byte: number): KeyChange | null {
    if (this.#skip > 0) {
      this.#skip--;
      return null;
    }
    if (byte === extendedPrefix) {
      this.#extended = true;
      return null;
    }
    if (byte === pausePrefix) {
      this.#skip = pauseTail;
      return null;
    }
    const key = (byte & 0x7f) | (this.#extended ? extendedKey : 0);
    const down = (byte & 0x80) === 0;
    this.#extended = false;
    if (down) this.#down.add(key);
    else this.#down.delete(key);
    return { key, down };
  }

  /** The bytes that release every key that is down; none are down afterwards. */
  releaseAll(): number[] {
    const bytes: number[] = [];
    for (const key of this.#down) {
      if (key & extendedKey) bytes.push(extendedPrefix);
      bytes.push((key & 0x7f) | 0x80);
    }
    this.#down.clear();
    this.#extended = false;
    this.#skip = 0;
    return bytes;
  }
}
