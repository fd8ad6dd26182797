import type { SaslMechanism } from './sasl/mechanism.js';

/** What the link stage must know of a stream. */
export interface LinkStream {
  /** It is encrypted. */
  readonly secure: boolean;
  /** It does not leave this machine. */
  readonly local: boolean;
}

/** What the link stage must know of the server. All answers are for this moment. */
export interface LinkPolicy {
  /** DER SubjectPublicKeyInfo of the 1024-bit RSA key, 162 bytes. */
  readonly publicKey: Uint8Array;
  /** RSAES-OAEP (SHA-1) decryption with that key; null: not decryptable. 128 bytes in. */
  decryptTicket(ciphertext: Uint8Array): Uint8Array | null;
  /** Whether this channel may be used over a stream that is, or is not, encrypted. */
  channelSecurity(channelType: number, secure: boolean): 'allowed' | 'needs-tls' | 'needs-plain';
  /** Whether such a channel exists. */
  hasChannel(channelType: number, channelId: number): boolean;
  /** Words of capability bits to announce for this channel type. */
  channelCapabilities(channelType: number): readonly number[];
  /** Whether the password opens the door now. `password` has no NUL. */
  acceptTicket(password: Uint8Array, now: number): boolean;
  /** The mechanisms for this stream, empty when it is not safe enough for any; null: tickets, not SASL. */
  saslMechanisms(stream: LinkStream): readonly SaslMechanism[] | null;
  /** Whether a session with this id is being served. */
  hasSession(connectionId: number): boolean;
}

/** What the link stage found out about a channel that may now be served. */
export interface LinkedChannel {
  readonly connectionId: number;
  readonly channelType: number;
  readonly channelId: number;
  readonly commonCapabilities: readonly number[];
  readonly channelCapabilities: readonly number[];
  readonly miniHeader: boolean;
}

/** Whether bit `bit` is set in capability words; missing words are clear. */
export function hasCapability(words: readonly number[], bit: number): boolean {
  return (((words[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 1;
}

/** Capability words with these bits set. */
export function capabilityWords(bits: readonly number[]): number[] {
  const words: number[] = [];
  for (const bit of bits) {
    while (words.length <= bit >>> 5) words.push(0);
    words[bit >>> 5] = (words[bit >>> 5] | (1 << (bit & 31))) >>> 0;
  }
  return words;
}
