// LZ4 decoder of one block. Blocks may refer to what earlier ones of the image became.
import { BAD_REFERENCE, fail, OVERRUN, TRUNCATED } from './failure';

const MIN_MATCH: usize = 4;

class Copy {
  /** Copies 16 bytes at a time: writes up to 15 more, and reads as many. */
  @inline static literals(to: usize, from: usize, count: usize): void {
    for (let i: usize = 0; i < count; i += 16) v128.store(to + i, v128.load(from + i));
  }

  /** Repeats what stands `distance` bytes before `to` up to `end`; may write 15 bytes more. */
  @inline static match(to: usize, distance: usize, end: usize): void {
    // of what is near, twice as much is there after each step
    for (; distance < 16 && to < end; distance <<= 1) {
      v128.store(to, v128.load(to - distance));
      to += distance;
    }
    for (; to < end; to += 16) v128.store(to, v128.load(to - distance));
  }
}

/**
 * Decodes the block at `from`; the image begins at `start`, has got as far as `to`, and ends at `end`. Returns how far
 * it is then, or 0: see failure.ts. Needs 64 readable bytes before the image and behind the data, and 64 writable ones
 * behind the image.
 */
export function lz4DecodeBlock(from: usize, fromEnd: usize, start: usize, to: usize, end: usize): usize {
  while (from < fromEnd) {
    const token = from;
    const nibbles: usize = load<u8>(from++);
    let literals = nibbles >> 4;
    if (literals == 15) {
      let more: usize;
      do {
        if (from >= fromEnd) return fail(TRUNCATED, fromEnd);
        more = load<u8>(from++);
        literals += more;
        if (literals > end - to) return fail(OVERRUN, token);
      } while (more == 255);
    }
    if (literals > fromEnd - from) return fail(TRUNCATED, fromEnd);
    if (literals > end - to) return fail(OVERRUN, token);
    Copy.literals(to, from, literals);
    from += literals;
    to += literals;
    if (from == fromEnd) return to;
    if (fromEnd - from < 2) return fail(TRUNCATED, fromEnd);
    const distance: usize = load<u16>(from);
    from += 2;
    if (distance == 0 || distance > to - start) return fail(BAD_REFERENCE, token);
    let length = (nibbles & 15) + MIN_MATCH;
    if (length == 15 + MIN_MATCH) {
      let more: usize;
      do {
        if (from >= fromEnd) return fail(TRUNCATED, fromEnd);
        more = load<u8>(from++);
        length += more;
        if (length > end - to) return fail(OVERRUN, token);
      } while (more == 255);
    }
    if (length > end - to) return fail(OVERRUN, token);
    Copy.match(to, distance, to + length);
    to += length;
  }
  return to;
}
