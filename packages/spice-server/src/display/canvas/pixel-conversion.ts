import type { SurfaceFormat } from '@lazyspice/core';
import { formats, type Raster } from './raster.js';

/** 0xaarrggbb of a pixel of 5 bits a channel; the low bits repeat the high ones. */
export const expand555 = (pixel: number): number => {
  const r = (pixel >> 10) & 31;
  const g = (pixel >> 5) & 31;
  const b = pixel & 31;
  return (((r << 3) | (r >> 2)) << 16) | (((g << 3) | (g >> 2)) << 8) | (b << 3) | (b >> 2);
};

export const expand565 = (pixel: number): number => {
  const r = (pixel >> 11) & 31;
  const g = (pixel >> 5) & 63;
  const b = pixel & 31;
  return (((r << 3) | (r >> 2)) << 16) | (((g << 2) | (g >> 4)) << 8) | (b << 3) | (b >> 2);
};

export const pack555 = (pixel: number): number =>
  ((pixel >> 9) & 0x7c00) | ((pixel >> 6) & 0x3e0) | ((pixel >> 3) & 31);

export const pack565 = (pixel: number): number =>
  ((pixel >> 8) & 0xf800) | ((pixel >> 5) & 0x7e0) | ((pixel >> 3) & 31);

const opaque = 0xff000000 | 0;

/**
 * A stored pixel as 0xaarrggbb, the colours premultiplied; formats without alpha are opaque, formats without
 * colour are black. A signed 32-bit integer.
 */
export const pixelReader = (format: SurfaceFormat): ((pixel: number) => number) => {
  switch (format) {
    case formats.argb:
      return (pixel) => pixel | 0;
    case formats.xrgb:
      return (pixel) => pixel | opaque;
    case formats.rgb555:
      return (pixel) => expand555(pixel) | opaque;
    case formats.rgb565:
      return (pixel) => expand565(pixel) | opaque;
    default:
      return (pixel) => pixel << 24;
  }
};

/** The stored pixel for 0xaarrggbb; an x8 pixel gets a top byte of 0. */
export const pixelWriter = (format: SurfaceFormat): ((argb: number) => number) => {
  switch (format) {
    case formats.argb:
      return (argb) => argb;
    case formats.xrgb:
      return (argb) => argb & 0xffffff;
    case formats.rgb555:
      return pack555;
    case formats.rgb565:
      return pack565;
    case formats.a1:
      return (argb) => argb >> 31;
    default:
      return (argb) => argb >>> 24;
  }
};

/** Copies a1 rows (leftmost pixel in bit 0) into cells of 0 and 255. */
export const unpackBits = (bytes: Uint8Array, stride: number, raster: Raster): void => {
  for (let y = raster.top; y < raster.bottom; y++) {
    const row = raster.base + y * raster.pitch;
    for (let x = raster.left; x < raster.right; x++) {
      raster.cells[row + x] = -((bytes[y * stride + (x >> 3)] >> (x & 7)) & 1);
    }
  }
};

/** Copies cells back into a1 rows: their top bit is the pixel. */
export const packBits = (bytes: Uint8Array, stride: number, raster: Raster): void => {
  for (let y = raster.top; y < raster.bottom; y++) {
    const row = raster.base + y * raster.pitch;
    for (let x = raster.left; x < raster.right; x++) {
      const at = y * stride + (x >> 3);
      const bit = 1 << (x & 7);
      if (raster.cells[row + x] >= 128) bytes[at] |= bit;
      else bytes[at] &= ~bit;
    }
  }
};
