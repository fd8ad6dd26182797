import { join } from 'node:path';
import type { InteropCase } from '../runner/interop-case.js';
import type { Job } from '../runner/job.js';
import { Lazyspice } from '../runner/lazyspice.js';
import { Photographer } from '../runner/photographer.js';
import { PicturePage } from '../runner/picture-page.js';
import { differingPixels, readPicture } from '../runner/pictures.js';
import { requirements } from '../runner/requirements.js';
import { SlowLink } from '../runner/slow-link.js';

/** 1 Mbit/s. */
const slowBytesPerSecond = 125_000;
/** Seconds that the stopped client stands still. */
const stopSeconds = 20;

interface Scene {
  readonly recording: string;
  readonly mode: string;
  /** How long the recording plays, seconds; null: as fast as it can. */
  readonly seconds: number | null;
}

const sleep = (seconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Stands still for a while as soon as it shows something, then goes on. */
async function standStill(photographer: Photographer, seconds: number): Promise<void> {
  await photographer.client.step('wait:display');
  photographer.client.process.signal('SIGSTOP');
  await sleep(seconds);
  photographer.client.process.signal('SIGCONT');
}

async function playToAll(job: Job, { recording, mode, seconds }: Scene): Promise<string> {
  const folder = join(job.shared, 'recordings');
  const expected = await readPicture(join(folder, 'expected', `${recording}.png`));
  const screenshot = join(job.folder, 'server.png');
  const speed = seconds === null ? 'max' : 'recorded';
  const server = await Lazyspice.start(
    job,
    ['replay', join(folder, `${recording}.rec.xz`), '--wait', '--speed', speed, '--screenshot', screenshot],
    `disable-ticketing=on,image-compression=${mode}`,
  );
  const slow = await SlowLink.listen(server.port, slowBytesPerSecond);
  const web = await SlowLink.listen(server.port);
  const stop = await SlowLink.listen(server.port);
  try {
    const quiet = { first: seconds ?? 1, period: 1, patience: 100 };
    const limited = new Photographer(job, slow.port, 'limited', quiet);
    const stopped = new Photographer(job, stop.port, 'stopped', quiet);
    const page = await PicturePage.start(job);
    await page.open(web.port);
    // All are there when the recording begins, with the first display channel.
    await Promise.all([slow, stop, web].map((link) => link.connected()));
    for (const link of [slow, stop, web]) link.open();
    const fast = new Photographer(job, server.port, 'fast', quiet);
    const goesOn = standStill(stopped, stopSeconds);
    await server.event('started');
    await sleep((seconds ?? 0) / 2);
    const joined = new Photographer(job, server.port, 'joined', quiet);
    await server.event('finished');
    const settle = (who: { settle(picture: typeof expected): Promise<number> }) => who.settle(expected);
    const differences = await Promise.all([
      settle(fast),
      settle(joined),
      settle(limited),
      page.settle(expected, 30),
      goesOn.then(() => settle(stopped)),
    ]);
    await server.stop();
    differences.push(differingPixels(await readPicture(screenshot), expected));
    const names = ['fast', 'joined', 'limited', 'page', 'stopped', 'server'];
    const wrong = names.flatMap((name, i) => (differences[i] === 0 ? [] : [`${name} ${differences[i]}`]));
    if (wrong.length > 0)
      throw new Error(`pixels that differ from the expected picture: ${wrong.join(', ')}`);
    return `exact at a fast, a joining, a stopped client and a page; at 1 Mbit/s with ${slow.passed >> 10} KB`;
  } finally {
    for (const link of [slow, web, stop]) link.close();
  }
}

const mixedCase = (scene: Scene): InteropCase => ({
  name: `all kinds of clients at once: ${scene.recording}, ${scene.mode}`,
  needs: [requirements.glibClient, requirements.xz, requirements.chromium, requirements.html5Client],
  limit: 240,
  run: (job) => playToAll(job, scene),
});

/** A client each that is fast, stands still, has a slow link, comes in the middle, or is a page. */
export const mixedClientCases: readonly InteropCase[] = [
  mixedCase({ recording: 'chromium-scroll', mode: 'auto', seconds: 9.4 }),
  mixedCase({ recording: 'xterm-scroll', mode: 'auto_glz', seconds: 2.8 }),
];

const allSeconds: Readonly<Record<string, number | null>> = {
  'xterm-scroll': 2.8,
  'xterm-core': 2.7,
  'chromium-scroll': 9.4,
  'mpv-video': 5.6,
  x11perf: 19,
  'qemu-bios-text': 4.8,
  'qemu-di-gtk': null,
  'qemu-kms-console': 18.3,
};

/** The same with every recording in every mode: 20 minutes. */
export const everyMixedClientCase: readonly InteropCase[] = [
  'off',
  'auto_glz',
  'quic',
  'lz',
  'lz4',
  'auto',
].flatMap((mode) =>
  Object.entries(allSeconds).map(([recording, seconds]) => mixedCase({ recording, mode, seconds })),
);
