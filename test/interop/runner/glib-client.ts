import { join } from 'node:path';
import type { ExitStatus, RunningProcess } from '../../support/process.js';
import type { Job } from './job.js';
import { python } from './requirements.js';

interface StepLine {
  readonly ev: string;
  readonly step?: string;
  readonly ok?: boolean;
}

/** Exit codes of the scripted spice-gtk client. */
export const clientExit = { passed: 0, stepFailed: 1, refused: 4 } as const;

/** A spice-gtk client that does scripted steps; see `gclient.py --help`. */
export class GlibClient {
  readonly process: RunningProcess;

  constructor(job: Job, port: number, steps: readonly string[], options: readonly string[] = []) {
    const script = join(job.shared, 'clients/gclient.py');
    this.process = job.spawn('gclient', python, [script, '--port', `${port}`, ...options, ...steps]);
  }

  /** Runs a client to its end, which must be `wanted`; returns what it wrote. */
  static async run(
    job: Job,
    port: number,
    steps: readonly string[],
    { options = [], wanted = clientExit.passed }: { options?: readonly string[]; wanted?: ExitStatus } = {},
  ): Promise<readonly string[]> {
    const { process } = new GlibClient(job, port, steps, options);
    await process.expectExit(wanted);
    return process.stdout.lines;
  }

  /** Resolves with its report when a step has been done. */
  async step(step: string): Promise<Readonly<Record<string, unknown>>> {
    const line = await this.process.stdout.find((text) => {
      const { ev, step: done, ok } = JSON.parse(text) as StepLine;
      return ev === 'step' && done === step && ok === true;
    });
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  }
}
