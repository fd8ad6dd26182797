import { constants } from 'node:os';
import type { QemuExit, QemuMachineHandle, QemuModule } from '@lazyspice/core';
import { offerTablet } from '../guests/tablet.js';
import type { Machine } from '../machine.js';
import type { AttachArguments, QemuArguments } from '../qemu-arguments.js';
import { exitCodes, UsageError } from '../usage.js';

/** Status of a process that a signal ended, as shells have it. */
const signalStatus = 128;

async function qemuModule(machine: Machine, command: string): Promise<QemuModule> {
  const { entry } = await machine.modules.load('qemu', command);
  return entry as QemuModule;
}

const statusOf = ({ code, signal }: QemuExit): number =>
  signal === null ? (code ?? exitCodes.ended) : signalStatus + constants.signals[signal];

/** Offers what the machine has, opens the doors, and serves until QEMU ends or a signal asks for it. */
async function serve(handle: QemuMachineHandle, machine: Machine): Promise<void> {
  machine.display = () => handle.console?.worker ?? null;
  machine.monitorBehind = handle.monitor;
  for (const instance of handle.interfaces) await machine.spice.addInterface(instance);
  offerTablet(machine, handle);
  await machine.open();
  machine.output.event('guest', { state: 'running' });
  await Promise.race([handle.ended, machine.ended()]);
}

/** `lazyspice qemu`: its status is QEMU's; signals are passed on, a second one kills. */
export async function qemu(args: QemuArguments, machine: Machine): Promise<number> {
  const module = await qemuModule(machine, 'qemu');
  const log = (message: string): void => machine.output.log(message);
  const { program, link, qemuArguments } = args;
  let handle: QemuMachineHandle;
  try {
    handle = await module.launch({ program, link, args: qemuArguments, log });
  } catch (error) {
    const { code, exit } = error as { readonly code?: string; readonly exit?: QemuExit };
    if (code === 'ERR_QEMU_ARGUMENTS') throw new UsageError((error as Error).message);
    // What was wrong QEMU has said itself.
    if (exit !== undefined) return statusOf(exit);
    throw error;
  }
  try {
    await serve(handle, machine);
  } catch (error) {
    handle.kill('SIGTERM');
    await handle.ended;
    await handle.close();
    throw error;
  }
  const again = (): void => handle.kill('SIGKILL');
  if (machine.signal.aborted) {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, again);
    handle.kill('SIGTERM');
  }
  const exit = await handle.ended;
  if (exit.signal !== null) log(`QEMU was ended by ${exit.signal}`);
  machine.output.event('guest', { state: 'stopped', status: exit.code, signal: exit.signal });
  await handle.close();
  return statusOf(exit);
}

/** `lazyspice attach`: serves a QEMU that runs already, until it ends or a signal comes; then it is left alone. */
export async function attach(args: AttachArguments, machine: Machine): Promise<number> {
  const module = await qemuModule(machine, 'attach');
  const handle = await module.attach({
    qmp: args.monitor,
    ports: args.ports,
    log: (message) => machine.output.log(message),
  });
  try {
    await serve(handle, machine);
  } finally {
    await handle.close();
  }
  return exitCodes.ended;
}
