import { deferred, type QxlModule, type QxlWorker, type ReplayResult } from '@lazyspice/core';
import type { ReplayArguments } from '../arguments.js';
import type { Machine } from '../machine.js';
import { exitCodes } from '../usage.js';

/** Offers the QXL device whose commands the recordings are; resolves with its worker. */
async function attachDisplay(machine: Machine): Promise<QxlWorker> {
  const { promise, resolve } = deferred<QxlWorker>();
  let current: QxlWorker | null = null;
  machine.display = () => current;
  await machine.spice.addInterface({
    kind: 'qxl',
    name: 'recording',
    channelId: 0,
    attached: (worker) => {
      current = worker;
      resolve(worker);
    },
    detached: () => {
      current = null;
    },
  });
  return promise;
}

function failure(error: unknown): { readonly message: string; readonly commands: number } {
  const message = error instanceof Error ? error.message : String(error);
  const commands = (error as { commands?: unknown }).commands;
  return { message, commands: typeof commands === 'number' ? commands : 0 };
}

/** Plays all files once. A damaged one is reported; what it gave stays shown and the next one follows. */
async function playAll(
  args: ReplayArguments,
  machine: Machine,
  qxl: QxlModule,
  worker: QxlWorker,
): Promise<{ result: ReplayResult; failed: boolean }> {
  let commands = 0;
  let seconds = 0;
  let failed = false;
  let announced = false;
  const started = (): void => {
    if (!announced) machine.output.event('started');
    announced = true;
  };
  const { speed, lockstep } = args;
  const loop = args.loop && args.files.length === 1;
  const options = { worker, speed, lockstep, loop, signal: machine.signal, started };
  do {
    for (const file of args.files) {
      try {
        const result = await qxl.replay(file, options);
        commands += result.commands;
        seconds += result.seconds;
      } catch (error) {
        const { message, commands: given } = failure(error);
        commands += given;
        failed = true;
        machine.output.event('error', { file, message });
        machine.output.log(`${file}: ${message}`);
      }
      if (machine.signal.aborted) break;
    }
  } while (args.loop && !failed && !machine.signal.aborted);
  return { result: { commands, seconds }, failed };
}

/** `lazyspice replay`: plays recordings, then shows the last picture until a signal. */
export async function replay(args: ReplayArguments, machine: Machine): Promise<number> {
  const { entry } = await machine.modules.load('qxl', 'replay');
  const worker = await attachDisplay(machine);
  await machine.open();
  if (args.wait) await machine.firstDisplay();
  const { result, failed } = await playAll(args, machine, entry as QxlModule, worker);
  machine.output.event('finished', { ...result });
  machine.output.log(`played ${result.commands} commands in ${result.seconds.toFixed(3)} s`);
  if (args.exit) await worker.flush('sent');
  else await machine.ended();
  return failed ? exitCodes.failed : exitCodes.ended;
}
