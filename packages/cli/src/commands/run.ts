import type { QxlGuestHandle, V86MachineHandle } from '@lazyspice/core';
import type { RunArguments } from '../arguments.js';
import { openCharDevices } from '../guests/char-devices.js';
import { addStandIn, openAgent } from '../guests/guest-agent.js';
import { startQxlGuest } from '../guests/qxl-guest.js';
import { createV86Machine, endV86Machine } from '../guests/v86-machine.js';
import type { Machine } from '../machine.js';
import { exitCodes } from '../usage.js';

/** `lazyspice run`: a machine that runs until a signal. */
export async function run(args: RunArguments, machine: Machine): Promise<number> {
  let emulated: V86MachineHandle | null = null;
  let guest: QxlGuestHandle | null = null;
  const agent = args.agent === null ? null : await openAgent(args.agent, machine);
  const charDevices = await openCharDevices(args.charDevices, machine);
  const wantsStandIn = agent === null && (args.guest === 'demo' || args.files !== null);
  const standIn = wantsStandIn ? await addStandIn(args.files, machine) : null;
  if (args.emulator !== null) {
    const pc = await createV86Machine(args.emulator, machine);
    emulated = pc;
    machine.controls = {
      stop: () => pc.pause(),
      cont: () => pc.run(),
      reset: () => pc.reset(),
      powerdown: () => {
        throw new Error('This machine has no power button: use system_reset or quit');
      },
    };
  } else if (args.guest !== 'none') {
    const print = args.printInput ? (line: string) => process.stderr.write(`${line}\n`) : () => {};
    guest = await startQxlGuest(args.guest, machine, { video: args.video, print, clipboard: standIn });
  }
  await machine.open();
  if (emulated !== null) await Promise.race([emulated.start(), machine.ended()]);
  machine.output.event('guest', { state: 'running' });
  // Without a server or a monitor nothing else keeps the process alive.
  const alive = setInterval(() => {}, 1 << 30);
  await machine.ended();
  clearInterval(alive);
  guest?.stop();
  await agent?.close();
  await Promise.all(charDevices.map((device) => device.close()));
  if (args.emulator !== null && emulated !== null) {
    await endV86Machine(args.emulator, emulated);
  }
  return exitCodes.ended;
}
