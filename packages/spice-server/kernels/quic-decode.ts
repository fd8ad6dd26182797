// QUIC decoder: words in, rows out. The generic parameter: quic-rows.ts; 5-bit components stand in the upper bits
// of their bytes here too.
import { BAD_SYMBOL, fail, OVERRUN, TRUNCATED } from './failure';
import { mergeAlpha, packRgb16, packRgb24 } from './pixels';
import { COLOR_CONTEXTS, Group, PLANE_CONTEXTS, Rows, resetContexts } from './quic-rows';
import {
  BEST,
  BUCKETS5,
  BUCKETS8,
  COLORS,
  ESCAPES5,
  ESCAPES8,
  EXPONENTS,
  LAST_INDEX,
  LEFT,
  LENGTHS5,
  LENGTHS8,
  LOOKAHEAD,
  MASK_INDEX,
  PIXELS_PER_INDEX,
  PLANE,
  prepareTables,
  READING5,
  READING8,
  ROW_SHIFT,
  RUN_STATE,
  random,
  resetGroup,
  TYPE_GRAY,
  TYPE_RGB16,
  TYPE_RGB24,
  TYPE_RGBA,
  updateBucket,
  WAIT,
} from './quic-tables';

/** A code longer than the tables look, at the start of a window: length << 16 | symbol. */
function longSymbol<T>(window: u64, reading: usize): u32 {
  const code = (reading - (sizeof<T>() == 2 ? READING5 : READING8)) >> ROW_SHIFT;
  const escapes = (sizeof<T>() == 2 ? ESCAPES5 : ESCAPES8) + (code << 2);
  const low = code as u32;
  const prefix: u32 = clz(window) as u32;
  const most: u32 = load<u8>(escapes);
  if (prefix < most) {
    // shifted in two steps: none of the low bits would be a shift by 64
    const rest = ((window << (prefix + 1)) >> 1) >> (63 - low);
    return (prefix << low) | (rest as u32) | ((prefix + 1 + low) << 16);
  }
  const bits: u32 = load<u8>(escapes, 1);
  const escaped = ((window << most) >> (64 - bits)) as u32;
  return (load<u16>(escapes, 2) + escaped) | ((most + bits) << 16);
}

// The image at work.
let imageType: u32 = 0;
let imageWidth: u32 = 0;
let rowNumber: u32 = 0;

// The data, and the next bit of it to read. Words are at most 2^26, so bits fit 32-bit numbers.
let data: usize = 0;
let dataBits: u32 = 0;
let position: u32 = 0;

class Reader {
  /** At least 33 bits from `at` on, left-aligned. */
  @inline static window(at: u32): u64 {
    return rotl<u64>(load<u64>(data + ((at >> 5) << 2)), 32) << (at & 31);
  }

  /** length << 8 | symbol of the code at the start of a window, or 0 when it is long; `reading` is the code's table. */
  @inline static entry(window: u64, reading: usize): u32 {
    return load<u16>(reading + (((window >> (64 - LOOKAHEAD)) as usize) << 1));
  }

  /** The component that a symbol stands for; 5-bit ones in the upper bits. */
  @inline static component<T>(symbol: u32, left: u32, above: u32): u32 {
    const residual = (symbol >> 1) ^ (0 - (symbol & 1));
    if (sizeof<T>() == 2) return ((((left + above) >> 4) + residual) & 31) << 3;
    return (((left + above) >> 1) + residual) & 255;
  }

  @inline static bucket<T>(symbol: u32): u32 {
    return load<u8>((sizeof<T>() == 2 ? BUCKETS5 : BUCKETS8) + symbol);
  }
}

/** Counts the symbols of column `i`, blue, green, red from bit 0 on, in the model. */
function updateModel<T>(i: u32, symbols: u32): void {
  const group = Group.address<T>();
  const channels: usize = sizeof<T>() == 1 ? 1 : 3;
  for (let channel: usize = 0; channel < channels; channel++) {
    const byte: usize = channels - 1 - channel;
    const symbol: usize = (symbols >> ((byte as u32) << 3)) & 0xff;
    const bucket: usize = load<u8>(Group.contexts<T>() + (((i as usize) - 1) << Group.shift<T>()) + byte);
    if (sizeof<T>() == 2) updateBucket(group, channel, bucket, LENGTHS5 + (symbol << 4), READING5, ROW_SHIFT);
    else updateBucket(group, channel, bucket, LENGTHS8 + (symbol << 4), READING8, ROW_SHIFT);
  }
}

class Run {
  /** Whether a run may start at column `i`: the two pixels left of it are equal, and so are those above and left of that. */
  @inline static mayStart<T>(row: usize, above: usize, i: u32): bool {
    if (sizeof<T>() == 1) {
      return load<u8>(above + i) == load<u8>(above + i - 1) && load<u8>(row + i - 1) == load<u8>(row + i - 2);
    }
    const at = (i as usize) << 2;
    return (
      load<u32>(above + at) == load<u32>(above + at - 4) && load<u32>(row + at - 4) == load<u32>(row + at - 8)
    );
  }

  /** Repeats the pixel before column `i`. */
  @inline static fill<T>(row: usize, i: u32, length: u32): void {
    if (sizeof<T>() == 1) {
      memory.fill(row + i, load<u8>(row + i - 1), length);
    } else {
      const at = row + ((i as usize) << 2);
      const end = at + ((length as usize) << 2);
      const pixel = i32x4.splat(load<u32>(at - 4));
      for (let to = at; to < end; to += 16) v128.store(to, pixel);
    }
  }
}

/** Notes a failure at a bit of the data; returns 0. */
function failAt(kind: u32, bit: u32): usize {
  return fail(kind, data + (min<u32>(bit, dataBits) >> 3));
}

/**
 * Columns `i` up to `end`, between two changes of the wait-mask index. Returns 0 on a failure. One function, so that
 * the place in the data stays in a local.
 */
function readSegment<T>(row: usize, above: usize, i: u32, end: u32): usize {
  const group = Group.address<T>();
  const shift = Group.shift<T>();
  const pixel: usize = (1 as usize) << shift;
  const most: u32 = sizeof<T>() == 2 ? 31 : 255;
  let bit = position;
  let wait = load<u32>(group, WAIT);
  let runAt: u32 = 0;
  let isFirst = i == 0;
  let stop = i + wait;
  while (i < end) {
    if (above != 0 && i > 2 && runAt != i && Run.mayStart<T>(row, above, i)) {
      runAt = i;
      wait = stop - i;
      let length: u32 = 0;
      let state = load<u32>(group, RUN_STATE);
      while (Reader.window(bit) >> 63 != 0) {
        bit++;
        length += (1 as u32) << load<u8>(EXPONENTS + state);
        if (state < 31) state++;
        if (length > end - i) return failAt(OVERRUN, bit);
        if (bit > dataBits) return failAt(TRUNCATED, bit);
      }
      const exponent: u32 = load<u8>(EXPONENTS + state);
      // the 0 bit that ended the ones goes along: it is worth nothing
      length += (Reader.window(bit) >> (63 - exponent)) as u32;
      bit += exponent + 1;
      store<u32>(group, state > 0 ? state - 1 : 0, RUN_STATE);
      if (bit > dataBits) return failAt(TRUNCATED, bit);
      if (length > end - i) return failAt(OVERRUN, bit);
      Run.fill<T>(row, i, length);
      i += length;
      stop = i + wait;
      continue;
    }
    const at = (i as usize) << shift;
    let left = row + at - pixel;
    let upper = above + at;
    if (isFirst) {
      // nothing stands left of column 0: the pixel above predicts alone, or 0, which the slack before the row holds
      if (above == 0) upper = row - 16;
      left = upper;
    } else if (above == 0) {
      upper = left;
    }
    let symbols: u32;
    if (sizeof<T>() == 1) {
      const context = PLANE_CONTEXTS + at;
      const reading = load<u32>(group + load<u8>(context - 1), BEST);
      const bits = Reader.window(bit);
      const entry = Reader.entry(bits, reading);
      if (entry != 0) {
        bit += entry >> 8;
        symbols = entry & 0xff;
      } else {
        const code = longSymbol<T>(bits, reading);
        bit += code >> 16;
        symbols = code & 0xffff;
      }
      if (symbols > most) return failAt(BAD_SYMBOL, bit);
      store<u8>(row + at, Reader.component<T>(symbols, load<u8>(left), load<u8>(upper)));
      store<u8>(context, Reader.bucket<T>(symbols));
    } else {
      const context = COLOR_CONTEXTS + at;
      const readingR = load<u32>(group + load<u8>(context - 4, 2), BEST);
      const readingG = load<u32>(group + load<u8>(context - 4, 1), BEST + 32);
      const readingB = load<u32>(group + load<u8>(context - 4), BEST + 64);
      // one window is enough for three short codes
      let bits = Reader.window(bit);
      let r = Reader.entry(bits, readingR);
      let length = r >> 8;
      if (r != 0) {
        r &= 0xff;
        bits <<= length;
        bit += length;
      } else {
        r = longSymbol<T>(bits, readingR);
        bit += r >> 16;
        r &= 0xffff;
        bits = Reader.window(bit);
      }
      let g = Reader.entry(bits, readingG);
      length = g >> 8;
      if (g != 0) {
        g &= 0xff;
        bits <<= length;
        bit += length;
      } else {
        g = longSymbol<T>(Reader.window(bit), readingG);
        bit += g >> 16;
        g &= 0xffff;
        bits = Reader.window(bit);
      }
      let b = Reader.entry(bits, readingB);
      if (b != 0) {
        bit += b >> 8;
        b &= 0xff;
      } else {
        b = longSymbol<T>(Reader.window(bit), readingB);
        bit += b >> 16;
        b &= 0xffff;
      }
      if ((r | g | b) > most) return failAt(BAD_SYMBOL, bit);
      symbols = b | (g << 8) | (r << 16);
      store<u32>(
        row + at,
        Reader.component<T>(b, load<u8>(left), load<u8>(upper)) |
          (Reader.component<T>(g, load<u8>(left, 1), load<u8>(upper, 1)) << 8) |
          (Reader.component<T>(r, load<u8>(left, 2), load<u8>(upper, 2)) << 16),
      );
      store<u32>(context, Reader.bucket<T>(b) | (Reader.bucket<T>(g) << 8) | (Reader.bucket<T>(r) << 16));
    }
    if (bit > dataBits) return failAt(TRUNCATED, bit);
    if (isFirst) {
      isFirst = false;
      if (wait > 0) {
        wait--;
      } else {
        wait = random(group);
        updateModel<T>(0, symbols);
      }
      stop = 1 + wait;
    } else if (i == stop) {
      updateModel<T>(i, symbols);
      stop = i + 1 + random(group);
    }
    i++;
    wait = stop - i;
  }
  store<u32>(group, wait, WAIT);
  position = bit;
  return 1;
}

/** One row of one group; `above` is 0 for the first row of the image. Returns 0 on a failure. */
function readRow<T>(row: usize, above: usize, width: u32): usize {
  const group = Group.address<T>();
  Group.moveContext<T>();
  let column: u32 = 0;
  let index = load<u32>(group, MASK_INDEX);
  let left = load<u32>(group, LEFT);
  while (index < LAST_INDEX && left <= width - column) {
    if (left > 0) {
      if (!readSegment<T>(row, above, column, column + left)) return 0;
      column += left;
    }
    index++;
    left = PIXELS_PER_INDEX;
    store<u32>(group, index, MASK_INDEX);
  }
  if (column < width) {
    if (!readSegment<T>(row, above, column, width)) return 0;
    if (index < LAST_INDEX) left -= width - column;
  }
  store<u32>(group, left, LEFT);
  return 1;
}

/**
 * Starts an image whose data, header included, stands at `from` in `bytes` bytes, at most 2^28. Needs 64 readable
 * bytes behind them.
 */
export function quicDecodeStart(type: u32, width: u32, from: usize, bytes: u32): void {
  prepareTables();
  imageType = type;
  imageWidth = width;
  rowNumber = 0;
  data = from;
  dataBits = (bytes >> 2) << 5;
  position = 5 * 32;
  if (type == TYPE_RGB16) resetGroup(COLORS, 5, READING5, ROW_SHIFT);
  else resetGroup(COLORS, 8, READING8, ROW_SHIFT);
  resetGroup(PLANE, 8, READING8, ROW_SHIFT);
  resetContexts();
  store<u32>(Rows.pixels(0) - 16, 0);
  store<u32>(Rows.plane(0) - 16, 0);
}

/**
 * Decodes `count` further rows to `to`, tightly packed. Returns 1, or 0: see failure.ts. Writes up to 63 bytes behind
 * the rows.
 */
export function quicDecodeRows(to: usize, count: u32): u32 {
  const width = imageWidth;
  for (let i: u32 = 0; i < count; i++, rowNumber++) {
    const first = rowNumber == 0;
    const row = Rows.pixels(rowNumber);
    const above = first ? 0 : Rows.pixels(rowNumber + 1);
    const plane = Rows.plane(rowNumber);
    const planeAbove = first ? 0 : Rows.plane(rowNumber + 1);
    if (imageType == TYPE_GRAY) {
      if (!readRow<u8>(plane, planeAbove, width)) return 0;
      memory.copy(to, plane, width);
      to += width;
    } else if (imageType == TYPE_RGB16) {
      if (!readRow<u16>(row, above, width)) return 0;
      packRgb16(row, to, width);
      to += (width as usize) << 1;
    } else {
      if (!readRow<u32>(row, above, width)) return 0;
      if (imageType == TYPE_RGB24) {
        packRgb24(row, to, width);
        to += (width as usize) * 3;
      } else {
        memory.copy(to, row, (width as usize) << 2);
        if (imageType == TYPE_RGBA) {
          if (!readRow<u8>(plane, planeAbove, width)) return 0;
          mergeAlpha(plane, to, width);
        }
        to += (width as usize) << 2;
      }
    }
  }
  return 1;
}

/** Ends the image: the data must have one more word than the rows took. Returns 1, or 0: see failure.ts. */
export function quicDecodeEnd(): u32 {
  const words = (position + 31) >> 5;
  if ((words + 1) << 5 > dataBits) return fail(TRUNCATED, data + (dataBits >> 3)) as u32;
  return 1;
}
