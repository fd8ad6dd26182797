import { writeFile } from 'node:fs/promises';
import type { InterfaceHandle, V86MachineHandle, V86Module } from '@lazyspice/core';
import type { EmulatorArguments } from '../emulator-arguments.js';
import type { Machine } from '../machine.js';

/** Offers the tablet while the guest uses absolute positions: clients send relative motion otherwise. */
function offerTablet(machine: Machine, emulated: V86MachineHandle): void {
  let work: Promise<InterfaceHandle | null> = Promise.resolve(null);
  emulated.onAbsolutePointer((absolute) => {
    work = work.then(async (handle) => {
      if (absolute) return handle ?? (await machine.spice.addInterface(emulated.tablet));
      await handle?.remove();
      return null;
    });
    work.catch((error: unknown) => machine.output.log(`tablet: ${String(error)}`));
  });
}

/** Makes the machine that the command line describes and offers its devices to SPICE. It has not run yet. */
export async function createV86Machine(args: EmulatorArguments, machine: Machine): Promise<V86MachineHandle> {
  const { entry } = await machine.modules.load('v86', 'run');
  const emulated = await (entry as V86Module).create({
    guest: args.guest,
    memory: args.memory,
    vga: args.vga,
    devices: [],
    restoreState: args.restoreState,
    progress: (message) => machine.output.log(message),
  });
  const { console: display } = emulated;
  if (display !== null) {
    machine.display = () => display.worker;
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
