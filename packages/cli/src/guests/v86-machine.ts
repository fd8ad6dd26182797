import { readFile, writeFile } from 'node:fs/promises';
import type { QxlCardDevice, QxlModule, V86MachineHandle, V86Module } from '@lazyspice/core';
import type { EmulatorArguments } from '../emulator-arguments.js';
import type { Machine } from '../machine.js';
import { offerTablet } from './tablet.js';

/** The image as a ROM chip has it: filled up to a power of two. */
async function readVgaBios(file: string): Promise<Uint8Array> {
  const image = await readFile(file);
  const chip = new Uint8Array(2 ** Math.ceil(Math.log2(Math.max(4096, image.length))));
  chip.set(image);
  return chip;
}

async function createCard(
  { guest, vga }: EmulatorArguments,
  machine: Machine,
): Promise<QxlCardDevice | null> {
  if (vga !== 'qxl') return null;
  const { entry } = await machine.modules.load('qxl', 'run');
  const vgaBios = guest.kind === 'disk' ? guest.vgaBios : null;
  return (entry as QxlModule).createDevice({
    primary: true,
    bios: vgaBios === null ? null : await readVgaBios(vgaBios),
    log: (level, message) => {
      if (level === 'warn') machine.output.log(`qxl: ${message}`);
    },
  });
}

/** Makes the machine that the command line describes and offers its devices to SPICE. It has not run yet. */
export async function createV86Machine(args: EmulatorArguments, machine: Machine): Promise<V86MachineHandle> {
  const { entry } = await machine.modules.load('v86', 'run');
  const card = await createCard(args, machine);
  const emulated = await (entry as V86Module).create({
    guest: args.guest,
    memory: args.memory,
    vga: args.vga,
    devices: card === null ? [] : [card],
    restoreState: args.restoreState,
    progress: (message) => machine.output.log(message),
  });
  const { console: plain } = emulated;
  const display = card === null ? plain : card.display;
  if (display !== null) {
    machine.display = () => (card ?? plain)?.worker ?? null;
    await machine.spice.addInterface(display);
  }
  for (const instance of emulated.interfaces) await machine.spice.addInterface(instance);
  offerTablet(machine, emulated);
  return emulated;
}

/** Ends the machine; its state is kept in the file that the command line names. */
export async function endV86Machine(args: EmulatorArguments, emulated: V86MachineHandle): Promise<void> {
  if (args.saveState !== null) {
    emulated.pause();
    await writeFile(args.saveState, await emulated.save());
  }
  await emulated.stop();
}
