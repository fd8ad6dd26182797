import { describe, expect, it } from 'vitest';
import { rect } from '../../packages/spice-server/src/display/geometry/rect.js';
import { Bench, submitAll } from '../support/spice/bench.js';
import { bitmap32, createPrimary, difference, fill, paint, scroll } from '../support/spice/commands.js';

const width = 320;
const height = 200;
/** Pixels that do not compress. */
const noise = (seed: number) =>
  bitmap32(width, height, (x, y) => Math.imul(x + y * width + seed * 65_537, 0x9e37_79b1) >>> 8);
const ignoreUnused = { ignoreUnused: true };
const frame = (i: number) => [
  paint(noise(i), 0, 0),
  fill(i * 1234, rect(i % 100, 10, (i % 100) + 50, 60)),
  scroll(rect(0, 0, 200, 100), 20, 30),
];

describe('a client that stalls', () => {
  it('does not keep another from every frame, and shows the newest when it goes on', async () => {
    const bench = await Bench.open();
    const { display } = bench.addDisplay();
    submitAll(display, [createPrimary(width, height)]);
    const stalled = bench.connect();
    const fast = bench.connect();
    await bench.settle();
    stalled.bandwidth = 0;
    for (let i = 0; i < 150; i++) {
      submitAll(display, frame(i));
      await bench.run(30, 30);
      await bench.settle();
      expect(difference(display.canvas, fast.display().canvas, 0, ignoreUnused)).toBe(null);
    }
    expect(fast.isOpen('display') && stalled.isOpen('display')).toBe(true);
    const before = stalled.screens.get(0)?.channel.messages.length ?? 0;
    stalled.bandwidth = Number.POSITIVE_INFINITY;
    await bench.settle();
    expect(difference(display.canvas, stalled.display().canvas, 0, ignoreUnused)).toBe(null);
    // It is spared most of the 450 commands.
    expect((stalled.screens.get(0)?.channel.messages.length ?? 0) - before).toBeLessThan(200);
  });

  it('costs no more memory than its queue may have', async () => {
    const bench = await Bench.open();
    const { display } = bench.addDisplay();
    submitAll(display, [createPrimary(width, height)]);
    const stalled = bench.connect();
    await bench.settle();
    stalled.bandwidth = 0;
    for (let i = 0; i < 400; i++) submitAll(display, frame(i));
    await bench.settle();
    // What lies in the stream was encoded before it stalled.
    expect(stalled.wire('display').far.pendingBytes).toBeLessThan(1_000_000);
    stalled.bandwidth = Number.POSITIVE_INFINITY;
    await bench.settle();
    expect(difference(display.canvas, stalled.display().canvas, 0, ignoreUnused)).toBe(null);
  });

  it('is waited for by flush for a while, and then not again', async () => {
    const bench = await Bench.open();
    const { display } = bench.addDisplay();
    submitAll(display, [createPrimary(width, height)]);
    const stalled = bench.connect();
    const fast = bench.connect();
    await bench.settle();
    stalled.bandwidth = 0;
    await bench.run(10_000, 1000);
    submitAll(display, frame(0));
    const first = display.flush('sent');
    const begun = bench.clock.now();
    expect(await bench.finishes(first, 5000)).toBe(true);
    expect(bench.clock.now() - begun).toBeGreaterThanOrEqual(2000);
    expect(bench.clock.now() - begun).toBeLessThan(2200);
    expect(difference(display.canvas, fast.display().canvas, 0, ignoreUnused)).toBe(null);
    submitAll(display, frame(1));
    expect(await bench.finishes(display.flush('sent'), 100)).toBe(true);
  });

  it('is not waited for when only its commands must be handled', async () => {
    const bench = await Bench.open();
    const { display } = bench.addDisplay();
    const client = bench.connect();
    await bench.settle();
    client.bandwidth = 0;
    submitAll(display, [createPrimary(width, height)]);
    expect(await bench.finishes(display.flush('handled'), 10)).toBe(true);
  });

  it('that leaves ends a flush', async () => {
    const bench = await Bench.open();
    const { display } = bench.addDisplay();
    const client = bench.connect();
    await bench.settle();
    client.bandwidth = 0;
    submitAll(display, [createPrimary(width, height)]);
    const flushed = display.flush('sent');
    await bench.run(50);
    client.disconnect();
    expect(await bench.finishes(flushed, 50)).toBe(true);
  });
});

describe('a slow client', () => {
  it('gets a fresh picture again and again, and the last one exactly', async () => {
    const bench = await Bench.open();
    const { display } = bench.addDisplay();
    submitAll(display, [createPrimary(width, height)]);
    // 100 KB/s; one frame has 256 KB.
    const client = bench.connect({ bandwidth: 1000, compression: 1 });
    await bench.run(4000);
    for (let i = 0; i < 100; i++) {
      submitAll(display, frame(i));
      await bench.run(40);
    }
    const images = client.screens.get(0)?.channel.received('drawCopy').length ?? 0;
    expect(images).toBeGreaterThan(1);
    expect(images).toBeLessThan(20);
    await bench.run(10_000);
    expect(difference(display.canvas, client.display().canvas, 0, ignoreUnused)).toBe(null);
  });

  it('is waited for by flush as long as it takes something', async () => {
    const bench = await Bench.open();
    const { display } = bench.addDisplay();
    const client = bench.connect({ compression: 1 });
    await bench.settle();
    client.bandwidth = 500;
    submitAll(display, [createPrimary(width, height), paint(noise(1), 0, 0)]);
    // 256 KB at 50 KB/s.
    const flushed = display.flush('sent');
    expect(await bench.finishes(flushed, 4000)).toBe(false);
    await bench.run(8000);
    await flushed;
    expect(difference(display.canvas, client.display().canvas, 0, ignoreUnused)).toBe(null);
  });

  it('that acknowledges late is sent two windows, and the rest when it acknowledges', async () => {
    const bench = await Bench.open();
    const { display } = bench.addDisplay();
    submitAll(display, [createPrimary(width, height)]);
    const client = bench.connect({ answers: false });
    await bench.settle();
    const channel = client.screens.get(0)?.channel;
    for (let i = 0; i < 100; i++) {
      submitAll(display, [fill(i, rect(i, 0, i + 1, 10))]);
      await bench.settle();
    }
    expect(channel?.messages.length).toBe(1 + 41);
    for (let i = 0; i < 6; i++) {
      channel?.answer();
      await bench.settle();
    }
    expect(difference(display.canvas, client.display().canvas, 0, ignoreUnused)).toBe(null);
  });
});
