/** What all codecs check and copy alike. */
import {
  CodecError,
  type CodecName,
  codecLimits,
  type DecodeTarget,
  type ImageShape,
  type PixelImage,
  rowBytes,
} from './contract.js';

const sideIsValid = (side: number): boolean => Number.isInteger(side) && side > 0 && side <= codecLimits.side;

/** The bytes of one row. @throws CodecError `ERR_CODEC_IMAGE` when the shape contradicts itself or the limits. */
export function checkShape(codec: CodecName, shape: ImageShape): number {
  const { format, width, height, stride } = shape;
  if (!sideIsValid(width) || !sideIsValid(height)) {
    throw new CodecError('ERR_CODEC_IMAGE', codec, 0, `size ${width} x ${height}`);
  }
  const row = rowBytes(format, width);
  if (row * height > codecLimits.pixelBytes) {
    throw new CodecError('ERR_CODEC_IMAGE', codec, 0, `${width} x ${height} pixels are over the limit`);
  }
  if (!Number.isInteger(stride) || stride < row) {
    throw new CodecError('ERR_CODEC_IMAGE', codec, 0, `stride ${stride} for rows of ${row} bytes`);
  }
  return row;
}

/** As `checkShape`, and the pixels must be there. */
export function checkImage(codec: CodecName, image: PixelImage): number {
  const row = checkShape(codec, image);
  const needed = image.stride * (image.height - 1) + row;
  if (image.pixels.length < needed) {
    throw new CodecError('ERR_CODEC_IMAGE', codec, 0, `${image.pixels.length} of ${needed} bytes of pixels`);
  }
  return row;
}

/** The size an image descriptor announced. @throws CodecError `ERR_CODEC_SIZE` when it is over the limits. */
export function checkExpectedSize(
  codec: CodecName,
  expected: { readonly width: number; readonly height: number },
): void {
  if (!sideIsValid(expected.width) || !sideIsValid(expected.height)) {
    throw new CodecError('ERR_CODEC_SIZE', codec, 0, `size ${expected.width} x ${expected.height}`);
  }
}

/** The target must hold rows of `row` bytes. @throws CodecError `ERR_CODEC_IMAGE` */
export function checkTarget(codec: CodecName, target: DecodeTarget, row: number): void {
  if (!Number.isInteger(target.stride) || target.stride < row) {
    throw new CodecError('ERR_CODEC_IMAGE', codec, 0, `stride ${target.stride} for rows of ${row} bytes`);
  }
  const needed = target.stride * (target.height - 1) + row;
  if (target.pixels.length < needed) {
    throw new CodecError('ERR_CODEC_IMAGE', codec, 0, `room for ${target.pixels.length} of ${needed} bytes`);
  }
}

/** Copies rows `from` up to `to` in memory order into `into` at `address`, without padding. */
export function packRows(
  image: PixelImage,
  row: number,
  from: number,
  to: number,
  into: Uint8Array,
  address: number,
): void {
  const { pixels, stride } = image;
  if (stride === row) {
    into.set(pixels.subarray(from * stride, to * stride), address);
    return;
  }
  for (let y = from; y < to; y++) {
    into.set(pixels.subarray(y * stride, y * stride + row), address + (y - from) * row);
  }
}

/** Copies packed rows out: those at `address` become rows `first` up to `first + count` of the target. */
export function unpackRows(
  from: Uint8Array,
  address: number,
  row: number,
  target: DecodeTarget,
  first: number,
  count: number,
): void {
  const { pixels, stride } = target;
  if (stride === row) {
    pixels.set(from.subarray(address, address + row * count), first * row);
    return;
  }
  for (let y = 0; y < count; y++) {
    pixels.set(from.subarray(address + y * row, address + (y + 1) * row), (first + y) * stride);
  }
}
