import { timingSafeEqual } from 'node:crypto';

/** The password that opens the door: protocol §2.6. */
export class Ticket {
  #password: Uint8Array | null;
  #disabled: boolean;
  /** ms on the server's clock; null: never. */
  #expiresAt: number | null = null;

  /** @param disabled everybody is let in. @param password null: nobody is, before `set`. */
  constructor(password: string | null, disabled: boolean) {
    this.#password = password === null ? null : new TextEncoder().encode(password);
    this.#disabled = disabled;
  }

  get isDisabled(): boolean {
    return this.#disabled;
  }

  set(password: string): void {
    this.#password = new TextEncoder().encode(password);
    this.#expiresAt = null;
  }

  /** From `at` (ms on the server's clock) on the password is refused; null: never. */
  expire(at: number | null): void {
    this.#expiresAt = at;
  }

  /** Compares in constant time for passwords up to the protocol's limit of 60 bytes. */
  accepts(password: Uint8Array, now: number): boolean {
    if (this.#disabled) return true;
    if (this.#password === null) return false;
    if (this.#expiresAt !== null && now >= this.#expiresAt) return false;
    const same = timingSafeEqual(comparable(password), comparable(this.#password));
    return same && password.length === this.#password.length;
  }
}

/** A ciphertext carries at most 86 bytes; passwords are padded to the same length for the comparison. */
function comparable(password: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(128);
  bytes.set(password.subarray(0, 128));
  return bytes;
}
