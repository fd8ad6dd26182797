import type { DrawOperation, Image, Point16, Transform } from '@lazyspice/core';
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
import { pixelReader, pixelWriter } from './pixel-conversion.js';
import { isOpaqueFormat } from './pixel-source.js';
import { type PixelOperator, porterDuff } from './porter-duff.js';

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

const saturate = 0x0d;
const overReverse = 0x04;

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
  const plain = porterDuff[operator] ?? blendModes[operator];
  if (dividing === null && plain === undefined) throw new CanvasError('composite', `operator ${operator}`);
  if (!canSample(source, width, height) || (mask !== null && !canSample(mask, width, height))) return;
  if (dividing !== null) combineFloats(drawing, pictures, dividing, coverFloats(pictures, operator));
  else if (plain !== undefined) combinePixels(drawing, pictures, plain);
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
 * opaque source is OVER_REVERSE, and CLEAR, SRC and DST have disjoint and conjoint names.
 */
const simplified = (operator: number, pictures: Pictures, width: number, height: number): number => {
  if (operator < 0x30 && (operator & 15) < 3) return operator & 15;
  if (operator !== saturate) return operator;
  const { source, mask } = pictures;
  const isOpaque =
    isOpaquePicture(source, width, height) && (mask === null || isOpaquePicture(mask, width, height));
  return isOpaque ? overReverse : operator;
};

const isOpaquePicture = (picture: CompositeSource, width: number, height: number): boolean => {
  if (!picture.opaque && !isOpaqueFormat(picture.raster.format)) return false;
  if (picture.repeat !== repeats.none) return true;
  const { originX, originY } = picture;
  const isPlain = picture.transform === null;
  return (
    isPlain &&
    originX >= 0 &&
    originY >= 0 &&
    originX + width <= picture.width &&
    originY + height <= picture.height
  );
};

/** Composites the target's rectangles row by row; source positions count from the command's box. */
const eachRow = (
  drawing: Drawing,
  visit: (j: number, i: number, row: number, width: number) => void,
): void => {
  const { target, raster, drawable } = drawing;
  const c = target.coordinates;
  for (let r = 0; r < target.count * 4; r += 4) {
    for (let y = c[r + 1]; y < c[r + 3]; y++) {
      visit(
        y - drawable.box.top,
        c[r] - drawable.box.left,
        raster.base + y * raster.pitch + c[r],
        c[r + 2] - c[r],
      );
    }
  }
};

const combinePixels = (drawing: Drawing, pictures: Pictures, operate: PixelOperator): void => {
  const { raster, drawable } = drawing;
  const { cells } = raster;
  const width = drawable.box.right - drawable.box.left;
  const read = pixelReader(raster.format);
  const write = pixelWriter(raster.format);
  const sampleSource = rowSampler(pictures.source);
  const sampleMask = pictures.mask === null ? null : rowSampler(pictures.mask);
  const sources = new Int32Array(width);
  const covers = new Int32Array(width);
  const cover = coverRow(pictures.componentAlpha);
  eachRow(drawing, (j, first, row, count) => {
    sampleSource(j, sources);
    sampleMask?.(j, covers);
    cover(sources, covers, sampleMask !== null);
    for (let i = 0; i < count; i++) {
      const d = read(cells[row + i]);
      cells[row + i] = write(operate(sources[first + i], covers[first + i], d));
    }
  });
};

/** Multiplies sources by masks; masks become what the source covers of each channel. */
type CoverRow = (sources: Int32Array, masks: Int32Array, hasMask: boolean) => void;

const coverRow = (componentAlpha: boolean): CoverRow => {
  if (componentAlpha) {
    return (sources, masks) => {
      for (let i = 0; i < sources.length; i++) {
        const s = sources[i];
        const m = masks[i];
        sources[i] = multiplyPixels(s, m);
        masks[i] = scalePixel(m, s >>> 24);
      }
    };
  }
  return (sources, masks, hasMask) => {
    for (let i = 0; i < sources.length; i++) {
      if (hasMask) sources[i] = scalePixel(sources[i], masks[i] >>> 24);
      masks[i] = Math.imul(sources[i] >>> 24, 0x01010101);
    }
  };
};

const combineFloats = (
  drawing: Drawing,
  pictures: Pictures,
  operate: FloatOperator,
  cover: CoverFloats,
): void => {
  const { raster, drawable } = drawing;
  const { cells } = raster;
  const width = drawable.box.right - drawable.box.left;
  const read = pixelReader(raster.format);
  const write = pixelWriter(raster.format);
  const expand = floatExpander(raster.format);
  const sampleSource = floatRowSampler(pictures.source);
  const sampleMask = pictures.mask === null ? null : floatRowSampler(pictures.mask);
  const sources = new Float32Array(width * 4);
  const covers = new Float32Array(width * 4);
  const pixel = new Float32Array(width * 4);
  eachRow(drawing, (j, first, row, count) => {
    sampleSource(j, sources);
    sampleMask?.(j, covers);
    cover(sources, covers);
    for (let i = 0; i < count; i++) {
      const at = (first + i) * 4;
      expand(read(cells[row + i]), pixel, at);
      operate(sources, covers, pixel, at);
      cells[row + i] = write(contract(pixel, at));
    }
  });
};

/** Multiplies sources by masks, as `CoverRow` does. */
type CoverFloats = (sources: Float32Array, masks: Float32Array) => void;

const coverFloats = (pictures: Pictures, operator: number): CoverFloats => {
  if (pictures.mask === null) return spreadAlpha;
  if (pictures.componentAlpha) return coverComponents;
  return slipsMask(operator) ? coverSlipping : coverByAlpha;
};

/** Without a mask the source's alpha covers all channels. */
const spreadAlpha: CoverFloats = (sources, covers) => {
  for (let i = 0; i < sources.length; i += 4) covers.fill(sources[i], i, i + 4);
};

const coverComponents: CoverFloats = (sources, masks) => {
  for (let i = 0; i < sources.length; i += 4) {
    const alpha = sources[i];
    for (let k = i; k < i + 4; k++) {
      sources[k] *= masks[k];
      masks[k] *= alpha;
    }
  }
};

const coverByAlpha: CoverFloats = (sources, masks) => {
  for (let i = 0; i < sources.length; i += 4) {
    const mask = masks[i];
    for (let k = i; k < i + 4; k++) sources[k] *= mask;
    masks.fill(sources[i], i, i + 4);
  }
};

const coverSlipping: CoverFloats = (sources, masks) => {
  for (let i = 0; i < sources.length; i += 4) {
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
