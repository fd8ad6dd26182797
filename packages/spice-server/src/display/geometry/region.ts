import type { Rect } from '@lazyspice/core';
import { boundingRect, emptyRect, isEmptyRect, rect, rectContains, rectsIntersect } from './rect.js';

/** Rectangles a region keeps when the caller names no other number. */
export const defaultRegionRects = 64;

/**
 * A set of pixels as disjoint rectangles, for tracking what has changed.
 *
 * It never holds more than `maxRects` rectangles: an operation that would need more makes the region its own
 * bounding rectangle. So a region may cover more pixels than were put in, never fewer: safe for "what must be
 * sent again", not for clipping.
 */
export class Region {
  readonly maxRects: number;
  #rects: Rect[] = [];

  /** @param maxRects at least 1. */
  constructor(maxRects: number = defaultRegionRects) {
    this.maxRects = Math.max(1, Math.floor(maxRects));
  }

  get isEmpty(): boolean {
    return this.#rects.length === 0;
  }

  /** The disjoint rectangles, in no order; a view that the next change makes stale. */
  get rects(): readonly Rect[] {
    return this.#rects;
  }

  /** Pixels covered. */
  get area(): number {
    let area = 0;
    for (const r of this.#rects) area += (r.right - r.left) * (r.bottom - r.top);
    return area;
  }

  /** The smallest rectangle that covers the region; empty for an empty region. */
  get bounds(): Rect {
    let bounds = emptyRect;
    for (const r of this.#rects) bounds = boundingRect(bounds, r);
    return bounds;
  }

  contains(x: number, y: number): boolean {
    return this.#rects.some((r) => x >= r.left && x < r.right && y >= r.top && y < r.bottom);
  }

  /** Whether the region and the rectangle have a pixel in common. */
  intersects(area: Rect): boolean {
    return this.#rects.some((r) => rectsIntersect(r, area));
  }

  /** Whether every pixel of the rectangle is in the region. */
  covers(area: Rect): boolean {
    const left: Rect[] = isEmptyRect(area) ? [] : [area];
    for (const r of this.#rects) {
      if (left.length === 0) break;
      subtractInPlace(left, r);
    }
    return left.length === 0;
  }

  clear(): void {
    this.#rects.length = 0;
  }

  /** Makes this region equal to `other`; the smaller `maxRects` of the two holds. */
  assign(other: Region): void {
    this.#rects = other.#rects.slice();
    this.#limit();
  }

  union(area: Rect): void {
    if (isEmptyRect(area)) return;
    const rects = this.#rects;
    for (const r of rects) if (rectContains(r, area)) return;
    // Old rectangles give way to the new one: a large update then swallows the small ones before it.
    subtractInPlace(rects, area);
    rects.push(rect(area.left, area.top, area.right, area.bottom));
    this.#joinLast();
    this.#limit();
  }

  unionRegion(other: Region): void {
    for (const r of other.#rects.slice()) this.union(r);
  }

  subtract(area: Rect): void {
    if (isEmptyRect(area)) return;
    subtractInPlace(this.#rects, area);
    this.#limit();
  }

  subtractRegion(other: Region): void {
    for (const r of other.#rects.slice()) this.subtract(r);
  }

  /** Keeps only what lies in the rectangle. */
  intersect(area: Rect): void {
    const rects = this.#rects;
    let kept = 0;
    for (const r of rects) {
      if (!rectsIntersect(r, area)) continue;
      rects[kept++] = rectContains(area, r)
        ? r
        : rect(
            Math.max(r.left, area.left),
            Math.max(r.top, area.top),
            Math.min(r.right, area.right),
            Math.min(r.bottom, area.bottom),
          );
    }
    rects.length = kept;
  }

  translate(dx: number, dy: number): void {
    const rects = this.#rects;
    for (let i = 0; i < rects.length; i++) {
      const r = rects[i];
      rects[i] = rect(r.left + dx, r.top + dy, r.right + dx, r.bottom + dy);
    }
  }

  /** Joins the newest rectangle with neighbours that share a whole edge: lines of text grow into one block. */
  #joinLast(): void {
    const rects = this.#rects;
    for (let i = rects.length - 2; i >= 0; i--) {
      const last = rects[rects.length - 1];
      const joined = join(rects[i], last);
      if (joined === null) continue;
      rects.pop();
      rects.splice(i, 1);
      rects.push(joined);
      i = rects.length - 1;
    }
  }

  #limit(): void {
    if (this.#rects.length > this.maxRects) this.#rects = [this.bounds];
  }
}

/** One rectangle for two that share a whole edge, otherwise null. */
const join = (a: Rect, b: Rect): Rect | null => {
  if (a.left === b.left && a.right === b.right && (a.bottom === b.top || b.bottom === a.top)) {
    return rect(a.left, Math.min(a.top, b.top), a.right, Math.max(a.bottom, b.bottom));
  }
  if (a.top === b.top && a.bottom === b.bottom && (a.right === b.left || b.right === a.left)) {
    return rect(Math.min(a.left, b.left), a.top, Math.max(a.right, b.right), a.bottom);
  }
  return null;
};

/** Replaces every rectangle of the list that meets `hole` by the up to four pieces around it. */
const subtractInPlace = (rects: Rect[], hole: Rect): void => {
  const count = rects.length;
  let kept = 0;
  const pieces: Rect[] = [];
  for (let i = 0; i < count; i++) {
    const r = rects[i];
    if (rectsIntersect(r, hole)) pushPieces(pieces, r, hole);
    else rects[kept++] = r;
  }
  rects.length = kept;
  for (const piece of pieces) rects.push(piece);
};

const pushPieces = (pieces: Rect[], r: Rect, hole: Rect): void => {
  const top = Math.max(r.top, hole.top);
  const bottom = Math.min(r.bottom, hole.bottom);
  if (r.top < top) pieces.push(rect(r.left, r.top, r.right, top));
  if (r.left < hole.left) pieces.push(rect(r.left, top, hole.left, bottom));
  if (hole.right < r.right) pieces.push(rect(hole.right, top, r.right, bottom));
  if (bottom < r.bottom) pieces.push(rect(r.left, bottom, r.right, r.bottom));
};
