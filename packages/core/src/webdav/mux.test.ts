import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Demux, muxed, muxedEnd } from './mux.js';

const bytes = (parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

describe('the mux of a shared folder', () => {
  it('has the number, the length, the bytes', () => {
    const hex = Buffer.concat([...muxed(3, Buffer.from('GET')), muxedEnd(3)]).toString('hex');
    expect(hex).toBe('03000000000000000300474554' + '03000000000000000000');
  });

  it('cuts what is longer than a length can say', () => {
    const parts = muxed(1, new Uint8Array(70_000));
    expect(parts.map(({ length }) => length)).toEqual([10, 65_535, 10, 4465]);
  });

  it('gives every connection its bytes and its end, however they come', () => {
    const sent = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 4 }), fc.option(fc.uint8Array({ minLength: 1, maxLength: 50 }))),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(sent, fc.array(fc.nat(30)), (messages, cuts) => {
        const all = bytes(
          messages.flatMap(([id, data]) => (data === null ? [muxedEnd(id)] : muxed(id, data))),
        );
        const demux = new Demux();
        const seen = new Map<number, string>();
        let at = 0;
        for (const cut of [...cuts, all.length]) {
          for (const [id, data] of demux.feed(all.subarray(at, at + cut))) {
            const text = data === null ? '|' : Buffer.from(data).toString('hex');
            seen.set(id, (seen.get(id) ?? '') + text);
          }
          at += cut;
        }
        const wanted = new Map<number, string>();
        for (const [id, data] of messages) {
          wanted.set(id, (wanted.get(id) ?? '') + (data === null ? '|' : Buffer.from(data).toString('hex')));
        }
        expect(seen).toEqual(wanted);
      }),
    );
  });

  it('begins anew with another client', () => {
    const demux = new Demux();
    demux.feed(bytes(muxed(1, new Uint8Array(9))).subarray(0, 14));
    demux.reset();
    expect(demux.feed(muxedEnd(2))).toEqual([[2, null]]);
  });
});
