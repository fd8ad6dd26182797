import { combineSolid, combineTile, copyRect, copyTile, fillRect, mixRect, type Tile } from './kernels.js';
import type { Raster } from './raster.js';
import type { Target } from './target.js';
import {
  normalForms,
  pattern,
  source as sourceCode,
  type TernaryCode,
  usesPattern,
  usesSource,
} from './ternary-op.js';

/** What the pattern input of a ternary operation is: one colour as a raw pixel, or a tile of the same format. */
export type Paint = number | Tile;

/** An operation of brush and destination on every pixel of the target. */
export const paintPattern = (raster: Raster, target: Target, code: TernaryCode, paint: Paint): void => {
  if (typeof paint === 'number' || !usesPattern(code)) {
    paintColor(raster, target, code, typeof paint === 'number' ? paint : 0);
    return;
  }
  const c = target.coordinates;
  for (let i = 0; i < target.count * 4; i += 4) {
    if (code === pattern) copyTile(raster, c[i], c[i + 1], c[i + 2], c[i + 3], paint);
    else combineTile(raster, c[i], c[i + 1], c[i + 2], c[i + 3], code, paint, null, 0, 0);
  }
};

/** An operation of one colour and destination: r = (d & and) ^ xor. */
export const paintColor = (raster: Raster, target: Target, code: TernaryCode, color: number): void => {
  const form = normalForms[code];
  const xor = -(form & 1) ^ (-((form >> 4) & 1) & color);
  const and = -((form >> 1) & 1) ^ (-((form >> 5) & 1) & color);
  const c = target.coordinates;
  for (let i = 0; i < target.count * 4; i += 4) {
    if (and === 0) fillRect(raster, c[i], c[i + 1], c[i + 2], c[i + 3], xor);
    else mixRect(raster, c[i], c[i + 1], c[i + 2], c[i + 3], and, xor);
  }
};

/**
 * Any operation of brush, source and destination. Source pixel (x + dx, y + dy) belongs to destination pixel
 * (x, y); it must exist for the whole target. Source and destination may be the same pixels only for a plain copy of
 * one rectangle.
 */
export const paintTernary = (
  raster: Raster,
  target: Target,
  code: TernaryCode,
  paint: Paint,
  source: Raster,
  dx: number,
  dy: number,
): void => {
  if (!usesSource(code)) {
    paintPattern(raster, target, code, paint);
    return;
  }
  const c = target.coordinates;
  const solid = typeof paint === 'number' || !usesPattern(code);
  for (let i = 0; i < target.count * 4; i += 4) {
    const left = c[i];
    const top = c[i + 1];
    const right = c[i + 2];
    const bottom = c[i + 3];
    if (code === sourceCode) {
      copyRect(raster, left, top, right, bottom, source, dx, dy);
    } else if (solid) {
      const color = typeof paint === 'number' ? paint : 0;
      combineSolid(raster, left, top, right, bottom, code, color, source, dx, dy);
    } else {
      combineTile(raster, left, top, right, bottom, code, paint, source, dx, dy);
    }
  }
};
