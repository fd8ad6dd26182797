import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { QmpTalk } from '../../support/qmp-talk.js';
import { GlibClient } from '../runner/glib-client.js';
import type { InteropCase } from '../runner/interop-case.js';
import type { Job } from '../runner/job.js';
import { Lazyspice, spawnLazyspice } from '../runner/lazyspice.js';
import { python, requirements } from '../runner/requirements.js';
import { runPage } from './html5.js';
import { worksThere } from './migration.js';

const open = 'disable-ticketing=on,image-compression=off';
const serial = 'org.qemu.console.serial.0';
const program = 'qemu-system-x86_64';

/** Builds the 512-byte guest: four colours, of which keys flip the fourth; what it is sent it says on its serial line. */
async function buildGuest(job: Job): Promise<string> {
  const source = join(job.shared, 'clients/ref/guest.S');
  const [object, image] = [join(job.folder, 'guest.o'), join(job.folder, 'guest.img')];
  const link = `ld -m elf_i386 -Ttext 0x7c00 --oformat binary -o '${image}' '${object}'`;
  const build = `as --32 -o '${object}' '${source}' && ${link} && truncate -s 1474560 '${image}'`;
  await job.spawn('building the guest', 'sh', ['-c', build]).expectExit(0);
  return image;
}

const machine = (image: string, audio: string, line: string): string[] => [
  ...['-accel', 'tcg', '-m', '32', '-nodefaults', '-no-user-config', '-vga', 'std', '-net', 'none'],
  ...['-audiodev', `${audio},id=snd`, '-machine', 'pc,pcspk-audiodev=snd'],
  ...['-chardev', `${line},id=ser`, '-serial', 'chardev:ser'],
  ...['-drive', `file=${image},format=raw,if=ide,snapshot=on`, '-boot', 'c'],
];
const spiceLine = `spiceport,name=${serial}`;

async function start(job: Job, options: readonly string[] = [], wrapper: readonly string[] = []) {
  const image = await buildGuest(job);
  const behind = ['--', ...machine(image, 'spice', spiceLine)];
  const server = await Lazyspice.start(job, ['qemu', ...options], open, wrapper, behind);
  return { image, server };
}

const pictureSteps = [
  ...['wait:display', 'wait-pixel:100,100=ff0000', 'size:640x400', 'pixel:600,50=00ff00'],
  ...['pixel:100,300=0000ff', 'nonblank:4', 'channels:main,display,inputs,cursor,playback,port'],
];
/** Keys, the mouse's packets, a byte there and back, the lights. */
const reactionSteps = [
  ...[`wait-port:${serial}`, `port-write:${serial}=Hi`, `port-expect:${serial}=\\[H\\]\\[i\\]`],
  ...['key:a', `port-expect:${serial}=k1E.*k9E`, 'motion:10,5', `port-expect:${serial}=m28m0AmFB`],
  ...['key:caps', 'leds:4', 'key:caps', 'leds:0', 'latency:a,600,300,10'],
  ...['key:p', 'expect-playback:440~5,2', 'key:s', 'expect-stop:3'],
];

async function everything(job: Job, port: number): Promise<string> {
  const lines = await GlibClient.run(job, port, [...pictureSteps, ...reactionSteps]);
  const report = lines.find((line) => line.includes('"step": "latency:')) ?? '{}';
  return `key to picture: median ${(JSON.parse(report) as { median_ms: number }).median_ms} ms`;
}

function qemuCase(name: string, run: (job: Job) => Promise<string>, limit = 90): InteropCase {
  const needs = [requirements.glibClient, requirements.qemu, requirements.qemuDbus, requirements.assembler];
  return { name: `QEMU: ${name}`, needs, limit, run };
}

const linkCase = (
  name: string,
  log: string,
  options: readonly string[],
  wrapper: readonly string[] = [],
): InteropCase =>
  qemuCase(`picture, keys, mouse, serial line, lights, sound ${name}`, async (job) => {
    const { server } = await start(job, options, wrapper);
    await server.process.stderr.find((line) => line.includes(log));
    const details = await everything(job, server.port);
    await server.stop();
    return details;
  });

/** Keeps koffi from being found, as where it is not installed. */
const withoutKoffi = [
  'env',
  `NODE_OPTIONS=--import=data:text/javascript,${encodeURIComponent(`
    import { register } from 'node:module';
    const hooks = "export async function resolve(name, context, next) {" +
      "if (name === 'koffi') throw new Error('not here'); return next(name, context); }";
    register('data:text/javascript,' + encodeURIComponent(hooks));`)}`,
];

async function serveRunning(job: Job): Promise<string> {
  const image = await buildGuest(job);
  const [qmp, line] = [join(job.folder, 'qmp'), join(job.folder, 'serial')];
  const socket = (path: string): string => `path=${path},server=on,wait=off`;
  const qemu = job.spawn('QEMU', program, [
    ...machine(image, 'dbus', `socket,${socket(line)}`),
    ...['-display', 'dbus,p2p=yes,audiodev=snd', '-qmp', `unix:${qmp},server=on,wait=off`],
    ...['-pidfile', join(job.folder, 'pid')],
  ]);
  await job.spawn('waiting', 'sh', ['-c', `until [ -S '${qmp}' ]; do sleep 0.05; done`]).expectExit(0);
  const attach = ['attach', '--qmp', `unix:${qmp}`, '--chardev', `${serial}=unix:${line}`];
  const first = await Lazyspice.start(job, attach, open);
  const details = await everything(job, first.port);
  await first.stop();
  const second = await Lazyspice.start(job, attach, open);
  const client = new GlibClient(job, second.port, ['wait:display', `wait-port:${serial}`, 'sleep:30']);
  await client.step(`wait-port:${serial}`);
  qemu.signal('SIGKILL');
  await client.process.expectExit(8);
  await second.process.expectExit(0);
  return details;
}

/** QEMU ends at the place where the machine has been; its clients go to where it is now. */
async function movesOn(job: Job): Promise<string> {
  const own = join(job.folder, 'own');
  const { server } = await start(job, ['--qmp', `unix:${own}`]);
  const target = await Lazyspice.start(job, ['run'], open);
  const client = new GlibClient(job, server.port, ['wait:display', 'migrated:20', 'sleep:2', ...worksThere]);
  await client.step('wait:display');
  const monitor = await QmpTalk.connect(own);
  const place = { protocol: 'spice', hostname: '127.0.0.1', port: target.port };
  await monitor.execute('client_migrate_info', place);
  await monitor.execute('quit');
  monitor.close();
  const { states } = await client.step('migrated:20');
  await client.process.expectExit(0);
  await server.process.expectExit(0);
  await target.stop();
  return `states ${states}`;
}

async function ends(job: Job): Promise<string> {
  const refused = spawnLazyspice(job, ['qemu', '--', '-display', 'gtk']);
  await refused.expectExit(2);
  if (!refused.stderr.lines.some((line) => line.includes("QEMU's '-display' can not be used here"))) {
    throw new Error('no sentence about -display');
  }
  await spawnLazyspice(job, ['qemu', '--', '-nonsense']).expectExit(1);
  await spawnLazyspice(job, ['qemu', '--program', 'qemu-none', '--', '-m', '32']).expectExit(1);
  const { server } = await start(job, ['--qmp', `unix:${join(job.folder, 'own')}`]);
  const client = new GlibClient(job, server.port, ['wait:display', 'sleep:30']);
  await client.step('wait:display');
  const monitor = await QmpTalk.connect(join(job.folder, 'own'));
  const spice = (await monitor.execute('query-spice')) as { enabled: boolean };
  const block = (await monitor.execute('query-block')) as unknown[];
  if (!spice.enabled || block.length !== 1) throw new Error('the monitor does not answer for both');
  await monitor.execute('system_reset');
  await monitor.event('RESET');
  await monitor.execute('quit');
  await monitor.event('SHUTDOWN');
  await server.process.expectExit(0);
  await client.process.expectExit(8);
  return 'statuses 0, 1 and 2, the client sees the end';
}

/** kB of memory that a process has in use. */
async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s*(\d+)/.exec(status)?.[1]);
}

/** 8 s with about 25 whole pictures of 1 MB a second for a client that reads none of them. */
async function stalledClient(job: Job): Promise<string> {
  const image = await buildGuest(job);
  const [own, pidFile] = [join(job.folder, 'own'), join(job.folder, 'pid')];
  const behind = ['--', ...machine(image, 'spice', spiceLine), '-pidfile', pidFile];
  const server = await Lazyspice.start(job, ['qemu', '--qmp', `unix:${own}`], open, [], behind);
  const client = new GlibClient(job, server.port, ['wait-pixel:100,100=ff0000', 'sleep:60']);
  await client.step('wait-pixel:100,100=ff0000');
  const monitor = await QmpTalk.connect(own);
  const flicker = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      await monitor.execute('send-key', { keys: [{ type: 'qcode', data: 'a' }], 'hold-time': 1 });
      await new Promise((resolve) => setTimeout(resolve, 33));
    }
  };
  await flicker(30);
  const pid = Number(await readFile(pidFile, 'utf8'));
  const before = await memoryOf(pid);
  client.process.signal('SIGSTOP');
  await flicker(200);
  const grown = (await memoryOf(pid)) - before;
  if (grown > 16 * 1024) throw new Error(`QEMU has grown by ${grown} kB`);
  await GlibClient.run(job, server.port, ['wait:display', 'latency:a,600,300,3']);
  monitor.close();
  client.process.kill();
  await server.stop();
  return `QEMU has grown by ${grown} kB, another client is served meanwhile`;
}

/** An unmodified QEMU as machine. */
export const qemuCases: readonly InteropCase[] = [
  linkCase('over D-Bus, by koffi', 'display by D-Bus, descriptors by koffi', []),
  linkCase('over D-Bus, by the pipe binding', 'descriptors by pipe binding', [], withoutKoffi),
  linkCase('over VNC', 'display by VNC', ['--link', 'vnc']),
  qemuCase('one that runs already, twice, then it dies', serveRunning),
  qemuCase('statuses, the monitor, its end', ends),
  qemuCase('its clients, to where the machine goes', movesOn),
  // Once, on a loaded machine, the command was gone before it wrote a line; a second start tells a chance from a fault.
  qemuCase('a client that reads nothing', (job) =>
    stalledClient(job).catch((error: unknown) => {
      if (!String(error).includes('ended too early')) throw error;
      return stalledClient(job);
    }),
  ),
  {
    ...qemuCase('remote-viewer', async (job) => {
      const { server } = await start(job);
      const script = join(job.shared, 'clients/gtk-check.py');
      const wanted = ['--expect', 'ff0000:60000', '--expect', '00ff00:60000'];
      const act = ['--key', 'a', '--then', 'change:60000', '--click', '200,200'];
      const check = [script, '--client', 'remote-viewer', '--port', `${server.port}`, ...wanted, ...act];
      await job.spawn('gtk-check', python, check).expectExit(0);
      await server.stop();
      return '';
    }),
    needs: [
      ...[requirements.qemu, requirements.qemuDbus, requirements.assembler, requirements.remoteViewer],
      ...[requirements.xServer, requirements.windowManager, requirements.xdotool, requirements.screenshots],
    ],
  },
  {
    ...qemuCase('spice-html5', async (job) => {
      const { server } = await start(job);
      const look = ['--size', '640x400', '--pixel', '100,100=ff0000', '--pixel', '600,50=00ff00'];
      const press = [...look, '--colours', '4', '--key', 'a', '--change', '600,300', '--click', '50,50'];
      // As for the test card: a key pressed before the page's inputs channel is open is lost.
      await runPage(job, server.port, press).catch(() => runPage(job, server.port, press));
      await server.stop();
      return '';
    }),
    needs: [
      ...[requirements.qemu, requirements.qemuDbus, requirements.assembler],
      ...[requirements.chromium, requirements.html5Client],
    ],
  },
];
