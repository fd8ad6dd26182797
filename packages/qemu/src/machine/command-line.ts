import { join } from 'node:path';
import type { CharDeviceType, QemuPort } from '@lazyspice/core';
import { QemuError } from '../errors.js';
import { formatOptions, type OptionPair, parseOptions } from './option-list.js';

/** QEMU's options that take no argument; every other one takes one. */
const flags: ReadonlySet<string> = new Set(
  (
    'h help version nodefaults no-user-config S s snapshot nographic curses sdl no-reboot no-shutdown no-acpi ' +
    'no-hpet enable-kvm enable-sync-profile daemonize usb portrait only-migratable preconfig no-fd-bootchk ' +
    'win2k-hack full-screen alt-grab ctrl-grab no-quit no-frame singlestep mem-prealloc semihosting xen-attach ' +
    'xen-domid-restrict nouserconfig'
  ).split(' '),
);

/** What can not be combined with serving the display here, and what to do. */
const conflicts: Readonly<Record<string, string>> = {
  spice: "its options belong behind lazyspice's own --spice",
  display: 'lazyspice shows the machine; leave it out',
  vnc: 'lazyspice shows the machine; leave it out',
  nographic:
    'lazyspice shows the machine; leave it out, and add -serial mon:stdio if you want its console here',
  curses: 'lazyspice shows the machine; leave it out',
  sdl: 'lazyspice shows the machine; leave it out',
  daemonize: 'lazyspice has to stay its parent; put both into the background together',
};

/** What character devices of QEMU's SPICE are, by the name they are given. */
const channelTypes: Readonly<Record<string, CharDeviceType | undefined>> = {
  vdagent: 'vdagent',
  smartcard: 'smartcard',
  usbredir: 'usbredir',
};
const portTypes: Readonly<Record<string, CharDeviceType | undefined>> = {
  'org.spice-space.webdav.0': 'webdav',
  'org.spice-space.stream.0': 'stream',
};

/** Hz of the sound that SPICE's codec carries as it is. */
const frequency = 48_000;
const ownAudio = 'lazyspice-audio';

export interface CommandLineRequest {
  readonly args: readonly string[];
  readonly link: 'dbus' | 'vnc';
  /** Where the sockets are to be: an absolute path of at most 80 bytes, without commas. */
  readonly folder: string;
}
export interface QemuCommandLine {
  readonly args: readonly string[];
  readonly ports: readonly QemuPort[];
  /** The socket of the monitor. */
  readonly qmp: string;
  /** The socket of the VNC server; null: D-Bus. */
  readonly vnc: string | null;
  /** What was changed, in words for people. */
  readonly notes: readonly string[];
}

/** What a character device of QEMU's own SPICE is to clients; null: it is none of that kind. */
export function spicePort(type: string, name: string): Omit<QemuPort, 'path'> | null {
  if (type === 'spiceport') {
    const special = portTypes[name];
    return special === undefined ? { type: 'port', portName: name } : { type: special, portName: null };
  }
  if (type !== 'spicevmc') return null;
  const known = channelTypes[name];
  if (known !== undefined) return { type: known, portName: null };
  throw new QemuError('ERR_QEMU_ARGUMENTS', `there is no '-chardev spicevmc' of name '${name}'`);
}

class CommandLineBuilder {
  readonly #request: CommandLineRequest;
  readonly #args: string[] = [];
  readonly #ports: QemuPort[] = [];
  readonly #notes: string[] = [];
  #audio: string | null = null;
  #foreignAudio = false;

  constructor(request: CommandLineRequest) {
    this.#request = request;
  }

  build(): QemuCommandLine {
    const { args, link } = this.#request;
    for (let at = 0; at < args.length; at++) {
      const word = args[at];
      const option = word.startsWith('-') && word.length > 1 ? word.replace(/^--?/, '') : null;
      if (option !== null && Object.hasOwn(conflicts, option)) {
        const message = `QEMU's '-${option}' can not be used here: ${conflicts[option]}`;
        throw new QemuError('ERR_QEMU_ARGUMENTS', message);
      }
      this.#args.push(word);
      if (option === null || flags.has(option) || at + 1 >= args.length) continue;
      this.#args.push(this.#value(option, args[++at]));
    }
    const qmp = this.#socket('qmp');
    this.#addMonitor(qmp);
    this.#addAudio();
    const vnc = link === 'vnc' ? this.#socket('vnc') : null;
    const audio = this.#audio === null ? [] : [`audiodev=${this.#audio}`];
    if (vnc === null) this.#args.push('-display', ['dbus', 'p2p=yes', ...audio].join(','));
    else this.#args.push('-vnc', [`unix:${vnc}`, ...audio].join(','));
    return { args: this.#args, ports: this.#ports, qmp, vnc, notes: this.#notes };
  }

  #socket(name: string): string {
    return join(this.#request.folder, name);
  }

  #value(option: string, value: string): string {
    if (option === 'chardev') return this.#charDevice(value);
    if (option === 'audiodev')
      return value.startsWith('{') ? this.#jsonAudio(value) : this.#audioDevice(value);
    return value;
  }

  #charDevice(value: string): string {
    const [type, ...pairs] = parseOptions(value, 'backend');
    const name = pairs.find((pair) => pair.name === 'name')?.value ?? '';
    const port = spicePort(type?.value ?? '', name);
    if (port === null) return value;
    const path = this.#socket(`port-${this.#ports.length}`);
    this.#ports.push({ ...port, path });
    this.#notes.push(`-chardev ${type?.value},name=${name} is a socket to lazyspice`);
    const kept = pairs.filter((pair) => pair.name !== 'name' && pair.name !== 'debug');
    return formatOptions([
      { name: null, value: 'socket' },
      ...kept,
      { name: 'path', value: path },
      { name: 'server', value: 'on' },
      { name: 'wait', value: 'off' },
    ]);
  }

  get #audioDriver(): string {
    return this.#request.link === 'dbus' ? 'dbus' : 'none';
  }

  #takeAudio(driver: string, id: string): void {
    this.#audio ??= id;
    if (driver === 'spice') this.#notes.push(`-audiodev spice,id=${id} is lazyspice's`);
  }

  #audioDevice(value: string): string {
    const [driver, ...pairs] = parseOptions(value, 'driver');
    const id = pairs.find((pair) => pair.name === 'id')?.value ?? '';
    if (driver?.value !== 'spice' && driver?.value !== this.#audioDriver) {
      this.#foreignAudio = true;
      return value;
    }
    this.#takeAudio(driver.value, id);
    if (driver.value !== 'spice') return value;
    const settings = ['out.frequency', 'in.frequency']
      .filter((name) => !pairs.some((pair) => pair.name === name))
      .map((name): OptionPair => ({ name, value: String(frequency) }));
    return formatOptions([{ name: null, value: this.#audioDriver }, ...pairs, ...settings]);
  }

  #jsonAudio(value: string): string {
    let device: Record<string, unknown>;
    try {
      device = JSON.parse(value) as Record<string, unknown>;
    } catch {
      // QEMU says it better.
      return value;
    }
    const { driver, id, ...rest } = device;
    if (driver !== 'spice' && driver !== this.#audioDriver) {
      this.#foreignAudio = true;
      return value;
    }
    this.#takeAudio(driver, String(id));
    if (driver !== 'spice') return value;
    const direction = (settings: unknown): object => ({ frequency, ...(settings as object | undefined) });
    const changed = {
      ...rest,
      id,
      driver: this.#audioDriver,
      in: direction(rest.in),
      out: direction(rest.out),
    };
    return JSON.stringify(changed);
  }

  #addMonitor(path: string): void {
    const id = 'lazyspice-monitor';
    this.#args.push('-chardev', `socket,id=${id},path=${path},server=on,wait=off`);
    this.#args.push('-mon', `chardev=${id},mode=control`);
  }

  /** Sound goes to the clients unless the user has sent it elsewhere. */
  #addAudio(): void {
    if (this.#audio !== null || this.#foreignAudio) return;
    this.#audio = ownAudio;
    const rates = `out.frequency=${frequency},in.frequency=${frequency}`;
    this.#args.push('-audiodev', `${this.#audioDriver},id=${ownAudio},${rates}`);
  }
}

/**
 * QEMU's arguments with what lazyspice needs: a monitor, a display, sound. Character and sound devices of QEMU's own
 * SPICE become ours; everything else stays as it is.
 * @throws QemuError ERR_QEMU_ARGUMENTS
 */
export const planCommandLine = (request: CommandLineRequest): QemuCommandLine =>
  new CommandLineBuilder(request).build();
