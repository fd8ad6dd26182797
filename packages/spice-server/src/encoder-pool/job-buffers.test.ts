import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JobBuffers } from './job-buffers.js';

const mega = 1024 * 1024;

test('buffers are used again', () => {
  const buffers = new JobBuffers(10 * mega);
  const first = buffers.take(3 * mega)!;
  buffers.giveBack(first);
  expect(buffers.take(2 * mega)).toBe(first);
  expect(buffers.bytes).toBe(3 * mega);
});

test('free buffers go when others are needed, and on demand', () => {
  const buffers = new JobBuffers(4 * mega);
  buffers.giveBack(buffers.take(1)!);
  expect(buffers.take(4 * mega)).not.toBe(null);
  expect(buffers.take(1)).toBe(null);
  buffers.shrink();
  expect(buffers.bytes).toBe(4 * mega);
});

test('memory stays within the limit, and nothing is given away twice', () => {
  const steps = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 * mega }), fc.constant('give back' as const)), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(steps, (list) => {
      const buffers = new JobBuffers(16 * mega);
      const used: SharedArrayBuffer[] = [];
      for (const step of list) {
        if (step === 'give back') {
          const buffer = used.shift();
          if (buffer !== undefined) buffers.giveBack(buffer);
          continue;
        }
        const buffer = buffers.take(step);
        if (buffer === null) continue;
        expect(buffer.byteLength).toBeGreaterThanOrEqual(step);
        expect(used).not.toContain(buffer);
        used.push(buffer);
      }
      const inUse = used.reduce((sum, { byteLength }) => sum + byteLength, 0);
      expect(buffers.bytes).toBeLessThanOrEqual(16 * mega);
      expect(buffers.bytes).toBeGreaterThanOrEqual(inUse);
    }),
    { numRuns: 100 },
  );
});
