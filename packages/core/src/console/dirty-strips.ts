import type { Rect } from '../contracts/qxl-commands.js';

/** Pixels of a strip: changes are looked for in columns this wide. */
export const stripWidth = 32;

/** A frame of 32-bit pixels; `stride` in pixels. */
export interface PixelFrame {
  readonly pixels: Uint32Array;
  readonly stride: number;
}

function differs(screen: PixelFrame, mirror: PixelFrame, y: number, left: number, right: number): boolean {
  const a = y * screen.stride;
  const b = y * mirror.stride;
  for (let x = left; x < right; x++) {
    // The fourth byte is no part of the picture.
    if (((screen.pixels[a + x] ^ mirror.pixels[b + x]) & 0xffffff) !== 0) return true;
  }
  return false;
}

/** Runs of rows that differ inside one strip. */
function changedRuns(
  screen: PixelFrame,
  mirror: PixelFrame,
  { top, bottom }: Rect,
  left: number,
  right: number,
): Rect[] {
  const runs: Rect[] = [];
  let start = -1;
  for (let y = top; y <= bottom; y++) {
    const changed = y < bottom && differs(screen, mirror, y, left, right);
    if (changed && start < 0) start = y;
    if (!changed && start >= 0) {
      runs.push({ top: start, left, bottom: y, right });
      start = -1;
    }
  }
  return runs;
}

/**
 * Where two frames differ inside `area`: per strip the runs of differing rows, those of adjacent strips with the
 * same rows joined. The rectangles do not overlap, and each of their rows has a difference.
 */
export function findChanges(screen: PixelFrame, mirror: PixelFrame, area: Rect): Rect[] {
  const done: Rect[] = [];
  /** Rectangles that end at the strip's left edge, by their rows. */
  let open = new Map<string, Rect>();
  let left = area.left;
  while (left < area.right) {
    const right = Math.min(area.right, (Math.floor(left / stripWidth) + 1) * stripWidth);
    const next = new Map<string, Rect>();
    for (const run of changedRuns(screen, mirror, area, left, right)) {
      const key = `${run.top}-${run.bottom}`;
      const before = open.get(key);
      open.delete(key);
      next.set(key, before === undefined ? run : { ...before, right });
    }
    done.push(...open.values());
    open = next;
    left = right;
  }
  return [...done, ...open.values()];
}
