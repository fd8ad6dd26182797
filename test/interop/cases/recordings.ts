import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { InteropCase } from '../runner/interop-case.js';
import type { Job } from '../runner/job.js';
import { Lazyspice } from '../runner/lazyspice.js';
import { Photographer } from '../runner/photographer.js';
import { differingPixels, readPicture } from '../runner/pictures.js';
import { requirements } from '../runner/requirements.js';

const suffix = '.rec.xz';
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
