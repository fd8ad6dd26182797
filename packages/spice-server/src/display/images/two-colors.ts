import { BitmapFormat } from '@lazyspice/core';
import { type PixelImage, rowBytes } from '../../codecs/contract.js';

/** An image of one bit a pixel: the leftmost in the highest bit, rows in the order of the image. */
export interface TwoColors {
  /** For 0 and 1, as pixels; one or two. */
  readonly colors: readonly number[];
  /** Bytes from row to row. */
  readonly stride: number;
  readonly bits: Uint8Array;
}

/** Larger images are left to codecs that find repetitions: pixels. */
const maxPixels = 16_384;
/** So few bytes are smaller than what anything else makes of them. */
const maxPlainBytes = 64;
/** Images in which a smaller share of the bytes differs from the byte above are left to them too. */
const minChanges = 1 / 8;
const { rgb32, rgba } = BitmapFormat.values;

/** The image in its two colours, or null: it has more, is large, repeats itself a lot, or is not of 32 bits a pixel. */
export function twoColors({ format, width, height, stride, pixels }: PixelImage): TwoColors | null {
  if ((format !== rgb32 && format !== rgba) || width * height > maxPixels) return null;
  if (pixels.byteOffset % 4 !== 0 || stride % 4 !== 0) return null;
  // The last row may lack its padding.
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.length >> 2);
  const first = words[0];
  let second = first;
  const bitStride = rowBytes(BitmapFormat.values.indexed1be, width);
  const bits = new Uint8Array(bitStride * height);
  for (let y = 0; y < height; y++) {
    const row = y * (stride >> 2);
    for (let x = 0; x < width; x++) {
      const word = words[row + x];
      if (word === first) continue;
      if (word !== second) {
        if (second !== first) return null;
        second = word;
      }
      bits[y * bitStride + (x >> 3)] |= 0x80 >> (x & 7);
    }
  }
  let changes = 0;
  for (let i = bitStride; i < bits.length; i++) if (bits[i] !== bits[i - bitStride]) changes++;
  if (bits.length > maxPlainBytes && changes < bits.length * minChanges) return null;
  return { colors: second === first ? [first] : [first, second], stride: bitStride, bits };
}
