import type { Rect } from '@lazyspice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rect } from '../geometry/rect.js';
import { Target } from './target.js';

const width = 40;
const height = 30;
const coordinate = fc.integer({ min: -5, max: 45 });
const anyRect = fc
  .tuple(coordinate, coordinate, coordinate, coordinate)
  .map(([left, top, right, bottom]) => rect(left, top, right, bottom));

/** How often the target has each pixel of the surface; any other coordinate throws. */
const counts = (target: Target): Uint8Array => {
  const found = new Uint8Array(width * height);
  const c = target.coordinates;
  for (let i = 0; i < target.count * 4; i += 4) {
    for (let y = c[i + 1]; y < c[i + 3]; y++) {
      for (let x = c[i]; x < c[i + 2]; x++) {
        if (x < 0 || y < 0 || x >= width || y >= height) throw new Error(`${x},${y} is outside`);
        found[y * width + x]++;
      }
    }
  }
  return found;
};

const isIn = (r: Rect, x: number, y: number): boolean =>
  x >= r.left && x < r.right && y >= r.top && y < r.bottom;
const expected = (has: (x: number, y: number) => boolean): Uint8Array =>
  Uint8Array.from({ length: width * height }, (_, i) => (has(i % width, Math.floor(i / width)) ? 1 : 0));

describe('Target', () => {
  it('has every pixel of box and clip once, however the clip overlaps', () => {
    const clip = fc.option(
      fc.oneof(fc.array(anyRect, { maxLength: 6 }), fc.array(anyRect, { minLength: 70, maxLength: 90 })),
      { freq: 5 },
    );
    fc.assert(
      fc.property(anyRect, clip, (box, rects) => {
        const target = new Target();
        target.set(box, rects, width, height);
        const has = (x: number, y: number): boolean =>
          isIn(box, x, y) && (rects === null || rects.some((r) => isIn(r, x, y)));
        expect(counts(target)).toEqual(expected(has));
        expect(target.isEmpty).toBe(counts(target).every((n) => n === 0));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the runs that a scan reports, joined from row to row', () => {
    fc.assert(
      fc.property(fc.array(anyRect, { maxLength: 4 }), fc.integer({ min: 1, max: 9 }), (clip, step) => {
        const target = new Target();
        target.set(rect(0, 0, width, height), clip, width, height);
        const before = counts(target);
        const passes = (x: number, y: number): boolean => Math.floor(x / step) % 2 === Math.floor(y / 3) % 2;
        target.scan((left, top, right, bottom) => {
          for (let y = top; y < bottom; y++) {
            target.row();
            for (let x = left; x < right; x++) if (passes(x, y)) target.run(x, x + 1, y);
          }
        });
        expect(counts(target)).toEqual(expected((x, y) => before[y * width + x] === 1 && passes(x, y)));
      }),
    );
    const target = new Target();
    target.set(rect(2, 3, 20, 25), null, width, height);
    target.scan((left, top, right, bottom) => {
      for (let y = top; y < bottom; y++) {
        target.row();
        target.run(left, left + 4, y);
        target.run(left + 8, right, y);
      }
    });
    expect(target.count).toBe(2);
  });

  it('is restricted to a rectangle and knows its bounds', () => {
    const target = new Target();
    target.set(rect(0, 0, 30, 20), [rect(1, 1, 5, 5), rect(8, 2, 28, 18)], width, height);
    target.restrict(3, 3, 20, 10);
    expect(target.bounds()).toEqual(rect(3, 3, 20, 10));
    target.restrict(6, 0, 7, 20);
    expect(target.isEmpty).toBe(true);
  });
});
