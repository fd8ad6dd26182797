import type { Spans } from './spans.js';

/** Half-open bounds of the pixels to visit. */
export interface LineBounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Octants whose ties go the other way: 4 for leftward, 2 for upward, 1 for steep lines. */
const biasedOctants = new Set([3, 4, 6, 7]);

/**
 * The runs of pixels, by ascending row, of a line from (x0, y0) up to, not including, (x1, y1) as far as they lie in the
 * bounds: clipping never changes which pixels the line has (display pipeline §11.6). Work is bounded by the
 * longer side of the bounds.
 */
export const lineSpans = (x0: number, y0: number, x1: number, y1: number, bounds: LineBounds): Spans => {
  const spans: Spans = [];
  const downward = y1 >= y0;
  visitLine(x0, y0, x1, y1, bounds, (x, y) => {
    const last = spans.length - 3;
    if (last < 0 || spans[last + 2] !== y) spans.push(x, x + 1, y);
    else if (x < spans[last]) spans[last] = x;
    else spans[last + 1] = x + 1;
  });
  return downward ? spans : reversed(spans);
};

const reversed = (spans: Spans): Spans => {
  const result: Spans = [];
  for (let i = spans.length - 3; i >= 0; i -= 3) result.push(spans[i], spans[i + 1], spans[i + 2]);
  return result;
};

/** Calls back for every pixel of the line in the bounds, in order. */
export const visitLine = (
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  bounds: LineBounds,
  visit: (x: number, y: number) => void,
): void => {
  const width = Math.abs(x1 - x0);
  const height = Math.abs(y1 - y0);
  const stepX = x1 < x0 ? -1 : 1;
  const stepY = y1 < y0 ? -1 : 1;
  const steep = width <= height;
  const octant = (x1 < x0 ? 4 : 0) + (y1 < y0 ? 2 : 0) + (steep ? 1 : 0);
  const bias = biasedOctants.has(octant) ? 1 : 0;
  const major = steep ? height : width;
  const minor = steep ? width : height;
  // Steps along the long axis that stay in the bounds.
  const low = steep ? bounds.top : bounds.left;
  const high = steep ? bounds.bottom : bounds.right;
  const start = steep ? y0 : x0;
  const forward = (steep ? stepY : stepX) > 0;
  const first = Math.max(0, forward ? low - start : start - high + 1);
  const last = Math.min(major, forward ? high - start : start - low + 1);
  if (first >= last) return;
  let offset = minorSteps(first, minor, major, bias);
  let error = minorError(first, offset, minor, major, bias);
  const { left, top, right, bottom } = bounds;
  for (let k = first; k < last; k++) {
    const x = x0 + stepX * (steep ? offset : k);
    const y = y0 + stepY * (steep ? k : offset);
    if (x >= left && x < right && y >= top && y < bottom) visit(x, y);
    if (error >= 0) {
      offset++;
      error += 2 * minor - 2 * major;
    } else {
      error += 2 * minor;
    }
  }
};

/** Above this length products of two lengths no longer fit a double. */
const exactLength = 2 ** 25;

/** Steps on the short axis before step k on the long one: floor((2 minor k + major - bias) / (2 major)). */
const minorSteps = (k: number, minor: number, major: number, bias: number): number => {
  if (major <= exactLength) return Math.floor((2 * minor * k + major - bias) / (2 * major));
  return Number((2n * BigInt(minor) * BigInt(k) + BigInt(major - bias)) / (2n * BigInt(major)));
};

/** Bresenham's error term there: 2 minor (k + 1) - major - bias - 2 major offset. */
const minorError = (k: number, offset: number, minor: number, major: number, bias: number): number => {
  if (major <= exactLength) return 2 * minor * (k + 1) - major - bias - 2 * major * offset;
  const grown = 2n * BigInt(minor) * BigInt(k + 1) - 2n * BigInt(major) * BigInt(offset);
  return Number(grown) - major - bias;
};
