import { BitmapFormat } from '@lazyspice/core';
import {
  CodecError,
  doesNotFit,
  type ImageEncoder,
  type ImageShape,
  type PixelImage,
  rowBytes,
} from '../contract.js';
import { checkImage, checkShape } from '../images.js';
import { type Kernels, threadKernels } from '../kernels.js';
import { JpegParameters, Marker } from './jpeg-format.js';
import { nativeJpeg } from './native-jpeg.js';

/** Pixels of an MCU along a side. */
const mcu = 16;
/** Most bytes of an MCU: six blocks of 64 codes of 26 bits, each byte followed by a zero. */
const mcuBytes = 2560;
/** Bytes of the last bits and the end marker. */
const endBytes = 10;
/** What the kernels may read and write behind rows. */
const slack = 64;

export interface JpegEncoderOptions {
  /** 1 (smallest) to 100 (best); 85 by default, as the reference server has it. */
  readonly quality?: number;
}

/**
 * Encodes the colours of rgb16, rgb24, rgb32 and rgba images, with the top row first whatever the order of the rows.
 * Works through the image in rows of MCUs, so memory does not grow with its height. A native compressor does it in its
 * place where there is one (native-jpeg.ts) and the image is as that wants it.
 */
export class JpegEncoder implements ImageEncoder {
  readonly codec = 'jpeg';
  readonly #parameters: JpegParameters;
  readonly #quality: number;

  /** @throws CodecError `ERR_CODEC_UNSUPPORTED` for a quality out of range. */
  constructor(options: JpegEncoderOptions = {}) {
    const { quality = 85 } = options;
    if (!Number.isInteger(quality) || quality < 1 || quality > 100) {
      throw new CodecError('ERR_CODEC_UNSUPPORTED', this.codec, 0, `quality ${quality}`);
    }
    this.#quality = quality;
    this.#parameters = new JpegParameters(quality);
  }

  accepts(format: BitmapFormat): boolean {
    return rowLoaders.has(format);
  }

  maxEncodedSize(shape: ImageShape): number {
    checkShape(this.codec, shape);
    const mcus = Math.ceil(shape.width / mcu) * Math.ceil(shape.height / mcu);
    return this.#parameters.headerBytes + mcus * mcuBytes + endBytes;
  }

  encode(image: PixelImage, out: Uint8Array): number {
    const loadRow = rowLoaders.get(image.format);
    if (loadRow === undefined) {
      throw new CodecError('ERR_CODEC_UNSUPPORTED', this.codec, 0, `format ${image.format}`);
    }
    checkImage(this.codec, image);
    const native = this.#encodeNatively(image);
    if (native !== null) {
      if (native.length > out.length) return doesNotFit;
      out.set(native);
      return native.length;
    }
    const { headerBytes, tables } = this.#parameters;
    if (out.length < headerBytes + endBytes) return doesNotFit;
    this.#parameters.writeHeader(out, image.width, image.height);

    const kernels = threadKernels();
    const mcus = Math.ceil(image.width / mcu);
    const pitch = mcus * mcu * 4;
    const rows = kernels.scratch(mcu * pitch + mcus * mcuBytes + 3 * slack);
    const encoded = rows + mcu * pitch + 2 * slack;
    kernels.bytes.set(tables, kernels.exports.jpegTables());
    kernels.exports.jpegEncodeStart();
    let written = headerBytes;
    for (let y = 0; y < image.height; y += mcu) {
      loadRows(kernels, image, loadRow, y, rows, pitch);
      const down = Math.ceil((image.height - y) / 8);
      let end = kernels.exports.jpegEncodeRow(rows, pitch, Math.ceil(image.width / 8), down, encoded);
      if (y + mcu >= image.height) end = kernels.exports.jpegEncodeEnd(end);
      if (written + end - encoded > out.length) return doesNotFit;
      out.set(kernels.bytes.subarray(encoded, end), written);
      written += end - encoded;
    }
    if (written + 2 > out.length) return doesNotFit;
    out[written] = 0xff;
    out[written + 1] = Marker.eoi;
    return written + 2;
  }

  /** The file of a native compressor, or null. */
  #encodeNatively({ format, width, height, stride, topDown, pixels }: PixelImage): Uint8Array | null {
    const native = nativeJpeg();
    if (native === null || !topDown || rowLoaders.get(format) !== copyRow) return null;
    try {
      return native({ pixels, width, height, stride, quality: this.#quality });
    } catch {
      return null;
    }
  }
}

/** Brings one row into the memory of the kernels as B,G,R,X. */
type RowLoader = (kernels: Kernels, row: Uint8Array, to: number, width: number) => void;

const copyRow: RowLoader = (kernels, row, to) => kernels.bytes.set(row, to);
const rowLoaders: ReadonlyMap<BitmapFormat, RowLoader> = new Map<BitmapFormat, RowLoader>([
  [BitmapFormat.values.rgb32, copyRow],
  [BitmapFormat.values.rgba, copyRow],
  [
    BitmapFormat.values.rgb24,
    (kernels, row, to, width) => {
      // expanded in place, from the end of what it becomes
      kernels.bytes.set(row, to + width + 16);
      kernels.exports.expandRgb24(to + width + 16, to, width);
    },
  ],
  [
    BitmapFormat.values.rgb16,
    (kernels, row, to, width) => {
      kernels.bytes.set(row, to + 2 * width + 16);
      kernels.exports.widenRgb16(to + 2 * width + 16, to, width);
    },
  ],
]);

/** Loads the rows of the picture from `y` on for one row of MCUs, with the edges repeated. */
function loadRows(
  kernels: Kernels,
  image: PixelImage,
  loadRow: RowLoader,
  y: number,
  to: number,
  pitch: number,
): void {
  const { pixels, width, height, stride, topDown } = image;
  const row = rowBytes(image.format, width);
  const count = Math.min(mcu, height - y);
  for (let i = 0; i < count; i++) {
    const from = (topDown ? y + i : height - 1 - y - i) * stride;
    loadRow(kernels, pixels.subarray(from, from + row), to + i * pitch, width);
  }
  const { bytes } = kernels;
  if (width * 4 < pitch) {
    const words = new Uint32Array(bytes.buffer, to, (count * pitch) / 4);
    for (let end = pitch / 4; end <= words.length; end += pitch / 4) {
      const last = end - pitch / 4 + width;
      words.fill(words[last - 1]!, last, end);
    }
  }
  for (let i = count; i < mcu; i++) {
    bytes.copyWithin(to + i * pitch, to + (count - 1) * pitch, to + count * pitch);
  }
}
