import type { Rect } from '@lazyspice/core';

export const isEmptyArea = ({ top, left, bottom, right }: Rect): boolean => left >= right || top >= bottom;

export function intersect(a: Rect, b: Rect): Rect | null {
  const area = {
    top: Math.max(a.top, b.top),
    left: Math.max(a.left, b.left),
    bottom: Math.min(a.bottom, b.bottom),
    right: Math.min(a.right, b.right),
  };
  return isEmptyArea(area) ? null : area;
}

/** The smallest rectangle around both. */
export const around = (a: Rect | null, b: Rect): Rect =>
  a === null
    ? b
    : {
        top: Math.min(a.top, b.top),
        left: Math.min(a.left, b.left),
        bottom: Math.max(a.bottom, b.bottom),
        right: Math.max(a.right, b.right),
      };

export const contains = (outer: Rect, inner: Rect): boolean =>
  outer.top <= inner.top &&
  outer.left <= inner.left &&
  outer.bottom >= inner.bottom &&
  outer.right >= inner.right;
