/**
 * What encoder threads change: `node scripts/run-typescript.mjs benchmarks/encoder-pool/run.ts SHARED [NAME...]`.
 * Replays recordings of SHARED to one counting client with 0, 1 and 2 threads in turn, once as fast as the server takes
 * commands and once command by command, and prints wall time, CPU of the whole process and of its busiest thread. Best
 * of the rounds by wall time.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

interface Figure {
  readonly seconds: number;
  /** Seconds of CPU. */
  readonly cpu: number;
  readonly busiestThread: number;
  /** Bytes that the client got on its display channel. */
  readonly megabytes: number;
}

const ticksPerSecond = 100;

/** Seconds of CPU that /proc knows of. */
function cpuSeconds(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** By thread id. */
function threadSeconds(pid: number): Map<string, number> {
  const folder = `/proc/${pid}/task`;
  return new Map(
    readdirSync(folder).map((id) => [id, cpuSeconds(readFileSync(join(folder, id, 'stat'), 'utf8'))]),
  );
}

/** Resolves with the event's line. */
function event(child: ChildProcess, name: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk) => {
      text += String(chunk);
      for (const line of text.split('\n').slice(0, -1)) {
        const value = JSON.parse(line) as Record<string, unknown>;
        if (value.event === name) resolve(value);
      }
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
}

const outputOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    child.stdout?.on('data', (chunk) => {
      text += String(chunk);
    });
    child.once('close', () => resolve(text));
  });

interface Run {
  readonly sharedDir: string;
  readonly recording: string;
  readonly mode: string;
  readonly threads: number;
  readonly pace: readonly string[];
}

async function measure({ sharedDir, recording, mode, threads, pace }: Run): Promise<Figure> {
  const file = join(sharedDir, 'recordings', `${recording}.rec.xz`);
  const spice = `port=0,disable-ticketing=on,image-compression=${mode}`;
  const server = spawn(
    process.execPath,
    ['packages/cli/bin/lazyspice.js', 'replay', file, '--wait', '--json', '--spice', spice, ...pace],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, LAZYSPICE_ENCODER_THREADS: String(threads) },
    },
  );
  const started = event(server, 'started');
  const finished = event(server, 'finished');
  const { port } = await event(server, 'listening');
  const script = join(sharedDir, 'peer', 'drain_client.py');
  const client = spawn('python3', [script, '--port', String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const counted = outputOf(client);
  await started;
  const before = threadSeconds(server.pid!);
  const start = performance.now();
  await finished;
  const seconds = (performance.now() - start) / 1000;
  const used = [...threadSeconds(server.pid!)].map(([id, value]) => value - (before.get(id) ?? 0));
  const busiestThread = Math.max(...used);
  const cpu = used.reduce((a, b) => a + b, 0);
  server.kill();
  const { display_bytes: bytes } = JSON.parse(await counted) as { display_bytes?: number };
  return { seconds, cpu, busiestThread, megabytes: (bytes ?? 0) / 1e6 };
}

export async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { rounds: { type: 'string', default: '3' }, mode: { type: 'string', default: 'quic' } },
  });
  const [sharedDir, ...names] = positionals;
  if (sharedDir === undefined) throw new Error('which folder has peer/ and recordings/?');
  const recordings = names.length > 0 ? names : ['mpv-video', 'chromium-scroll'];
  console.log('recording        pace      threads  wall s   CPU s  busiest thread s     MB');
  for (const recording of recordings) {
    for (const [name, pace] of [
      ['max', ['--speed', 'max']],
      ['lockstep', ['--speed', 'max', '--lockstep']],
    ] as const) {
      const best = new Map<number, Figure>();
      for (let round = 0; round < Number(values.rounds); round++) {
        for (const threads of [0, 1, 2]) {
          const figure = await measure({ sharedDir, recording, mode: values.mode, threads, pace });
          const known = best.get(threads);
          if (known === undefined || figure.seconds < known.seconds) best.set(threads, figure);
        }
      }
      for (const [threads, { seconds, cpu, busiestThread, megabytes }] of best) {
        const cells = [seconds, cpu, busiestThread].map((value) => value.toFixed(2).padStart(8));
        const start = `${recording.padEnd(16)} ${name.padEnd(9)} ${String(threads).padStart(7)}`;
        console.log(`${start}${cells.join('')}${megabytes.toFixed(1).padStart(17)}`);
      }
    }
  }
}
