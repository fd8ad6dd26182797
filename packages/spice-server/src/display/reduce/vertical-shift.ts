import type { PixelRows } from './pixel-rows.js';

/** Rows that must agree on a shift before it is believed. */
const minVotes = 16;

/**
 * By how many rows a picture has moved: row y of `after` is row y + shift of `before`. 0: it has not, or nobody can
 * tell. Rows are compared by a hash of their middle half, so that scroll bars do not hide a scroll; rows that occur
 * twice say nothing.
 */
export function verticalShift(before: PixelRows, after: PixelRows): number {
  const known = new Map<number, number>();
  for (let y = 0; y < before.height; y++) {
    const hash = rowHash(before, y);
    known.set(hash, known.has(hash) ? -1 : y);
  }
  const votes = new Map<number, number>();
  let best = 0;
  let bestVotes = 0;
  for (let y = 0; y < after.height; y++) {
    const from = known.get(rowHash(after, y));
    if (from === undefined || from < 0) continue;
    const shift = from - y;
    const count = (votes.get(shift) ?? 0) + 1;
    votes.set(shift, count);
    if (count > bestVotes) {
      best = shift;
      bestVotes = count;
    }
  }
  return bestVotes >= minVotes ? best : 0;
}

/** FNV-1a over the words of the middle half of a row. */
function rowHash({ words, offset, pitch, width }: PixelRows, y: number): number {
  const start = offset + y * pitch + (width >> 2);
  let hash = 0x811c9dc5;
  for (let i = start, end = start + (width >> 1); i < end; i++) hash = Math.imul(hash ^ words[i], 0x01000193);
  return hash;
}
