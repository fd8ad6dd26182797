// LZ4 encoder of one block: the greedy search of the format's fast mode, one position a hash.

/** hash -> byte offset from the block's start, 4096 x u32. */
const TABLE_BYTES: i32 = 4096 * 4;
const TABLE: usize = memory.data(TABLE_BYTES, 64);

const MIN_MATCH: usize = 4;
/** The last bytes of a block are literals, and no match starts in the last twelve. */
const LAST_LITERALS: usize = 5;
const MATCH_MARGIN: usize = 12;
const MAX_DISTANCE: usize = 65535;
/** Positions looked at before the search begins to skip, as a shift. */
const SKIP_SHIFT: u32 = 6;

class Search {
  /** The address of the table entry for the five bytes at `at`. */
  @inline static entry(at: usize): usize {
    return (TABLE + ((((load<u64>(at) << 24) * 889523592379) >> 52) << 2)) as usize;
  }

  /** How many bytes from `a` and `b` on are equal, up to `end` of `a`. */
  @inline static countEqual(a: usize, b: usize, end: usize): usize {
    const start = a;
    while (a + 8 <= end) {
      const difference = load<u64>(a) ^ load<u64>(b);
      if (difference != 0) return a - start + ((ctz(difference) as usize) >> 3);
      a += 8;
      b += 8;
      // a match longer than most: go on with twice the width
      if (a - start >= 64) {
        while (a + 16 <= end && !v128.any_true(v128.xor(v128.load(a), v128.load(b)))) {
          a += 16;
          b += 16;
        }
      }
    }
    while (a < end && load<u8>(a) == load<u8>(b)) {
      a++;
      b++;
    }
    return a - start;
  }

  /** A length that did not fit its nibble, less 15. */
  @inline static putLength(out: usize, length: usize): usize {
    for (; length >= 255; length -= 255) store<u8>(out++, 255);
    store<u8>(out++, length);
    return out;
  }

  /** Literals; may write 15 bytes more. */
  @inline static putLiterals(out: usize, from: usize, count: usize): usize {
    if (count <= 256) {
      for (let i: usize = 0; i < count; i += 16) v128.store(out + i, v128.load(from + i));
    } else {
      memory.copy(out, from, count);
    }
    return out + count;
  }
}

/**
 * Encodes `size` bytes as one block without history. Returns the address behind it, or 0 when it passes `outEnd`;
 * up to 64 bytes behind that may be written. Needs 64 readable bytes behind the source.
 */
export function lz4EncodeBlock(from: usize, size: usize, out: usize, outEnd: usize): usize {
  const end = from + size;
  let anchor = from;
  if (size > MATCH_MARGIN) {
    memory.fill(TABLE, 0, TABLE_BYTES);
    const lastStart = end - MATCH_MARGIN;
    const matchEnd = end - LAST_LITERALS;
    let ip = from + 1;
    let entry = Search.entry(ip);
    while (true) {
      // look for a match, faster and faster
      let ref: usize;
      let next = ip;
      let step: usize = 1;
      let tries: u32 = 1 << SKIP_SHIFT;
      do {
        ip = next;
        next += step;
        step = tries++ >> SKIP_SHIFT;
        if (next > lastStart + 1) break;
        ref = from + load<u32>(entry);
        store<u32>(entry, ip - from);
        entry = Search.entry(next);
      } while (ref + MAX_DISTANCE < ip || load<u32>(ref) != load<u32>(ip));
      if (next > lastStart + 1) break;
      while (ip > anchor && ref > from && load<u8>(ip - 1) == load<u8>(ref - 1)) {
        ip--;
        ref--;
      }
      const literals = ip - anchor;
      if (out + literals + literals / 255 > outEnd) return 0;
      let token = out++;
      if (literals < 15) {
        store<u8>(token, literals << 4);
      } else {
        store<u8>(token, 15 << 4);
        out = Search.putLength(out, literals - 15);
      }
      out = Search.putLiterals(out, anchor, literals);
      // the match, and others right behind it
      let again = false;
      do {
        store<u16>(out, ip - ref);
        out += 2;
        const more = Search.countEqual(ip + MIN_MATCH, ref + MIN_MATCH, matchEnd);
        ip += more + MIN_MATCH;
        if (out + more / 255 > outEnd) return 0;
        if (more < 15) {
          store<u8>(token, load<u8>(token) | more);
        } else {
          store<u8>(token, load<u8>(token) | 15);
          out = Search.putLength(out, more - 15);
        }
        anchor = ip;
        if (ip > lastStart) break;
        store<u32>(Search.entry(ip - 2), ip - 2 - from);
        entry = Search.entry(ip);
        ref = from + load<u32>(entry);
        store<u32>(entry, ip - from);
        again = ref + MAX_DISTANCE >= ip && load<u32>(ref) == load<u32>(ip);
        if (again) {
          token = out++;
          store<u8>(token, 0);
        }
      } while (again);
      if (ip > lastStart) break;
      entry = Search.entry(++ip);
    }
  }
  const literals = end - anchor;
  if (out + literals + literals / 255 > outEnd) return 0;
  if (literals < 15) {
    store<u8>(out++, literals << 4);
  } else {
    store<u8>(out++, 15 << 4);
    out = Search.putLength(out, literals - 15);
  }
  out = Search.putLiterals(out, anchor, literals);
  return out > outEnd ? 0 : out;
}
