import { once } from 'node:events';
import { lstat, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { CharDevice, type CharDeviceIdentity } from './char-device.js';
import {
  formatSocketAddress,
  parseSocketAddress,
  type SocketAddress,
  SocketAddressError,
} from './socket-address.js';

export interface SocketDeviceOptions {
  /** `server`: listens, and serves one connection at a time. `client`: connects, and again when it is cut. */
  readonly role: 'server' | 'client';
  /** Between attempts of a client, milliseconds; default 1000. */
  readonly reconnectMs?: number;
  /** Is told of connections that come and go. */
  log?(message: string): void;
}

/** A character device whose guest is whoever is at the other end of a socket. */
export interface SocketDevice {
  readonly device: CharDevice;
  /** Where it listens or connects to, with the port that was picked. */
  readonly address: string;
  /** Ends the connection and stops listening. The device stays where it is, closed. */
  close(): Promise<void>;
}

/**
 * Makes a character device of a socket at `unix:PATH` or `tcp:HOST:PORT` (port 0 picks a free one): the guest's end is
 * open while there is a connection. A server that gives an agent up has its connection closed, so that the agent can
 * come back. A UNIX socket that nobody serves any more is replaced. There is no authentication.
 * Rejects with a `SocketAddressError` when the address is wrong or taken.
 */
export async function socketDevice(
  identity: CharDeviceIdentity,
  address: string,
  options: SocketDeviceOptions,
): Promise<SocketDevice> {
  const where = parseSocketAddress(address);
  const line = new SocketLine(identity, options.log ?? (() => {}));
  if (options.role === 'client') {
    const stop = keepConnected(where, line, options.reconnectMs ?? 1000);
    return { device: line.device, address: formatSocketAddress(where), close: stop };
  }
  const server = createServer();
  await listen(server, where, address);
  // A connection that could not be accepted: its peer sees it, the machine goes on.
  server.on('error', () => {});
  server.on('connection', (socket) => {
    if (!line.take(socket)) socket.destroy();
  });
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  return {
    device: line.device,
    address: formatSocketAddress(where.type === 'tcp' ? { ...where, port } : where),
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      line.cut();
      await closed;
    },
  };
}

/** The device, and the socket that is its guest at the moment. */
class SocketLine {
  readonly device: CharDevice;
  readonly #log: (message: string) => void;
  #socket: Socket | null = null;
  /** What the socket has sent and the clients have no room for. */
  #rest: Uint8Array | null = null;

  constructor(identity: CharDeviceIdentity, log: (message: string) => void) {
    this.#log = log;
    this.device = new CharDevice(identity, {
      data: (bytes) => this.#toSocket(bytes),
      writable: () => this.#fromSocket(),
      clientOpened: (open) => {
        if (!open && identity.type === 'vdagent' && this.device.isAttached) this.cut();
      },
    });
  }

  /** Makes a connected socket the guest. False: there is one already. */
  take(socket: Socket): boolean {
    if (this.#socket !== null) return false;
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('data', (bytes: Uint8Array) => {
      this.#rest = bytes;
      this.#fromSocket();
    });
    socket.on('close', () => {
      this.#socket = null;
      this.#rest = null;
      this.device.setOpen(false);
      this.#log(`${this.device.name}: disconnected`);
    });
    this.#log(`${this.device.name}: connected`);
    this.device.setOpen(true);
    return true;
  }

  cut(): void {
    this.#socket?.destroy();
  }

  #toSocket(bytes: Uint8Array): Promise<void> {
    const socket = this.#socket;
    if (socket === null) return Promise.resolve();
    return new Promise((resolve) => socket.write(bytes, () => resolve()));
  }

  #fromSocket(): void {
    const rest = this.#rest;
    if (rest === null) return;
    const taken = this.device.write(rest);
    this.#rest = taken < rest.length ? rest.subarray(taken) : null;
    if (this.#rest === null) this.#socket?.resume();
    else this.#socket?.pause();
  }
}

function keepConnected(where: SocketAddress, line: SocketLine, reconnectMs: number): () => Promise<void> {
  let stopped = false;
  let socket: Socket | null = null;
  let timer: NodeJS.Timeout | null = null;
  const attempt = (): void => {
    const one = where.type === 'unix' ? connect(where.path) : connect(where.port, where.host);
    socket = one;
    one.on('error', () => {});
    one.on('connect', () => line.take(one));
    one.on('close', () => {
      if (!stopped) timer = setTimeout(attempt, reconnectMs);
    });
  };
  attempt();
  return async () => {
    stopped = true;
    if (timer !== null) clearTimeout(timer);
    if (socket !== null && !socket.closed) {
      const closed = once(socket, 'close');
      socket.destroy();
      await closed;
    }
  };
}

async function listen(server: Server, where: SocketAddress, address: string): Promise<void> {
  try {
    if (where.type === 'unix') await removeStale(where.path);
    server.listen(where.type === 'unix' ? { path: where.path } : { host: where.host, port: where.port });
    await once(server, 'listening');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SocketAddressError(address, reason, { cause: error });
  }
}

/** Removes a UNIX socket that a dead process has left behind. */
async function removeStale(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (!found?.isSocket()) return;
  const socket = connect(path);
  try {
    await once(socket, 'connect');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error;
    await unlink(path);
  } finally {
    socket.destroy();
  }
}
