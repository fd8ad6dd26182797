import type { Cells, Raster } from './raster.js';
import { normalForms, pattern } from './ternary-op.js';

/**
 * The inner loops. All take a rectangle inside the destination raster (left, top, right, bottom; not empty) and
 * rasters of one cell size; source pixel (x + dx, y + dy) belongs to destination pixel (x, y) and must exist.
 */

/** Cells from which a call into the engine's own fill or copy is cheaper than a loop. */
const longRow = 32;

export const fillRect = (
  raster: Raster,
  left: number,
  top: number,
  right: number,
  bottom: number,
  value: number,
): void => {
  const cells = raster.cells;
  const pitch = raster.pitch;
  const width = right - left;
  let start = raster.base + top * pitch + left;
  if (width === pitch) {
    cells.fill(value, start, start + width * (bottom - top));
  } else if (width >= longRow) {
    for (let y = top; y < bottom; y++, start += pitch) cells.fill(value, start, start + width);
  } else {
    for (let y = top; y < bottom; y++, start += pitch) {
      for (let i = start; i < start + width; i++) cells[i] = value;
    }
  }
};

/** d = (d & and) ^ xor: what any bitwise operation with a constant comes to. */
export const mixRect = (
  raster: Raster,
  left: number,
  top: number,
  right: number,
  bottom: number,
  and: number,
  xor: number,
): void => {
  const cells = raster.cells;
  const width = right - left;
  let start = raster.base + top * raster.pitch + left;
  for (let y = top; y < bottom; y++, start += raster.pitch) {
    for (let i = start; i < start + width; i++) cells[i] = (cells[i] & and) ^ xor;
  }
};

/** Copies between two rasters, or within one with source and destination overlapping in any way. */
export const copyRect = (
  raster: Raster,
  left: number,
  top: number,
  right: number,
  bottom: number,
  source: Raster,
  dx: number,
  dy: number,
): void => {
  const width = right - left;
  const to = raster.base + top * raster.pitch + left;
  const from = source.base + (top + dy) * source.pitch + left + dx;
  if (raster.cells === source.cells) {
    moveRows(raster.cells, to, from, width, bottom - top, raster.pitch);
  } else {
    copyRows(raster.cells, to, raster.pitch, source.cells, from, source.pitch, width, bottom - top);
  }
};

const copyRows = (
  cells: Cells,
  to: number,
  pitch: number,
  source: Cells,
  from: number,
  sourcePitch: number,
  width: number,
  height: number,
): void => {
  let rows = height;
  if (width === pitch && width === sourcePitch) {
    cells.set(source.subarray(from, from + width * height), to);
  } else if (width >= longRow) {
    for (let t = to, f = from; rows > 0; rows--, t += pitch, f += sourcePitch) {
      cells.set(source.subarray(f, f + width), t);
    }
  } else {
    for (let t = to, f = from; rows > 0; rows--, t += pitch, f += sourcePitch) {
      for (let i = 0; i < width; i++) cells[t + i] = source[f + i];
    }
  }
};

const moveRows = (
  cells: Cells,
  to: number,
  from: number,
  width: number,
  height: number,
  pitch: number,
): void => {
  // Moving down: the bottom row first, so that no row is overwritten before it was read.
  const step = to > from ? -pitch : pitch;
  let t = to > from ? to + (height - 1) * pitch : to;
  let f = to > from ? from + (height - 1) * pitch : from;
  if (width === pitch) {
    cells.copyWithin(to, from, from + width * height);
  } else if (width >= longRow) {
    for (let rows = height; rows > 0; rows--, t += step, f += step) cells.copyWithin(t, f, f + width);
  } else if (to > from) {
    for (let rows = height; rows > 0; rows--, t += step, f += step) {
      for (let i = width - 1; i >= 0; i--) cells[t + i] = cells[f + i];
    }
  } else {
    for (let rows = height; rows > 0; rows--, t += step, f += step) {
      for (let i = 0; i < width; i++) cells[t + i] = cells[f + i];
    }
  }
};

/** Bit n of a normal form as a mask over a whole pixel. */
const term = (form: number, n: number): number => -((form >> n) & 1);

/** Any operation of source and destination; the pattern has one colour everywhere. */
export const combineSolid = (
  raster: Raster,
  left: number,
  top: number,
  right: number,
  bottom: number,
  code: number,
  color: number,
  source: Raster,
  dx: number,
  dy: number,
): void => {
  const form = normalForms[code];
  const constant = term(form, 0) ^ (term(form, 4) & color);
  const d = term(form, 1) ^ (term(form, 5) & color);
  const s = term(form, 2) ^ (term(form, 6) & color);
  const sd = term(form, 3) ^ (term(form, 7) & color);
  const cells = raster.cells;
  const sources = source.cells;
  const width = right - left;
  let to = raster.base + top * raster.pitch + left;
  let from = source.base + (top + dy) * source.pitch + left + dx;
  for (let y = top; y < bottom; y++, to += raster.pitch, from += source.pitch) {
    for (let i = 0; i < width; i++) {
      const sourcePixel = sources[from + i];
      const pixel = cells[to + i];
      cells[to + i] = constant ^ (sourcePixel & s) ^ (pixel & (d ^ (sourcePixel & sd)));
    }
  }
};

/** A pattern that repeats in both directions: a whole raster, its origin at destination pixel (x, y). */
export interface Tile {
  readonly raster: Raster;
  readonly x: number;
  readonly y: number;
}

/** The rest of a division, never negative. */
export const modulo = (value: number, by: number): number => ((value % by) + by) % by;

/** Any operation with a tile; a null source stands for an operation without one. */
export const combineTile = (
  raster: Raster,
  left: number,
  top: number,
  right: number,
  bottom: number,
  code: number,
  tile: Tile,
  source: Raster | null,
  dx: number,
  dy: number,
): void => {
  const form = normalForms[code];
  const [k0, kd, ks, ksd] = [term(form, 0), term(form, 1), term(form, 2), term(form, 3)];
  const [kp, kpd, kps, kpsd] = [term(form, 4), term(form, 5), term(form, 6), term(form, 7)];
  const { raster: tiles } = tile;
  const tileWidth = tiles.right - tiles.left;
  const tileHeight = tiles.bottom - tiles.top;
  const cells = raster.cells;
  // Without a source its terms are zero, so that any readable pixel will do.
  const sources = source === null ? cells : source.cells;
  for (let y = top; y < bottom; y++) {
    const to = raster.base + y * raster.pitch;
    const from = source === null ? to : source.base + (y + dy) * source.pitch + dx;
    const tileRow = tiles.base + (tiles.top + modulo(y - tile.y, tileHeight)) * tiles.pitch + tiles.left;
    let tileX = modulo(left - tile.x, tileWidth);
    for (let x = left; x < right; x++) {
      const p = tiles.cells[tileRow + tileX];
      const s = sources[from + x];
      const d = cells[to + x];
      cells[to + x] =
        k0 ^ (p & kp) ^ (s & (ks ^ (p & kps))) ^ (d & (kd ^ (p & kpd) ^ (s & (ksd ^ (p & kpsd)))));
      if (++tileX === tileWidth) tileX = 0;
    }
  }
};

/** Tiles from this width on are copied row by row instead of pixel by pixel. */
const wideTile = 16;

/** Plain tiling: the tile's rows are copied piece by piece. */
export const copyTile = (
  raster: Raster,
  left: number,
  top: number,
  right: number,
  bottom: number,
  tile: Tile,
): void => {
  const { raster: tiles } = tile;
  const tileWidth = tiles.right - tiles.left;
  const tileHeight = tiles.bottom - tiles.top;
  if (tileWidth < wideTile) {
    combineTile(raster, left, top, right, bottom, pattern, tile, null, 0, 0);
    return;
  }
  for (let y = top; y < bottom; ) {
    const tileY = modulo(y - tile.y, tileHeight);
    const nextY = Math.min(bottom, y + tileHeight - tileY);
    for (let x = left; x < right; ) {
      const tileX = modulo(x - tile.x, tileWidth);
      const nextX = Math.min(right, x + tileWidth - tileX);
      copyRect(raster, x, y, nextX, nextY, tiles, tiles.left + tileX - x, tiles.top + tileY - y);
      x = nextX;
    }
    y = nextY;
  }
};
