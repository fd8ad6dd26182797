import { expect, test } from 'vitest';
import { benchCodecSpeed } from './bench.js';

test('every codec is measured in both directions on every image', () => {
  let now = 0;
  // each look at the clock is a millisecond, so one pass takes one
  const speeds = [...benchCodecSpeed({ now: () => now++, time: 1 })];
  const images = new Set(speeds.map(({ image }) => image));
  const codecs = new Set(speeds.map(({ codec }) => codec));
  expect([...codecs]).toEqual(expect.arrayContaining(['quic', 'lz', 'glz', 'lz4', 'jpeg']));
  expect(speeds).toHaveLength(images.size * codecs.size * 2);
  for (const { megabytesPerSecond, pixelBytes, encodedBytes } of speeds) {
    expect(megabytesPerSecond).toBe(pixelBytes / 1000);
    expect(encodedBytes).toBeGreaterThan(0);
  }
});
