import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quoteValue, splitKeyValues } from './key-values.js';

const split = (text: string) => [...splitKeyValues(text)].map(({ key, value }) => [key, value]);

test.each([
  ['', []],
  [
    'a=1,b=2',
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  ['a=1,', [['a', '1']]],
  ['a', [['a', null]]],
  [
    'a,b=2,c',
    [
      ['a', null],
      ['b', '2'],
      ['c', null],
    ],
  ],
  [
    'a=x,,y,b=2',
    [
      ['a', 'x,y'],
      ['b', '2'],
    ],
  ],
  [
    'a=,,,b',
    [
      ['a', ','],
      ['b', null],
    ],
  ],
  ['a=,,,,', [['a', ',,']]],
  ['a==b=', [['a', '=b=']]],
  [
    ',a',
    [
      ['', null],
      ['a', null],
    ],
  ],
  ['=1', [['', '1']]],
])('%j', (text, expected) => {
  expect(split(text)).toEqual(expected);
});

test('offsets point at the keys', () => {
  expect([...splitKeyValues('a=x,,y,b,c=2')].map(({ offset }) => offset)).toEqual([0, 7, 9]);
});

test('quoted values come back', () => {
  const key = fc.string().filter((text) => !/[=,]/.test(text));
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.string())), (pairs) => {
      const text = pairs.map(([name, value]) => `${name}=${quoteValue(value)}`).join(',');
      expect(split(text)).toEqual(pairs);
    }),
  );
});
