import { readdirSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Picture } from '../../support/png.js';
import type { RunningProcess } from '../../support/process.js';
import type { InteropCase } from '../runner/interop-case.js';
import type { Job } from '../runner/job.js';
import { Lazyspice } from '../runner/lazyspice.js';
import { differingPixels, readPicture } from '../runner/pictures.js';
import { requirements } from '../runner/requirements.js';
import { installBrowserDriver } from './html5.js';

const suffix = '.rec.xz';
/** Looks at the page before a picture counts as wrong; 0.2 s lie between two. */
const patience = 50;

/** A browser with spice-html5 that shows one server after the other. */
class Browser {
  readonly #process: RunningProcess;
  readonly #file: string;
  #looks = 0;

  private constructor(process: RunningProcess, file: string) {
    this.#process = process;
    this.#file = file;
  }

  static async start(job: Job): Promise<Browser> {
    await installBrowserDriver(job);
    const script = join(job.folder, 'html5-pictures.mjs');
    await copyFile(join(job.root, 'test/interop/clients/html5-pictures.mjs'), script);
    return new Browser(job.spawn('html5-pictures', process.execPath, [script]), join(job.folder, 'page'));
  }

  async open(port: number): Promise<void> {
    await this.#do(`open ${port}`);
  }

  /** Looks until the page shows `expected`; in how many pixels the last look differs. */
  async settle(expected: Picture): Promise<number> {
    let difference = Number.POSITIVE_INFINITY;
    for (let look = 0; look < patience && difference > 0; look++) {
      if (look > 0) await new Promise((resolve) => setTimeout(resolve, 200));
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

/** A page that watches the replay, and one that joins after it: in how many pixels they end different. */
async function show(
  job: Job,
  browser: Browser,
  recording: string,
  expected: Picture,
  mode: string,
): Promise<readonly number[]> {
  const args = ['replay', recording, '--wait', '--speed', 'max'];
  const server = await Lazyspice.start(job, args, `disable-ticketing=on,image-compression=${mode}`);
  await browser.open(server.port);
  await server.event('finished');
  const live = await browser.settle(expected);
  await browser.open(server.port);
  const join = await browser.settle(expected);
  await server.stop();
  return [live, join];
}

function pagesCase(shared: string, folder: string, mode: string): InteropCase {
  return {
    name: `spice-html5: ${folder}, ${mode}`,
    needs: [requirements.chromium, requirements.html5Client, requirements.xz],
    limit: 300,
    async run(job) {
      const browser = await Browser.start(job);
      const files = readdirSync(join(shared, folder)).filter((file) => file.endsWith(suffix));
      const wrong: string[] = [];
      for (const file of files) {
        const name = file.slice(0, -suffix.length);
        const expected = await readPicture(join(shared, folder, 'expected', `${name}.png`));
        const [live, late] = await show(job, browser, join(shared, folder, file), expected, mode);
        if (live !== 0 || late !== 0) wrong.push(`${name} (live ${live}, join ${late})`);
      }
      browser.kill();
      if (wrong.length > 0)
        throw new Error(`pixels that differ from the expected picture: ${wrong.join(', ')}`);
      return `${files.length} recordings exact, live and joined`;
    },
  };
}

/** The client that draws least: every recording must end in the same picture on its canvas. */
export const html5RecordingCases = (shared: string, modes: readonly string[]): InteropCase[] =>
  modes.flatMap((mode) =>
    ['recordings', 'recordings/commands'].map((folder) => pagesCase(shared, folder, mode)),
  );
