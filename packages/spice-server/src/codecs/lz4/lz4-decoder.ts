import type { BitmapFormat } from '@lazyspice/core';
import { decompressBlock } from 'lz4js';
import {
  CodecError,
  codecLimits,
  type DecodeTarget,
  type EncodedShape,
  type ImageDecoder,
  rowBytes,
} from '../contract.js';
import { checkData } from '../decoding.js';
import { checkExpectedSize, checkTarget, unpackRows } from '../images.js';
import { lz4BlockHeaderBytes, lz4Formats, lz4HeaderBytes } from './lz4-format.js';

const codec = 'lz4';

/**
 * Decodes with lz4js. That checks nothing of what it reads, so every block's tokens are followed once before; blocks
 * may refer to what earlier ones of the image produced.
 */
export class Lz4Decoder implements ImageDecoder {
  readonly codec = codec;

  inspect(data: Uint8Array, expected: { readonly width: number; readonly height: number }): EncodedShape {
    const { width, height } = expected;
    checkExpectedSize(codec, expected);
    checkData(codec, data, lz4HeaderBytes);
    if (data[0]! > 1) throw new CodecError('ERR_CODEC_DATA', codec, 0, `row order ${data[0]}`);
    if (!lz4Formats.has(data[1]!)) {
      throw new CodecError('ERR_CODEC_UNSUPPORTED', codec, 1, `bitmap format ${data[1]}`);
    }
    const format = data[1] as BitmapFormat;
    if (rowBytes(format, width) * height > codecLimits.pixelBytes) {
      throw new CodecError('ERR_CODEC_SIZE', codec, 1, `${width} x ${height} pixels are over the limit`);
    }
    return { format, width, height, topDown: data[0] === 1 };
  }

  /** As every decoder, but byte 3 of rgb32 is what the data has. Nothing may follow the blocks of the image. */
  decode(data: Uint8Array, target: DecodeTarget): EncodedShape {
    const shape = this.inspect(data, target);
    const row = rowBytes(shape.format, shape.width);
    checkTarget(codec, target, row);
    const total = row * shape.height;
    const packed = target.stride === row ? target.pixels : new Uint8Array(total);
    let produced = 0;
    let at = lz4HeaderBytes;
    while (produced < total) {
      if (data.length - at < lz4BlockHeaderBytes) {
        throw new CodecError('ERR_CODEC_TRUNCATED', codec, data.length, 'the data ends before the image');
      }
      const size = new DataView(data.buffer, data.byteOffset + at).getUint32(0);
      const from = at + lz4BlockHeaderBytes;
      if (size > data.length - from) {
        throw new CodecError('ERR_CODEC_TRUNCATED', codec, data.length, `the data ends within a block`);
      }
      const next = checkBlock(data, from, from + size, produced, total);
      if (next === produced) throw new CodecError('ERR_CODEC_DATA', codec, at, 'a block is empty');
      decompressBlock(data, packed, from, size, produced);
      produced = next;
      at = from + size;
    }
    if (at !== data.length) throw new CodecError('ERR_CODEC_DATA', codec, at, 'more data than the image has');
    if (packed !== target.pixels) unpackRows(packed, 0, row, target, 0, shape.height);
    return shape;
  }
}

/**
 * Follows the tokens of the block at `from` up to `end`. Returns the output bytes after it, given `produced` before it.
 * @throws CodecError when it reads past its end, writes past `total`, or refers to something before the image.
 */
export function checkBlock(
  data: Uint8Array,
  from: number,
  end: number,
  produced: number,
  total: number,
): number {
  let at = from;
  while (at < end) {
    const token = at;
    const nibbles = data[at++]!;
    let literals = nibbles >> 4;
    if (literals === 15) {
      for (let more = 255; more === 255; literals += more) {
        if (at >= end) throw truncated(end);
        more = data[at++]!;
      }
    }
    if (literals > end - at) throw truncated(end);
    if (literals > total - produced) throw overrun(token);
    at += literals;
    produced += literals;
    if (at === end) return produced;
    if (end - at < 2) throw truncated(end);
    const distance = data[at]! | (data[at + 1]! << 8);
    at += 2;
    if (distance === 0 || distance > produced) {
      throw new CodecError('ERR_CODEC_DATA', codec, token, 'a match refers to something before the image');
    }
    let length = (nibbles & 15) + 4;
    if (length === 19) {
      for (let more = 255; more === 255; length += more) {
        if (at >= end) throw truncated(end);
        more = data[at++]!;
      }
    }
    if (length > total - produced) throw overrun(token);
    produced += length;
  }
  return produced;
}

const truncated = (offset: number): CodecError =>
  new CodecError('ERR_CODEC_TRUNCATED', codec, offset, 'a block ends within a sequence');
const overrun = (offset: number): CodecError =>
  new CodecError('ERR_CODEC_DATA', codec, offset, 'a run or match is longer than what is left of the image');
