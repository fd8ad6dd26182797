import type { QxlCommand } from '@lazyspice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arbitraryCommand,
  beginning,
  type World,
} from '../../../../../test/support/spice/arbitrary-commands.js';
import {
  copySurface,
  createPrimary,
  createSurface,
  fill,
  invert,
  scroll,
} from '../../../../../test/support/spice/commands.js';
import {
  everyAbility,
  fullAbilities,
  minimalAbilities,
  noAbilities,
  type QueueClient,
  QueueWorld,
  someLoss,
} from '../../../../../test/support/spice/queue-world.js';
import { rect } from '../geometry/rect.js';

const small: World = { width: 22, height: 14, surfaces: 3, formats: [32, 96, 16, 32] };
const changing: World = { ...small, changing: true };

/** Small enough that a queue collapses often; one image of a whole surface is 1.3 KB. */
const limits = fc.record({
  maxBytes: fc.constantFrom(600, 2500, 6000, 20_000),
  maxItems: fc.constantFrom(3, 8, 30),
  imageBytes: fc.constantFrom(64, 400, 5000),
});
const abilities = fc.constantFrom(fullAbilities, everyAbility, minimalAbilities, noAbilities);

type Step =
  | { readonly commands: readonly QxlCommand[] }
  /** After `ms` in which it took nothing. */
  | { readonly take: number; readonly who: number; readonly ms: number }
  | {
      readonly join: { readonly maxBytes: number };
      readonly as: typeof fullAbilities;
      readonly rough: boolean;
    };
const joins = fc.record({ join: limits, as: abilities, rough: fc.boolean() });
/** At least one client is there from the beginning. */
const steps = (world: World): fc.Arbitrary<Step[]> => {
  const commands = fc.array(arbitraryCommand(world), { maxLength: 8, size: 'max' });
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: commands.map((some) => ({ commands: some })) },
    {
      weight: 5,
      arbitrary: fc.record({
        take: fc.integer({ min: 1, max: 5 }),
        who: fc.nat(5),
        ms: fc.constantFrom(0, 10, 600),
      }),
    },
    { weight: 1, arbitrary: joins },
  );
  return fc
    .tuple(joins, fc.array(step, { maxLength: 40, size: 'max' }))
    .map(([first, rest]) => [first, ...rest]);
};

/** Cost of the largest command or image here, and of what even a collapsed queue keeps. */
const largestItem = 8000;
const kept = 128 * 16;

const play = (world: World, all: readonly Step[]): void => {
  const queues = new QueueWorld();
  queues.submit(...beginning(world));
  const limit = new Map<QueueClient, number>();
  for (const step of all) {
    if ('commands' in step) queues.submit(...step.commands);
    else if ('join' in step) {
      limit.set(queues.join(step.as, step.join, step.rough ? someLoss : undefined), step.join.maxBytes);
    } else {
      const client = queues.clients[step.who % queues.clients.length];
      client.now += step.ms;
      client.take(step.take);
    }
    for (const [{ queue }, maxBytes] of limit) {
      expect(queue.bytes).toBeLessThanOrEqual(Math.max(maxBytes, kept) + largestItem);
    }
  }
  for (const client of queues.clients) {
    client.take();
    // Blends leave the unused byte to chance.
    const options = { ignoreUnused: world.everything ?? false };
    expect(client.fault(options)).toBe(null);
    expect(client.queue.bytes).toBe(0);
    client.refine();
    expect(client.queue.roughArea(0)?.isEmpty ?? true).toBe(true);
    expect(client.fault(options)).toBe(null);
  }
};

describe('every client shows what the server has drawn once it has taken everything', () => {
  it('on surfaces that stay', () => {
    fc.assert(
      fc.property(steps(small), (all) => play(small, all)),
      { numRuns: 600 },
    );
  });

  it('whatever is drawn', () => {
    const everything: World = { ...small, everything: true };
    fc.assert(
      fc.property(steps(everything), (all) => play(everything, all)),
      { numRuns: 600 },
    );
  });

  it.each([16, 80] as const)('on a primary of format %i that not every client can have', (format) => {
    const converted: World = { ...changing, formats: [format, 32, 16, 32] };
    fc.assert(
      fc.property(steps(converted), (all) => play(converted, all)),
      { numRuns: 300 },
    );
  });

  it('on surfaces that come and go, with ids used again', () => {
    fc.assert(
      fc.property(steps(changing), (all) => play(changing, all)),
      { numRuns: 600 },
    );
  });
});

const primary = (width = 32, height = 16): QxlCommand => createPrimary(width, height);
const white = 0xffffff;
const types = (client: QueueClient, count?: number): string[] => client.take(count).map(({ type }) => type);

describe('the first picture', () => {
  it('is one image of the whole primary, in front of what follows it', () => {
    const world = new QueueWorld();
    world.submit(primary(400, 300), fill(white, rect(0, 0, 400, 300)));
    const client = world.join(fullAbilities, { maxBytes: 1e9, maxItems: 100, imageBytes: 1000 });
    client.queue.monitorsConfig(1, []);
    client.queue.push({ type: 'mark' });
    expect(types(client)).toEqual(['surfaceCreate', 'image', 'monitorsConfig', 'mark']);
    expect(client.fault()).toBe(null);
  });

  it('is not sent for a primary of zeroes, whose commands are sent instead', () => {
    const world = new QueueWorld();
    const client = world.join();
    world.submit(primary(), fill(white, rect(0, 0, 9, 9)));
    expect(types(client)).toEqual(['surfaceCreate', 'mark', 'draw']);
  });

  it('is that of the moment when it is sent', () => {
    const world = new QueueWorld();
    world.submit(primary());
    const client = world.join();
    world.submit(fill(white, rect(0, 0, 9, 9)), scroll(rect(4, 4, 20, 12), 0, 0));
    expect(types(client)).toEqual(['surfaceCreate', 'image']);
    expect(client.fault()).toBe(null);
  });

  it('comes with a command that reads the primary before it was sent', () => {
    const world = new QueueWorld();
    world.submit(primary(), createSurface(1, 32, 16), fill(white, rect(0, 0, 32, 16), { surfaceId: 1 }));
    const client = world.join();
    world.submit(createSurface(2, 32, 16));
    world.submit(copySurface({ id: 0, width: 32, height: 16 }, rect(0, 0, 8, 8), 1, 1, { surfaceId: 2 }));
    world.submit(fill(0x123456, rect(2, 2, 30, 14)));
    expect(types(client)).toEqual(['surfaceCreate', 'surfaceCreate', 'image', 'draw', 'draw']);
    expect(client.fault()).toBe(null);
  });
});

describe('a primary that the client cannot have', () => {
  it('is shown as x8r8g8b8: its commands as pixels, but for moves', () => {
    const world = new QueueWorld();
    world.submit({ ...createPrimary(32, 16), format: 80 } as QxlCommand);
    const client = world.join();
    world.submit(fill(0xf800, rect(0, 0, 9, 9)));
    const sent = client.take();
    expect(sent.map((item) => [item.type, 'format' in item ? item.format : null])).toEqual([
      ['surfaceCreate', 32],
      ['image', null],
    ]);
    world.submit(fill(0x07e0, rect(4, 4, 20, 12)));
    expect(types(client)).toEqual(['image']);
    world.submit(scroll(rect(4, 4, 20, 12), 1, 2));
    expect(types(client)).toEqual(['draw']);
    expect(client.fault()).toBe(null);
  });
});

describe('a dirty primary', () => {
  it('is sent in slices of the wanted size', () => {
    const world = new QueueWorld();
    world.submit(primary(100, 50));
    const client = world.join(fullAbilities, { maxBytes: 1e6, maxItems: 100, imageBytes: 100 * 4 * 20 });
    client.take();
    world.submit(invert(rect(0, 0, 100, 50)));
    const images = client.take().map((item) => (item.type === 'image' ? item.area : null));
    expect(images).toEqual([rect(0, 0, 100, 20), rect(0, 20, 100, 40), rect(0, 40, 100, 50)]);
  });

  it('takes turns with commands that do not concern it', () => {
    const world = new QueueWorld();
    world.submit(primary(100, 50), createSurface(1, 32, 16));
    const client = world.join(fullAbilities, { maxBytes: 1e6, maxItems: 10_000, imageBytes: 100 * 4 * 5 });
    client.take();
    world.submit(copySurface({ id: 1, width: 32, height: 16 }, rect(0, 0, 8, 8), 1, 1));
    client.take();
    world.submit(invert(rect(0, 0, 100, 50)));
    const taken: string[] = [];
    for (let i = 0; i < 20; i++) {
      // More comes off-screen than the client takes.
      for (let n = 0; n < 3; n++) world.submit(fill(i, rect(n, 0, 32, 16), { surfaceId: 1 }));
      taken.push(...types(client, 1));
    }
    expect(taken).toEqual(Array.from({ length: 10 }, () => ['image', 'draw']).flat());
    expect(client.queue.staleArea(0)?.isEmpty).toBe(true);
  });

  it('waits for queued commands that draw on it or read it', () => {
    const world = new QueueWorld();
    world.submit(primary(), createSurface(1, 32, 16));
    const client = world.join();
    const onPrimary = fill(white, rect(0, 0, 5, 5));
    const fromPrimary = copySurface({ id: 0, width: 32, height: 16 }, rect(0, 0, 8, 8), 1, 1, {
      surfaceId: 1,
    });
    client.take();
    world.submit(copySurface({ id: 1, width: 32, height: 16 }, rect(0, 0, 8, 8), 1, 1));
    client.take();
    world.submit(onPrimary, fromPrimary, invert(rect(0, 0, 32, 16)));
    expect(types(client)).toEqual(['draw', 'draw', 'image']);
    world.submit(fromPrimary, invert(rect(0, 0, 32, 16)));
    expect(types(client)).toEqual(['draw', 'image']);
    expect(client.fault()).toBe(null);
  });
});

describe('an off-screen surface', () => {
  const info = { id: 1, width: 32, height: 16 };
  it('that the client cannot have makes areas of what is copied from it', () => {
    const world = new QueueWorld();
    world.submit(primary(), createSurface(1, 32, 16, { format: 96 }));
    const client = world.join(noAbilities);
    client.take();
    world.submit(
      fill(white, rect(0, 0, 32, 16), { surfaceId: 1 }),
      copySurface(info, rect(0, 0, 8, 8), 3, 3),
    );
    const [image] = client.take();
    expect(image).toMatchObject({ type: 'image', surfaceId: 0, area: rect(3, 3, 11, 11) });
  });

  it('of another depth is never read by the client', () => {
    const world = new QueueWorld();
    world.submit(primary(), createSurface(1, 32, 16, { format: 16 }));
    const client = world.join();
    client.take();
    world.submit(copySurface(info, rect(0, 0, 8, 8), 3, 3));
    expect(types(client)).toEqual(['image']);
  });

  it('with pixels is created when it is first read', () => {
    const world = new QueueWorld();
    world.submit(primary());
    const client = world.join();
    client.take();
    world.submit(createSurface(1, 32, 16, { data: new Uint8Array(32 * 16 * 4).fill(7) }));
    world.submit(fill(white, rect(0, 0, 4, 4), { surfaceId: 1 }));
    expect(types(client)).toEqual([]);
    world.submit(copySurface(info, rect(0, 0, 8, 8), 3, 3));
    expect(types(client)).toEqual(['surfaceCreate', 'image', 'draw']);
    expect(client.fault()).toBe(null);
  });

  it('that is too large for the queue is not fetched, and the queue stays as it is', () => {
    const world = new QueueWorld();
    world.submit(primary());
    const client = world.join(fullAbilities, { maxBytes: 3000, maxItems: 100, imageBytes: 1e6 });
    client.take();
    world.submit(createSurface(1, 32, 32, { data: new Uint8Array(32 * 32 * 4).fill(7) }));
    world.submit(
      fill(white, rect(20, 0, 24, 4)),
      copySurface({ ...info, height: 32 }, rect(0, 0, 8, 8), 3, 3),
    );
    expect(types(client)).toEqual(['draw', 'image']);
    expect(client.fault()).toBe(null);
  });
});

describe('a part that is dirty', () => {
  it('gets its turn, however often another becomes dirty again', () => {
    const world = new QueueWorld();
    world.submit(primary(100, 60));
    const client = world.join(fullAbilities, { imageBytes: 100 * 4 * 10 });
    client.take();
    world.submit(invert(rect(0, 0, 100, 20)), invert(rect(0, 40, 50, 60)), invert(rect(60, 40, 100, 60)));
    const seen = new Set<string>();
    for (let i = 0; i < 8; i++) {
      for (const item of client.take(1))
        if (item.type === 'image') seen.add(`${item.area.left} ${item.area.top}`);
      world.submit(invert(rect(0, 0, 100, 20)));
    }
    expect([...seen].sort()).toEqual(['0 0', '0 10', '0 40', '60 40']);
  });
});

describe('a client that falls behind', () => {
  it('is sent areas instead of what has waited for a second', () => {
    const world = new QueueWorld();
    world.submit(primary());
    const client = world.join();
    client.take();
    for (let i = 0; i < 10; i++) world.submit(fill(i, rect(i, 0, i + 9, 9)));
    client.now = 100;
    expect(types(client, 3)).toEqual(['draw', 'draw', 'draw']);
    client.now = 1099;
    expect(types(client, 3)).toEqual(['draw', 'draw', 'draw']);
    client.now = 1100;
    expect(types(client)).toEqual(['image']);
    expect(client.fault()).toBe(null);
  });

  it('is not taken for one as long as it gets what waited, however long the queue', () => {
    const world = new QueueWorld();
    world.submit(primary());
    const client = world.join();
    client.take();
    for (let i = 0; i < 100; i++) {
      for (let n = 0; n < 5; n++) world.submit(fill(i + n, rect(n, 0, n + 9, 9)));
      client.now += 300;
      expect(types(client, i === 0 ? 1 : 5)).not.toContain('image');
    }
    expect(client.queue.isEmpty).toBe(false);
  });
});

describe('a client that takes nothing', () => {
  it('costs no more memory for all the surfaces that come and go meanwhile', () => {
    const world = new QueueWorld();
    world.submit(primary());
    const client = world.join(fullAbilities, { maxBytes: 50_000, maxItems: 200, imageBytes: 10_000 });
    client.take(2);
    let most = 0;
    for (let i = 0; i < 5000; i++) {
      const id = 1 + (i % 7);
      world.submit(createSurface(id, 20, 10), fill(i, rect(0, 0, 20, 10), { surfaceId: id }));
      world.submit(copySurface({ id, width: 20, height: 10 }, rect(0, 0, 20, 10), i % 12, i % 6));
      if (i % 100 === 0) world.submit({ type: 'primaryDestroy' }, primary(32, 16));
      client.queue.monitorsConfig(1, []);
      world.submit({ type: 'surfaceDestroy', surfaceId: id });
      most = Math.max(most, client.queue.bytes);
    }
    expect(most).toBeLessThan(50_000);
    client.take();
    expect(client.fault()).toBe(null);
  });

  it('is told of a new resolution in the right order', () => {
    const world = new QueueWorld();
    world.submit(primary());
    const client = world.join(fullAbilities, { maxBytes: 1e6, maxItems: 6, imageBytes: 10_000 });
    client.queue.push({ type: 'mark' });
    client.take();
    client.queue.monitorsConfig(1, []);
    client.queue.push({ type: 'mark' });
    world.submit({ type: 'surfacesDestroy' });
    client.queue.push({ type: 'invalidatePalettes' });
    client.queue.push({ type: 'destroyStreams' });
    world.submit(primary(16, 16));
    client.queue.monitorsConfig(1, []);
    for (let i = 0; i < 10; i++) world.submit(fill(i, rect(0, 0, 16, 16)));
    expect(types(client)).toEqual([
      'surfaceDestroy',
      'invalidatePalettes',
      'destroyStreams',
      'surfaceCreate',
      'image',
      'monitorsConfig',
      'mark',
    ]);
    expect(client.fault()).toBe(null);
  });

  it('is not told to show a picture that is gone', () => {
    const world = new QueueWorld();
    world.submit(primary());
    const client = world.join(fullAbilities, { maxBytes: 1e6, maxItems: 3, imageBytes: 10_000 });
    client.take();
    client.queue.push({ type: 'mark' });
    client.queue.push({ type: 'mark' });
    client.queue.push({ type: 'mark' });
    world.submit({ type: 'primaryDestroy' });
    expect(types(client)).toEqual(['surfaceDestroy']);
    expect(client.queue.isEmpty).toBe(true);
  });
});
