import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { BitmapFormat } from '@lazyspice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodecError, doesNotFit, type PixelImage, rowBytes } from '../contract.js';
import { LzDecoder } from '../lz/lz-decoder.js';
import { JpegAlphaDecoder, JpegAlphaEncoder } from './jpeg-alpha.js';
import { JpegDecoder } from './jpeg-decoder.js';
import { JpegEncoder } from './jpeg-encoder.js';

const { rgb16, rgb24, rgb32, rgba, a8, indexed8 } = BitmapFormat.values;

/** An image as the usual library encoded and decoded it; bytes base64, pixels a zlib stream besides. */
interface Vector {
  readonly name: string;
  readonly codec: 'jpeg' | 'jpeg_alpha';
  readonly format: BitmapFormat;
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly jpegSize: number;
  readonly raw: string;
  /** B,G,R,A with the top row first. */
  readonly decoded: string;
  readonly encoded: string;
}
const { vectors } = JSON.parse(
  readFileSync(new URL('../fixtures/jpeg-vectors.json', import.meta.url), 'utf8'),
) as { readonly vectors: readonly Vector[] };

const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
const inflated = (text: string): Uint8Array => new Uint8Array(inflateSync(Buffer.from(text, 'base64')));

interface Picture {
  readonly width: number;
  readonly height: number;
  /** B,G,R,X with the top row first, without padding. */
  readonly pixels: Uint8Array;
}

function decodeJpeg(data: Uint8Array, width: number, height: number): Picture {
  const pixels = new Uint8Array(width * height * 4).fill(0xa5);
  const shape = new JpegDecoder().decode(data, { width, height, stride: width * 4, pixels });
  expect(shape).toEqual({ format: rgb32, width, height, topDown: true });
  return { width, height, pixels };
}

function encode(encoder: JpegEncoder | JpegAlphaEncoder, image: PixelImage): Uint8Array {
  const out = new Uint8Array(encoder.maxEncodedSize(image));
  return out.slice(0, encoder.encode(image, out));
}

/** What an image shows, with the 5-bit components of rgb16 widened. */
function shown({ format, width, height, stride, topDown, pixels }: PixelImage): Picture {
  const picture = { width, height, pixels: new Uint8Array(width * height * 4) };
  const bytes = rowBytes(format, 1);
  for (let y = 0, to = 0; y < height; y++) {
    const row = (topDown ? y : height - 1 - y) * stride;
    for (let x = 0; x < width; x++, to += 4) {
      const at = row + x * bytes;
      if (format === rgb16) {
        const word = pixels[at]! | (pixels[at + 1]! << 8);
        for (const [i, five] of [word & 31, (word >> 5) & 31, (word >> 10) & 31].entries()) {
          picture.pixels[to + i] = (five << 3) | (five >> 2);
        }
      } else {
        picture.pixels.set(pixels.subarray(at, at + 3), to);
      }
    }
  }
  return picture;
}

/** Largest difference of a colour, and the peak signal-to-noise ratio in dB. */
function compare(a: Picture, b: Picture): { most: number; psnr: number } {
  let most = 0;
  let squares = 0;
  for (let i = 0; i < a.pixels.length; i++) {
    if (i % 4 === 3) continue;
    const difference = Math.abs(a.pixels[i]! - b.pixels[i]!);
    most = Math.max(most, difference);
    squares += difference ** 2;
  }
  const mean = squares / (a.width * a.height * 3);
  return { most, psnr: 10 * Math.log10(255 ** 2 / Math.max(mean, 1e-9)) };
}

/** Something without hard edges, so that JPEG can do it well. */
function smooth(
  format: BitmapFormat,
  width: number,
  height: number,
  padding = 0,
  topDown = true,
): PixelImage {
  const bytes = rowBytes(format, 1);
  const stride = width * bytes + padding;
  const pixels = new Uint8Array(stride * height - padding);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const wave = (dx: number, dy: number): number => 128 + 110 * Math.sin(x / dx + y / dy);
      const at = y * stride + x * bytes;
      const color = [wave(23, 31), wave(37, 19), wave(29, 43), wave(11, 50)];
      if (format === rgb16) {
        const [b, g, r] = color.map((value) => value >> 3);
        pixels[at] = b! | (g! << 5);
        pixels[at + 1] = (g! >> 3) | (r! << 2);
      } else {
        pixels.set(color.slice(0, bytes), at);
      }
    }
  }
  return { format, width, height, stride, topDown, pixels };
}

describe.each(vectors)('$name', (vector) => {
  const { width, height, topDown, format, jpegSize } = vector;
  const encoded = fromBase64(vector.encoded);
  const decoded: Picture = { width, height, pixels: inflated(vector.decoded) };
  const raw = inflated(vector.raw);
  const image: PixelImage = { format, width, height, stride: width * 4, topDown, pixels: raw };

  it('decodes to the same colours, nearly', () => {
    expect(compare(decodeJpeg(encoded.subarray(0, jpegSize), width, height), decoded).most).toBeLessThan(4);
  });

  it('encodes to a picture that is as good, in as many bytes, nearly', () => {
    const ours = encode(new JpegEncoder(), image);
    expect(Math.abs(ours.length / jpegSize - 1)).toBeLessThan(0.03);
    const better =
      compare(decodeJpeg(ours, width, height), shown(image)).psnr - compare(decoded, shown(image)).psnr;
    expect(better).toBeGreaterThan(-0.3);
  });

  it('begins with the same tables', () => {
    const ours = encode(new JpegEncoder(), image);
    const tables = (data: Uint8Array, marker: number): string[] => {
      const found: string[] = [];
      for (let at = 2; data[at + 1] !== 0xda; at += 2 + data[at + 2]! * 256 + data[at + 3]!) {
        const end = at + 2 + data[at + 2]! * 256 + data[at + 3]!;
        if (data[at + 1] === marker) found.push(Buffer.from(data.subarray(at, end)).toString('hex'));
      }
      return found.sort();
    };
    for (const marker of [0xdb, 0xc4, 0xc0]) expect(tables(ours, marker)).toEqual(tables(encoded, marker));
  });

  if (vector.codec === 'jpeg_alpha') {
    it('keeps the alpha exactly, both ways', () => {
      const alpha = ({ pixels }: Picture): Uint8Array => pixels.filter((_, i) => i % 4 === 3);
      const decodeAlpha = (data: Uint8Array, jpegBytes: number): Picture => {
        const pixels = new Uint8Array(width * height * 4);
        const target = { width, height, stride: width * 4, pixels };
        const shape = new JpegAlphaDecoder().decode(data, jpegBytes, target);
        expect(shape).toEqual({ format: rgba, width, height, topDown: true });
        return target;
      };
      const theirs = decodeAlpha(encoded, jpegSize);
      expect(alpha(theirs)).toEqual(alpha(decoded));
      expect(compare(theirs, decoded).most).toBeLessThan(4);
      const encoder = new JpegAlphaEncoder();
      const ours = encode(encoder, image);
      expect(alpha(decodeAlpha(ours, encoder.jpegBytes))).toEqual(alpha(decoded));
      // the alpha plane has the image's own row order
      const target = { width, height, stride: width * 4, pixels: new Uint8Array(width * height * 4) };
      expect(new LzDecoder().decodeAlpha(ours.subarray(encoder.jpegBytes), target).topDown).toBe(topDown);
    });
  }
});

describe('the JPEG encoder', () => {
  it('shows images of all formats, sizes, strides and row orders', () => {
    const sides = fc.integer({ min: 1, max: 70 });
    fc.assert(
      fc.property(
        fc.constantFrom(rgb16, rgb24, rgb32, rgba),
        sides,
        sides,
        fc.constantFrom(0, 1, 64),
        fc.boolean(),
        (format, width, height, padding, topDown) => {
          const image = smooth(format, width, height, padding, topDown);
          const picture = decodeJpeg(encode(new JpegEncoder(), image), width, height);
          // 5-bit components make steps that JPEG smooths out
          expect(compare(picture, shown(image)).psnr).toBeGreaterThan(format === rgb16 ? 32 : 36);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('gives the same bytes whatever the padding and the order of the rows', () => {
    const image = smooth(rgb32, 50, 37);
    const expected = encode(new JpegEncoder(), image);
    const upward = new Uint8Array(210 * 37);
    for (let y = 0; y < 37; y++) upward.set(image.pixels.subarray(y * 200, y * 200 + 200), (36 - y) * 210);
    const again = encode(new JpegEncoder(), { ...image, stride: 210, topDown: false, pixels: upward });
    expect(Buffer.compare(again, expected)).toBe(0);
    const ignored = image.pixels.map((byte, i) => (i % 4 === 3 ? i : byte));
    expect(Buffer.compare(encode(new JpegEncoder(), { ...image, pixels: ignored }), expected)).toBe(0);
  });

  it('codes noise, flat colours and hard edges at every quality', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.constantFrom('noise', 'flat', 'edges', 'flat but one'),
        fc.infiniteStream(fc.nat(255)),
        (quality, content, bytes) => {
          const image = smooth(rgb32, 45, 33);
          const color = [...Array(3)].map(() => bytes.next().value);
          const { pixels } = image;
          for (let i = 0; i < pixels.length; i++) {
            if (content === 'noise') pixels[i] = bytes.next().value;
            else if (content === 'edges') pixels[i] = (i >> 4) % 2 === 0 ? 255 : 0;
            else pixels[i] = color[i % 4] ?? 0;
          }
          if (content === 'flat but one') pixels[2000] = 255 - pixels[2000]!;
          const data = encode(new JpegEncoder({ quality }), image);
          const { psnr, most } = compare(decodeJpeg(data, 45, 33), shown(image));
          if (content === 'flat' && quality >= 50) expect(most).toBeLessThan(9);
          // nothing but the brightness of the noise can survive 4:2:0
          expect(psnr).toBeGreaterThan(content === 'noise' ? 6 : 8);
        },
      ),
      { numRuns: 120 },
    );
  });

  it('loses next to nothing of grey at quality 100, however hard the edges', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(255)), fc.constantFrom(0, 1, 2), (bytes, content) => {
        const image = smooth(rgb32, 32, 24);
        for (let i = 0; i < image.pixels.length; i += 4) {
          const byte = bytes.next().value;
          image.pixels.fill([byte, byte > 127 ? 255 : 0, (i >> 5) % 2 === 0 ? 255 : 0][content]!, i, i + 4);
        }
        const data = encode(new JpegEncoder({ quality: 100 }), image);
        expect(compare(decodeJpeg(data, 32, 24), shown(image)).most).toBeLessThan(4);
      }),
      { numRuns: 60 },
    );
  });

  it('gets better with quality', () => {
    const image = smooth(rgb32, 200, 100);
    for (let i = 0; i < image.pixels.length; i++) image.pixels[i]! ^= (i * i) & 7;
    let [bytes, psnr] = [0, 0];
    for (const quality of [5, 20, 50, 85, 95, 100]) {
      const data = encode(new JpegEncoder({ quality }), image);
      const next = compare(decodeJpeg(data, 200, 100), shown(image)).psnr;
      expect(data.length).toBeGreaterThan(bytes);
      expect(next).toBeGreaterThan(psnr);
      [bytes, psnr] = [data.length, next];
    }
    expect(psnr).toBeGreaterThan(38);
  });

  it('says so when the result does not fit, and writes nothing behind the buffer', () => {
    for (const encoder of [new JpegEncoder(), new JpegAlphaEncoder()]) {
      const image = smooth(rgba, 60, 50);
      const { length } = encode(encoder, image);
      const buffer = new Uint8Array(length + 64).fill(0xa5);
      expect(encoder.encode(image, buffer.subarray(0, length))).toBe(length);
      for (const less of [length - 1, length - 2, length - 40, 700, 630, 100, 0]) {
        buffer.fill(0xa5);
        expect(encoder.encode(image, buffer.subarray(0, less))).toBe(doesNotFit);
        expect(buffer.subarray(less).every((byte) => byte === 0xa5)).toBe(true);
      }
    }
  });

  it('refuses formats, qualities and images that cannot be', () => {
    const out = new Uint8Array(10_000);
    const unsupported = expect.objectContaining({ code: 'ERR_CODEC_UNSUPPORTED' });
    for (const quality of [0, 101, 50.5]) expect(() => new JpegEncoder({ quality })).toThrow(unsupported);
    const image = smooth(rgb32, 16, 16);
    for (const format of [a8, indexed8]) {
      expect(new JpegEncoder().accepts(format)).toBe(false);
      expect(() => new JpegEncoder().encode({ ...image, format }, out)).toThrow(unsupported);
    }
    expect(() => new JpegAlphaEncoder().encode(image, out)).toThrow(unsupported);
    expect(() => new JpegEncoder().encode({ ...image, height: 17 }, out)).toThrow(
      expect.objectContaining({ code: 'ERR_CODEC_IMAGE' }),
    );
  });
});

describe('the JPEG decoder', () => {
  const image = smooth(rgb32, 40, 30);
  const data = encode(new JpegEncoder(), image);
  const target = { width: 40, height: 30, stride: 160, pixels: new Uint8Array(4800) };
  const decode = (bytes: Uint8Array): void => {
    new JpegDecoder().decode(bytes, target);
  };
  const scanAt = Buffer.from(data).indexOf(Buffer.from([0xff, 0xda]));
  const frameAt = Buffer.from(data).indexOf(Buffer.from([0xff, 0xc0]));
  const changed = (at: number, ...bytes: number[]): Uint8Array => {
    const copy = data.slice();
    copy.set(bytes, at);
    return copy;
  };

  it('meets corrupted data with a CodecError or some pixels, and stays within the target', () => {
    const places = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
    const damage = fc.array(fc.tuple(places, fc.nat(255)), { maxLength: 5 });
    fc.assert(
      fc.property(fc.option(places), damage, fc.boolean(), (cut, bytes, inHeader) => {
        const damaged = data.slice(0, cut === null ? data.length : Math.floor(data.length * cut));
        const most = inHeader ? Math.min(scanAt, damaged.length) : damaged.length;
        for (const [place, value] of bytes) damaged[Math.floor(place * most)] = value;
        const guarded = new Uint8Array(4800 + 128).fill(0xa5);
        try {
          const pixels = guarded.subarray(64, -64);
          new JpegDecoder().decode(damaged, { ...target, pixels });
        } catch (error) {
          if (!(error instanceof CodecError)) throw error;
          expect(error.offset).toBeLessThanOrEqual(damaged.length);
        }
        expect(guarded.subarray(0, 64).every((byte) => byte === 0xa5)).toBe(true);
        expect(guarded.subarray(-64).every((byte) => byte === 0xa5)).toBe(true);
      }),
      { numRuns: 1500 },
    );
  });

  it('meets anything behind a right header with a CodecError or some pixels', () => {
    const header = data.slice(0, scanAt + 14);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (tail) => {
        try {
          decode(new Uint8Array([...header, ...tail]));
        } catch (error) {
          if (!(error instanceof CodecError)) throw error;
        }
      }),
      { numRuns: 400 },
    );
  });

  it('says what is wrong', () => {
    const refused = (bytes: Uint8Array, code: string): void =>
      expect(() => decode(bytes)).toThrow(expect.objectContaining({ name: 'CodecError', code }));
    refused(changed(0, 0), 'ERR_CODEC_DATA');
    refused(data.subarray(0, 4), 'ERR_CODEC_TRUNCATED');
    refused(data.subarray(0, scanAt), 'ERR_CODEC_TRUNCATED');
    refused(data.subarray(0, scanAt + 40), 'ERR_CODEC_TRUNCATED');
    refused(changed(frameAt + 1, 0xc2), 'ERR_CODEC_UNSUPPORTED');
    refused(changed(frameAt + 4, 12), 'ERR_CODEC_UNSUPPORTED');
    refused(changed(frameAt + 5, 0, 31), 'ERR_CODEC_SIZE');
    refused(changed(frameAt + 9, 4), 'ERR_CODEC_UNSUPPORTED');
    refused(changed(frameAt + 11, 0x51), 'ERR_CODEC_UNSUPPORTED');
    refused(changed(scanAt + 4, 1), 'ERR_CODEC_UNSUPPORTED');
    refused(changed(scanAt + 6, 0x33), 'ERR_CODEC_DATA');
    expect(() => new JpegDecoder().decode(data, { ...target, stride: 159 })).toThrow(
      expect.objectContaining({ code: 'ERR_CODEC_IMAGE' }),
    );
    expect(new JpegDecoder().inspect(data, target)).toEqual({
      format: rgb32,
      width: 40,
      height: 30,
      topDown: true,
    });
    expect(() => decode(data)).not.toThrow();
  });
});
