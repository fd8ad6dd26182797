import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fetchDebianGuest } from './debian-packages.js';
import { buildInitramfs } from './initramfs.js';

/** Without the kernel's self-tests and probes that cost seconds under emulation and find nothing. */
const quietBoot = [
  'quiet',
  'loglevel=3',
  'cryptomgr.notests',
  'initcall_blacklist=init_blk_tracer,isapnp_init,load_system_certificate_list,crypto_kdf108_init',
  'panic=-1',
];
export const guestCommandLine = ['console=ttyS0', 'console=tty0', ...quietBoot].join(' ');

/** A number that changes when what this package puts into the guest does. */
const formatVersion = 3;

export interface LinuxGuestFiles {
  readonly kernel: Uint8Array;
  readonly initrd: Uint8Array;
  /** Where the guest is kept; states of it belong there too. */
  readonly folder: string;
  /** Names the contents: states of another one are not its. */
  readonly digest: string;
}

/** The project's folder among the user's caches (XDG base directories). */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment.XDG_CACHE_HOME;
  return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), 'lazyspice');
}

/** Writes a file so that nobody ever sees half of it. */
export async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function readKept(folder: string): Promise<LinuxGuestFiles | null> {
  try {
    const [kernel, initrd] = await Promise.all([
      readFile(join(folder, 'vmlinuz')),
      readFile(join(folder, 'initramfs.cpio')),
    ]);
    const hash = createHash('sha256').update(kernel).update(initrd).update(guestCommandLine);
    return { kernel, initrd, folder, digest: hash.digest('hex').slice(0, 16) };
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Kernel and initramfs of the Linux guest: those in the cache, or, the first time, made from Debian's packages.
 * @throws EmulatorError ERR_V86_GUEST when they can not be had.
 */
export async function provideLinuxGuest(
  progress: (message: string) => void,
  cache: string = cacheFolder(),
): Promise<LinuxGuestFiles> {
  const folder = join(cache, `linux-guest-${formatVersion}`);
  const kept = await readKept(folder);
  if (kept !== null) return kept;
  const work = join(folder, `fetch-${process.pid}`);
  await mkdir(work, { recursive: true });
  try {
    const { root, release } = await fetchDebianGuest(work, progress);
    progress('building the initramfs');
    await writeWhole(join(folder, 'vmlinuz'), await readFile(join(root, 'boot', `vmlinuz-${release}`)));
    await writeWhole(join(folder, 'initramfs.cpio'), await buildInitramfs({ root, release }));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return (await readKept(folder)) as LinuxGuestFiles;
}
