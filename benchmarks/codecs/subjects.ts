import { BitmapFormat } from '@lazyspice/core';
import {
  GlzEncoder,
  type ImageDecoder,
  type ImageEncoder,
  JpegAlphaEncoder,
  JpegDecoder,
  JpegEncoder,
  Lz4Decoder,
  Lz4Encoder,
  LzDecoder,
  LzEncoder,
  type PixelImage,
  QuicDecoder,
  QuicEncoder,
  wrapGlz,
} from '@lazyspice/spice-server';
import type { BenchImage } from './images.js';

/** One line of the table for one image: something to call again and again. */
export interface Subject {
  readonly name: string;
  /** The C encoder to compare with. */
  readonly reference?: string;
  /** Encodes once; returns the encoded bytes. */
  readonly encode: () => number;
  /** Called before every `encode`, not measured. */
  readonly prepare?: () => void;
  /** Decodes what `encode` made. */
  readonly decode?: () => void;
}

/** Pixels of the dictionaries: what clients ask for at most. */
const windowPixels = 2 ** 24;
/** Images at most to fill a dictionary with before measuring. */
const fillImages = 200;

export const asPixelImage = ({ width, height, pixels }: BenchImage): PixelImage => ({
  format: BitmapFormat.values.rgb32,
  width,
  height,
  stride: width * 4,
  topDown: true,
  pixels,
});

/** The same picture in other colours, which no dictionary has yet. */
function recolored(image: PixelImage, round: number): PixelImage {
  const words = new Uint32Array(image.pixels.slice().buffer);
  for (let i = 0; i < words.length; i++) words[i] = (words[i]! + round * 0x10305) & 0xffffff;
  return { ...image, pixels: new Uint8Array(words.buffer) };
}

function plain(name: string, encoder: ImageEncoder, decoder: ImageDecoder, image: PixelImage): Subject {
  const out = new Uint8Array(encoder.maxEncodedSize(image));
  const { width, height, stride } = image;
  const target = { width, height, stride, pixels: new Uint8Array(stride * height) };
  let data = out.subarray(0, encoder.encode(image, out));
  return {
    name,
    reference: name,
    encode: () => {
      data = out.subarray(0, encoder.encode(image, out));
      return data.length;
    },
    decode: () => {
      decoder.decode(data, target);
    },
  };
}

/** `glz new`: a picture like no other in a dictionary that is full; `glz again`: one that is in it already. */
function* glzSubjects(image: PixelImage): Generator<Subject> {
  const out = new Uint8Array(image.pixels.length * 2 + 65_536);
  const fresh = new GlzEncoder({ windowPixels });
  let round = 0;
  let next = image;
  const prepare = (): void => {
    next = recolored(image, round++);
  };
  const images = Math.min(fillImages, Math.ceil(windowPixels / image.width / image.height));
  for (let i = 0; i < images; i++) {
    prepare();
    fresh.encode(next, out);
  }
  yield { name: 'glz new', reference: 'glz', prepare, encode: () => fresh.encode(next, out) };
  const used = new GlzEncoder({ windowPixels });
  for (let i = 0; i < 2 * images; i++) used.encode(image, out);
  yield { name: 'glz again', reference: 'glz-again', encode: () => used.encode(image, out) };
  const glz = out.slice(0, new GlzEncoder({ windowPixels }).encode(image, out));
  yield { name: 'zlib alone', encode: () => wrapGlz(glz)?.length ?? glz.length };
}

/** Everything that is measured on one image. */
export function* subjects(source: BenchImage): Generator<Subject> {
  const image = asPixelImage(source);
  yield plain('quic', new QuicEncoder(), new QuicDecoder(), image);
  yield plain('lz', new LzEncoder(), new LzDecoder(), image);
  yield plain('lz4', new Lz4Encoder(), new Lz4Decoder(), image);
  yield* glzSubjects(image);
  yield plain('jpeg', new JpegEncoder(), new JpegDecoder(), image);
  const alpha = { ...image, format: BitmapFormat.values.rgba };
  const jpegAlpha = new JpegAlphaEncoder();
  const out = new Uint8Array(jpegAlpha.maxEncodedSize(alpha));
  yield { name: 'jpeg alpha', encode: () => jpegAlpha.encode(alpha, out) };
}
