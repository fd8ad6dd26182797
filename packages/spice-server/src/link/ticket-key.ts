import { constants, generateKeyPair, type KeyObject, privateDecrypt } from 'node:crypto';
import { promisify } from 'node:util';

const modulusBits = 1024;
const cipherBytes = modulusBits / 8;

/** The RSA key under which clients send the ticket: protocol §2.6. The size is the protocol's. */
export class TicketKey {
  /** DER SubjectPublicKeyInfo, 162 bytes. */
  readonly publicKey: Uint8Array;
  readonly #privateKey: KeyObject;

  private constructor(publicKey: Uint8Array, privateKey: KeyObject) {
    this.publicKey = publicKey;
    this.#privateKey = privateKey;
  }

  static async generate(): Promise<TicketKey> {
    const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: modulusBits });
    return new TicketKey(publicKey.export({ type: 'spki', format: 'der' }), privateKey);
  }

  /** The plaintext, or null when the ciphertext is not for this key. */
  decrypt(ciphertext: Uint8Array): Uint8Array | null {
    const plain = this.#tryDecrypt(ciphertext);
    if (plain !== null || ciphertext[cipherBytes - 1] !== 0) return plain;
    // spice-html5 left-aligns a ciphertext whose first byte is 0 (protocol, appendix F).
    const shifted = new Uint8Array(cipherBytes);
    shifted.set(ciphertext.subarray(0, cipherBytes - 1), 1);
    return this.#tryDecrypt(shifted);
  }

  #tryDecrypt(ciphertext: Uint8Array): Uint8Array | null {
    try {
      const key = { key: this.#privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
      return privateDecrypt(key, ciphertext);
    } catch {
      return null;
    }
  }
}
