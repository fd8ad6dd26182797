import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeVsc, noReader, VscError, VscStream, vscTypes } from './vsc-stream.js';

const message = fc.record({
  type: fc.integer({ min: 1, max: 9 }),
  readerId: fc.constantFrom(0, 1, noReader),
  data: fc.uint8Array({ maxLength: 300 }),
});

describe('the bytes of a card reader', () => {
  it('are big-endian', () => {
    const bytes = encodeVsc({ type: vscTypes.apdu, readerId: 1, data: Uint8Array.of(0x90, 0) });
    expect(Buffer.from(bytes).toString('hex')).toBe('0000000700000001000000029000');
  });

  it('are cut into messages, however they come', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), fc.array(fc.nat(40)), (messages, cuts) => {
        const all = Buffer.concat(messages.map(encodeVsc));
        const stream = new VscStream();
        const read = [];
        let at = 0;
        for (const cut of cuts) {
          read.push(...stream.feed(all.subarray(at, at + cut)));
          at += cut;
        }
        read.push(...stream.feed(all.subarray(at)));
        expect(read.map(({ data, ...rest }) => ({ ...rest, data: [...data] }))).toEqual(
          messages.map(({ data, ...rest }) => ({ ...rest, data: [...data] })),
        );
      }),
    );
  });

  it('that are nonsense are a typed error with its offset', () => {
    const good = encodeVsc({ type: vscTypes.error, readerId: 0, data: new Uint8Array(4) });
    for (const [at, value] of [
      [0, 0],
      [0, 10],
      [8, 65_537],
      [8, 0xffff_ffff],
    ] as const) {
      const bad = encodeVsc({ type: vscTypes.apdu, readerId: 0, data: new Uint8Array(2) });
      new DataView(bad.buffer).setUint32(at, value);
      const stream = new VscStream();
      expect(stream.feed(good)).toHaveLength(1);
      expect(() => stream.feed(bad)).toThrow(VscError);
      try {
        new VscStream().feed(Buffer.concat([good, bad]));
      } catch (error) {
        expect((error as VscError).offset).toBe(16);
      }
    }
  });

  it('whatever they are, end in messages or that error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          for (const { type } of new VscStream().feed(bytes)) expect(type).toBeLessThanOrEqual(9);
        } catch (error) {
          expect(error).toBeInstanceOf(VscError);
        }
      }),
    );
  });
});
