import { BitmapFormat, type QxlCommand } from '@lazyspice/core';
import { describe, expect, it } from 'vitest';
import { rect } from '../../packages/spice-server/src/display/geometry/rect.js';
import { Bench, submitAll } from '../support/spice/bench.js';
import {
  bitmap32,
  copyImage,
  copySurface,
  createPrimary,
  createSurface,
  difference,
  draw,
  imageOf,
} from '../support/spice/commands.js';

const cacheMe = 1;
/** So large that it is not looked for on the screen. */
const side = 72;
const cached = (id: bigint, seed: number, left: number, top = 0): QxlCommand => {
  const bitmap = bitmap32(side, side, (x, y) => Math.imul(seed * 977 + x * 31 + y, 0x9e37_79b1) >>> 8);
  const whole = rect(0, 0, side, side);
  return draw(copyImage(imageOf(bitmap, id, cacheMe), whole), rect(left, top, left + side, top + side));
};
const screen = createPrimary(side * 8, side * 2);
const ignoreUnused = { ignoreUnused: true };

describe('a cached image', () => {
  it('is sent once, while it fits into the cache', async () => {
    const bench = await Bench.open();
    const { display } = bench.addDisplay();
    submitAll(display, [screen]);
    const client = bench.connect({ cachePixels: side * side * 3 });
    await bench.settle();
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 3; i++) submitAll(display, [cached(BigInt(i + 1), i, (i + round) * side)]);
    }
    await bench.settle();
    expect(client.display().images.counts.get('fromCache')).toBe(6);
    submitAll(display, [cached(4n, 4, 0, side), cached(1n, 0, side, side), cached(3n, 2, side * 2, side)]);
    await bench.settle();
    expect(client.screens.get(0)?.channel.received('invalList').length).toBeGreaterThan(0);
    expect(difference(display.canvas, client.display().canvas, 0, ignoreUnused)).toBe(null);
  });

  it('is what the guest means by its number after a reset of the numbers', async () => {
    const bench = await Bench.open();
    const { display } = bench.addDisplay();
    submitAll(display, [screen]);
    const client = bench.connect({ cachePixels: 100_000 });
    await bench.settle();
    submitAll(display, [
      cached(1n, 1, 0),
      { type: 'imageCacheReset' },
      cached(1n, 2, side),
      cached(1n, 2, side * 2),
    ]);
    await bench.settle();
    expect(difference(display.canvas, client.display().canvas, 0, ignoreUnused)).toBe(null);
  });

  it('of two colours has no palette for a client like spice-html5', async () => {
    const bench = await Bench.open();
    const { display } = bench.addDisplay();
    submitAll(display, [screen]);
    const all = bench.connect({ cachePixels: 100_000 });
    const little = bench.connect({ cachePixels: 100_000, minimal: true });
    await bench.settle();
    const bits = bitmap32(side, side, (x, y) => (Math.imul(x * 31 + y, 0x9e37_79b1) < 0 ? 0xffffff : 0));
    submitAll(display, [
      draw(copyImage(imageOf(bits, 9n, cacheMe), rect(0, 0, side, side)), rect(0, 0, side, side)),
    ]);
    await bench.settle();
    const formats = [all, little].map((client) => client.display().images.formats);
    expect(formats.map((seen) => seen.has(BitmapFormat.values.indexed1be))).toEqual([true, false]);
    expect(difference(display.canvas, little.display().canvas, 0, ignoreUnused)).toBe(null);
  });

  it('of two colours keeps its alpha where that counts', async () => {
    const bench = await Bench.open();
    const { display } = bench.addDisplay();
    submitAll(display, [screen, createSurface(1, side * 8, side * 2, { format: 96 })]);
    const client = bench.connect({ cachePixels: 100_000 });
    await bench.settle();
    const letter = bitmap32(side, side, (x, y) =>
      Math.imul(x * 31 + y, 0x9e37_79b1) < 0 ? 0x4010_2030 : 0xff00_0000,
    );
    const whole = rect(0, 0, side, side);
    const show = (left: number, surfaceId: number): QxlCommand =>
      draw(
        copyImage(imageOf({ ...letter, format: 9 }, 7n, cacheMe), whole),
        rect(left, 0, left + side, side),
        {
          surfaceId,
        },
      );
    const from = { id: 1, width: side * 8, height: side * 2 };
    submitAll(display, [show(0, 0), show(0, 1), copySurface(from, whole, side, side), show(side * 2, 0)]);
    await bench.settle();
    expect(client.display().images.counts.get('fromCache')).toBe(1);
    expect(client.display().images.counts.get('bitmap')).toBe(1);
    for (const id of [0, 1]) expect(difference(display.canvas, client.display().canvas, id)).toBe(null);
  });

  it('that one display has shown comes to another from the cache, when the client has come so far', async () => {
    const bench = await Bench.open();
    const displays = [bench.addDisplay(0).display, bench.addDisplay(1).display];
    for (const display of displays) submitAll(display, [screen]);
    const client = bench.connect({ cachePixels: side * side * 2 });
    await bench.settle();
    client.stalledDisplays.add(0);
    submitAll(displays[0], [cached(1n, 1, 0)]);
    await bench.settle();
    submitAll(displays[1], [cached(5n, 1, side), cached(6n, 2, 0)]);
    await bench.settle();
    const second = client.display(1);
    expect(second.images.counts.get('fromCache')).toBe(undefined);
    client.stalledDisplays.clear();
    await bench.settle();
    expect(second.images.counts.get('fromCache')).toBe(1);
    // The second display needs room, while the first has yet to show what makes it.
    client.stalledDisplays.add(0);
    submitAll(displays[0], [cached(1n, 1, side * 2)]);
    await bench.settle();
    submitAll(displays[1], [cached(7n, 3, side * 3), cached(8n, 4, side * 4)]);
    await bench.settle();
    client.stalledDisplays.clear();
    await bench.settle();
    const waits = client.screens.get(1)?.channel.received('waitForChannels');
    expect(waits).toHaveLength(2);
    displays.forEach((display, n) => {
      expect(difference(display.canvas, client.display(n).canvas, 0, ignoreUnused)).toBe(null);
    });
  });

  it('of a display that is gone is sent again', async () => {
    const bench = await Bench.open();
    const first = bench.addDisplay(0);
    const { display } = bench.addDisplay(1);
    for (const each of [first.display, display]) submitAll(each, [screen]);
    const client = bench.connect({ cachePixels: side * side * 4 });
    await bench.settle();
    submitAll(first.display, [cached(1n, 1, 0)]);
    await bench.settle();
    first.remove();
    await bench.settle();
    submitAll(display, [cached(5n, 1, side), cached(5n, 1, side * 2)]);
    await bench.settle();
    expect(client.display(1).images.counts.get('fromCache')).toBe(1);
    expect(difference(display.canvas, client.display(1).canvas, 0, ignoreUnused)).toBe(null);
  });

  it('of one display is not taken for that of another with the same number', async () => {
    const bench = await Bench.open();
    const displays = [bench.addDisplay(0).display, bench.addDisplay(1).display];
    for (const display of displays) submitAll(display, [screen]);
    const client = bench.connect({ cachePixels: side * side * 4, glzPixels: 1 << 20 });
    await bench.settle();
    for (let i = 0; i < 20; i++) {
      displays.forEach((display, n) => {
        submitAll(display, [cached(BigInt(1 + (i % 5)), (i % 5) + n * 100, (i % 8) * side)]);
      });
      await bench.settle();
    }
    displays.forEach((display, n) => {
      expect(difference(display.canvas, client.display(n).canvas, 0, ignoreUnused)).toBe(null);
    });
  });
});
