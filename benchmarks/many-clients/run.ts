/**
 * What many clients of one display cost: `node scripts/run-typescript.mjs benchmarks/many-clients/run.ts SHARED
 * [--clients 1,50] [--rounds 3] [--mode auto] [--recording xterm-scroll] [--speed max] [--no-glz] [--stopped 1]`.
 * Replays a recording of SHARED to clients that take everything and draw nothing, all there from the first command, and
 * prints for each number of clients the medians of: how long it took, the server's CPU and memory, the bytes of a
 * client, how evenly and how soon they had them. `--stopped`: so many more clients open a display and take nothing.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RunningProcess } from '../../test/support/process.js';
import { DrainClient } from './drain-client.js';

interface Run {
  readonly file: string;
  readonly clients: number;
  readonly mode: string;
  readonly glzPixels: number;
  /** Clients besides, which open a display and take nothing. */
  readonly stopped: number;
  readonly speed: string;
}
interface Figures {
  /** Seconds that the replay took. */
  readonly seconds: number;
  /** Seconds of CPU of the server's process, from the first display channel to the last byte. */
  readonly cpu: number;
  /** MB at most. */
  readonly rss: number;
  /** Seconds of CPU of this process, the clients. */
  readonly clientCpu: number;
  /** kB of a client's display channel. */
  readonly kilobytes: number;
  /** ms: the longest time that any client was sent nothing, while the picture changed all the time. */
  readonly pause: number;
  /** ms from the end of the recording to the last client's last byte. */
  readonly late: number;
}

const ticksPerSecond = 100;
/** spice-gtk's, with 64 MB of video memory. */
const glzWindow = 0x5ff_c00;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

const peakMegabytes = (pid: number): number =>
  Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** The longest time between two arrivals. */
function longestPause({ progress }: DrainClient): number {
  return Math.max(0, ...progress.slice(1).map(({ at }, i) => at - progress[i].at));
}

async function measure({ file, clients: count, mode, glzPixels, stopped, speed }: Run): Promise<Figures> {
  const spice = `port=0,addr=127.0.0.1,disable-ticketing=on,image-compression=${mode}`;
  const server = new RunningProcess('lazyspice', process.execPath, [
    ...[
      'packages/cli/bin/lazyspice.js',
      'replay',
      file,
      '--wait',
      '--json',
      '--speed',
      speed,
      '--spice',
      spice,
    ],
  ]);
  const event = async (name: string): Promise<Record<string, unknown>> =>
    JSON.parse(await server.stdout.find((line) => line.includes(`"event":"${name}"`)));
  const { port } = (await event('listening')) as { port: number };
  const clients = await Promise.all(Array.from({ length: count }, () => DrainClient.connect(port)));
  const idle = await Promise.all(Array.from({ length: stopped }, () => DrainClient.connect(port)));
  const pid = server.pid;
  const before = cpuSeconds(pid);
  const ownBefore = cpuSeconds(process.pid);
  await Promise.all([...idle, ...clients].map((client) => client.openDisplay(glzPixels)));
  for (const client of idle) client.stop();
  const { seconds } = (await event('finished')) as { seconds: number };
  const finished = performance.now();
  for (let bytes = -1; ; ) {
    await sleep(500);
    const now = clients.reduce((sum, client) => sum + client.bytes, 0);
    if (now === bytes) break;
    bytes = now;
  }
  const cpu = cpuSeconds(pid) - before;
  const clientCpu = cpuSeconds(process.pid) - ownBefore;
  const rss = peakMegabytes(pid);
  const pause = Math.max(...clients.map(longestPause));
  const late = Math.max(0, ...clients.map(({ progress }) => (progress.at(-1)?.at ?? 0) - finished));
  const kilobytes = clients.reduce((sum, client) => sum + client.bytes, 0) / count / 1000;
  for (const client of [...clients, ...idle]) client.close();
  server.kill();
  await server.exited;
  return { seconds, cpu, clientCpu, rss, kilobytes, pause, late };
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];

export async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    allowNegative: true,
    options: {
      clients: { type: 'string', default: '1,50' },
      rounds: { type: 'string', default: '3' },
      mode: { type: 'string', default: 'auto' },
      recording: { type: 'string', default: 'xterm-scroll' },
      glz: { type: 'boolean', default: true },
      stopped: { type: 'string', default: '0' },
      speed: { type: 'string', default: 'recorded' },
    },
  });
  const [shared] = positionals;
  if (shared === undefined) throw new Error('which folder has recordings/?');
  const file = join(shared, 'recordings', `${values.recording}.rec.xz`);
  console.log('clients  replay s  CPU s  clients CPU s  RSS MB  kB a client   pause ms  late ms');
  const counts = values.clients.split(',').map(Number);
  const figures = new Map<number, Figures[]>(counts.map((count) => [count, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const count of counts) {
      const run = {
        file,
        clients: count,
        mode: values.mode,
        glzPixels: values.glz ? glzWindow : 0,
        stopped: Number(values.stopped),
        speed: values.speed,
      };
      figures.get(count)?.push(await measure(run));
    }
  }
  for (const [count, all] of figures) {
    const of = (name: keyof Figures): number => median(all.map((one) => one[name]));
    const cells = [
      of('seconds').toFixed(2).padStart(8),
      of('cpu').toFixed(2).padStart(5),
      of('clientCpu').toFixed(2).padStart(13),
      of('rss').toFixed(0).padStart(6),
    ];
    cells.push(of('kilobytes').toFixed(0).padStart(11), of('pause').toFixed(0).padStart(9));
    cells.push(of('late').toFixed(0).padStart(7));
    console.log(`${String(count).padStart(7)}  ${cells.join('  ')}`);
  }
}
