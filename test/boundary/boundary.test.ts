import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { checkBoundaries, describeViolation } from './checker.js';
import { rules } from './rules.js';
import { readSourceTree } from './source-tree.js';

test('the packages keep the rules', () => {
  const tree = readSourceTree(fileURLToPath(new URL('../../', import.meta.url)));
  expect(tree.files.size).toBeGreaterThan(30);
  expect([...tree.packages.keys()].filter((folder) => !(folder in rules.arrows))).toEqual([]);
  const { violations, long } = checkBoundaries(tree, rules);
  if (long.length > 0) console.info(`Longer than the house likes:\n  ${long.join('\n  ')}`);
  expect(violations.map(describeViolation)).toEqual([]);
});
