// GLZ encoder: LZ whose matches may lie in earlier images of a window. Gives the bytes of the reference encoder.
// The images are cut into segments (in practice one each), which the caller describes in a table:
//   +0 u32 type of the image, 0 while the segment is not in use    +4  u32 address of its first pixel
//   +8 u32 address of its first alpha byte                         +12 u32 units
//   +16 u32 index of its first unit in the image                   +20 u32 image id, low 32 bits
//   +24 u32 twice the use of the segment, 1 to 63 and again from 1
// Units and hashes: lz-units.ts. A candidate in the hash table is
//   bits 0-24 a unit's index in its segment, bit 25 whether in the alpha plane, bits 26-31 the use of the segment,
//   bits 32-47 the segment's number, bits 48-63 a tag of the units that stand there.
// The segment may be in use for another image since. Then, and where the tag differs, the candidate is dropped without a
// look at its pixels, which are in no cache. With a table of the reference's size such a candidate counts for what stands
// there now, as it does there, and is compared; otherwise the bytes would not be the reference's.
import { Unit } from './lz-units';

/** Byte offsets in the hash table of the next eight positions, and the upper halves of their tags. */
const HASHES: usize = memory.data(32, 16);
const TAGS: usize = memory.data(32, 16);
/** Bits of a hash in the reference encoder. */
const REFERENCE_BITS: u32 = 20;
const TAG_FACTOR: u32 = 0x9e3779b1;
const TAG_MASK: u32 = 0xffff0000;
const INDEX_MASK: u32 = (1 << 25) - 1;

const MAX_COPY: u32 = 32;
/** Literals in a row after which hashes are computed eight at a time. */
const BATCH_AFTER: u32 = 12;
/** Distances and indices from here on take another byte, and mean the long form of a reference. */
const FAR: u32 = 4096;
const LONG: u32 = 1 << 17;

/** The hash table, what a hash is cut down to, and the table of segments; set once. */
let table: usize = 0;
let hashMask: u32 = 0;
/** Whether candidates whose segment has been used again since count, as with the reference encoder. */
let isExact: bool = false;
let segments: usize = 0;

class Glz {
  /** Where a position's candidate is: the byte offset in the hash table; and its tag, in the uppermost bits. */
  @inline static key<T>(at: usize): u64 {
    let h: u32 = 5381;
    if (sizeof<T>() == 4) {
      h = Glz.mix(Glz.mix(Glz.mix(h, load<u8>(at, 2)), load<u8>(at, 1)), load<u8>(at));
      h = Glz.mix(Glz.mix(Glz.mix(h, load<u8>(at, 6)), load<u8>(at, 5)), load<u8>(at, 4));
    } else if (sizeof<T>() == 2) {
      h = Glz.mix(Glz.mix(h, load<u8>(at)), load<u8>(at, 1) & 0x7f);
      h = Glz.mix(Glz.mix(h, load<u8>(at, 2)), load<u8>(at, 3) & 0x7f);
    } else {
      h = Glz.mix(Glz.mix(Glz.mix(h, load<u8>(at)), load<u8>(at, 1)), load<u8>(at, 2));
    }
    // of no more units than must be equal
    const tag = (h * TAG_FACTOR) & TAG_MASK;
    if (sizeof<T>() == 4) {
      h = Glz.mix(Glz.mix(Glz.mix(h, load<u8>(at, 10)), load<u8>(at, 9)), load<u8>(at, 8));
    } else if (sizeof<T>() == 2) {
      h = Glz.mix(Glz.mix(h, load<u8>(at, 4)), load<u8>(at, 5) & 0x7f);
    }
    return ((tag as u64) << 32) | ((h & hashMask) << 3);
  }

  @inline private static mix(h: u32, x: u32): u32 {
    return ((h << 5) + h) ^ x;
  }

  /** The address of the candidate of a key. */
  @inline static entry(key: u64): usize {
    return table + (key as u32 as usize);
  }

  /** What stands for a position in the table. */
  @inline static candidate(owner: u64, index: u32, key: u64): u64 {
    return owner | (index as u64) | (key & ((TAG_MASK as u64) << 32));
  }

  /** Puts a position into the table. */
  @inline static enter<T>(at: usize, owner: u64, index: u32): void {
    const key = Glz.key<T>(at);
    store<u64>(Glz.entry(key), Glz.candidate(owner, index, key));
  }

  /** The address of a candidate's segment in the table of segments. */
  @inline static segment(candidate: u64): usize {
    return segments + ((((candidate >> 32) as u32) & 0xffff) << 5);
  }

  /** Equal units that a candidate must have. */
  @inline static least<T>(): u32 {
    return sizeof<T>() == 1 ? 4 : 2;
  }

  /** What is taken off a match's length before it is coded. */
  @inline static bias<T>(): u32 {
    return sizeof<T>() == 4 ? 0 : sizeof<T>() == 2 ? 1 : 2;
  }

  /** The address of a segment's first unit. */
  @inline static start<T>(segment: usize): usize {
    return sizeof<T>() == 1 ? load<u32>(segment, 8) : load<u32>(segment, 4);
  }

  /** Whether the least number of units are equal. */
  @inline static agree<T>(a: usize, b: usize): bool {
    if (sizeof<T>() == 4) return ((load<u64>(a) ^ load<u64>(b)) & 0x00ffffff00ffffff) == 0;
    if (sizeof<T>() == 2) return ((load<u32>(a) ^ load<u32>(b)) & 0x7fff7fff) == 0;
    return load<u32>(a) == load<u32>(b);
  }

  /** The address a candidate stands for if it is in an image of this type and agrees with what is at `ip`, or 0. */
  @inline static resolve<T>(candidate: u64, key: u64, type: u32, ip: usize): usize {
    const isOther = (candidate ^ key) >> 48 != 0;
    if (isOther && !isExact) return 0;
    const segment = Glz.segment(candidate);
    if (load<u32>(segment) != type) return 0;
    const isFresh = (candidate as u32) >> 25 == (load<u32>(segment, 24) | (sizeof<T>() == 1 ? 1 : 0));
    if (isFresh ? isOther : !isExact) return 0;
    const index = (candidate as u32) & INDEX_MASK;
    if (index + Glz.least<T>() > load<u32>(segment, 12)) return 0;
    const ref = Glz.start<T>(segment) + ((index as usize) << Unit.shift<T>());
    return Glz.agree<T>(ref, ip) ? ref : 0;
  }

  /** Bytes that a reference takes beyond three. */
  @inline static extraBytes(image: u32, place: u32): u32 {
    if (place < FAR) return image < 64 ? 0 : image < 1 << 14 ? 1 : image < 1 << 22 ? 2 : 3;
    return (image == 0 ? 0 : image < 1 << 8 ? 1 : image < 1 << 16 ? 2 : 3) + (place < LONG ? 0 : 1);
  }

  /** Whether a match of `length` units is worth its reference. */
  @inline static isWorth<T>(length: usize, image: u32, place: u32): bool {
    const cost = (3 + Glz.extraBytes(image, place)) as usize;
    if (sizeof<T>() == 4) return length > 2 || length >= cost / 3 + 1;
    if (sizeof<T>() == 2) return length > 3 || length >= cost / 2 + 1;
    return length > 7 || length >= cost + 1;
  }

  /** Writes a match: the coded length, how many images back, and the place in that image or distance - 1. */
  @inline static put(out: usize, length: usize, image: u32, place: u32): usize {
    const isFar = place >= FAR;
    const head: usize = (isFar ? 16 : 0) | (place & 15);
    if (length < 7) {
      store<u8>(out++, (length << 5) | head);
    } else {
      store<u8>(out++, (7 << 5) | head);
      length -= 7;
      while (length >= 255) {
        store<u8>(out++, 255);
        length -= 255;
      }
      store<u8>(out++, length);
    }
    store<u8>(out, place >> 4);
    if (!isFar) {
      const more: u32 = image < 64 ? 0 : image < 1 << 14 ? 1 : image < 1 << 22 ? 2 : 3;
      store<u8>(out, (more << 6) | (image & 63), 1);
      store<u32>(out, image >> 6, 2);
      return out + 2 + more;
    }
    const more: u32 = image == 0 ? 0 : image < 1 << 8 ? 1 : image < 1 << 16 ? 2 : 3;
    store<u8>(out, (more << 6) | (place < LONG ? 0 : 32) | ((place >> 12) & 31), 1);
    store<u32>(out, image, 2);
    out += 2 + more;
    if (place >= LONG) store<u8>(out++, place >> 17);
    return out;
  }

  /** The keys of eight positions from `at` on, to HASHES and TAGS. */
  @inline static keysAhead<T>(at: usize): void {
    const factor = i32x4.splat(TAG_FACTOR);
    for (let half: usize = 0; half < 2; half++) {
      let h = i32x4.splat(5381);
      for (let unit: usize = 0; unit < 3; unit++) {
        const from = at + ((4 * half + unit) << Unit.shift<T>());
        if (sizeof<T>() == 1) {
          h = Glz.mixAll(h, i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(from))));
        } else if (sizeof<T>() == 2) {
          const words = v128.load_ext<u16>(from);
          h = Glz.mixAll(h, v128.and(words, i32x4.splat(0xff)));
          h = Glz.mixAll(h, v128.and(i32x4.shr_u(words, 8), i32x4.splat(0x7f)));
        } else {
          const pixels = v128.load(from);
          h = Glz.mixAll(h, v128.and(i32x4.shr_u(pixels, 16), i32x4.splat(0xff)));
          h = Glz.mixAll(h, v128.and(i32x4.shr_u(pixels, 8), i32x4.splat(0xff)));
          h = Glz.mixAll(h, v128.and(pixels, i32x4.splat(0xff)));
        }
        if (unit == (sizeof<T>() == 1 ? 2 : 1)) v128.store(TAGS + 16 * half, i32x4.mul(h, factor));
      }
      v128.store(HASHES + 16 * half, i32x4.shl(v128.and(h, i32x4.splat(hashMask)), 3));
    }
  }

  /** The key at place `i` of those. */
  @inline static keyAhead(i: usize): u64 {
    return ((load<u32>(TAGS + (i << 2)) as u64) << 32) | (load<u32>(HASHES + (i << 2)) as u64);
  }

  @inline private static mixAll(h: v128, x: v128): v128 {
    return v128.xor(i32x4.add(i32x4.shl(h, 5), h), x);
  }
}

/** Up to three units as literals behind their count byte. */
function putShort<T>(from: usize, count: u32, out: usize): usize {
  store<u8>(out++, count - 1);
  for (let i: u32 = 0; i < count; i++) {
    out = Unit.putLiteral<T>(from + ((i as usize) << Unit.shift<T>()), out);
  }
  return out;
}

function encodeSegment<T>(segment: usize, isFirst: bool, out: usize, outEnd: usize): usize {
  const unit: usize = (1 as usize) << Unit.shift<T>();
  const type = load<u32>(segment);
  const start = Glz.start<T>(segment);
  const end = start + ((load<u32>(segment, 12) as usize) << Unit.shift<T>());
  const first = load<u32>(segment, 16);
  const id = load<u32>(segment, 20);
  const owner =
    (((segment - segments) as u64) << 27) | ((load<u32>(segment, 24) | (sizeof<T>() == 1 ? 1 : 0)) << 25);
  const bound = end - 2 * unit;
  const limit = (end as isize) - 6 * unit;
  let ip = start;
  let countAt = out++;
  store<u8>(countAt, 31);
  let copy: u32 = 0;
  let literals: u32 = 0;
  if (isFirst) {
    Glz.enter<T>(ip, owner, 0);
    out = Unit.putLiterals<T>(ip, 2, out);
    ip += 2 * unit;
    copy = 2;
  }
  while ((ip as isize) < limit) {
    const anchor = ip;
    let length: usize = 0;
    let image: u32 = 0;
    let place: u32 = 1;
    if (ip > start && Unit.isRun<T>(ip)) {
      const most = (bound - (ip + 3 * unit)) >> Unit.shift<T>();
      length = 3 + Unit.countRun<T>(ip + 3 * unit, ip, most);
    } else {
      if (literals >= BATCH_AFTER && ((ip + 8 * unit) as isize) <= limit) {
        // as many literals as can be told without looking at any unit twice
        const most = min<u32>(8, MAX_COPY - copy);
        Glz.keysAhead<T>(ip);
        let count: u32 = 0;
        do {
          const key = Glz.keyAhead(count);
          const entry = Glz.entry(key);
          if (Glz.resolve<T>(load<u64>(entry), key, type, ip) != 0) break;
          store<u64>(entry, Glz.candidate(owner, ((ip - start) >> Unit.shift<T>()) as u32, key));
          ip += unit;
          count++;
        } while (count < most && !Unit.isRun<T>(ip));
        if (count > 0) {
          out = Unit.putLiterals<T>(anchor, count, out);
          copy += count;
          if (copy == MAX_COPY) {
            copy = 0;
            if (out > outEnd) return 0;
            countAt = out++;
            store<u8>(countAt, 31);
          }
          continue;
        }
      }
      const key = Glz.key<T>(ip);
      const entry = Glz.entry(key);
      const candidate = load<u64>(entry);
      const index = ((ip - start) >> Unit.shift<T>()) as u32;
      store<u64>(entry, Glz.candidate(owner, index, key));
      const ref = Glz.resolve<T>(candidate, key, type, ip);
      if (ref != 0) {
        const other = Glz.segment(candidate);
        const otherIndex = (candidate as u32) & INDEX_MASK;
        image = id - load<u32>(other, 20);
        place = load<u32>(other, 16) + otherIndex;
        if (image == 0) place = first + index - place;
        if ((place as i32) > 0) {
          const left = load<u32>(other, 12) - otherIndex;
          const most = min<usize>((bound - ip) >> Unit.shift<T>(), left);
          const least: usize = Glz.least<T>();
          const skip = least << Unit.shift<T>();
          length = least + Unit.countEqual<T>(ref + skip, ip + skip, most - least);
          if (!Glz.isWorth<T>(length, image, place)) length = 0;
        }
      }
      if (length == 0) {
        out = Unit.putLiteral<T>(anchor, out);
        ip = anchor + unit;
        literals++;
        if (++copy == MAX_COPY) {
          copy = 0;
          if (out > outEnd) return 0;
          countAt = out++;
          store<u8>(countAt, 31);
        }
        continue;
      }
    }
    if (copy > 0) store<u8>(countAt, copy - 1);
    else out--;
    copy = 0;
    literals = 0;
    if (out + length / 255 > outEnd) return 0;
    out = Glz.put(out, length - Glz.bias<T>(), image, image == 0 ? place - 1 : place);
    ip = anchor + ((length - 2) << Unit.shift<T>());
    const index = ((ip - start) >> Unit.shift<T>()) as u32;
    if (Unit.minMatch<T>() == 3 || ip > anchor) Glz.enter<T>(ip, owner, index);
    ip += unit;
    if (Unit.minMatch<T>() != 1 || ip > anchor) Glz.enter<T>(ip, owner, index + 1);
    ip += unit;
    countAt = out++;
    store<u8>(countAt, 31);
  }
  while (ip < end) {
    out = Unit.putLiteral<T>(ip, out);
    ip += unit;
    if (++copy == MAX_COPY) {
      copy = 0;
      countAt = out++;
      store<u8>(countAt, 31);
    }
  }
  if (copy > 0) store<u8>(countAt, copy - 1);
  else out--;
  return out > outEnd ? 0 : out;
}

function encode<T>(segment: usize, isFirst: bool, out: usize, outEnd: usize): usize {
  const units = load<u32>(segment, 12);
  if (units >= 4) return encodeSegment<T>(segment, isFirst, out, outEnd);
  out = putShort<T>(Glz.start<T>(segment), units, out);
  return out > outEnd ? 0 : out;
}

/** Where the hash table (2^`hashBits` x 8 bytes, zero at first) and the table of segments (32 bytes each) are. */
export function glzEncodeSetup(hashTable: usize, hashBits: u32, segmentTable: usize): void {
  table = hashTable;
  hashMask = (1 << hashBits) - 1;
  isExact = hashBits == REFERENCE_BITS;
  segments = segmentTable;
}

/**
 * Encodes a plane of one segment, given by its number: of units of 4 or 2 bytes (pixels) or 1 (alpha). `isFirst`: no
 * segment of the image with four units or more came before it. Returns the address behind the tokens, or 0 when they
 * pass `outEnd`; up to 256 bytes behind it may be written. Needs 64 readable bytes around all segments.
 */
export function glzEncodeSegment(
  unitBytes: u32,
  segment: u32,
  isFirst: bool,
  out: usize,
  outEnd: usize,
): usize {
  const at = segments + ((segment as usize) << 5);
  if (unitBytes == 4) return encode<u32>(at, isFirst, out, outEnd);
  if (unitBytes == 2) return encode<u16>(at, isFirst, out, outEnd);
  return encode<u8>(at, isFirst, out, outEnd);
}
