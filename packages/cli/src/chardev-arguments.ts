import type { CharDeviceType } from '@lazyspice/core';
import { UsageError } from './usage.js';

/** A character device whose other end is at a socket. */
export interface CharDevArgument {
  readonly type: CharDeviceType;
  /** Of ports; null for other types. */
  readonly portName: string | null;
  /** `unix:PATH` or `tcp:HOST:PORT`. */
  readonly address: string;
}

/** Names that are no port's. */
const kinds: Readonly<Record<string, CharDeviceType>> = {
  vdagent: 'vdagent',
  smartcard: 'smartcard',
  usbredir: 'usbredir',
  'org.spice-space.webdav.0': 'webdav',
  'org.spice-space.stream.0': 'stream',
};

/**
 * Reads `NAME=ADDRESS`.
 * @throws UsageError
 */
export function charDevArgument(text: string): CharDevArgument {
  const { name, address } = /^(?<name>[^=]{1,1023})=(?<address>(?:unix|tcp):.+)$/.exec(text)?.groups ?? {};
  if (name === undefined || address === undefined) {
    throw new UsageError(`option '--chardev' takes NAME=unix:PATH or NAME=tcp:HOST:PORT, not '${text}'`);
  }
  const type = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  return type === undefined ? { type: 'port', portName: name, address } : { type, portName: null, address };
}
