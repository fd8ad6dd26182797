import { join } from 'node:path';
import type { Picture } from '../../support/png.js';
import type { RunningProcess } from '../../support/process.js';
import { browserScript } from './browser.js';
import type { Job } from './job.js';
import { differingPixels, readPicture } from './pictures.js';

/** Seconds before a picture counts as wrong. */
const defaultPatience = 10;
/** Seconds between two looks at the page. */
const lookPeriod = 0.2;

/** A browser with spice-html5 that shows one server after the other. */
export class PicturePage {
  readonly #process: RunningProcess;
  readonly #file: string;
  #looks = 0;

  private constructor(process: RunningProcess, file: string) {
    this.#process = process;
    this.#file = file;
  }

  static async start(job: Job): Promise<PicturePage> {
    const script = await browserScript(job, 'html5-pictures.mjs');
    return new PicturePage(job.spawn('html5-pictures', process.execPath, [script]), join(job.folder, 'page'));
  }

  async open(port: number): Promise<void> {
    await this.#do(`open ${port}`);
  }

  /** Looks until the page shows `expected`; in how many pixels the last look differs. */
  async settle(expected: Picture, patience = defaultPatience): Promise<number> {
    let difference = Number.POSITIVE_INFINITY;
    for (let look = 0; look < patience / lookPeriod && difference > 0; look++) {
      if (look > 0) await new Promise((resolve) => setTimeout(resolve, lookPeriod * 1000));
      const file = `${this.#file}-${this.#looks++}.png`;
      const { shown } = await this.#do(`shot ${file}`);
      if (shown === true) difference = differingPixels(await readPicture(file), expected);
    }
    return difference;
  }

  kill(): void {
    this.#process.kill();
  }

  async #do(command: string): Promise<Readonly<Record<string, unknown>>> {
    const from = this.#process.stdout.lines.length;
    this.#process.writeLine(command);
    return JSON.parse(await this.#process.stdout.find(() => true, from)) as Record<string, unknown>;
  }
}
