const plain: readonly (readonly [number, string, string])[] = [
  [0x02, '1234567890-=', '!@#$%^&*()_+'],
  [0x10, 'qwertyuiop[]', 'QWERTYUIOP{}'],
  [0x1e, "asdfghjkl;'`", 'ASDFGHJKL:"~'],
  [0x2b, '\\zxcvbnm,./', '|ZXCVBNM<>?'],
];
const others: Readonly<Record<number, string>> = { 14: '\b', 28: '\n', 57: ' ' };
const shifts: readonly number[] = [0x2a, 0x36];
const capsLock = 0x3a;
const released = 0x80;
/** What comes before the codes of keys that older keyboards did not have. */
const prefix = 0xe0;
export const capsLockLed = 4;

/** Letters of a US keyboard from set 1 scancodes. */
export class KeyTranslator {
  readonly #shifts = new Set<number>();
  #caps = false;
  #prefixed = false;

  get leds(): number {
    return this.#caps ? capsLockLed : 0;
  }

  /** @returns the letter that a key gives, '\n', '\b', or null. */
  key(byte: number): string | null {
    if (byte === prefix) {
      this.#prefixed = true;
      return null;
    }
    const prefixed = this.#prefixed;
    this.#prefixed = false;
    const code = byte & ~released;
    if (shifts.includes(code) && !prefixed) {
      if (byte & released) this.#shifts.delete(code);
      else this.#shifts.add(code);
      return null;
    }
    if (byte & released) return null;
    if (byte === capsLock) this.#caps = !this.#caps;
    return prefixed ? null : this.#letter(code);
  }

  #letter(code: number): string | null {
    const other = others[code];
    if (other !== undefined) return other;
    for (const [first, low, high] of plain) {
      const index = code - first;
      if (index < 0 || index >= low.length) continue;
      const isLetter = /[a-z]/.test(low[index]);
      const upper = this.#shifts.size > 0 !== (isLetter && this.#caps);
      return upper ? high[index] : low[index];
    }
    return null;
  }
}
