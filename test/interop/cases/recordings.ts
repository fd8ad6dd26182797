import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Picture } from '../../support/png.js';
import { GlibClient } from '../runner/glib-client.js';
import type { InteropCase } from '../runner/interop-case.js';
import type { Job } from '../runner/job.js';
import { Lazyspice } from '../runner/lazyspice.js';
import { differingPixels, readPicture } from '../runner/pictures.js';
import { requirements } from '../runner/requirements.js';

const suffix = '.rec.xz';
/** Seconds between two looks at a client's picture. */
const shotPeriod = 0.5;
/** A client that decodes and draws everything has shown the last picture this many looks after it came. */
const patience = 30;

/** A client that takes pictures until it is ended. */
class Photographer {
  readonly #client: GlibClient;
  readonly #files: string[];

  constructor(job: Job, port: number, name: string) {
    this.#files = Array.from({ length: 160 }, (_, i) => join(job.folder, `${name}-${i}.png`));
    const steps = this.#files.flatMap((file) => [`sleep:${shotPeriod}`, `shot:${file}`]);
    this.#client = new GlibClient(job, port, ['wait:display', ...steps]);
  }

  /**
   * Looks at the pictures taken from now on until two in a row are `expected`, then ends the client.
   * @returns in how many pixels the last one differs.
   */
  async settle(expected: Picture): Promise<number> {
    const { stdout } = this.#client.process;
    const taken = stdout.lines.filter((line) => line.includes('"shot:')).length;
    let difference = Number.POSITIVE_INFINITY;
    let equal = 0;
    // The picture that is being taken now may be older than the end.
    for (const file of this.#files.slice(taken + 1, taken + 1 + patience)) {
      await this.#client.step(`shot:${file}`);
      difference = differingPixels(await readPicture(file), expected);
      equal = difference === 0 ? equal + 1 : 0;
      if (equal === 2) break;
    }
    this.#client.process.kill();
    return difference;
  }
}

async function replay(job: Job, recording: string, expectedFile: string, mode: string): Promise<string> {
  const expected = await readPicture(expectedFile);
  const screenshot = join(job.folder, 'server.png');
  const server = await Lazyspice.start(
    job,
    ['replay', recording, '--wait', '--speed', 'max', '--screenshot', screenshot],
    `disable-ticketing=on,image-compression=${mode}`,
  );
  const live = new Photographer(job, server.port, 'live');
  const { commands } = await server.event('finished');
  const differences = { live: await live.settle(expected), join: 0, screenshot: 0 };
  differences.join = await new Photographer(job, server.port, 'join').settle(expected);
  await server.stop();
  differences.screenshot = differingPixels(await readPicture(screenshot), expected);
  const wrong = Object.entries(differences).filter(([, pixels]) => pixels > 0);
  if (wrong.length > 0) {
    const list = wrong.map(([who, pixels]) => `${who} ${pixels}`).join(', ');
    throw new Error(`pixels that differ from the expected picture: ${list}`);
  }
  return `${commands} commands; live, join and screenshot exact`;
}

/** Every recording with an expected picture gives it to a client that watches, one that joins, and a screenshot. */
export function recordingCases(shared: string, modes: readonly string[]): InteropCase[] {
  const folders = ['recordings', 'recordings/commands'];
  return folders.flatMap((folder) =>
    readdirSync(join(shared, folder))
      .filter((file) => file.endsWith(suffix))
      .flatMap((file) => modes.map((mode) => [file, mode] as const))
      .map(([file, mode]): InteropCase => {
        const name = file.slice(0, -suffix.length);
        return {
          name: `${folder}: ${name}, ${mode}`,
          needs: [requirements.glibClient, requirements.xz],
          limit: 120,
          run: (job) =>
            replay(job, join(shared, folder, file), join(shared, folder, 'expected', `${name}.png`), mode),
        };
      }),
  );
}
