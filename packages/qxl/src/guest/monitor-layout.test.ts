import type { ClientMonitor } from '@lazyspice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOutMonitors } from './monitor-layout.js';

const limits = { smallest: { width: 400, height: 300 }, largest: { width: 3840, height: 2160 }, heads: 4 };
const monitor = (width: number, height: number, x = 0, y = 0): ClientMonitor => ({ x, y, width, height });
const places = (wanted: readonly ClientMonitor[]) =>
  layOutMonitors(wanted, limits)?.heads.map(({ id, x, y, width, height }) => [id, x, y, width, height]);

describe('monitors on one surface', () => {
  it('lie where clients want them, counted from the corner', () => {
    const wanted = [monitor(1024, 768, -1024, 100), monitor(800, 600, 0, 0)];
    expect(places(wanted)).toEqual([
      [0, 0, 100, 1024, 768],
      [1, 1024, 0, 800, 600],
    ]);
    expect(layOutMonitors(wanted, limits)).toMatchObject({ width: 1824, height: 868 });
  });

  it('lie side by side when they would cover each other', () => {
    expect(places([monitor(1024, 768), monitor(800, 600)])).toEqual([
      [0, 0, 0, 1024, 768],
      [1, 1024, 0, 800, 600],
    ]);
  });

  it('keep their numbers when others are off', () => {
    expect(places([monitor(0, 0), monitor(800, 600, 50, 50)])).toEqual([[1, 0, 0, 800, 600]]);
    expect(layOutMonitors([monitor(0, 600)], limits)).toBe(null);
    expect(layOutMonitors([], limits)).toBe(null);
  });

  it('never leave the largest surface, or cover each other', () => {
    const size = fc.nat(0xffff_ffff);
    const place = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    const near = fc.integer({ min: -2000, max: 2000 });
    const wanted = fc.array(
      fc.record({
        x: fc.oneof(place, near),
        y: fc.oneof(place, near),
        width: fc.oneof(size, fc.nat(2000)),
        height: fc.oneof(size, fc.nat(2000)),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(wanted, (monitors) => {
        const layout = layOutMonitors(monitors, limits);
        if (layout === null) return;
        const { heads, width, height } = layout;
        expect(width <= 3840 && height <= 2160 && width >= 400 && height >= 300).toBe(true);
        for (const [index, a] of heads.entries()) {
          expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= height).toBe(true);
          for (const b of heads.slice(index + 1)) {
            const apart =
              a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
            expect(apart).toBe(true);
          }
        }
      }),
    );
  });
});
