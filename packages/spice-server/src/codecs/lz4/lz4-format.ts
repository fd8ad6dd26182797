/** LZ4 data: row order, bitmap format, then blocks, each behind its size as a big-endian word. */
import { BitmapFormat } from '@lazyspice/core';

export const lz4HeaderBytes = 2;
export const lz4BlockHeaderBytes = 4;

/** The formats that clients take; others, the palette ones among them, go as LZ. */
export const lz4Formats: ReadonlySet<number> = new Set([
  BitmapFormat.values.rgb16,
  BitmapFormat.values.rgb24,
  BitmapFormat.values.rgb32,
  BitmapFormat.values.rgba,
]);

/** Bytes of one block in the worst case. */
export const lz4MaxBlockSize = (bytes: number): number => bytes + Math.ceil(bytes / 255) + 16;
