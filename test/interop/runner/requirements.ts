import { spawnSync } from 'node:child_process';

/** Something that a case cannot do without. */
export interface Requirement {
  readonly name: string;
  /** Debian's packages that bring it. */
  readonly packages: readonly string[];
  /** Tries it. */
  readonly works: () => boolean;
}

/** The Python that sees Debian's Python packages. */
export const python = '/usr/bin/python3';

const succeeds = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

function command(name: string, ...packages: string[]): Requirement {
  return { name, packages, works: () => succeeds('sh', '-c', `command -v ${name}`) };
}

const clientImports = `
import gi
gi.require_version("SpiceClientGLib", "2.0")
from gi.repository import SpiceClientGLib
import numpy, PIL.Image
`;

export const requirements = {
  glibClient: {
    name: 'spice-client-glib for Python',
    packages: ['python3', 'gir1.2-spiceclientglib-2.0', 'python3-gi', 'python3-numpy', 'python3-pil'],
    works: () => succeeds(python, '-c', clientImports),
  },
  python: { name: 'Python', packages: ['python3'], works: () => succeeds(python, '-c', '') },
  imaging: {
    name: 'numpy and PIL for Python',
    packages: ['python3-numpy', 'python3-pil'],
    works: () => succeeds(python, '-c', 'import numpy, PIL.Image'),
  },
  remoteViewer: command('remote-viewer', 'virt-viewer'),
  spicy: command('spicy', 'spice-client-gtk'),
  xServer: command('Xvfb', 'xvfb'),
  windowManager: command('openbox', 'openbox'),
  xdotool: command('xdotool', 'xdotool'),
  screenshots: command('import', 'imagemagick'),
  openssl: command('openssl', 'openssl'),
  xz: command('xz', 'xz-utils'),
  curl: command('curl', 'curl'),
  isoImages: command('xorriso', 'xorriso'),
  compiler: command('gcc', 'gcc', 'libc6-dev'),
  spiceLibrary: {
    name: "libspice-server's headers",
    packages: ['pkg-config', 'libspice-server-dev', 'libglib2.0-dev'],
    works: () => succeeds('pkg-config', '--exists', 'spice-server', 'glib-2.0'),
  },
  assembler: command('ld', 'binutils'),
  qemu: command('qemu-system-x86_64', 'qemu-system-x86'),
  qemuDbus: {
    name: "QEMU's D-Bus display",
    packages: ['qemu-system-gui'],
    works: () => succeeds('sh', '-c', 'qemu-system-x86_64 -display help | grep -qx dbus'),
  },
  chromium: command('chromium', 'chromium'),
  html5Client: {
    name: 'the spice-html5 page',
    packages: ['spice-html5'],
    works: () => succeeds('test', '-e', '/usr/share/spice-html5/spice_auto.html'),
  },
  debianPackages: {
    name: 'the tools that fetch Debian packages',
    packages: ['apt', 'dpkg'],
    works: () => succeeds('sh', '-c', 'command -v apt-get && command -v dpkg-deb'),
  },
  seabios: {
    name: 'SeaBIOS and its VGA BIOS for QXL',
    packages: ['seabios'],
    works: () => succeeds('test', '-e', '/usr/share/seabios/vgabios-qxl.bin'),
  },
  strace: {
    name: 'strace (and the right to trace)',
    packages: ['strace'],
    works: () => succeeds('strace', '-o', '/dev/null', 'true'),
  },
} as const satisfies Record<string, Requirement>;

const known = new Map<Requirement, boolean>();

/** Those of `needs` that do not work here; each is tried once in a run. */
export function missing(needs: readonly Requirement[]): Requirement[] {
  return needs.filter((requirement) => {
    const works = known.get(requirement) ?? requirement.works();
    known.set(requirement, works);
    return !works;
  });
}
