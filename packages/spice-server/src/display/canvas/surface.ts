import type { SurfaceFormat } from '@lazyspice/core';
import { bitsPerPixel, type Cells, formats, type Raster, viewCells } from './raster.js';

/** Bytes from row to row of a surface: tightly packed to 4 bytes. */
export const surfaceStride = (format: SurfaceFormat, width: number): number =>
  Math.ceil((width * bitsPerPixel(format)) / 32) * 4;

/** Pixels that commands draw on. Rows are top-down; pixels are little-endian; a1 has its leftmost pixel in bit 0. */
export class Surface {
  readonly id: number;
  /** Pixels, from 1. */
  readonly width: number;
  /** Pixels, from 1. */
  readonly height: number;
  readonly format: SurfaceFormat;
  /** 1/8 for a1. */
  readonly bytesPerPixel: number;
  /** Bytes from row to row, a multiple of 4. */
  readonly stride: number;
  /** stride * height bytes. */
  readonly bytes: Uint8Array;
  /** The same memory as 32-bit words: one pixel each in the 32-bit formats. */
  readonly words: Uint32Array;
  /** The pixels for drawing; null for a1, whose pixels are not elements of their own. */
  readonly raster: Raster | null;

  constructor(id: number, format: SurfaceFormat, width: number, height: number) {
    this.id = id;
    this.format = format;
    this.width = width;
    this.height = height;
    this.bytesPerPixel = bitsPerPixel(format) / 8;
    this.stride = surfaceStride(format, width);
    this.words = new Uint32Array((this.stride / 4) * height);
    this.bytes = new Uint8Array(this.words.buffer);
    this.raster = format === formats.a1 ? null : this.#createRaster();
  }

  #createRaster(): Raster {
    const pitch = this.stride / this.bytesPerPixel;
    const cells: Cells =
      this.bytesPerPixel === 4
        ? this.words
        : viewCells(this.format, this.words.buffer, 0, pitch * this.height);
    return {
      format: this.format,
      cells,
      base: 0,
      pitch,
      left: 0,
      top: 0,
      right: this.width,
      bottom: this.height,
    };
  }
}
