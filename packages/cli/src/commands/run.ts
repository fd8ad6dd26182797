import type { RunArguments } from '../arguments.js';
import { TestCard } from '../guests/test-card.js';
import type { Machine } from '../machine.js';
import { exitCodes } from '../usage.js';

/** `lazyspice run`: a machine that runs until a signal. */
export async function run(args: RunArguments, machine: Machine): Promise<number> {
  if (args.guest === 'testcard') {
    const card = new TestCard(args.printInput ? (line) => process.stderr.write(`${line}\n`) : () => {});
    machine.display = () => card.worker;
    for (const instance of card.interfaces()) await machine.spice.addInterface(instance);
  }
  await machine.open();
  machine.output.event('guest', { state: 'running' });
  // Without a server or a monitor nothing else keeps the process alive.
  const alive = setInterval(() => {}, 1 << 30);
  await machine.ended();
  clearInterval(alive);
  return exitCodes.ended;
}
