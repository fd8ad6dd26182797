import { WireError, Writer } from '@lazyspice/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Frame, FrameReader, FrameWriter } from './framing.js';

const raw = (id: number) => ({
  id,
  encode: (writer: Writer, body: Uint8Array) => writer.bytes(body),
});
const join = (chunks: readonly Uint8Array[]): Buffer => Buffer.concat(chunks);
const reader = (miniHeader: boolean, max = 10_000): FrameReader =>
  new FrameReader({ channel: 'main', miniHeader, maxBody: () => max, messageName: (type) => `m${type}` });
/** What is yielded, with the bodies copied out of the pushed bytes. */
const kept = (frames: Iterable<Frame>): { type: number; body: string }[] =>
  [...frames].map(({ type, body }) => ({ type, body: Buffer.from(body).toString('hex') }));

describe('FrameWriter', () => {
  test('writes the mini header', () => {
    const writer = new Writer();
    const frames = new FrameWriter(true);
    frames.write(writer, raw(0x0130), Uint8Array.of(1, 2, 3));
    expect(join(writer.chunks()).toString('hex')).toBe('3001' + '03000000' + '010203');
  });

  test('writes the full header and counts serials from 1', () => {
    const writer = new Writer();
    const frames = new FrameWriter(false);
    expect(frames.serial).toBe(0);
    frames.write(writer, raw(103), Uint8Array.of(9));
    frames.write(writer, raw(4), new Uint8Array(0));
    expect(frames.serial).toBe(2);
    expect(join(writer.chunks()).toString('hex')).toBe(
      '0100000000000000' +
        '6700' +
        '01000000' +
        '00000000' +
        '09' +
        '0200000000000000' +
        '0400' +
        '00000000' +
        '00000000',
    );
  });

  test('puts the size into the header when the body goes on in another block', () => {
    const writer = new Writer({ blockBytes: 64 });
    const frames = new FrameWriter(true);
    frames.write(writer, { id: 7, encode: writeWords }, 50);
    const bytes = join(writer.chunks());
    expect(bytes.readUInt16LE(0)).toBe(7);
    expect(bytes.readUInt32LE(2)).toBe(200);
    expect(bytes.length).toBe(206);
    expect(bytes.readUInt32LE(202)).toBe(49);
  });
});

function writeWords(writer: Writer, count: number): void {
  for (let i = 0; i < count; i++) {
    const at = writer.reserve(4);
    writer.view.setUint32(at, i, true);
  }
}

describe('FrameReader', () => {
  const stream = (miniHeader: boolean): Buffer => {
    const writer = new Writer();
    const frames = new FrameWriter(miniHeader);
    frames.write(writer, raw(101), Uint8Array.of(1, 2, 3, 4, 5));
    frames.write(writer, raw(2), new Uint8Array(0));
    frames.write(writer, raw(103), new Uint8Array(3000).fill(7));
    return join(writer.chunks());
  };
  const expected = [
    { type: 101, body: '0102030405' },
    { type: 2, body: '' },
    { type: 103, body: '07'.repeat(3000) },
  ];

  test.each([true, false])('reads frames that arrive at once (mini %s) without copying', (miniHeader) => {
    const bytes = stream(miniHeader);
    const frames = [...reader(miniHeader).push(bytes)];
    expect(kept(frames)).toEqual(expected);
    for (const { body, size, subList } of frames) {
      expect(body.buffer).toBe(bytes.buffer);
      expect(size).toBe(body.length);
      expect(subList).toBe(0);
    }
  });

  test.each([true, false])('reads frames that arrive byte by byte (mini %s)', (miniHeader) => {
    const frames = reader(miniHeader);
    const bytes = stream(miniHeader);
    const got = [...bytes].flatMap((byte) => kept(frames.push(Uint8Array.of(byte))));
    expect(got).toEqual(expected);
    expect(frames.offset).toBe(bytes.length);
  });

  test('gives the same frames however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 65_535 }), fc.uint8Array({ maxLength: 40 })), {
          maxLength: 8,
        }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        (miniHeader, messages, cuts) => {
          const writer = new Writer();
          const out = new FrameWriter(miniHeader);
          for (const [type, body] of messages) out.write(writer, raw(type), body);
          const bytes = join(writer.chunks());
          const frames = reader(miniHeader);
          const got: { type: number; body: string }[] = [];
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const length = cuts[i % cuts.length];
            got.push(...kept(frames.push(bytes.subarray(at, at + length))));
            at += length;
          }
          expect(got).toEqual(
            messages.map(([type, body]) => ({ type, body: Buffer.from(body).toString('hex') })),
          );
        },
      ),
    );
  });

  test('reports the sub-list of a full header', () => {
    const bytes = Buffer.from('010000000000000065000100000012000000ff', 'hex');
    expect([...reader(false).push(bytes)]).toMatchObject([{ type: 101, size: 1, subList: 0x12 }]);
  });

  test('refuses a body above the limit before it arrives, naming channel, message and offset', () => {
    const frames = reader(true, 8);
    expect(kept(frames.push(Buffer.from('650008000000' + '00'.repeat(8), 'hex')))).toHaveLength(1);
    const tooLong = Buffer.from('660009000000', 'hex');
    let error: unknown;
    try {
      kept(frames.push(tooLong));
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(WireError);
    expect(error).toMatchObject({
      code: 'WIRE_LIMIT',
      context: 'main.m102',
      offset: 14,
      reason: 'a body of 9 bytes, the limit is 8',
    });
  });
});
