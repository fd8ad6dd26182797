import type { Brush, Drawable, Image, Rect } from '@lazyspice/core';
import { CanvasError } from './errors.js';
import type { Paint } from './paint.js';
import {
  copyRaster,
  isSamePixels,
  openSource,
  type PixelSource,
  readSource,
  type SourceContext,
  wholeSource,
} from './pixel-source.js';
import type { Raster } from './raster.js';
import { type Scaling, scaleSource } from './scale.js';
import { selfBitmap } from './self-bitmap.js';
import type { Surface } from './surface.js';
import type { Target } from './target.js';

/** What one command works with. */
export interface Drawing {
  readonly drawable: Drawable;
  readonly surface: Surface;
  /** The surface's pixels; those of an a1 surface are unpacked for the command and packed again afterwards. */
  readonly raster: Raster;
  /** Not empty when the command begins. */
  readonly target: Target;
  readonly context: SourceContext;
}

/** A source in the destination's format: pixel (x + dx, y + dy) belongs to destination pixel (x, y). */
export interface PlacedSource {
  readonly raster: Raster;
  readonly dx: number;
  readonly dy: number;
}

/** The command's image, or its self bitmap where it names none. */
export const commandSource = (drawing: Drawing, image: Image | null): PixelSource => {
  if (image !== null) return openSource(image, drawing.context);
  const area = drawing.drawable.selfBitmapArea;
  if (area === null) throw new CanvasError('source-missing', 'neither a source image nor a self bitmap');
  return selfBitmap(drawing.surface, area);
};

export const isSameSize = (a: Rect, b: Rect): boolean =>
  a.right - a.left === b.right - b.left && a.bottom - a.top === b.bottom - b.top;

/** Leaves the target's pixels that have one in the source when the source area is put on the box unscaled. */
export const restrictToSource = (drawing: Drawing, source: PixelSource, sourceArea: Rect): void => {
  const { box } = drawing.drawable;
  const left = box.left - sourceArea.left;
  const top = box.top - sourceArea.top;
  drawing.target.restrict(left, top, left + source.width, top + source.height);
};

/**
 * The source area unscaled on the box. The target (not empty) must have been restricted to it. A source that is the
 * destination itself is copied first unless `mayAlias`.
 */
export const placeUnscaled = (
  drawing: Drawing,
  source: PixelSource,
  sourceArea: Rect,
  mayAlias = false,
): PlacedSource => {
  const { box } = drawing.drawable;
  const dx = sourceArea.left - box.left;
  const dy = sourceArea.top - box.top;
  const { left, top, right, bottom } = drawing.target.bounds();
  const area = { left: left + dx, top: top + dy, right: right + dx, bottom: bottom + dy };
  const raster = readSource(source, drawing.raster.format, area);
  const aliases = !mayAlias && isSamePixels(source, drawing.raster);
  return { raster: aliases ? copyRaster(raster, area) : raster, dx, dy };
};

/** The source area scaled to the box. */
export const placeScaled = (
  drawing: Drawing,
  source: PixelSource,
  scaling: Omit<Scaling, 'box'>,
): PlacedSource => {
  const { drawable, raster, target } = drawing;
  const scaled = scaleSource(source, { ...scaling, box: drawable.box }, target.bounds(), raster.format);
  return { raster: scaled, dx: 0, dy: 0 };
};

/** A brush as raw pixels of the destination; no brush is colour 0 (display pipeline §11.4). */
export const brushPaint = (drawing: Drawing, brush: Brush): Paint => {
  switch (brush.type) {
    case 'none':
      return 0;
    case 'solid':
      return rawColor(drawing.raster, brush.color);
    case 'pattern': {
      const source = openSource(brush.image, drawing.context);
      const area = wholeSource(source);
      const raster = readSource(source, drawing.raster.format, area);
      const own = isSamePixels(source, drawing.raster) ? copyRaster(raster, area) : raster;
      return {
        raster: { ...own, left: 0, top: 0, right: source.width, bottom: source.height },
        x: brush.position.x,
        y: brush.position.y,
      };
    }
  }
};

/** a1 has two colours, told apart by the lowest bit. */
const rawColor = (raster: Raster, color: number): number => (raster.format === 1 ? -(color & 1) : color | 0);
