import { lookup } from 'node:dns/promises';
import { stat, unlink } from 'node:fs/promises';
import { connect, createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ByteStream } from './byte-stream.js';
import { SecureStream } from './secure-stream.js';
import { SniffingStream } from './sniffing-stream.js';
import { SocketStream } from './socket-stream.js';

export type Door =
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly family: 'any' | 'ipv4' | 'ipv6';
    }
  /** `path` with a leading `@` or NUL: a name that is no file (Linux). */
  | { readonly kind: 'unix'; readonly path: string }
  /** A socket that listens already. */
  | { readonly kind: 'inherited'; readonly fd: number };

/** A listening socket that hands every connection on. */
export class Listener {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Listens; rejects when the address cannot be had. */
  static async open(door: Door, connected: (socket: Socket) => void): Promise<Listener> {
    const server = createServer({ allowHalfOpen: false });
    const listener = new Listener(server);
    server.on('connection', (socket) => {
      listener.#sockets.add(socket);
      socket.once('close', () => listener.#sockets.delete(socket));
      connected(socket);
    });
    const place = await listenOptions(door);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(place, () => {
        server.off('error', reject);
        resolve();
      });
    });
    // One connection that could not be accepted, for want of descriptors: the door stays open.
    server.on('error', () => {});
    return listener;
  }

  /** The port it listens at; null for a UNIX socket. */
  get port(): number | null {
    const address = this.#server.address();
    return address !== null && typeof address === 'object' ? address.port : null;
  }

  /** The address or path it listens at; null: it has none. */
  get place(): string | null {
    const address = this.#server.address();
    return address !== null && typeof address === 'object' ? address.address : address;
  }

  /** Stops listening and closes every connection that came through it. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

/** A connected socket as a byte stream on which SPICE and WebSocket clients are told apart. */
export function openStream(socket: Socket): ByteStream {
  const local = socket.remoteAddress === undefined;
  return new SniffingStream(
    socket instanceof TLSSocket
      ? new SecureStream(socket)
      : new SocketStream(socket, { secure: false, local }),
  );
}

/** Where to listen: host names are looked up in the wanted family; a socket left behind is removed. */
async function listenOptions(door: Door): Promise<ListenOptions & { readonly fd?: number }> {
  if (door.kind === 'inherited') return { fd: door.fd };
  if (door.kind === 'unix') {
    if (/^[@\0]/.test(door.path)) return { path: `\0${door.path.slice(1)}` };
    const existing = await stat(door.path).catch(() => null);
    if (existing?.isSocket() && !(await isServed(door.path))) await unlink(door.path);
    return { path: door.path };
  }
  const { host, port, family } = door;
  if (family === 'any') return { host, port };
  const { address } = await lookup(host, { family: family === 'ipv4' ? 4 : 6 });
  return { host: address, port, ipv6Only: family === 'ipv6' };
}

/** Whether somebody listens at a UNIX socket. */
function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const answer = (served: boolean) => (): void => {
      socket.destroy();
      resolve(served);
    };
    socket.once('connect', answer(true));
    socket.once('error', answer(false));
  });
}
