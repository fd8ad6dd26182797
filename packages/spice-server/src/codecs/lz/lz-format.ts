/** The header of LZ data: seven big-endian words, and which bitmap format is which type. */
import { BitmapFormat } from '@lazyspice/core';

export const lzHeaderBytes = 28;
export const lzMagic = 0x20205a4c;
export const lzVersion = 0x00010001;

/** An alpha plane alone: byte 3 of 32-bit pixels. It is no bitmap format; it goes with a JPEG of the colours. */
export const lzTypeXxxa = 10;

export const lzTypes: ReadonlyMap<BitmapFormat, number> = new Map([
  [BitmapFormat.values.indexed1le, 1],
  [BitmapFormat.values.indexed1be, 2],
  [BitmapFormat.values.indexed4le, 3],
  [BitmapFormat.values.indexed4be, 4],
  [BitmapFormat.values.indexed8, 5],
  [BitmapFormat.values.rgb16, 6],
  [BitmapFormat.values.rgb24, 7],
  [BitmapFormat.values.rgb32, 8],
  [BitmapFormat.values.rgba, 9],
  [BitmapFormat.values.a8, 11],
]);
export const lzFormats: ReadonlyMap<number, BitmapFormat> = new Map(
  [...lzTypes].map(([format, type]) => [type, format]),
);

/** Bytes of tokens in the worst case: all literals, one count byte for every 32 or fewer of them. */
export const lzMaxPlaneSize = (units: number, literalBytes: number, segments: number): number =>
  units * literalBytes + Math.ceil(units / 32) + segments + 1;
