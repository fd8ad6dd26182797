import { type ByteStream, idleHandlers, type PeerAddress, type StreamHandlers } from './byte-stream.js';
import type { SocketStream } from './socket-stream.js';
import { RequestSniffer, type UpgradeRequest } from './websocket-request.js';

/**
 * A stream on a door where SPICE and WebSocket clients both knock. It reads until it knows which one it has;
 * then it is that stream. What is neither goes on as SPICE, whose link stage refuses it.
 */
export class SniffingStream implements ByteStream {
  readonly peer: string;
  readonly address: PeerAddress;
  readonly secure: boolean;
  readonly local: boolean;
  #carrier: ByteStream;
  #handlers: StreamHandlers = idleHandlers;
  #decided = false;
  #destroyed = false;

  constructor(stream: SocketStream) {
    this.peer = stream.peer;
    this.address = stream.address;
    this.secure = stream.secure;
    this.local = stream.local;
    this.#carrier = stream;
    const sniffer = new RequestSniffer();
    stream.handlers = {
      data: (bytes) => {
        const sniffed = sniffer.push(bytes);
        if (sniffed.kind === 'undecided') return;
        if (sniffed.kind === 'websocket') return void this.#upgrade(stream, sniffed.request, sniffed.rest);
        this.#decide(stream);
        this.#handlers.data(sniffed.bytes);
      },
      drained: () => {},
      closed: (error) => this.#handlers.closed(error),
    };
  }

  get handlers(): StreamHandlers {
    return this.#handlers;
  }

  set handlers(handlers: StreamHandlers) {
    this.#handlers = handlers;
    if (this.#decided) this.#carrier.handlers = handlers;
  }

  get pendingBytes(): number {
    return this.#carrier.pendingBytes;
  }

  write(chunks: readonly Uint8Array[]): void {
    this.#carrier.write(chunks);
  }

  end(): void {
    this.#carrier.end();
  }

  destroy(): void {
    this.#destroyed = true;
    this.#carrier.destroy();
  }

  pause(): void {
    this.#carrier.pause();
  }

  resume(): void {
    this.#carrier.resume();
  }

  #decide(carrier: ByteStream): void {
    this.#decided = true;
    this.#carrier = carrier;
    carrier.handlers = this.#handlers;
  }

  async #upgrade(stream: SocketStream, request: UpgradeRequest, rest: Uint8Array): Promise<void> {
    stream.pause();
    const { acceptWebSocket } = await import('./websocket-stream.js');
    if (this.#destroyed) return;
    const socket = stream.release();
    const webSocket = acceptWebSocket(socket, request, rest, stream);
    // The client went away while the code was loaded.
    if (webSocket === null) return this.#handlers.closed(null);
    this.#decide(webSocket);
    // Listening alone does not set a paused socket going.
    socket.resume();
  }
}
