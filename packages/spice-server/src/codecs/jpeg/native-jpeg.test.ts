import { BitmapFormat } from '@lazyspice/core';
import { afterEach, describe, expect, it } from 'vitest';
import { doesNotFit, type PixelImage } from '../contract.js';
import { JpegEncoder } from './jpeg-encoder.js';
import { findNativeJpeg, type JpegTurbo, nativeJpeg, useNativeJpeg } from './native-jpeg.js';

const [width, height] = [20, 10];
const image: PixelImage = {
  format: BitmapFormat.values.rgb32,
  width,
  height,
  stride: width * 4 + 4,
  topDown: true,
  pixels: new Uint8Array((width * 4 + 4) * height).map((_, i) => i * 7),
};
const jpegOf = (source: PixelImage): Uint8Array => {
  const encoder = new JpegEncoder({ quality: 40 });
  const out = new Uint8Array(encoder.maxEncodedSize(source));
  return out.slice(0, encoder.encode(source, out));
};

/** Stands for the package: notes what it is asked for, and gives `result`. */
function fake(result: Uint8Array): { turbo: JpegTurbo; asked: unknown[] } {
  const asked: unknown[] = [];
  const compressSync: JpegTurbo['compressSync'] = (pixels, options) => {
    asked.push({ bytes: pixels.length, ...options });
    return result;
  };
  return { turbo: { FORMAT_BGRX: 3, SAMP_420: 2, compressSync }, asked };
}
const file = Uint8Array.of(0xff, 0xd8, 1, 2, 3, 0xff, 0xd9);

afterEach(() => useNativeJpeg(null));

describe('a native JPEG compressor', () => {
  it('is used when its package is there', async () => {
    const { turbo, asked } = fake(file);
    expect(await findNativeJpeg(async () => turbo)).toBe(true);
    expect(jpegOf(image)).toEqual(file);
    const options = { format: 3, subsampling: 2, width, height, stride: image.stride, quality: 40 };
    expect(asked.at(-1)).toEqual({ bytes: image.pixels.length, ...options });
    expect(new JpegEncoder().encode(image, new Uint8Array(file.length - 1))).toBe(doesNotFit);
  });

  it('is given rgb32 and rgba with the top row first alone', async () => {
    const { turbo, asked } = fake(file);
    await findNativeJpeg(async () => turbo);
    expect(jpegOf({ ...image, format: BitmapFormat.values.rgba })).toEqual(file);
    const calls = asked.length;
    expect(jpegOf({ ...image, topDown: false })).not.toEqual(file);
    expect(jpegOf({ ...image, format: BitmapFormat.values.rgb24 })).not.toEqual(file);
    expect(asked.length).toBe(calls);
  });

  it('is not used when its package is missing, makes no JPEG or fails', async () => {
    const own = jpegOf(image);
    expect(await findNativeJpeg(() => Promise.reject(new Error('not installed')))).toBe(false);
    expect(await findNativeJpeg(async () => fake(Uint8Array.of(1, 2, 3)).turbo)).toBe(false);
    expect(nativeJpeg()).toBe(null);
    useNativeJpeg(() => {
      throw new Error('no memory');
    });
    expect(jpegOf(image)).toEqual(own);
  });
});
