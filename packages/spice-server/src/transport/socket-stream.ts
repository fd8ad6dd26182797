import type { Socket } from 'node:net';
import { type ByteStream, idleHandlers, type PeerAddress, type StreamHandlers } from './byte-stream.js';

const keepAliveMs = 600_000;

/** A TCP or UNIX socket as a byte stream. */
export class SocketStream implements ByteStream {
  handlers: StreamHandlers = idleHandlers;
  readonly peer: string;
  readonly address: PeerAddress;
  readonly secure: boolean;
  readonly local: boolean;
  readonly #socket: Socket;
  #failure: Error | null = null;
  readonly #listeners = {
    data: (bytes: Uint8Array): void => this.handlers.data(bytes),
    // A peer that half-closes has nothing more to say: SPICE has no use for half-open streams.
    end: (): void => this.destroy(),
    error: (error: Error): void => {
      this.#failure = error;
    },
    close: (): void => this.handlers.closed(this.#failure),
  };
  /** The last chunk of a write has reached the operating system. */
  readonly #taken = (): void => {
    if (this.#socket.writableLength === 0) this.handlers.drained();
  };

  constructor(socket: Socket, options: { readonly secure: boolean; readonly local: boolean }) {
    this.#socket = socket;
    this.secure = options.secure;
    this.local = options.local;
    this.address = options.local
      ? { host: '', port: '', family: 'unix' }
      : {
          host: socket.remoteAddress ?? '',
          port: String(socket.remotePort ?? ''),
          family: socket.remoteFamily === 'IPv6' ? 'ipv6' : 'ipv4',
        };
    this.peer = options.local ? 'unix' : `${socket.remoteAddress}:${socket.remotePort}`;
    if (!options.local) {
      socket.setNoDelay(true);
      socket.setKeepAlive(true, keepAliveMs);
    }
    for (const [event, listener] of Object.entries(this.#listeners)) socket.on(event, listener);
  }

  /** Gives the socket up: this stream no longer listens to it. */
  release(): Socket {
    for (const [event, listener] of Object.entries(this.#listeners)) this.#socket.off(event, listener);
    return this.#socket;
  }

  get pendingBytes(): number {
    return this.#socket.writableLength;
  }

  write(chunks: readonly Uint8Array[]): void {
    const socket = this.#socket;
    if (!socket.writable) return;
    const last = chunks.length - 1;
    socket.cork();
    chunks.forEach((chunk, i) => {
      if (i < last) socket.write(chunk);
      else socket.write(chunk, this.#taken);
    });
    socket.uncork();
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }
}
