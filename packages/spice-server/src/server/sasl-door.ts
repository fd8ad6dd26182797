import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { LinkStream } from '../link/link-policy.js';
import { AccountList, parseAccounts, type SaslAccounts } from '../link/sasl/accounts.js';
import type { SaslMechanism } from '../link/sasl/mechanism.js';
import { PlainMechanism } from '../link/sasl/plain.js';
import { ScramMechanism } from '../link/sasl/scram.js';

/** The mechanisms that clients are offered, strongest first, and the accounts behind them. */
export class SaslDoor {
  readonly #mechanisms: readonly SaslMechanism[];

  constructor(accounts: SaslAccounts) {
    const nonce = (): string => randomBytes(24).toString('base64');
    this.#mechanisms = [
      new ScramMechanism('sha256', accounts, nonce),
      new ScramMechanism('sha1', accounts, nonce),
      new PlainMechanism(accounts),
    ];
  }

  /**
   * @param file accounts to read; null: none.
   * @param accounts an embedder's own, which take the file's place.
   * @throws SaslError, or the operating system's error.
   */
  static async open(file: string | null, accounts: SaslAccounts | null): Promise<SaslDoor> {
    const secret = randomBytes(32);
    if (accounts !== null) return new SaslDoor(accounts);
    return new SaslDoor(
      file === null ? new AccountList(secret) : parseAccounts(await readFile(file, 'utf8'), secret),
    );
  }

  /**
   * None of the mechanisms brings encryption of its own, so there is none for a plain stream from elsewhere; and a
   * password in clear goes over an encrypted stream only.
   */
  mechanisms({ secure, local }: LinkStream): readonly SaslMechanism[] {
    if (secure) return this.#mechanisms;
    return local ? this.#mechanisms.filter(({ sendsPassword }) => !sendsPassword) : [];
  }
}
