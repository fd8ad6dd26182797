import type { BitmapFormat } from '@lazyspice/core';
import { CodecError, doesNotFit, type ImageEncoder, type ImageShape, type PixelImage } from '../contract.js';
import { checkImage, checkShape, packRows } from '../images.js';
import { threadKernels } from '../kernels.js';
import { lz4BlockHeaderBytes, lz4Formats, lz4HeaderBytes, lz4MaxBlockSize } from './lz4-format.js';

/**
 * Bytes of a block. Blocks refer to those before them, so little is lost by cutting; but what is copied in is still in
 * the processor's cache when it is encoded, and memory does not grow with the image.
 */
const blockBytes = 512 * 1024;
/** How far back a block may refer. */
const historyBytes = 64 * 1024;
/** What the kernel may read behind the pixels, and write behind its output. */
const slack = 64;

/**
 * Encodes rgb16, rgb24, rgb32 and rgba, in memory order, as blocks of whole rows, one up to 512 KiB. Byte 3 of rgb32
 * travels as it is.
 */
export class Lz4Encoder implements ImageEncoder {
  readonly codec = 'lz4';

  accepts(format: BitmapFormat): boolean {
    return lz4Formats.has(format);
  }

  maxEncodedSize(shape: ImageShape): number {
    const row = checkShape(this.codec, shape);
    const blocks = Math.ceil(shape.height / rowsOfBlock(row));
    return lz4HeaderBytes + blocks * (lz4BlockHeaderBytes + 16) + lz4MaxBlockSize(row * shape.height);
  }

  encode(image: PixelImage, out: Uint8Array): number {
    if (!this.accepts(image.format)) {
      throw new CodecError('ERR_CODEC_UNSUPPORTED', this.codec, 0, `format ${image.format}`);
    }
    const row = checkImage(this.codec, image);
    const { height } = image;
    const rows = Math.min(height, rowsOfBlock(row));
    const history = rows < height ? historyBytes : 0;
    const maxBlock = lz4MaxBlockSize(rows * row);
    const kernels = threadKernels();
    const source = kernels.scratch(history + rows * row + maxBlock + 2 * slack) + history;
    const result = source + rows * row + slack;
    const { bytes, exports } = kernels;
    exports.lz4EncodeStart(rows * row);
    if (out.length < lz4HeaderBytes) return doesNotFit;
    out[0] = image.topDown ? 1 : 0;
    out[1] = image.format;
    let written = lz4HeaderBytes;
    for (let y = 0; y < height; y += rows) {
      const size = Math.min(rows, height - y) * row;
      const room = Math.min(out.length - written - lz4BlockHeaderBytes, maxBlock);
      if (room <= 0) return doesNotFit;
      // only blocks of full size have another one after them
      if (y > 0) bytes.copyWithin(source - history, source + rows * row - history, source + rows * row);
      packRows(image, row, y, y + size / row, bytes, source);
      const end = exports.lz4EncodeBlock(source, size, result, result + room);
      if (end === 0) return doesNotFit;
      written = putWord(out, written, end - result);
      out.set(bytes.subarray(result, end), written);
      written += end - result;
    }
    return written;
  }
}

const rowsOfBlock = (row: number): number => Math.max(1, Math.floor(blockBytes / row));

/** A big-endian word; returns the place behind it. */
function putWord(out: Uint8Array, at: number, word: number): number {
  out[at] = word >>> 24;
  out[at + 1] = word >>> 16;
  out[at + 2] = word >>> 8;
  out[at + 3] = word;
  return at + lz4BlockHeaderBytes;
}
