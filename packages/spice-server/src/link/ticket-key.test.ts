import { describe, expect, it } from 'vitest';
import { encryptTicket } from '../../../../test/support/spice/link-client.js';
import { TicketKey } from './ticket-key.js';

const key = await TicketKey.generate();

describe('TicketKey', () => {
  it('has the public key of the protocol: 162 bytes, RSA-1024, exponent 65537', () => {
    const { publicKey } = key;
    expect(publicKey.length).toBe(162);
    const begin = '30819f300d06092a864886f70d010101050003818d0030818902818100';
    expect(Buffer.from(publicKey.subarray(0, 29)).toString('hex')).toBe(begin);
    expect(Buffer.from(publicKey.subarray(-5)).toString('hex')).toBe('0203010001');
  });

  it('decrypts what was encrypted for it', () => {
    const plain = key.decrypt(encryptTicket(key.publicKey, 'secret'));
    expect(plain).not.toBe(null);
    expect(Buffer.from(plain ?? []).toString()).toBe('secret\0');
  });

  it('decrypts a ciphertext that a client has moved to the left over its leading zero', () => {
    for (;;) {
      const ciphertext = encryptTicket(key.publicKey, 'secret');
      if (ciphertext[0] !== 0) continue;
      const shifted = new Uint8Array(128);
      shifted.set(ciphertext.subarray(1));
      expect(Buffer.from(key.decrypt(shifted) ?? []).toString()).toBe('secret\0');
      return;
    }
  });

  it('answers null for what is not for it', async () => {
    const other = await TicketKey.generate();
    expect(key.decrypt(encryptTicket(other.publicKey, 'secret'))).toBe(null);
    expect(key.decrypt(new Uint8Array(128))).toBe(null);
    expect(key.decrypt(new Uint8Array(128).fill(0xff))).toBe(null);
  });
});
