import { join } from 'node:path';
import { GlibClient } from '../runner/glib-client.js';
import type { InteropCase } from '../runner/interop-case.js';
import type { Job } from '../runner/job.js';
import { Lazyspice } from '../runner/lazyspice.js';
import { requirements } from '../runner/requirements.js';

const open = 'disable-ticketing=on';
const serial = 'org.qemu.console.serial.0';
const virtio = 'org.lazyspice.port.0';
/** Seconds for a boot on a busy machine. */
const bootLimit = 90;

/** Starts the Linux guest, whose files and state are kept in the job's folder; resolves when its shell is there. */
async function startLinux(
  job: Job,
  args: readonly string[],
): Promise<{ server: Lazyspice; seconds: number }> {
  const begin = performance.now();
  const cache = ['env', `XDG_CACHE_HOME=${join(job.folder, 'cache')}`];
  const server = await Lazyspice.start(job, ['run', '--guest', 'linux', ...args], open, cache);
  await server.event('guest');
  return { server, seconds: (performance.now() - begin) / 1000 };
}

const typed = (line: string): string => `type:${line}\n`;
const toSerial = (line: string): string => `port-write:${serial}=${line}\n`;
const fromSerial = (pattern: string, seconds: number): string =>
  `port-expect:${serial}=${pattern},,${seconds}`;
/** A block of colour in the screen's corner, as fbcon has it. */
const block = (color: number): string => typed(`clear;printf '\\033[${color}m   \\033[m\\n'`);

/** An event as 16-bit numbers: four of time, then type, code, and the two of the value. */
const events = `hexdump -v -e '8/2 "%d " "\\n"'`;

async function checkDevices(job: Job, { port }: Lazyspice): Promise<void> {
  await GlibClient.run(job, port, [
    ...['wait:display', 'size:1024x768', 'wait:inputs', 'wait:playback'],
    // The drivers get ready by the first one.
    ...[typed('tone 1'), 'expect-stop:30', typed('tone 6'), 'expect-playback:1000~30,2', 'expect-stop:15'],
  ]);
  // The pointer's device is the second or the third, whichever driver comes first.
  // The quotes keep the echo of the command line from saying it.
  const watch = `for i in 1 2; do timeout 9 cat /dev/input/event$i & done | ${events} & sleep 2; echo watch''ing`;
  const moves = ['move:512,384', 'sleep:0.3', 'move:256,192', 'sleep:0.3', 'click:left'];
  // A quarter of 65536 for each axis, then the left button, pressed and released.
  const seen = ' 3 0 16\\d{3} 0[\\s\\S]* 3 1 16\\d{3} 0[\\s\\S]* 1 272 1 0[\\s\\S]* 1 272 0 0';
  await GlibClient.run(job, port, [
    ...['wait:display', 'wait:inputs', `wait-port:${serial}`, 'mouse-mode:client'],
    ...[toSerial(watch), fromSerial('watching', 20), ...moves, fromSerial(seen, 20)],
  ]);
  // Clients ask for a size only while they see an agent; that the port is open makes one.
  const agent = ['wait:display', 'wait:inputs', typed('exec 4<>/dev/vport0p1'), 'sleep:3'];
  await GlibClient.run(job, port, [
    ...[...agent, 'monitors:800x600', 'wait-monitors:800x600,10', 'monitors:1024x768'],
    ...['wait-monitors:1024x768,10', typed('exec 4>&-')],
  ]);
  const echo = 'exec 3<>/dev/vport0p2; while read -r l; do echo "got $l"; done <&3 >&3 &';
  await GlibClient.run(job, port, [
    ...['wait:display', `wait-port:${serial}`, toSerial(echo), `wait-port:${virtio}`, 'sleep:2'],
    ...[`port-write:${virtio}=hello\n`, `port-expect:${virtio}=got hello,,5`],
  ]);
}

const linuxGuest: InteropCase = {
  name: 'linux guest: sound, pointer, size, ports, saved state, reboot',
  needs: [requirements.glibClient, requirements.debianPackages, requirements.xz],
  limit: 240,
  async run(job) {
    const state = join(job.folder, 'state');
    const first = await startLinux(job, ['--save-state', state]);
    await checkDevices(job, first.server);
    const red = [block(41), 'wait-pixel:3,3=aa0000,10'];
    await GlibClient.run(job, first.server.port, ['wait:display', 'wait:inputs', ...red]);
    const watching = new GlibClient(job, first.server.port, ['wait:display', 'sleep:60']);
    await watching.step('wait:display');
    await first.server.stop();
    const second = await startLinux(job, ['--restore-state', state]);
    await GlibClient.run(job, second.server.port, [
      ...['wait:display', 'wait:inputs', 'wait-pixel:3,3=aa0000,10', block(42), 'wait-pixel:3,3=00aa00,10'],
      ...[`wait-port:${serial}`, typed('reboot -f'), fromSerial('guest ready', bootLimit)],
      ...['size:1024x768', 'sleep:1', block(44), 'wait-pixel:3,3=0000aa,10'],
    ]);
    await second.server.stop();
    return `first start ${first.seconds.toFixed(1)} s, from the saved state ${second.seconds.toFixed(1)} s`;
  },
};

const firmware: InteropCase = {
  name: 'v86: SeaBIOS on QXL, and a reboot',
  needs: [requirements.glibClient, requirements.seabios],
  limit: 60,
  async run(job) {
    const folder = '/usr/share/seabios';
    const bios = ['--bios', join(folder, 'bios-256k.bin'), '--vga-bios', join(folder, 'vgabios-qxl.bin')];
    const server = await Lazyspice.start(job, ['run', ...bios, '--vga', 'qxl'], open);
    const reset = ['keydown:ctrl', 'keydown:alt', 'key:del', 'keyup:alt', 'keyup:ctrl'];
    const lines = await GlibClient.run(job, server.port, [
      ...['wait:display', 'wait:inputs', 'size:720x400', 'sleep:8', 'nonblank:2', ...reset],
      ...['sleep:8', 'size:720x400', 'nonblank:2'],
    ]);
    await server.stop();
    const created = lines.filter((line) => line.includes('"ev": "primary-create"')).length;
    if (created < 2) throw new Error('the screen was not made anew after Ctrl-Alt-Del');
    return 'text in 720x400, again after Ctrl-Alt-Del';
  },
};

/** PCs in v86. */
export const v86MachineCases: readonly InteropCase[] = [linuxGuest, firmware];
