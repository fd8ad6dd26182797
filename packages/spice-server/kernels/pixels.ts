// Conversions between pixel layouts. All work in groups of 16 pixels: source and destination need room for up to
// 15 more pixels than asked for.

/** B,G,R triples to B,G,R,0. */
export function expandRgb24(from: usize, to: usize, pixels: usize): void {
  for (let i: usize = 0; i < pixels; i += 4) {
    const group = v128.load(from);
    const zero = i8x16.splat(0);
    v128.store(to, v128.shuffle<u8>(group, zero, 0, 1, 2, 16, 3, 4, 5, 16, 6, 7, 8, 16, 9, 10, 11, 16));
    from += 12;
    to += 16;
  }
}

/** B,G,R,X to B,G,R triples. */
export function packRgb24(from: usize, to: usize, pixels: usize): void {
  for (let i: usize = 0; i < pixels; i += 4) {
    const group = v128.load(from);
    v128.store(to, v128.shuffle<u8>(group, group, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 3, 3, 3, 3));
    from += 16;
    to += 12;
  }
}

/** 0RRRRRGGGGGBBBBB words to B,G,R,0 with each component in the upper five bits of its byte. */
export function expandRgb16(from: usize, to: usize, pixels: usize): void {
  for (let i: usize = 0; i < pixels; i += 4) {
    const words = v128.load_ext<u16>(from);
    const blue = i32x4.shl(v128.and(words, i32x4.splat(0x1f)), 3);
    const green = i32x4.shl(v128.and(words, i32x4.splat(0x3e0)), 6);
    const red = i32x4.shl(v128.and(words, i32x4.splat(0x7c00)), 9);
    v128.store(to, v128.or(blue, v128.or(green, red)));
    from += 8;
    to += 16;
  }
}

/** The inverse of `expandRgb16`. */
export function packRgb16(from: usize, to: usize, pixels: usize): void {
  for (let i: usize = 0; i < pixels; i += 4) {
    const group = v128.load(from);
    const blue = v128.and(i32x4.shr_u(group, 3), i32x4.splat(0x1f));
    const green = v128.and(i32x4.shr_u(group, 6), i32x4.splat(0x3e0));
    const red = v128.and(i32x4.shr_u(group, 9), i32x4.splat(0x7c00));
    const words = v128.or(blue, v128.or(green, red));
    v128.store64_lane(to, i16x8.narrow_i32x4_u(words, words), 0);
    from += 16;
    to += 8;
  }
}

/** Byte 3 of 32-bit pixels to a plane. */
export function extractAlpha(from: usize, to: usize, pixels: usize): void {
  for (let i: usize = 0; i < pixels; i += 16) {
    const a = i32x4.shr_u(v128.load(from), 24);
    const b = i32x4.shr_u(v128.load(from, 16), 24);
    const c = i32x4.shr_u(v128.load(from, 32), 24);
    const d = i32x4.shr_u(v128.load(from, 48), 24);
    v128.store(to, i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_u(a, b), i16x8.narrow_i32x4_u(c, d)));
    from += 64;
    to += 16;
  }
}

/** A plane into byte 3 of 32-bit pixels; the other bytes stay. */
export function mergeAlpha(from: usize, to: usize, pixels: usize): void {
  const colors = i32x4.splat(0xffffff);
  for (let i: usize = 0; i < pixels; i += 4) {
    const alpha = i32x4.shl(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(from))), 24);
    v128.store(to, v128.or(v128.and(v128.load(to), colors), alpha));
    from += 4;
    to += 16;
  }
}
