import { BitmapFormat } from '@lazyspice/core';
import { CodecError, doesNotFit, type ImageEncoder, type ImageShape, type PixelImage } from '../contract.js';
import { checkImage, checkShape, packRows } from '../images.js';
import { type Kernels, threadKernels } from '../kernels.js';
import { lzHeaderBytes, lzMagic, lzMaxPlaneSize, lzTypes, lzTypeXxxa, lzVersion } from './lz-format.js';

/** What the kernels may read around a plane, and write behind their output. */
const slack = 256;

/** One plane to encode: where its units are and how many bytes a unit and its literal have. */
interface Plane {
  readonly address: number;
  readonly units: number;
  readonly segmentUnits: number;
  readonly unitBytes: 1 | 2 | 4;
}

export interface LzEncoderOptions {
  /**
   * Rows of one segment; matches do not extend past its end. All rows are one segment by default; the reference
   * server makes one of every chunk of guest memory.
   */
  readonly segmentRows?: number;
}

/** Encodes every bitmap format, in memory order, and alpha planes (`encodeAlpha`). */
export class LzEncoder implements ImageEncoder {
  readonly codec = 'lz';
  readonly #segmentRows: number;

  constructor(options: LzEncoderOptions = {}) {
    this.#segmentRows = options.segmentRows ?? Number.POSITIVE_INFINITY;
  }

  accepts(format: BitmapFormat): boolean {
    return lzTypes.has(format);
  }

  maxEncodedSize(shape: ImageShape): number {
    const row = checkShape(this.codec, shape);
    const { format, width, height } = shape;
    const segments = Math.ceil(height / Math.min(this.#segmentRows, height));
    const pixels = width * height;
    if (format === BitmapFormat.values.rgb32 || format === BitmapFormat.values.rgb24) {
      return lzHeaderBytes + lzMaxPlaneSize(pixels, 3, segments);
    }
    if (format === BitmapFormat.values.rgba) {
      return lzHeaderBytes + lzMaxPlaneSize(pixels, 3, segments) + lzMaxPlaneSize(pixels, 1, segments);
    }
    if (format === BitmapFormat.values.rgb16) return lzHeaderBytes + lzMaxPlaneSize(pixels, 2, segments);
    return lzHeaderBytes + lzMaxPlaneSize(row * height, 1, segments);
  }

  encode(image: PixelImage, out: Uint8Array): number {
    const type = lzTypes.get(image.format);
    if (type === undefined) {
      throw new CodecError('ERR_CODEC_UNSUPPORTED', this.codec, 0, `format ${image.format}`);
    }
    return this.#encode(type, image, out);
  }

  /** Encodes byte 3 of an rgba image alone (type XXXA), as JPEG_ALPHA has it. */
  encodeAlpha(image: PixelImage, out: Uint8Array): number {
    if (image.format !== BitmapFormat.values.rgba) {
      throw new CodecError('ERR_CODEC_UNSUPPORTED', this.codec, 0, `format ${image.format} has no alpha`);
    }
    return this.#encode(lzTypeXxxa, image, out);
  }

  #encode(type: number, image: PixelImage, out: Uint8Array): number {
    const row = checkImage(this.codec, image);
    const kernels = threadKernels();
    const pixels = image.width * image.height;
    const room = Math.min(out.length, this.maxEncodedSize(image));
    if (room < lzHeaderBytes) return doesNotFit;
    // the packed rows, what a second layout of them takes (pixels of 4 bytes or an alpha plane), the result
    const converted = type === 7 ? pixels * 4 : type === 9 || type === lzTypeXxxa ? pixels : 0;
    const source = kernels.scratch(row * image.height + converted + room + 4 * slack) + 64;
    const second = source + row * image.height + slack;
    const result = second + converted + slack;
    packRows(image, row, 0, image.height, kernels.bytes, source);

    let end = result;
    for (const plane of this.#planes(kernels, type, image, row, source, second)) {
      const { unitBytes, address, units, segmentUnits } = plane;
      end = kernels.exports.lzEncodePlane(
        unitBytes,
        address,
        units,
        segmentUnits,
        end,
        result + room - lzHeaderBytes,
      );
      if (end === 0) return doesNotFit;
    }
    writeHeader(out, type, image, row);
    out.set(kernels.bytes.subarray(result, end), lzHeaderBytes);
    return lzHeaderBytes + end - result;
  }

  /** The planes of an image in coding order, brought into the layout that the kernel takes. */
  #planes(
    kernels: Kernels,
    type: number,
    image: PixelImage,
    row: number,
    source: number,
    second: number,
  ): Plane[] {
    const { format, width, height } = image;
    const pixels = width * height;
    const rows = Math.min(this.#segmentRows, height);
    const alpha: Plane = { address: second, units: pixels, segmentUnits: rows * width, unitBytes: 1 };
    if (type === lzTypeXxxa) {
      kernels.exports.extractAlpha(source, second, pixels);
      return [alpha];
    }
    const colors: Plane = { address: source, units: pixels, segmentUnits: rows * width, unitBytes: 4 };
    switch (format) {
      case BitmapFormat.values.rgba:
        kernels.exports.extractAlpha(source, second, pixels);
        return [colors, alpha];
      case BitmapFormat.values.rgb32:
        return [colors];
      case BitmapFormat.values.rgb24:
        kernels.exports.expandRgb24(source, second, pixels);
        return [{ ...colors, address: second }];
      case BitmapFormat.values.rgb16:
        return [{ ...colors, unitBytes: 2 }];
      default:
        return [{ address: source, units: row * height, segmentUnits: rows * row, unitBytes: 1 }];
    }
  }
}

function writeHeader(out: Uint8Array, type: number, image: PixelImage, row: number): void {
  const view = new DataView(out.buffer, out.byteOffset, lzHeaderBytes);
  view.setUint32(0, lzMagic);
  view.setUint32(4, lzVersion);
  view.setUint32(8, type);
  view.setUint32(12, image.width);
  view.setUint32(16, image.height);
  view.setUint32(20, row);
  view.setUint32(24, image.topDown ? 1 : 0);
}
