import { Duplex } from 'node:stream';
import { CharDevice } from '../chardev/char-device.js';
import { type ConnectionId, Demux, muxed, muxedEnd } from './mux.js';

type Done = (error?: Error | null) => void;

/** What connections share. */
interface Line {
  send(parts: readonly Uint8Array[], done: Done): void;
  closed(id: ConnectionId): void;
}

/** One connection to the client's WebDAV server. */
class Connection extends Duplex {
  readonly #id: ConnectionId;
  readonly #line: Line;
  /** Whoever waits until what was given has been read. */
  #taken: (() => void)[] = [];

  constructor(id: ConnectionId, line: Line) {
    super({ allowHalfOpen: true });
    this.#id = id;
    this.#line = line;
  }

  /** Resolves when it has been read, or never will be. */
  give(bytes: Uint8Array): Promise<void> {
    if (this.destroyed || this.push(bytes)) return Promise.resolve();
    return new Promise((resolve) => this.#taken.push(resolve));
  }

  override _read(): void {
    for (const taken of this.#taken.splice(0)) taken();
  }

  override _write(bytes: Uint8Array, _encoding: string, done: Done): void {
    this.#line.send(muxed(this.#id, bytes), done);
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#line.closed(this.#id);
    this._read();
    done(error);
  }
}

/**
 * The folder of whichever client shares one: connections to its WebDAV server over one character device. Connections
 * end with the client.
 */
export class SharedFolder {
  /** To be added to the server. */
  readonly device: CharDevice;
  readonly #demux = new Demux();
  readonly #connections = new Map<ConnectionId, Connection>();
  /** What the client has no room for, in order, and who is told when it is gone. */
  #waiting: { bytes: Uint8Array; readonly done: Done | null }[] = [];
  #lastId: ConnectionId = 0;

  /** @param log is told when a client comes that may share a folder, and when it goes. */
  constructor(log: (message: string) => void) {
    this.device = new CharDevice(
      { type: 'webdav', name: 'webdav' },
      {
        data: (bytes) => this.#fromClient(bytes),
        writable: () => this.#flush(),
        clientOpened: (open) => {
          this.cut();
          log(open ? 'webdav: a client can share a folder' : 'webdav: the client is gone');
        },
      },
    );
  }

  /** Connections that are open. */
  get size(): number {
    return this.#connections.size;
  }

  connect(): Duplex {
    const id = ++this.#lastId;
    const connection = new Connection(id, {
      send: (parts, done) => this.#send(parts, done),
      closed: () => {
        // Otherwise the client has ended it, and knows.
        if (this.#connections.delete(id)) this.#send([muxedEnd(id)], null);
      },
    });
    this.#connections.set(id, connection);
    return connection;
  }

  /** Ends all connections. */
  cut(): void {
    const connections = [...this.#connections.values()];
    this.#connections.clear();
    this.#demux.reset();
    const gone = new Error('the client that shared a folder is gone');
    for (const { done } of this.#waiting.splice(0)) done?.(gone);
    for (const connection of connections) connection.destroy(gone);
  }

  /** A stream writes one chunk at a time, so no more than a chunk of each connection waits. */
  #send(parts: readonly Uint8Array[], done: Done | null): void {
    parts.forEach((bytes, i) => {
      this.#waiting.push({ bytes, done: i === parts.length - 1 ? done : null });
    });
    this.#flush();
  }

  #flush(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const taken = this.device.write(first.bytes);
      if (taken < first.bytes.length) {
        first.bytes = first.bytes.subarray(taken);
        return;
      }
      this.#waiting.shift();
      first.done?.();
    }
  }

  /** Resolves when all of it has been taken: until then the client is not granted more. */
  async #fromClient(bytes: Uint8Array): Promise<void> {
    const reads: Promise<void>[] = [];
    for (const [id, data] of this.#demux.feed(bytes)) {
      const connection = this.#connections.get(id);
      if (connection === undefined) continue;
      if (data !== null) reads.push(connection.give(data));
      else {
        this.#connections.delete(id);
        connection.push(null);
      }
    }
    await Promise.all(reads);
  }
}
