import { describe, expect, it } from 'vitest';
import { SaslClient } from './sasl-client.js';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

describe('SaslClient', () => {
  it('names the user, asks for descriptors and begins, and leaves what comes after', () => {
    const client = new SaslClient(1000);
    expect(client.greeting).toBe('\0AUTH EXTERNAL 31303030\r\n');
    expect(client.receive(bytes('OK 123'))).toEqual({ state: 'waiting', send: '' });
    expect(client.receive(bytes('4\r\n'))).toEqual({ state: 'waiting', send: 'NEGOTIATE_UNIX_FD\r\n' });
    const done = client.receive(bytes('AGREE_UNIX_FD\r\nl\x01'));
    expect(done).toEqual({ state: 'done', send: 'BEGIN\r\n', rest: bytes('l\x01') });
  });

  it('gives up when it is refused, and on a line without an end', () => {
    expect(new SaslClient(0).receive(bytes('REJECTED EXTERNAL\r\n'))).toMatchObject({ state: 'refused' });
    expect(new SaslClient(0).receive(bytes('x'.repeat(5000)))).toMatchObject({ state: 'refused' });
  });
});
