/** Random QXL commands on a few small surfaces, most of them valid. */
import type { Bitmap, Brush, Drawable, Image, Mask, QxlCommand, Rect, SurfaceFormat } from '@lazyspice/core';
import fc from 'fast-check';
import { rect } from '../../../packages/spice-server/src/display/geometry/rect.js';
import { bitmap32, createPrimary, createSurface, imageOf, noMask } from './commands.js';

const ropPut = 8;
/** PUT, OR, AND, XOR, BLACKNESS, WHITENESS, INVERS, and some with inverted inputs or results. */
const rops = [8, 16, 32, 64, 128, 256, 512, 9, 18, 36, 64 | 1024, 8 | 2] as const;

export interface World {
  /** Sides of the primary. Other surfaces are not larger. */
  readonly width: number;
  readonly height: number;
  /** Off-screen surfaces have ids 1 to this. */
  readonly surfaces: number;
  readonly formats: readonly SurfaceFormat[];
  /** Whether surfaces come and go after the beginning. */
  readonly changing?: boolean;
}

/** Pixels that differ in every place, told apart by `seed`. */
const noise = (seed: number) => (x: number, y: number) =>
  Math.imul(seed * 7919 + y * 64 + x + 1, 0x9e37_79b1) >>> 0;

const pixels = (
  width: number,
  height: number,
  format: Bitmap['format'],
  topDown: boolean,
  seed: number,
): Bitmap => {
  const wide = bitmap32(width, height, noise(seed));
  if (format === 8 || format === 9) return { ...wide, format, topDown };
  const stride = format === 6 ? Math.ceil(width / 2) * 4 : width;
  const palette =
    format === 5 ? { unique: 0n, entries: Array.from({ length: 256 }, (_, i) => noise(seed)(i, 0)) } : null;
  return { ...wide, format, topDown, stride, palette, data: wide.data.slice(0, stride * height) };
};

const rectIn = (width: number, height: number): fc.Arbitrary<Rect> =>
  fc
    .tuple(
      fc.nat(width - 1),
      fc.nat(height - 1),
      fc.integer({ min: 1, max: width }),
      fc.integer({ min: 1, max: height }),
    )
    .map(([left, top, w, h]) => rect(left, top, Math.min(width, left + w), Math.min(height, top + h)));

/** Commands that draw; those for surfaces that are not there or too small are refused by the canvas. */
export function arbitraryDrawable({ width, height, surfaces }: World): fc.Arbitrary<Drawable> {
  const box = rectIn(width, height);
  const surfaceId = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.nat(surfaces));
  const clip = fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    fc.array(rectIn(width, height), { maxLength: 4 }),
  );
  const rop = fc.oneof({ weight: 2, arbitrary: fc.constant(ropPut) }, fc.constantFrom(...rops));
  const color = fc.nat(0xffff_ffff);
  const seed = fc.nat(0xffff);
  const format = fc.constantFrom<Bitmap['format'][]>(8, 8, 9, 6, 5);
  const bitmap = fc
    .tuple(
      fc.integer({ min: 1, max: width }),
      fc.integer({ min: 1, max: height }),
      format,
      fc.boolean(),
      seed,
    )
    .map((parts) => pixels(...parts));
  const surfaceImage = fc.nat(surfaces).map((id): Image => {
    return { id: 0n, flags: 0, width, height, content: { type: 'surface', surfaceId: id } };
  });
  const image: fc.Arbitrary<Image> = fc.oneof(
    bitmap.map((content) => imageOf(content)),
    surfaceImage,
  );
  const mask: fc.Arbitrary<Mask> = fc.oneof(
    { weight: 4, arbitrary: fc.constant(noMask) },
    fc.tuple(fc.nat(1), seed).map(([flags, from]) => {
      const stride = Math.ceil(width / 32) * 4;
      const data = bitmap32(stride, height, noise(from)).data.slice(0, stride * height);
      const content: Bitmap = {
        type: 'bitmap',
        format: 2,
        topDown: true,
        unstable: false,
        width,
        height,
        stride,
        palette: null,
        data,
      };
      return { flags, position: { x: 0, y: 0 }, image: imageOf(content) };
    }),
  );
  const brush: fc.Arbitrary<Brush> = fc.oneof(
    { weight: 3, arbitrary: color.map((value) => ({ type: 'solid' as const, color: value })) },
    fc.tuple(image, fc.nat(9), fc.nat(9)).map(([pattern, x, y]) => {
      return { type: 'pattern' as const, image: pattern, position: { x, y } };
    }),
  );
  const parts = fc.record({ surfaceId, box, clip, rop, mask, image, brush, color, self: fc.nat(5) });
  const kind = fc.constantFrom(
    'fill',
    'fill',
    'copy',
    'copy',
    'copy',
    'copyBits',
    'copyBits',
    'inverse',
    'blend',
    'transparent',
  );
  return fc.tuple(kind, parts, fc.nat(width), fc.nat(height)).map(([type, part, x, y]) => {
    const w = part.box.right - part.box.left;
    const h = part.box.bottom - part.box.top;
    // Inside the image where that can be, so that most copies are not scaled.
    const left = Math.max(0, Math.min(x, part.image.width - w));
    const top = Math.max(0, Math.min(y, part.image.height - h));
    const sourceArea = rect(
      left,
      top,
      Math.min(left + w, part.image.width),
      Math.min(top + h, part.image.height),
    );
    const base = { effect: 0, mmTime: 0, selfBitmapArea: null, dependencies: [] } as const;
    const target = { ...base, surfaceId: part.surfaceId, box: part.box, clip: part.clip };
    const { mask: masked, image: source, rop: operator } = part;
    switch (type) {
      case 'fill':
        return { ...target, operation: { type, brush: part.brush, rop: operator, mask: masked } };
      case 'copy':
      case 'blend': {
        const copied = { sourceArea, rop: operator, scaleMode: 1, mask: masked } as const;
        return { ...target, operation: { type, source, ...copied } };
      }
      case 'copyBits':
        return {
          ...target,
          operation: { type, source: { x: Math.min(x, width - w), y: Math.min(y, height - h) } },
        };
      case 'inverse':
        return { ...target, operation: { type, mask: masked } };
      default: {
        const colors = { sourceColor: part.color, trueColor: part.color };
        return { ...target, operation: { type: 'transparent' as const, source, sourceArea, ...colors } };
      }
    }
  });
}

/** What is there at first: the primary and every other surface. */
export function beginning({ width, height, surfaces, formats }: World): QxlCommand[] {
  const commands: QxlCommand[] = [createPrimary(width, height)];
  for (let id = 1; id <= surfaces; id++) {
    commands.push(createSurface(id, width, height, { format: formats[id % formats.length] }));
  }
  return commands;
}

/** Drawing, and surfaces that come and go. */
export function arbitraryCommand(world: World): fc.Arbitrary<QxlCommand> {
  const drawing = arbitraryDrawable(world).map((drawable): QxlCommand => ({ type: 'draw', drawable }));
  if (!world.changing) return drawing;
  const { width, height, surfaces, formats } = world;
  const seed = fc.option(fc.nat(0xffff));
  const size = fc.constantFrom([width, height] as const, [width - 5, height - 3] as const);
  const created = fc
    .tuple(fc.integer({ min: 1, max: surfaces }), size, fc.constantFrom(...formats), seed)
    .map(([id, [w, h], format, from]) => {
      if (from === null) return createSurface(id, w, h, { format });
      return createSurface(id, w, h, { format, data: bitmap32(w + 3, h, noise(from)).data });
    });
  const primary = fc.tuple(size, seed).map(([[w, h], from]) => {
    if (from === null) return createPrimary(w, h);
    return createPrimary(w, h, { data: bitmap32(w, h, noise(from)).data });
  });
  const destroyed = fc.integer({ min: 1, max: surfaces }).map((surfaceId): QxlCommand => {
    return { type: 'surfaceDestroy', surfaceId };
  });
  return fc.oneof(
    { weight: 16, arbitrary: drawing },
    { weight: 4, arbitrary: created },
    { weight: 4, arbitrary: destroyed },
    { weight: 1, arbitrary: primary },
    {
      weight: 1,
      arbitrary: fc.constantFrom<QxlCommand[]>({ type: 'primaryDestroy' }, { type: 'surfacesDestroy' }),
    },
  );
}
