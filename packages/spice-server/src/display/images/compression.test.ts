import type { BitmapFormat } from '@lazyspice/core';
import { describe, expect, it } from 'vitest';
import { type PixelImage, rowBytes } from '../../codecs/contract.js';
import { type CompressionMode, chooseCodec } from './compression.js';
import { graduality, gradualityScore } from './graduality.js';

function image(
  format: BitmapFormat,
  width: number,
  height: number,
  pixel: (x: number, y: number) => readonly number[],
): PixelImage {
  const bytes = rowBytes(format, 1);
  const stride = width * bytes;
  const pixels = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) pixels.set(pixel(x, y).slice(0, bytes), y * stride + x * bytes);
  }
  return { format, width, height, stride, topDown: true, pixels };
}

const gradient = (x: number, y: number): number[] => [x * 2, y * 2, x + y, 0];
const checks = (x: number, y: number): number[] => ((x ^ y) & 1 ? [255, 255, 255, 0] : [0, 0, 0, 0]);
const plain = (): number[] => [9, 9, 9, 0];
const photo = image(8, 64, 64, gradient);
const text = image(8, 64, 64, checks);
const palette = image(5, 64, 64, (x) => [x & 3]);

const choose = (picture: PixelImage, mode: CompressionMode, rest: { lz4?: boolean; glz?: boolean } = {}) =>
  chooseCodec(picture, {
    mode,
    lz4: rest.lz4 ?? true,
    glzFits: () => rest.glz ?? true,
    isGradual: () => graduality(picture) === 'high',
  });

describe('graduality', () => {
  it('tells photos from drawings', () => {
    expect(graduality(photo)).toBe('high');
    expect(graduality(text)).toBe('low');
    expect(graduality(image(8, 64, 64, plain))).toBe('medium');
  });

  it('scores a gradient -0.25, a chequered board between contrast and equal, one colour 0', () => {
    expect(gradualityScore(photo)).toBe(-0.25);
    // Right and below differ strongly (1 each), the corner is equal (0.5).
    expect(gradualityScore(text)).toBeCloseTo(2.5 / 3, 10);
    expect(gradualityScore(image(8, 64, 64, plain))).toBe(0);
    expect(gradualityScore(image(8, 1, 64, gradient))).toBe(1);
  });

  it('takes 16-bit pixels by their five-bit colours', () => {
    const fives = image(6, 64, 64, (x, y) => {
      const value = (((x >> 1) & 31) << 10) | (((y >> 1) & 31) << 5);
      return [value & 0xff, value >> 8];
    });
    expect(graduality(fives)).toBe('high');
  });
});

describe('chooseCodec', () => {
  it.each<[CompressionMode, string | null, string | null, string | null]>([
    // mode, photo, drawing, palette image
    ['off', null, null, null],
    ['quic', 'quic', 'quic', null],
    ['lz', 'lz', 'lz', 'lz'],
    ['lz4', 'lz4', 'lz4', 'lz'],
    ['glz', 'glz', 'glz', 'lz'],
    ['auto_lz', 'quic', 'lz', 'lz'],
    ['auto_glz', 'quic', 'glz', 'lz'],
    ['auto', 'quic', 'glz', 'lz'],
  ])('in mode %s sends a photo as %s, a drawing as %s, a palette image as %s', (mode, ...expected) => {
    expect([choose(photo, mode), choose(text, mode), choose(palette, mode)]).toEqual(expected);
  });

  it('falls back to LZ for clients without LZ4, and for images that the dictionary has no room for', () => {
    expect(choose(text, 'lz4', { lz4: false })).toBe('lz');
    expect(choose(text, 'auto_glz', { glz: false })).toBe('lz');
  });

  it('compresses nothing below 54 bytes, and puts nothing narrower than 3 pixels through QUIC', () => {
    expect(choose(image(8, 4, 3, gradient), 'lz')).toBe(null);
    expect(choose(image(8, 2, 64, gradient), 'quic')).toBe(null);
  });
});
