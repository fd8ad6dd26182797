import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CpioEntry, writeCpio } from './cpio.js';
import { moduleDependencies, moduleName, moduleOrder } from './module-order.js';

/** What the guest needs for its screen, its pointers, its ports and its sound. */
export const guestModules = [
  'qxl',
  'evdev',
  'psmouse',
  'virtio_pci',
  'virtio_console',
  'snd_sb16',
  'snd_pcm_oss',
] as const;
/** An ISA card does not say where it is. */
const moduleOptions: Readonly<Record<string, string>> = {
  snd_sb16: 'isapnp=0 port=0x220 irq=5 dma8=1 dma16=5',
};

/** What the guest writes to its serial line when the shell on the screen is there. */
export const readyLine = 'lazyspice: guest ready';

/**
 * The guest's first program. The modules come in the order of `/modules/order`. A shell runs on the screen and one
 * on the serial line; who is asked to leave comes back.
 */
const init = `#!/bin/busybox sh
export PATH=/bin HOME=/ TERM=linux PS1='guest:\\w# '
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts
mount -t devpts pts /dev/pts
while read -r module options; do insmod "/modules/$module" $options; done < /modules/order
cat /etc/motd > /dev/tty1
# The first terminal that a session's leader opens is its own: job control works.
while :; do setsid sh -c 'exec sh -l < /dev/ttyS0 > /dev/ttyS0 2>&1'; done &
(sleep 1; echo "${readyLine}" > /dev/ttyS0) &
while :; do setsid sh -c 'exec sh -l < /dev/tty1 > /dev/tty1 2>&1'; done
`;

/** Plays so many seconds of 1000 Hz: /dev/dsp takes 8000 samples of 8 bits a second unless it is told otherwise. */
const tone = `#!/bin/busybox sh
wave='\\0\\0\\0\\0\\377\\377\\377\\377'
for i in 1 2 3 4 5 6 7 8 9 10; do wave="$wave$wave"; done
for i in $(seq "\${1:-1}"); do printf "$wave"; done > /dev/dsp
`;

const motd = `
  A Linux guest without a disk: a kernel, busybox and drivers.
  With QXL, what you see here was drawn by the guest's qxl driver.

`;

export interface GuestFiles {
  /** Where the packages were unpacked. */
  readonly root: string;
  /** The kernel's release, as its module folder is called. */
  readonly release: string;
}

/** Module name → path below the module folder. */
async function findModules(folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true })) {
    if (entry.endsWith('.ko')) files.set(moduleName(entry), entry);
  }
  return files;
}

interface GuestModule {
  readonly name: string;
  readonly options: string;
  readonly bytes: Uint8Array;
}

/** The module files in load order, by the names they get in the guest. */
async function readModules(files: GuestFiles): Promise<GuestModule[]> {
  const folder = await moduleFolder(files);
  const paths = await findModules(folder);
  const contents = new Map<string, Uint8Array>();
  // Only what is needed is read: start from the wanted ones and follow what they name.
  const queue: string[] = [...guestModules];
  for (const name of queue) {
    const path = paths.get(name);
    if (path === undefined || contents.has(path)) continue;
    const bytes = await readFile(join(folder, path));
    contents.set(path, bytes);
    queue.push(...moduleDependencies(bytes));
  }
  const builtin = await readFile(join(folder, 'modules.builtin'), 'utf8');
  const order = moduleOrder(
    {
      files: paths,
      builtin: new Set(builtin.split('\n').map(moduleName)),
      dependencies: (path) => moduleDependencies(contents.get(path) as Uint8Array),
    },
    guestModules,
  );
  return order.map((path) => ({
    name: `${moduleName(path)}.ko`,
    options: moduleOptions[moduleName(path)] ?? '',
    bytes: contents.get(path) as Uint8Array,
  }));
}

async function moduleFolder({ root, release }: GuestFiles): Promise<string> {
  const candidates = [join(root, 'lib/modules', release), join(root, 'usr/lib/modules', release)];
  for (const folder of candidates) {
    const there = await readdir(folder).catch(() => null);
    if (there !== null) return folder;
  }
  return candidates[0];
}

async function readBusybox(root: string): Promise<Uint8Array> {
  return readFile(join(root, 'bin/busybox')).catch(() => readFile(join(root, 'usr/bin/busybox')));
}

/** Builds the guest's initramfs, not compressed: the guest would need seconds to unpack it. */
export async function buildInitramfs(files: GuestFiles): Promise<Uint8Array> {
  const modules = await readModules(files);
  const folders = ['bin', 'dev', 'etc', 'proc', 'sys', 'tmp', 'modules'];
  const entries: CpioEntry[] = folders.map((path) => ({ type: 'directory', path, mode: 0o755 }));
  entries.push(
    { type: 'character-device', path: 'dev/console', mode: 0o600, major: 5, minor: 1 },
    { type: 'character-device', path: 'dev/null', mode: 0o666, major: 1, minor: 3 },
    { type: 'file', path: 'bin/busybox', mode: 0o755, bytes: await readBusybox(files.root) },
    { type: 'file', path: 'bin/tone', mode: 0o755, bytes: Buffer.from(tone) },
    { type: 'file', path: 'init', mode: 0o755, bytes: Buffer.from(init) },
    { type: 'file', path: 'etc/motd', mode: 0o644, bytes: Buffer.from(motd) },
    {
      type: 'file',
      path: 'modules/order',
      mode: 0o644,
      bytes: Buffer.from(modules.map((m) => `${m.name} ${m.options}`.trimEnd().concat('\n')).join('')),
    },
    ...modules.map(
      (m): CpioEntry => ({ type: 'file', path: `modules/${m.name}`, mode: 0o644, bytes: m.bytes }),
    ),
  );
  return writeCpio(entries);
}
