import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DrivenMachine } from '../support/driven-machine.js';
import { RunningProcess } from '../support/process.js';
import { TcpClient } from '../support/spice/tcp-client.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const recorder = fileURLToPath(new URL('./record-loads.mjs', import.meta.url));
const command = join(root, 'packages/cli/bin/lazyspice.js');

let folder: string;
let log: string;
let running: RunningProcess | null = null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lazyspice-lazy-'));
  log = join(folder, 'loads');
});
afterEach(async () => {
  running?.kill();
  await running?.exited;
  await rm(folder, { recursive: true });
});

/** Starts Node in a way that its loads are recorded. */
function recorded(args: readonly string[]): RunningProcess {
  const env = { ...process.env, RECORD_LOADS: log };
  running = new RunningProcess('node', process.execPath, ['--import', recorder, ...args], { env });
  return running;
}

/** The files loaded so far, from the repository's root; those of Node itself and of this test are left out. */
async function loadedFiles(): Promise<string[]> {
  const urls = new Set((await readFile(log, 'utf8')).trim().split('\n'));
  return [...urls]
    .filter((url) => url.startsWith('file:'))
    .map((url) => relative(root, fileURLToPath(url)))
    .filter((path) => !path.startsWith('test/'));
}

interface Loaded {
  readonly core: string[];
  readonly cli: string[];
  readonly server: string[];
  /** Other packages of the project, third-party packages, anything. */
  readonly rest: string[];
}

async function loaded(): Promise<Loaded> {
  const groups: Loaded = { core: [], cli: [], server: [], rest: [] };
  for (const path of await loadedFiles()) {
    if (path.startsWith('packages/core/')) groups.core.push(path);
    else if (path.startsWith('packages/cli/')) groups.cli.push(path);
    else if (path.startsWith('packages/spice-server/')) groups.server.push(path);
    else groups.rest.push(path);
  }
  return groups;
}

/** Asks a QMP monitor at a socket one command. */
async function ask(path: string, execute: string): Promise<unknown> {
  const socket = connect(path);
  const lines = createInterface({ input: socket });
  socket.write(`{"execute":"qmp_capabilities"}{"execute":"${execute}","id":"asked"}`);
  for await (const line of lines) {
    const answer = JSON.parse(line) as { readonly id?: string; readonly return?: unknown };
    if (answer.id !== 'asked') continue;
    socket.destroy();
    return answer.return;
  }
  throw new Error('the monitor hung up');
}

async function runToTheEnd(args: readonly string[], meanwhile: () => Promise<void>): Promise<void> {
  const lazyspice = recorded([command, 'run', '--guest', 'none', '--json', ...args]);
  await lazyspice.stdout.find((line) => line.startsWith('{"event":"guest"'));
  await meanwhile();
  lazyspice.signal('SIGTERM');
  await lazyspice.expectExit(0);
}

it('would see a third-party package, required or imported in a thread', async () => {
  const script = `
    import { createRequire } from 'node:module';
    import { Worker } from 'node:worker_threads';
    createRequire(${JSON.stringify(import.meta.url)})('lz4js');
    new Worker("import('fast-check')", { eval: true });`;
  await recorded(['--input-type=module', '--eval', script]).expectExit(0);
  const { rest } = await loaded();
  for (const name of ['lz4js', 'fast-check']) {
    expect(rest).toEqual(expect.arrayContaining([expect.stringContaining(`node_modules/${name}/`)]));
  }
});

describe.each(['worker', 'inline'])('the command with --isolation %s', (isolation) => {
  const spice = ['--spice', 'port=0,addr=127.0.0.1,disable-ticketing=on'];

  it('loads no module and no third-party package without --spice, and says so', async () => {
    const socket = join(folder, 'qmp');
    await runToTheEnd(['--isolation', isolation, '--qmp', `unix:${socket}`], async () => {
      expect(await ask(socket, 'query-spice')).toMatchObject({ enabled: false });
    });
    const files = await loaded();
    expect(files.core).toContain('packages/core/dist/spice/spice.js');
    expect(files.cli).toContain('packages/cli/dist/main.js');
    expect(files.server).toEqual([]);
    expect(files.rest).toEqual([]);
  });

  it('loads the server with --spice', async () => {
    const socket = join(folder, 'qmp');
    await runToTheEnd(['--isolation', isolation, '--qmp', `unix:${socket}`, ...spice], async () => {
      expect(await ask(socket, 'query-spice')).toMatchObject({ enabled: true });
    });
    const { server, rest } = await loaded();
    expect(server).toContain('packages/spice-server/dist/module.js');
    expect(rest.filter((path) => path.startsWith('packages/'))).toEqual([]);
  });
});

it('loads Opus with the first client that hears sound, not with a sound card or a client that does not', async () => {
  const spice = ['--spice', 'port=0,addr=127.0.0.1,disable-ticketing=on'];
  const lazyspice = recorded([command, 'run', '--guest', 'testcard', '--json', ...spice]);
  const line = await lazyspice.stdout.find((text) => text.startsWith('{"event":"listening"'));
  const { port } = JSON.parse(line) as { readonly port: number };
  await lazyspice.stdout.find((text) => text.startsWith('{"event":"guest"'));
  const opus = async (): Promise<string[]> =>
    (await loadedFiles()).filter((path) => path.includes('opusscript'));

  const watcher = new TcpClient(port, { channels: ['display'] });
  await watcher.until(({ screens }) => screens.get(0)?.channel.names().includes('mark') ?? false);
  expect(await opus()).toEqual([]);

  const listener = new TcpClient(port, { channels: ['playback'] });
  await listener.until(({ playback }) => playback?.names().includes('data') ?? false);
  expect(await opus()).toEqual(expect.arrayContaining([expect.stringContaining('opusscript_native_wasm')]));
  watcher.client.disconnect();
  listener.client.disconnect();
  lazyspice.signal('SIGTERM');
  await lazyspice.expectExit(0);
});

it('loads no monitor without --qmp', async () => {
  await runToTheEnd([], () => Promise.resolve());
  const { core } = await loaded();
  expect(core.filter((path) => path.includes('/monitor/'))).toEqual([]);
});

it('lets an embedder load core alone, and the server when asked', async () => {
  const machine = await DrivenMachine.start((_name, _node, args) => recorded(args), {});
  expect(await machine.do('query')).toMatchObject({ enabled: false });
  const before = await loaded();
  expect(before.core).toContain('packages/core/dist/index.js');
  expect([...before.cli, ...before.server, ...before.rest]).toEqual([]);

  await machine.do('load');
  expect((await loaded()).server).toContain('packages/spice-server/dist/module.js');
});
