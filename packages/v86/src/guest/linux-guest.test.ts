import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { V86Machine } from '../machine/v86-machine.js';
import { readyLine } from './initramfs.js';
import { cacheFolder, type LinuxGuestFiles, provideLinuxGuest } from './linux-guest.js';
import { type StartableGuest, startLinuxGuest } from './start-guest.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'linux-guest-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** Programs for PATH, each a shell script that may use the shell's own commands and absolute paths only. */
async function programs(scripts: Readonly<Record<string, string>>): Promise<void> {
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(bin, name), 0o755);
  }
  vi.stubEnv('PATH', bin);
}

const kernelDepends = "echo 'linux-image-686'; echo '  Depends: linux-image-6.1.0-50-686'";
const aptGet = `
[ "$1" = update ] && exit 100
shift
for name in "$@"; do echo x > "$name.deb"; done`;
/** Unpacks any package as a root folder with everything in it. */
const dpkgDeb = `
m="$3/lib/modules/6.1.0-50-686"
/bin/mkdir -p "$3/boot" "$3/bin" "$m/kernel"
echo kernel > "$3/boot/vmlinuz-6.1.0-50-686"
echo busybox > "$3/bin/busybox"
printf 'x\\0depends=drm\\0' > "$m/kernel/qxl.ko"
printf 'x\\0depends=\\0' > "$m/kernel/drm.ko"
printf 'x\\0depends=\\0' > "$m/kernel/psmouse.ko"
printf 'x\\0depends=\\0' > "$m/kernel/snd-sb16.ko"
for name in evdev virtio_pci virtio_console snd-pcm-oss; do echo "kernel/$name.ko"; done > "$m/modules.builtin"`;

const provide = (said: string[] = []): Promise<LinuxGuestFiles> =>
  provideLinuxGuest((message) => said.push(message), join(folder, 'cache'));

describe('provideLinuxGuest', () => {
  it('makes kernel and initramfs once and keeps nothing else', async () => {
    await programs({ 'apt-get': aptGet, 'apt-cache': kernelDepends, 'dpkg-deb': dpkgDeb });
    const said: string[] = [];
    const guest = await provide(said);
    expect(Buffer.from(guest.kernel).toString()).toBe('kernel\n');
    expect(Buffer.from(guest.initrd).toString('latin1')).toContain(
      'drm.ko\nqxl.ko\npsmouse.ko\nsnd_sb16.ko isapnp=0 ',
    );
    expect(said).toContain('downloading linux-image-6.1.0-50-686 and busybox-static');
    expect((await readdir(guest.folder)).toSorted()).toEqual(['initramfs.cpio', 'vmlinuz']);
    vi.stubEnv('PATH', '');
    expect(await provide()).toEqual(guest);
  });

  it.each([
    ['no apt', {}, /^fetching package lists with apt-get failed: the program is missing;/],
    [
      'no network',
      { 'apt-get': aptGet, 'apt-cache': 'exit 0' },
      /failed: no such package \(is there a network\?\);/,
    ],
    [
      'a failing download',
      {
        'apt-get': '[ "$1" = update ] || { echo "E: Unable to fetch" >&2; exit 100; }',
        'apt-cache': kernelDepends,
      },
      /^downloading linux-image-6.1.0-50-686 and busybox-static with apt-get failed: Unable to fetch;/,
    ],
    [
      'no dpkg',
      { 'apt-get': aptGet, 'apt-cache': kernelDepends },
      /^unpacking with dpkg-deb failed: the program is missing;/,
    ],
  ])('with %s says in one sentence what is missing and the way out', async (_, scripts, sentence) => {
    await programs(scripts);
    const error = await provide().then(
      () => null,
      (e: unknown) => e as Error & { code: string },
    );
    expect(error).toMatchObject({ code: 'ERR_V86_GUEST' });
    expect(error?.message).toMatch(sentence);
    expect(error?.message).toMatch(/--kernel FILE --initrd FILE\)$/);
    expect(error?.message).not.toContain('\n');
    expect(await readdir(join(folder, 'cache', 'linux-guest-3'))).toEqual([]);
  });
});

describe('cacheFolder', () => {
  it('follows XDG_CACHE_HOME when that is absolute', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/var/c' })).toBe('/var/c/lazyspice');
    expect(cacheFolder({ XDG_CACHE_HOME: 'relative' })).toMatch(/\.cache\/lazyspice$/);
    expect(cacheFolder({})).toMatch(/\.cache\/lazyspice$/);
  });
});

describe('startLinuxGuest', () => {
  /** Says the ready line on its serial line, then sleeps. */
  async function machine(): Promise<V86Machine> {
    const text = Buffer.from(`${readyLine}\n`);
    const program = Buffer.from([
      ...[0x31, 0xc0, 0x8e, 0xd8, 0xbe, 0x14, 0x7c], // xor ax, ax; mov ds, ax; mov si, 0x7c14
      ...[0xba, 0xf8, 0x03], // mov dx, 0x3f8
      ...[0xac, 0x84, 0xc0, 0x74, 0x03, 0xee, 0xeb, 0xf8], // next: lodsb; test al, al; jz end; out dx, al; jmp next
      ...[0xf4, 0x90], // end: hlt, and a byte to come out even
    ]);
    const code = Buffer.concat([program, text, Buffer.of(0)]);
    return V86Machine.create({ memory: 16 * 1024 * 1024, vga: 'none', boot: { kind: 'sector', code } });
  }
  const files = (digest: string): StartableGuest => ({
    kernel: Buffer.of(),
    initrd: Buffer.of(),
    folder,
    digest,
    ready: Promise.resolve(),
  });
  async function start(digest: string, name: string): Promise<string> {
    const one = await machine();
    try {
      return await startLinuxGuest(one, files(digest), name, () => {});
    } finally {
      await one.stop();
    }
  }

  it('boots once for each kind of machine, then goes on from the kept state', async () => {
    expect(await start('aa', '16-none')).toBe('booted');
    expect(await start('aa', '16-none')).toBe('restored');
    expect(await start('aa', '16-other')).toBe('booted');
    expect(await readdir(folder)).toEqual(['state-aa-16-none', 'state-aa-16-other']);
  });

  it('boots again when the state is damaged or of another guest', async () => {
    await writeFile(join(folder, 'state-aa-16-none'), 'rubbish');
    expect(await start('aa', '16-none')).toBe('booted');
    expect(await start('bb', '16-none')).toBe('booted');
    expect(await readdir(folder)).toEqual(['state-bb-16-none']);
  });
});
