/** JPEG_ALPHA: a JPEG of the colours, and right behind it an LZ stream (type XXXA) of the alpha. */
import { BitmapFormat } from '@lazyspice/core';
import {
  CodecError,
  type DecodeTarget,
  doesNotFit,
  type EncodedShape,
  type ImageEncoder,
  type ImageShape,
  type PixelImage,
} from '../contract.js';
import { LzDecoder } from '../lz/lz-decoder.js';
import { LzEncoder } from '../lz/lz-encoder.js';
import { lzHeaderBytes, lzMaxPlaneSize } from '../lz/lz-format.js';
import { JpegDecoder } from './jpeg-decoder.js';
import { JpegEncoder, type JpegEncoderOptions } from './jpeg-encoder.js';

const codec = 'jpeg-alpha';

/** Encodes rgba images. The colours stay premultiplied, as they come. */
export class JpegAlphaEncoder implements ImageEncoder {
  readonly codec = codec;
  readonly #jpeg: JpegEncoder;
  readonly #lz = new LzEncoder();
  #jpegBytes = 0;

  constructor(options: JpegEncoderOptions = {}) {
    this.#jpeg = new JpegEncoder(options);
  }

  /** Bytes of the JPEG at the start of what was encoded last; the message says it beside the size of all. */
  get jpegBytes(): number {
    return this.#jpegBytes;
  }

  accepts(format: BitmapFormat): boolean {
    return format === BitmapFormat.values.rgba;
  }

  maxEncodedSize(shape: ImageShape): number {
    const alpha = lzHeaderBytes + lzMaxPlaneSize(shape.width * shape.height, 1, 1);
    return this.#jpeg.maxEncodedSize(shape) + alpha;
  }

  encode(image: PixelImage, out: Uint8Array): number {
    if (!this.accepts(image.format)) {
      throw new CodecError('ERR_CODEC_UNSUPPORTED', codec, 0, `format ${image.format} has no alpha`);
    }
    const jpegBytes = this.#jpeg.encode(image, out);
    if (jpegBytes === doesNotFit) return doesNotFit;
    const alphaBytes = this.#lz.encodeAlpha(image, out.subarray(jpegBytes));
    if (alphaBytes === doesNotFit) return doesNotFit;
    this.#jpegBytes = jpegBytes;
    return jpegBytes + alphaBytes;
  }
}

export class JpegAlphaDecoder {
  readonly codec = codec;
  readonly #jpeg = new JpegDecoder();
  readonly #lz = new LzDecoder();

  /**
   * Decodes to rgba with the top row first. `jpegBytes`: where the alpha begins, as the message says.
   * @throws CodecError as `ImageDecoder.decode`; offsets count from the start of the part that is wrong.
   */
  decode(data: Uint8Array, jpegBytes: number, target: DecodeTarget): EncodedShape {
    if (!Number.isInteger(jpegBytes) || jpegBytes < 0 || jpegBytes > data.length) {
      throw new CodecError('ERR_CODEC_TRUNCATED', codec, data.length, `a JPEG of ${jpegBytes} bytes`);
    }
    this.#jpeg.decode(data.subarray(0, jpegBytes), target);
    const alpha = this.#lz.decodeAlpha(data.subarray(jpegBytes), target);
    if (!alpha.topDown) turnAlpha(target);
    return { ...alpha, topDown: true };
  }
}

/** Turns the rows of byte 3 around: the alpha comes in the order of memory, the colours from the top. */
function turnAlpha({ width, height, stride, pixels }: DecodeTarget): void {
  for (let y = 0; y < height >> 1; y++) {
    const upper = y * stride + 3;
    const lower = (height - 1 - y) * stride + 3;
    for (let x = 0; x < width * 4; x += 4) {
      const alpha = pixels[upper + x]!;
      pixels[upper + x] = pixels[lower + x]!;
      pixels[lower + x] = alpha;
    }
  }
}
