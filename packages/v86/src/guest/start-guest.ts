import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SerialLine } from '@lazyspice/core';
import type { V86Machine } from '../machine/v86-machine.js';
import { readyLine } from './initramfs.js';
import { type LinuxGuestFiles, writeWhole } from './linux-guest.js';

/** Characters of serial output that are kept to look for a line in. */
const windowLength = 4096;

/** Resolves when the serial line has said `text`. */
function waitFor(line: SerialLine, text: string): Promise<void> {
  return new Promise((resolve) => {
    let seen = '';
    line.onOutput((bytes) => {
      seen = (seen + Buffer.from(bytes).toString('latin1')).slice(-windowLength);
      if (seen.includes(text)) resolve();
    });
  });
}

/** States of the same guest in other machines are kept; those of older guests go. */
async function keepState(guest: LinuxGuestFiles, file: string, state: Uint8Array): Promise<void> {
  await writeWhole(join(guest.folder, file), state);
  for (const name of await readdir(guest.folder)) {
    if (name.startsWith('state-') && !name.includes(guest.digest)) await rm(join(guest.folder, name));
  }
}

/** Goes on from the kept state; false when there is none that fits. */
async function goOn(machine: V86Machine, file: string): Promise<boolean> {
  const state = await readFile(file).catch(() => null);
  if (state === null) return false;
  try {
    await machine.restore(state);
    return true;
  } catch {
    await rm(file, { force: true });
    return false;
  }
}

/** The guest's files, and when it can be booted. */
export interface StartableGuest extends LinuxGuestFiles {
  readonly ready: Promise<unknown>;
}
export type GuestStart = 'booted' | 'restored';

/**
 * Runs the Linux guest up to its shell. The first time in a machine like this one it boots, and the state is kept.
 * `machineName` tells machines apart that can not take over each other's states: a file name's characters.
 */
export async function startLinuxGuest(
  machine: V86Machine,
  guest: StartableGuest,
  machineName: string,
  progress: (message: string) => void,
): Promise<GuestStart> {
  const file = `state-${guest.digest}-${machineName}`;
  if (await goOn(machine, join(guest.folder, file))) {
    machine.run();
    return 'restored';
  }
  progress('booting; the next start goes on from the state that is kept then');
  await guest.ready;
  const shell = waitFor(machine.serial[0], readyLine);
  machine.run();
  await shell;
  await keepState(guest, file, await machine.save());
  return 'booted';
}
