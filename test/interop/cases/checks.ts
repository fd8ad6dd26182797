import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { InteropCase } from '../runner/interop-case.js';
import { requirements } from '../runner/requirements.js';

/** A case for each file of test/interop/checks, run in a process of its own by run-check.ts. */
export function checkCases(root: string): InteropCase[] {
  return readdirSync(join(root, 'test/interop/checks'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .map((name) => ({
      name: `check: ${name}`,
      needs: [requirements.xz, requirements.imaging],
      limit: 240,
      async run(job) {
        const runner = join(root, 'test/interop/run-check.ts');
        const script = join(root, 'scripts/run-typescript.mjs');
        const check = job.spawn(name, process.execPath, [script, runner, name, job.shared]);
        if ((await check.exited) !== 0) {
          const error = check.stderr.lines.find((line) => /^\s*\w*Error\b/.test(line));
          throw new Error(error ?? check.stderr.tail());
        }
        return check.stdout.tail(1);
      },
    }));
}
