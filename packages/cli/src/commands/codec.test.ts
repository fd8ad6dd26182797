import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { main } from '../main.js';

let folder: string;
let out: string;
let err: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'codec-command-'));
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const vector = (name: string, codec: string): object => ({
  name,
  codec,
  type: 'rgb32',
  width: 5,
  height: 4,
  top_down: true,
  raw: 'pixels.raw',
  bin: `${name}.bin`,
});
function writeIndex(...vectors: object[]): string {
  const file = join(folder, 'index.json');
  writeFileSync(file, JSON.stringify({ vectors }));
  writeFileSync(
    join(folder, 'pixels.raw'),
    Uint8Array.from({ length: 80 }, (_, i) => i * 7),
  );
  return file;
}

test('what encode writes, verify passes', async () => {
  const index = writeIndex(vector('a', 'quic'), vector('b', 'lz'), vector('c', 'lz4'));
  expect(await main(['codec', 'encode', index, '--out', folder, '--json'])).toBe(0);
  expect(await main(['codec', 'verify', index, '--json'])).toBe(0);
  expect(out).toBe('{"encoded":3,"failed":0}\n{"passed":3,"failed":0}\n');
  expect(err).toBe('');
});

test('a vector that fails is named, and the exit code says so', async () => {
  const index = writeIndex(vector('a', 'quic'), vector('b', 'lz'));
  await main(['codec', 'encode', index, '--out', folder]);
  writeFileSync(join(folder, 'b.bin'), readFileSync(join(folder, 'a.bin')));
  expect(await main(['codec', 'verify', index])).toBe(1);
  expect(out).toBe('2 encoded, 0 failed\n1 passed, 1 failed\n');
  expect(err).toMatch(/^b: .*lz/);
});

test('results stay in the folder', async () => {
  const index = writeIndex(vector('../a', 'quic'));
  const inner = join(folder, 'inner');
  expect(await main(['codec', 'encode', index, '--out', inner])).toBe(1);
  expect(err).toContain('no name for a file');
  expect(readdirSync(folder).sort()).toEqual(['index.json', 'inner', 'pixels.raw']);
});

test('an index that is not there, or is none', async () => {
  expect(await main(['codec', 'verify', join(folder, 'nowhere.json')])).toBe(1);
  const file = join(folder, 'index.json');
  writeFileSync(file, '{}');
  expect(await main(['codec', 'verify', file])).toBe(1);
  expect(err).toContain("the index has no list 'vectors'");
});

test.each([
  [['codec']],
  [['codec', 'guess']],
  [['codec', 'verify']],
  [['codec', 'verify', 'a', 'b']],
  [['codec', 'encode', 'index.json']],
  [['codec', 'bench', '--time', 'soon']],
  [['codec', 'verify', 'a', '--out', 'b']],
])('wrong usage: %j', async (args) => {
  expect(await main(args)).toBe(2);
  expect(out).toBe('');
});
