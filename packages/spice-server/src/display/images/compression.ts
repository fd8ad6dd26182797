import { BitmapFormat } from '@lazyspice/core';
import type { CodecName, PixelImage } from '../../codecs/contract.js';
import { graduality, hasGraduality } from './graduality.js';

/** `image-compression=`; a client may ask for another one with PREFERRED_COMPRESSION. */
export type CompressionMode = 'auto' | 'off' | 'auto_glz' | 'auto_lz' | 'quic' | 'glz' | 'lz' | 'lz4';

/** Below this many bytes of pixels nothing is compressed: codecs §8. */
export const minCompressedBytes = 54;
const minQuicSide = 3;
/** Smaller images gain little from JPEG: its tables alone are 600 bytes. */
const minLossyPixels = 4096;
const minLossySide = 16;
const { rgb16, rgb24, rgb32, rgba } = BitmapFormat.values;

const isRgb = (format: BitmapFormat): boolean =>
  format === rgb16 || format === rgb24 || format === rgb32 || format === rgba;

export interface CompressionContext {
  readonly mode: CompressionMode;
  /** The client decodes LZ4. */
  readonly lz4: boolean;
  /** An image of this many pixels can go into the client's GLZ dictionary. */
  glzFits(pixels: number): boolean;
  /** The image looks like a photo; asked only of images that QUIC takes. */
  isGradual(): boolean;
}

const canQuic = ({ format, width, height }: PixelImage): boolean =>
  isRgb(format) && width >= minQuicSide && height >= minQuicSide;

/**
 * Which codec an image goes through, or null for raw (codecs §8.1). Rows may be padded: ours take a stride, so
 * what the reference sends raw for that reason is compressed too.
 */
export function chooseCodec(image: PixelImage, context: CompressionContext): CodecName | null {
  if (image.stride * image.height < minCompressedBytes) return null;
  switch (context.mode) {
    case 'off':
      return null;
    case 'quic':
      return canQuic(image) ? 'quic' : null;
    case 'lz':
      return 'lz';
    case 'lz4':
      return isRgb(image.format) && context.lz4 ? 'lz4' : 'lz';
    case 'glz':
      return glzOrLz(image, context);
    case 'auto_lz':
      return isPhoto(image, context) ? 'quic' : 'lz';
    case 'auto':
    case 'auto_glz':
      return isPhoto(image, context) ? 'quic' : glzOrLz(image, context);
  }
}

const isPhoto = (image: PixelImage, context: CompressionContext): boolean =>
  canQuic(image) && hasGraduality(image.format) && context.isGradual();

const glzOrLz = (image: PixelImage, context: CompressionContext): CodecName =>
  isRgb(image.format) && context.glzFits(image.width * image.height) ? 'glz' : 'lz';

/** Modes in which QUIC may be chosen, hence JPEG; the others ask for a codec without loss. */
export const permitsJpeg = (mode: CompressionMode): boolean =>
  mode === 'auto' || mode === 'auto_glz' || mode === 'auto_lz' || mode === 'quic';

/** The codec with loss for a format, or null: there is none. */
export function lossyCodec(format: PixelImage['format']): 'jpeg' | 'jpeg-alpha' | null {
  if (format === rgba) return 'jpeg-alpha';
  return format === rgb24 || format === rgb32 ? 'jpeg' : null;
}

/** Whether an image should be sent with loss where that is allowed: large photos. */
export function isLossyWorth(image: PixelImage): boolean {
  const { width, height, format } = image;
  if (lossyCodec(format) === null || width * height < minLossyPixels) return false;
  return Math.min(width, height) >= minLossySide && graduality(image) === 'high';
}
