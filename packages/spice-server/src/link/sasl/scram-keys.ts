import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';

export type ScramHash = 'sha1' | 'sha256';
export const scramHashes: readonly ScramHash[] = ['sha256', 'sha1'];

/** Rounds of the password's hash: RFC 7677 asks for 4096 at least. */
export const scramIterations = 4096;

/** What a server keeps of a password (RFC 5802 §3): it proves a client, but cannot play one. */
export interface ScramKeys {
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly storedKey: Uint8Array;
  readonly serverKey: Uint8Array;
}

export const hmac = (hash: ScramHash, key: Uint8Array, text: string): Uint8Array =>
  createHmac(hash, key).update(text).digest();
export const digest = (hash: ScramHash, bytes: Uint8Array): Uint8Array =>
  createHash(hash).update(bytes).digest();
export const keyBytes = (hash: ScramHash): number => (hash === 'sha1' ? 20 : 32);

/** The keys of a password; it is normalised as far as NFKC goes. */
export function scramKeys(
  hash: ScramHash,
  password: string,
  salt: Uint8Array,
  iterations = scramIterations,
): ScramKeys {
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, iterations, keyBytes(hash), hash);
  return {
    salt,
    iterations,
    storedKey: digest(hash, hmac(hash, salted, 'Client Key')),
    serverKey: hmac(hash, salted, 'Server Key'),
  };
}

/** Whether the keys are those of this password; takes the same time either way. */
export function keysFit(hash: ScramHash, keys: ScramKeys, password: string): boolean {
  return timingSafeEqual(scramKeys(hash, password, keys.salt, keys.iterations).storedKey, keys.storedKey);
}
