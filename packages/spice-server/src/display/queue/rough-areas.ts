/**
 * What commands do to the areas that a client has only roughly, because they were sent with loss:
 * display-pipeline §9.
 */
import type { Drawable, DrawOperation, Image, Rect } from '@lazyspice/core';
import { intersectRects, isEmptyRect, translateRect } from '../geometry/rect.js';

/** Bits of a rop descriptor: the first that is set counts, from PUT on. */
const rop = { put: 8, or: 16, and: 32, xor: 64, blackness: 128, whiteness: 256 } as const;
const ropMixes = rop.or | rop.and | rop.xor;

const mixes = (descriptor: number): boolean => (descriptor & rop.put) === 0 && (descriptor & ropMixes) !== 0;
const overwrites = (descriptor: number): boolean => {
  if ((descriptor & rop.put) !== 0) return true;
  return !mixes(descriptor) && (descriptor & (rop.blackness | rop.whiteness)) !== 0;
};

/**
 * Whether the command's source image may be sent with loss: what comes of it is as rough as the image, no more.
 * Not in blends, where the errors of many add up.
 */
export const permitsLoss = (operation: DrawOperation): boolean =>
  operation.type === 'copy' && (operation.rop & rop.put) !== 0;

/** Whether small errors in what the command draws over may become large ones. */
export function needsExactTarget(operation: DrawOperation): boolean {
  switch (operation.type) {
    case 'fill':
    case 'copy':
    case 'blend':
      return mixes(operation.rop);
    case 'stroke':
      return mixes(operation.foreMode);
    case 'rop3':
    case 'composite':
      return true;
    default:
      return false;
  }
}

/** A copy of pixels as they are: where they come from lies `dx`, `dy` from where they go. */
export interface PlainMove {
  readonly source: Image;
  readonly dx: number;
  readonly dy: number;
}

/** The command as an unscaled, unmasked put of an image; null: it is another one. */
export function plainMove({ operation, box }: Drawable): PlainMove | null {
  if (operation.type !== 'copy' && operation.type !== 'blend') return null;
  const { source, sourceArea, mask } = operation;
  if (source === null || mask.image !== null || (operation.rop & rop.put) === 0) return null;
  const sameSize =
    sourceArea.right - sourceArea.left === box.right - box.left &&
    sourceArea.bottom - sourceArea.top === box.bottom - box.top;
  if (!sameSize) return null;
  return { source, dx: sourceArea.left - box.left, dy: sourceArea.top - box.top };
}

/**
 * The part of `area` in which every pixel is new after the command, whatever was there; null: there is none.
 * `sourceSize`: of the surface that it copies from.
 */
export function overwritten(
  drawable: Drawable,
  area: Rect,
  sourceSize: { readonly width: number; readonly height: number } | null,
): Rect | null {
  const { operation } = drawable;
  switch (operation.type) {
    case 'fill':
      if (operation.mask.image !== null || operation.brush.type === 'none') return null;
      return overwrites(operation.rop) ? area : null;
    case 'blackness':
    case 'whiteness':
      return operation.mask.image === null ? area : null;
    case 'copy':
    case 'blend': {
      const move = plainMove(drawable);
      if (move === null) return null;
      const { width, height } = sourceSize ?? move.source;
      const part = intersectRects(
        area,
        translateRect({ top: 0, left: 0, bottom: height, right: width }, -move.dx, -move.dy),
      );
      return isEmptyRect(part) ? null : part;
    }
    case 'copyBits': {
      const { source } = operation;
      const { width, height } = sourceSize ?? { width: 0, height: 0 };
      const whole = { top: 0, left: 0, bottom: height, right: width };
      const { left, top } = drawable.box;
      const part = intersectRects(area, translateRect(whole, left - source.x, top - source.y));
      return isEmptyRect(part) ? null : part;
    }
    default:
      return null;
  }
}
