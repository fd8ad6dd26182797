import {
  type Bitmap,
  BitmapFormat,
  type Image,
  ImageFlags,
  type Rect,
  type SurfaceFormat,
} from '@lazyspice/core';
import { checkBitmap, convertBitmap, viewBitmap } from './bitmap.js';
import { CanvasError } from './errors.js';
import { pixelReader, pixelWriter, unpackBits } from './pixel-conversion.js';
import { cellBits, createRaster, formats, type Raster } from './raster.js';
import type { Surface } from './surface.js';

/** Where a command's pixels come from. */
export interface BitmapSource {
  readonly kind: 'bitmap';
  readonly width: number;
  readonly height: number;
  readonly bitmap: Bitmap;
  readonly highBitsSet: boolean;
}
export interface SurfaceSource {
  readonly kind: 'surface';
  readonly width: number;
  readonly height: number;
  readonly surface: Surface;
}
export type PixelSource = BitmapSource | SurfaceSource;

/** Decodes a QUIC image to a bitmap; throws when it cannot. Its sides must be those given. */
export type DecodeQuic = (data: Uint8Array, width: number, height: number) => Bitmap;

/** What finding a source needs of the canvas. */
export interface SourceContext {
  surface(id: number): Surface | undefined;
  readonly decodeQuic: DecodeQuic | null;
}

export const bitmapSource = (bitmap: Bitmap, flags: number): BitmapSource => {
  checkBitmap(bitmap);
  return {
    kind: 'bitmap',
    width: bitmap.width,
    height: bitmap.height,
    bitmap,
    highBitsSet: (flags & ImageFlags.bits.highBitsSet) !== 0,
  };
};

export const surfaceSource = (surface: Surface): SurfaceSource => ({
  kind: 'surface',
  width: surface.width,
  height: surface.height,
  surface,
});

export const openSource = (image: Image, context: SourceContext): PixelSource => {
  const { content } = image;
  switch (content.type) {
    case 'bitmap':
      return bitmapSource(content, image.flags);
    case 'surface': {
      const surface = context.surface(content.surfaceId);
      if (surface === undefined) {
        throw new CanvasError('source', `the source surface ${content.surfaceId} does not exist`);
      }
      return surfaceSource(surface);
    }
    case 'quic':
      return bitmapSource(decodeQuic(image, content.data, context), image.flags);
  }
};

const decodeQuic = (image: Image, data: Uint8Array, context: SourceContext): Bitmap => {
  if (context.decodeQuic === null) throw new CanvasError('source', 'QUIC images cannot be decoded here');
  try {
    return context.decodeQuic(data, image.width, image.height);
  } catch (error) {
    throw new CanvasError('source', 'a QUIC image cannot be decoded', { cause: error });
  }
};

/**
 * The area of a source (inside it) as pixels that can be copied onto a surface of `format`. The raster's own format
 * says what they mean: it differs where bits are copied as they are, such as those of an argb bitmap onto an xrgb
 * surface. The raster may be the source's own memory and larger than the area; it is never written to.
 */
export const readSource = (source: PixelSource, format: SurfaceFormat, area: Rect): Raster => {
  if (source.kind === 'surface') return readSurface(source.surface, format, area);
  const { left, top, right, bottom } = area;
  const setHighBits = source.highBitsSet && source.bitmap.format === bitmapFormats.rgb32;
  const view = setHighBits ? null : viewBitmap(source.bitmap, format);
  if (view !== null) return view;
  const raster = convertBitmap(source.bitmap, format, left, top, right, bottom);
  if (setHighBits && cellBits(format) === 32) {
    const { cells } = raster;
    for (let i = 0; i < cells.length; i++) cells[i] |= 0xff000000;
  }
  return raster;
};
const { values: bitmapFormats } = BitmapFormat;

const readSurface = (surface: Surface, format: SurfaceFormat, area: Rect): Raster => {
  const from = surface.raster ?? unpackSurface(surface, area);
  if (surface.format === format) return from;
  if (cellBits(surface.format) === cellBits(format) && cellBits(format) !== 8) return from;
  return convertRaster(from, format, area);
};

/** The pixels of an a1 surface's area as bytes. */
export const unpackSurface = (surface: Surface, area: Rect): Raster => {
  const raster = createRaster(surface.format, area.left, area.top, area.right, area.bottom);
  unpackBits(surface.bytes, surface.stride, raster);
  return raster;
};

/** A copy of the area of a raster (inside it) in another format. */
export const convertRaster = (from: Raster, format: SurfaceFormat, area: Rect): Raster => {
  const raster = createRaster(format, area.left, area.top, area.right, area.bottom);
  const read = pixelReader(from.format);
  const write = pixelWriter(format);
  for (let y = area.top; y < area.bottom; y++) {
    const to = raster.base + y * raster.pitch;
    const row = from.base + y * from.pitch;
    for (let x = area.left; x < area.right; x++) raster.cells[to + x] = write(read(from.cells[row + x]));
  }
  return raster;
};

/** A copy of the area of a raster (inside it). */
export const copyRaster = (from: Raster, area: Rect): Raster => {
  const raster = createRaster(from.format, area.left, area.top, area.right, area.bottom);
  const width = area.right - area.left;
  for (let y = area.top; y < area.bottom; y++) {
    const row = from.base + y * from.pitch + area.left;
    raster.cells.set(from.cells.subarray(row, row + width), (y - area.top) * width);
  }
  return raster;
};

/** Whether reading the source sees what is written to the raster. */
export const isSamePixels = (source: PixelSource, raster: Raster): boolean =>
  source.kind === 'surface' && source.surface.raster?.cells === raster.cells;

export const wholeSource = (source: PixelSource): Rect => ({
  top: 0,
  left: 0,
  bottom: source.height,
  right: source.width,
});

export const isOpaqueFormat = (format: SurfaceFormat): boolean =>
  format === formats.xrgb || format === formats.rgb555 || format === formats.rgb565;
