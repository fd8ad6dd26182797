import { parseCommandLine, type ReplayArguments, type RunArguments } from './arguments.js';
import { certificate } from './commands/certificate.js';
import { codec } from './commands/codec.js';
import { attach, qemu } from './commands/qemu.js';
import { replay } from './commands/replay.js';
import { run } from './commands/run.js';
import { Machine } from './machine.js';
import { createOutput } from './output.js';
import type { AttachArguments, QemuArguments } from './qemu-arguments.js';
import { exitCodes, UsageError, usageText } from './usage.js';

/**
 * The `lazyspice` command.
 * @param args the words behind the program's name.
 * @returns the exit code: 0 ended as asked, 1 failed while running, 2 wrong usage.
 */
export async function main(args: readonly string[]): Promise<number> {
  let parsed: ReturnType<typeof parseCommandLine>;
  try {
    parsed = parseCommandLine(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`lazyspice: ${error.message}\nTry 'lazyspice --help'.\n`);
    return exitCodes.usage;
  }
  if (parsed === null) {
    process.stdout.write(usageText);
    return exitCodes.ended;
  }
  const output = createOutput(parsed.json);
  if (parsed.command === 'codec' || parsed.command === 'certificate') {
    try {
      return await (parsed.command === 'codec' ? codec(parsed) : certificate(parsed));
    } catch (error) {
      output.log(error instanceof Error ? error.message : String(error));
      return exitCodes.failed;
    }
  }
  const machine = new Machine(parsed, output);
  try {
    const code = await perform(parsed, machine);
    await machine.close();
    return code;
  } catch (error) {
    output.log(error instanceof Error ? error.message : String(error));
    await machine.close().catch(() => undefined);
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  }
}

type MachineCommand = RunArguments | ReplayArguments | QemuArguments | AttachArguments;

function perform(args: MachineCommand, machine: Machine): Promise<number> {
  switch (args.command) {
    case 'run':
      return run(args, machine);
    case 'replay':
      return replay(args, machine);
    case 'qemu':
      return qemu(args, machine);
    case 'attach':
      return attach(args, machine);
  }
}
