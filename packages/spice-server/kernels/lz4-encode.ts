// LZ4 encoder, block by block: the greedy search of the format's fast mode, one position a hash.

/** hash -> bytes from 64 KiB before the block, 4096 x u32: 0 is too far from anything, but can be read. */
const TABLE_BYTES: i32 = 4096 * 4;
const TABLE: usize = memory.data(TABLE_BYTES, 64);

const MIN_MATCH: usize = 4;
/** The last bytes of a block are literals, and no match starts in the last twelve. */
const LAST_LITERALS: usize = 5;
const MATCH_MARGIN: usize = 12;
const MAX_DISTANCE: usize = 65535;
/** Bytes before a block that it may refer to. */
const HISTORY: usize = 65536;
/** Positions looked at before the search begins to skip, as a shift. */
const SKIP_SHIFT: u32 = 6;

/** The bytes of the blocks before this one, and of the last of them. */
let coded: u32 = 0;
let lastSize: u32 = 0;
/** Bits of a hash that the table has no use for, from 64. */
let shift: u64 = 52;

class Search {
  /** The address of the table entry for the five bytes at `at`; `bits` as `shift`. */
  @inline static entry(at: usize, bits: u64): usize {
    return (TABLE + ((((load<u64>(at) << 24) * 889523592379) >> bits) << 2)) as usize;
  }

  /** How many bytes from `a` and `b` on are equal, up to `end` of `a`. */
  @inline static countEqual(a: usize, b: usize, end: usize): usize {
    const start = a;
    while (a + 8 <= end) {
      const difference = load<u64>(a) ^ load<u64>(b);
      if (difference != 0) return a - start + ((ctz(difference) as usize) >> 3);
      a += 8;
      b += 8;
      // a match longer than most: go on with more at a time
      if (a - start == 32) {
        while (a + 64 <= end) {
          const first = v128.or(
            v128.xor(v128.load(a), v128.load(b)),
            v128.xor(v128.load(a, 16), v128.load(b, 16)),
          );
          const second = v128.or(
            v128.xor(v128.load(a, 32), v128.load(b, 32)),
            v128.xor(v128.load(a, 48), v128.load(b, 48)),
          );
          if (v128.any_true(v128.or(first, second))) break;
          a += 64;
          b += 64;
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

/** Makes what the table holds right for a block that is `distance` bytes further on. */
function moveTable(distance: u32): void {
  const all = i32x4.splat(distance);
  const zero = i32x4.splat(0);
  for (let at = TABLE; at < TABLE + TABLE_BYTES; at += 16) {
    v128.store(at, i32x4.max_s(i32x4.sub(v128.load(at), all), zero));
  }
}

/** Begins a stream whose first block has `size` bytes. */
export function lz4EncodeStart(size: usize): void {
  coded = 0;
  lastSize = 0;
  // clearing more of the table than a small block can fill would take longer than coding it
  const unused: u32 = size < 1024 ? 4 : size < 4096 ? 2 : 0;
  shift = 52 + unused;
  memory.fill(TABLE, 0, TABLE_BYTES >> unused);
}

/**
 * Encodes the next block of the stream: `size` bytes. Those of the blocks before must stand before `from`, up to 64 KiB of
 * them, and whatever stands there can be read. Returns the address behind the block, or 0 when it passes `outEnd`; up to 64 bytes behind that may be
 * written. Needs 64 readable bytes behind the source.
 */
export function lz4EncodeBlock(from: usize, size: usize, out: usize, outEnd: usize): usize {
  const end = from + size;
  const bits = shift;
  const base = from - HISTORY;
  const oldest = from - min<usize>(coded, MAX_DISTANCE);
  if (coded > 0) moveTable(lastSize);
  coded += size;
  lastSize = size;
  let anchor = from;
  if (size > MATCH_MARGIN) {
    const lastStart = end - MATCH_MARGIN;
    const matchEnd = end - LAST_LITERALS;
    let ip = from + 1;
    let entry = Search.entry(ip, bits);
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
        ref = base + load<u32>(entry);
        store<u32>(entry, ip - base);
        entry = Search.entry(next, bits);
      } while (((ip - ref > MAX_DISTANCE ? 1 : 0) | (load<u32>(ref) ^ load<u32>(ip))) != 0);
      if (next > lastStart + 1) break;
      while (ip > anchor && ref > oldest && load<u8>(ip - 1) == load<u8>(ref - 1)) {
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
        store<u32>(Search.entry(ip - 2, bits), ip - 2 - base);
        entry = Search.entry(ip, bits);
        ref = base + load<u32>(entry);
        store<u32>(entry, ip - base);
        again = ip - ref <= MAX_DISTANCE && load<u32>(ref) == load<u32>(ip);
        if (again) {
          token = out++;
          store<u8>(token, 0);
        }
      } while (again);
      if (ip > lastStart) break;
      entry = Search.entry(++ip, bits);
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
