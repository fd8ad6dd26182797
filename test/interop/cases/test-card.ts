import { join } from 'node:path';
import type { RunningProcess } from '../../support/process.js';
import { clientExit, GlibClient } from '../runner/glib-client.js';
import type { InteropCase } from '../runner/interop-case.js';
import type { Job } from '../runner/job.js';
import { Lazyspice } from '../runner/lazyspice.js';
import { requirements } from '../runner/requirements.js';

const open = 'disable-ticketing=on,image-compression=off';
const card = ['run', '--guest', 'testcard', '--print-input'];
const inputLine = /^(?:key|mouse|tablet) /;

/** Keys with and without prefix, lights, both mouse modes, buttons and the wheel. */
const inputSteps = [
  ...['key:a', 'key:up', 'key:f12', 'keydown:shift', 'key:7', 'keyup:shift'],
  ...['mouse-mode:client', 'move:123,45', 'click:left', 'click:right', 'click:middle'],
  ...['press:left', 'move:639,399', 'release:left', 'click:up', 'click:down'],
  ...['mouse-mode:server', 'motion:5,6', 'motion:-7,0', 'press:right', 'motion:1,-1', 'release:right'],
  ...['click:up', 'click:down', 'key:caps', 'key:caps'],
];

async function printedInput(
  job: Job,
  port: number,
  server: RunningProcess,
  log: 'stdout' | 'stderr',
): Promise<string[]> {
  // The last key marks the end, and the pauses keep pointer messages apart, which servers may merge.
  const paced = [...inputSteps, 'key:esc'].flatMap((step) => [step, 'sleep:0.05']);
  await GlibClient.run(job, port, ['wait:display', 'wait:inputs', 'sleep:0.3', ...paced]);
  await server[log].find((line) => line === 'key 81');
  return server[log].lines.filter((line) => inputLine.test(line));
}

/**
 * What a device learns from the lines. The reference's library tells a tablet or mouse that a button went down as a
 * movement by nothing, and after a wheel's release once more that the buttons are as they were.
 */
function learned(lines: readonly string[]): string[] {
  const plain = lines.map((line) => line.replace(/ (?:motion 0,0 )?wheel 0 buttons /, ' buttons '));
  let buttons = '0';
  return plain.filter((line) => {
    const state = /buttons (\w+)$/.exec(line)?.[1] ?? buttons;
    const tellsNothing = /^\w+ buttons/.test(line) && state === buttons;
    buttons = state;
    return !tellsNothing;
  });
}

async function compareInput(job: Job): Promise<string> {
  const ours = await Lazyspice.start(job, card, open);
  const reference = await startReference(job);
  const expected = learned(await printedInput(job, reference.port, reference.process, 'stdout'));
  const printed = learned(await printedInput(job, ours.port, ours.process, 'stderr'));
  for (const [i, line] of expected.entries()) {
    if (printed[i] === line) continue;
    throw new Error(`line ${i + 1}: '${printed[i] ?? '(none)'}', the reference prints '${line}'`);
  }
  if (printed.length > expected.length) throw new Error(`one line more: '${printed[expected.length]}'`);
  await ours.stop();
  return `${printed.length} lines as from the reference server`;
}

/** Builds the reference server, which shows the same card, and starts it. */
async function startReference(job: Job): Promise<{ port: number; process: RunningProcess }> {
  const program = join(job.folder, 'refserver');
  const source = join(job.shared, 'clients/ref/refserver.c');
  const build = `gcc -O1 -o '${program}' '${source}' $(pkg-config --cflags --libs spice-server glib-2.0) -lm`;
  await job.spawn('building the reference server', 'sh', ['-c', build]).expectExit(0);
  const port = await job.ports();
  const process = job.spawn('reference server', program, ['-p', `${port}`]);
  await process.stdout.find((line) => line.startsWith('listening'));
  return { port, process };
}

function testCardCase(
  name: string,
  run: (job: Job, server: Lazyspice) => Promise<string>,
  spice: string = open,
): InteropCase {
  return {
    name: `test card: ${name}`,
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

const picture = testCardCase('picture, pointer, mouse mode', async (job, { port }) => {
  const pixels = ['100,100=ff0000', '600,50=00ff00', '100,300=0000ff', '600,300=ffffff'];
  const steps = pixels.map((pixel) => `wait-pixel:${pixel}~0`);
  await GlibClient.run(job, port, [
    ...['wait:display', 'size:640x400', ...steps, 'nonblank:4'],
    ...['channels:main,display,inputs,cursor', 'expect-cursor:24x16+3+5', 'mouse-mode:client'],
  ]);
  return '';
});

const latency = testCardCase('a key changes the picture 20 times', async (job, { port }) => {
  const step = 'latency:a,600,300,20';
  const lines = await GlibClient.run(job, port, ['wait:display', step]);
  const report = lines.find((line) => line.includes(`"step": "${step}"`)) ?? '{}';
  const { median_ms: median, p95_ms: p95 } = JSON.parse(report) as Record<string, number>;
  return `median ${median} ms, p95 ${p95} ms`;
});

const lights = testCardCase('keyboard lights', async (job, { port }) => {
  await GlibClient.run(job, port, ['wait:display', 'key:caps', 'leds:4', 'key:caps', 'leds:0']);
  return '';
});

const passwords = testCardCase(
  'passwords',
  async (job, { port }) => {
    const wanted = clientExit.refused;
    await GlibClient.run(job, port, ['wait:display'], { options: ['--password', 'wrong'], wanted });
    await GlibClient.run(job, port, ['wait:display'], { wanted });
    await GlibClient.run(job, port, ['wait:display'], { options: ['--password', 'sesame'] });
    return 'wrong and none refused, right let in';
  },
  'password=sesame,image-compression=off',
);

const twoClients = testCardCase('two clients at once', async (job, { port }) => {
  const [white, black] = ['wait-pixel:600,300=ffffff,20', 'wait-pixel:600,300=000000,20'];
  const watcher = new GlibClient(job, port, ['wait:display', white, black, white]);
  await watcher.step(white);
  // What one client types the other sees, and a client that left leaves the others alone.
  await GlibClient.run(job, port, ['wait:display', 'wait:inputs', 'key:a', black]);
  await watcher.step(black);
  await GlibClient.run(job, port, ['wait:display', 'wait:inputs', black, 'key:b', white]);
  await watcher.process.expectExit(0);
  return '';
});

/** What the reference's checks ask of the reference server, asked of our test card. */
export const testCardCases: readonly InteropCase[] = [
  picture,
  latency,
  lights,
  passwords,
  twoClients,
  {
    name: "test card: prints the reference server's input lines",
    needs: [requirements.glibClient, requirements.compiler, requirements.spiceLibrary],
    limit: 90,
    run: compareInput,
  },
];
