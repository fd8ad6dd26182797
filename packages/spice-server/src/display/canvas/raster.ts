import { SurfaceFormat } from '@lazyspice/core';
import { CanvasError } from './errors.js';

/** One element a pixel: 32-bit formats in words, 16-bit ones in halves, a8 in bytes. */
export type Cells = Uint8Array | Uint16Array | Uint32Array;

/**
 * Pixels that can be addressed: pixel (x, y) is `cells[base + y * pitch + x]` for left <= x < right and
 * top <= y < bottom. Coordinates are those of the image or surface the pixels belong to, so a raster can hold a
 * part of it. Pixels of a1 are held as bytes, 0 or 255.
 */
export interface Raster {
  readonly format: SurfaceFormat;
  readonly cells: Cells;
  readonly base: number;
  readonly pitch: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export const formats = SurfaceFormat.values;

export const isSurfaceFormat = (format: number): format is SurfaceFormat =>
  Object.values<number>(formats).includes(format);

export const bitsPerPixel = (format: SurfaceFormat): 1 | 8 | 16 | 32 => {
  switch (format) {
    case formats.a1:
      return 1;
    case formats.a8:
      return 8;
    case formats.rgb555:
    case formats.rgb565:
      return 16;
    default:
      return 32;
  }
};

/** Bits of the element that holds one pixel in a raster. */
export const cellBits = (format: SurfaceFormat): 8 | 16 | 32 => {
  const bits = bitsPerPixel(format);
  return bits === 1 ? 8 : bits;
};

/** Cells over existing bytes; `byteOffset` must be a multiple of the cell. */
export const viewCells = (
  format: SurfaceFormat,
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
): Cells => {
  switch (cellBits(format)) {
    case 8:
      return new Uint8Array(buffer, byteOffset, length);
    case 16:
      return new Uint16Array(buffer, byteOffset, length);
    default:
      return new Uint32Array(buffer, byteOffset, length);
  }
};

/** Pixels one command may use for intermediate pictures: 256 MB of 32-bit ones. */
export const maxScratchPixels = 64 * 1024 * 1024;

/** Zeroed pixels for the area left..right, top..bottom. */
export const createRaster = (
  format: SurfaceFormat,
  left: number,
  top: number,
  right: number,
  bottom: number,
): Raster => {
  const width = Math.max(0, right - left);
  const pixels = width * Math.max(0, bottom - top);
  if (!(pixels <= maxScratchPixels)) {
    throw new CanvasError('too-large', `an intermediate picture of ${pixels} pixels is too large`);
  }
  const cells = allocateCells(format, pixels);
  return { format, cells, base: -(top * width + left), pitch: width, left, top, right, bottom };
};

const allocateCells = (format: SurfaceFormat, pixels: number): Cells => {
  try {
    return viewCells(format, new ArrayBuffer((pixels * cellBits(format)) / 8), 0, pixels);
  } catch (cause) {
    throw new CanvasError('too-large', `no memory for an intermediate picture of ${pixels} pixels`, {
      cause,
    });
  }
};
