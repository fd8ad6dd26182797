import { type Rect, ScaleMode, type SurfaceFormat } from '@lazyspice/core';
import { CanvasError } from './errors.js';
import { pixelReader, pixelWriter } from './pixel-conversion.js';
import { type PixelSource, readSource } from './pixel-source.js';
import { cellBits, createRaster, formats, type Raster } from './raster.js';

/** Longest side of a source area or box that is scaled, in pixels. */
const maxScaledSide = 65_535;

/** How a part of a picture is stretched over a box. */
export interface Scaling {
  readonly sourceArea: Rect;
  readonly box: Rect;
  readonly mode: ScaleMode;
  /** Pixels without alpha become opaque ones of an argb surface; otherwise bits stay as they are. */
  readonly converts: boolean;
  /** ROP3: the source area begins at a whole pixel of the scaled picture instead of its own first pixel. */
  readonly roundsStart: boolean;
}

/**
 * Source positions of the destination pixels first..last of one axis, in 16.16 fixed point, before rounding:
 * `sourceSize` pixels from `sourceStart` are spread over `size` pixels from `start` (display pipeline §11.5).
 */
const positions = (
  start: number,
  size: number,
  sourceStart: number,
  sourceSize: number,
  first: number,
  last: number,
  roundsStart: boolean,
): Float64Array => {
  const factor = Math.floor((sourceSize * 65536) / size);
  const scaledStart = roundsStart ? Math.round((sourceStart * size) / sourceSize) : 0;
  const exactStart = roundsStart ? 0 : sourceStart * 65536;
  const result = new Float64Array(last - first);
  for (let i = first; i < last; i++) {
    const pixel = i - start + scaledStart;
    result[i - first] = Math.floor(((pixel * 65536 + 32768) * factor + 32768) / 65536) + exactStart;
  }
  return result;
};

/** The axis' source pixels for NEAREST; -1 outside the image. */
const nearest = (at: Float64Array, size: number): Int32Array => {
  const result = new Int32Array(at.length);
  for (let i = 0; i < at.length; i++) {
    const index = Math.floor((at[i] - 1) / 65536);
    result[i] = index >= 0 && index < size ? index : -1;
  }
  return result;
};

/**
 * The source area scaled to the box, as far as `area` (inside the box) goes, for a surface of `format`: pixels where the
 * source image has none are 0.
 */
export const scaleSource = (
  source: PixelSource,
  scaling: Scaling,
  area: Rect,
  format: SurfaceFormat,
): Raster => {
  const { columns: xs, rows: ys } = axes(scaling, area);
  const result = createRaster(format, area.left, area.top, area.right, area.bottom);
  switch (scaling.mode) {
    case ScaleMode.values.nearest:
      scaleNearest(source, nearest(xs, source.width), nearest(ys, source.height), result, scaling);
      break;
    case ScaleMode.values.interpolate:
      scaleInterpolated(source, xs, ys, result, scaling);
      break;
    default:
      throw new CanvasError('source-area', `scale mode ${scaling.mode}`);
  }
  return result;
};

/** The part of `area` for whose pixels the source has one, when scaled without interpolation. */
export const nearestCoverage = (source: PixelSource, scaling: Scaling, area: Rect): Rect => {
  const { columns, rows } = axes(scaling, area);
  const xs = nearest(columns, source.width);
  const ys = nearest(rows, source.height);
  return {
    left: area.left + xs.findIndex((x) => x >= 0),
    top: area.top + ys.findIndex((y) => y >= 0),
    right: area.left + xs.findLastIndex((x) => x >= 0) + 1,
    bottom: area.top + ys.findLastIndex((y) => y >= 0) + 1,
  };
};

/** Source positions of the columns and rows of `area`; throws for sides that cannot be scaled. */
const axes = (
  { sourceArea, box, roundsStart }: Scaling,
  area: Rect,
): { columns: Float64Array; rows: Float64Array } => {
  const sourceWidth = sourceArea.right - sourceArea.left;
  const sourceHeight = sourceArea.bottom - sourceArea.top;
  const width = box.right - box.left;
  const height = box.bottom - box.top;
  for (const side of [sourceWidth, sourceHeight, width, height]) {
    if (!(side >= 1 && side <= maxScaledSide)) {
      throw new CanvasError(
        'source-area',
        `cannot scale ${sourceWidth}x${sourceHeight} to ${width}x${height}`,
      );
    }
  }
  return {
    columns: positions(box.left, width, sourceArea.left, sourceWidth, area.left, area.right, roundsStart),
    rows: positions(box.top, height, sourceArea.top, sourceHeight, area.top, area.bottom, roundsStart),
  };
};

/** How the source's pixels are to be understood. */
const readingFormat = (from: Raster, to: Raster, { converts }: Scaling): SurfaceFormat => {
  if (cellBits(to.format) !== 32) return converts ? from.format : to.format;
  return converts && to.format === formats.argb ? from.format : formats.argb;
};

/** All four bytes of 32-bit pixels count, also those of an xrgb surface. */
const writingFormat = (to: Raster): SurfaceFormat => (cellBits(to.format) === 32 ? formats.argb : to.format);

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** The part of the source between the outermost positions, with a pixel more on each side. */
const readScaled = (
  source: PixelSource,
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  format: SurfaceFormat,
) =>
  readSource(source, format, {
    left: clamp(xs[0] - 1, 0, source.width),
    right: clamp(xs[xs.length - 1] + 2, 0, source.width),
    top: clamp(ys[0] - 1, 0, source.height),
    bottom: clamp(ys[ys.length - 1] + 2, 0, source.height),
  });

const scaleNearest = (
  source: PixelSource,
  columns: Int32Array,
  rows: Int32Array,
  result: Raster,
  scaling: Scaling,
): void => {
  const inside = columns.filter((x) => x >= 0);
  const insideRows = rows.filter((y) => y >= 0);
  if (inside.length === 0 || insideRows.length === 0) return;
  const from = readScaled(source, inside, insideRows, result.format);
  const reading = readingFormat(from, result, scaling);
  const read = pixelReader(reading);
  const write = pixelWriter(writingFormat(result));
  const isRaw = reading === writingFormat(result);
  let to = 0;
  for (let j = 0; j < rows.length; j++) {
    const row = from.base + rows[j] * from.pitch;
    for (let i = 0; i < columns.length; i++, to++) {
      if (rows[j] < 0 || columns[i] < 0) continue;
      const pixel = from.cells[row + columns[i]];
      result.cells[to] = isRaw ? pixel : write(read(pixel));
    }
  }
};

/** Position minus half a pixel: the left or upper of two neighbours, and the other one's weight out of 256. */
const neighbours = (at: Float64Array): { index: Int32Array; weight: Int32Array } => {
  const index = new Int32Array(at.length);
  const weight = new Int32Array(at.length);
  for (let i = 0; i < at.length; i++) {
    const u = at[i] - 32768;
    index[i] = Math.floor(u / 65536);
    weight[i] = (((Math.floor(u / 512) % 128) + 128) % 128) * 2;
  }
  return { index, weight };
};

const scaleInterpolated = (
  source: PixelSource,
  xs: Float64Array,
  ys: Float64Array,
  result: Raster,
  scaling: Scaling,
): void => {
  const columns = neighbours(xs);
  const rows = neighbours(ys);
  const from = readScaled(source, columns.index, rows.index, result.format);
  const { width, height } = source;
  const read = pixelReader(readingFormat(from, result, scaling));
  const write = pixelWriter(writingFormat(result));
  const sample = (x: number, y: number): number =>
    x >= 0 && x < width && y >= 0 && y < height ? read(from.cells[from.base + y * from.pitch + x]) : 0;
  let to = 0;
  for (let j = 0; j < ys.length; j++) {
    const y = rows.index[j];
    for (let i = 0; i < xs.length; i++, to++) {
      const x = columns.index[i];
      const weightX = columns.weight[i];
      const weightY = rows.weight[j];
      result.cells[to] = write(
        interpolate(sample(x, y), sample(x + 1, y), sample(x, y + 1), sample(x + 1, y + 1), weightX, weightY),
      );
    }
  }
};

/** The weighted mean of four 0xaarrggbb pixels; weights of the right and lower ones are out of 256. */
export const interpolate = (
  topLeft: number,
  topRight: number,
  bottomLeft: number,
  bottomRight: number,
  weightX: number,
  weightY: number,
): number => {
  const w11 = weightX * weightY;
  const w10 = (weightX << 8) - w11;
  const w01 = (weightY << 8) - w11;
  const w00 = 65536 - (weightX << 8) - (weightY << 8) + w11;
  let result = 0;
  for (let shift = 0; shift < 32; shift += 8) {
    const sum =
      ((topLeft >>> shift) & 255) * w00 +
      ((topRight >>> shift) & 255) * w10 +
      ((bottomLeft >>> shift) & 255) * w01 +
      ((bottomRight >>> shift) & 255) * w11;
    result |= (sum >> 16) << shift;
  }
  return result;
};
