import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type JsonItem, type JsonLimits, JsonStream } from './json-stream.js';
import { formatJson } from './json-value.js';

const utf8 = new TextEncoder();

function read(chunks: readonly Uint8Array[], limits?: JsonLimits): JsonItem[] {
  const stream = new JsonStream(limits);
  return chunks.flatMap((chunk) => stream.push(chunk));
}
const readText = (text: string, limits?: JsonLimits) => read([utf8.encode(text)], limits);
const summary = (items: readonly JsonItem[]) =>
  items.map((item) => (item.type === 'value' ? formatJson(item.value) : item.message));

test.each([
  ['{"a":1}{"b":[2]}', ['{"a": 1}', '{"b": [2]}']],
  ['5 ', ['5']],
  ['5', []],
  ['null true\n', ['null', 'true']],
  [`{'it':"it's"}`, [`{"it": "it's"}`]],
  ['"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\\u0000"', ['"\\"\\\\/\\b\\f\\n\\r\\té😀\\u0000"']],
  [
    '[9007199254740993,18446744073709551615,-9223372036854775808]',
    ['[9007199254740993, 18446744073709551615, -9223372036854775808]'],
  ],
  ['[18446744073709551616,1.0,-0.5e-2]', ['[18446744073709552000, 1, -0.005]']],
  ['{"__proto__":1,"constructor":2}', ['{"__proto__": 1, "constructor": 2}']],
])('%s', (text, expected) => {
  expect(summary(readText(text))).toEqual(expected);
});

/** Answers of QEMU 7.2 to the same bytes. */
describe('complaints are QEMU’s', () => {
  const value = 'JSON parse error, expecting value';
  test.each([
    ['{"execute": query-status}\n', ["JSON parse error, stray '-s'", value]],
    ['{"execute": "query-status",}', [value]],
    ['}', [value]],
    [']', [value]],
    ['{"a":]', [value]],
    ['[1,]', [value]],
    ['{,}', [value]],
    [':', [value]],
    ['{"a":1}}', ['{"a": 1}', value]],
    ['[{]', [value]],
    ['{"a":1,"a":2}', ['JSON parse error, duplicate key']],
    ['{5:"a"}', ['JSON parse error, key is not a string in object']],
    ['{"a" "b"}', ['JSON parse error, missing : in object pair']],
    ['{"a":1 "b":2}', ['JSON parse error, expected separator in dict']],
    ['[1 2]', ['JSON parse error, expected separator in list']],
    ['nan\n', ["JSON parse error, invalid keyword 'nan'"]],
    ['01}', ["JSON parse error, stray '01'", value]],
    ['{"id":-}\n', ["JSON parse error, stray '-}'"]],
    ['1.e5 .5 +5\n', ["JSON parse error, stray '1.e'"]],
    ['% %d\n', ["JSON parse error, stray '%'"]],
    ['// c\n', ["JSON parse error, stray '/'"]],
    ['{"execute":"query\n"}\n', [`JSON parse error, stray '"query\n'`, value]],
    ['"\\q"', ['JSON parse error, invalid escape sequence in string']],
    ['"\\u12"', ['JSON parse error, invalid escape sequence in string']],
    ['"\\ud800"', ['JSON parse error, \\ud800 is not a valid Unicode character']],
    ['{}\0{}', ['{}', "JSON parse error, stray '\0'", '{}']],
    ['1e400 ', ["JSON parse error, number out of range '1e400'"]],
  ])('%j', (text, expected) => {
    expect(summary(readText(text))).toEqual(expected);
  });

  test('bytes that are not UTF-8', () => {
    expect(summary(read([Uint8Array.of(0x22, 0xc3, 0x22)]))).toEqual([
      'JSON parse error, invalid UTF-8 sequence in string',
    ]);
    expect(summary(read([utf8.encode('{"execute":'), Uint8Array.of(0xff), utf8.encode('{}')]))).toEqual([
      "JSON parse error, stray '\ufffd'",
      '{}',
    ]);
  });
});

describe('a limit ends the stream', () => {
  const limits = { bytes: 10, tokens: 4, depth: 3 };
  test.each([
    ['"12345678"', ['"12345678"']],
    ['"1234567890', ['JSON token size limit exceeded']],
    ['123456789012345', ['JSON token size limit exceeded']],
    ['["1234567","', ['JSON token size limit exceeded']],
    ['[ 1 ,        ]', ['JSON parse error, expecting value']],
    ['[1,2]', ['JSON token count limit exceeded']],
    ['[[[', []],
    ['[[[[', ['JSON nesting depth limit exceeded']],
  ])('%s', (text, expected) => {
    const items = readText(text, limits);
    expect(summary(items)).toEqual(expected);
    const last = items.at(-1);
    const ended = last?.type === 'error' && last.fatal;
    expect(ended).toBe(/limit/.test(expected.at(-1) ?? ''));
  });

  test('nothing is read after it', () => {
    const stream = new JsonStream(limits);
    expect(summary(stream.push(utf8.encode('"12345678901"{}')))).toEqual(['JSON token size limit exceeded']);
    expect(stream.push(utf8.encode('{}'))).toEqual([]);
  });

  test('deep nesting is refused before it is parsed', () => {
    expect(summary(readText('['.repeat(100_000)))).toEqual(['JSON nesting depth limit exceeded']);
  });
});

const cut = (bytes: Uint8Array, at: readonly number[]): Uint8Array[] => {
  const edges = [0, ...at.map((edge) => edge % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
};

test('reads what JSON.stringify writes, however it is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue({ noUnicodeString: false })), fc.array(fc.nat()), (values, at) => {
      const text = values.map((value) => `${JSON.stringify(value)}\n`).join('');
      const items = read(cut(utf8.encode(text), at));
      expect(
        items.map((item) => (item.type === 'value' ? JSON.parse(formatJson(item.value)) : item)),
      ).toEqual(values.map((value) => JSON.parse(JSON.stringify(value))));
    }),
  );
});

test('any bytes give values or errors, the same however they are cut', () => {
  const fragments = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"',
    "'",
    '\\',
    '1',
    '-',
    '.',
    'e',
    'null',
    '\n',
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.array(fragments, { maxLength: 40 }).map((parts) => utf8.encode(parts.join(''))),
  );
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(), { maxLength: 5 }), (input, at) => {
      const whole = read([input]);
      expect(read(cut(input, at))).toEqual(whole);
      for (const item of whole) {
        if (item.type === 'error') continue;
        expect(readText(`${formatJson(item.value)} `)).toEqual([item]);
      }
    }),
    { numRuns: 2000 },
  );
});
