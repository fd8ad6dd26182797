import type { Brush, Drawable, DrawOperation, Image, Rect } from '@lazyspice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Canvas } from './canvas.js';
import { CanvasError } from './errors.js';
import { formats } from './raster.js';
import type { Surface } from './surface.js';

const side = 24;
/** Mostly near a small surface, sometimes anything 32 bits can hold. */
const coordinate = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -8, max: side + 8 }) },
  { weight: 1, arbitrary: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }) },
  { weight: 1, arbitrary: fc.constantFrom(-(2 ** 31), 2 ** 31 - 1, 32_767, -32_768, 65_536) },
);
const inside = fc.integer({ min: 0, max: side });
const rectOf = (value: fc.Arbitrary<number>): fc.Arbitrary<Rect> =>
  fc.record({ left: value, top: value, right: value, bottom: value });
const box: fc.Arbitrary<Rect> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ left: 0, top: 0, right: side, bottom: side }) },
  { weight: 4, arbitrary: rectOf(inside) },
  { weight: 1, arbitrary: rectOf(coordinate) },
);
const area = fc.oneof(rectOf(inside), rectOf(coordinate), box);
const point = fc.record({ x: coordinate, y: coordinate });
const point16 = fc.record({
  x: fc.integer({ min: -32_768, max: 32_767 }),
  y: fc.integer({ min: -32_768, max: 32_767 }),
});
const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const data = fc.uint8Array({ maxLength: 700 });
const size = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 12 }) },
  { weight: 1, arbitrary: u32 },
);

/** What the type does not allow can still arrive from a guest by a bug elsewhere; hence numbers, not names. */
const bitmap = fc.record({
  type: fc.constant('bitmap' as const),
  format: fc.integer({ min: 0, max: 11 }),
  topDown: fc.boolean(),
  unstable: fc.boolean(),
  width: size,
  height: size,
  stride: fc.oneof(fc.integer({ min: 0, max: 60 }), u32),
  palette: fc.option(fc.record({ unique: fc.constant(0n), entries: fc.array(u32, { maxLength: 20 }) })),
  data: fc.tuple(data, fc.integer({ min: 0, max: 3 })).map(([bytes, skip]) => bytes.subarray(skip)),
});
const image = fc.record({
  id: fc.constant(0n),
  flags: fc.integer({ min: 0, max: 7 }),
  width: size,
  height: size,
  content: fc.oneof(
    { weight: 4, arbitrary: bitmap },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('surface' as const),
        surfaceId: fc.integer({ min: 0, max: 7 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('quic' as const), data }) },
  ),
}) as fc.Arbitrary<Image>;
const source = fc.option(image);
const brush: fc.Arbitrary<Brush> = fc.oneof(
  fc.constant({ type: 'none' as const }),
  fc.record({ type: fc.constant('solid' as const), color: u32 }),
  fc.record({ type: fc.constant('pattern' as const), image, position: point }),
);
const mask = fc.record({
  flags: fc.integer({ min: 0, max: 3 }),
  position: point,
  image: fc.option(image, { freq: 2 }),
});
const rop = fc.integer({ min: 0, max: 0xffff });
const scaleMode = fc.integer({ min: 0, max: 2 });
const copied = { source, sourceArea: area, rop, scaleMode, mask };
const transform = fc.option(fc.array(fc.integer(), { minLength: 6, maxLength: 6 }));
const segment = fc.record({
  flags: fc.integer({ min: 0, max: 31 }),
  points: fc.array(
    fc.oneof(
      point,
      fc.record({ x: fc.integer({ min: -99, max: 499 }), y: fc.integer({ min: -99, max: 499 }) }),
    ),
    { maxLength: 8 },
  ),
});
const glyph = fc.record({
  position: point,
  origin: point,
  width: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constant(65_535)),
  height: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constant(65_535)),
  data,
});
const named = <const T extends string>(type: T) => ({ type: fc.constant(type) });

const operation = fc.oneof(
  fc.record({ ...named('fill'), brush, rop, mask }),
  fc.record({ ...named('copy'), ...copied }),
  fc.record({ ...named('blend'), ...copied }),
  fc.record({ ...named('opaque'), ...copied, brush }),
  fc.record({ ...named('copyBits'), source: point }),
  fc.record({ ...named('blackness'), mask }),
  fc.record({ ...named('whiteness'), mask }),
  fc.record({ ...named('inverse'), mask }),
  fc.record({ ...named('rop3'), ...copied, brush, rop3: fc.integer({ min: 0, max: 255 }) }),
  fc.record({
    ...named('stroke'),
    path: fc.array(segment, { maxLength: 4 }),
    attributes: fc.integer({ min: 0, max: 15 }),
    style: fc.array(fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer()), { maxLength: 4 }),
    brush,
    foreMode: rop,
    backMode: rop,
  }),
  fc.record({
    ...named('text'),
    stringFlags: fc.integer({ min: 0, max: 15 }),
    glyphs: fc.array(glyph, { maxLength: 4 }),
    backArea: fc.oneof(fc.constant({ left: 0, top: 0, right: 0, bottom: 0 }), area),
    foreBrush: brush,
    backBrush: brush,
    foreMode: fc.oneof(fc.constant(8), rop),
    backMode: rop,
  }),
  fc.record({ ...named('transparent'), source, sourceArea: area, sourceColor: u32, trueColor: u32 }),
  fc.record({
    ...named('alphaBlend'),
    alphaFlags: fc.integer({ min: 0, max: 3 }),
    alpha: fc.integer({ min: 0, max: 255 }),
    source,
    sourceArea: area,
  }),
  fc.record({
    ...named('composite'),
    flags: u32,
    source,
    mask: fc.option(image),
    sourceTransform: transform,
    maskTransform: transform,
    sourceOrigin: point16,
    maskOrigin: point16,
  }),
) as fc.Arbitrary<DrawOperation>;

const drawable: fc.Arbitrary<Drawable> = fc.record({
  surfaceId: fc.integer({ min: 0, max: 6 }),
  box,
  clip: fc.option(fc.array(rectOf(coordinate), { maxLength: 80 }), { freq: 2 }),
  effect: fc.constant(0 as const),
  mmTime: fc.constant(0),
  selfBitmapArea: fc.option(area),
  dependencies: fc.constant([]),
  operation,
});

/** One surface of every format, each full of a pattern. */
const surfacesOf = (canvas: Canvas): Surface[] =>
  Object.values(formats).map((format, id) => {
    const surface = canvas.createSurface({ id, format, width: side, height: side, stride: 0, data: null });
    for (let i = 0; i < surface.bytes.length; i++) surface.bytes[i] = (i * 37 + id) & 0xff;
    return surface;
  });

const pixelAt = (surface: Surface, x: number, y: number): number => {
  const { format, raster, bytes, stride } = surface;
  if (raster === null) return (bytes[y * stride + (x >> 3)] >> (x & 7)) & 1;
  const pixel = raster.cells[y * raster.pitch + x];
  // Text clears top bytes, which have no meaning, beyond its command's box.
  return format === formats.xrgb ? pixel & 0xffffff : pixel;
};

const mayChange = ({ box, clip }: Drawable, x: number, y: number): boolean => {
  const isIn = (r: Rect): boolean => x >= r.left && x < r.right && y >= r.top && y < r.bottom;
  return isIn(box) && (clip === null || clip.some(isIn));
};

const picture = (surface: Surface): number[] =>
  Array.from({ length: side * side }, (_, i) => pixelAt(surface, i % side, Math.floor(i / side)));

describe('Canvas', () => {
  it('refuses with a CanvasError, and changes no pixel then', () => {
    let drawn = 0;
    let refused = 0;
    fc.assert(
      fc.property(drawable, (command) => {
        const canvas = new Canvas();
        const surfaces = surfacesOf(canvas);
        const before = surfaces.map(picture);
        try {
          canvas.draw(command);
          drawn++;
        } catch (error) {
          if (!(error instanceof CanvasError)) throw error;
          refused++;
          expect(surfaces.map(picture)).toEqual(before);
        }
      }),
      { numRuns: 3000 },
    );
    // Neither branch is empty, or the test would prove nothing.
    expect(Math.min(drawn, refused)).toBeGreaterThan(300);
  });

  it('changes nothing outside the box and the clip of a command, and no other surface', () => {
    fc.assert(
      fc.property(drawable, (command) => {
        const canvas = new Canvas();
        const surfaces = surfacesOf(canvas);
        const before = surfaces.map(picture);
        try {
          canvas.draw(command);
        } catch {
          return;
        }
        const wrong = surfaces.flatMap((surface, s) =>
          picture(surface).flatMap((pixel, i) => {
            const allowed =
              surface.id === command.surfaceId && mayChange(command, i % side, Math.floor(i / side));
            return pixel === before[s][i] || allowed
              ? []
              : [`${surface.id}: ${i % side},${Math.floor(i / side)}`];
          }),
        );
        expect(wrong).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });
});
