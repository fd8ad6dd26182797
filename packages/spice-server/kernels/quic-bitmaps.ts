// Bitmaps with one bit a pixel, in words of 64: where pixels equal their left neighbour and where runs may start.

/** Writes the bitmap of pixels that equal their left neighbour; bits of pixel 0 and behind the row mean nothing. */
export function findEqual<T>(pixels: usize, width: u32, bitmap: usize): void {
  for (let i: u32 = 0; i < width; i += 16) {
    let bits: i32;
    if (sizeof<T>() == 1) {
      const at = pixels + i;
      bits = i8x16.bitmask(i8x16.eq(v128.load(at), v128.load(at - 1)));
    } else {
      const at = pixels + ((i as usize) << 2);
      const mask = i32x4.splat(0xffffff);
      const zero = i32x4.splat(0);
      const a = i32x4.eq(v128.and(v128.xor(v128.load(at), v128.load(at - 4)), mask), zero);
      const b = i32x4.eq(v128.and(v128.xor(v128.load(at, 16), v128.load(at - 4, 16)), mask), zero);
      const c = i32x4.eq(v128.and(v128.xor(v128.load(at, 32), v128.load(at - 4, 32)), mask), zero);
      const d = i32x4.eq(v128.and(v128.xor(v128.load(at, 48), v128.load(at - 4, 48)), mask), zero);
      const ab = i16x8.narrow_i32x4_s(a, b);
      const cd = i16x8.narrow_i32x4_s(c, d);
      bits = i8x16.bitmask(i8x16.narrow_i16x8_s(ab, cd));
    }
    store<u16>(bitmap + (i >> 3), bits);
  }
}

/** Bit i of `starts`: i > 2, the pixels above i and i - 1 are equal, and so are i - 1 and i - 2. */
export function findRunStarts(equal: usize, equalAbove: usize, width: u32, starts: usize): void {
  let carry: u64 = 0;
  for (let i: u32 = 0; i < width; i += 64) {
    const word = load<u64>(equal + (i >> 3));
    store<u64>(starts + (i >> 3), ((word << 1) | carry) & load<u64>(equalAbove + (i >> 3)));
    carry = word >> 63;
  }
  store<u8>(starts, load<u8>(starts) & 0xf8);
}

export class Bitmap {
  /** The first set bit at or after `i`, or `end`. */
  @inline static nextSet(bitmap: usize, i: u32, end: u32): u32 {
    const word = load<u64>(bitmap + ((i >> 6) << 3)) >> (i & 63);
    return word != 0 ? min<u32>(i + (ctz(word) as u32), end) : scanWords(bitmap, (i | 63) + 1, end, 0);
  }

  /** The first clear bit at or after `i`, or `end`. */
  @inline static nextClear(bitmap: usize, i: u32, end: u32): u32 {
    const word = ~load<u64>(bitmap + ((i >> 6) << 3)) >> (i & 63);
    return word != 0 ? min<u32>(i + (ctz(word) as u32), end) : scanWords(bitmap, (i | 63) + 1, end, -1);
  }
}

/** The first bit at or after `i`, a multiple of 64, that is not as those of `skipped`, or `end`. */
function scanWords(bitmap: usize, i: u32, end: u32, skipped: u64): u32 {
  for (; i < end; i += 64) {
    const word = load<u64>(bitmap + (i >> 3)) ^ skipped;
    if (word != 0) return min<u32>(i + (ctz(word) as u32), end);
  }
  return end;
}
