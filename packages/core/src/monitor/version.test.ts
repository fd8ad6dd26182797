import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { lazyspiceVersion } from './version.js';

test('is the version of the package', async () => {
  const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(lazyspiceVersion).toBe(manifest.version);
});
