import type { Bitmap, Drawable, Image, Mask, Rect } from '@lazyspice/core';
import { boundingRect, emptyRect, intersectRects, isEmptyRect } from '../display/geometry/rect.js';

const bitsPerPixel: Readonly<Record<Bitmap['format'], number>> = {
  1: 1,
  2: 1,
  3: 4,
  4: 4,
  5: 8,
  6: 16,
  7: 24,
  8: 32,
  9: 32,
  10: 8,
};

/** A copy cut to what is seen of it: its box, source area and image. */
export interface CopyParts {
  readonly box: Rect;
  readonly source: Image;
  readonly sourceArea: Rect;
}

/**
 * The parts of a COPY, with the pixels left out that the clip hides or the source area does not use, where
 * that is simple: an unscaled, unmasked copy from a bitmap of whole bytes a pixel. Rows are not copied while
 * most of their bytes are needed.
 */
export function croppedCopy(drawable: Drawable, source: Image, sourceArea: Rect, mask: Mask): CopyParts {
  const { box, clip } = drawable;
  const whole = { box, source, sourceArea };
  const { content } = source;
  if (content.type !== 'bitmap' || mask.image !== null || bitsPerPixel[content.format] < 16) return whole;
  const width = sourceArea.right - sourceArea.left;
  const height = sourceArea.bottom - sourceArea.top;
  if (box.right - box.left !== width || box.bottom - box.top !== height) return whole;
  const dx = sourceArea.left - box.left;
  const dy = sourceArea.top - box.top;
  const visible = clip === null ? box : clipBounds(clip, box);
  const used = intersectRects(
    {
      left: visible.left + dx,
      top: visible.top + dy,
      right: visible.right + dx,
      bottom: visible.bottom + dy,
    },
    { left: 0, top: 0, right: content.width, bottom: content.height },
  );
  if (isEmptyRect(used)) return whole;
  const bitmap = cropBitmap(content, used);
  if (bitmap === content) return whole;
  return {
    box: { left: used.left - dx, top: used.top - dy, right: used.right - dx, bottom: used.bottom - dy },
    source: { ...source, width: bitmap.width, height: bitmap.height, content: bitmap },
    sourceArea: { left: 0, top: 0, right: bitmap.width, bottom: bitmap.height },
  };
}

function clipBounds(clip: readonly Rect[], box: Rect): Rect {
  let bounds = emptyRect;
  for (const part of clip) bounds = boundingRect(bounds, intersectRects(part, box));
  return bounds;
}

/** The bitmap cut to `used`; the same object when there is nothing to cut. */
function cropBitmap(bitmap: Bitmap, used: Rect): Bitmap {
  const width = used.right - used.left;
  const height = used.bottom - used.top;
  if (width === bitmap.width && height === bitmap.height) return bitmap;
  const pixelBytes = bitsPerPixel[bitmap.format] / 8;
  const { stride, data } = bitmap;
  // Rows in memory, whose order is the picture's or the opposite one.
  const firstRow = bitmap.topDown ? used.top : bitmap.height - used.bottom;
  if (width === bitmap.width) {
    return { ...bitmap, height, data: data.subarray(firstRow * stride, (firstRow + height) * stride) };
  }
  const rowBytes = width * pixelBytes;
  const cropped = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y++) {
    const from = (firstRow + y) * stride + used.left * pixelBytes;
    cropped.set(data.subarray(from, from + rowBytes), y * rowBytes);
  }
  return { ...bitmap, width, height, stride: rowBytes, data: cropped };
}
