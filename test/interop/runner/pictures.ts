import { readFile } from 'node:fs/promises';
import { decodePng, type Picture } from '../../support/png.js';

export const readPicture = async (file: string): Promise<Picture> => decodePng(await readFile(file));

/** In how many pixels two pictures differ, alpha not counted; Infinity when their sizes do. */
export function differingPixels(a: Picture, b: Picture): number {
  if (a.width !== b.width || a.height !== b.height) return Number.POSITIVE_INFINITY;
  let count = 0;
  for (let i = 0, j = 0; i < a.pixels.length; i += a.channels, j += b.channels) {
    const same =
      a.pixels[i] === b.pixels[j] &&
      a.pixels[i + 1] === b.pixels[j + 1] &&
      a.pixels[i + 2] === b.pixels[j + 2];
    if (!same) count++;
  }
  return count;
}
