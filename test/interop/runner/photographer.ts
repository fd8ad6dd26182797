import { join } from 'node:path';
import type { Picture } from '../../support/png.js';
import { GlibClient } from './glib-client.js';
import type { Job } from './job.js';
import { differingPixels, readPicture } from './pictures.js';

export interface PhotographerOptions {
  /** Seconds before the first picture, and between two. */
  readonly first?: number;
  readonly period?: number;
  /** A client that decodes and draws everything has shown the last picture this many looks after it came. */
  readonly patience?: number;
}

/** A client that takes pictures until it is ended. */
export class Photographer {
  readonly client: GlibClient;
  readonly #files: string[];
  readonly #patience: number;

  constructor(job: Job, port: number, name: string, options: PhotographerOptions = {}) {
    const { first = 0, period = 0.5, patience = 30 } = options;
    this.#patience = patience;
    this.#files = Array.from({ length: 160 }, (_, i) => join(job.folder, `${name}-${i}.png`));
    const steps = this.#files.flatMap((file) => [`sleep:${period}`, `shot:${file}`]);
    this.client = new GlibClient(job, port, ['wait:display', `sleep:${first}`, ...steps]);
  }

  /**
   * Looks at the pictures taken from now on until two in a row are `expected`, then ends the client.
   * @returns in how many pixels the last one differs.
   */
  async settle(expected: Picture): Promise<number> {
    const { stdout } = this.client.process;
    const taken = stdout.lines.filter((line) => line.includes('"shot:')).length;
    let difference = Number.POSITIVE_INFINITY;
    let equal = 0;
    // The picture that is being taken now may be older than the end.
    for (const file of this.#files.slice(taken + 1, taken + 1 + this.#patience)) {
      await this.client.step(`shot:${file}`);
      difference = differingPixels(await readPicture(file), expected);
      equal = difference === 0 ? equal + 1 : 0;
      if (equal === 2) break;
    }
    this.client.process.kill();
    return difference;
  }
}
