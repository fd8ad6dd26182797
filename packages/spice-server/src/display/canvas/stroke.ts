import type { DrawOperation, Rect } from '@lazyspice/core';
import { type DashPattern, dashPattern, dashPolyline } from './dash.js';
import { brushPaint, type Drawing } from './drawing.js';
import { CanvasError } from './errors.js';
import { visitLine } from './line.js';
import type { Paint } from './paint.js';
import { flattenPath, type Polyline } from './path.js';
import { createRaster, formats, type Raster } from './raster.js';
import type { Target } from './target.js';
import { fillCode, normalForms, type TernaryCode } from './ternary-op.js';

type Stroke = Extract<DrawOperation, { type: 'stroke' }>;
const lineFlags = { startWithGap: 4, styled: 8 } as const;
/** Pixels that the segments of one path may visit. */
const maxSteps = 64 * 1024 * 1024;

type Plot = (x: number, y: number) => void;

/** STROKE: lines one pixel wide (display pipeline §11.6). The background mode has no effect. */
export const drawStroke = (drawing: Drawing, operation: Stroke): void => {
  const { target, raster } = drawing;
  const { attributes, style } = operation;
  const lines = flattenPath(operation.path);
  const bounds = target.bounds();
  const side = Math.max(bounds.right - bounds.left, bounds.bottom - bounds.top);
  const segments = lines.reduce((sum, line) => sum + line.length / 2 - 1, 0);
  if (segments * side > maxSteps) throw new CanvasError('path', `a path of ${segments} segments`);
  const isDashed = (attributes & lineFlags.styled) !== 0;
  const pattern = isDashed ? dashPattern(style, (attributes & lineFlags.startWithGap) !== 0) : null;
  const paint = brushPaint(drawing, operation.brush);
  const code = fillCode(operation.foreMode);
  const plot = clipped(target, plotter(raster, code, paint));
  if (pattern === null) for (const line of lines) strokeSolid(line, bounds, plot);
  else strokeDashed(lines, pattern, bounds, inverts(code), plot);
};

const strokeSolid = (line: Polyline, bounds: Rect, plot: Plot): void => {
  for (let i = 2; i < line.length; i += 2) {
    visitLine(line[i - 2], line[i - 1], line[i], line[i + 1], bounds, plot);
  }
};

/** Whether some brush makes the operation undo itself when a pixel is drawn twice. */
const inverts = (code: TernaryCode): boolean => (code & 3) === 1 || ((code >> 4) & 3) === 1;

/** Every pixel of a polyline is drawn once, however many dashes and corners meet on it. */
const strokeDashed = (
  lines: readonly Polyline[],
  pattern: DashPattern,
  bounds: Rect,
  allCorners: boolean,
  plot: Plot,
): void => {
  const { left, top, right, bottom } = bounds;
  const width = right - left;
  const { cells: isMarked } = createRaster(formats.a8, left, top, right, bottom);
  for (const line of lines) {
    const marked: number[] = [];
    dashPolyline(line, pattern, bounds, allCorners, (from, to, y) => {
      if (y < top || y >= bottom) return;
      const end = Math.min(to, right);
      for (let x = Math.max(from, left); x < end; x++) {
        const index = (y - top) * width + x - left;
        if (isMarked[index] !== 0) continue;
        isMarked[index] = 1;
        marked.push(index);
      }
    });
    for (const index of marked) {
      isMarked[index] = 0;
      plot(left + (index % width), top + Math.floor(index / width));
    }
  }
};

/** Draws one pixel of the raster. */
const plotter = (raster: Raster, code: TernaryCode, paint: Paint): Plot => {
  const { cells, base, pitch } = raster;
  const form = normalForms[code];
  const [one, d, p, pd] = [0, 1, 4, 5].map((n) => -((form >> n) & 1));
  const draw = (index: number, color: number): void => {
    cells[index] = one ^ (color & p) ^ (cells[index] & (d ^ (color & pd)));
  };
  if (typeof paint === 'number') return (x, y) => draw(base + y * pitch + x, paint);
  const tile = paint.raster;
  return (x, y) => {
    const tileY = modulo(y - paint.y, tile.bottom);
    draw(base + y * pitch + x, tile.cells[tile.base + tileY * tile.pitch + modulo(x - paint.x, tile.right)]);
  };
};

const modulo = (value: number, by: number): number => ((value % by) + by) % by;

/** Lets through the pixels of the target; the lines stay inside its bounds by themselves. */
const clipped = (target: Target, plot: Plot): Plot => {
  if (target.count === 1) return plot;
  const { left, top, right, bottom } = target.bounds();
  const inside = createRaster(formats.a8, left, top, right, bottom);
  const c = target.coordinates;
  for (let i = 0; i < target.count * 4; i += 4) {
    for (let y = c[i + 1]; y < c[i + 3]; y++) {
      const row = inside.base + y * inside.pitch;
      inside.cells.fill(1, row + c[i], row + c[i + 2]);
    }
  }
  return (x, y) => {
    if (inside.cells[inside.base + y * inside.pitch + x] !== 0) plot(x, y);
  };
};
