// Tables of QUIC that encoder and decoder share: code families, buckets, run exponents, pseudo-random numbers.
// Filled on first use; addresses are compile-time constants, so the loops address them with an immediate.

export const TYPE_GRAY: u32 = 1;
export const TYPE_RGB16: u32 = 2;
export const TYPE_RGB24: u32 = 3;
export const TYPE_RGBA: u32 = 5;

/** [code][symbol] -> length << 26 | bits; 8 codes of 256 symbols, 5 codes of 32 symbols. */
export const CODES8: usize = memory.data(8 * 256 * 4, 16);
export const CODES5: usize = memory.data(5 * 32 * 4, 16);
/** [symbol] -> its length in every code, 8 x u16; the lanes without a code hold 0xffff. */
export const LENGTHS8: usize = memory.data(256 * 16, 16);
export const LENGTHS5: usize = memory.data(32 * 16, 16);
/** Bits that the reading tables look at, and 1 << ROW_SHIFT the bytes of one code's table. */
export const LOOKAHEAD: u32 = 10;
export const ROW_SHIFT: u32 = 11;
/** [code][next bits] -> length << 8 | symbol, or 0 when the code is longer. */
export const READING8: usize = memory.data(8 * 2048, 64);
export const READING5: usize = memory.data(5 * 2048, 64);
/** [code] -> what a longer code is made of: u8 longest prefix, u8 bits of an escape, u16 first escaped symbol. */
export const ESCAPES8: usize = memory.data(8 * 4, 16);
export const ESCAPES5: usize = memory.data(5 * 4, 16);
/** [symbol] -> 4 * bucket. */
export const BUCKETS8: usize = memory.data(256, 16);
export const BUCKETS5: usize = memory.data(32, 16);

/** Exponents of the run code, by state. */
export const EXPONENTS: usize = memory.data<u8>([
  0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15,
]);
/** The counter value above which a bucket is halved, by wait-mask index. */
export const TRIGGERS: usize = memory.data<u16>([110, 550, 900, 800, 550, 400, 350]);

/** The low 6 bits of the 256 pseudo-random words; the mask never grows beyond them. */
const RANDOM: usize = memory.data<u8>([
  2, 23, 19, 21, 7, 18, 40, 14, 12, 32, 47, 44, 36, 6, 18, 11, 4, 19, 42, 29, 16, 63, 57, 51, 16, 3, 5, 14,
  15, 30, 20, 9, 36, 45, 3, 57, 61, 0, 8, 5, 41, 14, 43, 27, 43, 59, 31, 35, 39, 60, 42, 38, 13, 54, 62, 1,
  26, 3, 11, 61, 52, 34, 7, 48, 4, 59, 22, 12, 22, 8, 50, 4, 10, 6, 44, 8, 11, 46, 31, 51, 53, 17, 1, 43, 46,
  60, 36, 54, 10, 27, 39, 44, 22, 41, 23, 2, 44, 0, 40, 53, 40, 48, 16, 43, 32, 28, 33, 12, 20, 2, 56, 62, 55,
  58, 18, 20, 13, 55, 38, 29, 57, 19, 49, 33, 47, 63, 59, 0, 35, 61, 19, 25, 46, 38, 60, 4, 35, 1, 26, 40, 28,
  10, 5, 14, 25, 18, 48, 49, 20, 59, 62, 34, 46, 7, 33, 52, 34, 58, 9, 29, 8, 55, 62, 60, 37, 36, 37, 50, 6,
  3, 10, 28, 48, 24, 26, 61, 57, 30, 11, 54, 2, 6, 50, 47, 7, 17, 35, 53, 32, 12, 23, 17, 5, 21, 49, 55, 51,
  45, 52, 27, 39, 25, 39, 63, 22, 24, 42, 52, 56, 38, 41, 41, 56, 32, 13, 24, 26, 51, 27, 56, 58, 37, 24, 42,
  15, 28, 17, 30, 31, 15, 16, 23, 25, 54, 33, 34, 1, 29, 31, 50, 53, 21, 49, 15, 47, 9, 0, 58, 37, 45, 30, 13,
  9, 45, 63, 21,
]);

// State of a plane group: the counters that decide when the model is updated, then the model itself.
// u32 wait, seed, mask index, pixels left at this index, run state.
export const WAIT: usize = 0;
export const SEED: usize = 4;
export const MASK_INDEX: usize = 8;
export const LEFT: usize = 12;
export const RUN_STATE: usize = 16;
/** [channel][4 * bucket]: address of the table row of the best code; 8 x u32 a channel. */
export const BEST: usize = 32;
/** [channel][bucket]: 8 x u16 counters. */
export const COUNTERS: usize = 128;
const GROUP_BYTES: i32 = 512;

/** The group of the three colours, and the one of alpha or gray. */
export const COLORS: usize = memory.data(GROUP_BYTES, 16);
export const PLANE: usize = memory.data(GROUP_BYTES, 16);

/** Pixels coded at one wait-mask index. */
export const PIXELS_PER_INDEX: u32 = 2048;
export const LAST_INDEX: u32 = 6;

let tablesReady: bool = false;

function fillCodes(
  bits: u32,
  codes: usize,
  lengths: usize,
  reading: usize,
  escapes: usize,
  buckets: usize,
): void {
  const count: u32 = 1 << bits;
  for (let symbol: u32 = 0; symbol < count; symbol++) {
    v128.store(lengths + (symbol << 4), i16x8.splat(-1));
    store<u8>(buckets + symbol, min<u32>(31 - clz(symbol + 1), bits - 1) << 2);
  }
  for (let code: u32 = 0; code < bits; code++) {
    const maxPrefix: u32 = min<u32>(26 - bits, (1 << (bits - code)) - 1);
    const escape: u32 = maxPrefix << code;
    let escapeBits: u32 = 0;
    while ((1 as u32) << escapeBits < count - escape) escapeBits++;
    store<u8>(escapes + (code << 2), maxPrefix);
    store<u8>(escapes + (code << 2), escapeBits, 1);
    store<u16>(escapes + (code << 2), escape, 2);
    for (let symbol: u32 = 0; symbol < count; symbol++) {
      const short = symbol < escape;
      const length: u32 = short ? (symbol >> code) + 1 + code : maxPrefix + escapeBits;
      const value: u32 = short ? (1 << code) | (symbol & ((1 << code) - 1)) : symbol - escape;
      store<u32>(codes + ((((code << bits) + symbol) as usize) << 2), (length << 26) | value);
      store<u16>(lengths + (symbol << 4) + (code << 1), length);
      if (length > LOOKAHEAD) continue;
      const first = value << (LOOKAHEAD - length);
      const behind = first + (1 << (LOOKAHEAD - length));
      for (let bits = first; bits < behind; bits++) {
        store<u16>(reading + ((code as usize) << ROW_SHIFT) + (bits << 1), (length << 8) | symbol);
      }
    }
  }
}

/** Fills the tables once per instance. */
export function prepareTables(): void {
  if (tablesReady) return;
  fillCodes(8, CODES8, LENGTHS8, READING8, ESCAPES8, BUCKETS8);
  fillCodes(5, CODES5, LENGTHS5, READING5, ESCAPES5, BUCKETS5);
  tablesReady = true;
}

/**
 * The start of an image for one group. `codes` are the table rows, 1 << rowShift bytes each, that BEST points to. Lanes
 * of the counters that have no code stay at the top for ever.
 */
export function resetGroup(group: usize, bits: u32, codes: usize, rowShift: u32): void {
  store<u32>(group, 0, WAIT);
  store<u32>(group, 255, SEED);
  store<u32>(group, 0, MASK_INDEX);
  store<u32>(group, PIXELS_PER_INDEX, LEFT);
  store<u32>(group, 0, RUN_STATE);
  const counters = bits == 8 ? i16x8.splat(0) : v128(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1);
  for (let i: usize = 0; i < 24; i++) {
    store<u32>(group + (i << 2), codes + ((bits - 1) << rowShift), BEST);
    v128.store(group + (i << 4), counters, COUNTERS);
  }
}

/** The next pseudo-random number of a group, below 1 << mask index. */
export function random(group: usize): u32 {
  const seed = load<u32>(group, SEED) + 1;
  store<u32>(group, seed, SEED);
  return load<u8>(RANDOM + (seed & 255)) & ((1 << load<u32>(group, MASK_INDEX)) - 1);
}

/**
 * Adds a symbol's lengths (an address) to a bucket's counters and picks its best code again; `bucket` is 4 * its
 * number, `codes` and `rowShift` as in `resetGroup`.
 */
export function updateBucket(
  group: usize,
  channel: usize,
  bucket: usize,
  lengths: usize,
  codes: usize,
  rowShift: u32,
): void {
  const at = group + (channel << 7) + (bucket << 2);
  const counters = i16x8.add_sat_u(v128.load(at, COUNTERS), v128.load(lengths));
  let least = i16x8.min_u(counters, v128.shuffle<u64>(counters, counters, 1, 0));
  least = i16x8.min_u(least, v128.shuffle<u32>(least, least, 1, 0, 3, 2));
  least = i16x8.min_u(least, v128.shuffle<u16>(least, least, 1, 0, 3, 2, 5, 4, 7, 6));
  const best = 31 - clz(i16x8.bitmask(i16x8.eq(counters, least)));
  store<u32>(group + (channel << 5) + bucket, codes + ((best as usize) << rowShift), BEST);
  const trigger = load<u16>(TRIGGERS + ((load<u32>(group, MASK_INDEX) as usize) << 1));
  const halve = i16x8.extract_lane_u(least, 0) > trigger;
  v128.store(at, halve ? i16x8.shr_u(counters, 1) : counters, COUNTERS);
}
