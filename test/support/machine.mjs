// A machine as an embedder builds one: a display, a keyboard, and no SPICE until it is asked for.
//   node [--expose-gc] machine.mjs [{"isolation": "worker", "limits": {...}, "breakable": true}]
// It obeys commands on standard input, one a line, and prints one line of JSON for each, and for each event:
//   start OPTIONS   opens a SPICE server, OPTIONS as in --spice        unload   ends it
//   load            loads the module without opening a door            query    what query-spice answers
//   break HOW       breaks the module's thread (see breakable-module.mjs)
//   memory          collects garbage and tells the process's memory use, in bytes
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { BroadcastChannel } from 'node:worker_threads';
import { builtinModules, ModuleTable, parseSpiceOptions, Spice } from '@lazyspice/core';

const { isolation = 'worker', limits = {}, breakable = false } = JSON.parse(process.argv[2] ?? '{}');
const specifier = new URL('./breakable-module.mjs', import.meta.url).href;
const modules = builtinModules.map((module) =>
  breakable && module.name === 'spice-server' ? { ...module, specifier } : module,
);
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const [width, height] = [320, 200];
const noMask = { flags: 0, position: { x: 0, y: 0 }, image: null };
let worker = null;
let color = 0xff0000;

/** Paints the whole display: red at first, and the other color after each key press. */
function paint() {
  const operation = { type: 'fill', brush: { type: 'solid', color }, rop: 8, mask: noMask };
  const box = { top: 0, left: 0, bottom: height, right: width };
  const rest = { clip: null, effect: 1, mmTime: 0, selfBitmapArea: null, dependencies: [], operation };
  worker?.submit({ type: 'draw', drawable: { surfaceId: 0, box, ...rest } });
  worker?.kick();
}
const display = {
  kind: 'qxl',
  name: 'display',
  channelId: 0,
  attached(server) {
    worker = server;
    const primary = { format: 32, width, height, stride: width * 4, mouseAllowed: true, data: null };
    worker.submit({ type: 'primaryCreate', ...primary });
    paint();
  },
  detached() {
    worker = null;
  },
};
const keyboard = {
  kind: 'keyboard',
  name: 'keyboard',
  scancode(byte) {
    if (byte >= 0x80) return;
    color ^= 0xffff00;
    paint();
  },
};

const table = new ModuleTable({ modules, isolation, limits, resolveFrom: import.meta.url });
const spice = new Spice(table);
spice.on('module-loaded', () => say({ event: 'module-loaded' }));
spice.on('module-unloaded', () => say({ event: 'module-unloaded' }));
spice.on('module-crashed', (reason) => say({ event: 'module-crashed', reason }));

/** Only now, since a display loads the module. */
let offered = false;
async function offerDevices() {
  if (offered) return;
  offered = true;
  await spice.addInterface(keyboard);
  await spice.addInterface(display);
}

async function memory() {
  // What a module leaves behind is freed by finalizers and by other threads, some turns later.
  for (let i = 0; i < 4; i++) {
    globalThis.gc();
    await sleep(50);
  }
  return process.memoryUsage();
}

const channel = new BroadcastChannel('break-module');
const commands = {
  async load() {
    await spice.load('a test');
    await offerDevices();
  },
  async start(options) {
    await spice.load('a test');
    await offerDevices();
    return spice.start(parseSpiceOptions(options));
  },
  unload: () => spice.unload(),
  query: () => spice.ops.qmpQuery(),
  memory,
  async break(how) {
    const crashed = how === 'spin' ? Promise.resolve() : once(spice, 'module-crashed');
    channel.postMessage(how);
    await crashed;
  },
};

say({ event: 'ready', afterMs: performance.now() });
for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...rest] = line.split(' ');
  try {
    say({ done: command, value: (await commands[command](rest.join(' '))) ?? null });
  } catch (error) {
    say({ done: command, error: `${error.code}: ${error.message}` });
  }
}
process.exit(0);
