import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BitmapFormat } from '@lazyspice/core';
import {
  GlzDecoder,
  GlzEncoder,
  JpegAlphaDecoder,
  JpegAlphaEncoder,
  JpegDecoder,
  JpegEncoder,
  type PixelImage,
  unwrapGlz,
  wrapGlz,
} from '@lazyspice/spice-server';
import { decodePng } from '../../support/png.js';

/** An image of a GLZ sequence, as the vectors' index has it. */
interface SequenceImage {
  readonly id: number;
  readonly type: string;
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly top_down: boolean;
  readonly channel: number;
  readonly bin_offset: number;
  readonly bin_size: number;
  readonly raw_offset: number;
  readonly raw_size: number;
}
interface Vector {
  readonly name: string;
  readonly codec: string;
  readonly content: string;
  readonly bitmap_format: number;
  readonly width: number;
  readonly height: number;
  readonly top_down: boolean;
  readonly raw: string;
  readonly bin: string;
  readonly images: readonly SequenceImage[];
  readonly window_pixels: number;
  readonly glz_data_size: number;
  readonly jpeg_size: number;
  readonly decoded: string;
}

/** One of a vector's images, with what it must become and come from. */
interface Case {
  readonly image: PixelImage;
  readonly encoded: Uint8Array;
}

/** Prints the decibels between source and PIL's JPEG, source and ours, ours and PIL's, then PIL's picture of ours. */
const pilScript = `
import sys, io, math
from PIL import Image, ImageChops, ImageStat
folder, width, height = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
def read(name): return open(folder + '/' + name, 'rb').read()
def psnr(a, b):
    mean = sum(ImageStat.Stat(ImageChops.difference(a, b)).sum2) / (width * height * 3)
    return 99 if mean == 0 else min(99, 10 * math.log10(255 * 255 / mean))
source = Image.frombytes('RGB', (width, height), read('source'), 'raw', 'BGRX')
ours = Image.open(io.BytesIO(read('ours'))).convert('RGB')
file = io.BytesIO()
source.save(file, 'JPEG', quality=85)
theirs = Image.open(io.BytesIO(file.getvalue())).convert('RGB')
open(folder + '/theirs', 'wb').write(file.getvalue())
open(folder + '/theirs.pixels', 'wb').write(theirs.tobytes('raw', 'BGRX'))
print(psnr(source, theirs), psnr(source, ours), psnr(ours, theirs))
`;

/**
 * Every GLZ, ZLIB_GLZ, JPEG and JPEG_ALPHA vector under `sharedDir`/vectors decodes to its pixels (JPEG: nearly), and
 * GLZ encodes to its bytes. Where Python has PIL, our JPEGs of the recorded screens are as good as PIL's own.
 */
export async function check(
  sharedDir: string,
): Promise<{ passed: number; comparedWithPil: number; failed: string[] }> {
  const folder = join(sharedDir, 'vectors');
  const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as {
    readonly vectors: readonly Vector[];
  };
  const failed: string[] = [];
  let passed = 0;
  for (const vector of index.vectors) {
    const verify = verifiers[vector.codec];
    if (verify === undefined) continue;
    const raw = new Uint8Array(await readFile(join(folder, vector.raw)));
    const encoded = new Uint8Array(await readFile(join(folder, vector.bin)));
    const problems = [...attempt(() => verify(vector, raw, encoded, folder))];
    if (problems.length === 0) passed++;
    failed.push(...problems.map((problem) => `${vector.name}: ${problem}`));
  }
  if (passed + failed.length === 0) throw new Error(`${folder} has no vectors of these codecs`);
  const screens = await readdir(join(sharedDir, 'recordings', 'expected'));
  const pngs = screens
    .filter((name) => name.endsWith('.png'))
    .map((name) => join(sharedDir, 'recordings/expected', name));
  const python = ['python3', '/usr/bin/python3'].find(hasPil);
  if (python !== undefined) for (const png of pngs) failed.push(...compareWithPil(python, png));
  return { passed, comparedWithPil: python === undefined ? 0 : pngs.length, failed };
}

type Verifier = (vector: Vector, raw: Uint8Array, encoded: Uint8Array, folder: string) => Iterable<string>;

const verifiers: Readonly<Record<string, Verifier>> = {
  *glz(vector, raw, encoded) {
    const cases = vector.images.map((image) => sequenceCase(image, raw, encoded));
    yield* decodesInOrder(cases);
    yield* decodesByChannel(vector.images, cases);
    if (vector.content !== 'crafted') yield* encodesToTheSame(vector, cases);
  },
  *zlib_glz(vector, raw, encoded) {
    const glz = unwrapGlz(encoded, vector.glz_data_size);
    const image = packedImage(vector, raw);
    if (!decodes(new GlzDecoder(), { image, encoded: glz })) yield 'decodes to other pixels';
    const again = wrapGlz(glz);
    if (again === null || Buffer.compare(unwrapGlz(again, glz.length), glz) !== 0)
      yield 'does not survive wrapping';
  },
  *jpeg(vector, raw, encoded, folder) {
    const expected = readFileSync(join(folder, vector.decoded));
    if (difference(decodeJpeg(encoded, vector), expected) > 3) yield 'decodes to other colours';
    const ours = encode(new JpegEncoder(), packedImage(vector, raw));
    if (psnr(decodeJpeg(ours, vector), expected) < 35) yield 'encodes to other colours';
  },
  *jpeg_alpha(vector, raw, encoded, folder) {
    const expected = readFileSync(join(folder, vector.decoded));
    const { width, height } = vector;
    const decode = (data: Uint8Array, jpegBytes: number): Uint8Array => {
      const pixels = new Uint8Array(width * height * 4);
      new JpegAlphaDecoder().decode(data, jpegBytes, { width, height, stride: width * 4, pixels });
      return pixels;
    };
    const sameAlpha = (pixels: Uint8Array): boolean =>
      pixels.every((byte, i) => i % 4 !== 3 || byte === expected[i]);
    const theirs = decode(encoded, vector.jpeg_size);
    if (difference(theirs, expected) > 3 || !sameAlpha(theirs)) yield 'decodes to other pixels';
    const encoder = new JpegAlphaEncoder();
    const data = encode(encoder, packedImage(vector, raw));
    const ours = decode(data, encoder.jpegBytes);
    if (psnr(ours, expected) < 35 || !sameAlpha(ours)) yield 'encodes to other pixels';
  },
};

function* attempt(work: () => Iterable<string>): Generator<string> {
  try {
    yield* work();
  } catch (error) {
    yield String(error);
  }
}

const formats: Readonly<Record<string, BitmapFormat>> = BitmapFormat.values;

function sequenceCase(entry: SequenceImage, raw: Uint8Array, encoded: Uint8Array): Case {
  const { width, height, stride, top_down: topDown } = entry;
  const pixels = raw.subarray(entry.raw_offset, entry.raw_offset + entry.raw_size);
  return {
    image: { format: formats[entry.type]!, width, height, stride, topDown, pixels },
    encoded: encoded.subarray(entry.bin_offset, entry.bin_offset + entry.bin_size),
  };
}

function packedImage(vector: Vector, pixels: Uint8Array): PixelImage {
  const { width, height, top_down: topDown } = vector;
  const stride = pixels.length / height;
  return { format: vector.bitmap_format as BitmapFormat, width, height, stride, topDown, pixels };
}

function encode(encoder: GlzEncoder | JpegEncoder | JpegAlphaEncoder, image: PixelImage): Uint8Array {
  const out = new Uint8Array(encoder.maxEncodedSize(image));
  return out.subarray(0, encoder.encode(image, out));
}

function decodes(decoder: GlzDecoder, { image, encoded }: Case): boolean {
  const { width, height, stride } = image;
  const pixels = new Uint8Array(image.pixels.length);
  const shape = decoder.decode(encoded, { width, height, stride, pixels });
  const isLike = shape.format === image.format && shape.topDown === image.topDown;
  return isLike && Buffer.compare(pixels, image.pixels) === 0;
}

function* decodesInOrder(cases: readonly Case[]): Generator<string> {
  const decoder = new GlzDecoder();
  for (const [i, each] of cases.entries())
    if (!decodes(decoder, each)) yield `image ${i} decodes to other pixels`;
}

/** Channel 1 first, as far as it gets without channel 0. */
function* decodesByChannel(entries: readonly SequenceImage[], cases: readonly Case[]): Generator<string> {
  const decoder = new GlzDecoder();
  const queues = [1, 0].map((channel) => cases.filter((_, i) => entries[i]!.channel === channel));
  for (let left = cases.length; left > 0; ) {
    for (const queue of queues) {
      try {
        for (; queue.length > 0; queue.shift()) {
          if (!decodes(decoder, queue[0]!)) yield 'decodes to other pixels when a channel is ahead';
        }
      } catch (error) {
        if ((error as { code?: string }).code !== 'ERR_CODEC_REFERENCE') throw error;
      }
    }
    const still = queues.reduce((sum, queue) => sum + queue.length, 0);
    if (still === left) {
      yield `${left} images wait for each other`;
      return;
    }
    left = still;
  }
}

function* encodesToTheSame(vector: Vector, cases: readonly Case[]): Generator<string> {
  const encoder = new GlzEncoder({ windowPixels: vector.window_pixels, hashBits: 20 });
  for (const [i, { image, encoded }] of cases.entries()) {
    // the last image of these was given to the reference in pieces
    const rows = vector.content === 'scroll' && i === 7 ? 10 : image.height;
    const out = new Uint8Array(encoder.maxEncodedSize(image) + image.height);
    const ours = out.subarray(0, encoder.encode(image, out, rows));
    if (Buffer.compare(ours, encoded) !== 0) yield `image ${i} encodes to other bytes`;
  }
}

function decodeJpeg(data: Uint8Array, { width, height }: { width: number; height: number }): Uint8Array {
  const pixels = new Uint8Array(width * height * 4);
  new JpegDecoder().decode(data, { width, height, stride: width * 4, pixels });
  return pixels;
}

/** The largest difference of a colour of B,G,R,X pixels. */
function difference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((most, byte, i) => (i % 4 === 3 ? most : Math.max(most, Math.abs(byte - b[i]!))), 0);
}

/** Peak signal-to-noise ratio in dB of the colours of B,G,R,X pixels. */
function psnr(a: Uint8Array, b: Uint8Array): number {
  const squares = a.reduce((sum, byte, i) => (i % 4 === 3 ? sum : sum + (byte - b[i]!) ** 2), 0);
  return 10 * Math.log10(255 ** 2 / (squares / (a.length * 0.75)));
}

function hasPil(python: string): boolean {
  try {
    execFileSync(python, ['-c', 'import PIL'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function* compareWithPil(python: string, png: string): Generator<string> {
  const { width, height, channels, pixels } = decodePng(readFileSync(png));
  const source = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) source[i * 4 + c] = pixels[i * channels + 2 - c]!;
  }
  const image = {
    format: BitmapFormat.values.rgb32,
    width,
    height,
    stride: width * 4,
    topDown: true,
    pixels: source,
  };
  const folder = mkdtempSync(join(tmpdir(), 'codec-check-'));
  try {
    writeFileSync(join(folder, 'source'), source);
    writeFileSync(join(folder, 'ours'), encode(new JpegEncoder(), image));
    const printed = execFileSync(python, ['-c', pilScript, folder, String(width), String(height)], {
      encoding: 'utf8',
    });
    const [theirs = 0, ours = 0, between = 0] = printed.trim().split(' ').map(Number);
    if (between < 35) yield `${png}: our JPEG and PIL's are ${between} dB apart`;
    if (ours < theirs - 0.2) yield `${png}: our JPEG has ${ours} dB, PIL's ${theirs}`;
    const decoded = decodeJpeg(new Uint8Array(readFileSync(join(folder, 'theirs'))), image);
    const most = difference(decoded, readFileSync(join(folder, 'theirs.pixels')));
    if (most > 3) yield `${png}: PIL's JPEG decodes to colours that are ${most} off`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
