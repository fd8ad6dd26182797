import { expect, test } from 'vitest';
import { threadKernels } from './kernels.js';
import { warmUpEncoders } from './warm-up.js';

test('warming up takes a step for each encoder and little memory', () => {
  const before = threadKernels().bytes.length;
  let steps = 0;
  for (const _ of warmUpEncoders()) steps++;
  expect(steps).toBe(5);
  expect(threadKernels().bytes.length - before).toBeLessThan(2 ** 20);
});
