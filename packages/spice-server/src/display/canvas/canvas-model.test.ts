import type { Brush, Drawable, DrawOperation, Rect, SurfaceFormat } from '@lazyspice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rect } from '../geometry/rect.js';
import { Canvas } from './canvas.js';
import { bitsPerPixel, formats } from './raster.js';
import { copyCode, fillCode, opaqueCode } from './ternary-op.js';

/**
 * The bitwise commands beside a model that takes every pixel and every bit by itself. Sources and tiles are surfaces
 * of the destination's format, so that no conversion takes part; what conversions give is tested by pictures.
 */
const side = 20;
const inside = fc.integer({ min: 0, max: side });
const box = fc
  .tuple(inside, inside, inside, inside)
  .map(([a, b, c, d]) => rect(Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)));
const clip = fc.option(fc.array(box, { maxLength: 4 }));
const format = fc.constantFrom<SurfaceFormat>(...Object.values(formats));
const point = fc.record({ x: fc.integer({ min: -30, max: 30 }), y: fc.integer({ min: -30, max: 30 }) });
const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const rop = fc.oneof(fc.constant(8), fc.integer({ min: 0, max: 2047 }));
const noMask = { flags: 0, position: { x: 0, y: 0 }, image: null };
const surfaceImage = (surfaceId: number) => ({
  id: 0n,
  flags: 0,
  width: side,
  height: side,
  content: { type: 'surface' as const, surfaceId },
});

type Pixels = (x: number, y: number) => number;

const noise = (canvas: Canvas, id: number, chosen: SurfaceFormat, start: number): void => {
  const { bytes } = canvas.createSurface({
    id,
    format: chosen,
    width: side,
    height: side,
    stride: 0,
    data: null,
  });
  let state = start | 1;
  for (let i = 0; i < bytes.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    bytes[i] = state >>> 24;
  }
};

const pixelsOf = (canvas: Canvas, id: number): Pixels => {
  const { format: own, stride, bytes } = canvas.surface(id)!;
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  switch (bitsPerPixel(own)) {
    case 1:
      return (x, y) => (copy[y * stride + (x >> 3)] >> (x & 7)) & 1;
    case 8:
      return (x, y) => copy[y * stride + x];
    case 16:
      return (x, y) => view.getUint16(y * stride + x * 2, true);
    default:
      return (x, y) => view.getUint32(y * stride + x * 4, true);
  }
};

/** A code applied to every bit of three pixels. */
const combine = (code: number, bits: number, p: number, s: number, d: number): number => {
  let result = 0;
  for (let bit = 0; bit < bits; bit++) {
    const index = ((p >>> bit) & 1) * 4 + ((s >>> bit) & 1) * 2 + ((d >>> bit) & 1);
    result |= ((code >> index) & 1) << bit;
  }
  return result >>> 0;
};

const modulo = (value: number, by: number): number => ((value % by) + by) % by;

interface Case {
  readonly operation: DrawOperation;
  readonly code: number;
  readonly brush: Brush;
  /** Source pixel minus destination pixel; null: no source. */
  readonly shift: { readonly x: number; readonly y: number } | null;
}

const brush: fc.Arbitrary<Brush> = fc.oneof(
  fc.record({ type: fc.constant('solid' as const), color: seed }),
  fc.record({ type: fc.constant('pattern' as const), image: fc.constant(surfaceImage(2)), position: point }),
);

/** The source is the same size as the box, so that nothing is scaled; it may reach beyond its surface. */
const caseFor = (area: Rect): fc.Arbitrary<Case> =>
  fc
    .record({
      kind: fc.constantFrom('fill', 'copy', 'opaque', 'rop3'),
      rop,
      brush,
      start: inside,
      rop3: inside,
    })
    .map(({ kind, rop: descriptor, brush: paint, start, rop3 }): Case => {
      const left = Math.min(start, side - (area.right - area.left));
      const top = Math.min(rop3, side - (area.bottom - area.top));
      const sourceArea = rect(left, top, left + area.right - area.left, top + area.bottom - area.top);
      const shift = { x: left - area.left, y: top - area.top };
      const common = { source: surfaceImage(1), sourceArea, scaleMode: 0 as const, mask: noMask };
      switch (kind) {
        case 'fill':
          return {
            operation: { type: 'fill', brush: paint, rop: descriptor, mask: noMask },
            code: fillCode(descriptor),
            brush: paint,
            shift: null,
          };
        case 'copy':
          return {
            operation: { type: 'copy', ...common, rop: descriptor },
            code: copyCode(descriptor),
            brush: paint,
            shift,
          };
        case 'opaque':
          return {
            operation: { type: 'opaque', ...common, brush: paint, rop: descriptor },
            code: opaqueCode(descriptor),
            brush: paint,
            shift,
          };
        default:
          return {
            operation: { type: 'rop3', ...common, brush: paint, rop3: (descriptor * 7) & 255 },
            code: (descriptor * 7) & 255,
            brush: paint,
            shift,
          };
      }
    });

const inRect = (r: Rect, x: number, y: number): boolean =>
  x >= r.left && x < r.right && y >= r.top && y < r.bottom;

describe('Canvas', () => {
  it('combines brush, source and destination bit by bit on surfaces of every format', () => {
    const scene = box.chain((area) => fc.record({ area: fc.constant(area), drawn: caseFor(area) }));
    fc.assert(
      fc.property(format, seed, scene, clip, (chosen, start, { area, drawn }, rects) => {
        const canvas = new Canvas();
        for (const id of [0, 1, 2]) noise(canvas, id, chosen, start + id);
        const [before, source, tile] = [0, 1, 2].map((id) => pixelsOf(canvas, id));
        const drawable: Drawable = {
          ...{ surfaceId: 0, box: area, clip: rects, effect: 0, mmTime: 0, selfBitmapArea: null },
          ...{ dependencies: [], operation: drawn.operation },
        };
        canvas.draw(drawable);
        const after = pixelsOf(canvas, 0);
        const bits = bitsPerPixel(chosen);
        const pattern: Pixels = (x, y) => {
          const { brush: paint } = drawn;
          if (paint.type !== 'pattern') return paint.type === 'solid' ? paint.color : 0;
          return tile(modulo(x - paint.position.x, side), modulo(y - paint.position.y, side));
        };
        const expected: Pixels = (x, y) => {
          const isDrawn = inRect(area, x, y) && (rects === null || rects.some((r) => inRect(r, x, y)));
          if (!isDrawn) return before(x, y);
          const s = drawn.shift === null ? 0 : source(x + drawn.shift.x, y + drawn.shift.y);
          return combine(drawn.code, bits, pattern(x, y), s, before(x, y));
        };
        const wrong: string[] = [];
        for (let y = 0; y < side; y++) {
          for (let x = 0; x < side; x++) if (after(x, y) !== expected(x, y)) wrong.push(`${x},${y}`);
        }
        expect(wrong).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });
});
