import { type DashPattern, DashSegment, type Face, isDrawn, type Phase } from './dash-segment.js';
import { CanvasError } from './errors.js';
import type { LineBounds } from './line.js';
import { type Polyline, roundFixed } from './path.js';
import { type Edge, polygonSpans, type Vertex } from './polygon.js';
import type { DrawSpans } from './spans.js';

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

/**
 * Dashes along a polyline: each is a rectangle one pixel wide along the exact line, dashes meet in mitred corners, and
 * the pattern runs on from segment to segment (display pipeline §11.6). The pixels are those of the X server's wide
 * dashed lines, width 1. `allCorners`: fill corners even where a segment has drawn their pixel.
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
    const { start, end } = new DashSegment(x1, y1, x2, y2).draw(pattern, phase, bounds, draw);
    if (beginsDrawn && previous !== null) corner(start, previous);
    if (beginsDrawn && isFirst && isClosed) firstFace = start;
    isFirst = false;
    // At the very end of a dash the next one is at hand already.
    const endsDrawn = phase.used !== 0 ? isDrawn(phase.index) : !isDrawn(phase.index);
    previous = endsDrawn ? end : null;
  }
  if (previous !== null && firstFace !== null) corner(firstFace, previous);
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
