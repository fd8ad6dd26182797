/** What a client must show whatever the order in which things are sent: commands of one story, a client that stalls. */
import type { QxlCommand } from '@lazyspice/core';
import { describe, expect, it } from 'vitest';
import { rect } from '../../packages/spice-server/src/display/geometry/rect.js';
import { Bench, submitAll } from '../support/spice/bench.js';
import {
  argb,
  bitmap32,
  copyImage,
  copySurface,
  createPrimary,
  createSurface,
  difference,
  draw,
  fill,
  imageOf,
  invert,
  paint,
  scroll,
} from '../support/spice/commands.js';

const white = 0xffffff;
const blue = 0x0000ff;
const red = 0xff0000;
const whole = rect(0, 0, 64, 48);
const off = { id: 1, width: 32, height: 32 };
const onOff = { surfaceId: 1 };

interface Story {
  readonly before?: readonly QxlCommand[];
  readonly commands: readonly QxlCommand[];
  /** Pixels that must be seen: x, y, colour. */
  readonly pixels?: readonly (readonly [number, number, number])[];
}

const stories: Readonly<Record<string, Story>> = {
  'a: white is copied away before its place turns blue': {
    commands: [
      fill(white, rect(0, 0, 16, 16)),
      scroll(rect(32, 0, 48, 16), 0, 0),
      fill(blue, rect(0, 0, 16, 16)),
    ],
    pixels: [
      [4, 4, blue],
      [36, 4, white],
    ],
  },
  'b: a surface is read, drawn again, read again and destroyed': {
    before: [createSurface(1, 32, 32), fill(white, rect(0, 0, 32, 32), onOff)],
    commands: [
      copySurface(off, rect(0, 0, 16, 16), 0, 0),
      fill(blue, rect(0, 0, 32, 32), onOff),
      copySurface(off, rect(0, 0, 16, 16), 20, 0),
      { type: 'surfaceDestroy', surfaceId: 1 },
      createSurface(1, 32, 32),
      copySurface(off, rect(0, 0, 16, 16), 40, 0),
    ],
    pixels: [
      [4, 4, white],
      [24, 4, blue],
      [44, 4, 0],
    ],
  },
  'c: a command that reads what it covers, between two fills': {
    commands: [
      fill(red, whole),
      draw(copyImage(null, rect(0, 0, 64, 48), 8 | 1024), whole),
      fill(blue, rect(0, 0, 8, 8)),
    ],
    pixels: [[2, 2, blue]],
  },
  'd: hundreds of commands': {
    commands: Array.from({ length: 300 }, (_, i) =>
      i % 3 === 2 ? scroll(rect(3, 3, 60, 40), 2, 2) : fill(i * 7919, rect(i % 60, i % 40, 64, 48)),
    ),
  },
  'e: a translucent window over pictures that follow each other': {
    before: [createSurface(2, 64, 48, { format: argb })],
    commands: Array.from({ length: 30 }, (_, i) => [
      paint(
        bitmap32(40, 30, (x, y) => (x * 5 + i * 11) | (y << 12)),
        10,
        8,
      ),
      draw(
        {
          type: 'alphaBlend',
          alphaFlags: 0,
          alpha: 128,
          source: imageOf(bitmap32(20, 20, () => 0x00ff00)),
          sourceArea: rect(0, 0, 20, 20),
        },
        rect(20, 15, 40, 35),
      ),
    ]).flat(),
  },
  'an inverted part is scrolled over a filled one': {
    commands: [
      fill(red, rect(0, 0, 20, 20)),
      invert(rect(5, 5, 30, 30)),
      scroll(rect(10, 10, 40, 40), 0, 0),
      fill(blue, rect(12, 12, 14, 14)),
      scroll(rect(0, 0, 30, 30), 10, 10),
    ],
  },
  'the primary is copied off-screen, changed and copied back': {
    before: [createSurface(1, 32, 32), fill(red, rect(0, 0, 32, 32))],
    commands: [
      copySurface({ id: 0, width: 64, height: 48 }, rect(0, 0, 32, 32), 0, 0, onOff),
      invert(whole),
      copySurface(off, rect(0, 0, 32, 32), 32, 16),
    ],
    pixels: [[40, 20, red]],
  },
};

const ways = {
  'that keeps up': {},
  'with little bandwidth': { bandwidth: 300 },
  'that takes no commands': { minimal: true },
  'with a cache': { cachePixels: 4000 },
} as const;

describe.each(Object.entries(stories))('story %s', (_, { before = [], commands, pixels = [] }) => {
  const start = [createPrimary(64, 48), ...before];

  it.each(Object.entries(ways))('is seen by a client %s', async (__, options) => {
    const bench = await Bench.open();
    const { display } = bench.addDisplay();
    submitAll(display, start);
    const client = bench.connect(options);
    await bench.settle();
    for (const command of commands) {
      submitAll(display, [command]);
      await bench.run(10);
    }
    await bench.settle();
    expect(difference(display.canvas, client.display().canvas, 0, { ignoreUnused: true })).toBe(null);
    for (const [x, y, color] of pixels) {
      expect((client.display().canvas.surface(0)?.words[y * 64 + x] ?? 0) & 0xffffff).toBe(color);
    }
  });

  it('is seen by a client that stalls throughout, and by one that joins in the middle', async () => {
    const bench = await Bench.open();
    const { display } = bench.addDisplay();
    submitAll(display, start);
    const stalled = bench.connect();
    await bench.settle();
    stalled.bandwidth = 0;
    const middle = commands.length >> 1;
    submitAll(display, commands.slice(0, middle));
    const late = bench.connect();
    await bench.settle();
    submitAll(display, commands.slice(middle));
    stalled.bandwidth = Number.POSITIVE_INFINITY;
    await bench.settle();
    for (const client of [stalled, late]) {
      expect(difference(display.canvas, client.display().canvas, 0, { ignoreUnused: true })).toBe(null);
    }
  });
});
