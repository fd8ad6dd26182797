/**
 * Writes the codecs that are generated from the protocol declarations. `npm run generate`; what it writes is checked
 * in, and a test compares it with what would be generated now.
 */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as core from '@lazyspice/core';
import { type CodecModule, emitModule } from './codegen/emit-module.ts';

const codecModules: readonly CodecModule[] = [
  {
    file: 'packages/core/src/generated/qxl-commands.codec.ts',
    declarations: [{ specifier: '../contracts/qxl-commands.js', exports: core, as: 'qxl' }],
    imports: [
      "import type { Infer } from '../schema/kinds.js';",
      "import type { Reader } from '../wire/reader.js';",
      "import type { Writer } from '../wire/writer.js';",
    ],
    roots: [core.QxlCommand],
    channels: [],
  },
];

/** What every generated file should hold, by path from the root of the repository. */
export const generateFiles = (): ReadonlyMap<string, string> =>
  new Map(codecModules.map((module) => [module.file, emitModule(module)]));

/** Run by `scripts/run-typescript.mjs`. */
export const main = (): void => {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  for (const [file, text] of generateFiles()) {
    writeFileSync(join(root, file), text);
    console.log(`wrote ${file}`);
  }
};
