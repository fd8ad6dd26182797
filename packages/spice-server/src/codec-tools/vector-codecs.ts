import type {
  DecodeTarget,
  EncodedShape,
  ImageDecoder,
  ImageEncoder,
  PixelImage,
} from '../codecs/contract.js';
import { GlzDecoder } from '../codecs/glz/glz-decoder.js';
import { GlzEncoder } from '../codecs/glz/glz-encoder.js';
import { LzDecoder } from '../codecs/lz/lz-decoder.js';
import { LzEncoder } from '../codecs/lz/lz-encoder.js';
import { Lz4Decoder } from '../codecs/lz4/lz4-decoder.js';
import { Lz4Encoder } from '../codecs/lz4/lz4-encoder.js';
import { QuicDecoder } from '../codecs/quic/quic-decoder.js';
import { QuicEncoder } from '../codecs/quic/quic-encoder.js';
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

/** The codecs are there that indexes may name, but for those that are null. */
const tools: Readonly<Record<VectorCodec, ((vector: Vector) => VectorTool) | null>> = {
  quic: quicTool,
  lz: lzTool,
  lz_plt: lzTool,
  lz4: () => plainTool(new Lz4Encoder(), new Lz4Decoder()),
  glz: glzTool,
  zlib_glz: null,
  jpeg: null,
  jpeg_alpha: null,
};

/** What a vector's codec does; null: the codec is not there. */
export function vectorTool(vector: Vector): VectorTool | null {
  return tools[vector.codec]?.(vector) ?? null;
}

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
  const encoder = new GlzEncoder({ windowPixels });
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

function encodeToFit(
  encoder: ImageEncoder,
  pixels: PixelImage,
  encode: (out: Uint8Array) => number,
): Uint8Array {
  const out = new Uint8Array(encoder.maxEncodedSize(pixels));
  return out.slice(0, encode(out));
}
