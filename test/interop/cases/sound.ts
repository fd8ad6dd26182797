import { setTimeout } from 'node:timers/promises';
import { browserScript } from '../runner/browser.js';
import { GlibClient } from '../runner/glib-client.js';
import type { InteropCase } from '../runner/interop-case.js';
import type { Job } from '../runner/job.js';
import { Lazyspice } from '../runner/lazyspice.js';
import { requirements } from '../runner/requirements.js';

const card = ['run', '--guest', 'testcard', '--print-input'];
const tone = 'expect-playback:1000~5,1';

interface PlaybackReport {
  readonly ev: string;
  /** ms. */
  readonly t?: number;
  readonly mute?: boolean;
  readonly peak?: number;
  readonly chunks?: number;
}

/** Runs spice-gtk, which must find nothing to complain of, and gives its events. */
async function runClient(job: Job, port: number, steps: readonly string[]): Promise<PlaybackReport[]> {
  const { process } = new GlibClient(job, port, steps);
  await process.expectExit(0);
  const complaint = process.stderr.lines.find((line) => /WARNING|CRITICAL/.test(line));
  if (complaint !== undefined) throw new Error(complaint);
  return process.stdout.lines.map((line) => JSON.parse(line) as PlaybackReport);
}

/** The tone stops and begins again twice; the card's sine of 10000 is nowhere louder than its codec makes it. */
async function playTone(job: Job, { port }: Lazyspice): Promise<string> {
  const again = ['key:s', 'sleep:0.3', 'key:p', tone];
  const events = await runClient(job, port, [
    tone,
    'key:s',
    'expect-stop',
    'key:p',
    tone,
    ...again,
    'key:s',
    'sleep:0.3',
  ]);
  const stops = events.filter(({ ev }) => ev === 'playback-stop');
  if (stops.length !== 3) throw new Error(`${stops.length} stops instead of 3`);
  const peak = Math.max(...stops.map((stop) => stop.peak ?? 0));
  if (peak < 9500 || peak > 11_500) throw new Error(`a peak of ${peak}`);
  return `${stops.reduce((sum, { chunks = 0 }) => sum + chunks, 0)} frames, peak ${peak}`;
}

async function levels(job: Job, { port }: Lazyspice): Promise<string> {
  const events = await runClient(job, port, [tone, 'key:m', 'sleep:0.3', 'key:m', 'key:v', 'sleep:0.3']);
  const mutes = events.filter(({ ev }) => ev === 'playback-mute').map(({ mute }) => mute);
  const changes = mutes.filter((mute, i) => mute !== mutes[i - 1]).map(String);
  if (changes.join() !== 'false,true,false') throw new Error(`mute: ${changes.join()}`);
  const volumes = events.filter(({ ev }) => ev === 'playback-volume').length;
  if (volumes < 2) throw new Error('no change of volume');
  return `${volumes} times a volume`;
}

/** What the card prints of two seconds of 700 Hz at 12000: within 1 %, as often as seconds are full. */
async function recordTone(job: Job, { port, process }: Lazyspice): Promise<string> {
  await runClient(job, port, ['record:700,2']);
  const line = await process.stderr.find((text) => /^record frames=4\d{4} hz=(69|70).* rms=8[45]/.test(text));
  const [, hertz] = /hz=([\d.]+)/.exec(line) ?? [];
  if (Math.abs(Number(hertz) - 700) > 7) throw new Error(line);
  return line;
}

async function twoClients(job: Job, { port }: Lazyspice): Promise<string> {
  const first = new GlibClient(job, port, [tone, 'sleep:2', tone]);
  await first.step(tone);
  await runClient(job, port, [tone]);
  await first.process.expectExit(0);
  return '';
}

/** A client that stood still hears a second of what it missed, not all of it. */
async function pausedClient(job: Job, { port }: Lazyspice): Promise<string> {
  const client = new GlibClient(job, port, [tone, 'sleep:6', 'key:s', 'expect-stop']);
  const { t: begin } = await client.step(tone);
  client.process.signal('SIGSTOP');
  await setTimeout(4000);
  client.process.signal('SIGCONT');
  await client.process.expectExit(0);
  const events = client.process.stdout.lines.map((line) => JSON.parse(line) as PlaybackReport);
  const { t = 0, chunks = 0 } = events.find(({ ev }) => ev === 'playback-stop') ?? {};
  const [went, heard] = [(t - Number(begin)) / 1000 + 1, chunks / 100];
  if (heard > went - 4 + 1.5) throw new Error(`${heard} s of sound in ${went} s, of which it slept 4`);
  return `${heard} s of sound in ${went.toFixed(1)} s, of which it slept 4`;
}

function soundCase(
  name: string,
  run: (job: Job, server: Lazyspice) => Promise<string>,
  spice = 'disable-ticketing=on',
): InteropCase {
  return {
    name: `sound: ${name}`,
    needs: [requirements.glibClient],
    limit: 60,
    async run(job) {
      const server = await Lazyspice.start(job, card, spice);
      const details = await run(job, server);
      await server.stop();
      return details;
    },
  };
}

/** Both directions of sound with the real clients. */
export const soundCases: readonly InteropCase[] = [
  soundCase('spice-gtk hears the tone begin and end', playTone),
  soundCase('spice-gtk hears it uncompressed', playTone, 'disable-ticketing=on,playback-compression=off'),
  soundCase('volume and mute', levels),
  soundCase('spice-gtk is recorded', recordTone),
  soundCase('a client that stood still does not hear old sound', pausedClient),
  soundCase('two clients hear it at once', twoClients),
  {
    name: 'sound: spice-html5 plays the tone',
    needs: [requirements.chromium, requirements.html5Client],
    limit: 90,
    async run(job) {
      const server = await Lazyspice.start(job, card, 'disable-ticketing=on');
      const script = await browserScript(job, 'html5-sound.mjs');
      const page = job.spawn('html5-sound', process.execPath, [script, `${server.port}`, '1000']);
      await page.expectExit(0);
      await server.stop();
      return page.stdout.lines.join(' ');
    },
  },
];
