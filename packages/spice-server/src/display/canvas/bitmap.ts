import { type Bitmap, BitmapFormat, type SurfaceFormat } from '@lazyspice/core';
import { CanvasError } from './errors.js';
import { expand555, pixelWriter } from './pixel-conversion.js';
import { cellBits, createRaster, formats, type Raster, viewCells } from './raster.js';
import type { Surface } from './surface.js';
import type { Target } from './target.js';

const { values: bitmapFormats } = BitmapFormat;

const bitmapBits = (format: BitmapFormat): number => {
  switch (format) {
    case bitmapFormats.indexed1le:
    case bitmapFormats.indexed1be:
      return 1;
    case bitmapFormats.indexed4le:
    case bitmapFormats.indexed4be:
      return 4;
    case bitmapFormats.indexed8:
    case bitmapFormats.a8:
      return 8;
    case bitmapFormats.rgb16:
      return 16;
    case bitmapFormats.rgb24:
      return 24;
    default:
      return 32;
  }
};

/** Longest side of a bitmap, in pixels. */
export const maxBitmapSide = 65_535;

/** Throws unless sides, stride and data agree. The last row may lack its padding. */
export const checkBitmap = (bitmap: Bitmap): void => {
  const { width, height, stride } = bitmap;
  if (!(width >= 1 && width <= maxBitmapSide && height >= 1 && height <= maxBitmapSide)) {
    throw new CanvasError('source', `a bitmap of ${width}x${height} pixels`);
  }
  const rowBytes = Math.ceil((width * bitmapBits(bitmap.format)) / 8);
  if (!(stride >= rowBytes)) {
    throw new CanvasError('source', `bitmap rows of ${rowBytes} bytes with a stride of ${stride}`);
  }
  const needed = stride * (height - 1) + rowBytes;
  if (bitmap.data.length < needed) {
    throw new CanvasError('source', `a bitmap of ${needed} bytes with ${bitmap.data.length} bytes of data`);
  }
};

/** Where row y (from the top) begins in the data. */
export const bitmapRow = (bitmap: Bitmap, y: number): number =>
  bitmap.stride * (bitmap.topDown ? y : bitmap.height - 1 - y);

/** The format closest to what the bitmap itself holds; palette and 24-bit pictures are 32-bit ones. */
export const ownFormat = (bitmap: Bitmap): SurfaceFormat => {
  switch (bitmap.format) {
    case bitmapFormats.rgb16:
      return formats.rgb555;
    case bitmapFormats.rgba:
      return formats.argb;
    case bitmapFormats.a8:
      return formats.a8;
    default:
      return formats.xrgb;
  }
};

/** Whether the bitmap's pixels are, as they lie in memory, pixels of the surface format. */
const isRaw = (from: BitmapFormat, to: SurfaceFormat): boolean => {
  switch (from) {
    case bitmapFormats.rgb32:
    case bitmapFormats.rgba:
      return to === formats.xrgb || to === formats.argb;
    case bitmapFormats.rgb16:
      return to === formats.rgb555;
    case bitmapFormats.a8:
      return to === formats.a8;
    default:
      return false;
  }
};

/** On 32-bit surfaces only one bitmap format has alpha, whatever their top bytes hold. */
const meaning = (bitmap: Bitmap, format: SurfaceFormat): SurfaceFormat => {
  if (cellBits(format) !== 32) return format;
  return bitmap.format === bitmapFormats.rgba ? formats.argb : formats.xrgb;
};

/**
 * The bitmap's own memory as a raster, without a copy; null when its format is another one or its rows do not lie
 * on pixel borders.
 */
export const viewBitmap = (bitmap: Bitmap, format: SurfaceFormat): Raster | null => {
  if (!isRaw(bitmap.format, format)) return null;
  const bytes = cellBits(format) / 8;
  const { data, stride, width, height } = bitmap;
  if (data.byteOffset % bytes !== 0 || stride % bytes !== 0) return null;
  const pitch = stride / bytes;
  return {
    format: meaning(bitmap, format),
    cells: viewCells(format, data.buffer, data.byteOffset, Math.floor(data.length / bytes)),
    base: bitmap.topDown ? 0 : (height - 1) * pitch,
    pitch: bitmap.topDown ? pitch : -pitch,
    left: 0,
    top: 0,
    right: width,
    bottom: height,
  };
};

/**
 * The area of the bitmap (inside it) in a surface format, always a copy: palette entries become raw pixels, a 32-bit
 * pixel keeps its top byte on 32-bit surfaces, 24-bit pixels get a top byte of 0 there, 16-bit ones of 255
 * (display pipeline §11.1).
 */
export const convertBitmap = (
  bitmap: Bitmap,
  format: SurfaceFormat,
  left: number,
  top: number,
  right: number,
  bottom: number,
): Raster => {
  const raster = { ...createRaster(format, left, top, right, bottom), format: meaning(bitmap, format) };
  const readRow = rowReaders[bitmap.format];
  if (readRow === undefined) throw new CanvasError('source', `bitmap format ${bitmap.format}`);
  const convert = cellConverter(bitmap, format);
  for (let y = top; y < bottom; y++) {
    readRow(bitmap.data, bitmapRow(bitmap, y), left, right, convert, raster, raster.base + y * raster.pitch);
  }
  return raster;
};

type Convert = (pixel: number) => number;
type ReadRow = (
  data: Uint8Array,
  row: number,
  left: number,
  right: number,
  convert: Convert,
  raster: Raster,
  to: number,
) => void;

/** From what a row reader reads (index, 16, 24 or 32 bits) to a cell. */
const cellConverter = (bitmap: Bitmap, format: SurfaceFormat): Convert => {
  const raw = isRaw(bitmap.format, format);
  const write = pixelWriter(format);
  const wide = cellBits(format) === 32;
  const top = wide ? 0xff000000 : 0;
  switch (bitmap.format) {
    case bitmapFormats.rgb16:
      if (raw) return (pixel) => pixel;
      return (pixel) => write(expand555(pixel) | 0xff000000) | top;
    case bitmapFormats.rgb24:
      return wide ? (pixel) => pixel : (pixel) => write(pixel | 0xff000000);
    case bitmapFormats.rgb32:
      return raw ? (pixel) => pixel : (pixel) => write(pixel | 0xff000000);
    case bitmapFormats.rgba:
      return raw ? (pixel) => pixel : write;
    case bitmapFormats.a8:
      return raw ? (pixel) => pixel : wide ? (pixel) => pixel << 24 : (pixel) => write(pixel << 24);
    default: {
      const entries = paletteEntries(bitmap);
      return (index) => entries[index];
    }
  }
};

/** Entries the palette lacks are 0. */
const paletteEntries = (bitmap: Bitmap): Uint32Array => {
  if (bitmap.palette === null) throw new CanvasError('source', 'a palette bitmap without its palette');
  const entries = new Uint32Array(256);
  const given = bitmap.palette.entries;
  for (let i = 0; i < Math.min(256, given.length); i++) entries[i] = given[i];
  return entries;
};

const rowReaders: Partial<Record<BitmapFormat, ReadRow>> = {
  [bitmapFormats.indexed1le]: (data, row, left, right, convert, raster, to) => {
    for (let x = left; x < right; x++) {
      raster.cells[to + x] = convert((data[row + (x >> 3)] >> (x & 7)) & 1);
    }
  },
  [bitmapFormats.indexed1be]: (data, row, left, right, convert, raster, to) => {
    for (let x = left; x < right; x++) {
      raster.cells[to + x] = convert((data[row + (x >> 3)] >> (7 - (x & 7))) & 1);
    }
  },
  [bitmapFormats.indexed4le]: (data, row, left, right, convert, raster, to) => {
    for (let x = left; x < right; x++) {
      raster.cells[to + x] = convert((data[row + (x >> 1)] >> ((x & 1) * 4)) & 15);
    }
  },
  [bitmapFormats.indexed4be]: (data, row, left, right, convert, raster, to) => {
    for (let x = left; x < right; x++) {
      raster.cells[to + x] = convert((data[row + (x >> 1)] >> (4 - (x & 1) * 4)) & 15);
    }
  },
  [bitmapFormats.indexed8]: (data, row, left, right, convert, raster, to) => {
    for (let x = left; x < right; x++) raster.cells[to + x] = convert(data[row + x]);
  },
  [bitmapFormats.a8]: (data, row, left, right, convert, raster, to) => {
    for (let x = left; x < right; x++) raster.cells[to + x] = convert(data[row + x]);
  },
  [bitmapFormats.rgb16]: (data, row, left, right, convert, raster, to) => {
    for (let x = left, i = row + left * 2; x < right; x++, i += 2) {
      raster.cells[to + x] = convert(data[i] | (data[i + 1] << 8));
    }
  },
  [bitmapFormats.rgb24]: (data, row, left, right, convert, raster, to) => {
    for (let x = left, i = row + left * 3; x < right; x++, i += 3) {
      raster.cells[to + x] = convert(data[i] | (data[i + 1] << 8) | (data[i + 2] << 16));
    }
  },
  [bitmapFormats.rgb32]: (data, row, left, right, convert, raster, to) => {
    readWords(data, row, left, right, convert, raster, to);
  },
  [bitmapFormats.rgba]: (data, row, left, right, convert, raster, to) => {
    readWords(data, row, left, right, convert, raster, to);
  },
};

const readWords: ReadRow = (data, row, left, right, convert, raster, to) => {
  for (let x = left, i = row + left * 4; x < right; x++, i += 4) {
    raster.cells[to + x] = convert(data[i] | (data[i + 1] << 8) | (data[i + 2] << 16) | (data[i + 3] << 24));
  }
};

/** Bytes from which a call into the engine's own copy is cheaper than a loop. */
const longRowBytes = 96;

/**
 * Copies the target's pixels from a bitmap whose memory has the surface's format but any alignment; bitmap pixel
 * (x + dx, y + dy) must exist for each. False, and nothing copied: it has another format or rows of whole pixels, which
 * `viewBitmap` serves.
 */
export const copyBitmapBytes = (
  bitmap: Bitmap,
  surface: Surface,
  target: Target,
  dx: number,
  dy: number,
): boolean => {
  const pixelBytes = surface.bytesPerPixel;
  const { data } = bitmap;
  if (!isRaw(bitmap.format, surface.format)) return false;
  if (data.byteOffset % pixelBytes === 0 && bitmap.stride % pixelBytes === 0) return false;
  const { bytes, stride } = surface;
  const c = target.coordinates;
  for (let i = 0; i < target.count * 4; i += 4) {
    const rowBytes = (c[i + 2] - c[i]) * pixelBytes;
    for (let y = c[i + 1]; y < c[i + 3]; y++) {
      const to = y * stride + c[i] * pixelBytes;
      const from = bitmapRow(bitmap, y + dy) + (c[i] + dx) * pixelBytes;
      if (rowBytes >= longRowBytes) bytes.set(data.subarray(from, from + rowBytes), to);
      else for (let k = 0; k < rowBytes; k++) bytes[to + k] = data[from + k];
    }
  }
  return true;
};
