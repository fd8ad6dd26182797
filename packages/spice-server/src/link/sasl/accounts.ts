import { SaslError } from './mechanism.js';
import {
  hmac,
  keyBytes,
  type ScramHash,
  type ScramKeys,
  scramHashes,
  scramIterations,
  scramKeys,
} from './scram-keys.js';

/** Accounts in one file. */
const maxAccounts = 10_000;
/** UTF-16 units of a user's name. */
const maxUserName = 256;
/** Rounds that a stored account may ask for: a login must not take seconds. */
const maxIterations = 1_000_000;

/** Who may log in. An embedder may have one of its own. */
export interface SaslAccounts {
  /** The keys of a user; null: there is no such user, or it has none of this kind. */
  keys(user: string, hash: ScramHash): ScramKeys | null;
  /** Keys for a user that does not exist: always the same ones, so that they look like a user's. */
  decoy(user: string, hash: ScramHash): ScramKeys;
}

/** Accounts in memory. */
export class AccountList implements SaslAccounts {
  readonly #keys = new Map<string, Partial<Record<ScramHash, ScramKeys>>>();
  readonly #secret: Uint8Array;

  /** @param secret random bytes, from which decoys and salts are made. */
  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  get size(): number {
    return this.#keys.size;
  }

  keys(user: string, hash: ScramHash): ScramKeys | null {
    return this.#keys.get(user)?.[hash] ?? null;
  }

  decoy(user: string, hash: ScramHash): ScramKeys {
    const bytes = hmac(hash, this.#secret, `decoy ${user}`);
    return { salt: bytes.subarray(0, 16), iterations: scramIterations, storedKey: bytes, serverKey: bytes };
  }

  /** Takes a user in by its password, for every hash. */
  addPassword(user: string, password: string): void {
    for (const hash of scramHashes) {
      const salt = hmac(hash, this.#secret, `salt ${user}`).subarray(0, 16);
      this.addKeys(user, hash, scramKeys(hash, password, salt));
    }
  }

  /** Takes a user in by what is kept of its password. */
  addKeys(user: string, hash: ScramHash, keys: ScramKeys): void {
    this.#keys.set(user, { ...this.#keys.get(user), [hash]: keys });
  }
}

const stored =
  /^\{?SCRAM-SHA-(?<bits>1|256)\}?\$(?<rounds>[0-9]{1,7}):(?<salt>[A-Za-z0-9+/=]+)\$(?<storedKey>[A-Za-z0-9+/=]+):(?<serverKey>[A-Za-z0-9+/=]+)$/;

/**
 * Reads accounts, one in a line: `user:password`, or `user:SCRAM-SHA-256$rounds:salt$StoredKey:ServerKey` (base64, as
 * PostgreSQL and others write it), which tells nobody the password. Empty lines and lines that begin with '#' do not count.
 * @throws SaslError that names the line, never what is in it.
 */
export function parseAccounts(text: string, secret: Uint8Array): AccountList {
  const accounts = new AccountList(secret);
  text.split(/\r?\n/).forEach((line, index) => {
    const fail = (what: string): never => {
      throw new SaslError(`line ${index + 1} of the accounts: ${what}`);
    };
    if (line === '' || line.startsWith('#')) return;
    const colon = line.indexOf(':');
    if (colon < 1) fail('has no user name and colon');
    const user = line.slice(0, colon);
    const value = line.slice(colon + 1);
    if (user.length > maxUserName) fail(`the user name is longer than ${maxUserName} characters`);
    if (value === '') fail('has no password');
    if (accounts.size >= maxAccounts) fail(`there are more than ${maxAccounts} accounts`);
    const groups = stored.exec(value)?.groups;
    if (groups === undefined) {
      accounts.addPassword(user, value);
      return;
    }
    const hash: ScramHash = groups.bits === '1' ? 'sha1' : 'sha256';
    const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
    const keys: ScramKeys = {
      salt: bytes(groups.salt),
      iterations: Number(groups.rounds),
      storedKey: bytes(groups.storedKey),
      serverKey: bytes(groups.serverKey),
    };
    const length = keyBytes(hash);
    if (keys.storedKey.length !== length || keys.serverKey.length !== length)
      fail('the keys have a wrong length');
    if (keys.iterations < 1 || keys.iterations > maxIterations)
      fail(`the rounds are not in 1..${maxIterations}`);
    accounts.addKeys(user, hash, keys);
  });
  return accounts;
}

/** A line of the accounts file that does not tell the password. */
export function formatAccount(user: string, hash: ScramHash, keys: ScramKeys): string {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  const name = hash === 'sha1' ? 'SCRAM-SHA-1' : 'SCRAM-SHA-256';
  return `${user}:${name}$${keys.iterations}:${text(keys.salt)}$${text(keys.storedKey)}:${text(keys.serverKey)}`;
}
