// LZ decoder of one plane. Pixels of three colours become 4 bytes with byte 3 zero.
import { BAD_REFERENCE, fail, OVERRUN, TRUNCATED } from './failure';
import { Unit } from './lz-units';

const FAR: usize = 8191;
/** The offset that stands for "a 16-bit one follows". */
const FAR_MARK: usize = 0x1fff;

/** `count` literals; returns the address behind them in the data. Writes up to 31 bytes more. */
function copyLiterals<T>(from: usize, to: usize, count: usize): usize {
  if (sizeof<T>() == 4) {
    const zero = i8x16.splat(0);
    for (let i: usize = 0; i < count; i += 4) {
      const group = v128.load(from + i * 3);
      v128.store(
        to + (i << 2),
        v128.shuffle<u8>(group, zero, 0, 1, 2, 16, 3, 4, 5, 16, 6, 7, 8, 16, 9, 10, 11, 16),
      );
    }
    return from + count * 3;
  }
  if (sizeof<T>() == 2) {
    for (let i: usize = 0; i < count; i += 8) {
      const words = v128.load(from + (i << 1));
      v128.store(
        to + (i << 1),
        v128.shuffle<u8>(words, words, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14),
      );
    }
    return from + (count << 1);
  }
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
  return from + count;
}

/** Repeats what stands `back` bytes before `to`, for `bytes` bytes. Writes up to 15 bytes more. */
function copyMatch<T>(to: usize, back: usize, bytes: usize): void {
  const end = to + bytes;
  if (back >= 16) {
    for (; to < end; to += 16) v128.store(to, v128.load(to - back));
  } else if (back == sizeof<T>()) {
    const unit =
      sizeof<T>() == 4
        ? i32x4.splat(load<u32>(to - 4))
        : sizeof<T>() == 2
          ? i16x8.splat(load<u16>(to - 2))
          : i8x16.splat(load<u8>(to - 1));
    for (; to < end; to += 16) v128.store(to, unit);
  } else {
    for (; to < end; to += sizeof<T>()) store<T>(to, load<T>(to - back));
  }
}

function decodePlane<T>(from: usize, fromEnd: usize, to: usize, units: u32): usize {
  const literalBytes: usize = sizeof<T>() == 4 ? 3 : sizeof<T>();
  const start = to;
  const end = to + ((units as usize) << Unit.shift<T>());
  while (to < end) {
    if (from >= fromEnd) return fail(TRUNCATED, from);
    const token = from;
    const control: usize = load<u8>(from++);
    const left = (end - to) >> Unit.shift<T>();
    if (control < 32) {
      const count = control + 1;
      if (count > left) return fail(OVERRUN, token);
      if (fromEnd - from < count * literalBytes) return fail(TRUNCATED, fromEnd);
      from = copyLiterals<T>(from, to, count);
      to += count << Unit.shift<T>();
      continue;
    }
    let length = control >> 5;
    let offset = (control & 31) << 8;
    if (length == 7) {
      let more: usize;
      do {
        if (from >= fromEnd) return fail(TRUNCATED, from);
        more = load<u8>(from++);
        length += more;
        if (length > left) return fail(OVERRUN, token);
      } while (more == 255);
    }
    if (from >= fromEnd) return fail(TRUNCATED, from);
    offset += load<u8>(from++);
    if (offset == FAR_MARK) {
      if (fromEnd - from < 2) return fail(TRUNCATED, fromEnd);
      offset = FAR + ((load<u8>(from) as usize) << 8) + load<u8>(from, 1);
      from += 2;
    }
    length += Unit.minMatch<T>() - 1;
    if (length > left) return fail(OVERRUN, token);
    const back = (offset + 1) << Unit.shift<T>();
    if (back > to - start) return fail(BAD_REFERENCE, token);
    copyMatch<T>(to, back, length << Unit.shift<T>());
    to += length << Unit.shift<T>();
  }
  return from;
}

/**
 * Decodes `units` units of `unitBytes` (1, 2, or 4 for pixels of three colours) to `to`. Returns the address behind
 * the last token, or 0: see failure.ts. Needs 64 readable bytes behind the data and writable ones behind the plane.
 */
export function lzDecodePlane(unitBytes: u32, from: usize, fromEnd: usize, to: usize, units: u32): usize {
  if (unitBytes == 4) return decodePlane<u32>(from, fromEnd, to, units);
  if (unitBytes == 2) return decodePlane<u16>(from, fromEnd, to, units);
  return decodePlane<u8>(from, fromEnd, to, units);
}
