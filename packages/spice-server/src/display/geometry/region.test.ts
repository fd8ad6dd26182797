import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rect, rectArea, rectsIntersect } from './rect.js';
import { Region } from './region.js';

const size = 24;
const coordinate = fc.integer({ min: -4, max: size + 4 });
const anyRect = fc
  .tuple(coordinate, coordinate, coordinate, coordinate)
  .map(([left, top, right, bottom]) => rect(left, top, right, bottom));
const operation = fc.record({
  what: fc.constantFrom('union', 'subtract', 'intersect'),
  area: anyRect,
});

/** The same set as one byte a pixel, on an area larger than any rectangle of the test. */
class Model {
  readonly #side = size + 16;
  readonly pixels = new Uint8Array(this.#side * this.#side);

  apply(what: string, area: ReturnType<typeof rect>): void {
    this.each((x, y, i) => {
      const inside = x >= area.left && x < area.right && y >= area.top && y < area.bottom;
      if (what === 'union' && inside) this.pixels[i] = 1;
      if (what === 'subtract' && inside) this.pixels[i] = 0;
      if (what === 'intersect' && !inside) this.pixels[i] = 0;
    });
  }

  /** Pixels for which `wrong` holds. */
  count(wrong: (x: number, y: number, set: boolean) => boolean): number {
    let found = 0;
    this.each((x, y, i) => {
      if (wrong(x, y, this.pixels[i] === 1)) found++;
    });
    return found;
  }

  each(visit: (x: number, y: number, index: number) => void): void {
    for (let y = 0; y < this.#side; y++) {
      for (let x = 0; x < this.#side; x++) visit(x - 8, y - 8, y * this.#side + x);
    }
  }
}

const isDisjoint = (region: Region): boolean =>
  region.rects.every((a, i) => region.rects.every((b, j) => i === j || !rectsIntersect(a, b)));

describe('Region', () => {
  it('is the set of pixels that a bitmap gives, as disjoint rectangles', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 12 }), (operations) => {
        const region = new Region(10_000);
        const model = new Model();
        for (const { what, area } of operations) {
          region[what as 'union'](area);
          model.apply(what, area);
        }
        expect(model.count((x, y, set) => region.contains(x, y) !== set)).toBe(0);
        expect(isDisjoint(region)).toBe(true);
        expect(region.area).toBe(model.pixels.reduce((sum, v) => sum + v, 0));
        expect(region.isEmpty).toBe(region.area === 0);
      }),
      { numRuns: 300 },
    );
  });

  it('never loses a pixel and keeps its limit when it must collapse', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(operation, { maxLength: 16 }),
        (maxRects, operations) => {
          const region = new Region(maxRects);
          const model = new Model();
          for (const { what, area } of operations) {
            region[what as 'union'](area);
            model.apply(what, area);
            expect(region.rects.length).toBeLessThanOrEqual(maxRects);
          }
          expect(model.count((x, y, set) => set && !region.contains(x, y))).toBe(0);
          expect(isDisjoint(region)).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('answers covers and intersects as a bitmap does', () => {
    fc.assert(
      fc.property(fc.array(anyRect, { maxLength: 6 }), anyRect, (areas, probe) => {
        const region = new Region(10_000);
        for (const area of areas) region.union(area);
        let common = 0;
        for (let y = -4; y < size + 4; y++) {
          for (let x = -4; x < size + 4; x++) {
            const inProbe = x >= probe.left && x < probe.right && y >= probe.top && y < probe.bottom;
            if (inProbe && region.contains(x, y)) common++;
          }
        }
        expect(region.intersects(probe)).toBe(common > 0);
        expect(region.covers(probe)).toBe(common === rectArea(probe));
      }),
    );
  });

  it('joins lines that follow each other into one rectangle', () => {
    const region = new Region();
    for (let y = 0; y < 40; y++) region.union(rect(0, y, 100, y + 1));
    expect(region.rects).toEqual([rect(0, 0, 100, 40)]);
  });

  it('collapses to its bounds above the limit', () => {
    const region = new Region(3);
    for (let i = 0; i < 4; i++) region.union(rect(i * 10, i * 10, i * 10 + 5, i * 10 + 5));
    expect(region.rects).toEqual([rect(0, 0, 35, 35)]);
    expect(region.bounds).toEqual(rect(0, 0, 35, 35));
  });

  it('copies, joins and subtracts whole regions', () => {
    const a = new Region();
    a.union(rect(0, 0, 10, 10));
    const b = new Region();
    b.union(rect(5, 0, 20, 10));
    a.unionRegion(b);
    expect(a.area).toBe(200);
    a.subtractRegion(b);
    expect(a.rects).toEqual([rect(0, 0, 5, 10)]);
    b.assign(a);
    b.translate(3, -2);
    expect(b.rects).toEqual([rect(3, -2, 8, 8)]);
    expect(a.rects).toEqual([rect(0, 0, 5, 10)]);
    a.clear();
    expect(a.bounds).toEqual(rect(0, 0, 0, 0));
  });
});
