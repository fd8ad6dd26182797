import { once } from 'node:events';
import { lstat, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { JsonObject } from './json-value.js';
import type { MonitorBackend } from './monitor-backend.js';
import { formatQmpAddress, parseQmpAddress, type QmpAddress, QmpAddressError } from './qmp-address.js';
import type { QmpCommand } from './qmp-command.js';
import { QmpSession } from './qmp-session.js';

export interface QmpServerOptions {
  /** Besides the standard ones; one of the same name replaces it. */
  readonly commands?: readonly QmpCommand[];
  /** Bytes of one request; default 1 MiB. */
  readonly maxRequestBytes?: number;
  /** Bytes that a client may leave unread before it is dropped; default 16 MiB. */
  readonly maxUnsentBytes?: number;
  /** Clients that wait for the one being served; default 16, more are turned away. */
  readonly maxWaiting?: number;
  /** Milliseconds since 1970, for the timestamps of events; default the clock's. */
  readonly now?: () => number;
}

/** How long a closing server lets its client read the last answer, in milliseconds. */
const closingGrace = 1000;

/** A QMP monitor on a socket: one client at a time, the others wait for it to leave, as in QEMU. */
export class QmpServer {
  /** Where it listens, with the port that was picked. */
  readonly address: string;
  readonly #server: Server;
  readonly #backend: MonitorBackend;
  readonly #options: QmpServerOptions;
  readonly #waiting: Socket[] = [];
  #current: { readonly socket: Socket; readonly session: QmpSession } | null = null;
  #closed = false;

  /** For `serveQmp`, with a server that listens. */
  constructor(server: Server, address: QmpAddress, backend: MonitorBackend, options: QmpServerOptions) {
    this.#server = server;
    this.#backend = backend;
    this.#options = options;
    const bound = server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    this.address = formatQmpAddress(address.type === 'tcp' ? { ...address, port } : address);
    // A connection that could not be accepted: its client sees it, the machine goes on.
    server.on('error', () => {});
    server.on('connection', (socket) => this.#admit(socket));
  }

  /** Gives an event to the client being served, if there is one and it has negotiated. */
  event(name: string, data?: JsonObject): void {
    const microseconds = Math.round((this.#options.now ?? Date.now)() * 1000);
    const timestamp = { seconds: Math.floor(microseconds / 1e6), microseconds: microseconds % 1e6 };
    this.#current?.session.event(name, timestamp, data);
  }

  /** Stops listening, sends what has been answered and closes the connections. */
  async close(): Promise<void> {
    this.#closed = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#waiting.splice(0)) socket.destroy();
    const socket = this.#current?.socket;
    if (socket !== undefined) {
      socket.destroySoon();
      const timer = setTimeout(() => socket.destroy(), closingGrace);
      socket.once('close', () => clearTimeout(timer));
    }
    await closed;
  }

  #admit(socket: Socket): void {
    // What a socket ends with is seen at its 'close'.
    socket.on('error', () => {});
    if (this.#closed || this.#waiting.length >= (this.#options.maxWaiting ?? 16)) {
      socket.destroy();
      return;
    }
    this.#waiting.push(socket);
    this.#next();
  }

  #next(): void {
    if (this.#current !== null) return;
    const socket = this.#waiting.shift();
    if (socket === undefined) return;
    if (socket.destroyed) this.#next();
    else void this.#serve(socket);
  }

  async #serve(socket: Socket): Promise<void> {
    const { commands, maxRequestBytes, maxUnsentBytes = 16 * 1024 * 1024 } = this.#options;
    const session = new QmpSession({
      backend: this.#backend,
      output(line) {
        socket.write(line);
        if (socket.writableLength > maxUnsentBytes) socket.destroy();
      },
      ended: () => socket.destroySoon(),
      ...(commands === undefined ? {} : { commands }),
      ...(maxRequestBytes === undefined ? {} : { maxRequestBytes }),
    });
    this.#current = { socket, session };
    const gone = new Promise<void>((resolve) => {
      socket.once('close', () => {
        session.close();
        resolve();
      });
    });
    try {
      for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
        session.receive(chunk as Uint8Array);
        await session.idle();
        if (socket.writableNeedDrain) await Promise.race([once(socket, 'drain'), gone]);
      }
      socket.end();
    } catch {
      socket.destroy();
    }
    await gone;
    this.#current = null;
    this.#next();
  }
}

/** Whether somebody answers at the path of a UNIX socket. */
async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') return false;
    throw error;
  } finally {
    socket.destroy();
  }
}

/** Removes a socket that a dead process has left behind. */
async function removeStale(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found?.isSocket() && !(await answers(path))) await unlink(path);
}

/**
 * Serves a QMP monitor at `unix:PATH` or `tcp:HOST:PORT` (port 0 picks a free one). A UNIX socket that nobody
 * serves any more is replaced. There is no authentication: whoever can connect controls the machine.
 * Rejects with a `QmpAddressError` when the address is wrong or taken.
 */
export async function serveQmp(
  address: string,
  backend: MonitorBackend,
  options: QmpServerOptions = {},
): Promise<QmpServer> {
  const where = parseQmpAddress(address);
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
  try {
    if (where.type === 'unix') await removeStale(where.path);
    server.listen(where.type === 'unix' ? { path: where.path } : { host: where.host, port: where.port });
    await once(server, 'listening');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new QmpAddressError(address, reason, { cause: error });
  }
  return new QmpServer(server, where, backend, options);
}
