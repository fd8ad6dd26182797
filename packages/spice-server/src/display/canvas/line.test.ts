import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineSpans, visitLine } from './line.js';

const everywhere = { left: -(2 ** 31), top: -(2 ** 31), right: 2 ** 31, bottom: 2 ** 31 };
const pixels = (line: readonly [number, number, number, number], bounds = everywhere): string[] => {
  const found: string[] = [];
  visitLine(...line, bounds, (x, y) => found.push(`${x},${y}`));
  return found;
};
const near = fc.integer({ min: -60, max: 60 });
const line = fc.tuple(near, near, near, near);

describe('visitLine', () => {
  it('has one pixel for each step of the longer axis, begins with the first point and leaves out the last', () => {
    fc.assert(
      fc.property(line, ([x0, y0, x1, y1]) => {
        const found = pixels([x0, y0, x1, y1]);
        expect(found.length).toBe(Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0)));
        if (found.length > 0) expect(found[0]).toBe(`${x0},${y0}`);
        expect(found).not.toContain(`${x1},${y1}`);
      }),
    );
  });

  it('stays within half a pixel of the exact line', () => {
    fc.assert(
      fc.property(line, ([x0, y0, x1, y1]) => {
        const length = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0));
        pixels([x0, y0, x1, y1]).forEach((pixel, k) => {
          const [x, y] = pixel.split(',').map(Number);
          expect(Math.abs(x - (x0 + ((x1 - x0) * k) / length))).toBeLessThanOrEqual(0.5);
          expect(Math.abs(y - (y0 + ((y1 - y0) * k) / length))).toBeLessThanOrEqual(0.5);
        });
      }),
    );
  });

  it('has the same pixels when it is clipped', () => {
    fc.assert(
      fc.property(line, fc.tuple(near, near, near, near), (ends, [left, top, right, bottom]) => {
        const bounds = { left, top, right, bottom };
        const inside = pixels(ends).filter((pixel) => {
          const [x, y] = pixel.split(',').map(Number);
          return x >= left && x < right && y >= top && y < bottom;
        });
        expect(pixels(ends, bounds)).toEqual(inside);
      }),
    );
  });

  it('is exact for lines longer than doubles can multiply', () => {
    const far = 2 ** 27 - 1;
    const bounds = { left: 0, top: 0, right: 100, bottom: 100 };
    // The main diagonal shifted by one: every pixel is known.
    expect(pixels([-far, -far + 1, far, far + 1], bounds)).toEqual(
      Array.from({ length: 99 }, (_, i) => `${i},${i + 1}`),
    );
  });

  it('becomes runs by ascending row in both directions', () => {
    const bounds = { left: 0, top: 0, right: 50, bottom: 50 };
    expect(lineSpans(0, 0, 9, 3, bounds)).toEqual([0, 2, 0, 2, 5, 1, 5, 8, 2, 8, 9, 3]);
    const upward = lineSpans(9, 3, 0, 0, bounds);
    expect(upward.filter((_, i) => i % 3 === 2)).toEqual([0, 1, 2, 3]);
  });
});
