// What the LZ kernels (and GLZ) do with single units. The generic parameter is the kind of unit: u32 a pixel of three
// colours (byte 3 does not count), u16 a 16-bit pixel (bit 15 does not count), u8 a byte of palette indices, of
// alpha or of an alpha plane. All read and write up to 32 bytes past what they are asked for.

export class Unit {
  /** Bytes of a unit as a shift. */
  @inline static shift<T>(): u32 {
    return sizeof<T>() == 4 ? 2 : sizeof<T>() == 2 ? 1 : 0;
  }

  /** The least number of equal units that a match near by is coded for. */
  @inline static minMatch<T>(): usize {
    return sizeof<T>() == 4 ? 1 : sizeof<T>() == 2 ? 2 : 3;
  }

  /** Whether the least number of units of a match differ. */
  @inline static differ<T>(a: usize, b: usize): bool {
    const mask: u32 = sizeof<T>() == 2 ? 0x7fff7fff : 0xffffff;
    return ((load<u32>(a) ^ load<u32>(b)) & mask) != 0;
  }

  /** Whether one unit differs. */
  @inline static differOne<T>(a: usize, b: usize): bool {
    if (sizeof<T>() == 4) return (load<u32>(a) ^ load<u32>(b)) << 8 != 0;
    if (sizeof<T>() == 2) return ((load<u16>(a) ^ load<u16>(b)) & 0x7fff) != 0;
    return load<u8>(a) != load<u8>(b);
  }

  /** Whether the unit before `at` and the three from there on are all equal. */
  @inline static isRun<T>(at: usize): bool {
    if (sizeof<T>() == 4) {
      const first = load<u32>(at - 4);
      return (
        (load<u32>(at) ^ first) << 8 == 0 &&
        ((load<u32>(at, 4) ^ first) | (load<u32>(at, 8) ^ first)) << 8 == 0
      );
    }
    if (sizeof<T>() == 2) {
      const units = load<u64>(at - 2) & 0x7fff7fff7fff7fff;
      return units == rotl<u64>(units, 16);
    }
    const units = load<u32>(at - 1);
    return units == rotl<u32>(units, 8);
  }

  /** The hash of three units, without the mask of a table. */
  @inline static hash<T>(at: usize): u32 {
    let h: u32 = 5381;
    if (sizeof<T>() == 1) {
      h = Unit.mix(h, load<u8>(at));
      h = Unit.mix(h, load<u8>(at, 1));
      return Unit.mix(h, load<u8>(at, 2));
    }
    if (sizeof<T>() == 2) {
      h = Unit.mix(Unit.mix(h, load<u8>(at)), load<u8>(at, 1) & 0x7f);
      h = Unit.mix(Unit.mix(h, load<u8>(at, 2)), load<u8>(at, 3) & 0x7f);
      return Unit.mix(Unit.mix(h, load<u8>(at, 4)), load<u8>(at, 5) & 0x7f);
    }
    h = Unit.mix(Unit.mix(Unit.mix(h, load<u8>(at, 2)), load<u8>(at, 1)), load<u8>(at));
    h = Unit.mix(Unit.mix(Unit.mix(h, load<u8>(at, 6)), load<u8>(at, 5)), load<u8>(at, 4));
    return Unit.mix(Unit.mix(Unit.mix(h, load<u8>(at, 10)), load<u8>(at, 9)), load<u8>(at, 8));
  }

  @inline private static mix(h: u32, x: u32): u32 {
    return ((h << 5) + h) ^ x;
  }

  /** One literal; returns the address behind it. */
  @inline static putLiteral<T>(unit: usize, out: usize): usize {
    if (sizeof<T>() == 4) {
      store<u32>(out, load<u32>(unit));
      return out + 3;
    }
    if (sizeof<T>() == 2) {
      store<u16>(out, bswap<u16>(load<u16>(unit)));
      return out + 2;
    }
    store<u8>(out, load<u8>(unit));
    return out + 1;
  }

  /** Up to eight literals; returns the address behind them. */
  @inline static putLiterals<T>(unit: usize, count: u32, out: usize): usize {
    if (sizeof<T>() == 4) {
      const low = v128.load(unit);
      const high = v128.load(unit, 16);
      v128.store(out, v128.shuffle<u8>(low, low, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 3, 3, 3, 3));
      v128.store(out, v128.shuffle<u8>(high, high, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 3, 3, 3, 3), 12);
      return out + count * 3;
    }
    if (sizeof<T>() == 2) {
      const words = v128.load(unit);
      v128.store(out, v128.shuffle<u8>(words, words, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
      return out + (count << 1);
    }
    store<u64>(out, load<u64>(unit));
    return out + count;
  }

  /** How many units at `a` equal those at `b`, at most `most`. */
  @inline static countEqual<T>(a: usize, b: usize, most: usize): usize {
    let count: usize = 0;
    while (count < most) {
      const at = count << Unit.shift<T>();
      const unequal = Unit.unequalBytes<T>(v128.xor(v128.load(a + at), v128.load(b + at)));
      if (unequal != 0) return min<usize>(count + ((ctz(unequal) as usize) >> Unit.shift<T>()), most);
      count += 16 >> Unit.shift<T>();
    }
    return most;
  }

  /** How many units at `at` equal the one at `unit`, at most `most`. */
  @inline static countRun<T>(at: usize, unit: usize, most: usize): usize {
    const same =
      sizeof<T>() == 4
        ? i32x4.splat(load<u32>(unit))
        : sizeof<T>() == 2
          ? i16x8.splat(load<u16>(unit))
          : i8x16.splat(load<u8>(unit));
    let count: usize = 0;
    while (count < most) {
      const units = v128.load(at + (count << Unit.shift<T>()));
      const unequal = Unit.unequalBytes<T>(v128.xor(units, same));
      if (unequal != 0) return min<usize>(count + ((ctz(unequal) as usize) >> Unit.shift<T>()), most);
      count += 16 >> Unit.shift<T>();
    }
    return most;
  }

  /** Bit i: byte i of the difference is in a unit that is not zero; the lowest bit set is the first byte of one. */
  @inline private static unequalBytes<T>(difference: v128): u32 {
    let equal: v128;
    if (sizeof<T>() == 4) {
      equal = i32x4.eq(v128.and(difference, i32x4.splat(0xffffff)), i32x4.splat(0));
    } else if (sizeof<T>() == 2) {
      equal = i16x8.eq(v128.and(difference, i16x8.splat(0x7fff)), i16x8.splat(0));
    } else {
      equal = i8x16.eq(difference, i8x16.splat(0));
    }
    return ~i8x16.bitmask(equal) & 0xffff;
  }

  /** The hashes of eight positions from `at` on in 16-bit lanes: exact in the low 16 bits. */
  @inline static hashes<T>(at: usize): v128 {
    let h = i16x8.splat(5381);
    for (let unit: usize = 0; unit < 3; unit++) {
      const from = at + (unit << Unit.shift<T>());
      if (sizeof<T>() == 1) {
        h = Unit.mixAll(h, v128.load_ext<u8>(from));
      } else if (sizeof<T>() == 2) {
        const words = v128.load(from);
        h = Unit.mixAll(h, v128.and(words, i16x8.splat(0xff)));
        h = Unit.mixAll(h, v128.and(i16x8.shr_u(words, 8), i16x8.splat(0x7f)));
      } else {
        const low = v128.load(from);
        const high = v128.load(from, 16);
        const mask = i32x4.splat(0xff);
        const red = i16x8.narrow_i32x4_u(
          v128.and(i32x4.shr_u(low, 16), mask),
          v128.and(i32x4.shr_u(high, 16), mask),
        );
        const green = i16x8.narrow_i32x4_u(
          v128.and(i32x4.shr_u(low, 8), mask),
          v128.and(i32x4.shr_u(high, 8), mask),
        );
        const blue = i16x8.narrow_i32x4_u(v128.and(low, mask), v128.and(high, mask));
        h = Unit.mixAll(Unit.mixAll(Unit.mixAll(h, red), green), blue);
      }
    }
    return h;
  }

  @inline private static mixAll(h: v128, x: v128): v128 {
    return v128.xor(i16x8.add(i16x8.shl(h, 5), h), x);
  }
}
