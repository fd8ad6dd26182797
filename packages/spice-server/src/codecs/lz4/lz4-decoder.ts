import type { BitmapFormat } from '@lazyspice/core';
import {
  CodecError,
  codecLimits,
  type DecodeTarget,
  type EncodedShape,
  type ImageDecoder,
  rowBytes,
} from '../contract.js';
import { checkData, kernelFailure } from '../decoding.js';
import { checkExpectedSize, checkTarget, unpackRows } from '../images.js';
import { threadKernels } from '../kernels.js';
import { lz4BlockHeaderBytes, lz4Formats, lz4HeaderBytes } from './lz4-format.js';

const codec = 'lz4';

/** What the kernel may read around the data and the image, and write behind the image. */
const slack = 64;

/** Blocks may refer to what earlier ones of the image became. */
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
    const kernels = threadKernels();
    const start = kernels.scratch(total + data.length + 3 * slack) + slack;
    const base = start + total + slack;
    kernels.bytes.set(data, base);
    let to = start;
    let at = lz4HeaderBytes;
    while (to < start + total) {
      if (data.length - at < lz4BlockHeaderBytes) {
        throw new CodecError('ERR_CODEC_TRUNCATED', codec, data.length, 'the data ends before the image');
      }
      const size = new DataView(data.buffer, data.byteOffset + at).getUint32(0);
      const from = base + at + lz4BlockHeaderBytes;
      if (size > base + data.length - from) {
        throw new CodecError('ERR_CODEC_TRUNCATED', codec, data.length, 'the data ends within a block');
      }
      const next = kernels.exports.lz4DecodeBlock(from, from + size, start, to, start + total);
      if (next === 0) throw kernelFailure(codec, kernels, base);
      if (next === to) throw new CodecError('ERR_CODEC_DATA', codec, at, 'a block is empty');
      to = next;
      at += lz4BlockHeaderBytes + size;
    }
    if (at !== data.length) throw new CodecError('ERR_CODEC_DATA', codec, at, 'more data than the image has');
    unpackRows(kernels.bytes, start, row, target, 0, shape.height);
    return shape;
  }
}
