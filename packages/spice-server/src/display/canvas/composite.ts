import type { DrawOperation, Image, Point16, SurfaceFormat, Transform } from '@lazyspice/core';
import { blendModes } from './blend-modes.js';
import { multiplyPixels, scalePixel } from './channel-math.js';
import {
  type CompositeSource,
  canSample,
  compositeRaster,
  floatExpander,
  floatRowSampler,
  isBilinear,
  repeats,
  rowSampler,
} from './composite-source.js';
import { commandSource, type Drawing } from './drawing.js';
import { CanvasError } from './errors.js';
import { type FloatOperator, floatOperator, slipsMask } from './float-operators.js';
import { paintTernary } from './paint.js';
import { pixelReader, pixelWriter } from './pixel-conversion.js';
import { isOpaqueFormat } from './pixel-source.js';
import { type PixelOperator, porterDuff } from './porter-duff.js';
import { cellBits, formats } from './raster.js';
import { source as plainCopy } from './ternary-op.js';

type Composite = Extract<DrawOperation, { type: 'composite' }>;

/** Fields of the command's flags (QXL device §8.3). */
const field = {
  operator: (flags: number) => flags & 0xff,
  sourceFilter: (flags: number) => (flags >>> 8) & 7,
  maskFilter: (flags: number) => (flags >>> 11) & 7,
  sourceRepeat: (flags: number) => (flags >>> 14) & 3,
  maskRepeat: (flags: number) => (flags >>> 16) & 3,
  componentAlpha: (flags: number) => (flags & (1 << 18)) !== 0,
  sourceOpaque: (flags: number) => (flags & (1 << 22)) !== 0,
} as const;

const operators = {
  source: 1,
  destination: 2,
  over: 3,
  overReverse: 4,
  inReverse: 6,
  outReverse: 8,
  add: 12,
  saturate: 13,
} as const;

/** What the pixels of one command are combined from. */
interface Pictures {
  readonly source: CompositeSource;
  readonly mask: CompositeSource | null;
  /** The mask has a coverage of its own for each channel; one without colours then covers alpha alone. */
  readonly componentAlpha: boolean;
}

/** COMPOSITE: source, through an optional mask, combined with the destination (display pipeline §11.5). */
export const drawComposite = (drawing: Drawing, operation: Composite): void => {
  const { flags } = operation;
  const { box } = drawing.drawable;
  const source = openPicture(drawing, operation.source, operation.sourceTransform, operation.sourceOrigin, {
    filter: field.sourceFilter(flags),
    repeat: field.sourceRepeat(flags),
    opaque: field.sourceOpaque(flags),
  });
  const mask =
    operation.mask === null
      ? null
      : openPicture(drawing, operation.mask, operation.maskTransform, operation.maskOrigin, {
          filter: field.maskFilter(flags),
          repeat: field.maskRepeat(flags),
          opaque: false,
        });
  const componentAlpha = mask !== null && field.componentAlpha(flags);
  const pictures = { source, mask, componentAlpha };
  const width = box.right - box.left;
  const height = box.bottom - box.top;
  const operator = simplified(field.operator(flags), pictures, width, height);
  const dividing = floatOperator(operator, componentAlpha);
  const plain = porterDuff(operator, componentAlpha) ?? blendModes[operator];
  if (dividing === null && plain === undefined) throw new CanvasError('composite', `operator ${operator}`);
  if (!canSample(source, width, height) || (mask !== null && !canSample(mask, width, height))) return;
  if (operator === operators.destination) return;
  if (isCopy(operator, pictures, drawing)) copySource(drawing, source);
  else if (dividing !== null) combineFloats(drawing, pictures, dividing, coverFloats(pictures, operator));
  else if (plain !== undefined)
    combinePixels(drawing, pictures, plain, workingFormat(operator, drawing.raster.format));
};

const openPicture = (
  drawing: Drawing,
  image: Image | null,
  transform: Transform | null,
  origin: Point16,
  { filter, repeat, opaque }: { filter: number; repeat: number; opaque: boolean },
): CompositeSource => {
  const source = commandSource(drawing, image);
  return {
    raster: compositeRaster(source, drawing.raster),
    opaque: opaque && source.kind === 'surface',
    width: source.width,
    height: source.height,
    transform,
    bilinear: isBilinear(filter),
    repeat,
    originX: origin.x,
    originY: origin.y,
  };
};

/**
 * The operator in its simplest form. It matters because operators that divide round in another way: SATURATE of an
 * opaque source is OVER_REVERSE, and CLEAR, SRC and DST have disjoint and conjoint names. OVER with an opaque source
 * is SRC, which may be a copy.
 */
const simplified = (operator: number, pictures: Pictures, width: number, height: number): number => {
  if (operator < 0x30 && (operator & 15) < 3) return operator & 15;
  if (operator !== operators.saturate && operator !== operators.over) return operator;
  const { source, mask, componentAlpha } = pictures;
  if (!isOpaquePicture(source, width, height)) return operator;
  if (mask !== null && (componentAlpha || !isOpaquePicture(mask, width, height))) return operator;
  return operator === operators.over ? operators.source : operators.overReverse;
};

const isOpaquePicture = (picture: CompositeSource, width: number, height: number): boolean => {
  if (!picture.opaque && !isOpaqueFormat(picture.raster.format)) return false;
  return picture.repeat !== repeats.none || covers(picture, width, height);
};

/** Whether each pixel of the box has one of the picture, in its place. */
const covers = (picture: CompositeSource, width: number, height: number): boolean => {
  const { originX, originY } = picture;
  return (
    picture.transform === null &&
    originX >= 0 &&
    originY >= 0 &&
    originX + width <= picture.width &&
    originY + height <= picture.height
  );
};

/** Nothing but the source's own 32-bit pixels, one for one. */
const isPlain = ({ source, mask }: Pictures, { drawable }: Drawing): boolean => {
  const { left, top, right, bottom } = drawable.box;
  return mask === null && cellBits(source.raster.format) === 32 && covers(source, right - left, bottom - top);
};

/** Whether the result is the source's bits: their top bytes too, unless those become alpha. */
const isCopy = (operator: number, pictures: Pictures, drawing: Drawing): boolean => {
  const { source } = pictures;
  const { format } = drawing.raster;
  if (operator !== operators.source || !isPlain(pictures, drawing)) return false;
  return (
    format === formats.xrgb || (format === formats.argb && source.raster.format === format && !source.opaque)
  );
};

const copySource = ({ drawable, raster, target }: Drawing, source: CompositeSource): void => {
  const dx = source.originX - drawable.box.left;
  const dy = source.originY - drawable.box.top;
  paintTernary(raster, target, plainCopy, 0, source.raster, dx, dy);
};

/** Operators whose colours do not depend on the destination's alpha. */
const alphaBlind: ReadonlySet<number> = new Set([
  operators.source,
  operators.over,
  operators.inReverse,
  operators.outReverse,
  operators.add,
]);

/** Those operators combine an xrgb surface's top bytes as if they were alpha. */
const workingFormat = (operator: number, format: SurfaceFormat): SurfaceFormat =>
  format === formats.xrgb && alphaBlind.has(operator) ? formats.argb : format;

/** Composites the target's rectangles row by row: `count` pixels from `cell` on, pixel (i, j) of the command's box. */
const eachRow = (
  drawing: Drawing,
  visit: (i: number, j: number, cell: number, count: number) => void,
): void => {
  const { target, raster, drawable } = drawing;
  const { left, top } = drawable.box;
  const c = target.coordinates;
  for (let r = 0; r < target.count * 4; r += 4) {
    for (let y = c[r + 1]; y < c[r + 3]; y++) {
      visit(c[r] - left, y - top, raster.base + y * raster.pitch + c[r], c[r + 2] - c[r]);
    }
  }
};

/** Pixels of the target's widest rectangle. */
const widestRow = ({ target }: Drawing): number => {
  const c = target.coordinates;
  let widest = 0;
  for (let r = 0; r < target.count * 4; r += 4) widest = Math.max(widest, c[r + 2] - c[r]);
  return widest;
};

const combinePixels = (
  drawing: Drawing,
  pictures: Pictures,
  operate: PixelOperator,
  format: SurfaceFormat,
): void => {
  const { cells } = drawing.raster;
  const width = widestRow(drawing);
  const read = pixelReader(format);
  const write = pixelWriter(format);
  const sampleSource = rowSampler(pictures.source);
  const sampleMask = pictures.mask === null ? null : rowSampler(pictures.mask);
  const sources = new Int32Array(width);
  const covers = new Int32Array(width);
  const cover = coverRow(pictures);
  eachRow(drawing, (i, j, cell, count) => {
    sampleSource(i, j, count, sources);
    sampleMask?.(i, j, count, covers);
    cover(sources, covers, count);
    for (let k = 0; k < count; k++) {
      cells[cell + k] = write(operate(sources[k], covers[k], read(cells[cell + k])));
    }
  });
};

/** Multiplies `count` sources by masks; masks become what the source covers of each channel. */
type CoverRow = (sources: Int32Array, masks: Int32Array, count: number) => void;

const coverRow = ({ mask, componentAlpha }: Pictures): CoverRow => {
  if (mask === null) return spreadAlpha;
  return componentAlpha ? coverChannels : coverAlpha;
};

/** Without a mask the source's alpha covers all channels. */
const spreadAlpha: CoverRow = (sources, covers, count) => {
  for (let i = 0; i < count; i++) covers[i] = Math.imul(sources[i] >>> 24, 0x01010101);
};

const coverAlpha: CoverRow = (sources, masks, count) => {
  for (let i = 0; i < count; i++) {
    sources[i] = scalePixel(sources[i], masks[i] >>> 24);
    masks[i] = Math.imul(sources[i] >>> 24, 0x01010101);
  }
};

const coverChannels: CoverRow = (sources, masks, count) => {
  for (let i = 0; i < count; i++) {
    const source = sources[i];
    sources[i] = multiplyPixels(source, masks[i]);
    masks[i] = scalePixel(masks[i], source >>> 24);
  }
};

const combineFloats = (
  drawing: Drawing,
  pictures: Pictures,
  operate: FloatOperator,
  cover: CoverFloats,
): void => {
  const { raster } = drawing;
  const { cells } = raster;
  const width = widestRow(drawing) * 4;
  const read = pixelReader(raster.format);
  const write = pixelWriter(raster.format);
  const expand = floatExpander(raster.format);
  const sampleSource = floatRowSampler(pictures.source);
  const sampleMask = pictures.mask === null ? null : floatRowSampler(pictures.mask);
  const sources = new Float32Array(width);
  const covers = new Float32Array(width);
  const pixels = new Float32Array(width);
  eachRow(drawing, (i, j, cell, count) => {
    sampleSource(i, j, count, sources);
    sampleMask?.(i, j, count, covers);
    cover(sources, covers, count * 4);
    for (let k = 0; k < count; k++) {
      expand(read(cells[cell + k]), pixels, k * 4);
      operate(sources, covers, pixels, k * 4);
      cells[cell + k] = write(contract(pixels, k * 4));
    }
  });
};

/** Multiplies sources by masks, as `CoverRow` does; `length` is in numbers, four a pixel. */
type CoverFloats = (sources: Float32Array, masks: Float32Array, length: number) => void;

const coverFloats = (pictures: Pictures, operator: number): CoverFloats => {
  if (pictures.mask === null) return spreadFloatAlpha;
  if (pictures.componentAlpha) return coverFloatChannels;
  return slipsMask(operator) ? coverSlipping : coverFloatAlpha;
};

const spreadFloatAlpha: CoverFloats = (sources, covers, length) => {
  for (let i = 0; i < length; i += 4) covers.fill(sources[i], i, i + 4);
};

const coverFloatChannels: CoverFloats = (sources, masks, length) => {
  for (let i = 0; i < length; i += 4) {
    const alpha = sources[i];
    for (let k = i; k < i + 4; k++) {
      sources[k] *= masks[k];
      masks[k] *= alpha;
    }
  }
};

const coverFloatAlpha: CoverFloats = (sources, masks, length) => {
  for (let i = 0; i < length; i += 4) {
    const mask = masks[i];
    for (let k = i; k < i + 4; k++) sources[k] *= mask;
    masks.fill(sources[i], i, i + 4);
  }
};

const coverSlipping: CoverFloats = (sources, masks, length) => {
  for (let i = 0; i < length; i += 4) {
    const mask = masks[i];
    sources[i] *= mask;
    sources[i + 1] *= mask;
    sources[i + 2] *= mask;
    sources[i + 2] *= mask;
    // Where the mask is 0 nothing of the source is read.
    if (mask === 0) sources[i + 3] = 0;
    masks.fill(sources[i], i, i + 4);
  }
};

/** 0..1 to 8 bits, cut off: 256 equal steps. */
const toByte = (value: number): number => Math.min(255, Math.floor(Math.min(1, Math.max(0, value)) * 256));

const contract = (row: Float32Array, at: number): number =>
  (toByte(row[at]) << 24) | (toByte(row[at + 1]) << 16) | (toByte(row[at + 2]) << 8) | toByte(row[at + 3]);
