import type { QxlCommand } from '@lazyspice/core';
import { describe, expect, it } from 'vitest';
import type { Canvas } from '../../packages/spice-server/src/display/canvas/canvas.js';
import { rect } from '../../packages/spice-server/src/display/geometry/rect.js';
import { Bench, type BenchOptions, submitAll } from '../support/spice/bench.js';
import {
  bitmap32,
  copyImage,
  createPrimary,
  difference,
  draw,
  fill,
  imageOf,
  paint,
  scroll,
  solid,
} from '../support/spice/commands.js';
import type { ScriptedClientOptions } from '../support/spice/scripted-client.js';

const side = 120;
const screen = createPrimary(400, 260);
const always = 'disable-ticketing=on,jpeg-wan-compression=always';
const ignoreUnused = { ignoreUnused: true };

/** A picture of soft colours with some noise in it. */
const photo = (seed = 1) =>
  bitmap32(side, side, (x, y) => {
    const noise = (Math.imul(x * 131 + y * 7919 + seed, 0x9e37_79b1) >>> 28) & 7;
    const wave = (scale: number): number =>
      Math.round(120 + 100 * Math.sin((x + y * scale + seed * 40) / 31));
    return ((wave(1) + noise) << 16) | ((wave(2) + noise) << 8) | (wave(0.5) + noise);
  });
/** The same photo in the guest's cache, under an id. */
const cachedPhoto = (id: bigint, left: number, top: number, rop = 8): QxlCommand => {
  const image = imageOf(photo(Number(id)), id, 1);
  return draw(copyImage(image, rect(0, 0, side, side), rop), rect(left, top, left + side, top + side));
};

/** dB over all colours of the primary; Infinity: equal. */
function psnr(a: Canvas, b: Canvas): number {
  const [one, two] = [a.surface(0)?.words ?? [], b.surface(0)?.words ?? []];
  let squares = 0;
  for (let i = 0; i < one.length; i++) {
    for (const shift of [0, 8, 16]) squares += (((one[i] >> shift) & 255) - ((two[i] >> shift) & 255)) ** 2;
  }
  return 10 * Math.log10(255 ** 2 / (squares / (one.length * 3)));
}

async function open(client: ScriptedClientOptions = {}, options: BenchOptions = { spice: always }) {
  const bench = await Bench.open(options);
  const { display } = bench.addDisplay();
  submitAll(display, [screen]);
  const viewer = bench.connect(client);
  // A slow client's network is measured in time that passes.
  if (client.bandwidth === undefined) await bench.settle();
  else await bench.run(8000);
  return { bench, display, viewer, counts: () => viewer.display().images.counts };
}

describe('photos with jpeg-wan-compression=always', () => {
  it('come as JPEG, good at once and exact when they have stayed for a while', async () => {
    const { bench, display, viewer, counts } = await open();
    submitAll(display, [paint(photo(), 20, 30)]);
    await bench.settle();
    expect(counts().get('jpeg')).toBe(1);
    const quality = psnr(display.canvas, viewer.display().canvas);
    expect(quality).toBeGreaterThan(35);
    expect(quality).toBeLessThan(99);
    await bench.run(3000);
    expect(difference(display.canvas, viewer.display().canvas, 0, ignoreUnused)).toBe(null);
    expect(counts().get('jpeg')).toBe(1);
  });

  it('are left as they are while they go on changing, and text never is one', async () => {
    const { bench, display, viewer, counts } = await open();
    const text = bitmap32(side, side, (x, y) => (Math.imul(x * 31 + y, 0x9e37_79b1) >>> 31 ? 0xffffff : 0));
    submitAll(display, [paint(text, 200, 30)]);
    await bench.run(1000);
    expect(counts().get('jpeg')).toBe(undefined);
    expect(difference(display.canvas, viewer.display().canvas, 0, ignoreUnused)).toBe(null);
    const before = [...counts().values()].reduce((sum, n) => sum + n);
    for (let i = 0; i < 20; i++) {
      submitAll(display, [paint(photo(i), 20, 30)]);
      await bench.run(100);
    }
    expect(counts().get('jpeg')).toBe(20);
    expect([...counts().values()].reduce((sum, n) => sum + n)).toBe(before + 20);
    await bench.run(3000);
    expect(difference(display.canvas, viewer.display().canvas, 0, ignoreUnused)).toBe(null);
  });

  it('are exact before commands mix with them, and move along otherwise', async () => {
    const { bench, display, viewer } = await open();
    submitAll(display, [
      paint(photo(), 0, 0),
      scroll(rect(130, 10, 250, 130), 0, 0),
      draw(solid(0x7f80_8182, 64), rect(100, 60, 160, 90)),
      fill(0xff00, rect(10, 10, 40, 40)),
    ]);
    await bench.settle();
    expect(viewer.display().canvas.surface(0)).toBeDefined();
    expect(psnr(display.canvas, viewer.display().canvas)).toBeGreaterThan(35);
    await bench.run(3000);
    expect(difference(display.canvas, viewer.display().canvas, 0, ignoreUnused)).toBe(null);
  });

  it('in the cache are replaced when a command must have them exactly', async () => {
    const { bench, display, viewer, counts } = await open({ cachePixels: 1 << 20 });
    submitAll(display, [cachedPhoto(1n, 0, 0), cachedPhoto(1n, 130, 0), cachedPhoto(2n, 0, 130)]);
    await bench.settle();
    expect([counts().get('jpeg'), counts().get('fromCache')]).toEqual([2, 1]);
    submitAll(display, [cachedPhoto(1n, 260, 130, 64), cachedPhoto(1n, 260, 0), cachedPhoto(1n, 130, 0, 64)]);
    await bench.settle();
    expect(counts().get('fromCacheLossless')).toBe(1);
    expect(psnr(display.canvas, viewer.display().canvas)).toBeGreaterThan(35);
    await bench.run(3000);
    expect(difference(display.canvas, viewer.display().canvas, 0, ignoreUnused)).toBe(null);
  });

  it('are refined with half of what a slow network takes', async () => {
    const { bench, display, viewer, counts } = await open({ bandwidth: 1250 });
    submitAll(display, [paint(photo(), 20, 30)]);
    for (let i = 0; i < 500 && difference(display.canvas, viewer.display().canvas, 0, ignoreUnused); i++) {
      await bench.run(20);
    }
    expect(difference(display.canvas, viewer.display().canvas, 0, ignoreUnused)).toBe(null);
    const parts = [...counts().values()].reduce((sum, n) => sum + n) - 1;
    expect(parts).toBeGreaterThan(1);
  });
});

describe('no photo comes with loss', () => {
  const lossless = async (client: ScriptedClientOptions, spice = always) => {
    const { bench, display, viewer, counts } = await open(client, { spice });
    submitAll(display, [paint(photo(), 20, 30)]);
    await bench.run(2000);
    expect([counts().get('jpeg'), counts().get('jpegAlpha')]).toEqual([undefined, undefined]);
    expect(difference(display.canvas, viewer.display().canvas, 0, ignoreUnused)).toBe(null);
  };

  it('to a client that asks for a codec without loss', () => lossless({ compression: 6 }));
  it('in a mode without loss', () => lossless({}, `${always},image-compression=glz`));
  it('to a client that can draw little', () => lossless({ minimal: true }));
  it('to a client on a fast network by default', () => lossless({}, 'disable-ticketing=on'));
  it('when it is never wanted', () =>
    lossless({ bandwidth: 4000 }, 'disable-ticketing=on,jpeg-wan-compression=never'));
});

it('a photo comes with loss to a client on a slow network by default', async () => {
  const { bench, display, counts } = await open({ bandwidth: 2500 }, {});
  submitAll(display, [paint(photo(), 20, 30)]);
  await bench.run(1000);
  expect(counts().get('jpeg')).toBe(1);
});
