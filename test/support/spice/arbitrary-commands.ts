/** Random QXL commands on a few small surfaces, most of them valid. */
import type {
  Bitmap,
  Brush,
  Drawable,
  DrawOperation,
  Image,
  Mask,
  QxlCommand,
  Rect,
  SurfaceFormat,
} from '@lazyspice/core';
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
  /** The first one is the primary's, off-screen surfaces have any of them. */
  readonly formats: readonly SurfaceFormat[];
  /** Whether every operation is drawn, also those that few clients are sent as they are. */
  readonly everything?: boolean;
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

/** The same picture with bytes missing behind its last row, or too many. */
const stretched = (bitmap: Bitmap, extra: number): Bitmap => {
  const { data, width, height, stride, format } = bitmap;
  if (extra > 0) {
    const more = new Uint8Array(data.length + 5);
    more.set(data);
    return { ...bitmap, data: more };
  }
  if (extra === 0 || format !== 6) return bitmap;
  return { ...bitmap, data: data.subarray(0, stride * (height - 1) + width * 2) };
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
export function arbitraryDrawable({ width, height, surfaces, everything }: World): fc.Arbitrary<Drawable> {
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
    .chain((parts) => fc.integer({ min: -1, max: 1 }).map((extra) => stretched(pixels(...parts), extra)));
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
  const parts = fc.record({
    surfaceId,
    box,
    clip,
    rop,
    mask,
    image,
    brush,
    backBrush: brush,
    color,
    x: fc.nat(width),
    y: fc.nat(height),
    number: fc.nat(255),
    longer: fc.integer({ min: 0, max: 2 }),
  });
  return fc.tuple(fc.constantFrom(...(everything ? allKinds : plainKinds)), parts).map(([kind, part]) => ({
    surfaceId: part.surfaceId,
    box: part.box,
    clip: part.clip,
    effect: 0,
    mmTime: 0,
    selfBitmapArea: null,
    dependencies: [],
    operation: operationOf(kind, part, width, height),
  }));
}

const plainKinds = ['fill', 'copy', 'copy', 'copyBits', 'inverse', 'blend', 'transparent'] as const;
const allKinds = [
  ...plainKinds,
  'opaque',
  'rop3',
  'blackness',
  'whiteness',
  'alphaBlend',
  'stroke',
  'text',
  'composite',
  'self',
] as const;

interface Parts {
  readonly box: Rect;
  readonly rop: number;
  readonly mask: Mask;
  readonly image: Image;
  readonly brush: Brush;
  readonly backBrush: Brush;
  readonly color: number;
  readonly x: number;
  readonly y: number;
  readonly number: number;
  readonly longer: number;
}

function operationOf(
  kind: (typeof allKinds)[number],
  part: Parts,
  width: number,
  height: number,
): DrawOperation {
  const { box, image: source, mask, brush, rop, color, x, y, number } = part;
  const w = box.right - box.left;
  const h = box.bottom - box.top;
  // Inside the image where that can be, so that most copies are not scaled.
  const left = Math.max(0, Math.min(x, source.width - w));
  const top = Math.max(0, Math.min(y, source.height - h));
  const sourceArea = rect(left, top, Math.min(left + w, source.width), Math.min(top + h, source.height));
  const scaleMode = 1;
  switch (kind) {
    case 'fill':
      return { type: kind, brush, rop, mask };
    case 'copy':
    case 'blend':
      return { type: kind, source, sourceArea, rop, scaleMode, mask };
    case 'self':
      return { type: 'copy', source: null, sourceArea: rect(0, 0, w, h), rop, scaleMode, mask };
    case 'copyBits':
      return { type: kind, source: { x: Math.min(x, width - w), y: Math.min(y, height - h) } };
    case 'inverse':
    case 'blackness':
    case 'whiteness':
      return { type: kind, mask };
    case 'transparent':
      return { type: kind, source, sourceArea, sourceColor: color, trueColor: color };
    case 'opaque':
      return { type: kind, source, sourceArea, brush, rop, scaleMode, mask };
    case 'rop3':
      return { type: kind, source, sourceArea, brush, rop3: number, scaleMode, mask };
    case 'alphaBlend':
      return { type: kind, alphaFlags: 0, alpha: number, source, sourceArea };
    case 'stroke':
      return strokeOf(part);
    case 'text':
      return textOf(part);
    case 'composite':
      return {
        type: kind,
        // SRC, OVER, ADD; no filters, no repetition.
        flags: [1, 3, 12][number % 3] | (number & 1 ? 1 << 22 : 0),
        source,
        mask: null,
        sourceTransform: null,
        maskTransform: null,
        sourceOrigin: { x: left, y: top },
        maskOrigin: { x: 0, y: 0 },
      };
  }
}

function strokeOf({ box, brush, number, x, y }: Parts): DrawOperation {
  const points = [
    { x: box.left * 16, y: box.top * 16 },
    { x: x * 16 + 7, y: y * 16 },
    { x: box.right * 16, y: box.bottom * 16 - 3 },
  ];
  const styled = number % 3 === 0;
  return {
    type: 'stroke',
    path: [{ flags: 3, points }],
    attributes: styled ? 8 : 0,
    style: styled ? [32, 48] : [],
    brush,
    foreMode: ropPut,
    backMode: ropPut,
  };
}

/** `longer`: glyphs with more bytes than they need. */
function textOf({ box, brush, backBrush, number, longer }: Parts): DrawOperation {
  const stringFlags = [1, 2, 4][number % 3];
  const glyph = (at: number) => {
    const [width, height] = [3 + (at % 7), 5];
    const bytes = Math.ceil((width * stringFlags) / 8) * height;
    const data = bitmap32(bytes + longer, 1, noise(number + at)).data.slice(0, bytes + longer);
    return { position: { x: box.left + at * 6, y: box.top }, origin: { x: 0, y: 1 }, width, height, data };
  };
  const backArea = number % 2 === 0 ? box : rect(0, 0, 0, 0);
  const glyphs = [glyph(0), glyph(1), glyph(2)];
  const modes = { foreMode: ropPut, backMode: ropPut };
  return { type: 'text', stringFlags, glyphs, backArea, foreBrush: brush, backBrush, ...modes };
}

/** What is there at first: the primary and every other surface. */
export function beginning({ width, height, surfaces, formats }: World): QxlCommand[] {
  const commands: QxlCommand[] = [createPrimary(width, height, { format: formats[0] })];
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
    if (from === null) return createPrimary(w, h, { format: formats[0] });
    return createPrimary(w, h, { format: formats[0], data: bitmap32(w, h, noise(from)).data });
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
