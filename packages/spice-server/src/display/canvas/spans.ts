import { createRaster, formats, type Raster } from './raster.js';
import type { Target } from './target.js';

/** Runs of pixels, three numbers each: left, right (exclusive), row. */
export type Spans = number[];

/** Draws the pixels left..right (exclusive) of a row; they lie in the target. */
export type DrawRun = (left: number, right: number, y: number) => void;

/** Draws the part of some runs, ordered by row, that lies in the target. */
export type DrawSpans = (spans: Spans) => void;

export const spanClipper = (target: Target, draw: DrawRun): DrawSpans =>
  target.count === 1 ? oneRectangle(target, draw) : manyRectangles(target, draw);

const oneRectangle = (target: Target, draw: DrawRun): DrawSpans => {
  const { left, top, right, bottom } = target.bounds();
  return (spans) => {
    for (let i = 0; i < spans.length; i += 3) {
      const from = Math.max(spans[i], left);
      const to = Math.min(spans[i + 1], right);
      const y = spans[i + 2];
      if (from < to && y >= top && y < bottom) draw(from, to, y);
    }
  };
};

/**
 * The pieces of a run go into the list the runs are read from, as in every SPICE canvas of the reference's family: a run
 * that falls into two pieces overwrites the next one, unless runs before it were dropped. Clients draw the
 * same line with the same loss, so it is kept here; spans are clipped rightly in all other cases.
 */
const manyRectangles = (target: Target, draw: DrawRun): DrawSpans => {
  const bounds = target.bounds();
  const inside = coverage(target);
  return (spans) => {
    const count = spans.length;
    let out = 0;
    for (let i = 0; i < count; i += 3) {
      const y = spans[i + 2];
      if (y < bounds.top || y >= bounds.bottom) continue;
      const end = Math.min(spans[i + 1], bounds.right);
      const row = inside.base + y * inside.pitch;
      for (let x = Math.max(spans[i], bounds.left); x < end; ) {
        while (x < end && inside.cells[row + x] === 0) x++;
        const from = x;
        while (x < end && inside.cells[row + x] !== 0) x++;
        if (from === x) continue;
        spans[out] = from;
        spans[out + 1] = x;
        spans[out + 2] = y;
        out += 3;
      }
    }
    for (let i = 0; i < out; i += 3) draw(spans[i], spans[i + 1], spans[i + 2]);
  };
};

/** 1 for every pixel of the target, within its bounds. */
const coverage = (target: Target): Raster => {
  const { left, top, right, bottom } = target.bounds();
  const inside = createRaster(formats.a8, left, top, right, bottom);
  const c = target.coordinates;
  for (let i = 0; i < target.count * 4; i += 4) {
    for (let y = c[i + 1]; y < c[i + 3]; y++) {
      const row = inside.base + y * inside.pitch;
      inside.cells.fill(1, row + c[i], row + c[i + 2]);
    }
  }
  return inside;
};

/** Orders runs by row and column and joins those that overlap or touch. */
export const joinSpans = (spans: Spans): Spans => {
  const order = Array.from({ length: spans.length / 3 }, (_, i) => i * 3);
  order.sort((a, b) => spans[a + 2] - spans[b + 2] || spans[a] - spans[b]);
  const joined: Spans = [];
  for (const i of order) {
    const last = joined.length - 3;
    if (last >= 0 && joined[last + 2] === spans[i + 2] && spans[i] <= joined[last + 1]) {
      joined[last + 1] = Math.max(joined[last + 1], spans[i + 1]);
    } else {
      joined.push(spans[i], spans[i + 1], spans[i + 2]);
    }
  }
  return joined;
};
