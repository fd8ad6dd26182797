import { readFile } from 'node:fs/promises';
import {
  moduleInterfaceVersion,
  type V86MachineHandle,
  type V86Module,
  type V86Options,
} from '@lazyspice/core';
import type { Boot } from './boot/direct-boot.js';
import type { ElfImage } from './boot/elf.js';
import { unpackKernel } from './boot/unpack-kernel.js';
import { EmulatorError } from './errors.js';
import { guestCommandLine, type LinuxGuestFiles, provideLinuxGuest } from './guest/linux-guest.js';
import { startLinuxGuest } from './guest/start-guest.js';
import { V86Machine } from './machine/v86-machine.js';

interface GuestFiles extends PreparedBoot {
  readonly bios?: Uint8Array;
  readonly vgaBios?: Uint8Array;
  readonly hda?: Uint8Array;
  /** The Linux guest's, whose state is kept. */
  readonly linux: LinuxGuestFiles | null;
}

async function read(what: string, file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new EmulatorError('ERR_V86_OPTIONS', `${what} can not be read: ${why}`, null, error);
  }
}

interface PreparedBoot {
  readonly boot: Boot;
  /** Resolves when everything is there to boot fast; a machine that goes on from a state need not wait. */
  readonly ready: Promise<unknown>;
}

/** Unpacks the kernel meanwhile: without that the guest would do it. */
function linuxBoot(kernel: Uint8Array, initrd: Uint8Array | null, commandLine: string): PreparedBoot {
  let unpacked: ElfImage | null = null;
  const ready = unpackKernel(kernel).then((image) => {
    unpacked = image;
  });
  // Whoever boots is told; whoever does not has no use for the kernel before the guest reboots.
  ready.catch(() => undefined);
  const boot = {
    kind: 'linux',
    kernel,
    get unpacked() {
      return unpacked;
    },
    initrd,
    commandLine,
  } as const;
  return { boot, ready };
}

async function guestFiles({ guest, progress }: V86Options): Promise<GuestFiles> {
  if (guest.kind === 'linux') {
    const linux = await provideLinuxGuest((step) => progress(`Linux guest: ${step}`));
    return { ...linuxBoot(linux.kernel, linux.initrd, guestCommandLine), linux };
  }
  if (guest.kind === 'kernel') {
    const kernel = await read('the kernel', guest.kernel);
    const initrd = guest.initrd === null ? null : await read('the initrd', guest.initrd);
    return { ...linuxBoot(kernel, initrd, guest.commandLine), linux: null };
  }
  return {
    boot: { kind: 'firmware' },
    ready: Promise.resolve(),
    bios: await read('the BIOS', guest.bios),
    ...(guest.vgaBios === null ? {} : { vgaBios: await read('the VGA BIOS', guest.vgaBios) }),
    ...(guest.hda === null ? {} : { hda: await read('the hard disk image', guest.hda) }),
    linux: null,
  };
}

/** Characters for a file name that tell apart machines with different states. */
function machineName({ memory, vga, devices }: V86Options): string {
  const plugged = devices.map((d) => [d.name, ...d.bars.map((b) => b.size.toString(36))].join('.'));
  return [memory / 1024 / 1024, vga, ...plugged].join('-').replace(/[^\w.-]/g, '_');
}

async function begin(
  machine: V86Machine,
  { linux, ready }: Pick<GuestFiles, 'linux' | 'ready'>,
  options: V86Options,
): Promise<void> {
  if (options.restoreState !== null) {
    await machine.restore(await read('the saved state', options.restoreState));
    machine.run();
  } else if (linux !== null) {
    const progress = (step: string): void => options.progress(`Linux guest: ${step}`);
    await startLinuxGuest(machine, { ...linux, ready }, machineName(options), progress);
  } else {
    await ready;
    machine.run();
  }
}

/** Stops the machine when the action fails: a running one would keep the process alive. */
async function orStop<T>(machine: V86Machine, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    await machine.stop();
    throw error;
  }
}

async function create(options: V86Options): Promise<V86MachineHandle> {
  const { linux, ready, ...files } = await guestFiles(options);
  const machine = await V86Machine.create({ memory: options.memory, vga: options.vga, ...files });
  await orStop(machine, () => {
    for (const device of options.devices) machine.pci.plug(device);
  });
  return Object.assign(machine, {
    start: () => orStop(machine, () => begin(machine, { linux, ready }, options)),
  });
}

export const lazyspiceModule: V86Module = {
  name: 'v86',
  interfaceVersion: moduleInterfaceVersion,
  create,
};
