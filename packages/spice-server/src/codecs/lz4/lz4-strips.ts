import { lz4HeaderBytes } from './lz4-format.js';

/**
 * An image from strips of its rows that were encoded each by itself, by several threads for instance: LZ4 data is a list of
 * blocks, and a block need not refer to those before it. `strips` are what `Lz4Encoder` made of them, in memory order and
 * of one width, format and row order. Returns the data of the whole image in pieces; nothing is copied.
 */
export function joinLz4Strips(strips: readonly Uint8Array[]): Uint8Array[] {
  return strips.map((strip, i) => (i === 0 ? strip : strip.subarray(lz4HeaderBytes)));
}
