import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePng, encodePng, type Picture } from './png.js';

const picture: fc.Arbitrary<Picture> = fc
  .record({
    width: fc.integer({ min: 1, max: 9 }),
    height: fc.integer({ min: 1, max: 9 }),
    channels: fc.constantFrom<3 | 4>(3, 4),
  })
  .chain(({ width, height, channels }) => {
    const size = width * height * channels;
    return fc
      .uint8Array({ minLength: size, maxLength: size })
      .map((pixels) => ({ width, height, channels, pixels }));
  });

/** One row of 2 RGB pixels per filter, 0 to 4, each adding 1 to its prediction in every byte. */
const filtered = (): Uint8Array => {
  const plain = encodePng({ width: 2, height: 5, channels: 3, pixels: new Uint8Array(30) });
  const rows = Uint8Array.from({ length: 5 * 7 }, (_, i) => (i % 7 === 0 ? i / 7 : 1));
  const body = deflateSync(rows);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  // Signature and header take 33 bytes; checksums are not looked at.
  return Buffer.concat([plain.subarray(0, 33), length, Buffer.from('IDAT'), body, Buffer.alloc(4)]);
};

describe('PNG', () => {
  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(picture, (given) => {
        expect(decodePng(encodePng(given))).toEqual(given);
      }),
    );
  });

  it('undoes all five filters', () => {
    const { pixels } = decodePng(filtered());
    const rows = Array.from({ length: 5 }, (_, y) => [...pixels.subarray(y * 6, y * 6 + 6)]);
    expect(rows).toEqual([
      [1, 1, 1, 1, 1, 1],
      [1, 1, 1, 2, 2, 2],
      [2, 2, 2, 3, 3, 3],
      [2, 2, 2, 3, 3, 3],
      [3, 3, 3, 4, 4, 4],
    ]);
  });

  it('refuses what it does not read', () => {
    const file = encodePng({ width: 1, height: 1, channels: 3, pixels: new Uint8Array(3) });
    expect(() => decodePng(file.subarray(1))).toThrow('not a PNG');
    expect(() => decodePng(file.subarray(0, 48))).toThrow('is cut');
    const interlaced = Buffer.from(file);
    interlaced[28] = 1;
    expect(() => decodePng(interlaced)).toThrow('interlacing');
  });
});
