import { expect, it } from 'vitest';
import { bitmap32 } from '../../../../../test/support/spice/commands.js';
import { contentKey } from './content-key.js';

const picture = (seed: number, width = 9, height = 4) =>
  bitmap32(width, height, (x, y) => Math.imul(x * 31 + y + seed, 0x9e37_79b1) >>> 0);

it('is the same for the same pixels, however their rows are padded', () => {
  const padded = { ...picture(1, 9), data: new Uint8Array(4 * 48), stride: 48 };
  for (let y = 0; y < 4; y++) padded.data.set(picture(1).data.subarray(y * 36, y * 36 + 36), y * 48);
  padded.data[40] = 7;
  expect(contentKey(padded)).toBe(contentKey(picture(1)));
});

it('is another one for every other pixel, size, row order and format', () => {
  const keys = new Set([contentKey(picture(1))]);
  for (let i = 0; i < 9 * 4 * 4; i++) {
    const other = picture(1);
    other.data[i]! ^= 1;
    keys.add(contentKey(other));
  }
  keys.add(contentKey({ ...picture(1), topDown: false }));
  keys.add(contentKey({ ...picture(1), format: 9 }));
  keys.add(contentKey({ ...picture(1), width: 12, height: 3, stride: 48 }));
  expect(keys.size).toBe(1 + 9 * 4 * 4 + 3);
});

it('is not for palettes, odd rows or missing bytes', () => {
  expect(contentKey({ ...picture(1), palette: { unique: 0n, entries: [1] } })).toBe(null);
  expect(contentKey({ ...picture(1), format: 6, stride: 18 })).toBe(null);
  expect(contentKey({ ...picture(1), height: 5 })).toBe(null);
});
