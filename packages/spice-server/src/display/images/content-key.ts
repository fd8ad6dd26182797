import type { Bitmap } from '@lazyspice/core';
import { rowBytes } from '../../codecs/contract.js';

/**
 * What the pixels of an image without palette are told by, wherever they come from; null: nothing is said of it. 128
 * bits: two images of one client have the same by chance about never, and a guest that tries shows itself wrong pixels.
 */
export function contentKey({ format, width, height, stride, topDown, palette, data }: Bitmap): string | null {
  const row = rowBytes(format, width);
  if (palette !== null || row % 4 !== 0 || stride % 4 !== 0 || data.byteOffset % 4 !== 0) return null;
  if (data.length < stride * (height - 1) + row) return null;
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length >> 2);
  let [a, b, c, d] = [0x811c9dc5, 0x9e3779b1, 0x85ebca6b, 0xc2b2ae35];
  for (let y = 0; y < height; y++) {
    const start = (y * stride) >> 2;
    for (let i = start, end = start + (row >> 2); i < end; i++) {
      const word = words[i];
      a = Math.imul(a ^ word, 0x01000193);
      b = Math.imul(b ^ word, 0x27d4eb2f) ^ (b >>> 15);
      c = Math.imul(c ^ word, 0x165667b1) ^ (c >>> 13);
      d = Math.imul(d ^ word, 0x9e3779b1) ^ (d >>> 11);
    }
  }
  return [format, width, height, topDown ? 1 : 0, a >>> 0, b >>> 0, c >>> 0, d >>> 0].join(' ');
}
