import { type DrawOperation, ScaleMode } from '@lazyspice/core';
import {
  commandSource,
  type Drawing,
  isSameSize,
  type PlacedSource,
  placeScaled,
  placeUnscaled,
  restrictToSource,
} from './drawing.js';
import { pack555, pack565 } from './pixel-conversion.js';
import { cellBits, formats, type Raster } from './raster.js';
import type { Target } from './target.js';

type Transparent = Extract<DrawOperation, { type: 'transparent' }>;

/** TRANSPARENT: a copy that leaves out the source pixels of one colour (display pipeline §11.5). */
export const drawTransparent = (drawing: Drawing, operation: Transparent): void => {
  const { target, drawable, raster } = drawing;
  const { sourceArea } = operation;
  const source = commandSource(drawing, operation.source);
  const unscaled = isSameSize(sourceArea, drawable.box);
  if (unscaled) restrictToSource(drawing, source, sourceArea);
  if (target.isEmpty) return;
  const placed = unscaled
    ? placeUnscaled(drawing, source, sourceArea)
    : placeScaled(drawing, source, {
        sourceArea,
        mode: ScaleMode.values.nearest,
        converts: false,
        roundsStart: false,
      });
  copyUnlessKey(raster, target, placed, keyPixel(raster, operation.trueColor));
};

const keyPixel = (raster: Raster, color: number): number => {
  switch (raster.format) {
    case formats.rgb555:
      return pack555(color);
    case formats.rgb565:
      return pack565(color);
    default:
      return color;
  }
};

const copyUnlessKey = (raster: Raster, target: Target, placed: PlacedSource, key: number): void => {
  const compared = cellBits(raster.format) === 32 ? 0xffffff : 0xffff;
  const { cells } = raster;
  const { raster: source, dx, dy } = placed;
  const c = target.coordinates;
  for (let i = 0; i < target.count * 4; i += 4) {
    for (let y = c[i + 1]; y < c[i + 3]; y++) {
      const to = raster.base + y * raster.pitch;
      const from = source.base + (y + dy) * source.pitch + dx;
      for (let x = c[i]; x < c[i + 2]; x++) {
        const pixel = source.cells[from + x];
        if (((pixel ^ key) & compared) !== 0) cells[to + x] = pixel;
      }
    }
  }
};
