// Baseline JPEG encoder, 4:2:0. Works on B,G,R,X pixels, MCUs of 16 x 16. Headers, tables and edges are the
// caller's work: rows come with whole MCUs, repeated at the edges.
import { COEFFICIENTS, flatDc, makeZigzag, transform, ZIGZAG } from './jpeg-blocks';
import { expandRgb16 } from './pixels';

/**
 * What the caller fills in: for brightness, then for colours, 64 f32 factors (coefficient u * 8 + v of the transform in
 * jpeg-blocks.ts, u across and v down, to a quantized one), 16 u32 codes of DC sizes and 256 u32 codes of AC symbols
 * (code << 5 | bits).
 */
const TABLES: usize = memory.data(2 * 1344, 64);
const DC_CODES: usize = 256;
const AC_CODES: usize = 320;
const COLOR_TABLES: usize = TABLES + 1344;

/** Samples of an MCU, i16, doubled and around 0: four blocks of brightness, one of each colour. */
const SAMPLES: usize = memory.data(6 * 128, 64);
const END_OF_BLOCK: usize = 0x00;
const SIXTEEN_ZEROS: usize = 0xf0;

let out: usize = 0;
/** Bits that have not been written, in the low `pendingBits` (below 32) bits. */
let pending: u64 = 0;
let pendingBits: u32 = 0;
/** The last DC of brightness and both colours. */
let lastY: i32 = 0;
let lastCb: i32 = 0;
let lastCr: i32 = 0;

class Jpeg {
  /** Brightness of 4 pixels as 32-bit lanes, doubled, around 0. */
  @inline static brightness(blueRed: v128, green: v128): v128 {
    const sum = i32x4.add(
      i32x4.dot_i16x8_s(blueRed, i16x8(3736, 9797, 3736, 9797, 3736, 9797, 3736, 9797)),
      i32x4.dot_i16x8_s(green, i16x8(19235, 0, 19235, 0, 19235, 0, 19235, 0)),
    );
    return i32x4.shr_s(i32x4.add(sum, i32x4.splat(8192 - (128 << 15))), 14);
  }

  /** One colour of 4 sums of 4 pixels, doubled. */
  @inline static color(blueRed: v128, green: v128, blueRedFactors: v128, greenFactors: v128): v128 {
    const sum = i32x4.add(i32x4.dot_i16x8_s(blueRed, blueRedFactors), i32x4.dot_i16x8_s(green, greenFactors));
    return i32x4.shr_s(i32x4.add(sum, i32x4.splat(32768)), 16);
  }

  /** Sums of pixels side by side; the arguments are 4 pixels each, two 16-bit lanes a pixel. */
  @inline static pairs(a: v128, b: v128): v128 {
    return i16x8.add(v128.shuffle<i32>(a, b, 0, 2, 4, 6), v128.shuffle<i32>(a, b, 1, 3, 5, 7));
  }
}

/** Four bytes at `to`, with a zero behind each 0xff; returns the address behind them. */
function putBytes(word: u32, to: usize): usize {
  for (let shift: i32 = 24; shift >= 0; shift -= 8) {
    const byte = (word >> shift) & 0xff;
    store<u8>(to++, byte);
    if (byte == 0xff) store<u8>(to++, 0);
  }
  return to;
}

/** Whether 16 x 16 pixels have one colour. */
function isFlat(from: usize, pitch: usize): bool {
  const color = i32x4.splat(load<u32>(from));
  const mask = i32x4.splat(0xffffff);
  for (let y: usize = 0; y < 16; y++) {
    const differences = v128.or(
      v128.or(v128.xor(v128.load(from), color), v128.xor(v128.load(from, 16), color)),
      v128.or(v128.xor(v128.load(from, 32), color), v128.xor(v128.load(from, 48), color)),
    );
    if (v128.any_true(v128.and(differences, mask))) return false;
    from += pitch;
  }
  return true;
}

/** 16 x `rows` pixels to samples; `rows` is even. */
function convert(from: usize, pitch: usize, rows: usize): void {
  const low = i16x8.splat(0xff);
  const cbBlueRed = i16x8(16384, -5529, 16384, -5529, 16384, -5529, 16384, -5529);
  const cbGreen = i16x8(-10855, 0, -10855, 0, -10855, 0, -10855, 0);
  const crBlueRed = i16x8(-2664, 16384, -2664, 16384, -2664, 16384, -2664, 16384);
  const crGreen = i16x8(-13720, 0, -13720, 0, -13720, 0, -13720, 0);
  let to = SAMPLES;
  let colors = SAMPLES + 4 * 128;
  for (let y: usize = 0; y < rows; y += 2) {
    if (y == 8) to += 128;
    let cbLeft = i32x4.splat(0);
    let crLeft = i32x4.splat(0);
    for (let half: usize = 0; half < 2; half++) {
      const at = from + 32 * half;
      const a = v128.load(at);
      const b = v128.load(at, 16);
      const c = v128.load(at + pitch);
      const d = v128.load(at + pitch, 16);
      const aBlueRed = v128.and(a, low);
      const bBlueRed = v128.and(b, low);
      const cBlueRed = v128.and(c, low);
      const dBlueRed = v128.and(d, low);
      // the top byte comes along, its factor is 0
      const aGreen = i16x8.shr_u(a, 8);
      const bGreen = i16x8.shr_u(b, 8);
      const cGreen = i16x8.shr_u(c, 8);
      const dGreen = i16x8.shr_u(d, 8);
      v128.store(
        to + 128 * half,
        i16x8.narrow_i32x4_s(Jpeg.brightness(aBlueRed, aGreen), Jpeg.brightness(bBlueRed, bGreen)),
      );
      v128.store(
        to + 128 * half,
        i16x8.narrow_i32x4_s(Jpeg.brightness(cBlueRed, cGreen), Jpeg.brightness(dBlueRed, dGreen)),
        16,
      );
      const blueRed = Jpeg.pairs(i16x8.add(aBlueRed, cBlueRed), i16x8.add(bBlueRed, dBlueRed));
      const green = Jpeg.pairs(i16x8.add(aGreen, cGreen), i16x8.add(bGreen, dGreen));
      const cb = Jpeg.color(blueRed, green, cbBlueRed, cbGreen);
      const cr = Jpeg.color(blueRed, green, crBlueRed, crGreen);
      if (half == 0) {
        cbLeft = cb;
        crLeft = cr;
      } else {
        v128.store(colors, i16x8.narrow_i32x4_s(cbLeft, cb));
        v128.store(colors, i16x8.narrow_i32x4_s(crLeft, cr), 128);
      }
    }
    from += 2 * pitch;
    to += 32;
    colors += 16;
  }
}

/** Codes a DC less the one before it, and the coefficients at `places`. */
function encodeBlock(places: u64, difference: i32, tables: usize): void {
  const codes = tables + AC_CODES;
  let ahead = pending;
  let aheadBits = pendingBits;
  let to = out;
  let before: u32 = 0;
  let value = difference;
  let size: u32 = 32 - clz<i32>(abs<i32>(value));
  let entry = load<u32>(tables + DC_CODES + ((size as usize) << 2));
  let isLast = false;
  for (;;) {
    // a code, and the number of `size` bits behind it
    const number = (value - (value >>> 31)) & ((1 << size) - 1);
    ahead = (ahead << ((entry & 31) + size)) | ((((entry >> 5) << size) | number) as u64);
    aheadBits += (entry & 31) + size;
    if (aheadBits >= 32) {
      aheadBits -= 32;
      const word = (ahead >> aheadBits) as u32;
      if (((~word - 0x01010101) & word & 0x80808080) == 0) {
        store<u32>(to, bswap<u32>(word));
        to += 4;
      } else {
        to = putBytes(word, to);
      }
    }
    if (places == 0) {
      if (isLast || before == 63) break;
      isLast = true;
      value = 0;
      size = 0;
      entry = load<u32>(codes + (END_OF_BLOCK << 2));
      continue;
    }
    const place = ctz<u64>(places) as u32;
    const zeros = place - before - 1;
    if (zeros > 15) {
      before += 16;
      value = 0;
      size = 0;
      entry = load<u32>(codes + (SIXTEEN_ZEROS << 2));
      continue;
    }
    places &= places - 1;
    before = place;
    value = load<i16>(COEFFICIENTS + (load<u8>(ZIGZAG + place) as usize));
    size = 32 - clz<i32>(abs<i32>(value));
    entry = load<u32>(codes + ((((zeros << 4) | size) as usize) << 2));
  }
  pending = ahead;
  pendingBits = aheadBits;
  out = to;
}

/** Transforms and codes the block at SAMPLES + `offset`; returns its DC. */
function encodeSamples(offset: usize, tables: usize, last: i32): i32 {
  const places = transform(SAMPLES + offset, tables);
  const dc: i32 = load<i16>(COEFFICIENTS);
  encodeBlock(places & ~1, dc - last, tables);
  return dc;
}

/** An MCU of the colour at `from`. */
function encodeFlat(from: usize): void {
  convert(from, 0, 2);
  const y = flatDc(SAMPLES, TABLES);
  const cb = flatDc(SAMPLES + 512, COLOR_TABLES);
  const cr = flatDc(SAMPLES + 640, COLOR_TABLES);
  encodeBlock(0, y - lastY, TABLES);
  encodeBlock(0, 0, TABLES);
  encodeBlock(0, 0, TABLES);
  encodeBlock(0, 0, TABLES);
  encodeBlock(0, cb - lastCb, COLOR_TABLES);
  encodeBlock(0, cr - lastCr, COLOR_TABLES);
  lastY = y;
  lastCb = cb;
  lastCr = cr;
}

/** Where the caller writes the tables before `jpegEncodeStart`. */
export function jpegTables(): usize {
  return TABLES;
}

/** Begins an image. */
export function jpegEncodeStart(): void {
  makeZigzag();
  pending = 0;
  pendingBits = 0;
  lastY = 0;
  lastCb = 0;
  lastCr = 0;
}

/**
 * Encodes a row of MCUs, 16 pixels wide and high, from `from` on; `pitch` is the bytes from row to row. `across`: blocks
 * of 8 x 8 pixels in the row, `down`: 1 or 2 blocks below each other; what MCUs have besides is not looked at. Returns
 * the address behind what it wrote to `to`: at most 2560 bytes an MCU.
 */
export function jpegEncodeRow(from: usize, pitch: usize, across: u32, down: u32, to: usize): usize {
  out = to;
  const hasLower = down > 1;
  for (let block: u32 = 0; block < across; block += 2) {
    if (isFlat(from, pitch)) {
      encodeFlat(from);
    } else {
      const hasRight = block + 1 < across;
      convert(from, pitch, 16);
      lastY = encodeSamples(0, TABLES, lastY);
      if (hasRight) lastY = encodeSamples(128, TABLES, lastY);
      else encodeBlock(0, 0, TABLES);
      if (hasLower) lastY = encodeSamples(256, TABLES, lastY);
      else encodeBlock(0, 0, TABLES);
      if (hasLower && hasRight) lastY = encodeSamples(384, TABLES, lastY);
      else encodeBlock(0, 0, TABLES);
      lastCb = encodeSamples(512, COLOR_TABLES, lastCb);
      lastCr = encodeSamples(640, COLOR_TABLES, lastCr);
    }
    from += 64;
  }
  return out;
}

/** Writes what is left, filled up with ones; at most 10 bytes. */
export function jpegEncodeEnd(to: usize): usize {
  for (; pendingBits > 0; pendingBits = max<i32>(0, (pendingBits as i32) - 8)) {
    const byte = (((pending << 8) | 0xff) >> pendingBits) as u32 & 0xff;
    store<u8>(to++, byte);
    if (byte == 0xff) store<u8>(to++, 0);
  }
  return to;
}

/** 0RRRRRGGGGGBBBBB words to B,G,R,0 of the full range. Writes up to 3 pixels more than asked for. */
export function widenRgb16(from: usize, to: usize, pixels: usize): void {
  expandRgb16(from, to, pixels);
  for (let i: usize = 0; i < pixels; i += 4) {
    const upper = v128.load(to);
    v128.store(to, v128.or(upper, v128.and(i32x4.shr_u(upper, 5), i32x4.splat(0x070707))));
    to += 16;
  }
}
