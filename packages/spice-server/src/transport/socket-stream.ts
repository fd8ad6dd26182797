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
    let failure: Error | null = null;
    socket.on('data', (bytes: Uint8Array) => this.handlers.data(bytes));
    // A peer that half-closes has nothing more to say: SPICE has no use for half-open streams.
    socket.on('end', () => socket.destroy());
    socket.on('error', (error) => {
      failure = error;
    });
    socket.on('close', () => this.handlers.closed(failure));
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
