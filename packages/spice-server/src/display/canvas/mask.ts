import { type Bitmap, BitmapFormat, type Mask, type Rect } from '@lazyspice/core';
import { bitmapRow } from './bitmap.js';
import { CanvasError } from './errors.js';
import { openSource, type PixelSource, type SourceContext } from './pixel-source.js';
import { formats } from './raster.js';
import type { Target } from './target.js';

const { values: bitmapFormats } = BitmapFormat;
const inverse = 1;

/** One bit a pixel: pixel (x, y) is in `bytes[first + y * stride + (x >> 3)]`, at bit (x & 7) ^ flip. */
interface Bits {
  readonly bytes: Uint8Array;
  readonly first: number;
  readonly stride: number;
  readonly flip: 0 | 7;
  readonly width: number;
  readonly height: number;
}

/**
 * Keeps the target's pixels that the mask lets through: those whose bit is 1, or 0 for an inverted mask. Outside
 * the mask's picture nothing is drawn, inverted or not (display pipeline §11.2).
 */
export const restrictToMask = (target: Target, mask: Mask, box: Rect, context: SourceContext): void => {
  if (mask.image === null || target.isEmpty) return;
  const bits = maskBits(openSource(mask.image, context));
  const dx = mask.position.x - box.left;
  const dy = mask.position.y - box.top;
  target.restrict(-dx, -dy, bits.width - dx, bits.height - dy);
  const drawn = (mask.flags & inverse) !== 0 ? 0 : 1;
  target.scan((left, top, right, bottom) => {
    for (let y = top; y < bottom; y++) scanRow(target, bits, drawn, left, right, y, dx, dy);
  });
};

const scanRow = (
  target: Target,
  bits: Bits,
  drawn: number,
  left: number,
  right: number,
  y: number,
  dx: number,
  dy: number,
): void => {
  const { bytes, flip } = bits;
  const row = bits.first + (y + dy) * bits.stride;
  target.row();
  let start = -1;
  for (let x = left; x < right; x++) {
    const maskX = x + dx;
    const bit = (bytes[row + (maskX >> 3)] >> ((maskX & 7) ^ flip)) & 1;
    if (bit === drawn) {
      if (start < 0) start = x;
    } else if (start >= 0) {
      target.run(start, x, y);
      start = -1;
    }
  }
  if (start >= 0) target.run(start, right, y);
};

const maskBits = (source: PixelSource): Bits => {
  if (source.kind === 'bitmap') return bitmapBits(source.bitmap);
  const { surface } = source;
  if (surface.format !== formats.a1) throw new CanvasError('mask', 'a mask surface must be of format a1');
  const { bytes, stride, width, height } = surface;
  return { bytes, first: 0, stride, flip: 0, width, height };
};

const bitmapBits = (bitmap: Bitmap): Bits => {
  const { format, data, stride, width, height, topDown } = bitmap;
  if (format !== bitmapFormats.indexed1le && format !== bitmapFormats.indexed1be) {
    throw new CanvasError('mask', `a mask of bitmap format ${format}`);
  }
  return {
    bytes: data,
    first: bitmapRow(bitmap, 0),
    stride: topDown ? stride : -stride,
    flip: format === bitmapFormats.indexed1be ? 7 : 0,
    width,
    height,
  };
};
