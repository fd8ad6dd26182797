import { describe, expect, it } from 'vitest';
import { PaletteCache } from './palette-cache.js';

describe('PaletteCache', () => {
  it('keeps 128 palettes and drops the least recently used', () => {
    const cache = new PaletteCache();
    for (let id = 1n; id <= 128n; id++) expect(cache.add(id)).toBe(null);
    expect(cache.use(1n)).toBe(true);
    expect(cache.add(129n)).toBe(2n);
    expect(cache.use(2n)).toBe(false);
    cache.clear();
    expect(cache.use(1n)).toBe(false);
  });
});
