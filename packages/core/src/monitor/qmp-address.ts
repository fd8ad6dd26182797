/** Where a monitor listens. */
export type QmpAddress =
  | { readonly type: 'unix'; readonly path: string }
  /** Port 0 picks a free one. */
  | { readonly type: 'tcp'; readonly host: string; readonly port: number };

/** A monitor's address that can't be read or used. */
export class QmpAddressError extends Error {
  override readonly name = 'QmpAddressError';
  readonly code = 'ERR_QMP_ADDRESS';
  readonly address: string;

  constructor(address: string, reason: string, options?: ErrorOptions) {
    super(`monitor address '${address}': ${reason}`, options);
    this.address = address;
  }
}

/** Habits of QEMU's users that change nothing here: a monitor always listens and never waits for its client. */
const ignored = new Set(['server', 'server=on', 'nowait', 'wait=off']);
const tcpSyntax = /^(?:\[(?<bracketed>[^[\]]+)\]|(?<host>[^:[\]]*)):(?<port>[0-9]{1,5})$/;

/**
 * Reads `unix:PATH` or `tcp:HOST:PORT`; an IPv6 address stands in brackets, without a host it is loopback.
 * `,server=on,wait=off` may follow, as after QEMU's `-qmp`. Throws `QmpAddressError`.
 */
export function parseQmpAddress(text: string): QmpAddress {
  const [where = '', ...options] = text.split(',');
  for (const option of options) {
    if (!ignored.has(option)) throw new QmpAddressError(text, `Invalid parameter '${option}'`);
  }
  if (where.startsWith('unix:')) {
    const path = where.slice('unix:'.length);
    if (path === '' || path.includes('\0')) throw new QmpAddressError(text, 'a path is expected after unix:');
    return { type: 'unix', path };
  }
  if (!where.startsWith('tcp:')) throw new QmpAddressError(text, 'unix:PATH or tcp:HOST:PORT is expected');
  const groups = tcpSyntax.exec(where.slice('tcp:'.length))?.groups;
  const port = Number(groups?.port);
  if (groups === undefined || port > 65_535) {
    throw new QmpAddressError(text, 'HOST:PORT is expected after tcp:, with a port from 0 to 65535');
  }
  return { type: 'tcp', host: groups.bracketed ?? (groups.host || '127.0.0.1'), port };
}

/** The address as `parseQmpAddress` reads it. */
export function formatQmpAddress(address: QmpAddress): string {
  if (address.type === 'unix') return `unix:${address.path}`;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `tcp:${host}:${address.port}`;
}
