// QUIC encoder: rows in, words out. One row is coded in alternating stretches: pixels that are coded one by one
// (their symbols are computed four or sixteen at a time beforehand) and runs. Where runs start and end is found in
// bitmaps with one bit a pixel. The generic parameter: quic-rows.ts.

import { expandRgb16, expandRgb24, extractAlpha } from './pixels';
import { Bitmap, findEqual, findRunStarts } from './quic-bitmaps';
import {
  BITMAP_BUFFER,
  COLOR_BUFFER,
  COLOR_CONTEXTS,
  Group,
  PLANE_BUFFER,
  PLANE_CONTEXTS,
  Rows,
  resetContexts,
  SLACK,
} from './quic-rows';
import {
  BEST,
  CODES5,
  CODES8,
  COLORS,
  EXPONENTS,
  LAST_INDEX,
  LEFT,
  LENGTHS5,
  LENGTHS8,
  MASK_INDEX,
  PIXELS_PER_INDEX,
  PLANE,
  prepareTables,
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

/** Folded residuals of the row at work. */
const COLOR_SYMBOLS: usize = memory.data(COLOR_BUFFER, 64) + SLACK;
const PLANE_SYMBOLS: usize = memory.data(PLANE_BUFFER, 64) + SLACK;
/** Bit i: pixel i equals pixel i - 1; of this row and of the row above, taking turns. */
const COLOR_EQUAL: usize = memory.data(BITMAP_BUFFER * 2, 64) + SLACK;
const PLANE_EQUAL: usize = memory.data(BITMAP_BUFFER * 2, 64) + SLACK;
/** Bit i: a run may start at pixel i. */
const RUN_STARTS: usize = memory.data(BITMAP_BUFFER, 64) + SLACK;
// The image at work.
let imageType: u32 = 0;
let imageWidth: u32 = 0;
let rowNumber: u32 = 0;

// The bit writer: bits not yet written stand left-aligned in `window`, less than 32 of them between two puts.
let output: usize = 0;
let window: u64 = 0;
let windowBits: u64 = 0;

class Row {
  @inline static symbols<T>(): usize {
    return sizeof<T>() == 1 ? PLANE_SYMBOLS : COLOR_SYMBOLS;
  }
  @inline static equal<T>(row: u32): usize {
    return (sizeof<T>() == 1 ? PLANE_EQUAL : COLOR_EQUAL) + (row & 1) * BITMAP_BUFFER;
  }
}

class Residuals {
  /** Folded residuals and contexts of 16 bytes of pixels, stored at `offset` of the row's buffers. */
  @inline static compute<T>(pixels: v128, left: v128, above: v128, offset: usize): void {
    const rounding = v128.and(v128.xor(left, above), i8x16.splat(1));
    let prediction = i8x16.sub(i8x16.avgr_u(left, above), rounding);
    if (sizeof<T>() == 2) prediction = v128.and(prediction, i8x16.splat(-8));
    const residual = i8x16.sub(pixels, prediction);
    const negative = i8x16.lt_s(residual, i8x16.splat(0));
    let symbols = i8x16.add(residual, residual);
    if (sizeof<T>() == 2) symbols = i8x16.shr_u(symbols, 3);
    symbols = v128.xor(symbols, negative);
    if (sizeof<T>() == 2) symbols = v128.and(symbols, i8x16.splat(31));
    v128.store(Row.symbols<T>() + offset, symbols);
    // bucket = floor(log2(symbol + 1)), from the two halves of symbol + 1; entries are 4 * bucket
    const next = i8x16.add_sat_u(symbols, i8x16.splat(1));
    const high = i8x16.shr_u(next, 4);
    const low = v128.and(next, i8x16.splat(15));
    const ofHigh =
      sizeof<T>() == 2
        ? v128(0, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16)
        : v128(0, 16, 20, 20, 24, 24, 24, 24, 28, 28, 28, 28, 28, 28, 28, 28);
    const ofLow = v128(0, 0, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12, 12, 12, 12, 12);
    const buckets = i8x16.max_u(v128.swizzle(ofHigh, high), v128.swizzle(ofLow, low));
    v128.store(Group.contexts<T>() + offset, buckets);
  }
}

class Symbols {
  /** Symbols and contexts of the pixels from `i` up to `end`; contexts behind `end` stay as they are. */
  @inline static compute<T>(pixels: usize, above: usize, i: u32, end: u32): void {
    let offset: usize = (i as usize) << Group.shift<T>();
    const endOffset: usize = (end as usize) << Group.shift<T>();
    const behind = v128.load(Group.contexts<T>() + endOffset);
    const pixel: usize = (1 as usize) << Group.shift<T>();
    do {
      const at = pixels + offset;
      Residuals.compute<T>(v128.load(at), v128.load(at - pixel), v128.load(above + offset), offset);
      offset += 16;
    } while (offset < endOffset);
    v128.store(Group.contexts<T>() + endOffset, behind);
  }

  /** Column 0 has no left neighbour: the pixel above is its prediction, or 0. */
  @inline static computeFirst<T>(pixels: usize, above: usize): void {
    const contexts = Group.contexts<T>();
    const pixel: usize = (1 as usize) << Group.shift<T>();
    const behind = v128.load(contexts + pixel);
    const neighbour = above != 0 ? v128.load(above) : i8x16.splat(0);
    Residuals.compute<T>(v128.load(pixels), neighbour, neighbour, 0);
    v128.store(contexts + pixel, behind);
  }
}

/** Counts the symbols of column `i` in the model. */
function updateModel<T>(i: u32): void {
  const group = Group.address<T>();
  const at: usize = (i as usize) << Group.shift<T>();
  if (sizeof<T>() == 1) {
    const lengths = LENGTHS8 + ((load<u8>(PLANE_SYMBOLS + at) as usize) << 4);
    updateBucket(group, 0, load<u8>(PLANE_CONTEXTS + at - 1), lengths, CODES8, 10);
  } else {
    for (let channel: usize = 0; channel < 3; channel++) {
      const symbol: usize = load<u8>(COLOR_SYMBOLS + at + 2 - channel);
      const bucket: usize = load<u8>(COLOR_CONTEXTS + at - 2 - channel);
      if (sizeof<T>() == 2) updateBucket(group, channel, bucket, LENGTHS5 + (symbol << 4), CODES5, 7);
      else updateBucket(group, channel, bucket, LENGTHS8 + (symbol << 4), CODES8, 10);
    }
  }
}

// Writing bits, 1 to 32 of them: bits += count; pending = Bits.add(...); to += Bits.written(bits); bits &= 31.
class Bits {
  /** Adds the `code` whose last bit is number `bits` of the window to it; stores its first word, shifts full ones out. */
  @inline static add(to: usize, pending: u64, code: u64, bits: u64): u64 {
    pending |= code << (64 - bits);
    store<u32>(to, (pending >> 32) as u32);
    return pending << (bits & 32);
  }

  /** Bytes of the full words. */
  @inline static written(bits: u64): usize {
    return ((bits & 32) >> 3) as usize;
  }
}

class Code {
  /** The table entry for one channel of a pixel: its length from bit 26 on, then its bits. */
  @inline static entry(contexts: usize, symbols: usize, group: usize): u32 {
    return load<u32>(load<u32>(group + load<u8>(contexts), BEST) + ((load<u8>(symbols) as usize) << 2));
  }

  @inline static bits(entry: u32): u64 {
    return (entry & 0x3ffffff) as u64;
  }
}

/**
 * Columns `i` up to `end`, between two changes of the wait-mask index. One function, so that the bit writer stays in
 * locals.
 */
function putSegment<T>(pixels: usize, above: usize, i: u32, end: u32): void {
  const group = Group.address<T>();
  const equal = Row.equal<T>(rowNumber);
  let to = output;
  let pending = window;
  let bits = windowBits;
  let wait = load<u32>(group, WAIT);
  let runAt: u32 = 0;
  let isFirst = i == 0;
  // without a row above, the left neighbour predicts alone: it takes the place of the pixel above
  const upper = above != 0 ? above : pixels - ((1 as usize) << Group.shift<T>());
  let stop = i + wait;
  while (i < end) {
    let next = end;
    if (isFirst) {
      Symbols.computeFirst<T>(pixels, above);
      next = 1;
    } else {
      if (above != 0) {
        next = Bitmap.nextSet(RUN_STARTS, i, end);
        if (next == i) {
          if (runAt != i) {
            runAt = i;
            wait = stop - i;
            next = Bitmap.nextClear(equal, i, end);
            let length = next - i;
            let state = load<u32>(group, RUN_STATE);
            let exponent: u32 = load<u8>(EXPONENTS + state);
            while (length >= (1 as u32) << exponent) {
              bits++;
              pending = Bits.add(to, pending, 1, bits);
              to += Bits.written(bits);
              bits &= 31;
              length -= (1 as u32) << exponent;
              if (state < 31) state++;
              exponent = load<u8>(EXPONENTS + state);
            }
            bits += exponent + 1;
            pending = Bits.add(to, pending, length, bits);
            to += Bits.written(bits);
            bits &= 31;
            store<u32>(group, state > 0 ? state - 1 : 0, RUN_STATE);
            i = next;
            stop = i + wait;
            continue;
          }
          next = Bitmap.nextSet(RUN_STARTS, i + 1, end);
        }
      }
      Symbols.compute<T>(pixels, upper, i, next);
    }
    do {
      // up to the next pixel that counts in the model
      const pause = min<u32>(next, stop + 1);
      if (sizeof<T>() == 1) {
        for (; i < pause; i++) {
          const entry = Code.entry(PLANE_CONTEXTS + i - 1, PLANE_SYMBOLS + i, PLANE);
          bits += entry >> 26;
          pending = Bits.add(to, pending, Code.bits(entry), bits);
          to += Bits.written(bits);
          bits &= 31;
        }
      } else {
        for (; i < pause; i++) {
          const at = (i as usize) << 2;
          const r = Code.entry(COLOR_CONTEXTS + at - 2, COLOR_SYMBOLS + at + 2, COLORS);
          const g = Code.entry(COLOR_CONTEXTS + at - 3, COLOR_SYMBOLS + at + 1, COLORS + 32);
          const b = Code.entry(COLOR_CONTEXTS + at - 4, COLOR_SYMBOLS + at, COLORS + 64);
          let count: u32 = (r >> 26) + (g >> 26) + (b >> 26);
          let code = Code.bits(r);
          if (count > 32) {
            // rare: more than the writer takes at once, so red goes alone, and green if that is not enough
            bits += r >> 26;
            pending = Bits.add(to, pending, code, bits);
            to += Bits.written(bits);
            bits &= 31;
            code = 0;
            count -= r >> 26;
            if (count > 32) {
              bits += g >> 26;
              pending = Bits.add(to, pending, Code.bits(g), bits);
              to += Bits.written(bits);
              bits &= 31;
              count = b >> 26;
            } else {
              code = Code.bits(g);
            }
            code = (code << (b >> 26)) | Code.bits(b);
          } else {
            code = (((code << (g >> 26)) | Code.bits(g)) << (b >> 26)) | Code.bits(b);
          }
          bits += count;
          pending = Bits.add(to, pending, code, bits);
          to += Bits.written(bits);
          bits &= 31;
        }
      }
      if (isFirst) {
        isFirst = false;
        if (wait > 0) {
          wait--;
        } else {
          wait = random(group);
          updateModel<T>(0);
        }
        stop = 1 + wait;
      } else if (i > stop) {
        updateModel<T>(stop);
        stop = i + random(group);
      }
    } while (i < next);
    wait = stop - i;
  }
  store<u32>(group, wait, WAIT);
  output = to;
  window = pending;
  windowBits = bits;
}

/** One row of one group; `above` is 0 for the first row of the image. */
function putRow<T>(pixels: usize, above: usize, width: u32): void {
  const group = Group.address<T>();
  findEqual<T>(pixels, width, Row.equal<T>(rowNumber));
  if (above != 0) findRunStarts(Row.equal<T>(rowNumber), Row.equal<T>(rowNumber + 1), width, RUN_STARTS);
  Group.moveContext<T>();
  let position: u32 = 0;
  let index = load<u32>(group, MASK_INDEX);
  let left = load<u32>(group, LEFT);
  while (index < LAST_INDEX && left <= width - position) {
    if (left > 0) {
      putSegment<T>(pixels, above, position, position + left);
      position += left;
    }
    index++;
    left = PIXELS_PER_INDEX;
    store<u32>(group, index, MASK_INDEX);
  }
  if (position < width) {
    putSegment<T>(pixels, above, position, width);
    if (index < LAST_INDEX) left -= width - position;
  }
  store<u32>(group, left, LEFT);
}

function putWord(value: u32): void {
  store<u32>(output, value);
  output += 4;
}

/** Starts an image: writes its header to `out` and returns the address behind it. */
export function quicEncodeStart(type: u32, width: u32, height: u32, out: usize): usize {
  prepareTables();
  imageType = type;
  imageWidth = width;
  rowNumber = 0;
  window = 0;
  windowBits = 0;
  if (type == TYPE_RGB16) resetGroup(COLORS, 5, CODES5, 7);
  else resetGroup(COLORS, 8, CODES8, 10);
  resetGroup(PLANE, 8, CODES8, 10);
  resetContexts();
  output = out;
  putWord(0x43495551);
  putWord(0);
  putWord(type);
  putWord(width);
  putWord(height);
  return output;
}

/**
 * Codes `count` further rows of the image, `rowBytes` apart, to `out`; returns the address behind the words written.
 * For rgb32 and rgba the row before `pixels` must still be in place, but for the first row. Needs 64 readable
 * bytes before and behind the rows, and in `out` 13 bytes for every pixel and 8 more.
 */
export function quicEncodeRows(pixels: usize, rowBytes: usize, count: u32, out: usize): usize {
  output = out;
  const width = imageWidth;
  for (let i: u32 = 0; i < count; i++, rowNumber++) {
    const first = rowNumber == 0;
    const pixelRow = Rows.pixels(rowNumber);
    const pixelRowAbove = first ? 0 : Rows.pixels(rowNumber + 1);
    const plane = Rows.plane(rowNumber);
    const planeAbove = first ? 0 : Rows.plane(rowNumber + 1);
    if (imageType == TYPE_GRAY) {
      putRow<u8>(pixels, first ? 0 : pixels - rowBytes, width);
    } else if (imageType == TYPE_RGB16) {
      expandRgb16(pixels, pixelRow, width);
      putRow<u16>(pixelRow, pixelRowAbove, width);
    } else if (imageType == TYPE_RGB24) {
      expandRgb24(pixels, pixelRow, width);
      putRow<u32>(pixelRow, pixelRowAbove, width);
    } else {
      putRow<u32>(pixels, first ? 0 : pixels - rowBytes, width);
      if (imageType == TYPE_RGBA) {
        extractAlpha(pixels, plane, width);
        putRow<u8>(plane, planeAbove, width);
      }
    }
    pixels += rowBytes;
  }
  return output;
}

/** Ends the image; at most 8 bytes. */
export function quicEncodeEnd(out: usize): usize {
  output = out;
  if (windowBits > 0) putWord((window >> 32) as u32);
  putWord(0);
  return output;
}
