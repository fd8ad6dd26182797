import type { SurfaceFormat, Transform } from '@lazyspice/core';
import { CanvasError } from './errors.js';
import { pixelReader } from './pixel-conversion.js';
import { copyRaster, isSamePixels, type PixelSource, readSource, wholeSource } from './pixel-source.js';
import { bitsPerPixel, formats, type Raster } from './raster.js';
import { interpolate } from './scale.js';

/** How positions outside the picture are answered. */
export const repeats = { none: 0, normal: 1, pad: 2, reflect: 3 } as const;

/** A picture that COMPOSITE samples: its pixels and how to find the one for a destination pixel. */
export interface CompositeSource {
  readonly raster: Raster;
  /** Alpha counts as full wherever there is a pixel. */
  readonly opaque: boolean;
  readonly width: number;
  readonly height: number;
  /** null: whole pixels. */
  readonly transform: Transform | null;
  readonly bilinear: boolean;
  readonly repeat: number;
  /** Source pixel of the first destination pixel. */
  readonly originX: number;
  readonly originY: number;
}

/** Filters by number: fast, good, best, nearest, bilinear. */
export const isBilinear = (filter: number): boolean => {
  if (filter > 4) throw new CanvasError('composite', `filter ${filter}`);
  return filter === 1 || filter === 2 || filter === 4;
};

/**
 * The whole picture. Bitmaps are converted to the destination's format first, as libspice-server does; on 32-bit
 * surfaces they are opaque unless they have alpha themselves.
 */
export const compositeRaster = (source: PixelSource, destination: Raster): Raster => {
  const format = source.kind === 'surface' ? source.surface.format : destination.format;
  const raster = readSource(source, format, wholeSource(source));
  return isSamePixels(source, destination) ? copyRaster(raster, wholeSource(source)) : raster;
};

/** 16.16 fixed point with 32 bits, as the reference's arithmetic needs it. */
const isFixed = (value: number): boolean => value >= -(2 ** 31) && value < 2 ** 31;
const fixedOne = 65_536;

/**
 * Position, in 16.16 fixed point, of the centre of the pixel `column`, `row` along one line of the transform. The
 * products are taken apart so that doubles hold them exactly.
 */
const transformed = (a: number, b: number, c: number, column: number, row: number): number =>
  a * column + b * row + Math.floor((a * 32_768 + b * 32_768 + 32_768) / fixedOne) + c;

const identity: Transform = [fixedOne, 0, 0, 0, fixedOne, 0];

/**
 * Whether every position that `width` x `height` pixels need can be told in 16.16 fixed point; the reference draws
 * nothing otherwise.
 */
export const canSample = (source: CompositeSource, width: number, height: number): boolean => {
  const { originX, originY } = source;
  const [t00, t01, t02, t10, t11, t12] = source.transform ?? identity;
  if (source.width >= 0x7fff || source.height >= 0x7fff) return false;
  for (const column of [originX - 1, originX + width]) {
    for (const row of [originY - 1, originY + height]) {
      if (column < -32_768 || column > 32_767 || row < -32_768 || row > 32_767) return false;
      const x = transformed(t00, t01, t02, column, row);
      const y = transformed(t10, t11, t12, column, row);
      for (const position of [x, y]) {
        if (!isFixed(position - fixedOne / 2 - 8) || !isFixed(position + fixedOne / 2 + 8)) return false;
      }
    }
  }
  return true;
};

/** The index inside 0..size - 1 for any index; -1: none. */
const repeated = (index: number, size: number, repeat: number): number => {
  if (index >= 0 && index < size) return index;
  switch (repeat) {
    case repeats.normal:
      return ((index % size) + size) % size;
    case repeats.pad:
      return index < 0 ? 0 : size - 1;
    case repeats.reflect: {
      const twice = ((index % (2 * size)) + 2 * size) % (2 * size);
      return twice < size ? twice : 2 * size - 1 - twice;
    }
    default:
      return -1;
  }
};

/** Reads single pixels with repetition: 0xaarrggbb, or 0 where there is none. */
const pixelSampler = (source: CompositeSource): ((x: number, y: number) => number) => {
  const { raster, width, height, repeat } = source;
  const { cells, base, pitch } = raster;
  const read = pixelReader(raster.format);
  const alpha = source.opaque ? 0xff000000 : 0;
  return (x, y) => {
    const column = repeated(x, width, repeat);
    const row = repeated(y, height, repeat);
    return column < 0 || row < 0 ? 0 : read(cells[base + row * pitch + column]) | alpha;
  };
};

/** Reads `count` pixels of row `j` of the composited area, from column `i` on. */
export type RowSampler = (i: number, j: number, count: number, row: Int32Array) => void;

export const rowSampler = (source: CompositeSource): RowSampler => {
  const { transform, originX, originY } = source;
  if (transform === null && source.repeat === repeats.none) return plainRows(source);
  const sample = pixelSampler(source);
  if (transform === null) {
    return (i, j, count, row) => {
      for (let k = 0; k < count; k++) row[k] = sample(originX + i + k, originY + j);
    };
  }
  const [t00, t01, t02, t10, t11, t12] = transform;
  const fetch = source.bilinear ? bilinear(sample) : nearest(sample);
  return (i, j, count, row) => {
    let x = transformed(t00, t01, t02, originX + i, originY + j);
    let y = transformed(t10, t11, t12, originX + i, originY + j);
    for (let k = 0; k < count; k++, x += t00, y += t10) row[k] = fetch(x, y);
  };
};

/** Rows of a picture in its place: pixel by pixel only where there is one. */
const plainRows = (source: CompositeSource): RowSampler => {
  const { raster, width, height, originX, originY } = source;
  const { cells, base, pitch } = raster;
  const read = pixelReader(raster.format);
  const opaque = source.opaque ? 0xff000000 : 0;
  return (i, j, count, row) => {
    const x = originX + i;
    const y = originY + j;
    const first = Math.min(count, Math.max(0, -x));
    const last = y < 0 || y >= height ? first : Math.max(first, Math.min(count, width - x));
    row.fill(0, 0, first);
    const from = base + y * pitch + x;
    for (let k = first; k < last; k++) row[k] = read(cells[from + k]) | opaque;
    row.fill(0, last, count);
  };
};

type Sample = (x: number, y: number) => number;

const nearest =
  (sample: Sample): Sample =>
  (x, y) =>
    sample((x - 1) >> 16, (y - 1) >> 16);

const bilinear =
  (sample: Sample): Sample =>
  (x, y) => {
    const left = (x - 32_768) >> 16;
    const top = (y - 32_768) >> 16;
    const weightX = (((x - 32_768) >> 9) & 127) * 2;
    const weightY = (((y - 32_768) >> 9) & 127) * 2;
    return interpolate(
      sample(left, top),
      sample(left + 1, top),
      sample(left, top + 1),
      sample(left + 1, top + 1),
      weightX,
      weightY,
    );
  };

/** Four channels a pixel, alpha first, 0..1. */
export type FloatRowSampler = (i: number, j: number, count: number, row: Float32Array) => void;

/** Bits of alpha, red, green and blue in a format; formats without alpha are opaque. */
const channelBits = (format: SurfaceFormat): readonly [number, number, number, number] => {
  switch (format) {
    case formats.rgb555:
      return [0, 5, 5, 5];
    case formats.rgb565:
      return [0, 5, 6, 5];
    case formats.xrgb:
      return [0, 8, 8, 8];
    case formats.argb:
      return [8, 8, 8, 8];
    default:
      return [bitsPerPixel(format), 0, 0, 0];
  }
};

/** Takes a 0xaarrggbb pixel of the format apart into row[at..at + 3]; only the format's own bits count. */
export const floatExpander = (
  format: SurfaceFormat,
): ((pixel: number, row: Float32Array, at: number) => void) => {
  const bits = channelBits(format);
  const factor = bits.map((n) => (n === 0 ? 0 : Math.fround(1 / (2 ** n - 1))));
  const isOpaque = bits[0] === 0;
  return (pixel, row, at) => {
    row[at] = isOpaque ? 1 : ((pixel >>> 24) >> (8 - bits[0])) * factor[0];
    row[at + 1] = (((pixel >>> 16) & 255) >> (8 - bits[1])) * factor[1];
    row[at + 2] = (((pixel >>> 8) & 255) >> (8 - bits[2])) * factor[2];
    row[at + 3] = ((pixel & 255) >> (8 - bits[3])) * factor[3];
  };
};

export const floatRowSampler = (source: CompositeSource): FloatRowSampler => {
  const { transform, originX, originY } = source;
  const expandPixel = floatExpander(source.raster.format);
  const samplePixel = pixelSampler(source);
  const outside = pixelOutside(source);
  const sample = (x: number, y: number, row: Float32Array, at: number): void => {
    if (outside(x, y)) row.fill(0, at, at + 4);
    else expandPixel(samplePixel(x, y), row, at);
  };
  if (transform === null) {
    return (i, j, count, row) => {
      for (let k = 0; k < count; k++) sample(originX + i + k, originY + j, row, k * 4);
    };
  }
  const [t00, t01, t02, t10, t11, t12] = transform;
  const fetch = source.bilinear ? floatBilinear(sample) : floatNearest(sample);
  return (i, j, count, row) => {
    let x = transformed(t00, t01, t02, originX + i, originY + j);
    let y = transformed(t10, t11, t12, originX + i, originY + j);
    for (let k = 0; k < count; k++, x += t00, y += t10) fetch(x, y, row, k * 4);
  };
};

const pixelOutside = ({ repeat, width, height }: CompositeSource): ((x: number, y: number) => boolean) =>
  repeat === repeats.none ? (x, y) => x < 0 || y < 0 || x >= width || y >= height : () => false;

type FloatSample = (x: number, y: number, row: Float32Array, at: number) => void;

const floatNearest =
  (sample: FloatSample): FloatSample =>
  (x, y, row, at) =>
    sample((x - 1) >> 16, (y - 1) >> 16, row, at);

const floatBilinear = (sample: FloatSample): FloatSample => {
  const corners = new Float32Array(16);
  const { fround } = Math;
  return (x, y, row, at) => {
    const left = (x - 32_768) >> 16;
    const top = (y - 32_768) >> 16;
    const weightX = ((x - 32_768) & 0xffff) / 65_536;
    const weightY = ((y - 32_768) & 0xffff) / 65_536;
    sample(left, top, corners, 0);
    sample(left + 1, top, corners, 4);
    sample(left, top + 1, corners, 8);
    sample(left + 1, top + 1, corners, 12);
    const w11 = fround(weightX * weightY);
    const w10 = fround(weightX * (1 - weightY));
    const w01 = fround((1 - weightX) * weightY);
    const w00 = fround((1 - weightX) * (1 - weightY));
    for (let k = 0; k < 4; k++) {
      const upper = fround(fround(corners[k] * w00) + fround(corners[4 + k] * w10));
      row[at + k] = fround(upper + fround(corners[8 + k] * w01)) + fround(corners[12 + k] * w11);
    }
  };
};
