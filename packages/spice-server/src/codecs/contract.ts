/**
 * What every image codec of the display channel is to the rest of the server: an encoder object and a decoder
 * object, both synchronous, both working from and into buffers of the caller. Pixels are described by a
 * `BitmapFormat`, as everywhere else; 24- and 32-bit pixels are B,G,R(,X or A) in memory, 16-bit ones are
 * little-endian 0RRRRRGGGGGBBBBB.
 *
 * Encoders and decoders may hold state (the GLZ dictionary of a client, a deflate stream), so they are objects;
 * those without state can be shared by all clients of a thread.
 */
import { BitmapFormat } from '@lazyspice/core';

export type CodecName = 'quic' | 'lz' | 'glz' | 'lz4' | 'zlib-glz' | 'jpeg' | 'jpeg-alpha';

/** Upper bounds of one image; encoders and decoders refuse more before they allocate or work. */
export const codecLimits = {
  /** Pixels of one row, and rows of one image. */
  side: 65_535,
  /** Bytes of one image as pixels, rows unpadded. */
  pixelBytes: 256 * 1024 * 1024,
  /** Bytes of one encoded image. */
  encodedBytes: 256 * 1024 * 1024,
} as const;

/** What the pixels of an image look like, without the pixels. */
export interface ImageShape {
  readonly format: BitmapFormat;
  /** Pixels, 1 to `codecLimits.side`. */
  readonly width: number;
  /** Rows, 1 to `codecLimits.side`. */
  readonly height: number;
  /** Bytes from row to row, at least `rowBytes(format, width)`. */
  readonly stride: number;
  /** False: the first row in memory is the bottom of the picture. */
  readonly topDown: boolean;
}

/** An image to encode. `pixels` starts with the first row and holds at least stride * (height - 1) + row bytes. */
export interface PixelImage extends ImageShape {
  readonly pixels: Uint8Array;
}

/** `ImageEncoder.encode` returns this instead of a size when the result is larger than the buffer given. */
export const doesNotFit = -1;

export interface ImageEncoder {
  readonly codec: CodecName;
  /** Whether images of this format can be encoded at all. */
  accepts(format: BitmapFormat): boolean;
  /** Bytes that are enough for any image of this shape. */
  maxEncodedSize(shape: ImageShape): number;
  /**
   * Encodes one image to the start of `out` and returns the bytes written, or `doesNotFit`: then the contents of
   * `out` are undefined, and no more work was done than filling it takes. Give a buffer as small as the result
   * is useful (an image that does not get smaller is sent raw).
   * @throws CodecError `ERR_CODEC_IMAGE` when the image is not what it says or over the limits,
   * `ERR_CODEC_UNSUPPORTED` for a format that `accepts` refuses.
   */
  encode(image: PixelImage, out: Uint8Array): number;
}

/** What the header of an encoded image says, and the caller needs before it can give a buffer. */
export interface EncodedShape {
  readonly format: BitmapFormat;
  readonly width: number;
  readonly height: number;
  /** Row order of the decoded pixels: decoders keep the order in which the rows were coded. */
  readonly topDown: boolean;
}

/** Where decoded pixels go, and what the image must turn out to be. */
export interface DecodeTarget {
  /** The size the image descriptor announced; another size in the data is an error. */
  readonly width: number;
  readonly height: number;
  /** Bytes from row to row in `pixels`; rows are written without touching the padding. */
  readonly stride: number;
  readonly pixels: Uint8Array;
}

export interface ImageDecoder {
  readonly codec: CodecName;
  /**
   * Reads the header only. The size is what the image descriptor announced (not every codec carries it).
   * @throws CodecError when the header is wrong or the sizes differ.
   */
  inspect(data: Uint8Array, expected: { readonly width: number; readonly height: number }): EncodedShape;
  /**
   * Decodes one image into `target`, in its own format; byte 3 of rgb32 becomes 0 unless the codec carries it. On an
   * error the pixels of the target are undefined.
   * @throws CodecError `ERR_CODEC_DATA` or `ERR_CODEC_TRUNCATED` on bad data, `ERR_CODEC_SIZE` when the sizes differ,
   * `ERR_CODEC_UNSUPPORTED` on a version or type this decoder does not know, `ERR_CODEC_IMAGE` when `target` is too small.
   */
  decode(data: Uint8Array, target: DecodeTarget): EncodedShape;
}

export type CodecErrorCode =
  /** The caller's image, sound or target is inconsistent or over the limits. */
  | 'ERR_CODEC_IMAGE'
  /** A format, type or version that this codec does not take. */
  | 'ERR_CODEC_UNSUPPORTED'
  /** The encoded image has another size than announced, or one over the limits. */
  | 'ERR_CODEC_SIZE'
  /** The data ends before the image does. */
  | 'ERR_CODEC_TRUNCATED'
  /** The data contradicts the format. */
  | 'ERR_CODEC_DATA'
  /** The image refers to another one that has not been decoded yet (GLZ). */
  | 'ERR_CODEC_REFERENCE';

/** The only error that codecs throw. */
export class CodecError extends Error {
  readonly code: CodecErrorCode;
  readonly codec: CodecName | 'opus';
  /** Byte of the encoded data where it was noticed; 0 for errors of the caller's image. */
  readonly offset: number;
  readonly reason: string;

  constructor(code: CodecErrorCode, codec: CodecName | 'opus', offset: number, reason: string) {
    super(`${codec}: ${reason} (offset ${offset})`);
    this.name = 'CodecError';
    this.code = code;
    this.codec = codec;
    this.offset = offset;
    this.reason = reason;
  }
}

const bitsPerPixel: Readonly<Record<BitmapFormat, number>> = {
  [BitmapFormat.values.indexed1le]: 1,
  [BitmapFormat.values.indexed1be]: 1,
  [BitmapFormat.values.indexed4le]: 4,
  [BitmapFormat.values.indexed4be]: 4,
  [BitmapFormat.values.indexed8]: 8,
  [BitmapFormat.values.rgb16]: 16,
  [BitmapFormat.values.rgb24]: 24,
  [BitmapFormat.values.rgb32]: 32,
  [BitmapFormat.values.rgba]: 32,
  [BitmapFormat.values.a8]: 8,
};

/** Bytes of a row of `width` pixels, without padding. */
export const rowBytes = (format: BitmapFormat, width: number): number =>
  Math.ceil((width * bitsPerPixel[format]) / 8);
