import type { Job } from './job.js';
import type { Requirement } from './requirements.js';

/** One line of the suite's report. */
export interface InteropCase {
  readonly name: string;
  readonly needs: readonly Requirement[];
  /** Seconds after which the case has failed and everything it started is ended. */
  readonly limit: number;
  /** Throws when something is wrong; otherwise says in a few words what was seen. */
  run(job: Job): Promise<string>;
}
