/// <reference path="./lz4/lz4js.d.ts" />
import { BitmapFormat } from '@lazyspice/core';
import fc from 'fast-check';
import { decompressBlock } from 'lz4js';
import { describe, expect, it } from 'vitest';
import {
  CodecError,
  doesNotFit,
  type ImageDecoder,
  type ImageEncoder,
  type PixelImage,
  rowBytes,
} from './contract.js';
import { LzDecoder } from './lz/lz-decoder.js';
import { LzEncoder } from './lz/lz-encoder.js';
import { Lz4Decoder } from './lz4/lz4-decoder.js';
import { Lz4Encoder } from './lz4/lz4-encoder.js';
import { joinLz4Strips } from './lz4/lz4-strips.js';
import { QuicDecoder } from './quic/quic-decoder.js';
import { QuicEncoder } from './quic/quic-encoder.js';

const formats = Object.values(BitmapFormat.values);

interface Codec {
  readonly name: string;
  readonly encoder: ImageEncoder;
  readonly decoder: ImageDecoder;
}
const codecs: readonly Codec[] = [
  { name: 'quic', encoder: new QuicEncoder(), decoder: new QuicDecoder() },
  { name: 'lz', encoder: new LzEncoder(), decoder: new LzDecoder() },
  { name: 'lz in segments of 3 rows', encoder: new LzEncoder({ segmentRows: 3 }), decoder: new LzDecoder() },
  { name: 'lz4', encoder: new Lz4Encoder(), decoder: new Lz4Decoder() },
];

/** Contents that drive the codecs through all their ways: bytes from a few colours, runs, noise, repeated rows. */
type Content = 'noise' | 'colors' | 'runs' | 'repeats' | 'gradient';

function fill(pixels: Uint8Array, content: Content, seed: number, unit: number, stride: number): void {
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const period = stride * (1 + random(3)) + unit * random(5);
  let color = 0;
  for (let i = 0; i < pixels.length; i++) {
    const at = i - (i % unit);
    if (content === 'runs' && i === at && random(12) === 0) color = random(256);
    if (content === 'colors' && i === at) color = random(4) * 60;
    if (content === 'noise') pixels[i] = random(256);
    else if (content === 'gradient') pixels[i] = (at >> 2) + random(3);
    else if (content === 'repeats')
      pixels[i] = i < period || random(200) === 0 ? random(256) : pixels[i - period]!;
    else pixels[i] = color + (i % unit) * 17;
  }
}

const images = (largest: { width: number; height: number }): fc.Arbitrary<PixelImage> =>
  fc
    .record({
      format: fc.constantFrom(...formats),
      width: fc.integer({ min: 1, max: largest.width }),
      height: fc.integer({ min: 1, max: largest.height }),
      padding: fc.constantFrom(0, 0, 1, 7, 64),
      topDown: fc.boolean(),
      content: fc.constantFrom<Content>('noise', 'colors', 'runs', 'repeats', 'gradient'),
      seed: fc.nat(),
    })
    .map(({ format, width, height, padding, topDown, content, seed }) => {
      const stride = rowBytes(format, width) + padding;
      const pixels = new Uint8Array(stride * height - padding);
      const unit = Math.max(1, rowBytes(format, 8) / 8);
      fill(pixels, content, seed, unit, stride);
      if (format === BitmapFormat.values.rgb16) {
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) pixels[y * stride + x * 2 + 1]! &= 0x7f;
        }
      }
      return { format, width, height, stride, topDown, pixels };
    });

/** Rows without padding, in the order that the decoder gives them; bits that are not coded are 0. */
function expectedPixels(codec: Codec, image: PixelImage, topDown: boolean): Uint8Array {
  const { format, width, height, stride, pixels } = image;
  const row = rowBytes(format, width);
  const expected = new Uint8Array(row * height);
  for (let y = 0; y < height; y++) {
    const from = image.topDown === topDown ? y : height - 1 - y;
    expected.set(pixels.subarray(from * stride, from * stride + row), y * row);
  }
  if (format === BitmapFormat.values.rgb32 && codec.name !== 'lz4') {
    for (let i = 3; i < expected.length; i += 4) expected[i] = 0;
  }
  return expected;
}

function expectRoundTrip(codec: Codec, image: PixelImage): void {
  const out = new Uint8Array(codec.encoder.maxEncodedSize(image));
  const size = codec.encoder.encode(image, out);
  expect(size).toBeGreaterThan(0);
  const { width, height } = image;
  const row = rowBytes(image.format, width);
  const stride = row + 3;
  const pixels = new Uint8Array(stride * height).fill(0xa5);
  const shape = codec.decoder.decode(out.subarray(0, size), { width, height, stride, pixels });
  expect(shape.format).toBe(image.format);
  const expected = expectedPixels(codec, image, shape.topDown);
  for (let y = 0; y < height; y++) {
    const decoded = pixels.subarray(y * stride, y * stride + row);
    if (Buffer.compare(decoded, expected.subarray(y * row, (y + 1) * row)) !== 0) {
      throw new Error(`row ${y} of ${height} differs`);
    }
    expect([...pixels.subarray(y * stride + row, (y + 1) * stride)]).toEqual([0xa5, 0xa5, 0xa5]);
  }
}

const fits = (codec: Codec, image: PixelImage): boolean => codec.encoder.accepts(image.format);

describe.each(codecs)('$name', (codec) => {
  it('gives back small images of all formats, strides and row orders', () => {
    fc.assert(
      fc.property(images({ width: 90, height: 24 }), (image) => {
        fc.pre(fits(codec, image));
        expectRoundTrip(codec, image);
      }),
      { numRuns: 400 },
    );
  });

  it('gives back wide images', () => {
    fc.assert(
      fc.property(images({ width: 5000, height: 5 }), (image) => {
        fc.pre(fits(codec, image));
        expectRoundTrip(codec, image);
      }),
      { numRuns: 60 },
    );
  });

  it('gives back tall images, longer than a band of rows', () => {
    fc.assert(
      fc.property(images({ width: 400, height: 900 }), (image) => {
        fc.pre(fits(codec, image));
        expectRoundTrip(codec, image);
      }),
      { numRuns: 12 },
    );
  });

  it('gives the same bytes for padded rows, and for both row orders but for the header', () => {
    fc.assert(
      fc.property(images({ width: 60, height: 20 }), (image) => {
        fc.pre(fits(codec, image));
        const row = rowBytes(image.format, image.width);
        const packed = new Uint8Array(row * image.height);
        for (let y = 0; y < image.height; y++) {
          packed.set(image.pixels.subarray(y * image.stride, y * image.stride + row), y * row);
        }
        const out = new Uint8Array(codec.encoder.maxEncodedSize(image));
        const size = codec.encoder.encode(image, out);
        const again = new Uint8Array(out.length);
        expect(codec.encoder.encode({ ...image, stride: row, pixels: packed }, again)).toBe(size);
        expect(Buffer.compare(out, again)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('says so when the result does not fit, and writes nothing behind the buffer', () => {
    fc.assert(
      fc.property(
        images({ width: 120, height: 30 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (image, part) => {
          fc.pre(fits(codec, image));
          const out = new Uint8Array(codec.encoder.maxEncodedSize(image));
          const size = codec.encoder.encode(image, out);
          const buffer = new Uint8Array(size + 64).fill(0xa5);
          expect(codec.encoder.encode(image, buffer.subarray(0, size))).toBe(size);
          const less = Math.min(size - 1, Math.floor(size * part));
          buffer.fill(0xa5);
          expect(codec.encoder.encode(image, buffer.subarray(0, less))).toBe(doesNotFit);
          expect(buffer.subarray(less).every((byte) => byte === 0xa5)).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('meets corrupted data with a CodecError or some pixels, and stays within the target', () => {
    const damage = fc.record({
      cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      bytes: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), fc.nat(255)), {
        maxLength: 6,
      }),
    });
    fc.assert(
      fc.property(images({ width: 100, height: 20 }), damage, (image, { cut, bytes }) => {
        fc.pre(fits(codec, image));
        const out = new Uint8Array(codec.encoder.maxEncodedSize(image));
        const size = codec.encoder.encode(image, out);
        const data = out.slice(0, cut === null ? size : Math.floor(size * cut));
        // the header's own checks would end most runs: damage mainly what is behind it
        for (const [place, value] of bytes) data[Math.floor(place * data.length)] = value;
        const row = rowBytes(image.format, image.width);
        // the data may turn into another format: the widest has 4 bytes a pixel
        const needed = Math.max(row, image.width * 4) * image.height;
        const guarded = new Uint8Array(needed + 128).fill(0xa5);
        const { width, height } = image;
        const pixels = guarded.subarray(64, 64 + needed);
        try {
          codec.decoder.decode(data, { width, height, stride: Math.max(row, width * 4), pixels });
        } catch (error) {
          if (!(error instanceof CodecError)) throw error;
          expect(error.offset).toBeLessThanOrEqual(data.length);
        }
        expect(guarded.subarray(0, 64).every((byte) => byte === 0xa5)).toBe(true);
        expect(guarded.subarray(64 + needed).every((byte) => byte === 0xa5)).toBe(true);
      }),
      { numRuns: 1500 },
    );
  });

  it('meets anything behind a right header with a CodecError or some pixels', () => {
    const image: PixelImage = {
      format: BitmapFormat.values.rgb32,
      width: 40,
      height: 30,
      stride: 160,
      topDown: true,
      pixels: new Uint8Array(4800),
    };
    const out = new Uint8Array(codec.encoder.maxEncodedSize(image));
    codec.encoder.encode(image, out);
    const header = out.slice(0, { quic: 20, lz4: 6 }[codec.name] ?? 28);
    const pixels = new Uint8Array(4800);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6000 }), (tail) => {
        const data = new Uint8Array([...header, ...tail]);
        if (codec.name === 'lz4') new DataView(data.buffer).setUint32(2, tail.length);
        try {
          codec.decoder.decode(data, { width: 40, height: 30, stride: 160, pixels });
        } catch (error) {
          if (!(error instanceof CodecError)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('refuses images that are not what they say', () => {
    const image: PixelImage = {
      format: BitmapFormat.values.rgb32,
      width: 4,
      height: 4,
      stride: 16,
      topDown: true,
      pixels: new Uint8Array(64),
    };
    const out = new Uint8Array(1000);
    const refused = (wrong: Partial<PixelImage>): void => {
      expect(() => codec.encoder.encode({ ...image, ...wrong }, out)).toThrow(
        expect.objectContaining({ code: 'ERR_CODEC_IMAGE', codec: codec.encoder.codec }),
      );
    };
    refused({ width: 0 });
    refused({ height: 1.5 });
    refused({ width: 70_000 });
    refused({ stride: 15 });
    refused({ stride: 17 });
    refused({ height: 5 });
    refused({ width: 65_535, height: 65_535, stride: 65_535 * 4 });
    expect(codec.encoder.encode(image, out)).toBeGreaterThan(0);
  });

  it('refuses data of another size than announced, and targets that are too small', () => {
    const pixels = new Uint8Array(4 * 8 * 5);
    const image = {
      format: BitmapFormat.values.rgb32,
      width: 8,
      height: 5,
      stride: 32,
      topDown: true,
      pixels,
    };
    const out = new Uint8Array(codec.encoder.maxEncodedSize(image));
    const data = out.subarray(0, codec.encoder.encode(image, out));
    const decode = (width: number, height: number, stride: number, bytes: number) => () =>
      codec.decoder.decode(data, { width, height, stride, pixels: new Uint8Array(bytes) });
    expect(decode(8, 5, 32, 160)).not.toThrow();
    expect(decode(8, 5, 32, 159)).toThrow(expect.objectContaining({ code: 'ERR_CODEC_IMAGE' }));
    expect(decode(8, 5, 31, 160)).toThrow(expect.objectContaining({ code: 'ERR_CODEC_IMAGE' }));
    expect(decode(8, 6, 32, 1000)).toThrow(CodecError);
    expect(decode(0, 5, 32, 160)).toThrow(expect.objectContaining({ code: 'ERR_CODEC_SIZE' }));
    expect(decode(70_000, 5, 280_000, 160)).toThrow(expect.objectContaining({ code: 'ERR_CODEC_SIZE' }));
    expect(codec.decoder.inspect(data, { width: 8, height: 5 })).toEqual({
      format: BitmapFormat.values.rgb32,
      width: 8,
      height: 5,
      topDown: true,
    });
  });
});

describe('lz4', () => {
  it('writes one block that lz4js alone decodes', () => {
    fc.assert(
      fc.property(images({ width: 300, height: 60 }), (image) => {
        const encoder = new Lz4Encoder();
        fc.pre(encoder.accepts(image.format) && image.stride === rowBytes(image.format, image.width));
        const out = new Uint8Array(encoder.maxEncodedSize(image));
        const size = encoder.encode(image, out);
        expect(new DataView(out.buffer).getUint32(2)).toBe(size - 6);
        const pixels = new Uint8Array(image.pixels.length);
        expect(decompressBlock(out, pixels, 6, size - 6, 0)).toBe(pixels.length);
        expect(Buffer.compare(pixels, image.pixels)).toBe(0);
      }),
      { numRuns: 150 },
    );
  });
});

describe('strips', () => {
  /** What `encoder` makes of every `rows` rows. */
  const cut = (encoder: ImageEncoder, image: PixelImage, rows: number): Uint8Array[] => {
    const strips: Uint8Array[] = [];
    for (let y = 0; y < image.height; y += rows) {
      const strip = {
        ...image,
        height: Math.min(rows, image.height - y),
        pixels: image.pixels.subarray(y * image.stride),
      };
      const out = new Uint8Array(encoder.maxEncodedSize(strip));
      strips.push(out.subarray(0, encoder.encode(strip, out)));
    }
    return strips;
  };

  it('of LZ4 are one image when they are joined', () => {
    fc.assert(
      fc.property(images({ width: 200, height: 90 }), fc.integer({ min: 1, max: 90 }), (image, rows) => {
        const encoder = new Lz4Encoder();
        fc.pre(encoder.accepts(image.format));
        const data = Buffer.concat(joinLz4Strips(cut(encoder, image, rows)));
        const { width, height } = image;
        const row = rowBytes(image.format, width);
        const pixels = new Uint8Array(row * height);
        const shape = new Lz4Decoder().decode(data, { width, height, stride: row, pixels });
        expect(shape.topDown).toBe(image.topDown);
        const codec = { name: 'lz4', encoder, decoder: new Lz4Decoder() };
        expect(Buffer.compare(pixels, expectedPixels(codec, image, image.topDown))).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  it('of QUIC and LZ are images of their own, cut out without a copy', () => {
    fc.assert(
      fc.property(images({ width: 90, height: 60 }), fc.integer({ min: 1, max: 60 }), (image, rows) => {
        for (const codec of codecs.filter(({ name }) => name === 'quic' || name === 'lz')) {
          if (!fits(codec, image)) continue;
          const { width, height, stride } = image;
          const row = rowBytes(image.format, width);
          for (const [i, data] of cut(codec.encoder, image, rows).entries()) {
            const stripHeight = Math.min(rows, height - i * rows);
            const strip = { ...image, height: stripHeight, pixels: image.pixels.subarray(i * rows * stride) };
            const pixels = new Uint8Array(row * stripHeight);
            const shape = codec.decoder.decode(data, { width, height: stripHeight, stride: row, pixels });
            expect(Buffer.compare(pixels, expectedPixels(codec, strip, shape.topDown))).toBe(0);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('lz alpha planes', () => {
  it('replaces byte 3 of the target alone', () => {
    fc.assert(
      fc.property(images({ width: 80, height: 20 }), (image) => {
        fc.pre(image.format === BitmapFormat.values.rgba);
        const { width, height } = image;
        const out = new Uint8Array(new LzEncoder().maxEncodedSize(image));
        const size = new LzEncoder().encodeAlpha(image, out);
        const stride = width * 4 + 4;
        const pixels = new Uint8Array(stride * height).fill(7);
        const shape = new LzDecoder().decodeAlpha(out.subarray(0, size), { width, height, stride, pixels });
        expect(shape.topDown).toBe(image.topDown);
        for (let y = 0; y < height; y++) {
          for (let i = 0; i < stride; i++) {
            const isAlpha = i < width * 4 && i % 4 === 3;
            if (pixels[y * stride + i] !== (isAlpha ? image.pixels[y * image.stride + i] : 7)) {
              throw new Error(`byte ${i} of row ${y} differs`);
            }
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('quic', () => {
  it('insists on the word behind the image, as the reference client does', () => {
    const pixels = new Uint8Array(64);
    const image = {
      format: BitmapFormat.values.rgba,
      width: 4,
      height: 4,
      stride: 16,
      topDown: true,
      pixels,
    };
    const out = new Uint8Array(1000);
    const size = new QuicEncoder().encode(image, out);
    const target = { width: 4, height: 4, stride: 16, pixels };
    const decoder = new QuicDecoder();
    expect(() => decoder.decode(out.subarray(0, size), target)).not.toThrow();
    expect(() => decoder.decode(out.subarray(0, size - 4), target)).toThrow(
      expect.objectContaining({ code: 'ERR_CODEC_TRUNCATED', offset: size - 4 }),
    );
  });

  it('keeps type GRAY, which clients refuse, apart', () => {
    const pixels = new Uint8Array([1, 2, 3, 4]);
    const image = { format: BitmapFormat.values.a8, width: 2, height: 2, stride: 2, topDown: true, pixels };
    const out = new Uint8Array(100);
    expect(() => new QuicEncoder().encode(image, out)).toThrow(
      expect.objectContaining({ code: 'ERR_CODEC_UNSUPPORTED' }),
    );
    const data = out.subarray(0, new QuicEncoder().encodeGray(image, out));
    const target = { width: 2, height: 2, stride: 2, pixels: new Uint8Array(4) };
    expect(() => new QuicDecoder().decode(data, target)).toThrow(
      expect.objectContaining({ code: 'ERR_CODEC_UNSUPPORTED' }),
    );
    new QuicDecoder().decodeGray(data, target);
    expect(target.pixels).toEqual(pixels);
  });
});
