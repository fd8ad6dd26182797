import { type DrawOperation, type Rect, ScaleMode, type SurfaceFormat } from '@lazyspice/core';
import { ownFormat } from './bitmap.js';
import { addPixels, scalePixel } from './channel-math.js';
import { commandSource, type Drawing, isSameSize, type PlacedSource } from './drawing.js';
import { paintTernary } from './paint.js';
import { pixelReader, pixelWriter } from './pixel-conversion.js';
import { copyRaster, isSamePixels, type PixelSource, readSource } from './pixel-source.js';
import { cellBits, formats, type Raster } from './raster.js';
import { nearestCoverage, scaleSource } from './scale.js';
import type { Target } from './target.js';
import { source as plainCopy } from './ternary-op.js';
import { clearTopBytes } from './top-bytes.js';

type AlphaBlend = Extract<DrawOperation, { type: 'alphaBlend' }>;
const destinationHasAlpha = 1;
const sourceSurfaceHasAlpha = 2;

/**
 * ALPHA_BLEND: the premultiplied source, times a constant alpha, over the destination. Nothing but the source's own
 * pixels is drawn (display pipeline §11.5).
 */
export const drawAlphaBlend = (drawing: Drawing, operation: AlphaBlend): void => {
  const { target, raster } = drawing;
  const { alpha, alphaFlags } = operation;
  if (alpha === 0) return;
  const source = commandSource(drawing, operation.source);
  const from = sourceMeaning(source, raster.format, alphaFlags);
  const placed = place(drawing, source, operation.sourceArea, from);
  if (placed === null) return;
  const hasAlpha = raster.format !== formats.xrgb || (alphaFlags & destinationHasAlpha) !== 0;
  if (!hasAlpha && from === formats.xrgb && alpha === 255) {
    // Nothing of the destination shows through: source pixels are copied as they are, top bytes and all.
    paintTernary(raster, target, plainCopy, 0, placed.raster, placed.dx, placed.dy);
  } else {
    blend(raster, target, placed, from, alpha);
  }
  if (!hasAlpha) clearTopBytes(raster, drawing.drawable.box);
};

/** The format that says what the source's alpha is. Palette entries are pixels of the destination. */
const sourceMeaning = (source: PixelSource, destination: SurfaceFormat, flags: number): SurfaceFormat => {
  if (source.kind === 'surface') {
    const { format } = source.surface;
    return format === formats.xrgb && (flags & sourceSurfaceHasAlpha) !== 0 ? formats.argb : format;
  }
  return source.bitmap.palette === null ? ownFormat(source.bitmap) : destination;
};

/** The source, its pixels still to be understood as `from`; null when none of them meets the target. */
const place = (
  drawing: Drawing,
  source: PixelSource,
  sourceArea: Rect,
  from: SurfaceFormat,
): PlacedSource | null => {
  const { target, raster } = drawing;
  const { box } = drawing.drawable;
  const dx = sourceArea.left - box.left;
  const dy = sourceArea.top - box.top;
  if (!isSameSize(sourceArea, box)) {
    const mode = ScaleMode.values.nearest;
    const scaling = { sourceArea, box, mode, converts: false, roundsStart: false };
    const { left, top, right, bottom } = nearestCoverage(source, scaling, target.bounds());
    target.restrict(left, top, right, bottom);
    if (target.isEmpty) return null;
    return { raster: scaleSource(source, scaling, target.bounds(), from), dx: 0, dy: 0 };
  }
  target.restrict(-dx, -dy, source.width - dx, source.height - dy);
  if (target.isEmpty) return null;
  const { left, top, right, bottom } = target.bounds();
  const area = { left: left + dx, top: top + dy, right: right + dx, bottom: bottom + dy };
  const pixels = readSource(source, from, area);
  return { raster: isSamePixels(source, raster) ? copyRaster(pixels, area) : pixels, dx, dy };
};

/** The top byte of an xrgb destination is blended along with the colours. */
const blend = (
  raster: Raster,
  target: Target,
  placed: PlacedSource,
  from: SurfaceFormat,
  alpha: number,
): void => {
  const to = cellBits(raster.format) === 32 ? formats.argb : raster.format;
  const readSourcePixel = pixelReader(from);
  const read = pixelReader(to);
  const write = pixelWriter(to);
  const { cells } = raster;
  const { raster: source, dx, dy } = placed;
  const c = target.coordinates;
  for (let i = 0; i < target.count * 4; i += 4) {
    for (let y = c[i + 1]; y < c[i + 3]; y++) {
      const row = raster.base + y * raster.pitch;
      const sourceRow = source.base + (y + dy) * source.pitch + dx;
      for (let x = c[i]; x < c[i + 2]; x++) {
        const over = scalePixel(readSourcePixel(source.cells[sourceRow + x]), alpha);
        const under = read(cells[row + x]);
        cells[row + x] = write(addPixels(over, scalePixel(under, 255 - (over >>> 24))));
      }
    }
  }
};
