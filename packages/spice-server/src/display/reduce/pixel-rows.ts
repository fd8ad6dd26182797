import type { Bitmap, Rect } from '@lazyspice/core';

/** 32-bit pixels of a rectangle, wherever they lie: row y of the rectangle starts at `offset + y * pitch`. */
export interface PixelRows {
  readonly words: Uint32Array;
  /** Index of the first pixel of the top row. */
  readonly offset: number;
  /** Words from row to row; negative when the bottom row comes first in memory. */
  readonly pitch: number;
  readonly width: number;
  readonly height: number;
}

/** The part of a 32-bit bitmap as rows; null when its bytes are not aligned to words. */
export function bitmapRows(bitmap: Bitmap, area: Rect): PixelRows | null {
  const { data, stride, height, topDown } = bitmap;
  if (data.byteOffset % 4 !== 0 || stride % 4 !== 0) return null;
  const words = new Uint32Array(data.buffer, data.byteOffset, data.byteLength >> 2);
  const pitch = stride >> 2;
  const firstRow = topDown ? area.top : height - 1 - area.top;
  return {
    words,
    offset: firstRow * pitch + area.left,
    pitch: topDown ? pitch : -pitch,
    width: area.right - area.left,
    height: area.bottom - area.top,
  };
}

/** The part of a surface as rows. `pitch`: words from row to row. */
export function surfaceRows(words: Uint32Array, pitch: number, area: Rect): PixelRows {
  return {
    words,
    offset: area.top * pitch + area.left,
    pitch,
    width: area.right - area.left,
    height: area.bottom - area.top,
  };
}
