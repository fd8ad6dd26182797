import { BitmapFormat } from '@lazyspice/core';
import { CodecError, doesNotFit, type ImageEncoder, type ImageShape, type PixelImage } from '../contract.js';
import { checkImage, checkShape, packRows } from '../images.js';
import { threadKernels } from '../kernels.js';
import { QuicType, quicHeaderBytes, quicMaxEncodedSize, quicTypes } from './quic-format.js';

/** Bytes of pixels that are copied in and coded at once: enough to make calls cheap, few enough to stay cached. */
const bandBytes = 128 * 1024;
/** What the kernels may read around the rows. */
const slack = 64;

/**
 * Encodes rgb16, rgb24, rgb32 and rgba. Any stride and row order: the data always has the top row first.
 * Works through the image in bands, so memory does not grow with its height.
 */
export class QuicEncoder implements ImageEncoder {
  readonly codec = 'quic';

  accepts(format: BitmapFormat): boolean {
    return quicTypes.has(format);
  }

  maxEncodedSize(shape: ImageShape): number {
    checkShape(this.codec, shape);
    return quicMaxEncodedSize(this.#type(shape.format), shape.width, shape.height);
  }

  encode(image: PixelImage, out: Uint8Array): number {
    return this.#encode(this.#type(image.format), image, out);
  }

  /** Encodes an a8 image as type GRAY, which exists in the format but not in any client of the protocol. */
  encodeGray(image: PixelImage, out: Uint8Array): number {
    if (image.format !== BitmapFormat.values.a8) {
      throw new CodecError('ERR_CODEC_UNSUPPORTED', this.codec, 0, `format ${image.format} as gray`);
    }
    return this.#encode(QuicType.gray, image, out);
  }

  #type(format: BitmapFormat): QuicType {
    const type = quicTypes.get(format);
    if (type === undefined) throw new CodecError('ERR_CODEC_UNSUPPORTED', this.codec, 0, `format ${format}`);
    return type;
  }

  #encode(type: QuicType, image: PixelImage, out: Uint8Array): number {
    const row = checkImage(this.codec, image);
    const { width, height, topDown } = image;
    const bandRows = Math.min(height, Math.max(1, Math.floor(bandBytes / row)));
    const kernels = threadKernels();
    const pixels = kernels.scratch(
      (bandRows + 1) * row + 3 * slack + quicMaxEncodedSize(type, width, bandRows),
    );
    const first = pixels + slack;
    // the row before the band comes along: rows are predicted from the one above
    const band = first + row;
    const encoded = Math.ceil((band + bandRows * row + slack) / 64) * 64;
    const bytes = kernels.bytes;
    kernels.exports.quicEncodeStart(type, width, height, encoded);
    if (out.length < quicHeaderBytes + 4) return doesNotFit;
    out.set(bytes.subarray(encoded, encoded + quicHeaderBytes));
    let written = quicHeaderBytes;

    for (let y = 0; y < height; y += bandRows) {
      const count = Math.min(bandRows, height - y);
      const before = y === 0 ? 0 : 1;
      if (topDown) packRows(image, row, y - before, y + count, bytes, band - before * row);
      else packRowsUpward(image, row, y - before, y + count, bytes, band - before * row);
      let end = kernels.exports.quicEncodeRows(band, row, count, encoded);
      if (y + count === height) end = kernels.exports.quicEncodeEnd(end);
      if (written + end - encoded > out.length) return doesNotFit;
      out.set(bytes.subarray(encoded, end), written);
      written += end - encoded;
    }
    return written;
  }
}

/** Rows `from` up to `to` counted from the bottom row of memory, which is the top of the picture. */
function packRowsUpward(
  image: PixelImage,
  row: number,
  from: number,
  to: number,
  into: Uint8Array,
  address: number,
): void {
  const { pixels, stride, height } = image;
  for (let y = from; y < to; y++) {
    const at = (height - 1 - y) * stride;
    into.set(pixels.subarray(at, at + row), address + (y - from) * row);
  }
}
