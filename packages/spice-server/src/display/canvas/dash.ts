import { CanvasError } from './errors.js';
import type { LineBounds } from './line.js';
import { type Polyline, roundFixed } from './path.js';
import { type Edge, polygonSpans, type Vertex } from './polygon.js';
import type { DrawSpans } from './spans.js';

/** Lengths in pixels, drawn and left out in turn, and where in them a line begins. */
export interface DashPattern {
  readonly lengths: readonly number[];
  readonly total: number;
  readonly index: number;
}

/** From a command's style: 28.4 fixed numbers, cut to 8 bits once rounded. Throws for lengths that are all 0. */
export const dashPattern = (style: readonly number[], startWithGap: boolean): DashPattern => {
  const lengths = style.map((length) => roundFixed(length) & 0xff);
  if (startWithGap) lengths.push(...lengths.splice(0, 1));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total === 0) throw new CanvasError('path', 'dashes without a length');
  let index = startWithGap && lengths.length > 1 ? 1 : 0;
  while (startWithGap && lengths[index] === 0) index = (index + 1) % lengths.length;
  return { lengths, total, index };
};

/** One end of a segment, for the join: its point, the direction away from it, the corner of the line's edge there. */
interface Face {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly cornerX: number;
  readonly cornerY: number;
  readonly k: number;
}

interface Phase {
  index: number;
  /** Pixels of the dash at hand that are used up. */
  used: number;
}

/** Half the width of a line. */
const halfWidth = 0.5;

/**
 * Dashes along a polyline: each is a rectangle one pixel wide along the exact line, dashes meet in mitred corners, and
 * the pattern runs on from segment to segment (display pipeline §11.6). The method is that of the X server's wide dashed
 * lines, on which what guests expect rests. `allCorners`: fill corners even where a segment has drawn their pixel.
 */
export const dashPolyline = (
  line: Polyline,
  pattern: DashPattern,
  bounds: LineBounds,
  allCorners: boolean,
  draw: DrawSpans,
): void => {
  const corner = (start: Face, end: Face): void => {
    if (allCorners || !(goesForward(start) || goesForward(end))) join(start, end, draw);
  };
  const phase: Phase = { index: pattern.index, used: 0 };
  const last = line.length - 2;
  const isClosed = line[0] === line[last] && line[1] === line[last + 1];
  let isFirst = true;
  let firstFace: Face | null = null;
  let previous: Face | null = null;
  for (let i = 2; i <= last; i += 2) {
    const [x1, y1, x2, y2] = [line[i - 2], line[i - 1], line[i], line[i + 1]];
    if (x1 === x2 && y1 === y2) continue;
    const beginsDrawn = isDrawn(phase.index);
    const { start, end } = dashSegment(x1, y1, x2, y2, pattern, phase, bounds, draw);
    if (beginsDrawn && previous !== null) corner(start, previous);
    if (beginsDrawn && isFirst && isClosed) firstFace = start;
    isFirst = false;
    // At the very end of a dash the next one is at hand already.
    const endsDrawn = phase.used !== 0 ? isDrawn(phase.index) : !isDrawn(phase.index);
    previous = endsDrawn ? end : null;
  }
  if (previous !== null && firstFace !== null) corner(firstFace, previous);
};

const isDrawn = (index: number): boolean => (index & 1) === 0;

const [top, right, bottom, left] = [0, 1, 2, 3];
const rectangle = [top, right, bottom, left] as const;

/** Corners in motion along a segment. */
class Corners {
  readonly x = new Float64Array(4);
  readonly y = new Float64Array(4);

  move(corner: number, dx: number, dy: number): void {
    this.x[corner] += dx;
    this.y[corner] += dy;
  }

  set(corner: number, x: number, y: number): void {
    this.x[corner] = x;
    this.y[corner] = y;
  }

  vertices(): Vertex[] {
    return rectangle.map((i) => ({ x: this.x[i], y: this.y[i] }));
  }
}

const dashSegment = (
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  { lengths, total }: DashPattern,
  phase: Phase,
  bounds: LineBounds,
  draw: DrawSpans,
): { start: Face; end: Face } => {
  const dx = x2 - x1;
  const dy = y2 - y1;
  const length = dx === 0 ? Math.abs(dy) : dy === 0 ? Math.abs(dx) : Math.sqrt(dx * dx + dy * dy);
  const acrossX = dx === 0 ? 0 : dy === 0 ? Math.sign(dx) * halfWidth : (halfWidth / length) * dx;
  const acrossY = dy === 0 ? 0 : dx === 0 ? Math.sign(dy) * halfWidth : (halfWidth / length) * dy;
  const k = halfWidth * length;
  const kOf = [k, 0, k, 0];
  const edges = (): Edge[] => [
    { dx, dy, k: kOf[top] },
    { dx: -dy, dy: dx, k: kOf[right] },
    { dx: -dx, dy: -dy, k: kOf[bottom] },
    { dx: dy, dy: -dx, k: kOf[left] },
  ];
  const corners = new Corners();
  corners.set(top, acrossY, -acrossX);
  corners.set(right, acrossY, -acrossX);
  corners.set(bottom, -acrossY, acrossX);
  corners.set(left, -acrossY, acrossX);

  let { index } = phase;
  let dash = lengths[index] - phase.used;
  let rest = length;
  const [visibleFrom, visibleTo] = visibleLengths(x1, y1, dx, dy, length, bounds);
  /** Leaves out whole patterns of which nothing is to be seen, up to `distance` from the start. */
  const skip = (distance: number): void => {
    const patterns = Math.floor((distance - (length - rest)) / total) - 1;
    if (patterns <= 0) return;
    const skipped = patterns * total;
    rest -= skipped;
    for (const corner of [right, bottom])
      corners.move(corner, (skipped * dx) / length, (skipped * dy) / length);
    kOf[right] = corners.x[right] * dx + corners.y[right] * dy;
    startDash();
  };
  const startDash = (): void => {
    corners.set(top, corners.x[right], corners.y[right]);
    corners.set(left, corners.x[bottom], corners.y[bottom]);
    kOf[left] = -kOf[right];
  };
  skip(visibleFrom);
  while (rest > dash) {
    const [dashX, dashY] = [(dash * dx) / length, (dash * dy) / length];
    corners.move(right, dashX, dashY);
    corners.move(bottom, dashX, dashY);
    kOf[right] = corners.x[right] * dx + corners.y[right] * dy;
    if (isDrawn(index)) draw(polygonSpans(corners.vertices(), edges(), x1, y1));
    rest -= dash;
    index = (index + 1) % lengths.length;
    dash = lengths[index];
    startDash();
    if (length - rest > visibleTo) skip(length);
  }
  if (isDrawn(index)) {
    // The last piece is measured from the segment's end, so that it ends there exactly.
    corners.move(top, -dx, -dy);
    corners.move(left, -dx, -dy);
    corners.set(right, acrossY, -acrossX);
    corners.set(bottom, -acrossY, acrossX);
    kOf[right] = 0;
    kOf[left] += dx * dx + dy * dy;
    draw(polygonSpans(corners.vertices(), edges(), x2, y2));
  }
  dash = Math.trunc(dash - rest);
  if (dash === 0) {
    index = (index + 1) % lengths.length;
    dash = lengths[index];
  }
  phase.index = index;
  phase.used = lengths[index] - dash;
  return {
    start: { x: x1, y: y1, dx, dy, cornerX: acrossY, cornerY: -acrossX, k },
    end: { x: x2, y: y2, dx: -dx, dy: -dy, cornerX: -acrossY, cornerY: acrossX, k },
  };
};

/** Between which distances from its start a segment may touch the bounds; from > to: never. */
const visibleLengths = (
  x: number,
  y: number,
  dx: number,
  dy: number,
  length: number,
  bounds: LineBounds,
): [from: number, to: number] => {
  let from = 0;
  let to = length;
  const limit = (start: number, step: number, low: number, high: number): void => {
    if (step === 0) {
      if (start < low || start > high) to = -1;
      return;
    }
    const a = ((low - start) * length) / step;
    const b = ((high - start) * length) / step;
    from = Math.max(from, Math.min(a, b));
    to = Math.min(to, Math.max(a, b));
  };
  limit(x, dx, bounds.left - 2, bounds.right + 2);
  limit(y, dy, bounds.top - 2, bounds.bottom + 2);
  return from > to ? [length, -1] : [from, to];
};

/** 1 / sin²(5.5°): corners sharper than 11 degrees are cut off. */
const miterLimit = 108.856472512142;

/** Fills the corner between the start of one segment and the end of the one before. */
const join = (start: Face, end: Face, draw: DrawSpans): void => {
  const turn = -start.dx * end.dy + end.dx * start.dy;
  if (turn === 0) return;
  const l = turn > 0 ? turned(start) : start;
  const r = turn > 0 ? end : turned(end);
  const vertices: Vertex[] = [
    { x: r.cornerX, y: r.cornerY },
    { x: 0, y: 0 },
    { x: l.cornerX, y: l.cornerY },
  ];
  const edges: Edge[] = [
    { dx: -r.dy, dy: r.dx, k: 0 },
    { dx: l.dy, dy: -l.dx, k: 0 },
  ];
  const miter = miterPoint(l, r, turn);
  if ((miter.x * miter.x + miter.y * miter.y) * 4 > miterLimit) {
    edges.push(bevelEdge(l, r));
  } else {
    const sign = turn > 0 ? 1 : -1;
    vertices.push(miter);
    edges.push({ dx: sign * l.dx, dy: sign * l.dy, k: sign * l.k });
    edges.push({ dx: sign * r.dx, dy: sign * r.dy, k: sign * r.k });
  }
  draw(polygonSpans(vertices, edges, start.x, start.y));
};

/** Such a segment has drawn the pixel of the corner itself. */
const goesForward = (face: Face): boolean => face.dx > 0 || (face.dx === 0 && face.dy > 0);

const turned = (face: Face): Face => ({
  ...face,
  dx: -face.dx,
  dy: -face.dy,
  cornerX: -face.cornerX,
  cornerY: -face.cornerY,
});

/** Where the outer edges of the two segments meet. */
const miterPoint = (l: Face, r: Face, turn: number): Vertex => {
  const y =
    (l.dy * (r.cornerX * r.dy - r.cornerY * r.dx) - r.dy * (l.cornerX * l.dy - l.cornerY * l.dx)) / turn;
  const from = l.dy !== 0 ? l : r;
  return { x: from.cornerX + ((y - from.cornerY) * from.dx) / from.dy, y };
};

const bevelEdge = (l: Face, r: Face): Edge => {
  const x = r.cornerX - l.cornerX;
  const y = r.cornerY - l.cornerY;
  const scale = Math.max(Math.abs(x), Math.abs(y));
  const dx = Math.trunc((x * 65_536) / scale);
  const dy = Math.trunc((y * 65_536) / scale);
  return { dx, dy, k: ((l.cornerX + r.cornerX) * dy - (l.cornerY + r.cornerY) * dx) / 2 };
};
