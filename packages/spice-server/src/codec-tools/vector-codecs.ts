import {
  CodecError,
  type DecodeTarget,
  type EncodedShape,
  type ImageDecoder,
  type ImageEncoder,
  type PixelImage,
} from '../codecs/contract.js';
import { GlzDecoder } from '../codecs/glz/glz-decoder.js';
import { GlzEncoder } from '../codecs/glz/glz-encoder.js';
import { JpegAlphaDecoder, JpegAlphaEncoder } from '../codecs/jpeg/jpeg-alpha.js';
import { JpegDecoder } from '../codecs/jpeg/jpeg-decoder.js';
import { JpegEncoder } from '../codecs/jpeg/jpeg-encoder.js';
import { LzDecoder } from '../codecs/lz/lz-decoder.js';
import { LzEncoder } from '../codecs/lz/lz-encoder.js';
import { Lz4Decoder } from '../codecs/lz4/lz4-decoder.js';
import { Lz4Encoder } from '../codecs/lz4/lz4-encoder.js';
import { QuicDecoder } from '../codecs/quic/quic-decoder.js';
import { QuicEncoder } from '../codecs/quic/quic-encoder.js';
import { unwrapGlz, wrapGlz } from '../codecs/zlib/zlib-glz.js';
import type { Vector, VectorCodec, VectorImage } from './vector-index.js';

/** Decodes and encodes the images of one vector, in their order. */
export interface VectorTool {
  /** The data always has the top row first, whatever the order of the pixels given. */
  readonly topRowFirst?: boolean;
  /** Decodes into unpadded rows. @throws CodecError */
  decode(data: Uint8Array, target: DecodeTarget, image: VectorImage): EncodedShape;
  /** @throws CodecError */
  encode(pixels: PixelImage, image: VectorImage): Uint8Array;
}

const tools: Readonly<Record<VectorCodec, (vector: Vector) => VectorTool>> = {
  quic: quicTool,
  lz: lzTool,
  lz_plt: lzTool,
  lz4: () => plainTool(new Lz4Encoder(), new Lz4Decoder()),
  glz: glzTool,
  zlib_glz: zlibGlzTool,
  jpeg: ({ quality }) => plainTool(new JpegEncoder({ quality }), new JpegDecoder()),
  jpeg_alpha: jpegAlphaTool,
};

/** What a vector's codec does. @throws CodecError when the vector asks for what it cannot do. */
export const vectorTool = (vector: Vector): VectorTool => tools[vector.codec](vector);

const plainTool = (encoder: ImageEncoder, decoder: ImageDecoder): VectorTool => ({
  decode: (data, target) => decoder.decode(data, target),
  encode: (pixels) => encodeToFit(encoder, pixels, (out) => encoder.encode(pixels, out)),
});

function quicTool(): VectorTool {
  const encoder = new QuicEncoder();
  const decoder = new QuicDecoder();
  const plain = plainTool(encoder, decoder);
  return {
    topRowFirst: true,
    decode: (data, target, image) =>
      image.type === 'gray' ? decoder.decodeGray(data, target) : plain.decode(data, target, image),
    encode(pixels, image) {
      if (image.type !== 'gray') return plain.encode(pixels, image);
      // no kind of image takes more than this: codecs §2
      const out = new Uint8Array(pixels.pixels.length * 4 + 256);
      return out.subarray(0, encoder.encodeGray(pixels, out));
    },
  };
}

function lzTool(): VectorTool {
  const decoder = new LzDecoder();
  return {
    decode: (data, target, image) =>
      image.type === 'xxxa' ? decoder.decodeAlpha(data, target) : decoder.decode(data, target),
    encode(pixels, { type, segmentRows }) {
      const encoder = new LzEncoder(segmentRows === null ? {} : { segmentRows });
      return encodeToFit(encoder, pixels, (out) =>
        type === 'xxxa' ? encoder.encodeAlpha(pixels, out) : encoder.encode(pixels, out),
      );
    },
  };
}

/** One dictionary for the vector's images. */
function glzTool({ windowPixels }: Vector): VectorTool {
  const encoder = new GlzEncoder({ windowPixels, hashBits: 20 });
  const decoder = new GlzDecoder();
  return {
    decode: (data, target) => decoder.decode(data, target),
    encode: (pixels, { height, segmentRows }) => {
      // every segment may take some bytes more
      const out = new Uint8Array(encoder.maxEncodedSize(pixels) + 4 * height);
      return out.slice(0, encoder.encode(pixels, out, segmentRows ?? height));
    },
  };
}

function zlibGlzTool(vector: Vector): VectorTool {
  const glz = glzTool(vector);
  return {
    decode: (data, target, image) => glz.decode(unwrapGlz(data, vector.glzBytes), target, image),
    encode(pixels, image) {
      const wrapped = wrapGlz(glz.encode(pixels, image));
      if (wrapped !== null) return wrapped;
      throw new CodecError('ERR_CODEC_IMAGE', 'zlib-glz', 0, 'the image gets no smaller with zlib');
    },
  };
}

function jpegAlphaTool({ quality, jpegBytes }: Vector): VectorTool {
  const encoder = new JpegAlphaEncoder({ quality });
  const decoder = new JpegAlphaDecoder();
  return {
    decode: (data, target) => decoder.decode(data, jpegBytes, target),
    encode: (pixels) => encodeToFit(encoder, pixels, (out) => encoder.encode(pixels, out)),
  };
}

function encodeToFit(
  encoder: ImageEncoder,
  pixels: PixelImage,
  encode: (out: Uint8Array) => number,
): Uint8Array {
  const out = new Uint8Array(encoder.maxEncodedSize(pixels));
  return out.slice(0, encode(out));
}
