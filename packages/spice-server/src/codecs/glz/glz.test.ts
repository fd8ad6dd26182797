import { BitmapFormat } from '@lazyspice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodecError, doesNotFit, type PixelImage, rowBytes } from '../contract.js';
import { GlzDecoder } from './glz-decoder.js';
import { GlzEncoder } from './glz-encoder.js';

const { rgb16, rgb24, rgb32, rgba } = BitmapFormat.values;
const formats = [rgb16, rgb24, rgb32, rgba] as const;

function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const screens = new Map<number, Uint32Array>();

/** What the images of a sequence are cut out of: flat areas, letters, a gradient and noise, 256 x 256 words. */
function makeScreen(seed: number): Uint32Array {
  const made = screens.get(seed);
  if (made !== undefined) return made;
  const random = numbers(seed);
  const colors = Array.from({ length: 6 }, () => random(2 ** 32));
  const letters = Array.from({ length: 4 }, () => Array.from({ length: 64 }, () => random(2) * 5));
  const screen = Uint32Array.from({ length: 65_536 }, (_, i) => {
    const [x, y] = [i & 255, i >> 8];
    if (y < 64) return colors[(x >> 5) % 6]!;
    if (y < 160) return colors[letters[((x >> 3) * 7 + (y >> 3) * 3) % 4]![(x & 7) + (y & 7) * 8]!]!;
    return y < 200 ? (x >> 2) * 0x010101 + (y << 24) : random(2 ** 32);
  });
  screens.set(seed, screen);
  return screen;
}

interface Step {
  readonly format: BitmapFormat;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly padding: number;
  readonly topDown: boolean;
  /** Pixels that differ from the screen. */
  readonly changes: number;
  /** The part of the room it needs that it gets, when it is encoded a first time in vain. */
  readonly tooSmall: number | null;
}

const steps = fc.record<Step>({
  format: fc.constantFrom(rgb32, rgb32, rgb32, rgba, rgb24, rgb16),
  left: fc.nat(200),
  top: fc.nat(200),
  width: fc.integer({ min: 1, max: 120 }),
  height: fc.integer({ min: 1, max: 60 }),
  padding: fc.constantFrom(0, 0, 3),
  topDown: fc.boolean(),
  changes: fc.constantFrom(0, 0, 1, 5, 100),
  tooSmall: fc.option(fc.double({ min: 0, max: 0.99, noNaN: true }), { freq: 4 }),
});

function cut(screen: Uint32Array, step: Step, random: (below: number) => number): PixelImage {
  const { format, width, height, padding, topDown } = step;
  const bytes = rowBytes(format, 1);
  const stride = width * bytes + padding;
  const pixels = new Uint8Array(stride * height - padding);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let word = screen[(((step.top + y) & 255) << 8) | ((step.left + x) & 255)]!;
      if (format === rgb16) word &= 0x7fff;
      for (let i = 0; i < bytes; i++) pixels[y * stride + x * bytes + i] = word >> (8 * i);
    }
  }
  for (let i = 0; i < step.changes; i++) {
    pixels[random(height) * stride + random(width) * bytes] = random(256);
  }
  return { format, width, height, stride, topDown, pixels };
}

/** The pixels in rows without padding; byte 3 of rgb32 is not coded. */
function packed({ format, width, height, stride, pixels }: PixelImage): Uint8Array {
  const row = rowBytes(format, width);
  const bytes = new Uint8Array(row * height);
  for (let y = 0; y < height; y++) bytes.set(pixels.subarray(y * stride, y * stride + row), y * row);
  if (format === rgb32) for (let i = 3; i < bytes.length; i += 4) bytes[i] = 0;
  return bytes;
}

function encode(encoder: GlzEncoder, image: PixelImage): Uint8Array {
  const out = new Uint8Array(encoder.maxEncodedSize(image));
  return out.slice(0, encoder.encode(image, out));
}

function decode(decoder: GlzDecoder, data: Uint8Array, image: PixelImage): Uint8Array {
  const { width, height } = image;
  const row = rowBytes(image.format, width);
  const pixels = new Uint8Array((row + 2) * height).fill(0xa5);
  const shape = decoder.decode(data, { width, height, stride: row + 2, pixels });
  expect(shape).toEqual({ format: image.format, width, height, topDown: image.topDown });
  return packed({ ...image, stride: row + 2, pixels });
}

const expectSame = (a: Uint8Array, b: Uint8Array): void => expect(Buffer.compare(a, b)).toBe(0);

const field = (data: Uint8Array, offset: number): number => Buffer.from(data).readUInt32BE(offset);

const plain = (width: number, height: number, value: number): PixelImage => ({
  format: rgb32,
  width,
  height,
  stride: width * 4,
  topDown: true,
  pixels: new Uint8Array(width * height * 4).fill(value),
});

describe('a GLZ dictionary', () => {
  it('gives back sequences of images that are alike, through windows that slide', () => {
    fc.assert(
      fc.property(
        fc.nat(9),
        fc.integer({ min: 7300, max: 30_000 }),
        fc.constantFrom(12, 18, 20),
        fc.array(steps, { minLength: 2, maxLength: 40 }),
        (seed, windowPixels, hashBits, list) => {
          const screen = makeScreen(seed);
          const random = numbers(seed);
          const encoder = new GlzEncoder({ windowPixels, hashBits });
          const decoder = new GlzDecoder();
          const sizes: number[] = [];
          for (const [id, step] of list.entries()) {
            const image = cut(screen, step, random);
            if (step.tooSmall !== null) {
              const most = new Uint8Array(encoder.maxEncodedSize(image));
              // an image takes 37 bytes at least
              const lot = Math.floor(37 * step.tooSmall);
              expect(encoder.encode(image, most.subarray(0, lot))).toBe(doesNotFit);
              expect(encoder.nextImageId).toBe(id);
            }
            const data = encode(encoder, image);
            expectSame(decode(decoder, data, image), packed(image));
            sizes.push(image.width * image.height);
            // the window is as long as it may be, and the decoder keeps just that
            const head = id - field(data, 29);
            const held = sizes.slice(head).reduce((sum, size) => sum + size, 0);
            expect(held).toBeLessThanOrEqual(windowPixels);
            if (head > 0 && step.tooSmall === null) {
              expect(held + sizes[head - 1]!).toBeGreaterThan(windowPixels);
            }
            expect(decoder.size).toBe(id - head + 1);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('writes nothing behind a buffer that is too small, and goes on as if it had not been asked', () => {
    fc.assert(
      fc.property(
        fc.nat(9),
        fc.array(steps, { minLength: 1, maxLength: 8 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (seed, list, part) => {
          const screen = makeScreen(seed);
          const encoder = new GlzEncoder({ windowPixels: 100_000 });
          const twin = new GlzEncoder({ windowPixels: 100_000 });
          const decoder = new GlzDecoder();
          for (const [i, step] of list.entries()) {
            const image = cut(screen, step, numbers(seed));
            const expected = encode(twin, image);
            const buffer = new Uint8Array(expected.length + 300).fill(0xa5);
            if (i === 0) {
              expect(encoder.encode(image, buffer.subarray(0, expected.length))).toBe(expected.length);
              expect(buffer.subarray(expected.length).every((byte) => byte === 0xa5)).toBe(true);
              expectSame(decode(decoder, buffer.subarray(0, expected.length), image), packed(image));
              continue;
            }
            const less = Math.floor(Math.min(expected.length - 1, 33) * part);
            expect(encoder.encode(image, buffer.subarray(0, less))).toBe(doesNotFit);
            expect(buffer.subarray(less).every((byte) => byte === 0xa5)).toBe(true);
            // the attempt left candidates in the hash table, so the bytes may be others now
            expectSame(decode(decoder, encode(encoder, image), image), packed(image));
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('knows the most that an alpha plane takes', () => {
    // noise, but for the alpha: every fourth byte begins a run of three more, and no value comes again
    const image = { ...plain(32, 32, 0), format: rgba };
    const random = numbers(1);
    for (let i = 0; i < 4096; i++) image.pixels[i] = i % 4 === 3 ? i >> 4 : random(256);
    const data = encode(new GlzEncoder({ windowPixels: 10_000 }), image);
    expectSame(decode(new GlzDecoder(), data, image), packed(image));
    expect(data.length).toBeGreaterThan(33 + (3 + 1) * 1024 + 200);
  });

  it('codes an image again in a few bytes', () => {
    const screen = makeScreen(5);
    // noise: nothing else in the image is like it
    const step = { left: 0, top: 200, width: 250, height: 50, padding: 0, topDown: true, changes: 0 };
    for (const format of formats) {
      const image = cut(screen, { ...step, format, tooSmall: null }, numbers(1));
      const encoder = new GlzEncoder({ windowPixels: 100_000 });
      const first = encode(encoder, image);
      expect(encode(encoder, image).length).toBeLessThan(first.length / 20);
    }
  });

  it('keeps its memory within the window, however the sizes of the images change', () => {
    const windowPixels = 400_000;
    const encoder = new GlzEncoder({ windowPixels });
    const decoder = new GlzDecoder();
    const random = numbers(3);
    const out = new Uint8Array(4_000_000);
    expect(encoder.memoryBytes).toBe(0);
    let most = 0;
    for (let i = 0; i < 300; i++) {
      const width = 1 + random(i % 3 === 0 ? 630 : 100);
      const image = { ...plain(width, 1 + random(630), i), format: i % 5 === 0 ? rgba : rgb32 };
      if (!encoder.hasRoomFor(image)) continue;
      const data = out.subarray(0, encoder.encode(image, out));
      expectSame(decode(decoder, data, image), packed(image));
      most = Math.max(most, encoder.memoryBytes);
    }
    // the hash table and the segments, five bytes a pixel, and what an encoded image takes
    expect(most).toBeLessThan(5 * 2 ** 20 + windowPixels * 5 + windowPixels * 4 + 2 ** 21);
    encoder.reset();
    expect(encoder.memoryBytes).toBe(0);
  });

  it('takes any number of tiny images', () => {
    const encoder = new GlzEncoder({ windowPixels: 2 ** 22 });
    const out = new Uint8Array(100);
    let size = 0;
    for (let i = 0; i < 70_000; i++) size = encoder.encode(plain(1, 1, i), out);
    expect(field(out.subarray(0, size), 25)).toBe(69_999);
    expect(field(out.subarray(0, size), 29)).toBe(65_535);
    for (let i = 0; i < 150_000; i++) encoder.encode(plain(1, 1, i), out);
    expect(encoder.memoryBytes).toBeLessThan(8 * 2 ** 20 + 2 ** 24);
  });

  it('goes on counting after a reset, and clients drop their images', () => {
    const encoder = new GlzEncoder({ windowPixels: 10_000 });
    const decoder = new GlzDecoder();
    for (let i = 0; i < 5; i++) decode(decoder, encode(encoder, plain(20, 20, i)), plain(20, 20, i));
    expect(decoder.size).toBe(5);
    encoder.reset();
    const image = plain(30, 30, 2);
    expectSame(decode(decoder, encode(encoder, image), image), packed(image));
    expect(encoder.nextImageId).toBe(6);
    expect(decoder.size).toBe(1);
  });

  it('begins where a migrated one ended', () => {
    const firstImageId = 2 ** 32 + 7;
    const encoder = new GlzEncoder({ windowPixels: 10_000, firstImageId });
    const decoder = new GlzDecoder({ firstImageId });
    for (let i = 0; i < 40; i++) {
      const image = plain(20 + i, 20, i >> 2);
      expectSame(decode(decoder, encode(encoder, image), image), packed(image));
    }
    expect(encoder.nextImageId).toBe(firstImageId + 40);
    expect(decoder.size).toBeLessThan(20);
  });

  it('refuses windows, images and formats that cannot be, and everything once closed', () => {
    const unsupported = expect.objectContaining({ code: 'ERR_CODEC_UNSUPPORTED', codec: 'glz' });
    for (const windowPixels of [0, -5, 1.5, 2 ** 25 + 1, Number.NaN]) {
      expect(() => new GlzEncoder({ windowPixels })).toThrow(unsupported);
    }
    for (const hashBits of [11, 21, 15.5]) {
      expect(() => new GlzEncoder({ windowPixels: 100, hashBits })).toThrow(unsupported);
    }
    const encoder = new GlzEncoder({ windowPixels: 100 });
    const out = new Uint8Array(1000);
    expect(encoder.hasRoomFor(plain(10, 10, 1))).toBe(false);
    expect(() => encoder.encode(plain(10, 10, 1), out)).toThrow(unsupported);
    expect(encoder.hasRoomFor(plain(9, 11, 1))).toBe(true);
    expect(encoder.encode(plain(9, 11, 1), out)).toBeGreaterThan(33);
    expect(encoder.accepts(BitmapFormat.values.a8)).toBe(false);
    const wrong = { ...plain(9, 9, 1), format: BitmapFormat.values.indexed8 };
    expect(() => encoder.encode(wrong, out)).toThrow(unsupported);
    expect(() => encoder.encode({ ...plain(9, 9, 1), height: 10 }, out)).toThrow(
      expect.objectContaining({ code: 'ERR_CODEC_IMAGE' }),
    );
    encoder.close();
    expect(() => encoder.encode(plain(9, 9, 1), out)).toThrow(unsupported);
  });
});

describe('a GLZ window of several channels', () => {
  it('waits for what another channel delivers, and drops nothing that may still be needed', () => {
    const screen = makeScreen(9);
    const part = {
      format: rgb32,
      padding: 0,
      topDown: true,
      changes: 0,
      tooSmall: null,
      width: 100,
      height: 60,
    };
    const images = [0, 8, 16, 24, 32, 40].map((top) =>
      cut(screen, { ...part, left: 0, top: 80 + top }, numbers(1)),
    );
    const encoder = new GlzEncoder({ windowPixels: 13_000 });
    const data = images.map((image) => encode(encoder, image));
    const decoder = new GlzDecoder();
    const take = (i: number): void => expectSame(decode(decoder, data[i]!, images[i]!), packed(images[i]!));
    // two fit into the window; here channel A has the even images, B the odd ones, and B comes late
    take(0);
    expect(() => take(2)).toThrow(expect.objectContaining({ code: 'ERR_CODEC_REFERENCE' }));
    expect(decoder.size).toBe(1);
    take(1);
    take(2);
    expect(decoder.size).toBe(2);
    expect(() => take(4)).toThrow(expect.objectContaining({ code: 'ERR_CODEC_REFERENCE' }));
    take(3);
    take(4);
    take(5);
    expect(decoder.size).toBe(2);
    expect(() => take(5)).toThrow(expect.objectContaining({ code: 'ERR_CODEC_DATA', offset: 21 }));
    decoder.clear();
    take(0);
  });

  it('keeps no more pixels than it may', () => {
    const encoder = new GlzEncoder({ windowPixels: 100_000 });
    const decoder = new GlzDecoder({ maxPixels: 2000 });
    const one = encode(encoder, plain(30, 30, 1));
    const two = encode(encoder, plain(30, 30, 2));
    const three = encode(encoder, plain(30, 30, 3));
    decode(decoder, one, plain(30, 30, 1));
    decode(decoder, two, plain(30, 30, 2));
    const tooMuch = expect.objectContaining({ code: 'ERR_CODEC_SIZE' });
    expect(() => decode(decoder, three, plain(30, 30, 3))).toThrow(tooMuch);
    expect(decoder.size).toBe(2);
  });
});

describe('the GLZ decoder', () => {
  const damage = fc.record({
    cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    bytes: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), fc.nat(255)), {
      maxLength: 6,
    }),
  });

  it('meets corrupted data with a CodecError or some pixels, and is as it was before when it fails', () => {
    fc.assert(
      fc.property(
        fc.nat(9),
        fc.array(fc.tuple(steps, damage), { minLength: 2, maxLength: 8 }),
        (seed, list) => {
          const screen = makeScreen(seed);
          const encoder = new GlzEncoder({ windowPixels: 20_000 });
          const decoder = new GlzDecoder({ maxPixels: 60_000 });
          for (const [step, { cut: part, bytes }] of list) {
            const image = cut(screen, step, numbers(seed));
            const { width, height } = image;
            const right = encode(encoder, image);
            const data = right.slice(0, part === null ? right.length : Math.floor(right.length * part));
            for (const [place, value] of bytes) data[Math.floor(place * data.length)] = value;
            const guarded = new Uint8Array(width * height * 4 + 128).fill(0xa5);
            const before = decoder.size;
            try {
              const pixels = guarded.subarray(64, -64);
              decoder.decode(data, { width, height, stride: width * 4, pixels });
            } catch (error) {
              if (!(error instanceof CodecError)) throw error;
              expect(error.offset).toBeLessThanOrEqual(data.length);
              expect(decoder.size).toBe(before);
            }
            expect(guarded.subarray(0, 64).every((byte) => byte === 0xa5)).toBe(true);
            expect(guarded.subarray(-64).every((byte) => byte === 0xa5)).toBe(true);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('meets anything behind a right header with a CodecError or some pixels', () => {
    const header = encode(new GlzEncoder({ windowPixels: 5000 }), plain(40, 30, 1)).slice(0, 33);
    const pixels = new Uint8Array(4800);
    fc.assert(
      fc.property(fc.constantFrom(6, 7, 8, 9), fc.uint8Array({ maxLength: 3000 }), (type, tail) => {
        const data = new Uint8Array([...header, ...tail]);
        data[8] = 16 + type;
        new DataView(data.buffer).setUint32(17, rowBytes([rgb16, rgb24, rgb32, rgba][type - 6]!, 40));
        try {
          new GlzDecoder().decode(data, { width: 40, height: 30, stride: 160, pixels });
        } catch (error) {
          if (!(error instanceof CodecError)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('says what is wrong and where', () => {
    const image = plain(8, 5, 7);
    const data = encode(new GlzEncoder({ windowPixels: 5000 }), image);
    const refused = (at: number, bytes: readonly number[], code: string, offset = at): void => {
      const wrong = data.slice();
      wrong.set(bytes, at);
      const decodeWrong = (): Uint8Array => decode(new GlzDecoder(), wrong, image);
      expect(decodeWrong).toThrow(expect.objectContaining({ name: 'CodecError', code, offset }));
    };
    refused(0, [1], 'ERR_CODEC_DATA');
    refused(4, [0, 2], 'ERR_CODEC_UNSUPPORTED');
    refused(8, [5], 'ERR_CODEC_UNSUPPORTED');
    refused(8, [0x38], 'ERR_CODEC_DATA');
    refused(9, [0, 0, 0, 9], 'ERR_CODEC_SIZE');
    refused(17, [0, 0, 0, 33], 'ERR_CODEC_DATA');
    refused(21, [0, 0x20], 'ERR_CODEC_DATA');
    refused(29, [0, 0, 0, 1], 'ERR_CODEC_DATA');
    // 41 literals, a match of 0xff.. units, one before the image, one of an image before the first
    refused(33, [31], 'ERR_CODEC_TRUNCATED', data.length);
    refused(33, [0xe0, 255, 255], 'ERR_CODEC_DATA');
    refused(33, [0x21, 0, 0], 'ERR_CODEC_DATA');
    refused(33, [0x20, 0, 1], 'ERR_CODEC_DATA');
    const decoder = new GlzDecoder();
    expect(() =>
      decoder.decode(data, { width: 8, height: 5, stride: 31, pixels: new Uint8Array(160) }),
    ).toThrow(expect.objectContaining({ code: 'ERR_CODEC_IMAGE' }));
    expect(decoder.inspect(data, { width: 8, height: 5 })).toEqual({
      format: rgb32,
      width: 8,
      height: 5,
      topDown: true,
    });
  });
});
