import type { Rect } from '@lazyspice/core';
import type { PixelRows } from './pixel-rows.js';

/** Pixels of a tile: wide, since pictures change by lines of text and bars. */
const tileWidth = 64;
const tileHeight = 8;

/**
 * Where two pictures of one size differ, as disjoint rectangles relative to their corner, or null when there would
 * be more than `maxRects`. `shift`: row y of `after` is compared with row y + shift of `before`; rows without such a
 * row count as changed.
 */
export function changedAreas(
  before: PixelRows,
  after: PixelRows,
  shift: number,
  maxRects: number,
): Rect[] | null {
  const { width, height } = after;
  const columns = Math.ceil(width / tileWidth);
  const done: Rect[] = [];
  let open: Rect[] = [];
  for (let top = 0; top < height; top += tileHeight) {
    const bottom = Math.min(height, top + tileHeight);
    const runs = tileRuns(before, after, shift, { top, bottom, columns });
    const next: Rect[] = [];
    for (const { left, right } of runs) {
      const above = open.findIndex((r) => r.left === left && r.right === right);
      const start = above < 0 ? top : open.splice(above, 1)[0].top;
      next.push({ top: start, left, bottom, right });
    }
    done.push(...open);
    open = next;
    if (done.length + open.length > maxRects) return null;
  }
  done.push(...open);
  return done.map((area) => tightened(before, after, shift, area));
}

/** Whether two pictures of one size are equal. */
export const samePixels = (before: PixelRows, after: PixelRows): boolean =>
  !differs(before, after, 0, { top: 0, left: 0, bottom: after.height, right: after.width });

/** The changed stretches of one row of tiles, in pixels. */
function tileRuns(
  before: PixelRows,
  after: PixelRows,
  shift: number,
  band: { readonly top: number; readonly bottom: number; readonly columns: number },
): { readonly left: number; readonly right: number }[] {
  const runs: { left: number; right: number }[] = [];
  let last: { left: number; right: number } | null = null;
  for (let column = 0; column < band.columns; column++) {
    const left = column * tileWidth;
    const right = Math.min(after.width, left + tileWidth);
    if (!differs(before, after, shift, { left, right, top: band.top, bottom: band.bottom })) continue;
    if (last !== null && last.right === left) last.right = right;
    else {
      last = { left, right };
      runs.push(last);
    }
  }
  return runs;
}

function differs(before: PixelRows, after: PixelRows, shift: number, area: Rect): boolean {
  for (let y = area.top; y < area.bottom; y++) {
    if (rowDiffers(before, after, shift, y, area.left, area.right)) return true;
  }
  return false;
}

function rowDiffers(
  before: PixelRows,
  after: PixelRows,
  shift: number,
  y: number,
  left: number,
  right: number,
): boolean {
  const from = y + shift;
  if (from < 0 || from >= before.height) return true;
  const a = after.words;
  const b = before.words;
  let i = after.offset + y * after.pitch + left;
  let j = before.offset + from * before.pitch + left;
  for (const end = i + right - left; i < end; i++, j++) if (a[i] !== b[j]) return true;
  return false;
}

function columnDiffers(before: PixelRows, after: PixelRows, shift: number, x: number, area: Rect): boolean {
  for (let y = area.top; y < area.bottom; y++) {
    if (rowDiffers(before, after, shift, y, x, x + 1)) return true;
  }
  return false;
}

/** The rectangle without the unchanged rows and columns at its edges. It has a changed pixel. */
function tightened(before: PixelRows, after: PixelRows, shift: number, area: Rect): Rect {
  let { top, left, bottom, right } = area;
  while (!rowDiffers(before, after, shift, top, left, right)) top++;
  while (!rowDiffers(before, after, shift, bottom - 1, left, right)) bottom--;
  const rows = { top, left, bottom, right };
  while (!columnDiffers(before, after, shift, left, rows)) left++;
  while (!columnDiffers(before, after, shift, right - 1, rows)) right--;
  return { top, left, bottom, right };
}
