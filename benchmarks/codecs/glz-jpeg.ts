/**
 * Speed of GLZ, its zlib wrap and JPEG: `node scripts/run-typescript.mjs benchmarks/codecs/glz-jpeg.ts [SHARED]
 * [--seconds N] [--rounds N]`. With gcc and libjpeg: beside plain C and libjpeg, measured in turn in the same run. With
 * SHARED, the folder that holds recordings/expected: also on screens. glz-first is the first image of a dictionary, new
 * memory included (C has it warm); glz-again the same image again; glz-full one like no other in a window that is full
 * (C: none). zlib-only counts the pixels too, but measures the wrap alone. Speeds are 10^6 bytes of rgb32 pixels a second,
 * best of the time given, and include the copies into and out of the kernels' memory.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { BitmapFormat } from '@lazyspice/core';
import { GlzEncoder, JpegAlphaEncoder, JpegEncoder, type PixelImage, wrapGlz } from '@lazyspice/spice-server';
import { type BenchImage, drawnImages, recordedScreens } from './images.js';

interface Figure {
  readonly speed: number;
  readonly bytes: number;
}

/** Pixels of the dictionaries: what clients ask for at most. */
const windowPixels = 2 ** 24;

const asPixelImage = ({ width, height, pixels }: BenchImage): PixelImage => ({
  format: BitmapFormat.values.rgb32,
  width,
  height,
  stride: width * 4,
  topDown: true,
  pixels,
});

/** The fastest of the calls that `seconds` have room for; `prepare` is not measured. */
function fastest(image: PixelImage, seconds: number, work: () => number, prepare?: () => void): Figure {
  let best = Number.POSITIVE_INFINITY;
  let bytes = 0;
  for (const stop = performance.now() + seconds * 1000; performance.now() < stop; ) {
    prepare?.();
    const start = performance.now();
    bytes = work();
    best = Math.min(best, performance.now() - start);
  }
  return { speed: image.pixels.length / 1000 / best, bytes };
}

/** The same picture in other colours, which no dictionary has yet. */
function recolored(image: PixelImage, round: number): PixelImage {
  const words = new Uint32Array(image.pixels.slice().buffer);
  for (let i = 0; i < words.length; i++) words[i] = (words[i]! + round * 0x10305) & 0xffffff;
  return { ...image, pixels: new Uint8Array(words.buffer) };
}

function measure(image: PixelImage, seconds: number): Map<string, Figure> {
  const out = new Uint8Array(image.pixels.length * 2 + 65_536);
  const alpha = { ...image, format: BitmapFormat.values.rgba };
  const jpeg = new JpegEncoder();
  const jpegAlpha = new JpegAlphaEncoder();
  // a new one each time: its memory is new too, and writing to new memory is a good part of the time
  let fresh = new GlzEncoder({ windowPixels });
  const renew = (): void => {
    fresh = new GlzEncoder({ windowPixels });
  };
  const used = new GlzEncoder({ windowPixels });
  // until all of its memory has been written to
  for (let i = 0; i * image.width * image.height < 2 * windowPixels; i++) used.encode(image, out);
  const full = new GlzEncoder({ windowPixels });
  let next = image;
  let round = 0;
  const recolor = (): void => {
    next = recolored(image, round++);
  };
  for (let i = 0; i * image.width * image.height < windowPixels; i++) {
    recolor();
    full.encode(next, out);
  }
  const glz = out.slice(0, new GlzEncoder({ windowPixels }).encode(image, out));
  return new Map([
    ['glz-first', fastest(image, seconds, () => fresh.encode(image, out), renew)],
    ['glz-again', fastest(image, seconds, () => used.encode(image, out))],
    ['glz-full', fastest(image, seconds * 2, () => full.encode(next, out), recolor)],
    ['zlib-only', fastest(image, seconds, () => wrapGlz(glz)?.length ?? glz.length)],
    ['jpeg', fastest(image, seconds, () => jpeg.encode(image, out))],
    ['jpeg-alpha', fastest(image, seconds, () => jpegAlpha.encode(alpha, out))],
  ]);
}

/** Plain C and libjpeg, compiled for this run; null where there is no compiler or no libjpeg. */
function compileReference(
  folder: string,
): ((image: BenchImage, seconds: number) => Map<string, Figure>) | null {
  const program = join(folder, 'reference');
  const source = fileURLToPath(new URL('glz-jpeg-reference.c', import.meta.url));
  try {
    execFileSync('gcc', ['-O2', source, '-o', program, '-ljpeg'], { stdio: 'ignore' });
  } catch {
    return null;
  }
  return (image, seconds) => {
    const file = join(folder, 'pixels');
    writeFileSync(file, image.pixels);
    const args = [String(seconds), file, String(image.width), String(image.height)];
    const lines = execFileSync(program, args, { encoding: 'utf8' }).trim().split('\n');
    return new Map(
      lines.map((line) => {
        const [, name = '', speed, bytes] = line.split(' ');
        return [name, { speed: Number(speed), bytes: Number(bytes) }];
      }),
    );
  };
}

const faster = (a: Figure | undefined, b: Figure | undefined): Figure | undefined =>
  (a?.speed ?? 0) > (b?.speed ?? 0) ? a : b;
const cell = (value: number | undefined, digits: number): string =>
  (value === undefined ? '-' : value.toFixed(digits)).padStart(9);

export async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { seconds: { type: 'string', default: '0.2' }, rounds: { type: 'string', default: '3' } },
  });
  const folder = mkdtempSync(join(tmpdir(), 'codec-bench-'));
  const images = drawnImages();
  if (positionals[0] !== undefined) images.unshift(...(await recordedScreens(positionals[0])));
  try {
    const reference = compileReference(folder);
    console.log('image, rgb32      codec          encode        C    ratio    bytes  C bytes   (MB/s)');
    for (const image of images) {
      const ours = new Map<string, Figure | undefined>();
      const theirs = new Map<string, Figure | undefined>();
      for (let round = 0; round < Number(values.rounds); round++) {
        for (const [name, figure] of reference?.(image, Number(values.seconds)) ?? []) {
          theirs.set(name, faster(theirs.get(name), figure));
        }
        for (const [name, figure] of measure(asPixelImage(image), Number(values.seconds))) {
          ours.set(name, faster(ours.get(name), figure));
        }
      }
      for (const [name, figure] of ours) {
        const c = theirs.get(name === 'glz-first' ? 'glz' : name);
        const ratio = c === undefined ? undefined : figure!.speed / c.speed;
        console.log(
          image.name.padEnd(18) +
            name.padEnd(11) +
            cell(figure?.speed, 0) +
            cell(c?.speed, 0) +
            cell(ratio, 2) +
            cell(figure?.bytes, 0) +
            cell(c?.bytes, 0),
        );
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
