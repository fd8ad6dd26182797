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
import { threadKernels } from '../kernels.js';
import { QuicType, quicFormats, quicHeaderBytes, quicMagic } from './quic-format.js';

/** Bytes of pixels that are decoded before they are copied out. */
const bandBytes = 128 * 1024;
const slack = 64;

/**
 * Decodes types rgb16, rgb24, rgb32 and rgba. Insists on the word behind the image, without which the reference
 * client fails, so what passes here can be passed on.
 */
export class QuicDecoder implements ImageDecoder {
  readonly codec = 'quic';

  inspect(data: Uint8Array, expected: { readonly width: number; readonly height: number }): EncodedShape {
    const type = this.#readHeader(data, expected);
    const format = quicFormats.get(type);
    if (format === undefined) throw new CodecError('ERR_CODEC_UNSUPPORTED', this.codec, 8, `type ${type}`);
    return { format, width: expected.width, height: expected.height, topDown: true };
  }

  decode(data: Uint8Array, target: DecodeTarget): EncodedShape {
    const shape = this.inspect(data, target);
    this.#decode(data, target, this.#readHeader(data, target), rowBytes(shape.format, shape.width));
    return shape;
  }

  /** Decodes type GRAY, which no client of the protocol takes, to one byte a pixel (format a8). */
  decodeGray(data: Uint8Array, target: DecodeTarget): EncodedShape {
    const type = this.#readHeader(data, target);
    if (type !== QuicType.gray) throw new CodecError('ERR_CODEC_UNSUPPORTED', this.codec, 8, `type ${type}`);
    this.#decode(data, target, type, target.width);
    return { format: BitmapFormat.values.a8, width: target.width, height: target.height, topDown: true };
  }

  /** Checks magic, version and size and returns the type. */
  #readHeader(data: Uint8Array, expected: { readonly width: number; readonly height: number }): number {
    checkExpectedSize(this.codec, expected);
    checkData(this.codec, data, quicHeaderBytes);
    const view = new DataView(data.buffer, data.byteOffset, quicHeaderBytes);
    if (view.getUint32(0, true) !== quicMagic) {
      throw new CodecError('ERR_CODEC_DATA', this.codec, 0, 'no QUIC magic');
    }
    if (view.getUint32(4, true) !== 0) {
      throw new CodecError('ERR_CODEC_UNSUPPORTED', this.codec, 4, 'unknown version');
    }
    checkSize(this.codec, 12, view.getUint32(12, true), view.getUint32(16, true), expected);
    return view.getUint32(8, true);
  }

  #decode(data: Uint8Array, target: DecodeTarget, type: number, row: number): void {
    const { width, height } = target;
    if (row * height > codecLimits.pixelBytes) {
      throw new CodecError(
        'ERR_CODEC_SIZE',
        this.codec,
        12,
        `${width} x ${height} pixels are over the limit`,
      );
    }
    checkTarget(this.codec, target, row);
    const bandRows = Math.min(height, Math.max(1, Math.floor(bandBytes / row)));
    const kernels = threadKernels();
    const band = kernels.scratch(bandRows * row + data.length + 4 * slack);
    const from = Math.ceil((band + bandRows * row + slack) / 64) * 64;
    kernels.bytes.set(data, from);
    kernels.exports.quicDecodeStart(type, width, from, data.length);
    for (let y = 0; y < height; y += bandRows) {
      const count = Math.min(bandRows, height - y);
      if (kernels.exports.quicDecodeRows(band, count) === 0) throw kernelFailure(this.codec, kernels, from);
      unpackRows(kernels.bytes, band, row, target, y, count);
    }
    if (kernels.exports.quicDecodeEnd() === 0) throw kernelFailure(this.codec, kernels, from);
  }
}
