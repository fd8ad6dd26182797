import { parseArgs } from 'node:util';
import { parseSpiceOptions, SpiceOptionError, type SpiceOptions } from '@lazyspice/core';
import { type CodecArguments, parseCodec } from './codec-arguments.js';
import { type CertificateArguments, parseCertificate } from './commands/certificate.js';
import { type EmulatorArguments, emulatorArguments, emulatorOptions } from './emulator-arguments.js';
import { UsageError } from './usage.js';

export interface MachineArguments {
  /** null: no SPICE at all. */
  readonly spice: SpiceOptions | null;
  readonly qmp: string | null;
  readonly isolation: 'worker' | 'inline';
  readonly screenshot: string | null;
  /** The port of the web page, 0: any free one; null: no page. */
  readonly web: number | null;
  /** The connection file to write for remote-viewer. */
  readonly vv: string | null;
  readonly json: boolean;
}
export interface RunArguments extends MachineArguments {
  readonly command: 'run';
  readonly guest: 'none' | 'demo' | 'testcard';
  readonly printInput: boolean;
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

const machineOptions = {
  spice: { type: 'string' },
  qmp: { type: 'string' },
  isolation: { type: 'string', default: 'worker' },
  screenshot: { type: 'string' },
  web: { type: 'string' },
  vv: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;
const runOptions = {
  ...machineOptions,
  ...emulatorOptions,
  guest: { type: 'string' },
  'print-input': { type: 'boolean', default: false },
} as const;
const replayOptions = {
  ...machineOptions,
  speed: { type: 'string', default: 'recorded' },
  loop: { type: 'boolean', default: false },
  wait: { type: 'boolean', default: false },
  lockstep: { type: 'boolean', default: false },
  exit: { type: 'boolean', default: false },
} as const;

function oneOf<const V extends string>(option: string, value: string, values: readonly V[]): V {
  const known = values.find((v) => v === value);
  if (known === undefined) {
    throw new UsageError(`option '--${option}' takes one of ${values.join(', ')}, not '${value}'`);
  }
  return known;
}

/** QEMU starts without a password and lets nobody in; at a command line that is a mistake, so it is refused. */
function spiceOptions(text: string | undefined): SpiceOptions | null {
  if (text === undefined) return null;
  const options = parseSpiceOptions(text);
  const protectedSomehow = options.disableTicketing || options.sasl || options.passwordSecret !== null;
  if (options.password === null && !protectedSomehow) {
    throw new UsageError("option '--spice' needs password=... or disable-ticketing=on");
  }
  return options;
}

function webPort(text: string | undefined, spice: SpiceOptions | null): number | null {
  if (text === undefined) return null;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new UsageError(`option '--web' takes a port, not '${text}'`);
  if (spice === null || spice.port === null)
    throw new UsageError("option '--web' needs --spice with port=...");
  return port;
}

function machineArguments(values: {
  spice?: string | undefined;
  qmp?: string | undefined;
  isolation: string;
  screenshot?: string | undefined;
  web?: string | undefined;
  vv?: string | undefined;
  json: boolean;
}): MachineArguments {
  const spice = spiceOptions(values.spice);
  return {
    spice,
    qmp: values.qmp ?? null,
    isolation: oneOf('isolation', values.isolation, ['worker', 'inline']),
    screenshot: values.screenshot ?? null,
    web: webPort(values.web, spice),
    vv: values.vv ?? null,
    json: values.json,
  };
}

const runGuests = ['none', 'demo', 'testcard', 'linux'] as const;

function parseRun(args: readonly string[]): RunArguments {
  const { values } = parseArgs({ args: [...args], options: runOptions });
  const named = values.guest === undefined ? null : oneOf('guest', values.guest, runGuests);
  const emulator = emulatorArguments(values, named === 'linux');
  if (emulator !== null && named !== null && named !== 'linux') {
    throw new UsageError(`'--guest ${named}' has no kernel, BIOS or disk`);
  }
  const guest = named === 'linux' ? 'none' : (named ?? 'testcard');
  return { command: 'run', ...machineArguments(values), guest, printInput: values['print-input'], emulator };
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
): RunArguments | ReplayArguments | CodecArguments | CertificateArguments | null {
  const [command, ...rest] = args;
  if (command === undefined || command === 'help' || args.includes('--help') || command === '-h') return null;
  try {
    if (command === 'run') return parseRun(rest);
    if (command === 'replay') return parseReplay(rest);
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
