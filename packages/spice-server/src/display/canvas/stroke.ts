import type { DrawOperation, Rect } from '@lazyspice/core';
import { dashPattern, dashPolyline } from './dash.js';
import type { DashPattern } from './dash-segment.js';
import { brushPaint, type Drawing } from './drawing.js';
import { CanvasError } from './errors.js';
import { modulo } from './kernels.js';
import { lineSpans } from './line.js';
import type { Paint } from './paint.js';
import { flattenPath, type Polyline } from './path.js';
import type { Raster } from './raster.js';
import { type DrawRun, type DrawSpans, joinSpans, type Spans, spanClipper } from './spans.js';
import type { Surface } from './surface.js';
import { fillCode, normalForms, type TernaryCode } from './ternary-op.js';

type Stroke = Extract<DrawOperation, { type: 'stroke' }>;
const lineFlags = { startWithGap: 4, styled: 8 } as const;
/** Pixels that the segments of one path may visit. */
const maxSteps = 64 * 1024 * 1024;
/** Dashes of one path on or near the surface. */
const maxDashes = 256 * 1024;

/** STROKE: lines one pixel wide (display pipeline §11.6). The background mode has no effect. */
export const drawStroke = (drawing: Drawing, operation: Stroke): void => {
  const { target, raster, surface } = drawing;
  const { attributes, style } = operation;
  const lines = flattenPath(operation.path);
  const bounds = target.bounds();
  const side = Math.max(surface.width, surface.height);
  const segments = lines.reduce((sum, line) => sum + line.length / 2 - 1, 0);
  if (segments * side > maxSteps) throw new CanvasError('path', `a path of ${segments} segments`);
  const isDashed = (attributes & lineFlags.styled) !== 0;
  const pattern = isDashed ? dashPattern(style, (attributes & lineFlags.startWithGap) !== 0) : null;
  if (pattern !== null && countDashes(lines, pattern, 2 * side) > maxDashes) {
    throw new CanvasError('path', 'a path of too many dashes');
  }
  const paint = brushPaint(drawing, operation.brush);
  const code = fillCode(operation.foreMode);
  const draw = spanClipper(target, runPainter(raster, code, paint));
  if (pattern === null) for (const line of lines) strokeSolid(line, surface, draw);
  else for (const line of lines) strokeDashed(line, pattern, bounds, inverts(code), draw);
};

/** An upper bound; no segment has more than `visible` pixels on or near the surface. */
const countDashes = (
  lines: readonly Polyline[],
  { lengths, total }: DashPattern,
  visible: number,
): number => {
  let dashes = 0;
  for (const line of lines) {
    for (let i = 2; i < line.length; i += 2) {
      const length = Math.hypot(line[i] - line[i - 2], line[i + 1] - line[i - 1]);
      // Before and behind the visible part up to two whole patterns each are followed too.
      dashes += (Math.min(length, visible) / total + 4) * lengths.length;
    }
  }
  return dashes;
};

/** Each segment's runs are clipped by themselves, within the surface. */
const strokeSolid = (line: Polyline, { width, height }: Surface, draw: DrawSpans): void => {
  const bounds = { left: 0, top: 0, right: width, bottom: height };
  for (let i = 2; i < line.length; i += 2) {
    draw(lineSpans(line[i - 2], line[i - 1], line[i], line[i + 1], bounds));
  }
};

/**
 * Each dash and corner is drawn by itself, unless drawing a pixel twice would undo it: then all of a polyline is put
 * together first.
 */
const strokeDashed = (
  line: Polyline,
  pattern: DashPattern,
  bounds: Rect,
  once: boolean,
  draw: DrawSpans,
): void => {
  if (!once || line.length < 6) {
    dashPolyline(line, pattern, bounds, false, draw);
    return;
  }
  const all: Spans = [];
  dashPolyline(line, pattern, bounds, true, (spans) => {
    for (const value of spans) all.push(value);
  });
  draw(joinSpans(all));
};

/** Whether some brush makes the operation undo itself when a pixel is drawn twice. */
const inverts = (code: TernaryCode): boolean => (code & 3) === 1 || ((code >> 4) & 3) === 1;

const runPainter = (raster: Raster, code: TernaryCode, paint: Paint): DrawRun => {
  const { cells, base, pitch } = raster;
  const form = normalForms[code];
  const [one, d, p, pd] = [0, 1, 4, 5].map((n) => -((form >> n) & 1));
  if (typeof paint === 'number') {
    const xor = one ^ (paint & p);
    const and = d ^ (paint & pd);
    return (left, right, y) => {
      const row = base + y * pitch;
      for (let i = row + left; i < row + right; i++) cells[i] = xor ^ (cells[i] & and);
    };
  }
  const tile = paint.raster;
  return (left, right, y) => {
    const row = base + y * pitch;
    const tileRow = tile.base + modulo(y - paint.y, tile.bottom) * tile.pitch;
    for (let x = left; x < right; x++) {
      const color = tile.cells[tileRow + modulo(x - paint.x, tile.right)];
      cells[row + x] = one ^ (color & p) ^ (cells[row + x] & (d ^ (color & pd)));
    }
  };
};
