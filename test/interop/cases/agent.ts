import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GlibClient } from '../runner/glib-client.js';
import type { InteropCase } from '../runner/interop-case.js';
import type { Job } from '../runner/job.js';
import { Lazyspice } from '../runner/lazyspice.js';
import { python, requirements } from '../runner/requirements.js';

const echo = 'org.test.echo.0';
const serial = 'org.qemu.console.serial.0';
const ticketless = 'disable-ticketing=on';

async function same(one: string, other: string): Promise<void> {
  if (!(await readFile(one)).equals(await readFile(other))) throw new Error('the file is not what was sent');
}

async function payload(job: Job, bytes: number): Promise<string> {
  const path = join(job.folder, 'payload.bin');
  await writeFile(
    path,
    new Uint8Array(bytes).map((_, i) => (i * i) >> 3),
  );
  return path;
}

/**
 * Sends a file with a client that does not ask how it goes on: Python's bindings free that callback with the first of several
 * calls.
 */
async function sendFile(job: Job, port: number, file: string): Promise<void> {
  const script = join(job.folder, 'send-file.py');
  const text = await readFile(join(job.shared, 'clients/gclient.py'), 'utf8');
  await writeFile(script, text.replace('progress, None, finished', 'None, None, finished'));
  const client = job.spawn('send-file', python, [script, '--port', `${port}`, 'wait:agent', `file:${file}`]);
  await client.expectExit(0);
}

async function agentAtSocket(job: Job): Promise<string> {
  const socket = join(job.folder, 'agent.sock');
  const args = ['run', '--guest', 'testcard', '--agent', `unix:${socket}`];
  const server = await Lazyspice.start(job, args, ticketless);
  const script = join(job.shared, 'clients/ref/fakeagent.py');
  const file = await payload(job, 3_000_000);
  const folder = join(job.folder, 'agent');
  await mkdir(folder);
  const agent = job.spawn('agent', python, [script, '--socket', socket, '--dir', folder]);
  const clipboard = ['clip-put:héllo', 'clip-get:HÉLLO'];
  const wishes = ['monitors:1024x768;800x600+1024+0', 'clip-release', 'sleep:0.3'];
  await GlibClient.run(job, server.port, ['wait:agent', ...clipboard, ...wishes]);
  await sendFile(job, server.port, file);
  await same(file, join(folder, 'payload.bin'));
  await agent.stdout.find((line) => line.includes('1024x768+0+0", "800x600+1024+0'));
  await agent.stdout.find((line) => line.includes('client-disconnected'));
  await server.stop();
  return '';
}

async function ownAgent(job: Job): Promise<string> {
  const folder = join(job.folder, 'received');
  await mkdir(folder);
  const server = await Lazyspice.start(job, ['run', '--guest', 'demo', '--files', folder], ticketless);
  const file = await payload(job, 3_000_000);
  await sendFile(job, server.port, file);
  await same(file, join(folder, 'payload.bin'));
  await GlibClient.run(job, server.port, [
    'wait:display',
    'wait:agent',
    'type:abc',
    'key:f9',
    'clip-get:$ abc',
  ]);
  await server.stop();
  return '';
}

async function ports(job: Job): Promise<string> {
  const server = await Lazyspice.start(job, ['run', '--guest', 'testcard'], ticketless);
  await GlibClient.run(job, server.port, [
    `port-write:${echo}=hello`,
    `port-expect:${echo}=HELLO`,
    `port-write:${serial}=Hi`,
    `port-expect:${serial}=\\[H\\]\\[i\\]`,
    'key:a',
    `port-expect:${serial}=k1E.*k9E`,
    'mouse-mode:server',
    'motion:10,5',
    `port-expect:${serial}=m28m0AmFB`,
  ]);
  await server.stop();
  return '';
}

const agentCase = (name: string, run: (job: Job) => Promise<string>): InteropCase => ({
  name: `agent: ${name}`,
  needs: [requirements.glibClient],
  limit: 60,
  run,
});

/** The guest's agent and ports with spice-gtk. */
export const agentCases: readonly InteropCase[] = [
  agentCase('clipboard and monitors through a socket', agentAtSocket),
  agentCase("clipboard and files of the demo's own agent", ownAgent),
  agentCase('ports and serial line of the test card', ports),
];
