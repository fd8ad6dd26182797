import type { InteropCase } from './interop-case.js';
import { Job } from './job.js';
import { missing, type Requirement } from './requirements.js';

export interface SuiteOptions {
  readonly root: string;
  readonly shared: string;
  /** Cases side by side. */
  readonly jobs: number;
  readonly print: (line: string) => void;
}

export interface SuiteResult {
  passed: number;
  readonly failed: string[];
  readonly skipped: { readonly name: string; readonly lacks: readonly Requirement[] }[];
}

async function limited(work: Promise<string>, seconds: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${seconds} s`)), seconds * 1000);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

async function runCase(each: InteropCase, { root, shared }: SuiteOptions): Promise<string> {
  const job = await Job.open(root, shared);
  const work = each.run(job);
  try {
    return await limited(work, each.limit);
  } finally {
    await job.close();
    // After a time limit the case itself is still on its way to an error.
    await work.catch(() => undefined);
  }
}

/** Runs the cases, a few side by side, and prints a line for each. */
export async function runSuite(cases: readonly InteropCase[], options: SuiteOptions): Promise<SuiteResult> {
  const result: SuiteResult = { passed: 0, failed: [], skipped: [] };
  const waiting = [...cases];
  const worker = async (): Promise<void> => {
    for (let each = waiting.shift(); each !== undefined; each = waiting.shift()) {
      const { name } = each;
      const lacks = missing(each.needs);
      if (lacks.length > 0) {
        result.skipped.push({ name, lacks });
        options.print(`SKIPPED ${name} (no ${lacks.map((lack) => lack.name).join(', no ')})`);
        continue;
      }
      const start = performance.now();
      const seconds = (): string => `${((performance.now() - start) / 1000).toFixed(1)} s`;
      try {
        const details = await runCase(each, options);
        result.passed++;
        options.print(`ok      ${name} (${seconds()})${details === '' ? '' : `: ${details}`}`);
      } catch (error) {
        result.failed.push(name);
        const message = error instanceof Error ? error.message : String(error);
        options.print(`FAILED  ${name} (${seconds()}): ${message}`);
      }
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, worker));
  return result;
}
