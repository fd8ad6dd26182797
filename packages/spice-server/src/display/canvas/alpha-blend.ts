import { type DrawOperation, type Rect, ScaleMode, type SurfaceFormat } from '@lazyspice/core';
import { addPixels, scalePixel } from './channel-math.js';
import { commandSource, type Drawing, isSameSize, type PlacedSource } from './drawing.js';
import { pixelReader, pixelWriter } from './pixel-conversion.js';
import { copyRaster, isSamePixels, type PixelSource, readSource, sourceFormat } from './pixel-source.js';
import { formats, type Raster } from './raster.js';
import { scaleSource } from './scale.js';
import type { Target } from './target.js';

type AlphaBlend = Extract<DrawOperation, { type: 'alphaBlend' }>;
const destinationHasAlpha = 1;
const sourceSurfaceHasAlpha = 2;

/**
 * ALPHA_BLEND: the premultiplied source, times a constant alpha, over the destination. Nothing but the source's own
 * pixels is drawn (display pipeline §11.5).
 */
export const drawAlphaBlend = (drawing: Drawing, operation: AlphaBlend): void => {
  const { target, raster, drawable } = drawing;
  if (operation.alpha === 0) return;
  const source = commandSource(drawing, operation.source);
  const placed = placeInOwnFormat(drawing, source, operation.sourceArea, drawable.box);
  if (placed === null) return;
  const from = sourceAlpha(source, placed.raster.format, operation.alphaFlags);
  const to = withAlpha(raster.format, (operation.alphaFlags & destinationHasAlpha) !== 0);
  blend(raster, target, placed, pixelReader(from), to, operation.alpha);
};

/** x8 pixels whose top byte counts are argb ones. */
const withAlpha = (format: SurfaceFormat, hasAlpha: boolean): SurfaceFormat =>
  format === formats.xrgb && hasAlpha ? formats.argb : format;

const sourceAlpha = (source: PixelSource, format: SurfaceFormat, flags: number): SurfaceFormat =>
  source.kind === 'surface' ? withAlpha(format, (flags & sourceSurfaceHasAlpha) !== 0) : format;

/** The source in the format that has its alpha; null when no pixel of it meets the target. */
const placeInOwnFormat = (
  drawing: Drawing,
  source: PixelSource,
  sourceArea: Rect,
  box: Rect,
): PlacedSource | null => {
  const { target, raster } = drawing;
  const format = sourceFormat(source);
  if (!isSameSize(sourceArea, box)) {
    const area = target.bounds();
    const scaled = scaleSource(
      source,
      { sourceArea, box, mode: ScaleMode.values.nearest, roundsStart: false },
      area,
      format,
    );
    return { raster: scaled, dx: 0, dy: 0 };
  }
  const dx = sourceArea.left - box.left;
  const dy = sourceArea.top - box.top;
  target.restrict(-dx, -dy, source.width - dx, source.height - dy);
  if (target.isEmpty) return null;
  const { left, top, right, bottom } = target.bounds();
  const area = { left: left + dx, top: top + dy, right: right + dx, bottom: bottom + dy };
  const pixels = readSource(source, format, area);
  return { raster: isSamePixels(source, raster) ? copyRaster(pixels, area) : pixels, dx, dy };
};

const blend = (
  raster: Raster,
  target: Target,
  placed: PlacedSource,
  readSourcePixel: (pixel: number) => number,
  format: SurfaceFormat,
  alpha: number,
): void => {
  const read = pixelReader(format);
  const write = pixelWriter(format);
  const { cells } = raster;
  const { raster: source, dx, dy } = placed;
  const c = target.coordinates;
  for (let i = 0; i < target.count * 4; i += 4) {
    for (let y = c[i + 1]; y < c[i + 3]; y++) {
      const to = raster.base + y * raster.pitch;
      const from = source.base + (y + dy) * source.pitch + dx;
      for (let x = c[i]; x < c[i + 2]; x++) {
        const over = scalePixel(readSourcePixel(source.cells[from + x]), alpha);
        const under = read(cells[to + x]);
        cells[to + x] = write(addPixels(over, scalePixel(under, 255 - (over >>> 24))));
      }
    }
  }
};
