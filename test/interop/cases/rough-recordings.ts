import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Picture } from '../../support/png.js';
import { GlibClient } from '../runner/glib-client.js';
import type { InteropCase } from '../runner/interop-case.js';
import type { Job } from '../runner/job.js';
import { Lazyspice } from '../runner/lazyspice.js';
import { readPicture } from '../runner/pictures.js';
import { requirements } from '../runner/requirements.js';

const suffix = '.rec.xz';
/** dB that a picture must have as soon as everything has been sent. */
const wanted = 35;
/** Seconds in which everything has been refined. */
const refined = 12;

/** dB over all colours; Infinity: equal. */
function psnr(a: Picture, b: Picture): number {
  if (a.width !== b.width || a.height !== b.height) return 0;
  let squares = 0;
  for (let i = 0, j = 0; i < a.pixels.length; i += a.channels, j += b.channels) {
    for (let c = 0; c < 3; c++) squares += (a.pixels[i + c] - b.pixels[j + c]) ** 2;
  }
  return 10 * Math.log10(255 ** 2 / (squares / ((a.pixels.length / a.channels) * 3)));
}

async function replay(job: Job, recording: string): Promise<string> {
  const [screenshot, early, late, joined] = ['server', 'early', 'late', 'joined'].map((name) =>
    join(job.folder, `${name}.png`),
  );
  const server = await Lazyspice.start(
    job,
    ['replay', recording, '--wait', '--speed', 'max', '--screenshot', screenshot],
    'disable-ticketing=on,jpeg-wan-compression=always,zlib-glz-wan-compression=always',
  );
  const live = new GlibClient(job, server.port, [
    'wait:display',
    'sleep:2',
    `shot:${early}`,
    `sleep:${refined}`,
    `shot:${late}`,
  ]);
  await server.event('finished');
  await live.process.expectExit(0);
  const steps = ['wait:display', 'sleep:1', `shot:${joined}`];
  await GlibClient.run(job, server.port, steps);
  await server.stop();
  const exact = await readPicture(screenshot);
  const [atOnce, last, first] = await Promise.all(
    [early, late, joined].map(async (file) => psnr(await readPicture(file), exact)),
  );
  if (last !== Number.POSITIVE_INFINITY) throw new Error(`the last picture has ${last} dB`);
  if (Math.min(atOnce, first) < wanted) throw new Error(`${atOnce} dB at once, ${first} for one that joins`);
  return `${atOnce.toFixed(1)} dB at once, ${first.toFixed(1)} for one that joins, exact after ${refined} s`;
}

/** Every recording with loss wherever it is worth it: good at once, and exact in the end. */
export function roughRecordingCases(shared: string): InteropCase[] {
  return readdirSync(join(shared, 'recordings'))
    .filter((file) => file.endsWith(suffix))
    .map(
      (file): InteropCase => ({
        name: `with loss: ${file.slice(0, -suffix.length)}`,
        needs: [requirements.glibClient, requirements.xz],
        limit: 120,
        run: (job) => replay(job, join(shared, 'recordings', file)),
      }),
    );
}
