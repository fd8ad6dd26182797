import type { Rect } from '@lazyspice/core';
import { intersect } from '../../device/area.js';

/** What is left of rectangles that do not overlap when another one covers part of them; they still do not. */
export function without(rects: readonly Rect[], cover: Rect): Rect[] {
  return rects.flatMap((rect) => {
    const middle = intersect(rect, cover);
    if (middle === null) return [rect];
    const { top, left, bottom, right } = rect;
    const pieces = [
      { top, left, bottom: middle.top, right },
      { top: middle.top, left, bottom: middle.bottom, right: middle.left },
      { top: middle.top, left: middle.right, bottom: middle.bottom, right },
      { top: middle.bottom, left, bottom, right },
    ];
    return pieces.filter((piece) => piece.left < piece.right && piece.top < piece.bottom);
  });
}

/** The parts of the rectangles that lie inside another one. */
export const within = (rects: readonly Rect[], area: Rect): Rect[] =>
  rects.map((rect) => intersect(rect, area)).filter((rect) => rect !== null);
