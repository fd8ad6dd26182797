import { timingSafeEqual } from 'node:crypto';
import type { SaslAccounts } from './accounts.js';
import { refused, type SaslExchange, type SaslMechanism, type SaslStep, utf8Text } from './mechanism.js';
import { digest, hmac, keyBytes, type ScramHash, type ScramKeys } from './scram-keys.js';

/** UTF-16 units of a message: user name, nonces and proof fit many times. */
const maxMessage = 4096;

const clientFirst =
  /^(?<header>[ny],(?:a=(?<role>[^,]*))?,)(?<bare>n=(?<user>[^,]*),r=(?<nonce>[^,]+)(?:,.*)?)$/s;
const clientFinal =
  /^(?<bare>c=(?<binding>[^,]+),r=(?<nonce>[^,]+)(?:,[^p].*)?),p=(?<proof>[A-Za-z0-9+/=]+)$/s;

const unescapeName = (name: string): string | null =>
  /=(?!2C|3D)/.test(name) ? null : name.replaceAll('=2C', ',').replaceAll('=3D', '=');

/** SCRAM-SHA-1 and SCRAM-SHA-256 (RFC 5802, 7677), without channel binding: neither side sends its password. */
export class ScramMechanism implements SaslMechanism {
  readonly name: string;
  readonly sendsPassword = false;
  readonly #hash: ScramHash;
  readonly #accounts: SaslAccounts;
  readonly #nonce: () => string;

  /** @param nonce gives a text that was never given before: printable, without comma, 18 random bytes at least. */
  constructor(hash: ScramHash, accounts: SaslAccounts, nonce: () => string) {
    this.name = hash === 'sha1' ? 'SCRAM-SHA-1' : 'SCRAM-SHA-256';
    this.#hash = hash;
    this.#accounts = accounts;
    this.#nonce = nonce;
  }

  start(): SaslExchange {
    return new ScramExchange(this.name, this.#hash, this.#accounts, this.#nonce());
  }
}

interface Challenge {
  readonly user: string;
  readonly known: boolean;
  readonly keys: ScramKeys;
  readonly nonce: string;
  readonly header: string;
  readonly firstMessages: string;
}

class ScramExchange implements SaslExchange {
  readonly #name: string;
  readonly #hash: ScramHash;
  readonly #accounts: SaslAccounts;
  readonly #nonce: string;
  #challenge: Challenge | null = null;
  #asked = false;

  constructor(name: string, hash: ScramHash, accounts: SaslAccounts, nonce: string) {
    this.#name = name;
    this.#hash = hash;
    this.#accounts = accounts;
    this.#nonce = nonce;
  }

  step(data: Uint8Array | null): SaslStep {
    if (data === null) {
      if (this.#asked || this.#challenge !== null) return this.#refuse('no answer');
      this.#asked = true;
      return { outcome: 'continue', data: new Uint8Array(0) };
    }
    const text = data.length > maxMessage ? null : utf8Text(data);
    if (text === null) return this.#refuse('not a text');
    return this.#challenge === null ? this.#first(text) : this.#final(text, this.#challenge);
  }

  #first(text: string): SaslStep {
    const groups = clientFirst.exec(text)?.groups;
    const user = groups === undefined ? null : unescapeName(groups.user);
    if (groups === undefined || user === null) return this.#refuse('a bad first message');
    const role = groups.role === undefined ? user : unescapeName(groups.role);
    if (role !== user) return this.#refuse('acting for another user');
    const keys = this.#accounts.keys(user, this.#hash);
    const { salt, iterations } = keys ?? this.#accounts.decoy(user, this.#hash);
    const nonce = groups.nonce + this.#nonce;
    const answer = `r=${nonce},s=${Buffer.from(salt).toString('base64')},i=${iterations}`;
    this.#challenge = {
      user,
      known: keys !== null,
      keys: keys ?? this.#accounts.decoy(user, this.#hash),
      nonce,
      header: groups.header,
      firstMessages: `${groups.bare},${answer}`,
    };
    return { outcome: 'continue', data: new TextEncoder().encode(answer) };
  }

  #final(text: string, { user, known, keys, nonce, header, firstMessages }: Challenge): SaslStep {
    const groups = clientFinal.exec(text)?.groups;
    if (groups === undefined) return this.#refuse('a bad final message');
    if (groups.nonce !== nonce) return this.#refuse('another nonce');
    if (groups.binding !== Buffer.from(header).toString('base64'))
      return this.#refuse('another channel binding');
    const proof = Buffer.from(groups.proof, 'base64');
    if (proof.length !== keyBytes(this.#hash)) return this.#refuse('a proof of wrong length');
    const messages = `${firstMessages},${groups.bare}`;
    const signature = hmac(this.#hash, keys.storedKey, messages);
    const clientKey = proof.map((byte, i) => byte ^ signature[i]);
    const fits = timingSafeEqual(digest(this.#hash, clientKey), keys.storedKey);
    if (!fits || !known) return this.#refuse('wrong user or password');
    const verifier = Buffer.from(hmac(this.#hash, keys.serverKey, messages)).toString('base64');
    return { outcome: 'accepted', user, data: new TextEncoder().encode(`v=${verifier}`) };
  }

  #refuse(reason: string): SaslStep {
    return refused(`${this.#name}: ${reason}`);
  }
}
