/**
 * Damaged images for every decoder:
 * `node scripts/run-typescript.mjs test/fuzz/codecs.ts [--count N] [--seed S] [--decoder NAME] [--vectors DIR]`.
 * Each decoder gets N mutations of what its encoder makes, and of the golden files in DIR. It must give pixels or a
 * `CodecError` whose offset is in the data, write nothing but the target, take less than a second and no more memory
 * than the limit; and do the same again with other bytes around the data and other contents of the kernels' memory, which
 * shows reads outside of the data. Prints figures and `N passed, N failed`.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { BitmapFormat } from '@lazyspice/core';
import { CodecError, type DecodeTarget, Lz4Encoder, type PixelImage } from '@lazyspice/spice-server';
import { mutate } from './codec-mutations.js';
import { type Sample, type Subject, subjects } from './codec-samples.js';
import { Random } from './random.js';

/** Bytes on both sides of the data and of the target that must not matter or change. */
const guard = 64;
const guardByte = 0xa5;
/** Milliseconds of one decode. Images have at most a few thousand pixels. */
const timeLimit = 1000;
/** Bytes that the process may grow by while one decoder is tried. */
const memoryLimit = 256 * 2 ** 20;
/** Failures that are described; others are counted. */
const described = 10;

export interface FuzzResult {
  readonly name: string;
  readonly count: number;
  /** Those that became pixels, and those refused, by code. */
  readonly decoded: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly failures: readonly string[];
  readonly failed: number;
  /** Milliseconds of the slowest decode. */
  readonly slowest: number;
  /** Bytes that the process's buffers grew by at most. */
  readonly memory: number;
}

/** What a decode came to, in a form that can be compared. */
interface Outcome {
  readonly error: CodecError | null;
  readonly pixels: Uint8Array;
}

/** Fills the memory that decoders work in with noise. */
class Poison {
  readonly #encoder = new Lz4Encoder();
  readonly #image: PixelImage;
  readonly #out: Uint8Array;

  constructor(random: Random) {
    const [width, height] = [128, 96];
    const pixels = Uint8Array.from({ length: width * height * 4 }, () => random.below(256));
    const format = BitmapFormat.values.rgb32;
    this.#image = { format, width, height, stride: width * 4, topDown: true, pixels };
    this.#out = new Uint8Array(this.#encoder.maxEncodedSize(this.#image));
  }

  spread(): void {
    this.#image.pixels[0]!++;
    this.#encoder.encode(this.#image, this.#out);
  }
}

function run(subject: Subject, sample: Sample, data: Uint8Array, around: number): Outcome {
  const buffer = new Uint8Array(data.length + 2 * guard).fill(around);
  buffer.set(data, guard);
  const { width, height } = sample;
  // damage may make it any format: the widest has 4 bytes a pixel
  const size = width * height * 4;
  const target = new Uint8Array(size + 2 * guard).fill(guardByte);
  const pixels = target.subarray(guard, guard + size);
  const into: DecodeTarget = { width, height, stride: width * 4, pixels };
  let error: CodecError | null = null;
  try {
    subject.decode(sample, buffer.subarray(guard, guard + data.length), into);
  } catch (thrown) {
    if (!(thrown instanceof CodecError)) throw thrown;
    error = thrown;
  }
  const isWhole = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === guardByte);
  if (!isWhole(target.subarray(0, guard)) || !isWhole(target.subarray(guard + size))) {
    throw new Error('wrote outside of the target');
  }
  return { error, pixels };
}

function compare(first: Outcome, second: Outcome, bytes: number): void {
  if (first.error?.message !== second.error?.message) {
    throw new Error(`not the same twice: ${first.error?.message} and ${second.error?.message}`);
  }
  if (first.error === null) {
    if (Buffer.compare(first.pixels, second.pixels) !== 0) throw new Error('not the same pixels twice');
    return;
  }
  const { offset } = first.error;
  if (!Number.isInteger(offset) || offset < 0 || offset > bytes)
    throw new Error(`offset ${offset} of ${bytes}`);
}

/** Tries one decoder on `count` damaged images; `now` gives milliseconds, for the time limit. */
export async function fuzzDecoder(
  subject: Subject,
  count: number,
  random: Random,
  now: () => number,
): Promise<FuzzResult> {
  const refused: Record<string, number> = {};
  const failures: string[] = [];
  const poison = new Poison(random);
  const { samples, name } = subject;
  const memoryBefore = process.memoryUsage().arrayBuffers;
  let [decoded, failed, slowest, memory] = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const sample = random.pick(samples);
    const data = mutate(sample.data, random.pick(samples).data, random);
    try {
      poison.spread();
      const start = now();
      const first = run(subject, sample, data, 0);
      const took = now() - start;
      slowest = Math.max(slowest, took);
      if (took > timeLimit) throw new Error(`took ${took} ms`);
      poison.spread();
      // what an unwrapped stream is wrong about has its offset there
      const bytes = Math.max(data.length, sample.bytes ?? 0);
      compare(first, run(subject, sample, data, 255), bytes);
      if (first.error === null) decoded++;
      else refused[first.error.code] = (refused[first.error.code] ?? 0) + 1;
      if (i % 100 === 0) {
        // node:zlib gives the memory of a failed stream back in the next turn of the event loop
        await turn();
        const more = process.memoryUsage().arrayBuffers - memoryBefore;
        memory = Math.max(memory, more);
        if (more > memoryLimit) throw new Error(`${more} bytes more memory`);
      }
    } catch (error) {
      failed++;
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const shape = `${sample.width}x${sample.height}, ${Buffer.from(data).toString('base64')}`;
      if (failures.length < described) failures.push(`${name} ${i}: ${text}\n${shape}`);
    }
  }
  return { name, count, decoded, refused, failures, failed, slowest, memory };
}

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      count: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      decoder: { type: 'string', default: '' },
      vectors: { type: 'string' },
    },
  });
  const random = new Random(Number(values.seed));
  let [passed, failed] = [0, 0];
  for (const subject of subjects(random, values.vectors)) {
    if (!subject.name.startsWith(values.decoder)) continue;
    const result = await fuzzDecoder(subject, Number(values.count), random, () => performance.now());
    const { name, count, decoded, refused, slowest, memory } = result;
    const codes = Object.entries(refused).map(([code, times]) => `${code} ${times}`);
    const figures = `${slowest.toFixed(1)} ms at most, ${(memory / 2 ** 20).toFixed(1)} MiB more memory at most`;
    console.log(`${name}: ${count} inputs, ${decoded} decoded, ${codes.join(', ')}; ${figures}`);
    for (const failure of result.failures) console.log(failure);
    failed += result.failed;
    passed += count - result.failed;
  }
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}
