/** Images, brushes and masks as the display channel sends them. */
import type { Bitmap, Brush, Drawable, Image, Mask, Rect, schema } from '@lazyspice/core';
import { boundingRect, emptyRect, intersectRects, isEmptyRect } from '../display/geometry/rect.js';
import type { PixelBlock } from '../display/queue/items.js';
import type { WireBrush, WireImage, WireImageContent, WireMask } from '../protocol/image.js';

type WireImageValue = schema.Infer<typeof WireImage>;
type WireImageContentValue = schema.Infer<typeof WireImageContent>;

/** Of the guest's image flags only this one is for the client while no cache is used: ORs the top byte. */
const highBitsSet = 2;
const bitmapTopDown = 4;
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

function wireContent(content: Image['content']): WireImageContentValue {
  switch (content.type) {
    case 'surface':
      return { type: 'surface', surfaceId: content.surfaceId };
    case 'quic':
      return { type: 'quic', data: content.data };
    case 'bitmap': {
      const { format, width, height, stride, palette, data } = content;
      const flags = content.topDown ? bitmapTopDown : 0;
      return { type: 'bitmap', format, flags, width, height, stride, cachedPalette: null, palette, data };
    }
  }
}

export function wireImage({ id, flags, width, height, content }: Image): WireImageValue {
  return { id, flags: flags & highBitsSet, width, height, content: wireContent(content) };
}

export function wireBrush(brush: Brush): schema.Infer<typeof WireBrush> {
  return brush.type === 'pattern' ? { ...brush, image: wireImage(brush.image) } : brush;
}

export function wireMask({ flags, position, image }: Mask): schema.Infer<typeof WireMask> {
  return { flags, position, image: image === null ? null : wireImage(image) };
}

/** Surface formats as bitmap formats: 555, xRGB, ARGB, A8. */
function bitmapFormat(format: PixelBlock['format']): Bitmap['format'] {
  if (format === 96) return 9;
  if (format === 16) return 6;
  return format === 8 ? 10 : 8;
}

/** Pixels of a surface area as a raw image. */
export function pixelImage(area: Rect, { format, stride, bytes }: PixelBlock): WireImageValue {
  const width = area.right - area.left;
  const height = area.bottom - area.top;
  return {
    id: 0n,
    flags: 0,
    width,
    height,
    content: {
      type: 'bitmap',
      format: bitmapFormat(format),
      flags: bitmapTopDown,
      width,
      height,
      stride,
      cachedPalette: null,
      palette: null,
      data: bytes,
    },
  };
}

/** A copy cut to what is seen of it: its box, source area and image. */
export interface CopyParts {
  readonly box: Rect;
  readonly source: WireImageValue;
  readonly sourceArea: Rect;
}

/**
 * The parts of a COPY, with the pixels left out that the clip hides or the source area does not use, where
 * that is simple: an unscaled, unmasked copy from a bitmap of whole bytes a pixel. Rows are not copied while
 * most of their bytes are needed.
 */
export function croppedCopy(drawable: Drawable, source: Image, sourceArea: Rect, mask: Mask): CopyParts {
  const { box, clip } = drawable;
  const whole = { box, source: wireImage(source), sourceArea };
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
    source: {
      ...wireImage({ ...source, content: bitmap }),
      width: bitmap.width,
      height: bitmap.height,
    },
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
