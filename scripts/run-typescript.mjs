// Runs a TypeScript file of this repository on Node 20 with what vitest brings along:
//   node scripts/run-typescript.mjs FILE.ts [ARGUMENT...]
// Workspace packages resolve to their sources, so that nothing has to be built first.
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [file, ...args] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node scripts/run-typescript.mjs FILE.ts [ARGUMENT...]');
  process.exit(2);
}
const alias = [
  // '@lazyspice/core' and '@lazyspice/core/agent'
  { find: /^@lazyspice\/([^/]+)$/, replacement: join(root, 'packages/$1/src/index.ts') },
  { find: /^@lazyspice\/([^/]+)\/([^/]+)$/, replacement: join(root, 'packages/$1/src/$2/index.ts') },
];
const { module } = await runnerImport(resolve(file), {
  root,
  configFile: false,
  logLevel: 'error',
  resolve: { alias },
});
await module.main(args);
