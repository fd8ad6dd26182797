import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PixmapBudget, PixmapCache } from './pixmap-cache.js';

describe('PixmapCache', () => {
  it('drops the images that were used longest ago', () => {
    const cache = new PixmapCache(new PixmapBudget(30), 0);
    const [one, two, three] = [1n, 2n, 3n].map((id) => cache.add(id, 10, [])?.key);
    expect(cache.use(1n)?.key).toBe(one);
    expect(cache.add(4n, 15, [])?.evicted).toEqual([two, three]);
    expect(cache.has(2n)).toBe(false);
    expect(cache.use(1n)?.key).toBe(one);
  });

  it('refuses what does not fit, or would push out what the same message shows', () => {
    const cache = new PixmapCache(new PixmapBudget(30), 0);
    expect(cache.add(1n, 31, [])).toBe(null);
    const key = cache.add(2n, 20, [])?.key ?? 0n;
    expect(cache.add(3n, 20, [key])).toBe(null);
    expect(cache.use(2n)?.key).toBe(key);
    expect(new PixmapCache(new PixmapBudget(0), 0).add(1n, 1, [])).toBe(null);
  });

  it('knows which images the client has only roughly, until they are replaced', () => {
    const cache = new PixmapCache(new PixmapBudget(30), 0);
    const rough = cache.add(1n, 10, [], { lossy: true })?.key;
    cache.add(2n, 10, []);
    expect(cache.use(1n)).toMatchObject({ key: rough, lossy: true });
    expect(cache.use(2n)?.lossy).toBe(false);
    cache.replaced(1n);
    expect(cache.use(1n)).toMatchObject({ key: rough, lossy: false });
  });

  it('never gives a key twice, nor one of another channel', () => {
    const budget = new PixmapBudget(1000);
    const caches = [0, 1, 255].map((id) => new PixmapCache(budget, id));
    const keys = new Set<bigint>();
    for (let i = 0; i < 30; i++) {
      for (const cache of caches) {
        const added = cache.add(BigInt(i % 4), 10, []);
        if (i % 4 === 3) cache.clear();
        if (added !== null) keys.add(added.key);
      }
    }
    expect(keys.size).toBe(90);
  });

  it('knows exactly what a client has that does as it is told, and keeps to the room for all', () => {
    const step = fc.record({
      channel: fc.nat(2),
      id: fc.bigInt({ min: 0n, max: 9n }),
      pixels: fc.integer({ min: 1, max: 40 }),
      clear: fc.integer({ min: 0, max: 15 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
        const budget = new PixmapBudget(100);
        const caches = [0, 1, 2].map((id) => new PixmapCache(budget, id));
        const client = new Map<bigint, number>();
        for (const { channel, id, pixels, clear } of steps) {
          const cache = caches[channel];
          if (clear === 0) for (const key of cache.clear()) expect(client.delete(key)).toBe(true);
          const known = cache.use(id);
          if (known !== null) {
            expect(client.has(known.key)).toBe(true);
            continue;
          }
          const added = cache.add(id, pixels, []);
          if (added === null) continue;
          for (const key of added.evicted) expect(client.delete(key)).toBe(true);
          client.set(added.key, pixels);
          const used = [...client.values()].reduce((sum, size) => sum + size, 0);
          expect(used).toBe(budget.used);
          expect(used).toBeLessThanOrEqual(100);
        }
      }),
    );
  });
});
