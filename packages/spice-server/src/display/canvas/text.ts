import { type DrawOperation, type Glyph, type Rect, RopBits } from '@lazyspice/core';
import { boundingRect, emptyRect, intersectRects, isEmptyRect } from '../geometry/rect.js';
import { addPixels, scalePixel } from './channel-math.js';
import { brushPaint, type Drawing } from './drawing.js';
import { CanvasError } from './errors.js';
import { modulo } from './kernels.js';
import { type Paint, paintPattern } from './paint.js';
import { expand555, pixelReader, pixelWriter } from './pixel-conversion.js';
import { cellBits, createRaster, formats, type Raster } from './raster.js';
import { Target } from './target.js';
import { pattern } from './ternary-op.js';
import { clearTopBytes } from './top-bytes.js';

type Text = Extract<DrawOperation, { type: 'text' }>;
const stringFlags = { a1: 1, a4: 2, a8: 4 } as const;

/** TEXT: the background, then the brush over the destination through the glyphs (display pipeline §11.7). */
export const drawText = (drawing: Drawing, operation: Text): void => {
  const { target, raster } = drawing;
  const { backArea } = operation;
  const hasBackground = !isEmptyRect(backArea);
  if (hasBackground && operation.foreMode !== RopBits.put) {
    throw new CanvasError('text', 'a text background needs the foreground mode PUT');
  }
  const bits = glyphBits(operation.stringFlags);
  for (const glyph of operation.glyphs) checkGlyph(glyph, bits);
  const foreground = brushPaint(drawing, operation.foreBrush);
  const box = operation.glyphs.map(glyphBox).reduce(boundingRect, emptyRect);
  if (hasBackground) drawBackground(drawing, operation);
  const area = intersectRects(target.bounds(), box);
  if (!isEmptyRect(area)) {
    const coverage = createRaster(formats.a8, area.left, area.top, area.right, area.bottom);
    for (const glyph of operation.glyphs) addGlyph[bits](coverage, glyph);
    target.restrict(area.left, area.top, area.right, area.bottom);
    blendThrough(raster, target, coverage, foreground, box);
  }
  // Even where the clip leaves nothing of the text.
  if (raster.format === formats.xrgb) clearTopBytes(raster, box);
};

const glyphBits = (flags: number): 1 | 4 | 8 => {
  if ((flags & stringFlags.a1) !== 0) return 1;
  if ((flags & stringFlags.a4) !== 0) return 4;
  if ((flags & stringFlags.a8) !== 0) return 8;
  throw new CanvasError('text', 'a text without its bits a pixel');
};

const rowBytes = (glyph: Glyph, bits: number): number => Math.ceil((glyph.width * bits) / 8);

const checkGlyph = (glyph: Glyph, bits: number): void => {
  const needed = rowBytes(glyph, bits) * glyph.height;
  if (glyph.data.length < needed) {
    throw new CanvasError('text', `a glyph of ${needed} bytes with ${glyph.data.length} bytes of data`);
  }
};

const glyphBox = (glyph: Glyph): Rect => {
  const left = glyph.position.x + glyph.origin.x;
  const top = glyph.position.y + glyph.origin.y;
  return { left, top, right: left + glyph.width, bottom: top + glyph.height };
};

const drawBackground = (drawing: Drawing, operation: Text): void => {
  const { drawable, surface, raster } = drawing;
  const paint = brushPaint(drawing, operation.backBrush);
  const background = new Target();
  background.set(
    intersectRects(drawable.box, operation.backArea),
    drawable.clip,
    surface.width,
    surface.height,
  );
  paintPattern(raster, background, pattern, paint);
};

/** Calls back for every row of the glyph inside the coverage; glyphs are stored bottom row first. */
const eachRow = (
  coverage: Raster,
  glyph: Glyph,
  bits: number,
  visit: (row: number, to: number, first: number, last: number) => void,
): void => {
  const { left, top, right, bottom } = glyphBox(glyph);
  const first = Math.max(left, coverage.left) - left;
  const last = Math.min(right, coverage.right) - left;
  if (first >= last) return;
  const stride = rowBytes(glyph, bits);
  for (let y = Math.max(top, coverage.top); y < Math.min(bottom, coverage.bottom); y++) {
    visit((bottom - 1 - y) * stride, coverage.base + y * coverage.pitch + left, first, last);
  }
};

/** Where glyphs overlap, the larger coverage holds. */
const addGlyph: Record<1 | 4 | 8, (coverage: Raster, glyph: Glyph) => void> = {
  1: (coverage, glyph) => {
    const { cells } = coverage;
    eachRow(coverage, glyph, 1, (row, to, first, last) => {
      for (let x = first; x < last; x++) {
        if (((glyph.data[row + (x >> 3)] >> (7 - (x & 7))) & 1) !== 0) cells[to + x] = 255;
      }
    });
  },
  4: (coverage, glyph) => {
    const { cells } = coverage;
    eachRow(coverage, glyph, 4, (row, to, first, last) => {
      for (let x = first; x < last; x++) {
        const byte = glyph.data[row + (x >> 1)];
        // Odd columns are compared with the whole byte, as libspice-server does: so a later glyph mostly wins there.
        const value = (x & 1) === 0 ? byte & 0xf0 : byte << 4;
        if (value > cells[to + x]) cells[to + x] = value;
      }
    });
  },
  8: (coverage, glyph) => {
    const { cells } = coverage;
    eachRow(coverage, glyph, 8, (row, to, first, last) => {
      for (let x = first; x < last; x++) {
        if (glyph.data[row + x] > cells[to + x]) cells[to + x] = glyph.data[row + x];
      }
    });
  },
};

/** The brush over the destination. A tile's origin is relative to the text's box. */
const blendThrough = (raster: Raster, target: Target, coverage: Raster, paint: Paint, box: Rect): void => {
  // The top byte of an xrgb surface is blended along with the colours.
  const format = cellBits(raster.format) === 32 ? formats.argb : raster.format;
  const read = pixelReader(format);
  const write = pixelWriter(format);
  const readTile = pixelReader(typeof paint === 'number' ? raster.format : paint.raster.format);
  const color = typeof paint === 'number' ? textColor(raster, paint) : 0;
  const { cells } = raster;
  const c = target.coordinates;
  for (let i = 0; i < target.count * 4; i += 4) {
    for (let y = c[i + 1]; y < c[i + 3]; y++) {
      const to = raster.base + y * raster.pitch;
      const mask = coverage.base + y * coverage.pitch;
      for (let x = c[i]; x < c[i + 2]; x++) {
        const cover = coverage.cells[mask + x];
        if (cover === 0) continue;
        const over =
          typeof paint === 'number' ? color : readTile(tilePixel(paint, x - box.left, y - box.top));
        const masked = scalePixel(over, cover);
        cells[to + x] = write(addPixels(masked, scalePixel(read(cells[to + x]), 255 - (masked >>> 24))));
      }
    }
  }
};

/** A solid brush as an opaque pixel; on all 16-bit surfaces its colour has 5 bits a channel. */
const textColor = (raster: Raster, color: number): number =>
  (cellBits(raster.format) === 16 ? expand555(color) : color) | 0xff000000;

const tilePixel = (tile: Exclude<Paint, number>, x: number, y: number): number => {
  const { raster } = tile;
  const row = raster.base + modulo(y - tile.y, raster.bottom) * raster.pitch;
  return raster.cells[row + modulo(x - tile.x, raster.right)];
};
