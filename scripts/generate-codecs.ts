/**
 * Writes the codecs and the documentation that are generated from the protocol declarations. `npm run generate`; what it writes is checked
 * in, and a test compares it with what would be generated now.
 */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { emitDocs } from './codegen/emit-docs.ts';
import { emitModule } from './codegen/emit-module.ts';
import { codecModules, documentation } from './codegen/targets.ts';

/** What every generated file should hold, by path from the root of the repository. */
export const generateFiles = (): ReadonlyMap<string, string> =>
  new Map([
    ...codecModules.map((module): [string, string] => [module.file, emitModule(module)]),
    ['docs/protocol.md', emitDocs(documentation)],
  ]);

/** Run by `scripts/run-typescript.mjs`. */
export const main = (): void => {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  for (const [file, text] of generateFiles()) {
    writeFileSync(join(root, file), text);
    console.log(`wrote ${file}`);
  }
};
