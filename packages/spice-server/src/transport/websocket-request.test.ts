import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxRequestBytes, parseUpgrade, RequestSniffer, type Sniffed } from './websocket-request.js';

const key = 'dGhlIHNhbXBsZSBub25jZQ==';
const request = (...headers: readonly string[]): string =>
  ['GET /websockify HTTP/1.1', 'Host: x', ...headers].join('\r\n');
const withKey = `Sec-WebSocket-Key: ${key}`;

describe('an upgrade request', () => {
  it.each([
    ['no subprotocol', [withKey], { key, protocol: null }],
    ['binary', [withKey, 'Sec-WebSocket-Protocol: binary'], { key, protocol: 'binary' }],
    ['binary first', [withKey, 'Sec-WebSocket-Protocol: binary, base64'], { key, protocol: 'binary' }],
    ['names in other case', [`sec-websocket-KEY:${key}`], { key, protocol: null }],
    ['another subprotocol', [withKey, 'Sec-WebSocket-Protocol: chat'], null],
    ['binary second', [withKey, 'Sec-WebSocket-Protocol: base64, binary'], null],
    ['no key', ['Upgrade: websocket'], null],
    ['a key that is no base64 of 16 bytes', ['Sec-WebSocket-Key: abc'], null],
    ['the key in the value of another header', [`X: Sec-WebSocket-Key: ${key}`], null],
  ])('with %s', (_, headers, parsed) => {
    expect(parseUpgrade(request(...headers))).toEqual(parsed);
  });
});

/** Gives the bytes in parts of `step`, and what is left once it has decided. */
function sniff(bytes: Uint8Array, step: number): { sniffed: Sniffed; left: Uint8Array } {
  const sniffer = new RequestSniffer();
  let sniffed: Sniffed = { kind: 'undecided' };
  let at = 0;
  while (at < bytes.length && sniffed.kind === 'undecided') {
    sniffed = sniffer.push(bytes.subarray(at, at + step));
    at += step;
  }
  return { sniffed, left: bytes.subarray(at) };
}

describe('the first bytes of a stream', () => {
  const steps = fc.integer({ min: 1, max: 300 });

  it('that ask for a WebSocket, in parts of any size, with bytes behind them', () => {
    fc.assert(
      fc.property(steps, fc.uint8Array({ maxLength: 50 }), (step, tail) => {
        const bytes = Buffer.concat([Buffer.from(`${request(withKey)}\r\n\r\n`), tail]);
        const { sniffed, left } = sniff(bytes, step);
        expect(sniffed).toMatchObject({ kind: 'websocket', request: { key, protocol: null } });
        const { rest } = sniffed as { rest: Uint8Array };
        expect(Buffer.concat([rest, left]).equals(tail)).toBe(true);
      }),
    );
  });

  it('that are something else go on unchanged', () => {
    fc.assert(
      fc.property(steps, fc.uint8Array({ minLength: 1, maxLength: 500 }), (step, bytes) => {
        fc.pre(bytes[0] !== 0x47);
        const { sniffed, left } = sniff(bytes, step);
        expect(sniffed.kind).toBe('spice');
        const { bytes: first } = sniffed as { bytes: Uint8Array };
        expect(Buffer.concat([first, left]).equals(bytes)).toBe(true);
      }),
    );
  });

  it.each([
    ['GE', 'undecided'],
    ['GET ', 'undecided'],
    ['GET / HTTP/1.1\r\n', 'undecided'],
    ['GETS', 'spice'],
    ['GOT ', 'spice'],
    ['POST / HTTP/1.1\r\n', 'spice'],
    ['GET / HTTP/1.1\r\n\r\n', 'spice'],
    [`${request(`X: ${'a'.repeat(maxRequestBytes)}`)}`, 'spice'],
    [`${request(withKey, `X: ${'a'.repeat(maxRequestBytes)}`)}\r\n\r\n`, 'spice'],
  ])('%j: %s', (text, kind) => {
    expect(new RequestSniffer().push(Buffer.from(text)).kind).toBe(kind);
  });
});
