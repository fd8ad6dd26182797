import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { generateFiles } from '../scripts/generate-codecs.ts';

const root = new URL('../', import.meta.url);

test.each([...generateFiles()])('%s is what the declarations generate (npm run generate)', (file, text) => {
  expect(readFileSync(fileURLToPath(new URL(file, root)), 'utf8')).toBe(text);
});
