import { expect, it } from 'vitest';
import { charSubjects, fuzzAgent } from './agent.js';
import { Random } from './random.js';

it.each(charSubjects())('damaged forms of $name end their sender at most', (subject) => {
  const { failures, taken, refused } = fuzzAgent(subject, 200, new Random(7));
  expect(failures).toEqual([]);
  expect(taken + refused).toBe(200);
});

it('damage is found, and not everything is called damage', () => {
  const results = charSubjects().map((subject) => fuzzAgent(subject, 100, new Random(3)));
  expect(results.filter(({ refused }) => refused > 0).length).toBeGreaterThan(20);
  expect(results.filter(({ taken }) => taken > 0).length).toBeGreaterThan(20);
});
