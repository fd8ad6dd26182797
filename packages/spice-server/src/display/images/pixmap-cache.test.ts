import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChannelPixmaps, type DroppedImages, PixmapCache } from './pixmap-cache.js';

const open = (capacity: number): ChannelPixmaps => new PixmapCache(capacity).open(0);

describe('the cache of one channel', () => {
  it('drops the images that were used longest ago', () => {
    const cache = open(30);
    const [one, two, three] = [1n, 2n, 3n].map((id) => cache.add(id, 10, [])?.key);
    expect(cache.use(1n)?.key).toBe(one);
    expect(cache.add(4n, 15, [])?.evicted.keys).toEqual([two, three]);
    expect(cache.has(2n)).toBe(false);
    expect(cache.use(1n)?.key).toBe(one);
  });

  it('refuses what does not fit, or would push out what the same message shows', () => {
    const cache = open(30);
    expect(cache.add(1n, 31, [])).toBe(null);
    const key = cache.add(2n, 20, [])?.key ?? 0n;
    expect(cache.add(3n, 20, [key])).toBe(null);
    expect(cache.use(2n)?.key).toBe(key);
    expect(open(0).add(1n, 1, [])).toBe(null);
  });

  it('knows which images the client has only roughly, until they are replaced', () => {
    const cache = open(30);
    const rough = cache.add(1n, 10, [], { lossy: true, flat: false })?.key;
    cache.add(2n, 10, []);
    expect(cache.use(1n)).toMatchObject({ key: rough, lossy: true });
    expect(cache.use(2n)?.lossy).toBe(false);
    cache.replaced(1n);
    expect(cache.use(1n)).toMatchObject({ key: rough, lossy: false });
  });
});

describe('the cache of several channels', () => {
  it('gives the same id on two channels to two images, and one content to both', () => {
    const cache = new PixmapCache(100);
    const [a, b] = [cache.open(0), cache.open(1)];
    const first = a.add(1n, 10, [], undefined, 'one')?.key;
    a.sent(5);
    expect(b.use(1n, 'two')).toBe(null);
    expect(b.use(9n, 'one')?.key).toBe(first);
    expect([...b.waits()]).toEqual([[0, 5]]);
    b.sent(3);
    // The client has waited already, and knows the image by the other id too.
    expect(b.use(9n)?.key).toBe(first);
    expect(b.waits().size).toBe(0);
  });

  it('waits for the channels that showed an image before it is dropped', () => {
    const cache = new PixmapCache(20);
    const [a, b] = [cache.open(0), cache.open(1)];
    a.add(1n, 10, [], undefined, 'one');
    a.sent(5);
    b.use(1n, 'one');
    b.sent(7);
    a.use(1n);
    a.sent(8);
    const evicted = b.add(2n, 20, [])?.evicted;
    expect(evicted?.keys).toHaveLength(1);
    expect([...(evicted?.waits ?? [])]).toEqual([[0, 8]]);
    expect(a.has(1n)).toBe(false);
  });

  it('keeps what another channel shows when the guest counts anew, and forgets what a channel sent that ends', () => {
    const cache = new PixmapCache(100);
    const [a, b] = [cache.open(0), cache.open(1)];
    a.add(1n, 10, [], undefined, 'one');
    a.add(2n, 10, [], undefined, 'two');
    a.sent(4);
    b.use(7n, 'one');
    b.sent(2);
    expect(a.clear().keys).toHaveLength(1);
    expect(b.use(7n)).not.toBe(null);
    a.close();
    expect(b.use(7n, 'one')).toBe(null);
    expect(cache.used).toBe(0);
  });

  it('has what replaced a rough image in the message that did it', () => {
    const cache = new PixmapCache(100);
    const [a, b] = [cache.open(0), cache.open(1)];
    a.add(1n, 10, [], { lossy: true, flat: false }, 'one');
    a.sent(4);
    expect(b.use(1n, 'one')?.lossy).toBe(true);
    b.replaced(1n);
    expect([...b.waits()]).toEqual([[0, 4]]);
    b.sent(6);
    expect(a.use(1n)?.lossy).toBe(false);
    expect([...a.waits()]).toEqual([[1, 6]]);
  });

  it('never gives a key twice, nor one of another channel', () => {
    const shared = new PixmapCache(1000);
    const caches = [0, 1, 255].map((id) => shared.open(id));
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
        const shared = new PixmapCache(100);
        const caches = [0, 1, 2].map((id) => shared.open(id));
        const client = new Map<bigint, number>();
        const drop = ({ keys }: DroppedImages): void => {
          for (const key of keys) expect(client.delete(key)).toBe(true);
        };
        for (const { channel, id, pixels, clear } of steps) {
          const cache = caches[channel];
          if (clear === 0) drop(cache.clear());
          const content = `${id % 3n}`;
          const known = cache.use(id, content);
          if (known !== null) {
            expect(client.has(known.key)).toBe(true);
            continue;
          }
          const added = cache.add(id, pixels, [], undefined, content);
          if (added === null) continue;
          drop(added.evicted);
          client.set(added.key, pixels);
          const used = [...client.values()].reduce((sum, size) => sum + size, 0);
          expect(used).toBe(shared.used);
          expect(used).toBeLessThanOrEqual(100);
        }
      }),
    );
  });
});
