import type { Rect } from '@lazyspice/core';
import type { Raster } from './raster.js';

/**
 * Blending onto xrgb pixels blends their top bytes too, though they have no meaning. Afterwards those of the whole box
 * (on the surface) become 0 if that of its first pixel is 255, as in the reference: its clients read such pixels again
 * when a later command takes them for argb ones.
 */
export const clearTopBytes = (raster: Raster, box: Rect): void => {
  const left = Math.max(box.left, raster.left);
  const top = Math.max(box.top, raster.top);
  const right = Math.min(box.right, raster.right);
  const bottom = Math.min(box.bottom, raster.bottom);
  if (left >= right || top >= bottom) return;
  const { cells, base, pitch } = raster;
  if (cells[base + top * pitch + left] >>> 24 !== 255) return;
  for (let y = top; y < bottom; y++) {
    const row = base + y * pitch;
    for (let i = row + left; i < row + right; i++) cells[i] &= 0xffffff;
  }
};
