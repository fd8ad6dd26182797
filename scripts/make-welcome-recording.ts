/**
 * Writes packages/qxl/fixtures/welcome.rec, the recording that `npm start` shows:
 *   npm run build && node scripts/run-typescript.mjs scripts/make-welcome-recording.ts
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scene } from '@lazyspice/qxl';
import { welcomeScene } from './welcome-recording/scene.ts';

/** Run by `scripts/run-typescript.mjs`. */
export const main = (): void => {
  const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'packages/qxl/fixtures');
  mkdirSync(folder, { recursive: true });
  const bytes = scene.recordingOf(welcomeScene(), { compress: true });
  writeFileSync(join(folder, 'welcome.rec'), bytes);
  console.log(`wrote packages/qxl/fixtures/welcome.rec, ${bytes.length} bytes`);
};
