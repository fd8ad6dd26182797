// The transform of JPEG blocks: samples to quantized coefficients.

/** Quantized coefficients of a block, i16, u * 8 + v. */
export const COEFFICIENTS: usize = memory.data(128, 64);
/** For u and a set of v: the set of places in zigzag order, 8 x 256 x u64. */
const ZIGZAG_SETS: usize = memory.data(8 * 256 * 8, 64);
/** Byte offset of a coefficient by its place in zigzag order, 64 x u8. */
export const ZIGZAG: usize = memory.data(64, 64);
let hasZigzag: bool = false;

/** Fills in the tables of zigzag order; once. */
export function makeZigzag(): void {
  if (hasZigzag) return;
  let u = 0;
  let v = 0;
  for (let place = 0; place < 64; place++) {
    store<u8>(ZIGZAG + place, (u * 8 + v) * 2);
    for (let set = 0; set < 256; set++) {
      const at = ZIGZAG_SETS + ((u * 256 + set) << 3);
      if (((set >> v) & 1) != 0) store<u64>(at, load<u64>(at) | ((1 as u64) << place));
    }
    if (((u + v) & 1) == 0) {
      if (u == 7) v++;
      else if (v == 0) u++;
      else {
        u++;
        v--;
      }
    } else if (v == 7) u++;
    else if (u == 0) v++;
    else {
      u--;
      v++;
    }
  }
  hasZigzag = true;
}

class Block {
  @inline static low16(a: v128, b: v128): v128 {
    return v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
  }
  @inline static high16(a: v128, b: v128): v128 {
    return v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
  }
  @inline static low32(a: v128, b: v128): v128 {
    return v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  }
  @inline static high32(a: v128, b: v128): v128 {
    return v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  }
  @inline static low64(a: v128, b: v128): v128 {
    return v128.shuffle<i64>(a, b, 0, 2);
  }
  @inline static high64(a: v128, b: v128): v128 {
    return v128.shuffle<i64>(a, b, 1, 3);
  }

  /** `x` times a factor below 1 in 1/32768. */
  @inline static times(x: v128, factor: i16): v128 {
    return i16x8.q15mulr_sat_s(x, i16x8.splat(factor));
  }

  /** Quantizes the coefficients of `u` and stores them; returns them. */
  @inline static quantize(coefficients: v128, factors: usize, u: usize): v128 {
    // adding 1.5 * 2^23 rounds, and leaves the number in the low half of the float
    const magic = f32x4.splat(12582912);
    const low = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(coefficients));
    const high = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(coefficients));
    const a = f32x4.add(f32x4.mul(low, v128.load(factors + 32 * u)), magic);
    const b = f32x4.add(f32x4.mul(high, v128.load(factors + 32 * u, 16)), magic);
    const quantized = v128.shuffle<i16>(a, b, 0, 2, 4, 6, 8, 10, 12, 14);
    v128.store(COEFFICIENTS + 16 * u, quantized);
    return quantized;
  }

  /** The places in zigzag order of what is not zero for `u` and `u + 1`. */
  @inline static places(a: v128, b: v128, u: usize): u64 {
    const zero = i8x16.eq(i8x16.narrow_i16x8_s(a, b), i8x16.splat(0));
    const set = ~i8x16.bitmask(zero) as usize;
    return (
      load<u64>(ZIGZAG_SETS + ((u * 256 + (set & 0xff)) << 3)) |
      load<u64>(ZIGZAG_SETS + ((u * 256 + 256 + ((set >> 8) & 0xff)) << 3))
    );
  }
}

/** The quantized DC of a block of equal samples. */
export function flatDc(sample: usize, factors: usize): i32 {
  return nearest<f32>((((load<i16>(sample) as i32) << 6) as f32) * load<f32>(factors)) as i32;
}

/** Transforms and quantizes a block to COEFFICIENTS; returns the places in zigzag order of those that are not zero. */
export function transform(block: usize, factors: usize): u64 {
  let d0 = v128.load(block);
  let d1 = v128.load(block, 16);
  let d2 = v128.load(block, 32);
  let d3 = v128.load(block, 48);
  let d4 = v128.load(block, 64);
  let d5 = v128.load(block, 80);
  let d6 = v128.load(block, 96);
  let d7 = v128.load(block, 112);

  const first = i16x8.splat(load<i16>(block));
  const differences = v128.or(
    v128.or(
      v128.or(v128.xor(d0, first), v128.xor(d1, first)),
      v128.or(v128.xor(d2, first), v128.xor(d3, first)),
    ),
    v128.or(
      v128.or(v128.xor(d4, first), v128.xor(d5, first)),
      v128.or(v128.xor(d6, first), v128.xor(d7, first)),
    ),
  );
  if (!v128.any_true(differences)) {
    store<i16>(COEFFICIENTS, flatDc(block, factors));
    return 0;
  }

  // Arai, Agui and Nakajima: five multiplications, the rest of the scale is in the factors of quantization
  for (let pass = 0; pass < 2; pass++) {
    const t0 = i16x8.add(d0, d7);
    const t7 = i16x8.sub(d0, d7);
    const t1 = i16x8.add(d1, d6);
    const t6 = i16x8.sub(d1, d6);
    const t2 = i16x8.add(d2, d5);
    const t5 = i16x8.sub(d2, d5);
    const t3 = i16x8.add(d3, d4);
    const t4 = i16x8.sub(d3, d4);

    const e0 = i16x8.add(t0, t3);
    const e3 = i16x8.sub(t0, t3);
    const e1 = i16x8.add(t1, t2);
    const e2 = i16x8.sub(t1, t2);
    const z1 = Block.times(i16x8.add(e2, e3), 23170);

    const o0 = i16x8.add(t4, t5);
    const o1 = i16x8.add(t5, t6);
    const o2 = i16x8.add(t6, t7);
    const z5 = Block.times(i16x8.sub(o0, o2), 12540);
    const z2 = i16x8.add(Block.times(o0, 17734), z5);
    const z4 = i16x8.add(i16x8.add(o2, Block.times(o2, 10045)), z5);
    const z3 = Block.times(o1, 23170);
    const z11 = i16x8.add(t7, z3);
    const z13 = i16x8.sub(t7, z3);

    d0 = i16x8.add(e0, e1);
    d4 = i16x8.sub(e0, e1);
    d2 = i16x8.add(e3, z1);
    d6 = i16x8.sub(e3, z1);
    d5 = i16x8.add(z13, z2);
    d3 = i16x8.sub(z13, z2);
    d1 = i16x8.add(z11, z4);
    d7 = i16x8.sub(z11, z4);
    if (pass == 1) break;

    const a0 = Block.low16(d0, d1);
    const a1 = Block.high16(d0, d1);
    const a2 = Block.low16(d2, d3);
    const a3 = Block.high16(d2, d3);
    const a4 = Block.low16(d4, d5);
    const a5 = Block.high16(d4, d5);
    const a6 = Block.low16(d6, d7);
    const a7 = Block.high16(d6, d7);
    const b0 = Block.low32(a0, a2);
    const b1 = Block.high32(a0, a2);
    const b2 = Block.low32(a1, a3);
    const b3 = Block.high32(a1, a3);
    const b4 = Block.low32(a4, a6);
    const b5 = Block.high32(a4, a6);
    const b6 = Block.low32(a5, a7);
    const b7 = Block.high32(a5, a7);
    d0 = Block.low64(b0, b4);
    d1 = Block.high64(b0, b4);
    d2 = Block.low64(b1, b5);
    d3 = Block.high64(b1, b5);
    d4 = Block.low64(b2, b6);
    d5 = Block.high64(b2, b6);
    d6 = Block.low64(b3, b7);
    d7 = Block.high64(b3, b7);
  }
  d0 = Block.quantize(d0, factors, 0);
  d1 = Block.quantize(d1, factors, 1);
  d2 = Block.quantize(d2, factors, 2);
  d3 = Block.quantize(d3, factors, 3);
  d4 = Block.quantize(d4, factors, 4);
  d5 = Block.quantize(d5, factors, 5);
  d6 = Block.quantize(d6, factors, 6);
  d7 = Block.quantize(d7, factors, 7);
  return (
    Block.places(d0, d1, 0) | Block.places(d2, d3, 2) | Block.places(d4, d5, 4) | Block.places(d6, d7, 6)
  );
}
