import { BitmapFormat } from '@lazyspice/core';
import {
  CodecError,
  codecLimits,
  type DecodeTarget,
  type EncodedShape,
  type ImageDecoder,
  rowBytes,
} from '../contract.js';
import { checkData, checkSize, kernelFailure } from '../decoding.js';
import { checkExpectedSize, checkTarget, unpackRows } from '../images.js';
import { type Kernels, threadKernels } from '../kernels.js';
import { lzFormats, lzHeaderBytes, lzMagic, lzTypeXxxa, lzVersion } from './lz-format.js';

/** What the kernels may read behind the data and write behind a plane. */
const slack = 64;

interface LzHeader {
  readonly type: number;
  readonly stride: number;
  readonly topDown: boolean;
}

/** Decodes every bitmap format, and alpha planes (`decodeAlpha`). */
export class LzDecoder implements ImageDecoder {
  readonly codec = 'lz';

  inspect(data: Uint8Array, expected: { readonly width: number; readonly height: number }): EncodedShape {
    const { width, height } = expected;
    const header = this.#readHeader(data, expected);
    const format = lzFormats.get(header.type);
    if (format === undefined) {
      throw new CodecError('ERR_CODEC_UNSUPPORTED', this.codec, 8, `type ${header.type}`);
    }
    this.#checkStride(header, rowBytes(format, width), height);
    return { format, width, height, topDown: header.topDown };
  }

  decode(data: Uint8Array, target: DecodeTarget): EncodedShape {
    const shape = this.inspect(data, target);
    const { format, width, height } = shape;
    const row = rowBytes(format, width);
    checkTarget(this.codec, target, row);
    const kernels = threadKernels();
    const pixels = width * height;
    const wide = format === BitmapFormat.values.rgb24 ? pixels * 4 : row * height;
    const alpha = format === BitmapFormat.values.rgba ? pixels : 0;
    const plane = kernels.scratch(wide + alpha + data.length + 3 * slack);
    const alphaPlane = plane + wide + slack;
    const from = alphaPlane + alpha + slack;
    kernels.bytes.set(data, from);

    switch (format) {
      case BitmapFormat.values.rgba: {
        const next = this.#decodePlane(kernels, 4, from, from + lzHeaderBytes, data.length, plane, pixels);
        this.#decodePlane(kernels, 1, from, next, data.length, alphaPlane, pixels);
        kernels.exports.mergeAlpha(alphaPlane, plane, pixels);
        break;
      }
      case BitmapFormat.values.rgb32:
      case BitmapFormat.values.rgb24:
        this.#decodePlane(kernels, 4, from, from + lzHeaderBytes, data.length, plane, pixels);
        if (format === BitmapFormat.values.rgb24) kernels.exports.packRgb24(plane, plane, pixels);
        break;
      case BitmapFormat.values.rgb16:
        this.#decodePlane(kernels, 2, from, from + lzHeaderBytes, data.length, plane, pixels);
        break;
      default:
        this.#decodePlane(kernels, 1, from, from + lzHeaderBytes, data.length, plane, row * height);
    }
    unpackRows(kernels.bytes, plane, row, target, 0, height);
    return shape;
  }

  /**
   * Decodes an alpha plane (type XXXA) into byte 3 of the 32-bit pixels of the target; the colours stay.
   * Rows are written in the order they were coded, as ever.
   */
  decodeAlpha(data: Uint8Array, target: DecodeTarget): EncodedShape {
    const { width, height } = target;
    const header = this.#readHeader(data, target);
    if (header.type !== lzTypeXxxa) {
      throw new CodecError('ERR_CODEC_UNSUPPORTED', this.codec, 8, `type ${header.type}`);
    }
    this.#checkStride(header, width * 4, height);
    checkTarget(this.codec, target, width * 4);
    const kernels = threadKernels();
    const plane = kernels.scratch(width * height + data.length + 2 * slack);
    const from = plane + width * height + slack;
    kernels.bytes.set(data, from);
    this.#decodePlane(kernels, 1, from, from + lzHeaderBytes, data.length, plane, width * height);
    const alpha = kernels.bytes.subarray(plane, plane + width * height);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0, at = y * target.stride + 3; x < width; x++, at += 4) target.pixels[at] = alpha[i++]!;
    }
    return { format: BitmapFormat.values.rgba, width, height, topDown: header.topDown };
  }

  #readHeader(data: Uint8Array, expected: { readonly width: number; readonly height: number }): LzHeader {
    checkExpectedSize(this.codec, expected);
    checkData(this.codec, data, lzHeaderBytes);
    const view = new DataView(data.buffer, data.byteOffset, lzHeaderBytes);
    if (view.getUint32(0) !== lzMagic) throw new CodecError('ERR_CODEC_DATA', this.codec, 0, 'no LZ magic');
    if (view.getUint32(4) !== lzVersion) {
      throw new CodecError('ERR_CODEC_UNSUPPORTED', this.codec, 4, 'unknown version');
    }
    checkSize(this.codec, 12, view.getUint32(12), view.getUint32(16), expected);
    const order = view.getUint32(24);
    if (order > 1) throw new CodecError('ERR_CODEC_DATA', this.codec, 24, `row order ${order}`);
    return { type: view.getUint32(8), stride: view.getUint32(20), topDown: order === 1 };
  }

  #checkStride(header: LzHeader, row: number, height: number): void {
    if (header.stride !== row) {
      throw new CodecError(
        'ERR_CODEC_DATA',
        this.codec,
        20,
        `stride ${header.stride} for rows of ${row} bytes`,
      );
    }
    if (row * height > codecLimits.pixelBytes) {
      throw new CodecError(
        'ERR_CODEC_SIZE',
        this.codec,
        12,
        `${row * height} bytes of pixels are over the limit`,
      );
    }
  }

  /** One plane; `base` is where the data starts, `length` its bytes. Returns the address behind the plane's tokens. */
  #decodePlane(
    kernels: Kernels,
    unitBytes: 1 | 2 | 4,
    base: number,
    from: number,
    length: number,
    to: number,
    units: number,
  ): number {
    const next = kernels.exports.lzDecodePlane(unitBytes, from, base + length, to, units);
    if (next === 0) throw kernelFailure(this.codec, kernels, base);
    return next;
  }
}
