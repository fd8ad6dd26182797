// Buffers with one element a column, and what tells the two kinds of plane group apart.
//
// The generic parameter is the kind of plane group: u32 three colours of 8 bits, u16 three colours of 5 bits (in
// the upper bits of each byte of a 32-bit pixel), u8 a single plane of 8 bits, one byte a pixel.
import { COLORS, PLANE } from './quic-tables';

/** Widest row, one more than `codecLimits.side`. */
const MAX_WIDTH: i32 = 65536;
/** Rows are processed up to 16 pixels at once, so buffers have this many bytes more on both sides. */
export const SLACK: i32 = 64;
export const COLOR_BUFFER: i32 = MAX_WIDTH * 4 + 2 * SLACK;
export const PLANE_BUFFER: i32 = MAX_WIDTH + 2 * SLACK;
export const BITMAP_BUFFER: i32 = MAX_WIDTH / 8 + 2 * SLACK;

/** 4 * bucket of the symbol last coded at each column, whatever the row. Column -1 is the value left of column 0. */
export const COLOR_CONTEXTS: usize = memory.data(COLOR_BUFFER, 64) + SLACK;
export const PLANE_CONTEXTS: usize = memory.data(PLANE_BUFFER, 64) + SLACK;
/** Two rows of 32-bit pixels and two of a plane, taking turns. */
const PIXEL_ROWS: usize = memory.data(COLOR_BUFFER * 2, 64) + SLACK;
const PLANE_ROWS: usize = memory.data(PLANE_BUFFER * 2, 64) + SLACK;

export class Rows {
  @inline static pixels(row: u32): usize {
    return PIXEL_ROWS + (row & 1) * COLOR_BUFFER;
  }
  @inline static plane(row: u32): usize {
    return PLANE_ROWS + (row & 1) * PLANE_BUFFER;
  }
}

export class Group {
  @inline static address<T>(): usize {
    return sizeof<T>() == 1 ? PLANE : COLORS;
  }
  @inline static contexts<T>(): usize {
    return sizeof<T>() == 1 ? PLANE_CONTEXTS : COLOR_CONTEXTS;
  }
  /** Bytes of a pixel as a shift. */
  @inline static shift<T>(): u32 {
    return sizeof<T>() == 1 ? 0 : 2;
  }
  /** The start of a row: column -1 takes over what column 0 has from the row above. */
  @inline static moveContext<T>(): void {
    if (sizeof<T>() == 1) store<u8>(PLANE_CONTEXTS - 1, load<u8>(PLANE_CONTEXTS));
    else store<u32>(COLOR_CONTEXTS - 4, load<u32>(COLOR_CONTEXTS));
  }
}

/** The start of an image: everything before it counts as symbol 0. */
export function resetContexts(): void {
  store<u32>(COLOR_CONTEXTS, 0);
  store<u8>(PLANE_CONTEXTS, 0);
}
