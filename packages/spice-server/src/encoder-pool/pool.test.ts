import { BitmapFormat } from '@lazyspice/core';
import { afterEach, expect, test } from 'vitest';
import type { PixelImage } from '../codecs/contract.js';
import type { StatelessCodec } from '../display/images/encoders.js';
import { createEncoders } from '../display/images/encoders.js';
import { WorkerPool, type WorkerPoolOptions } from './pool.js';

// The threads run what was built: Node loads no TypeScript.
const workerUrl = new URL('../../dist/encoder-pool/worker.js', import.meta.url);
const crashingUrl = new URL('./fixtures/crashing-worker.mjs', import.meta.url);
const pools: WorkerPool[] = [];

function open(options: Partial<WorkerPoolOptions>): WorkerPool {
  const pool = new WorkerPool({ workers: 1, workerUrl, ...options });
  pools.push(pool);
  return pool;
}
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

/** Padded rows; `seed` is the first byte. */
function image(
  seed: number,
  width = 300,
  height = 260,
  format: BitmapFormat = BitmapFormat.values.rgb32,
): PixelImage {
  const stride = width * 4 + 12;
  const pixels = Uint8Array.from({ length: stride * height }, (_, i) => (i * seed) >> 5);
  pixels[0] = seed;
  return { format, width, height, stride, topDown: true, pixels };
}

/** Offers an image until the threads have started. */
async function encodeWhenReady(
  pool: WorkerPool,
  codec: StatelessCodec,
  picture: PixelImage,
): Promise<{ readonly job: Promise<Uint8Array | null> }> {
  for (;;) {
    const job = pool.encode(codec, picture);
    if (job !== null) return { job };
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function inline(codec: StatelessCodec, picture: PixelImage): Uint8Array {
  const out = new Uint8Array(picture.pixels.length);
  return out.slice(0, createEncoders()[codec].encode(picture, out));
}

test('no thread is there before the first image, which is refused', () => {
  const pool = open({ workers: 2 });
  expect(pool.threads).toBe(0);
  expect(pool.encode('quic', image(3))).toBe(null);
  expect(pool.threads).toBe(2);
});

test('threads give the same bytes as this thread, for all codecs', async () => {
  const pool = open({ workers: 2 });
  await (await encodeWhenReady(pool, 'quic', image(1))).job;
  const codecs = Object.keys(createEncoders()) as StatelessCodec[];
  const jobs = codecs.flatMap((codec) =>
    [5, 6, 7].map((seed) => {
      const { rgb32, rgba } = BitmapFormat.values;
      const picture = image(seed, 300, 260, codec === 'jpeg-alpha' ? rgba : rgb32);
      return { codec, picture, job: pool.encode(codec, picture) };
    }),
  );
  for (const { codec, picture, job } of jobs) {
    const bytes = await job;
    expect(Buffer.compare(bytes!, inline(codec, picture))).toBe(0);
  }
});

test('an image that does not get smaller', async () => {
  const pool = open({});
  const noise = image(1);
  let state = 1;
  for (let i = 0; i < noise.pixels.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    noise.pixels[i] = state >>> 24;
  }
  const { job } = await encodeWhenReady(pool, 'lz4', noise);
  expect(await job).toBe(null);
});

test('images beyond the memory are refused, and taken again later', async () => {
  const pool = open({ maxBytes: 1024 * 1024 });
  const { job } = await encodeWhenReady(pool, 'lz', image(2));
  expect(pool.encode('lz', image(3))).toBe(null);
  await job;
  expect(pool.bytes).toBe(1024 * 1024);
  expect(await pool.encode('lz', image(3))).not.toBe(null);
  expect(pool.encode('lz', image(3, 1000, 1000))).toBe(null);
});

test('a crash fails the image at work and no other', async () => {
  const reasons: string[] = [];
  const pool = open({ workerUrl: crashingUrl, log: (message) => reasons.push(message) });
  // an image of the second kind is failed by the thread, which lives on
  const { job: refused } = await encodeWhenReady(pool, 'quic', image(2));
  await expect(refused).rejects.toMatchObject({ code: 'ERR_ENCODER_POOL', message: 'does not want to' });
  const [first, second] = [pool.encode('quic', image(1)), pool.encode('quic', image(2))];
  await expect(first).rejects.toMatchObject({ message: 'fell over' });
  // its thread's successor took it
  await expect(second).rejects.toMatchObject({ message: 'does not want to' });
  expect(reasons).toEqual(['an encoder thread crashed: fell over']);
  expect(pool.threads).toBe(1);
});

test('a pool whose threads keep crashing gives up', async () => {
  const pool = open({ workerUrl: crashingUrl, maxCrashes: 2 });
  const { job: first } = await encodeWhenReady(pool, 'quic', image(1));
  const [second, third] = [pool.encode('quic', image(1)), pool.encode('quic', image(1))];
  const results = await Promise.allSettled([first, second, third]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(pool.encode('quic', image(1))).toBe(null);
  expect(pool.threads).toBe(0);
});

test('a thread that never ends its image counts as crashed: it is replaced, and others go on', async () => {
  const reasons: string[] = [];
  const limits = { stuckMs: 100, stuckMsPerMiB: 100 };
  const pool = open({ ...limits, workerUrl: crashingUrl, log: (message) => reasons.push(message) });
  const { job: first } = await encodeWhenReady(pool, 'quic', image(9));
  const second = pool.encode('quic', image(2));
  await expect(first).rejects.toMatchObject({ code: 'ERR_ENCODER_POOL' });
  await expect(second).rejects.toMatchObject({ message: 'does not want to' });
  expect(reasons).toEqual(['an encoder thread crashed: it encoded one image for more than 130 ms']);
  expect(pool.threads).toBe(1);
});

test('closing ends the threads, fails what is at work and gives the memory back', async () => {
  const pool = open({});
  await (await encodeWhenReady(pool, 'quic', image(4))).job;
  const jobs = [pool.encode('quic', image(4, 1000, 1000)), pool.encode('quic', image(4))];
  const results = Promise.allSettled(jobs);
  const closed = pool.close();
  expect((await results).map((result) => result.status === 'rejected' && result.reason.message)).toEqual([
    'the pool closes',
    'the pool closes',
  ]);
  await closed;
  expect(pool.threads).toBe(0);
  expect(pool.bytes).toBe(0);
  expect(pool.encode('quic', image(4))).toBe(null);
});

test('no threads at all', () => {
  const pool = open({ workers: 0 });
  expect(pool.encode('quic', image(4))).toBe(null);
  expect(pool.parallel).toBe(0);
});
