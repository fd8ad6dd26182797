import type { DrawOperation, Rect } from '@lazyspice/core';
import { copyBitmapBytes } from './bitmap.js';
import {
  commandSource,
  type Drawing,
  isSameSize,
  placeScaled,
  placeUnscaled,
  restrictToSource,
} from './drawing.js';
import { CanvasError } from './errors.js';
import { copyRect } from './kernels.js';
import { restrictToMask } from './mask.js';
import { paintTernary } from './paint.js';
import { copyRaster, type PixelSource } from './pixel-source.js';
import { copyCode, source as plainCopy } from './ternary-op.js';

type Copy = Extract<DrawOperation, { type: 'copy' | 'blend' }>;
type CopyBits = Extract<DrawOperation, { type: 'copyBits' }>;

/** COPY and BLEND, which are the same (display pipeline §11.5). */
export const drawCopy = (drawing: Drawing, operation: Copy): void => {
  const { target, drawable, context, raster } = drawing;
  const { sourceArea } = operation;
  // Not even a self bitmap takes the place of these commands' image.
  if (operation.source === null) throw new CanvasError('source-missing', 'a copy without its source image');
  const source = commandSource(drawing, operation.source);
  checkSourceArea(source, sourceArea);
  const code = copyCode(operation.rop);
  const unscaled = isSameSize(sourceArea, drawable.box);
  if (unscaled) restrictToSource(drawing, source, sourceArea);
  restrictToMask(target, operation.mask, drawable.box, context);
  if (target.isEmpty) return;
  if (!unscaled) {
    const placed = placeScaled(drawing, source, {
      sourceArea,
      mode: operation.scaleMode,
      converts: code === plainCopy,
      roundsStart: false,
    });
    paintTernary(raster, target, code, 0, placed.raster, placed.dx, placed.dy);
  } else if (code !== plainCopy || !copyBitmap(drawing, source, sourceArea)) {
    const mayAlias = code === plainCopy && target.count === 1;
    const placed = placeUnscaled(drawing, source, sourceArea, mayAlias);
    paintTernary(raster, target, code, 0, placed.raster, placed.dx, placed.dy);
  }
};

/** What a device accepts for COPY and BLEND (QXL device §8.3). */
const checkSourceArea = (source: PixelSource, area: Rect): void => {
  const { left, top, right, bottom } = area;
  const isInside = source.kind !== 'bitmap' || (right <= source.width && bottom <= source.height);
  if (left < 0 || top < 0 || left > right || top > bottom || !isInside) {
    throw new CanvasError('source-area', `source area ${left},${top}-${right},${bottom}`);
  }
};

/** Copies rows of a bitmap that need no conversion but do not lie on pixel borders; false: it is not such a one. */
const copyBitmap = (drawing: Drawing, source: PixelSource, sourceArea: Rect): boolean => {
  if (source.kind !== 'bitmap' || source.highBitsSet || drawing.surface.raster === null) return false;
  const { box } = drawing.drawable;
  const dx = sourceArea.left - box.left;
  const dy = sourceArea.top - box.top;
  return copyBitmapBytes(source.bitmap, drawing.surface, drawing.target, dx, dy);
};

/** COPY_BITS: pixels of the surface moved to another place on it, also onto themselves (display pipeline §11.5). */
export const drawCopyBits = (drawing: Drawing, operation: CopyBits): void => {
  const { target, surface, raster } = drawing;
  const { box } = drawing.drawable;
  const dx = operation.source.x - box.left;
  const dy = operation.source.y - box.top;
  if (dx === 0 && dy === 0) return;
  target.restrict(-dx, -dy, surface.width - dx, surface.height - dy);
  if (target.isEmpty) return;
  const bounds = target.bounds();
  const area = {
    left: bounds.left + dx,
    top: bounds.top + dy,
    right: bounds.right + dx,
    bottom: bounds.bottom + dy,
  };
  // One rectangle may be moved onto itself; with several, one could overwrite what another has yet to read.
  const from = target.count === 1 ? raster : copyRaster(raster, area);
  const c = target.coordinates;
  for (let i = 0; i < target.count * 4; i += 4) {
    copyRect(raster, c[i], c[i + 1], c[i + 2], c[i + 3], from, dx, dy);
  }
};
