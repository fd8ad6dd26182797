import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Picture } from '../../support/png.js';
import type { InteropCase } from '../runner/interop-case.js';
import type { Job } from '../runner/job.js';
import { Lazyspice } from '../runner/lazyspice.js';
import { PicturePage } from '../runner/picture-page.js';
import { readPicture } from '../runner/pictures.js';
import { requirements } from '../runner/requirements.js';

const suffix = '.rec.xz';
/** A page that watches the replay, and one that joins after it: in how many pixels they end different. */
async function show(
  job: Job,
  browser: PicturePage,
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
      const browser = await PicturePage.start(job);
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
