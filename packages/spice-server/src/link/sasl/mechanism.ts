/** What a SASL mechanism says in answer to what the client said (RFC 4422 §3). */
export type SaslStep =
  /** The exchange goes on. */
  | { readonly outcome: 'continue'; readonly data: Uint8Array }
  /** The client is who it says it is; `data` null: nothing more to say. */
  | { readonly outcome: 'accepted'; readonly user: string; readonly data: Uint8Array | null }
  /** It is not, or does not follow the mechanism; `reason` is for logs and has no secrets. */
  | { readonly outcome: 'refused'; readonly reason: string };

/** One authentication by one mechanism. */
export interface SaslExchange {
  /** @param data what the client sent; null: nothing, which an empty text is not. At most `maxSaslData` bytes. */
  step(data: Uint8Array | null): SaslStep;
}

/** A way to authenticate, as this server offers it. */
export interface SaslMechanism {
  /** IANA's name, 1..20 upper-case letters, digits, '-' and '_'. */
  readonly name: string;
  /** The password itself goes over the stream. */
  readonly sendsPassword: boolean;
  start(): SaslExchange;
}

export type SaslErrorCode = 'ERR_SASL_ACCOUNTS';

export class SaslError extends Error {
  readonly code: SaslErrorCode = 'ERR_SASL_ACCOUNTS';
}

export const refused = (reason: string): SaslStep => ({ outcome: 'refused', reason });

/** A text of the client's; null: it is not UTF-8. */
export function utf8Text(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
