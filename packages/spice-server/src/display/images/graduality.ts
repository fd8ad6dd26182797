import { BitmapFormat } from '@lazyspice/core';
import { type PixelImage, rowBytes } from '../../codecs/contract.js';

/** How much an image looks like a photo: codecs §8.2. */
export type Graduality = 'low' | 'medium' | 'high';

const { rgb16, rgb24, rgb32, rgba } = BitmapFormat.values;
const pixelStep = 15;
const mediumScore = 0.002;

/** Formats that can be graded. */
export const hasGraduality = (format: BitmapFormat): boolean =>
  format === rgb16 || format === rgb24 || format === rgb32 || format === rgba;

/** What two pixels, by their addresses, add to the score. */
type Compare = (a: number, b: number) => number;

const equal = 0.5;
const contrast = 1;
const gradual = -0.25;

/**
 * The reference's score: pixels on a walk of 15 are compared with their right, lower and lower-right neighbours.
 * Negative scores are gradual. Images of one row or column score 1.
 */
export function gradualityScore(image: PixelImage): number {
  const { format, width, height, stride, pixels } = image;
  if (width <= 1 || height <= 1) return 1;
  const pixelBytes = rowBytes(format, 1);
  const compare = format === rgb16 ? compare555(pixels) : compare888(pixels);
  const address = (index: number): number => {
    const row = Math.floor(index / width);
    return row * stride + (index - row * width) * pixelBytes;
  };
  const step = width % pixelStep === 0 ? pixelStep - 1 : pixelStep;
  const last = (height - 1) * width;
  let sum = 0;
  let samples = 0;
  for (let index = width >> 1; index < last; index += step) {
    if ((index + 1) % width === 0) index--;
    const at = address(index);
    const right = compare(at, at + pixelBytes);
    const below = compare(at, at + stride);
    const corner = compare(at, at + stride + pixelBytes);
    samples++;
    if (right === equal && below === equal && corner === equal) continue;
    sum += right + below + corner;
  }
  return samples === 0 ? 1 : sum / (3 * samples);
}

/** The class of an image whose format `hasGraduality`. */
export function graduality(image: PixelImage): Graduality {
  const score = gradualityScore(image);
  if (score < (image.format === rgb16 ? 0 : -0.03)) return 'high';
  return score < mediumScore ? 'medium' : 'low';
}

function compare888(bytes: Uint8Array): Compare {
  const threshold = 60;
  return (a, b) => {
    const blue = Math.abs(bytes[a] - bytes[b]);
    const green = Math.abs(bytes[a + 1] - bytes[b + 1]);
    const red = Math.abs(bytes[a + 2] - bytes[b + 2]);
    if (blue >= threshold || green >= threshold || red >= threshold) return contrast;
    return blue + green + red === 0 ? equal : gradual;
  };
}

function compare555(bytes: Uint8Array): Compare {
  const threshold = 8;
  const pixel = (at: number): number => (bytes[at] | (bytes[at + 1] << 8)) & 0x7fff;
  return (a, b) => {
    const p = pixel(a);
    const q = pixel(b);
    if (p === q) return equal;
    for (let shift = 0; shift <= 10; shift += 5) {
      if (Math.abs(((p >> shift) & 31) - ((q >> shift) & 31)) >= threshold) return contrast;
    }
    return gradual;
  };
}
