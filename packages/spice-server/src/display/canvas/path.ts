import type { PathSegment, Point } from '@lazyspice/core';
import { CanvasError } from './errors.js';

/** Points of one polyline: whole pixels x0, y0, x1, y1, … */
export type Polyline = number[];

const pathFlags = { begin: 1, end: 2, close: 8, bezier: 16 } as const;
/** Halvings of one curve at most: 2^12 pieces are below a pixel for any curve on a surface. */
const maxDepth = 12;
/** Points of all polylines of one path, curves flattened. */
const maxPoints = 1024 * 1024;

/** 28.4 fixed to whole pixels, halves down. */
export const roundFixed = (value: number): number => (value >> 4) + ((value & 15) > 8 ? 1 : 0);

/** The polylines of a path, each of at least two points (display pipeline §11.6). */
export const flattenPath = (path: readonly PathSegment[]): Polyline[] => {
  const lines: Polyline[] = [];
  let line: Polyline = [];
  let points = 0;
  const finish = (): void => {
    if (line.length >= 4) lines.push(line);
    points += line.length;
    line = [];
  };
  for (const segment of path) {
    let index = 0;
    if ((segment.flags & pathFlags.begin) !== 0) {
      finish();
      const first = segment.points[0];
      if (first === undefined) continue;
      line.push(roundFixed(first.x), roundFixed(first.y));
      index = 1;
    }
    if ((segment.flags & pathFlags.bezier) !== 0) {
      for (; index + 3 <= segment.points.length; index += 3) {
        if ((points + line.length) / 2 > maxPoints)
          throw new CanvasError('path', 'a path of too many points');
        addCurve(line, segment.points[index], segment.points[index + 1], segment.points[index + 2]);
      }
    } else {
      for (; index < segment.points.length; index++) {
        line.push(roundFixed(segment.points[index].x), roundFixed(segment.points[index].y));
      }
    }
    if ((segment.flags & pathFlags.end) !== 0) {
      if ((segment.flags & pathFlags.close) !== 0 && line.length > 0) line.push(line[0], line[1]);
      finish();
    }
  }
  finish();
  return lines;
};

/** A cubic curve from the line's last point; one that has no start begins at its first control point. */
const addCurve = (line: Polyline, p1: Point, p2: Point, p3: Point): void => {
  const n = line.length;
  const p0 = n === 0 ? p1 : { x: line[n - 2] * 16, y: line[n - 1] * 16 };
  flatten(line, p0, p1, p2, p3, 0);
};

const dot = (ax: number, ay: number, bx: number, by: number): number => Math.floor((ax * bx + ay * by) / 16);

const isFlat = (p0: Point, p1: Point, p2: Point, p3: Point): boolean => {
  const [bx, by] = [p3.x - p0.x, p3.y - p0.y];
  const [ax, ay] = [p1.x - p0.x, p1.y - p0.y];
  const [cx, cy] = [p2.x - p3.x, p2.y - p3.y];
  const b2 = dot(bx, by, bx, by);
  const ab = dot(ax, ay, bx, by);
  const cb = dot(cx, cy, -bx, -by);
  const first = Math.floor((dot(ax, ay, ax, ay) * b2 - ab * ab) / 8);
  const second = Math.floor((dot(cx, cy, cx, cy) * b2 - cb * cb) / 8);
  return first < b2 && second < b2;
};

const middle = (a: Point, b: Point): Point => ({
  x: Math.trunc((a.x + b.x) / 2),
  y: Math.trunc((a.y + b.y) / 2),
});

const flatten = (line: Polyline, p0: Point, p1: Point, p2: Point, p3: Point, depth: number): void => {
  if (depth >= maxDepth || isFlat(p0, p1, p2, p3)) {
    line.push(roundFixed(p3.x), roundFixed(p3.y));
    return;
  }
  const a = middle(p0, p1);
  const b = middle(p1, p2);
  const c = middle(p2, p3);
  const ab = middle(a, b);
  const bc = middle(b, c);
  const center = middle(ab, bc);
  flatten(line, p0, a, ab, center, depth + 1);
  flatten(line, center, bc, c, p3, depth + 1);
};
