import type { SaslAccounts } from './accounts.js';
import { refused, type SaslExchange, type SaslMechanism, type SaslStep, utf8Text } from './mechanism.js';
import { keysFit, scramHashes } from './scram-keys.js';

/** PLAIN (RFC 4616): user and password in clear, so only for streams that nobody can read. */
export class PlainMechanism implements SaslMechanism {
  readonly name = 'PLAIN';
  readonly sendsPassword = true;
  readonly #accounts: SaslAccounts;

  constructor(accounts: SaslAccounts) {
    this.#accounts = accounts;
  }

  start(): SaslExchange {
    let asked = false;
    return {
      step: (data) => {
        if (data !== null) return this.#check(data);
        if (asked) return refused('PLAIN: no answer');
        asked = true;
        return { outcome: 'continue', data: new Uint8Array(0) };
      },
    };
  }

  #check(data: Uint8Array): SaslStep {
    const [role, user, password, ...more] = utf8Text(data)?.split('\0') ?? [];
    if (password === undefined || more.length > 0) return refused('PLAIN: not three texts');
    if (role !== '' && role !== user) return refused('PLAIN: acting for another user');
    for (const hash of scramHashes) {
      const keys = this.#accounts.keys(user, hash);
      if (keys === null) continue;
      return keysFit(hash, keys, password)
        ? { outcome: 'accepted', user, data: null }
        : refused('PLAIN: wrong password');
    }
    keysFit('sha256', this.#accounts.decoy(user, 'sha256'), password);
    return refused('PLAIN: wrong user');
  }
}
