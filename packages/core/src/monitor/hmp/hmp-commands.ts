import type { SpiceInfo } from '../../contracts/spice-info.js';
import { pressKeys } from '../commands/control.js';
import { expiryTime } from '../commands/spice-access.js';
import { type MonitorKey, scancodes } from '../input/qcodes.js';
import type { MachineControls, MonitorBackend } from '../monitor-backend.js';
import { QmpError } from '../qmp-error.js';
import { versionInfo } from '../version.js';

/** A command for people: words in, text out. */
export interface HmpCommand {
  readonly name: string;
  /** Other names of it. */
  readonly aliases?: readonly string[];
  readonly usage: string;
  readonly help: string;
  /** Words behind the name that it takes: at least, and at most. */
  readonly words: readonly [min: number, max: number];
  /** Returns what is shown, '' or lines that each end with a line feed. What it throws is shown as an error. */
  run(words: readonly string[], backend: MonitorBackend): Promise<string> | string;
}

const fail = (message: string): never => {
  throw new QmpError('GenericError', message);
};

const control = (
  name: string,
  help: string,
  act: (controls: MachineControls) => void,
  aliases: readonly string[] = [],
): HmpCommand => ({
  name,
  aliases,
  usage: '',
  help,
  words: [0, 0],
  run(_words, { controls }) {
    if (controls === undefined) return fail('this machine cannot be controlled');
    act(controls);
    return '';
  },
});

function spiceText(info: SpiceInfo): string {
  if (!info.enabled) return 'Server: disabled\n';
  const lines = ['Server:'];
  const add = (name: string, value: string): void => {
    lines.push(`${name.padStart(12)}: ${value}`);
  };
  if (info.port !== null) add('address', `${info.host}:${info.port}`);
  if (info.tlsPort !== null) add('address', `${info.host}:${info.tlsPort} [tls]`);
  add('migrated', String(info.migrated));
  add('auth', info.auth);
  add('compiled', info.compiledVersion);
  add('mouse-mode', info.mouseMode);
  if (info.channels.length === 0) lines.push('Channels: none');
  for (const channel of info.channels) {
    lines.push('Channel:');
    add('address', `${channel.host}:${channel.port}${channel.tls ? ' [tls]' : ''}`);
    add('session', String(channel.connectionId));
    add('channel', `${channel.channelType}:${channel.channelId}`);
  }
  return `${lines.join('\n')}\n`;
}

const infoTopics: Readonly<Record<string, (backend: MonitorBackend) => Promise<string> | string>> = {
  name: ({ name }) => (name === undefined ? '' : `${name}\n`),
  spice: async (backend) => spiceText(await backend.querySpice()),
  status: (backend) => {
    const status = backend.status();
    return `VM status: ${status === 'running' ? 'running' : `paused (${status})`}\n`;
  },
  version: () => `${versionInfo.package}\n`,
};

const info: HmpCommand = {
  name: 'info',
  usage: '[subcommand]',
  help: 'show various information about the system state',
  words: [0, 1],
  run([topic], backend) {
    if (topic === undefined) {
      return Object.keys(infoTopics)
        .map((name) => `info ${name}\n`)
        .join('');
    }
    const show = Object.hasOwn(infoTopics, topic) ? infoTopics[topic] : undefined;
    return show === undefined ? fail(`unknown command: 'info ${topic}'`) : show(backend);
  },
};

/** Keys as people write them: names joined by '-', or hexadecimal numbers. */
function readKeys(text: string): MonitorKey[] {
  return text.split('-').map((word) => {
    const name = word === '<' ? 'less' : word;
    const key: MonitorKey = /^0x[0-9a-fA-F]+$/.test(name)
      ? { type: 'number', data: Number(name) }
      : { type: 'qcode', data: name };
    return scancodes(key, true) === null ? fail(`invalid parameter: ${word}`) : key;
  });
}

const number = (text: string): number =>
  /^-?\d{1,9}$/.test(text) ? Number(text) : fail(`invalid number '${text}'`);

const input: readonly HmpCommand[] = [
  {
    name: 'sendkey',
    usage: 'keys [hold_ms]',
    help: "send keys to the machine, as 'ctrl-alt-f1', held 100 ms by default",
    words: [1, 2],
    async run([keys, hold = '100'], backend) {
      const ms = number(hold);
      if (ms < 0 || ms > 60_000) fail('hold_ms is not in 0..60000');
      await pressKeys(readKeys(keys), ms, backend);
      return '';
    },
  },
  {
    name: 'mouse_move',
    usage: 'dx dy [dz]',
    help: 'send mouse move events',
    words: [2, 3],
    run([dx, dy, dz = '0'], backend) {
      backend.input?.move(number(dx), number(dy), number(dz));
      return '';
    },
  },
  {
    name: 'mouse_button',
    usage: 'state',
    help: 'change the buttons: 1 left, 2 right, 4 middle',
    words: [1, 1],
    run([state], backend) {
      backend.input?.buttons(number(state) & 7);
      return '';
    },
  },
];

const password: readonly HmpCommand[] = [
  {
    name: 'set_password',
    usage: 'protocol password [action-if-connected]',
    help: 'set the spice password; action: keep, fail or disconnect',
    words: [2, 3],
    async run([protocol, text, connected = 'keep'], { spice }) {
      if (protocol !== 'spice' || !['keep', 'fail', 'disconnect'].includes(connected))
        fail('Invalid parameter');
      if (spice === undefined) return fail('SPICE is not in use');
      await spice.setPassword(text, {
        failIfConnected: connected === 'fail',
        disconnectIfConnected: connected === 'disconnect',
      });
      return '';
    },
  },
  {
    name: 'expire_password',
    usage: 'protocol time',
    help: 'set when the spice password ends: now, never, +SECONDS or seconds since 1970',
    words: [2, 2],
    async run([protocol, time], { spice, now }) {
      if (protocol !== 'spice') fail('Invalid parameter');
      if (spice === undefined) return fail('SPICE is not in use');
      await spice.setPasswordExpiry(expiryTime(time, now));
      return '';
    },
  },
  {
    name: 'client_migrate_info',
    usage: 'protocol hostname port [tls-port] [cert-subject]',
    help: 'tell clients where the machine will go',
    words: [3, 5],
    async run([protocol, host, port, tlsPort, subject], { spice }) {
      if (protocol !== 'spice') fail('Invalid parameter');
      if (spice === undefined) return fail('SPICE is not in use');
      const plain = number(port);
      const tls = tlsPort === undefined ? null : number(tlsPort);
      await spice.migrateInfo(host, plain > 0 ? plain : null, tls, subject ?? null);
      return '';
    },
  },
];

const screendump: HmpCommand = {
  name: 'screendump',
  usage: 'filename [-f format]',
  help: 'save the picture as ppm, or as png with -f png',
  words: [1, 3],
  async run(words, backend) {
    const [file, flag, format = 'ppm'] = words[0] === '-f' ? [words[2], words[0], words[1]] : words;
    const known = format === 'ppm' || format === 'png';
    if (file === undefined || !known || (flag !== undefined && flag !== '-f'))
      return fail('invalid parameters');
    if (backend.screendump === undefined) return fail('there is no console');
    await backend.screendump(file, format);
    return '';
  },
};

const help: HmpCommand = {
  name: 'help',
  aliases: ['?'],
  usage: '[cmd]',
  help: 'show the help',
  words: [0, 1],
  run([name]) {
    const lines = hmpCommands
      .filter((command) => name === undefined || command.name === name)
      .map(
        (command) =>
          `${[command.name, ...(command.aliases ?? [])].join('|')} ${command.usage} -- ${command.help}`,
      );
    return lines.map((line) => `${line.replace('  ', ' ')}\n`).join('');
  },
};

export const hmpCommands: readonly HmpCommand[] = [
  ...password,
  control('cont', 'go on', (controls) => controls.cont(), ['c']),
  help,
  info,
  ...input,
  {
    name: 'quit',
    aliases: ['q'],
    usage: '',
    help: 'end the machine',
    words: [0, 0],
    run(_words, backend) {
      backend.quit();
      return '';
    },
  },
  screendump,
  control('stop', 'pause the machine', (controls) => controls.stop(), ['s']),
  control('system_powerdown', 'press the power button', (controls) => controls.powerdown()),
  control('system_reset', 'press the reset button', (controls) => controls.reset()),
];
