import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { deflateSync, inflateSync } from 'node:zlib';
import { BitmapFormat } from '@lazyspice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodecError } from '../contract.js';
import { GlzDecoder } from '../glz/glz-decoder.js';
import { GlzEncoder } from '../glz/glz-encoder.js';
import { unwrapGlz, wrapGlz } from './zlib-glz.js';

interface Vector {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly glzBytes: number;
  /** SHA-256. */
  readonly pixels: string;
  /** Base64. */
  readonly encoded: string;
}
const { vectors } = JSON.parse(
  readFileSync(new URL('../fixtures/zlib-glz-vectors.json', import.meta.url), 'utf8'),
) as { readonly vectors: readonly Vector[] };

describe.each(vectors)('$name', ({ width, height, topDown, glzBytes, pixels, encoded }) => {
  const data = new Uint8Array(Buffer.from(encoded, 'base64'));
  const glz = unwrapGlz(data, glzBytes);

  it('holds GLZ data that decodes to the pixels', () => {
    const target = { width, height, stride: width * 4, pixels: new Uint8Array(width * height * 4) };
    const shape = new GlzDecoder().decode(glz, target);
    expect(shape).toEqual({ format: BitmapFormat.values.rgb32, width, height, topDown });
    expect(createHash('sha256').update(target.pixels).digest('hex')).toBe(pixels);
  });

  it('is wrapped to something that unwraps to the same, in not many more bytes', () => {
    const wrapped = wrapGlz(glz)!;
    expect(Buffer.compare(unwrapGlz(wrapped, glz.length), glz)).toBe(0);
    // the zlib of Node.js looks for no match below four bytes
    expect(wrapped.length).toBeLessThan(data.length * 1.15);
    // a zlib header that names a fast level
    expect(wrapped[0]! & 15).toBe(8);
    expect(wrapped[1]! >> 6).toBe(1);
  });
});

describe('the zlib wrap', () => {
  it('leaves short data and what does not get smaller as it is', () => {
    expect(wrapGlz(new Uint8Array(99))).toBeNull();
    expect(wrapGlz(new Uint8Array(100))?.length).toBeLessThan(100);
    const noise = Uint8Array.from(
      { length: 1000 },
      (_, i) => (Math.imul(i, 2654435761) ^ (i * i * i)) >>> 13,
    );
    const wrapped = wrapGlz(noise);
    expect(wrapped === null || wrapped.length < noise.length).toBe(true);
    const random = Uint8Array.from(createHash('sha512').update('x').digest());
    expect(wrapGlz(new Uint8Array([...random, ...createHash('sha512').update('y').digest()]))).toBeNull();
  });

  it('gives back any GLZ data', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.uint8Array({ minLength: 400, maxLength: 400 }),
        (width, bytes) => {
          const pixels = new Uint8Array(width * 20 * 4);
          for (let i = 0; i < pixels.length; i++) pixels[i] = bytes[i % (i % 3 === 0 ? 400 : 12)]!;
          const image = {
            format: BitmapFormat.values.rgba,
            width,
            height: 20,
            stride: width * 4,
            topDown: true,
            pixels,
          };
          const encoder = new GlzEncoder({ windowPixels: 5000 });
          const out = new Uint8Array(encoder.maxEncodedSize(image));
          const glz = out.subarray(0, encoder.encode(image, out));
          const wrapped = wrapGlz(glz);
          if (wrapped === null) return;
          expect(wrapped.length).toBeLessThan(glz.length);
          expect(Buffer.compare(inflateSync(wrapped), glz)).toBe(0);
          expect(Buffer.compare(unwrapGlz(wrapped, glz.length), glz)).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('inflates no more than was announced', () => {
    const bomb = deflateSync(new Uint8Array(20_000_000));
    const tooLong = expect.objectContaining({ code: 'ERR_CODEC_SIZE', codec: 'zlib-glz' });
    expect(() => unwrapGlz(bomb, 1000)).toThrow(tooLong);
    expect(() => unwrapGlz(deflateSync(new Uint8Array(999)), 1000)).toThrow(tooLong);
    for (const size of [0, -1, 1.5, 2 ** 29]) expect(() => unwrapGlz(bomb, size)).toThrow(tooLong);
  });

  it('meets anything with a CodecError or GLZ data of the size announced', () => {
    const right = wrapGlz(new Uint8Array(2000).map((_, i) => ((i % 500) ** 2) >> 9))!;
    const damage = fc.array(fc.tuple(fc.nat(right.length - 1), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(fc.nat(right.length), damage, fc.uint8Array({ maxLength: 40 }), (cut, bytes, instead) => {
        const damaged = right.slice(0, cut);
        for (const [at, value] of bytes) damaged[at] = value;
        for (const data of [damaged, instead]) {
          try {
            expect(unwrapGlz(data, 2000).length).toBe(2000);
          } catch (error) {
            if (!(error instanceof CodecError)) throw error;
            expect(error.offset).toBeLessThanOrEqual(data.length);
          }
        }
      }),
      { numRuns: 500 },
    );
    expect(() => unwrapGlz(right.subarray(0, -10), 2000)).toThrow(
      expect.objectContaining({ code: 'ERR_CODEC_TRUNCATED' }),
    );
  });
});
