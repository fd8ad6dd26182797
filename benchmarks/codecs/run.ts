/**
 * Speed of the image codecs: `npm run bench:codecs -- [SHARED] [--seconds N]`.
 * With SHARED, the folder that holds peer/codec-ref.c and recordings/expected, and gcc: beside plain C and liblz4,
 * measured in turn in the same run. All speeds are 10^6 bytes of pixels a second, best of the time given, and include
 * the copies into and out of the kernels' memory.
 */
import { parseArgs } from 'node:util';
import { BitmapFormat } from '@lazyspice/core';
import {
  type ImageDecoder,
  type ImageEncoder,
  Lz4Decoder,
  Lz4Encoder,
  LzDecoder,
  LzEncoder,
  type PixelImage,
  QuicDecoder,
  QuicEncoder,
} from '@lazyspice/spice-server';
import { Bench } from 'tinybench';
import { type BenchImage, crop, drawnImages, recordedScreens } from './images.js';
import { Reference, type ReferenceFigure } from './reference.js';

interface Codec {
  readonly name: string;
  readonly encoder: ImageEncoder;
  readonly decoder: ImageDecoder;
}
const codecs: readonly Codec[] = [
  { name: 'quic', encoder: new QuicEncoder(), decoder: new QuicDecoder() },
  { name: 'lz', encoder: new LzEncoder(), decoder: new LzDecoder() },
  { name: 'lz4', encoder: new Lz4Encoder(), decoder: new Lz4Decoder() },
];

const asPixelImage = ({ width, height, pixels }: BenchImage): PixelImage => ({
  format: BitmapFormat.values.rgb32,
  width,
  height,
  stride: width * 4,
  topDown: true,
  pixels,
});

/** Milliseconds of the fastest call. */
function fastest(work: () => void, seconds: number): number {
  const bench = new Bench({ time: seconds * 1000, warmupTime: seconds * 200 });
  bench.add('', work);
  bench.runSync();
  const result = bench.tasks[0]?.result;
  if (result === undefined || !('latency' in result)) throw new Error('the measurement failed');
  return result.latency.min;
}

interface Figure {
  encode: number;
  decode: number;
  bytes: number;
}

function measure(codec: Codec, image: BenchImage, seconds: number): Figure {
  const source = asPixelImage(image);
  const out = new Uint8Array(codec.encoder.maxEncodedSize(source));
  let bytes = 0;
  const encode = fastest(() => {
    bytes = codec.encoder.encode(source, out);
  }, seconds);
  const { width, height, stride } = source;
  const target = { width, height, stride, pixels: new Uint8Array(stride * height) };
  const data = out.subarray(0, bytes);
  const decode = fastest(() => codec.decoder.decode(data, target), seconds / 2);
  const size = image.pixels.length / 1000;
  return { encode: size / encode, decode: size / decode, bytes };
}

/** First calls in this process, in milliseconds: compiling, then slow code that is replaced while it runs. */
function reportWarmUp(image: BenchImage): void {
  const source = asPixelImage(image);
  const out = new Uint8Array(image.pixels.length * 2);
  for (const { name, encoder } of codecs) {
    const calls = Array.from({ length: 20 }, () => {
      const start = performance.now();
      encoder.encode(source, out);
      return performance.now() - start;
    });
    const shown = [0, 1, 2, 4, 9, 19].map((i) => `${i + 1}: ${calls[i]!.toFixed(1)}`).join('  ');
    console.log(`warm-up ${name}, ${image.name}, ms of call ${shown}`);
  }
}

const cell = (value: number | undefined, digits: number): string =>
  (value === undefined ? '-' : value.toFixed(digits)).padStart(8);

function report(image: BenchImage, reference: Reference | null, seconds: number, rounds: number): void {
  const best = new Map<string, { ours: Figure; c?: ReferenceFigure | undefined }>();
  for (let round = 0; round < rounds; round++) {
    const theirs = reference?.measure(image, seconds);
    for (const codec of codecs) {
      const ours = measure(codec, image, seconds);
      const c = theirs?.get(codec.name);
      const before = best.get(codec.name);
      if (before !== undefined) {
        ours.encode = Math.max(ours.encode, before.ours.encode);
        ours.decode = Math.max(ours.decode, before.ours.decode);
      }
      best.set(codec.name, { ours, c: (before?.c?.speed ?? 0) > (c?.speed ?? 0) ? before?.c : c });
    }
  }
  for (const [name, { ours, c }] of best) {
    const ratio = c === undefined ? undefined : ours.encode / c.speed;
    console.log(
      `${image.name.padEnd(26)} ${name.padEnd(5)}${cell(ours.encode, 0)}${cell(c?.speed, 0)}${cell(ratio, 2)}` +
        `${cell(ours.decode, 0)}  ${String(ours.bytes).padStart(8)}${String(c?.bytes ?? '-').padStart(9)}`,
    );
  }
}

export async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { seconds: { type: 'string', default: '0.3' }, rounds: { type: 'string', default: '3' } },
  });
  const sharedDir = positionals[0];
  const reference = sharedDir === undefined ? null : new Reference(sharedDir);
  const images = drawnImages();
  if (sharedDir !== undefined) images.unshift(...(await recordedScreens(sharedDir)));
  const seconds = Number(values.seconds);
  const rounds = Number(values.rounds);
  try {
    reportWarmUp(images[0]!);
    console.log(
      '\nimage, rgb32               codec  encode       C   ratio  decode     bytes  C bytes   (MB/s)',
    );
    for (const image of images) report(image, reference, seconds, rounds);
    for (const [width, height] of [
      [8, 8],
      [16, 16],
      [64, 13],
      [64, 64],
      [256, 256],
    ] as const) {
      report(crop(images[0]!, width, height), reference, seconds, rounds);
    }
  } finally {
    reference?.close();
  }
}
