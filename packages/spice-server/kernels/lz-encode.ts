// LZ encoder of one plane. Gives the bytes of the reference encoder for every way of cutting the source into
// segments. Units and hashes: lz-units.ts.
import { Unit } from './lz-units';

/** hash -> byte offset of the unit from the plane's start, 8192 x u32. Zero is the first unit, as it must be. */
const TABLE_BYTES: i32 = 8192 * 4;
const TABLE: usize = memory.data(TABLE_BYTES, 64);
/** Table offsets of the eight positions from `ahead` on, u16. */
const HASHES: usize = memory.data(16, 16);

const END_OF_DISTANCES: usize = 73725;
const FAR: usize = 8191;
const MAX_COPY: u32 = 32;
/** Literals after which hashes are computed eight at a time; matches longer than `LONG` units make that rare again. */
const DENSE: u32 = 12;
const MOST_DENSE: u32 = 64;
const LONG: usize = 6;

class Token {
  /** The address of a position's table entry. */
  @inline static entry<T>(at: usize): usize {
    return TABLE + (((Unit.hash<T>(at) as usize) & 8191) << 2);
  }

  /** The same of eight positions, as offsets in the table. */
  @inline static entries<T>(at: usize): v128 {
    return v128.and(i16x8.shl(Unit.hashes<T>(at), 2), i16x8.splat(8191 << 2));
  }

  /** The same, looked up if it is among the eight that begin at `ahead`. */
  @inline static known<T>(at: usize, ahead: usize): usize {
    const place = (at - ahead) >> Unit.shift<T>();
    return place < 8 ? TABLE + (load<u16>(HASHES + (place << 1)) as usize) : Token.entry<T>(at);
  }

  /** Writes a match; `length` is the coded length, `distance` is one less than the real one. */
  @inline static put(out: usize, length: usize, distance: usize): usize {
    const isFar = distance >= FAR;
    const head: usize = isFar ? 31 : distance >> 8;
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
    if (isFar) {
      distance -= FAR;
      store<u8>(out, 255);
      store<u8>(out, distance >> 8, 1);
      store<u8>(out, distance, 2);
      return out + 3;
    }
    store<u8>(out, distance);
    return out + 1;
  }
}

/** `count` literals behind their count byte. */
function putShort<T>(from: usize, count: u32, out: usize): usize {
  store<u8>(out++, count - 1);
  for (let i: u32 = 0; i < count; i++)
    out = Unit.putLiteral<T>(from + ((i as usize) << Unit.shift<T>()), out);
  return out;
}

/** The first unit behind the segment of `unit`. */
function segmentEnd(base: usize, unit: usize, segmentBytes: usize, end: usize): usize {
  return min<usize>(base + ((unit - base) / segmentBytes + 1) * segmentBytes, end);
}

/**
 * One segment after the leading ones that are too short; returns the address behind its tokens, or 0 when they pass
 * `outEnd`.
 */
function encodeSegment<T>(
  base: usize,
  start: usize,
  end: usize,
  segmentBytes: usize,
  out: usize,
  outEnd: usize,
): usize {
  const unit: usize = (1 as usize) << Unit.shift<T>();
  const bound = end - 2 * unit;
  const limit = (end as isize) - 6 * unit;
  let ip = start;
  let countAt = out++;
  store<u8>(countAt, 31);
  let copy: u32 = 0;
  let dense: u32 = 0;
  let ahead: usize = 0;
  if (start == base) {
    out = Unit.putLiterals<T>(ip, 2, out);
    ip += 2 * unit;
    copy = 2;
  }
  while ((ip as isize) < limit) {
    let anchor = ip;
    let ref: usize;
    let refEnd = end;
    let distance: usize;
    if (ip > start && Unit.isRun<T>(ip)) {
      distance = 0;
      ref = anchor + 2 * unit;
      ip = anchor + 3 * unit;
    } else {
      let entry: usize;
      if (dense >= DENSE && ((ip + 8 * unit) as isize) <= limit) {
        let place = (ip - ahead) >> Unit.shift<T>();
        if (place >= 8) {
          v128.store(HASHES, Token.entries<T>(ip));
          ahead = ip;
          place = 0;
        }
        // as many literals as can be told without looking at any unit twice
        const most = min<usize>(8, place + MAX_COPY - copy);
        const first = place;
        let isMatch = false;
        do {
          entry = TABLE + (load<u16>(HASHES + (place << 1)) as usize);
          ref = base + load<u32>(entry);
          const back = (ip - ref) >> Unit.shift<T>();
          if (back - 1 < END_OF_DISTANCES - 1 && !Unit.differ<T>(ref, ip)) {
            isMatch = true;
            break;
          }
          store<u32>(entry, ip - base);
          ip += unit;
          place++;
        } while (place < most && !Unit.isRun<T>(ip));
        const count = (place - first) as u32;
        if (count > 0) {
          out = Unit.putLiterals<T>(anchor, count, out);
          copy += count;
          dense = min<u32>(dense + count, MOST_DENSE);
          if (copy == MAX_COPY) {
            copy = 0;
            if (out > outEnd) return 0;
            countAt = out++;
            store<u8>(countAt, 31);
          }
          if (!isMatch) continue;
          anchor = ip;
        }
      } else {
        entry = Token.entry<T>(ip);
        ref = base + load<u32>(entry);
      }
      store<u32>(entry, ip - base);
      distance = (ip - ref) >> Unit.shift<T>();
      let found = distance - 1 < END_OF_DISTANCES - 1 && !Unit.differ<T>(ref, ip);
      if (found) {
        if (ref < start) refEnd = segmentEnd(base, ref, segmentBytes, end);
        ref += Unit.minMatch<T>() << Unit.shift<T>();
        ip += Unit.minMatch<T>() << Unit.shift<T>();
        if (distance >= FAR) {
          if (Unit.minMatch<T>() == 3) {
            found =
              ref < refEnd - unit && !Unit.differOne<T>(ref, ip) && !Unit.differOne<T>(ref + unit, ip + unit);
            ref += 2 * unit;
            ip += 2 * unit;
          } else {
            found = ref <= refEnd - unit && !Unit.differOne<T>(ref, ip);
            ref += unit;
            ip += unit;
          }
        }
      }
      if (!found) {
        out = Unit.putLiteral<T>(anchor, out);
        ip = anchor + unit;
        dense++;
        if (++copy == MAX_COPY) {
          copy = 0;
          if (out > outEnd) return 0;
          countAt = out++;
          store<u8>(countAt, 31);
        }
        continue;
      }
      distance--;
    }
    // the length ends one unit past the first that differs, but for distance 1 and at the bounds
    let most: usize = 0;
    if (ip < bound && ref < refEnd) most = min<usize>(bound - ip, refEnd - ref) >> Unit.shift<T>();
    if (distance == 0) {
      ip += Unit.countRun<T>(ref, ref, most) << Unit.shift<T>();
    } else {
      const equal = Unit.countEqual<T>(ref, ip, most);
      ip += (equal < most ? equal + 1 : equal) << Unit.shift<T>();
    }
    if (copy > 0) store<u8>(countAt, copy - 1);
    else out--;
    copy = 0;
    dense = ip - anchor > LONG * unit ? dense >> 2 : dense;
    ip -= 3 * unit;
    const length = (((ip - anchor) as isize) >> Unit.shift<T>()) + 3 - Unit.minMatch<T>();
    if (out + (length as u32) / 255 > outEnd) return 0;
    out = Token.put(out, length, distance);
    if (dense >= DENSE) {
      if (Unit.minMatch<T>() == 3 || ip > anchor) store<u32>(Token.known<T>(ip, ahead), ip - base);
      ip += unit;
      if (Unit.minMatch<T>() != 1 || ip > anchor) store<u32>(Token.known<T>(ip, ahead), ip - base);
      ip += unit;
    } else {
      if (Unit.minMatch<T>() == 3 || ip > anchor) store<u32>(Token.entry<T>(ip), ip - base);
      ip += unit;
      if (Unit.minMatch<T>() != 1 || ip > anchor) store<u32>(Token.entry<T>(ip), ip - base);
      ip += unit;
    }
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

function encodePlane<T>(base: usize, units: u32, segmentUnits: u32, out: usize, outEnd: usize): usize {
  const end = base + ((units as usize) << Unit.shift<T>());
  const segmentBytes = (segmentUnits as usize) << Unit.shift<T>();
  memory.fill(TABLE, 0, TABLE_BYTES);
  for (let start = base; start < end; start += segmentBytes) {
    const stop = min<usize>(start + segmentBytes, end);
    if (min<u32>(units, segmentUnits) < 4) {
      out = putShort<T>(start, ((stop - start) >> Unit.shift<T>()) as u32, out);
      if (out > outEnd) return 0;
    } else {
      out = encodeSegment<T>(base, start, stop, segmentBytes, out, outEnd);
      if (out == 0) return 0;
    }
  }
  return out;
}

/**
 * Encodes `units` units of `unitBytes` (1, 2, or 4 for pixels of three colours) at `from`, cut into segments of
 * `segmentUnits`; the last may be shorter. Returns the address behind the tokens, or 0 when they pass `outEnd`; up to
 * 256 bytes behind it may be written. Needs 64 readable bytes before and behind the plane.
 */
export function lzEncodePlane(
  unitBytes: u32,
  from: usize,
  units: u32,
  segmentUnits: u32,
  out: usize,
  outEnd: usize,
): usize {
  if (unitBytes == 4) return encodePlane<u32>(from, units, segmentUnits, out, outEnd);
  if (unitBytes == 2) return encodePlane<u16>(from, units, segmentUnits, out, outEnd);
  return encodePlane<u8>(from, units, segmentUnits, out, outEnd);
}
