import { lookup } from 'node:dns/promises';
import { stat, unlink } from 'node:fs/promises';
import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import type { ByteStream } from './byte-stream.js';
import { SniffingStream } from './sniffing-stream.js';
import { SocketStream } from './socket-stream.js';

export type Door =
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly family: 'any' | 'ipv4' | 'ipv6';
    }
  | { readonly kind: 'unix'; readonly path: string };

/** A listening socket that hands every connection on as a byte stream. */
export class Listener {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Listens; rejects when the address cannot be had. */
  static async open(door: Door, accept: (stream: ByteStream) => void): Promise<Listener> {
    const server = createServer({ allowHalfOpen: false });
    const listener = new Listener(server);
    server.on('connection', (socket) => {
      listener.#sockets.add(socket);
      socket.once('close', () => listener.#sockets.delete(socket));
      accept(new SniffingStream(new SocketStream(socket, { secure: false, local: door.kind === 'unix' })));
    });
    const place = await listenOptions(door);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(place, () => {
        server.off('error', reject);
        resolve();
      });
    });
    return listener;
  }

  /** The port it listens at; null for a UNIX socket. */
  get port(): number | null {
    const address = this.#server.address();
    return address !== null && typeof address === 'object' ? address.port : null;
  }

  /** Stops listening and closes every connection that came through it. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

/** Where to listen: host names are looked up in the wanted family; a socket left behind is removed. */
async function listenOptions(door: Door): Promise<ListenOptions> {
  if (door.kind === 'unix') {
    const existing = await stat(door.path).catch(() => null);
    if (existing?.isSocket()) await unlink(door.path);
    return { path: door.path };
  }
  const { host, port, family } = door;
  if (family === 'any') return { host, port };
  const { address } = await lookup(host, { family: family === 'ipv4' ? 4 : 6 });
  return { host: address, port, ipv6Only: family === 'ipv6' };
}
