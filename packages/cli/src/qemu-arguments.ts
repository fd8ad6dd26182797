import { parseArgs } from 'node:util';
import type { QemuPort } from '@lazyspice/core';
import { charDevArgument } from './chardev-arguments.js';
import { type MachineArguments, machineArguments, machineOptions, oneOf } from './machine-arguments.js';
import { UsageError } from './usage.js';

export interface QemuArguments extends MachineArguments {
  readonly command: 'qemu';
  readonly program: string;
  readonly link: 'auto' | 'dbus' | 'vnc';
  /** QEMU's own arguments. */
  readonly qemuArguments: readonly string[];
}
export interface AttachArguments extends MachineArguments {
  readonly command: 'attach';
  /** The UNIX socket of QEMU's monitor; `qmp` is where ours is served. */
  readonly monitor: string;
  readonly ports: readonly QemuPort[];
}

const qemuOptions = {
  ...machineOptions,
  program: { type: 'string', default: 'qemu-system-x86_64' },
  link: { type: 'string', default: 'auto' },
} as const;
const attachOptions = {
  ...machineOptions,
  'serve-qmp': { type: 'string' },
  chardev: { type: 'string', multiple: true },
} as const;

/** @throws UsageError */
export function parseQemu(args: readonly string[]): QemuArguments {
  const border = args.indexOf('--');
  if (border < 0) throw new UsageError("qemu: QEMU's own arguments belong behind '--'");
  const { values } = parseArgs({ args: args.slice(0, border), options: qemuOptions });
  return {
    command: 'qemu',
    ...machineArguments(values),
    program: values.program,
    link: oneOf('link', values.link, ['auto', 'dbus', 'vnc']),
    qemuArguments: args.slice(border + 1),
  };
}

/** QEMU's character devices are at UNIX sockets, whose paths have at most 107 bytes. */
function port(text: string): QemuPort {
  const { type, portName, address } = charDevArgument(text);
  const path = /^unix:(.{1,107})$/.exec(address)?.[1];
  if (path === undefined) throw new UsageError(`option '--chardev' takes NAME=unix:PATH, not '${text}'`);
  return { type, portName, path };
}

/** @throws UsageError */
export function parseAttach(args: readonly string[]): AttachArguments {
  const { values } = parseArgs({ args: [...args], options: attachOptions });
  const { qmp, chardev = [], 'serve-qmp': served } = values;
  const path = /^unix:(.+)$/.exec(qmp ?? '')?.[1];
  if (path === undefined) throw new UsageError("attach: QEMU's monitor is needed: --qmp unix:PATH");
  return {
    command: 'attach',
    ...machineArguments({ ...values, qmp: served }),
    monitor: path,
    ports: chardev.map(port),
  };
}
