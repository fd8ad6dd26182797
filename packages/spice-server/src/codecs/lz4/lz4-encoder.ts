import type { BitmapFormat } from '@lazyspice/core';
import { CodecError, doesNotFit, type ImageEncoder, type ImageShape, type PixelImage } from '../contract.js';
import { checkImage, checkShape, packRows } from '../images.js';
import { threadKernels } from '../kernels.js';
import { lz4BlockHeaderBytes, lz4Formats, lz4HeaderBytes, lz4MaxBlockSize } from './lz4-format.js';

const headerBytes = lz4HeaderBytes + lz4BlockHeaderBytes;
/** What the kernel may read behind the pixels, and write behind its output. */
const slack = 64;

/** Encodes rgb16, rgb24, rgb32 and rgba, in memory order, as one block. Byte 3 of rgb32 travels as it is. */
export class Lz4Encoder implements ImageEncoder {
  readonly codec = 'lz4';

  accepts(format: BitmapFormat): boolean {
    return lz4Formats.has(format);
  }

  maxEncodedSize(shape: ImageShape): number {
    return headerBytes + lz4MaxBlockSize(checkShape(this.codec, shape) * shape.height);
  }

  encode(image: PixelImage, out: Uint8Array): number {
    if (!this.accepts(image.format)) {
      throw new CodecError('ERR_CODEC_UNSUPPORTED', this.codec, 0, `format ${image.format}`);
    }
    const row = checkImage(this.codec, image);
    const size = row * image.height;
    const room = Math.min(out.length - headerBytes, lz4MaxBlockSize(size));
    if (room <= 0) return doesNotFit;
    const kernels = threadKernels();
    const source = kernels.scratch(size + room + 2 * slack);
    const result = source + size + slack;
    packRows(image, row, 0, image.height, kernels.bytes, source);
    const end = kernels.exports.lz4EncodeBlock(source, size, result, result + room);
    if (end === 0) return doesNotFit;
    out[0] = image.topDown ? 1 : 0;
    out[1] = image.format;
    new DataView(out.buffer, out.byteOffset, headerBytes).setUint32(lz4HeaderBytes, end - result);
    out.set(kernels.bytes.subarray(result, end), headerBytes);
    return headerBytes + end - result;
  }
}
