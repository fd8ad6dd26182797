import { parseArgs } from 'node:util';
import { SpiceOptionError } from '@lazyspice/core';
import { type CharDevArgument, charDevArgument } from './chardev-arguments.js';
import { type CodecArguments, parseCodec } from './codec-arguments.js';
import { type CertificateArguments, parseCertificate } from './commands/certificate.js';
import { type EmulatorArguments, emulatorArguments, emulatorOptions } from './emulator-arguments.js';
import { type MachineArguments, machineArguments, machineOptions, oneOf } from './machine-arguments.js';
import { type AttachArguments, parseAttach, parseQemu, type QemuArguments } from './qemu-arguments.js';
import { UsageError } from './usage.js';

export interface RunArguments extends MachineArguments {
  readonly command: 'run';
  readonly guest: 'none' | 'demo' | 'testcard';
  readonly printInput: boolean;
  /** Where the guest's agent comes to: `unix:PATH` or `tcp:HOST:PORT`; null: there is none. */
  readonly agent: string | null;
  /** Character devices whose machine's end comes to a socket. */
  readonly charDevices: readonly CharDevArgument[];
  /** The folder that files from clients go to, where the guest has no agent; null: they are refused. */
  readonly files: string | null;
  /** The test card shows a moving picture. */
  readonly video: boolean;
  /** The emulated machine to run instead of a guest of the command's own. */
  readonly emulator: EmulatorArguments | null;
}
export interface ReplayArguments extends MachineArguments {
  readonly command: 'replay';
  readonly files: readonly string[];
  readonly speed: 'recorded' | 'max';
  readonly loop: boolean;
  readonly wait: boolean;
  readonly lockstep: boolean;
  readonly exit: boolean;
}

const runOptions = {
  ...machineOptions,
  ...emulatorOptions,
  guest: { type: 'string' },
  'print-input': { type: 'boolean', default: false },
  agent: { type: 'string' },
  chardev: { type: 'string', multiple: true },
  files: { type: 'string' },
  video: { type: 'boolean', default: false },
} as const;
const replayOptions = {
  ...machineOptions,
  speed: { type: 'string', default: 'recorded' },
  loop: { type: 'boolean', default: false },
  wait: { type: 'boolean', default: false },
  lockstep: { type: 'boolean', default: false },
  exit: { type: 'boolean', default: false },
} as const;

const runGuests = ['none', 'demo', 'testcard', 'linux'] as const;

function parseRun(args: readonly string[]): RunArguments {
  const { values } = parseArgs({ args: [...args], options: runOptions });
  const named = values.guest === undefined ? null : oneOf('guest', values.guest, runGuests);
  const emulator = emulatorArguments(values, named === 'linux');
  if (emulator !== null && named !== null && named !== 'linux') {
    throw new UsageError(`'--guest ${named}' has no kernel, BIOS or disk`);
  }
  if (values.agent !== undefined && values.files !== undefined) {
    throw new UsageError(
      "options '--agent' and '--files' contradict each other: the agent has its own folder",
    );
  }
  const guest = named === 'linux' ? 'none' : (named ?? 'testcard');
  const { video, agent = null, files = null, 'print-input': printInput } = values;
  if (video && guest !== 'testcard') throw new UsageError("option '--video' needs the test card");
  const charDevices = (values.chardev ?? []).map(charDevArgument);
  return {
    command: 'run',
    ...machineArguments(values),
    guest,
    printInput,
    agent,
    charDevices,
    files,
    video,
    emulator,
  };
}

function parseReplay(args: readonly string[]): ReplayArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: replayOptions,
    allowPositionals: true,
  });
  if (positionals.length === 0) throw new UsageError('replay: which recording?');
  const speed = oneOf('speed', values.speed, ['recorded', 'max']);
  const { loop, wait, lockstep, exit } = values;
  if (loop && exit) throw new UsageError("options '--loop' and '--exit' contradict each other");
  return {
    command: 'replay',
    ...machineArguments(values),
    files: positionals,
    speed,
    loop,
    wait,
    lockstep,
    exit,
  };
}

/**
 * Reads the command line behind the program's name. Null: help is asked for.
 * @throws UsageError
 */
export function parseCommandLine(
  args: readonly string[],
):
  | RunArguments
  | ReplayArguments
  | QemuArguments
  | AttachArguments
  | CodecArguments
  | CertificateArguments
  | null {
  const [command, ...rest] = args;
  // What stands behind '--' is another program's.
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  if (command === undefined || command === 'help' || own.includes('--help') || command === '-h') return null;
  try {
    if (command === 'run') return parseRun(rest);
    if (command === 'replay') return parseReplay(rest);
    if (command === 'qemu') return parseQemu(rest);
    if (command === 'attach') return parseAttach(rest);
    if (command === 'codec') return parseCodec(rest);
    if (command === 'certificate') return parseCertificate(rest);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (error instanceof SpiceOptionError) throw new UsageError(`--spice: ${error.message}`);
    const code = (error as { code?: unknown }).code;
    if (typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS'))
      throw new UsageError((error as Error).message);
    throw error;
  }
  throw new UsageError(`unknown command '${command}'`);
}
