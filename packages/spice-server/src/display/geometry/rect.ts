import type { Rect } from '@lazyspice/core';

/** Rectangles are in pixels, right and bottom exclusive; one with right <= left or bottom <= top is empty. */
export const rect = (left: number, top: number, right: number, bottom: number): Rect => ({
  top,
  left,
  bottom,
  right,
});

export const emptyRect: Rect = Object.freeze(rect(0, 0, 0, 0));

export const isEmptyRect = (r: Rect): boolean => r.right <= r.left || r.bottom <= r.top;

/** 0 for an empty rectangle. */
export const rectArea = (r: Rect): number => (isEmptyRect(r) ? 0 : (r.right - r.left) * (r.bottom - r.top));

export const rectsEqual = (a: Rect, b: Rect): boolean =>
  a.left === b.left && a.top === b.top && a.right === b.right && a.bottom === b.bottom;

/** Whether the two have a pixel in common. */
export const rectsIntersect = (a: Rect, b: Rect): boolean =>
  Math.max(a.left, b.left) < Math.min(a.right, b.right) &&
  Math.max(a.top, b.top) < Math.min(a.bottom, b.bottom);

/** The common pixels; `emptyRect` when there are none. */
export const intersectRects = (a: Rect, b: Rect): Rect =>
  rectsIntersect(a, b)
    ? rect(
        Math.max(a.left, b.left),
        Math.max(a.top, b.top),
        Math.min(a.right, b.right),
        Math.min(a.bottom, b.bottom),
      )
    : emptyRect;

/** The smallest rectangle that covers both; an empty one counts for nothing. */
export const boundingRect = (a: Rect, b: Rect): Rect => {
  if (isEmptyRect(a)) return isEmptyRect(b) ? emptyRect : b;
  if (isEmptyRect(b)) return a;
  return rect(
    Math.min(a.left, b.left),
    Math.min(a.top, b.top),
    Math.max(a.right, b.right),
    Math.max(a.bottom, b.bottom),
  );
};

/** Whether every pixel of `inner` is in `outer`; an empty one is inside everything. */
export const rectContains = (outer: Rect, inner: Rect): boolean =>
  isEmptyRect(inner) ||
  (outer.left <= inner.left &&
    outer.top <= inner.top &&
    outer.right >= inner.right &&
    outer.bottom >= inner.bottom);

export const translateRect = (r: Rect, dx: number, dy: number): Rect =>
  rect(r.left + dx, r.top + dy, r.right + dx, r.bottom + dy);
