/** The header of QUIC data: five little-endian words, and which bitmap format is which type. */
import { BitmapFormat } from '@lazyspice/core';

export const quicHeaderBytes = 20;
export const quicMagic = 0x43495551;

export const QuicType = { gray: 1, rgb16: 2, rgb24: 3, rgb32: 4, rgba: 5 } as const;
export type QuicType = (typeof QuicType)[keyof typeof QuicType];

/** Types of the formats that travel in images. Gray is not among them: clients refuse it. */
export const quicTypes: ReadonlyMap<BitmapFormat, QuicType> = new Map([
  [BitmapFormat.values.rgb16, QuicType.rgb16],
  [BitmapFormat.values.rgb24, QuicType.rgb24],
  [BitmapFormat.values.rgb32, QuicType.rgb32],
  [BitmapFormat.values.rgba, QuicType.rgba],
]);
export const quicFormats: ReadonlyMap<number, BitmapFormat> = new Map(
  [...quicTypes].map(([format, type]) => [type, format]),
);

/** Bytes of encoded data in the worst case: 26 bits a channel, runs of length 0, the last words. */
export const quicMaxEncodedSize = (type: QuicType, width: number, height: number): number => {
  const bitsPerPixel = { 1: 26, 2: 75, 3: 78, 4: 78, 5: 104 }[type];
  // A run of length 0 costs 1 bit more than its pixel, after a long run up to 16; those sum up to less than 200 bits.
  return quicHeaderBytes + Math.ceil((width * height * (bitsPerPixel + 1)) / 32) * 4 + 64;
};
