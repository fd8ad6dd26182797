import type { QxlCommand } from '@lazyspice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryCommand, beginning, type World } from '../support/spice/arbitrary-commands.js';
import { Bench, submitAll } from '../support/spice/bench.js';
import { difference } from '../support/spice/commands.js';
import type { ScriptedClientOptions } from '../support/spice/scripted-client.js';

const world: World = {
  width: 70,
  height: 60,
  surfaces: 3,
  formats: [32, 16],
  changing: true,
  everything: true,
};

const kinds: readonly ScriptedClientOptions[] = [
  {},
  { compression: 1 },
  { compression: 4, cachePixels: 20_000 },
  { compression: 6, miniHeader: false },
  { compression: 7 },
  { glzPixels: 1 << 20, compression: 5 },
  { minimal: true },
];

type Step =
  | { readonly commands: readonly QxlCommand[] }
  | { readonly join: ScriptedClientOptions }
  | { readonly bandwidth: number; readonly who: number }
  | { readonly ms: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .array(arbitraryCommand(world), { maxLength: 8, size: 'max' })
        .map((commands) => ({ commands })),
    },
    { weight: 2, arbitrary: fc.record({ join: fc.constantFrom(...kinds) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        bandwidth: fc.constantFrom(0, 100, 5000, Number.POSITIVE_INFINITY),
        who: fc.nat(9),
      }),
    },
    { weight: 4, arbitrary: fc.record({ ms: fc.constantFrom(20, 300, 1200) }) },
  ),
  { maxLength: 24, size: 'max' },
);

describe('any clients of any scene', () => {
  it('show what the server has drawn, once they have everything', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...kinds), steps, async (first, all) => {
        const bench = await Bench.open();
        const { display } = bench.addDisplay();
        submitAll(display, beginning(world));
        bench.connect(first);
        await bench.settle();
        for (const step of all) {
          if ('commands' in step) submitAll(display, step.commands);
          else if ('join' in step) bench.connect(step.join);
          else if ('ms' in step) await bench.run(step.ms, 20);
          else bench.clients[step.who % bench.clients.length].bandwidth = step.bandwidth;
        }
        for (const client of bench.clients) client.bandwidth = Number.POSITIVE_INFINITY;
        await bench.settle();
        expect(bench.log.filter((line) => line.includes('ended'))).toEqual([]);
        for (const client of bench.clients) {
          expect(difference(display.canvas, client.display().canvas, 0, { ignoreUnused: true })).toBe(null);
          expect(client.wires.filter(({ near }) => near.isClosed)).toEqual([]);
        }
        for (const client of bench.clients) client.disconnect();
      }),
      { numRuns: 60 },
    );
  });
});
