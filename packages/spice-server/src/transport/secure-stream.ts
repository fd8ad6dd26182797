import type { TLSSocket } from 'node:tls';
import { SocketStream } from './socket-stream.js';

/**
 * A TLS socket as a byte stream. The last byte of what there is to write always travels in a TLS record of its
 * own: spice-gtk reads on only while its socket is readable, so messages that arrive together in the last
 * record would wait, decrypted and unseen, for the next one.
 */
export class SecureStream extends SocketStream {
  readonly #socket: TLSSocket;
  #queue: Uint8Array[] = [];
  /** Bytes in the queue, and of a record that waits for the one before it. */
  #queued = 0;
  #busy = false;
  #ending = false;

  constructor(socket: TLSSocket) {
    super(socket, { secure: true, local: socket.remoteAddress === undefined });
    this.#socket = socket;
  }

  override get pendingBytes(): number {
    return this.#queued + super.pendingBytes;
  }

  override write(chunks: readonly Uint8Array[]): void {
    if (!this.#socket.writable || this.#ending) return;
    for (const chunk of chunks) {
      if (chunk.length === 0) continue;
      this.#queue.push(chunk);
      this.#queued += chunk.length;
    }
    this.#flush();
  }

  override end(): void {
    this.#ending = true;
    if (!this.#busy) super.end();
  }

  /** Two writes, the second when the first has been taken: they would become one record otherwise. */
  #flush(): void {
    const last = this.#queue.at(-1);
    if (this.#busy || last === undefined) return;
    this.#busy = true;
    const body = [...this.#queue.slice(0, -1), last.subarray(0, -1)].filter((chunk) => chunk.length > 0);
    this.#queue = [];
    this.#queued = 1;
    const tail = (): void => {
      this.#queued -= 1;
      this.#socket.write(last.subarray(-1), () => this.#flushed());
    };
    if (body.length === 0) return tail();
    this.#socket.cork();
    body.forEach((chunk, i) => {
      if (i < body.length - 1) this.#socket.write(chunk);
      else this.#socket.write(chunk, (error) => !error && tail());
    });
    this.#socket.uncork();
  }

  #flushed(): void {
    this.#busy = false;
    if (this.#queue.length > 0) this.#flush();
    else if (this.#ending) super.end();
    else if (this.pendingBytes === 0) this.handlers.drained();
  }
}
