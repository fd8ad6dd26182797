import type { LineBounds } from './line.js';
import { type Edge, polygonSpans, type Vertex } from './polygon.js';
import type { DrawSpans } from './spans.js';

/** Lengths in pixels, drawn and left out in turn, and where in them a line begins. */
export interface DashPattern {
  readonly lengths: readonly number[];
  /** More than 0. */
  readonly total: number;
  readonly index: number;
}

/** Where in the pattern a line has come. */
export interface Phase {
  index: number;
  /** Whole pixels of the dash at hand that are used up. */
  used: number;
}

export const isDrawn = (index: number): boolean => (index & 1) === 0;

/** One end of a segment, for the join: its point, the direction away from it, the corner of the line's edge there. */
export interface Face {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly cornerX: number;
  readonly cornerY: number;
  readonly k: number;
}

/** Half the width of a line. */
const halfWidth = 0.5;

/** The corners of a dash, in its order around it; edge n begins at corner n. */
const [top, right, bottom, left] = [0, 1, 2, 3];
const corners = [top, right, bottom, left] as const;

/**
 * One straight piece of a dashed line. Its dashes are rectangles whose corners move along; what matters for the
 * pixels is the order in which the reference rounds, so sums and quotients are formed one dash after the other.
 */
export class DashSegment {
  readonly #x1: number;
  readonly #y1: number;
  readonly #x2: number;
  readonly #y2: number;
  readonly #dx: number;
  readonly #dy: number;
  readonly #length: number;
  /** Half the width, along the direction. */
  readonly #alongX: number;
  readonly #alongY: number;
  readonly #x = new Float64Array(4);
  readonly #y = new Float64Array(4);
  /** x * dy - y * dx of the points on each edge. */
  readonly #k: Float64Array;
  #rest: number;

  /** Ends must differ. */
  constructor(x1: number, y1: number, x2: number, y2: number) {
    const dx = x2 - x1;
    const dy = y2 - y1;
    this.#x1 = x1;
    this.#y1 = y1;
    this.#x2 = x2;
    this.#y2 = y2;
    this.#dx = dx;
    this.#dy = dy;
    this.#length = dx === 0 ? Math.abs(dy) : dy === 0 ? Math.abs(dx) : Math.sqrt(dx * dx + dy * dy);
    const isSlanted = dx !== 0 && dy !== 0;
    this.#alongX = isSlanted ? (halfWidth / this.#length) * dx : Math.sign(dx) * halfWidth;
    this.#alongY = isSlanted ? (halfWidth / this.#length) * dy : Math.sign(dy) * halfWidth;
    const k = halfWidth * this.#length;
    this.#k = Float64Array.of(k, 0, k, 0);
    this.#rest = this.#length;
    this.#place(top, right);
    this.#place(left, bottom);
  }

  /** Draws the dashes, goes on in the pattern and returns the ends. */
  draw(pattern: DashPattern, phase: Phase, bounds: LineBounds, draw: DrawSpans): { start: Face; end: Face } {
    const { lengths, total } = pattern;
    const { from, to } = this.#visible(bounds);
    let { index } = phase;
    let dash = lengths[index] - phase.used;
    this.#skip(from, total);
    while (this.#rest > dash) {
      this.#advance(dash);
      if (isDrawn(index)) draw(polygonSpans(this.#vertices(), this.#edges(), this.#x1, this.#y1));
      index = (index + 1) % lengths.length;
      dash = lengths[index];
      this.#startDash();
      if (this.#length - this.#rest > to) this.#skip(this.#length, total);
    }
    if (isDrawn(index)) {
      this.#endDash();
      draw(polygonSpans(this.#vertices(), this.#edges(), this.#x2, this.#y2));
    }
    dash = Math.trunc(dash - this.#rest);
    if (dash === 0) {
      index = (index + 1) % lengths.length;
      dash = lengths[index];
    }
    phase.index = index;
    phase.used = lengths[index] - dash;
    return this.#faces();
  }

  /** Puts corners beside the origin: those of the top edge on one side, those of the bottom edge on the other. */
  #place(...placed: readonly number[]): void {
    for (const corner of placed) {
      const side = corner === top || corner === right ? 1 : -1;
      this.#x[corner] = side * this.#alongY;
      this.#y[corner] = -side * this.#alongX;
    }
  }

  /** Moves the far end of the dash on by `distance` pixels. */
  #advance(distance: number): void {
    const x = (distance * this.#dx) / this.#length;
    const y = (distance * this.#dy) / this.#length;
    for (const corner of [right, bottom]) {
      this.#x[corner] += x;
      this.#y[corner] += y;
    }
    this.#k[right] = this.#x[right] * this.#dx + this.#y[right] * this.#dy;
    this.#rest -= distance;
  }

  /** The near end comes to where the far end is. */
  #startDash(): void {
    this.#x[top] = this.#x[right];
    this.#y[top] = this.#y[right];
    this.#x[left] = this.#x[bottom];
    this.#y[left] = this.#y[bottom];
    this.#k[left] = -this.#k[right];
  }

  /** The last dash is measured from the segment's end, so that it ends there exactly. */
  #endDash(): void {
    for (const corner of [top, left]) {
      this.#x[corner] -= this.#dx;
      this.#y[corner] -= this.#dy;
    }
    this.#place(right, bottom);
    this.#k[right] = 0;
    this.#k[left] += this.#dx * this.#dx + this.#dy * this.#dy;
  }

  /** Leaves out whole patterns of which nothing is to be seen, up to `distance` from the start. */
  #skip(distance: number, total: number): void {
    const patterns = Math.floor((distance - (this.#length - this.#rest)) / total) - 1;
    if (patterns <= 0) return;
    this.#advance(patterns * total);
    this.#startDash();
  }

  /** Between which distances from its start the segment may touch the bounds. */
  #visible({ left: l, top: t, right: r, bottom: b }: LineBounds): { from: number; to: number } {
    let from = 0;
    let to = this.#length;
    const limit = (start: number, step: number, low: number, high: number): void => {
      if (step === 0) {
        if (start < low || start > high) to = -1;
        return;
      }
      const first = ((low - start) * this.#length) / step;
      const last = ((high - start) * this.#length) / step;
      from = Math.max(from, Math.min(first, last));
      to = Math.min(to, Math.max(first, last));
    };
    limit(this.#x1, this.#dx, l - 2, r + 2);
    limit(this.#y1, this.#dy, t - 2, b + 2);
    return from > to ? { from: this.#length, to: -1 } : { from, to };
  }

  #vertices(): Vertex[] {
    return corners.map((corner) => ({ x: this.#x[corner], y: this.#y[corner] }));
  }

  #edges(): Edge[] {
    const [dx, dy] = [this.#dx, this.#dy];
    const directions = [
      [dx, dy],
      [-dy, dx],
      [-dx, -dy],
      [dy, -dx],
    ] as const;
    return corners.map((n) => ({ dx: directions[n][0], dy: directions[n][1], k: this.#k[n] }));
  }

  #faces(): { start: Face; end: Face } {
    const [dx, dy, k] = [this.#dx, this.#dy, halfWidth * this.#length];
    const [x, y] = [this.#alongY, -this.#alongX];
    return {
      start: { x: this.#x1, y: this.#y1, dx, dy, cornerX: x, cornerY: y, k },
      end: { x: this.#x2, y: this.#y2, dx: -dx, dy: -dy, cornerX: -x, cornerY: -y, k },
    };
  }
}
