import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecentIds } from './recent-ids.js';

describe('RecentIds', () => {
  it('keeps as many as it may and drops the one that was used longest ago', () => {
    const cache = new RecentIds(256);
    for (let id = 1n; id <= 256n; id++) expect(cache.add(id)).toBe(null);
    expect(cache.use(1n)).toBe(true);
    expect(cache.add(257n)).toBe(2n);
    expect(cache.use(2n)).toBe(false);
    expect(cache.use(1n)).toBe(true);
    cache.clear();
    expect(cache.use(1n)).toBe(false);
  });

  it('knows exactly what a client knows that does as it is told', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 1n, max: 400n }), { minLength: 300, maxLength: 900 }), (ids) => {
        const cache = new RecentIds(256);
        const client = new Set<bigint>();
        for (const id of ids) {
          if (cache.use(id)) {
            expect(client.has(id)).toBe(true);
            continue;
          }
          expect(client.has(id)).toBe(false);
          const evicted = cache.add(id);
          if (evicted !== null) expect(client.delete(evicted)).toBe(true);
          client.add(id);
          expect(client.size).toBeLessThanOrEqual(256);
        }
      }),
      { numRuns: 30 },
    );
  });
});
