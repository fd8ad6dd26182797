import { parseSpiceOptions, type SpiceOptions } from '@lazyspice/core';
import { UsageError } from './usage.js';

export interface MachineArguments {
  /** null: no SPICE at all. */
  readonly spice: SpiceOptions | null;
  readonly qmp: string | null;
  readonly isolation: 'worker' | 'inline';
  readonly screenshot: string | null;
  /** The port of the web page, 0: any free one; null: no page. */
  readonly web: number | null;
  /** The port of the metrics, 0: any free one; null: none. */
  readonly metrics: number | null;
  /** The port at which the folder of a client is served, 0: any free one; null: it is not. */
  readonly webdav: number | null;
  /** The connection file to write for remote-viewer. */
  readonly vv: string | null;
  readonly json: boolean;
}
export const machineOptions = {
  spice: { type: 'string' },
  qmp: { type: 'string' },
  isolation: { type: 'string', default: 'worker' },
  screenshot: { type: 'string' },
  web: { type: 'string' },
  metrics: { type: 'string' },
  webdav: { type: 'string' },
  vv: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;
export function oneOf<const V extends string>(option: string, value: string, values: readonly V[]): V {
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

function portNumber(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new UsageError(`option '--${option}' takes a port, not '${text}'`);
  return port;
}

function webPort(text: string | undefined, spice: SpiceOptions | null): number | null {
  const port = portNumber('web', text);
  if (port === null) return null;
  if (spice === null || spice.port === null)
    throw new UsageError("option '--web' needs --spice with port=...");
  return port;
}

export function machineArguments(values: {
  spice?: string | undefined;
  qmp?: string | undefined;
  isolation: string;
  screenshot?: string | undefined;
  web?: string | undefined;
  metrics?: string | undefined;
  webdav?: string | undefined;
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
    metrics: portNumber('metrics', values.metrics),
    webdav: portNumber('webdav', values.webdav),
    vv: values.vv ?? null,
    json: values.json,
  };
}
