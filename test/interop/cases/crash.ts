import { DrivenMachine, type MachineSettings } from '../../support/driven-machine.js';
import { GlibClient } from '../runner/glib-client.js';
import type { InteropCase } from '../runner/interop-case.js';
import type { Job } from '../runner/job.js';
import { requirements } from '../runner/requirements.js';

/** How a client that loses its connection ends. */
const connectionLost = 8;

const breaks: readonly { readonly how: string; readonly what: string }[] = [
  { how: 'exit', what: 'ends' },
  { how: 'throw', what: 'throws' },
  { how: 'hoard', what: 'hoards memory beyond its limit' },
  { how: 'spin', what: 'runs away and is unloaded' },
];

const settings: MachineSettings = { breakable: true, limits: { maxOldGenerationSizeMb: 48 } };

/** A client sees the display, and that a key changes it. */
async function serves(job: Job, port: number, before: string, after: string): Promise<void> {
  await GlibClient.run(job, port, [
    ...['wait:display', 'wait:inputs', `wait-pixel:100,100=${before}~0`],
    ...['key:a', `wait-pixel:100,100=${after}~0`],
  ]);
}

async function breakUnderClient(job: Job, how: string): Promise<string> {
  const machine = await DrivenMachine.start((...args) => job.spawn(...args), settings);
  const port = await job.ports();
  const options = `port=${port},addr=127.0.0.1,disable-ticketing=on`;
  await machine.do(`start ${options}`);
  await serves(job, port, 'ff0000', '00ff00');

  // A channel that is still linking when the module breaks ends in a link error, not in a lost connection.
  const watcher = new GlibClient(job, port, ['wait:display', 'wait:inputs', 'wait:cursor', 'sleep:30']);
  await watcher.step('wait:cursor');
  await machine.do(`break ${how}`);
  if (how === 'spin') await machine.do('unload');
  await watcher.process.expectExit(connectionLost);
  const info = (await machine.do('query')) as { enabled: boolean };
  if (info.enabled) throw new Error('query-spice says that SPICE is there without its module');

  await machine.do(`start ${options}`);
  await serves(job, port, '00ff00', 'ff0000');
  return 'the machine went on, the module was loaded again';
}

/** A client watches while the server's module breaks; the machine goes on and serves again. */
export const crashCases: readonly InteropCase[] = breaks.map(({ how, what }) => ({
  name: `module under a client: ${what}`,
  needs: [requirements.glibClient],
  limit: 60,
  run: (job) => breakUnderClient(job, how),
}));
