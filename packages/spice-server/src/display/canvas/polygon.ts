import type { Spans } from './spans.js';

/**
 * A straight edge through the pixel grid: points with x * dy - y * dx = k. Directions are whole numbers; only k is
 * rounded, so that equal edges of neighbouring polygons leave no gap and no overlap.
 */
export interface Edge {
  readonly dx: number;
  readonly dy: number;
  readonly k: number;
}

export interface Vertex {
  readonly x: number;
  readonly y: number;
}

/** An edge from one row on, down to where the next one of its side begins. */
interface SideEdge {
  readonly row: number;
  readonly dx: number;
  readonly dy: number;
  readonly k: number;
}

/**
 * The runs of pixels, by ascending row, of a convex polygon. Edge n goes from vertex n to the
 * next one; all are relative to the whole-numbered origin. A pixel on a left or upper edge is inside, one on a right
 * or lower edge is not.
 */
export const polygonSpans = (
  vertices: readonly Vertex[],
  edges: readonly Edge[],
  originX: number,
  originY: number,
): Spans => {
  const spans: Spans = [];
  const count = vertices.length;
  let top = 0;
  let bottom = 0;
  for (let i = 1; i < count; i++) {
    if (vertices[i].y < vertices[top].y) top = i;
    if (vertices[i].y >= vertices[bottom].y) bottom = i;
  }
  const after = edges[top];
  const before = edges[(top + count - 1) % count];
  const forwardIsRight = before.dy * after.dx <= after.dy * before.dx;
  const forward = sideEdges(vertices, edges, top, bottom, 1);
  const backward = sideEdges(vertices, edges, top, bottom, -1);
  const right = forwardIsRight ? forward : backward;
  const left = forwardIsRight ? backward : forward;
  if (left.length === 0 || right.length === 0) return spans;
  const end = Math.ceil(vertices[bottom].y);
  let l = 0;
  let r = 0;
  for (let y = right[0].row; y < end; y++) {
    while (l + 1 < left.length && left[l + 1].row <= y) l++;
    while (r + 1 < right.length && right[r + 1].row <= y) r++;
    const x0 = crossing(left[l], y);
    const x1 = crossing(right[r], y);
    if (x0 < x1) spans.push(originX + x0, originX + x1, originY + y);
  }
  return spans;
};

/** The edges of one side from the top vertex down; level ones have no part in it. */
const sideEdges = (
  vertices: readonly Vertex[],
  edges: readonly Edge[],
  top: number,
  bottom: number,
  step: 1 | -1,
): SideEdge[] => {
  const count = vertices.length;
  const side: SideEdge[] = [];
  for (let i = top; i !== bottom; i = (i + step + count) % count) {
    const { dx, dy, k } = edges[step === 1 ? i : (i + count - 1) % count];
    const row = Math.ceil(vertices[i].y);
    if (dy > 0) side.push({ row, dx, dy, k: Math.ceil(k) });
    else if (dy < 0) side.push({ row, dx: -dx, dy: -dy, k: Math.ceil(-k) });
  }
  return side;
};

/** The first pixel not left of the edge. */
const crossing = (edge: SideEdge, y: number): number => Math.ceil((edge.k + y * edge.dx) / edge.dy);
