import { describe, expect, it } from 'vitest';
import type { PixelImage } from '../../packages/spice-server/src/codecs/contract.js';
import { rect } from '../../packages/spice-server/src/display/geometry/rect.js';
import {
  createEncoders,
  type EncoderPool,
  type StatelessCodec,
} from '../../packages/spice-server/src/display/images/encoders.js';
import { Bench, submitAll } from '../support/spice/bench.js';
import { bitmap32, createPrimary, difference, fill, paint } from '../support/spice/commands.js';

interface Job {
  finish(): void;
  crash(): void;
}

/** A pool whose images are ready when the story says so. */
class FakePool implements EncoderPool {
  readonly minPixelBytes = 1024;
  readonly jobs: Job[] = [];
  /** Images it takes at once; others are refused. */
  room = Number.POSITIVE_INFINITY;
  closed = false;

  constructor(readonly parallel: number) {}

  encode(codec: StatelessCodec, image: PixelImage): Promise<Uint8Array | null> | null {
    if (this.jobs.length >= this.room) return null;
    const copy = { ...image, pixels: image.pixels.slice() };
    return new Promise((resolve, reject) => {
      this.jobs.push({
        finish() {
          const out = new Uint8Array(copy.pixels.length * 2);
          resolve(out.slice(0, createEncoders()[codec].encode(copy, out)));
        },
        crash: () => reject(new Error('the thread crashed')),
      });
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const job of this.jobs.splice(0)) job.crash();
  }
}

const picture = (seed: number) => bitmap32(40, 30, (x, y) => ((x * seed) ^ (y * 7)) & 0xffffff);
const spice = 'disable-ticketing=on,image-compression=lz';

async function open(pool: FakePool) {
  const bench = await Bench.open({ spice, encoderPool: pool });
  const { display } = bench.addDisplay();
  const client = bench.connect();
  submitAll(display, [createPrimary(100, 80)]);
  await bench.settle();
  for (const job of pool.jobs.splice(0)) job.finish();
  await bench.settle();
  const seen = () => difference(display.canvas, client.display().canvas, 0);
  const { counts } = client.display().images;
  counts.clear();
  return { bench, display, client, seen, counts };
}

describe('images are encoded elsewhere', () => {
  it('and arrive in order with what was drawn around them', async () => {
    const pool = new FakePool(3);
    const { bench, display, seen, counts } = await open(pool);
    submitAll(display, [
      fill(0x111111, rect(0, 0, 50, 50)),
      paint(picture(3), 0, 0),
      fill(0x222222, rect(5, 5, 20, 20)),
      paint(picture(5), 10, 10),
      fill(0x333333, rect(12, 12, 30, 18)),
    ]);
    await bench.settle();
    expect(pool.jobs).toHaveLength(2);
    // the later image is ready first: nothing of it may show before the first one
    pool.jobs[1]!.finish();
    await bench.settle();
    expect(counts.get('lzRgb')).toBe(undefined);
    pool.jobs[0]!.finish();
    await bench.settle();
    expect(counts.get('lzRgb')).toBe(2);
    expect(seen()).toBe(null);
  });

  it('no more at once than the pool can use', async () => {
    const pool = new FakePool(2);
    const { bench, display, seen } = await open(pool);
    submitAll(
      display,
      [1, 2, 3, 4, 5].map((seed) => paint(picture(seed), seed * 3, seed)),
    );
    const sizes: number[] = [];
    for (let left = 5; left > 0; left--) {
      await bench.settle();
      sizes.push(pool.jobs.length);
      pool.jobs.shift()!.finish();
    }
    await bench.settle();
    expect(sizes).toEqual([2, 2, 2, 2, 1]);
    expect(seen()).toBe(null);
  });

  it('once for two clients', async () => {
    const pool = new FakePool(2);
    const { bench, display, client, seen } = await open(pool);
    const second = bench.connect();
    await bench.settle();
    for (const job of pool.jobs.splice(0)) job.finish();
    await bench.settle();
    submitAll(display, [paint(picture(9), 1, 1)]);
    await bench.settle();
    expect(pool.jobs).toHaveLength(1);
    pool.jobs[0]!.finish();
    await bench.settle();
    expect(seen()).toBe(null);
    expect(difference(client.display().canvas, second.display().canvas, 0)).toBe(null);
  });

  it('by the server itself when the pool is full', async () => {
    const pool = new FakePool(2);
    const { bench, display, seen, counts } = await open(pool);
    pool.room = 0;
    submitAll(display, [paint(picture(3), 0, 0)]);
    await bench.settle();
    expect(counts.get('lzRgb')).toBe(1);
    expect(seen()).toBe(null);
  });
});

describe('an encoder crashes', () => {
  it('and its image is sent raw, those around it as ever', async () => {
    const pool = new FakePool(3);
    const { bench, display, client, seen, counts } = await open(pool);
    submitAll(
      display,
      [3, 4, 5].map((seed) => paint(picture(seed), seed * 4, seed)),
    );
    await bench.settle();
    pool.jobs[1]!.crash();
    pool.jobs[0]!.finish();
    pool.jobs[2]!.finish();
    await bench.settle();
    expect(seen()).toBe(null);
    expect(counts.get('bitmap')).toBe(1);
    expect(counts.get('lzRgb')).toBe(2);
    expect(client.isOpen('display')).toBe(true);
  });
});

describe('it ends while images are encoded', () => {
  it('for a client that leaves: the others go on', async () => {
    const pool = new FakePool(3);
    const { bench, display, client, seen } = await open(pool);
    const second = bench.connect();
    await bench.settle();
    for (const job of pool.jobs.splice(0)) job.finish();
    await bench.settle();
    submitAll(display, [paint(picture(3), 0, 0), paint(picture(4), 30, 30)]);
    await bench.settle();
    second.disconnect();
    await bench.settle();
    for (const job of pool.jobs) job.finish();
    await bench.settle();
    expect(seen()).toBe(null);
    expect(client.isOpen('display')).toBe(true);
  });

  it('for all: the server closes, and the pool with it', async () => {
    const pool = new FakePool(3);
    const { bench, display, client } = await open(pool);
    submitAll(display, [paint(picture(3), 0, 0)]);
    await bench.settle();
    expect(pool.jobs).toHaveLength(1);
    await bench.server.close();
    await bench.settle();
    expect(pool.closed).toBe(true);
    expect(client.isOpen('display')).toBe(false);
    expect(bench.log.filter((line) => line.includes('internal error'))).toEqual([]);
  });

  it('flush waits for the image', async () => {
    const pool = new FakePool(3);
    const { bench, display } = await open(pool);
    submitAll(display, [paint(picture(3), 0, 0)]);
    await bench.settle();
    const flushed = display.flush('sent');
    expect(await bench.finishes(flushed, 100)).toBe(false);
    pool.jobs[0]!.finish();
    expect(await bench.finishes(flushed, 100)).toBe(true);
  });
});
