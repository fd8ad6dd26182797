import { type BenchOptions, BitmapFormat, type CodecSpeed } from '@lazyspice/core';
import type { ImageDecoder, ImageEncoder, PixelImage } from '../codecs/contract.js';
import { GlzDecoder } from '../codecs/glz/glz-decoder.js';
import { GlzEncoder } from '../codecs/glz/glz-encoder.js';
import { JpegDecoder } from '../codecs/jpeg/jpeg-decoder.js';
import { JpegEncoder } from '../codecs/jpeg/jpeg-encoder.js';
import { LzDecoder } from '../codecs/lz/lz-decoder.js';
import { LzEncoder } from '../codecs/lz/lz-encoder.js';
import { Lz4Decoder } from '../codecs/lz4/lz4-decoder.js';
import { Lz4Encoder } from '../codecs/lz4/lz4-encoder.js';
import { QuicDecoder } from '../codecs/quic/quic-decoder.js';
import { QuicEncoder } from '../codecs/quic/quic-encoder.js';
import { drawnImages } from './drawn-images.js';

interface BenchCodec {
  readonly encoder: ImageEncoder;
  readonly decoder: ImageDecoder;
  /** Called before every pass: a dictionary would find the image itself. */
  forget(): void;
}

function benchCodecs(): BenchCodec[] {
  const nothing = (): void => {};
  const glz = { encoder: new GlzEncoder({ windowPixels: 1 << 21 }), decoder: new GlzDecoder() };
  return [
    { encoder: new QuicEncoder(), decoder: new QuicDecoder(), forget: nothing },
    { encoder: new LzEncoder(), decoder: new LzDecoder(), forget: nothing },
    {
      ...glz,
      forget() {
        glz.encoder.reset();
        glz.decoder.clear();
      },
    },
    { encoder: new Lz4Encoder(), decoder: new Lz4Decoder(), forget: nothing },
    { encoder: new JpegEncoder(), decoder: new JpegDecoder(), forget: nothing },
  ];
}

/** `CodecModule.bench`. */
export function* benchCodecSpeed(options: BenchOptions): Generator<CodecSpeed> {
  for (const { name, width, height, pixels } of drawnImages()) {
    const { rgb32 } = BitmapFormat.values;
    const image: PixelImage = { format: rgb32, width, height, stride: width * 4, topDown: true, pixels };
    for (const codec of benchCodecs()) yield* measure(codec, name, image, options);
  }
}

function* measure(
  { encoder, decoder, forget }: BenchCodec,
  name: string,
  image: PixelImage,
  options: BenchOptions,
): Generator<CodecSpeed> {
  const { width, height, stride } = image;
  const out = new Uint8Array(encoder.maxEncodedSize(image));
  let data = out;
  const encodeTime = fastest(options, forget, () => {
    data = out.subarray(0, encoder.encode(image, out));
  });
  const target = { width, height, stride, pixels: new Uint8Array(stride * height) };
  // the last pass's id goes on, so that each pass must start with it
  const decodeTime = fastest(options, forget, () => {
    decoder.decode(data, target);
  });
  const pixelBytes = stride * height;
  const common = { codec: encoder.codec, image: name, encodedBytes: data.length, pixelBytes };
  const speed = (ms: number): number => Math.round(pixelBytes / 1000 / ms);
  yield { ...common, direction: 'encode', megabytesPerSecond: speed(encodeTime) };
  yield { ...common, direction: 'decode', megabytesPerSecond: speed(decodeTime) };
}

/** ms of the fastest pass. */
function fastest({ now, time }: BenchOptions, before: () => void, pass: () => void): number {
  const end = now() + time;
  let best = Number.POSITIVE_INFINITY;
  do {
    before();
    const start = now();
    pass();
    best = Math.min(best, now() - start);
  } while (now() < end);
  return best;
}
