import type { QxlCommand } from '@lazyspice/core';
import { describe, expect, it } from 'vitest';
import { rect } from '../../packages/spice-server/src/display/geometry/rect.js';
import { Bench, submitAll } from '../support/spice/bench.js';
import {
  bitmap32,
  createPrimary,
  createSurface,
  difference,
  fill,
  paint,
} from '../support/spice/commands.js';

const head = (width: number, height: number) => ({
  id: 0,
  surfaceId: 0,
  width,
  height,
  x: 0,
  y: 0,
  flags: 0,
});
const picture = (color: number) => [
  fill(color, rect(0, 0, 60, 40)),
  paint(
    bitmap32(30, 20, (x) => x),
    4,
    4,
  ),
];

/** How drivers change the resolution: each ends with a primary of 60x40. */
const ways: Readonly<Record<string, readonly QxlCommand[]>> = {
  'the primary is replaced': [{ type: 'primaryDestroy' }, createPrimary(60, 40)],
  'the primary is created over the old one': [createPrimary(60, 40)],
  'all surfaces are replaced': [{ type: 'surfacesDestroy' }, createPrimary(60, 40)],
  'the driver describes its monitors': [
    { type: 'primaryDestroy' },
    createPrimary(60, 40),
    { type: 'monitorsConfig', maxAllowed: 1, heads: [head(60, 40)] },
  ],
  'the new primary has pixels': [
    { type: 'primaryDestroy' },
    createPrimary(60, 40, { data: new Uint8Array(60 * 40 * 4).fill(0x55) }),
  ],
};

describe.each(Object.entries(ways))('when %s', (_, commands) => {
  const start = async (options = {}) => {
    const bench = await Bench.open();
    const { display } = bench.addDisplay();
    submitAll(display, [
      createPrimary(80, 50),
      createSurface(1, 20, 20),
      fill(0xff0000, rect(0, 0, 80, 50)),
      fill(0x00ff00, rect(0, 0, 9, 9), { surfaceId: 1 }),
    ]);
    const client = bench.connect(options);
    await bench.settle();
    return { bench, display, client };
  };

  it('the client is told in the order of the protocol', async () => {
    const { bench, display, client } = await start();
    const before = client.screens.get(0)?.channel.messages.length ?? 0;
    submitAll(display, [...commands, ...picture(0x0000ff)]);
    await bench.settle();
    const names = client.screens.get(0)?.channel.names().slice(before) ?? [];
    const order = ['surfaceDestroy', 'surfaceCreate', 'monitorsConfig', 'mark'];
    const places = order.map((name) => names.indexOf(name));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(names[0]).toBe('surfaceDestroy');
    expect(places[1]).toBeLessThan(places[2]);
    expect(places[1]).toBeLessThan(places[3]);
    expect(client.display().heads).toEqual([head(60, 40)]);
    expect(difference(display.canvas, client.display().canvas, 0, { ignoreUnused: true })).toBe(null);
  });

  it('a client that stalls meanwhile has the new picture in the end', async () => {
    const { bench, display, client } = await start();
    client.bandwidth = 0;
    for (let i = 0; i < 30; i++) {
      submitAll(display, [...commands, ...picture(i)]);
      await bench.run(100, 50);
    }
    client.bandwidth = Number.POSITIVE_INFINITY;
    await bench.settle();
    expect(difference(display.canvas, client.display().canvas, 0, { ignoreUnused: true })).toBe(null);
    expect(client.display().heads).toEqual([head(60, 40)]);
  });

  it('a client like spice-html5 has it too', async () => {
    const { bench, display, client } = await start({ minimal: true });
    submitAll(display, [...commands, ...picture(7)]);
    await bench.settle();
    expect(difference(display.canvas, client.display().canvas, 0, { ignoreUnused: true })).toBe(null);
  });
});

describe('a display without a primary', () => {
  it('shows nothing to a client that comes, and its picture when there is one again', async () => {
    const bench = await Bench.open();
    const { display } = bench.addDisplay();
    submitAll(display, [createPrimary(80, 50), { type: 'primaryDestroy' }]);
    const client = bench.connect();
    await bench.settle();
    expect(client.screens.get(0)?.channel.names()).toEqual(['setAck', 'invalAllPalettes']);
    submitAll(display, [createPrimary(60, 40), ...picture(5)]);
    await bench.settle();
    expect(difference(display.canvas, client.display().canvas, 0, { ignoreUnused: true })).toBe(null);
    expect(client.display().isMarked).toBe(true);
  });
});
