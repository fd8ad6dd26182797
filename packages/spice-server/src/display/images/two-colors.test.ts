import { BitmapFormat } from '@lazyspice/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { twoColors } from './two-colors.js';

const { rgb32, rgb24 } = BitmapFormat.values;

/** An image of these words, with `padding` words behind every row but the last. */
function image(width: number, height: number, padding: number, word: (i: number) => number) {
  const pitch = width + padding;
  const words = new Uint32Array(pitch * (height - 1) + width).fill(0x77);
  for (let i = 0; i < width * height; i++) words[Math.floor(i / width) * pitch + (i % width)] = word(i);
  return {
    format: rgb32,
    width,
    height,
    stride: pitch * 4,
    topDown: true,
    pixels: new Uint8Array(words.buffer),
  };
}

it('keeps every pixel', () => {
  const sizes = fc.record({
    width: fc.integer({ min: 1, max: 40 }),
    height: fc.integer({ min: 1, max: 9 }),
    padding: fc.nat(2),
    seed: fc.nat(),
    colors: fc.tuple(fc.nat(0xffff_ffff), fc.nat(0xffff_ffff)),
  });
  fc.assert(
    fc.property(sizes, ({ width, height, padding, seed, colors }) => {
      const word = (i: number) => colors[(Math.imul(seed + i, 0x9e37_79b1) >>> 20) & 1];
      const found = twoColors(image(width, height, padding, word));
      for (let i = 0; i < width * height; i++) {
        const [x, y] = [i % width, Math.floor(i / width)];
        const bit = ((found?.bits[y * (found?.stride ?? 0) + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1;
        expect(found?.colors[bit]).toBe(word(i));
      }
    }),
  );
});

it('is not for more colours, large images, those that repeat themselves or other formats', () => {
  expect(twoColors(image(32, 200, 0, (i) => (i % 32 === 3 ? 1 : 2)))).toBe(null);
  expect(twoColors(image(3, 1, 0, (i) => i))).toBe(null);
  expect(twoColors(image(200, 200, 0, () => 1))).toBe(null);
  expect(twoColors({ ...image(4, 4, 0, () => 1), format: rgb24 })).toBe(null);
});
