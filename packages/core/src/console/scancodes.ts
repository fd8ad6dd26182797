/** The key that set 1 spells with e1 1d 45, and how it is released. */
const pauseKey = 0xc6;
const releaseBit = 0x80;
const extendedBit = 0x80;

export interface KeyEvent {
  /** The key's set 1 code, 0x80 added where that has an 0xe0 prefix; Pause is 0xc6. QEMU's numbers of keys. */
  readonly code: number;
  readonly down: boolean;
}

/** Turns PC/XT set 1 bytes, prefixes included, into keys. */
export class ScancodeDecoder {
  #extended = false;
  /** Bytes that are still to come behind 0xe1; null: there was none. */
  #pauseBytes = 0;

  /** The key that this byte completes; null: none yet. */
  push(byte: number): KeyEvent | null {
    if (this.#pauseBytes > 0) {
      this.#pauseBytes--;
      return this.#pauseBytes === 0 ? { code: pauseKey, down: (byte & releaseBit) === 0 } : null;
    }
    if (byte === 0xe0) {
      this.#extended = true;
      return null;
    }
    if (byte === 0xe1) {
      this.#extended = false;
      this.#pauseBytes = 2;
      return null;
    }
    const code = (byte & 0x7f) | (this.#extended ? extendedBit : 0);
    this.#extended = false;
    return { code, down: (byte & releaseBit) === 0 };
  }
}
