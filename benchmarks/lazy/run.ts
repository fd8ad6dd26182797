import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DrivenMachine } from '../../test/support/driven-machine.js';
import { RunningProcess } from '../../test/support/process.js';
import { TcpClient } from '../../test/support/spice/tcp-client.js';

const usage = `usage: npm run bench:lazy -- [--runs N] [--cycles N]
  Prints what the SPICE module costs a process: memory and start time without it, with it, and after it is gone.
  --runs N    processes measured for each figure, of which the median is printed (default 5)
  --cycles N  loads and unloads in a process (default 10)`;

const isolations = ['worker', 'inline'] as const;
type Isolation = (typeof isolations)[number];

/** What one look at a process says, in bytes. `heap`: of the emulator's thread alone. */
interface Memory {
  readonly rss: number;
  readonly heap: number;
}

/** A process's life, look by look. `cycles`: after each unload. */
interface Life {
  readonly phases: ReadonlyMap<string, Memory>;
  readonly cycles: readonly Memory[];
  /** ms from asking for SPICE to its door being open. */
  readonly startMs: number;
}

const command = fileURLToPath(new URL('../../packages/cli/bin/lazyspice.js', import.meta.url));
const spiceOptions = 'port=0,addr=127.0.0.1,disable-ticketing=on';

const spawn = (...args: ConstructorParameters<typeof RunningProcess>): RunningProcess =>
  new RunningProcess(...args);

async function end(process: RunningProcess): Promise<void> {
  process.kill();
  await process.exited;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

async function look(machine: DrivenMachine): Promise<Memory> {
  const { rss, heapUsed } = (await machine.do('memory')) as { rss: number; heapUsed: number };
  return { rss, heap: heapUsed };
}

async function open(machine: DrivenMachine): Promise<number> {
  const address = (await machine.do(`start ${spiceOptions}`)) as { port: number };
  return address.port;
}

/** A client that has the whole picture and stays. */
async function connect(port: number): Promise<TcpClient> {
  const tcp = new TcpClient(port);
  await tcp.until(
    ({ screens, inputs, pointers }) =>
      screens.get(0)?.display.isMarked === true && inputs !== null && pointers.size > 0,
  );
  return tcp;
}

async function live(isolation: Isolation, cycles: number): Promise<Life> {
  const machine = await DrivenMachine.start(spawn, { isolation }, ['--expose-gc']);
  const phases = new Map<string, Memory>();
  phases.set('without the module', await look(machine));
  const start = performance.now();
  let port = await open(machine);
  const startMs = performance.now() - start;
  phases.set('loaded, idle', await look(machine));
  let tcp = await connect(port);
  phases.set('with one client', await look(machine));
  tcp.client.disconnect();
  await machine.do('unload');
  const after = [await look(machine)];
  phases.set('after unload', after[0]);
  while (after.length < cycles) {
    port = await open(machine);
    tcp = await connect(port);
    tcp.client.disconnect();
    await machine.do('unload');
    after.push(await look(machine));
  }
  await end(machine.process);
  return { phases, cycles: after, startMs };
}

/** ms from starting a command to a line of its output. */
async function timeToLine(args: readonly string[], start: string): Promise<number> {
  const begin = performance.now();
  const process = spawn('node', globalThis.process.execPath, args);
  await process.stdout.find((line) => line.startsWith(start));
  const ms = performance.now() - begin;
  await end(process);
  return ms;
}

async function startTimes(runs: number): Promise<[string, number][]> {
  const machine = [command, 'run', '--guest', 'none', '--json'];
  const spice = ['--spice', spiceOptions];
  const kinds: readonly (readonly [string, readonly string[], string])[] = [
    ['node alone', ['--print', '"up"'], 'up'],
    ['`lazyspice run` without SPICE', machine, '{"event":"guest"'],
    ['with SPICE, worker', [...machine, ...spice], '{"event":"listening"'],
    ['with SPICE, inline', [...machine, ...spice, '--isolation', 'inline'], '{"event":"listening"'],
  ];
  const times = kinds.map(([name]): [string, number[]] => [name, []]);
  // In turn, so that all kinds meet the same machine.
  for (let run = 0; run < runs; run++) {
    for (const [i, [, args, line]] of kinds.entries()) times[i][1].push(await timeToLine(args, line));
  }
  return times.map(([name, values]) => [name, median(values)]);
}

const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1);
const row = (...cells: readonly (string | number)[]): void => console.log(`| ${cells.join(' | ')} |`);

function printLives(isolation: Isolation, lives: readonly Life[]): void {
  const names = [...lives[0].phases.keys()];
  const at = (name: string, what: keyof Memory): number =>
    median(lives.map(({ phases }) => phases.get(name)?.[what] ?? Number.NaN));
  const before = at(names[0], 'rss');
  for (const name of names) {
    const rss = at(name, 'rss');
    row(isolation, name, megabytes(rss), megabytes(rss - before), megabytes(at(name, 'heap')));
  }
  const last = median(lives.map(({ cycles }) => cycles[cycles.length - 1].rss));
  const heap = median(lives.map(({ cycles }) => cycles[cycles.length - 1].heap));
  const name = `after ${lives[0].cycles.length} loads and unloads`;
  row(isolation, name, megabytes(last), megabytes(last - before), megabytes(heap));
}

export async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { runs: { type: 'string', default: '5' }, cycles: { type: 'string', default: '10' } },
  });
  const [runs, cycles] = [Number(values.runs), Number(values.cycles)];
  if (!(runs >= 1 && cycles >= 1)) {
    console.error(usage);
    process.exitCode = 2;
    return;
  }
  row('module', 'when', 'RSS, MB', 'more than before, MB', "heap of the emulator's thread, MB");
  row('---', '---', '---:', '---:', '---:');
  const loads: [string, number][] = [];
  for (const isolation of isolations) {
    const lives: Life[] = [];
    for (let run = 0; run < runs; run++) lives.push(await live(isolation, cycles));
    printLives(isolation, lives);
    const startMs = median(lives.map((life) => life.startMs));
    loads.push([`opening SPICE in a running machine, ${isolation}`, startMs]);
  }
  console.log('');
  row('start', 'ms');
  row('---', '---:');
  for (const [name, ms] of [...(await startTimes(runs)), ...loads]) row(name, Math.round(ms));
}
