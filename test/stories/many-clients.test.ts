import { expect, it } from 'vitest';
import { rect } from '../../packages/spice-server/src/display/geometry/rect.js';
import { Bench, submitAll } from '../support/spice/bench.js';
import { bitmap32, createPrimary, difference, fill, paint } from '../support/spice/commands.js';
import type { ScriptedClient } from '../support/spice/scripted-client.js';

const width = 128;
const height = 96;
/** A drawing of more than two colours that repeats itself. */
const drawing = (seed: number) => bitmap32(width, height, (x, y) => ((x * 7 + y * 3 + seed) % 5) * 0x203040);
const glz = { glzPixels: 1 << 20 };
const ignoreUnused = { ignoreUnused: true };

/** How many images came in the client's dictionary, and how many as LZ. */
const counts = (client: ScriptedClient): number[] => {
  const { counts: all } = client.display().images;
  return [(all.get('glzRgb') ?? 0) + (all.get('zlibGlzRgb') ?? 0), all.get('lzRgb') ?? 0];
};

it('images are encoded for each of a few clients, and once for many; for a slow one as small as can be', async () => {
  const bench = await Bench.open({ spice: 'disable-ticketing=on,image-compression=auto' });
  const { display } = bench.addDisplay();
  submitAll(display, [createPrimary(width, height), fill(1, rect(0, 0, width, height))]);
  const first = bench.connect(glz);
  await bench.settle();
  let seed = 0;
  /** What each of the clients is sent for a new drawing. */
  const draw = async (...clients: ScriptedClient[]): Promise<number[][]> => {
    const before = clients.map(counts);
    submitAll(display, [paint(drawing(seed++), 0, 0)]);
    await bench.run(2000);
    for (const client of clients) {
      expect(difference(display.canvas, client.display().canvas, 0, ignoreUnused)).toBe(null);
    }
    return clients.map((client, i) => counts(client).map((count, j) => count - before[i][j]));
  };
  expect(await draw(first)).toEqual([[1, 0]]);
  const others = [bench.connect(glz), bench.connect(glz)];
  // 100 kB/s.
  const slow = bench.connect({ ...glz, bandwidth: 1000 });
  await bench.run(8000);
  expect(await draw(first, slow, ...others)).toEqual([
    [0, 1],
    [1, 0],
    [0, 1],
    [0, 1],
  ]);
  // When they have gone the one that stays has its dictionary for itself.
  for (const client of others) client.disconnect();
  await bench.run(100);
  expect(await draw(first)).toEqual([[1, 0]]);
});
