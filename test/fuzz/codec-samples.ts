import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BitmapFormat } from '@lazyspice/core';
import {
  type DecodeTarget,
  GlzDecoder,
  GlzEncoder,
  type ImageEncoder,
  JpegAlphaDecoder,
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
  rowBytes,
  unwrapGlz,
  wrapGlz,
} from '@lazyspice/spice-server';
import type { Random } from './random.js';

/** Right data, and what its decoder is told besides. */
export interface Sample {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Bytes of the JPEG in JPEG_ALPHA, bytes of the GLZ data in its zlib wrap. */
  readonly bytes?: number;
  /** Images of the dictionary before this one. */
  readonly before?: readonly Sample[];
}

export interface Subject {
  readonly name: string;
  readonly samples: readonly Sample[];
  /** Decodes `data`, which was made from `sample`. */
  decode(sample: Sample, data: Uint8Array, target: DecodeTarget): void;
}

const side = 72;
const { rgba, rgb32, a8 } = BitmapFormat.values;

/** Runs, few colours, noise, gradients and repeated rows. */
export function randomImage(random: Random, format: BitmapFormat): PixelImage {
  const width = random.from(1, side);
  const height = random.from(1, random.pick([4, side]));
  const stride = rowBytes(format, width);
  const pixels = new Uint8Array(stride * height);
  const unit = Math.max(1, rowBytes(format, 8) >> 3);
  const kind = random.below(5);
  const period = stride + unit * random.below(4);
  let color = random.below(256);
  for (let i = 0; i < pixels.length; i++) {
    if (kind === 0) pixels[i] = random.below(256);
    else if (kind === 1) pixels[i] = (i >> 3) + random.below(3);
    else if (kind === 2) pixels[i] = random.pick([0, 60, 120, 255]);
    else if (kind === 3) {
      if (i % unit === 0 && random.below(10) === 0) color = random.below(256);
      pixels[i] = color;
    } else pixels[i] = i < period || random.below(60) === 0 ? random.below(256) : pixels[i - period]!;
  }
  return { format, width, height, stride, topDown: random.below(2) === 0, pixels };
}

function encoded(encoder: ImageEncoder, image: PixelImage): Sample {
  const out = new Uint8Array(encoder.maxEncodedSize(image));
  const size = encoder.encode(image, out);
  return { data: out.slice(0, size), width: image.width, height: image.height };
}

const formats = Object.values(BitmapFormat.values);

function samplesOf(encoder: ImageEncoder, random: Random, count: number): Sample[] {
  const accepted = formats.filter((format) => encoder.accepts(format));
  return Array.from({ length: count }, () => encoded(encoder, randomImage(random, random.pick(accepted))));
}

/** Images that refer to the two before them. */
function glzSamples(random: Random, count: number): Sample[] {
  return Array.from({ length: count }, () => {
    const encoder = new GlzEncoder({ windowPixels: 20_000, hashBits: 12 });
    const format = random.pick(formats.filter((one) => encoder.accepts(one)));
    const first = randomImage(random, format);
    const before = [encoded(encoder, first), encoded(encoder, randomImage(random, format))];
    const pixels = first.pixels.map((value) => (random.below(40) === 0 ? random.below(256) : value));
    return { ...encoded(encoder, { ...first, pixels }), before };
  });
}

/** The golden files of one codec. */
function vectors(folder: string | undefined, codecs: readonly string[]): Sample[] {
  if (folder === undefined) return [];
  const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as {
    vectors: { codec: string; bin: string; width: number; height: number; [key: string]: unknown }[];
  };
  return index.vectors
    .filter(({ codec }) => codecs.includes(codec))
    .map(({ bin, width, height, jpeg_size, glz_data_size }) => {
      const bytes = Number(jpeg_size ?? glz_data_size ?? 0);
      return { data: new Uint8Array(readFileSync(join(folder, bin))), width, height, bytes };
    })
    .filter(({ data }) => data.length < 40_000);
}

/** Every decoder with data of its own encoder, and the golden files in `folder`. */
export function subjects(random: Random, folder?: string, count = 80): Subject[] {
  const quic = new QuicDecoder();
  const lz = new LzDecoder();
  const lz4 = new Lz4Decoder();
  const jpeg = new JpegDecoder();
  const jpegAlpha = new JpegAlphaDecoder();
  const alphaEncoder = new JpegAlphaEncoder();
  const glz = samplesOf32(random, count);
  return [
    {
      name: 'quic',
      samples: [...samplesOf(new QuicEncoder(), random, count), ...vectors(folder, ['quic'])],
      decode: (_, data, target) => quic.decode(data, target),
    },
    {
      name: 'quic gray',
      samples: Array.from({ length: count }, () => {
        const image = randomImage(random, a8);
        const out = new Uint8Array(image.pixels.length * 4 + 256);
        const size = new QuicEncoder().encodeGray(image, out);
        return { data: out.slice(0, size), width: image.width, height: image.height };
      }),
      decode: (_, data, target) => quic.decodeGray(data, target),
    },
    {
      name: 'lz',
      samples: [...samplesOf(new LzEncoder(), random, count), ...vectors(folder, ['lz', 'lz_plt'])],
      decode: (_, data, target) => lz.decode(data, target),
    },
    {
      name: 'lz alpha',
      samples: Array.from({ length: count }, () => {
        const image = randomImage(random, rgba);
        const out = new Uint8Array(new LzEncoder().maxEncodedSize(image));
        const size = new LzEncoder().encodeAlpha(image, out);
        return { data: out.slice(0, size), width: image.width, height: image.height };
      }),
      decode: (_, data, target) => lz.decodeAlpha(data, target),
    },
    {
      name: 'glz',
      samples: glzSamples(random, count),
      decode(sample, data, target) {
        const decoder = new GlzDecoder();
        for (const { data: earlier, width, height } of sample.before ?? []) {
          decoder.decode(earlier, {
            width,
            height,
            stride: width * 4,
            pixels: new Uint8Array(width * height * 4),
          });
        }
        decoder.decode(data, target);
      },
    },
    {
      name: 'zlib-glz',
      samples: [
        ...glz.flatMap((sample) => {
          const data = wrapGlz(sample.data);
          return data === null ? [] : [{ ...sample, data, bytes: sample.data.length }];
        }),
        ...vectors(folder, ['zlib_glz']),
      ],
      decode: ({ bytes = 0 }, data, target) => new GlzDecoder().decode(unwrapGlz(data, bytes), target),
    },
    {
      name: 'lz4',
      samples: [...samplesOf(new Lz4Encoder(), random, count), ...vectors(folder, ['lz4'])],
      decode: (_, data, target) => lz4.decode(data, target),
    },
    {
      name: 'jpeg',
      samples: [...samplesOf(new JpegEncoder(), random, count), ...vectors(folder, ['jpeg'])],
      decode: (_, data, target) => jpeg.decode(data, target),
    },
    {
      name: 'jpeg-alpha',
      samples: [
        ...Array.from({ length: count }, () => {
          const sample = encoded(alphaEncoder, randomImage(random, rgba));
          return { ...sample, bytes: alphaEncoder.jpegBytes };
        }),
        ...vectors(folder, ['jpeg_alpha']),
      ],
      decode: ({ bytes = 0 }, data, target) => jpegAlpha.decode(data, bytes, target),
    },
  ];
}

function samplesOf32(random: Random, count: number): Sample[] {
  return Array.from({ length: count }, () =>
    encoded(new GlzEncoder({ windowPixels: 20_000, hashBits: 12 }), randomImage(random, rgb32)),
  );
}
