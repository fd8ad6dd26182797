/** Where the guest's end of a character device is reached. */
export type SocketAddress =
  | { readonly type: 'unix'; readonly path: string }
  /** Port 0 picks a free one. */
  | { readonly type: 'tcp'; readonly host: string; readonly port: number };

/** An address of a character device that cannot be read or used. */
export class SocketAddressError extends Error {
  override readonly name = 'SocketAddressError';
  readonly code = 'ERR_CHARDEV_ADDRESS';
  readonly address: string;

  constructor(address: string, reason: string, options?: ErrorOptions) {
    super(`socket address '${address}': ${reason}`, options);
    this.address = address;
  }
}

const tcpSyntax = /^(?:\[(?<bracketed>[^[\]]+)\]|(?<host>[^:[\]]*)):(?<port>[0-9]{1,5})$/;

/**
 * Reads `unix:PATH` or `tcp:HOST:PORT`; an IPv6 address stands in brackets, without a host it is loopback.
 * @throws SocketAddressError
 */
export function parseSocketAddress(text: string): SocketAddress {
  if (text.startsWith('unix:')) {
    const path = text.slice('unix:'.length);
    if (path === '' || path.includes('\0'))
      throw new SocketAddressError(text, 'a path is expected after unix:');
    return { type: 'unix', path };
  }
  if (!text.startsWith('tcp:')) throw new SocketAddressError(text, 'unix:PATH or tcp:HOST:PORT is expected');
  const groups = tcpSyntax.exec(text.slice('tcp:'.length))?.groups;
  const port = Number(groups?.port);
  if (groups === undefined || port > 65_535) {
    throw new SocketAddressError(text, 'HOST:PORT is expected after tcp:, with a port from 0 to 65535');
  }
  return { type: 'tcp', host: groups.bracketed ?? (groups.host || '127.0.0.1'), port };
}

/** The address as `parseSocketAddress` reads it. */
export function formatSocketAddress(address: SocketAddress): string {
  if (address.type === 'unix') return `unix:${address.path}`;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `tcp:${host}:${address.port}`;
}
