import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { type ByteStream, idleHandlers, type PeerAddress, type StreamHandlers } from './byte-stream.js';
import type { UpgradeRequest } from './websocket-request.js';

/** The longest message of a client, in bytes: it is kept until it is complete, before anybody has logged in. */
const maxMessageBytes = 256 * 1024;
/** Chunks up to this many bytes are put together into frames of about this size; larger ones are not copied. */
const joinBytes = 16 * 1024;

const server = new WebSocketServer({
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: maxMessageBytes,
  // Text frames carry bytes like binary ones.
  skipUTF8Validation: true,
});
server.on('headers', (lines) => {
  const index = lines.indexOf('Upgrade: websocket');
  if (index >= 0) lines[index] = 'Upgrade: WebSocket';
});

/** Answers an upgrade request; the socket belongs to the WebSocket from then on. `rest`: bytes behind the request. */
export function acceptWebSocket(
  socket: Socket,
  request: UpgradeRequest,
  rest: Uint8Array,
  of: Pick<ByteStream, 'peer' | 'address' | 'secure' | 'local'>,
): WebSocketStream | null {
  const headers: Record<string, string> = {
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': request.key,
  };
  if (request.protocol !== null) headers['sec-websocket-protocol'] = request.protocol;
  let stream: WebSocketStream | null = null;
  // The request has been read already; of a message only these parts are looked at.
  const message = { method: 'GET', headers } as unknown as IncomingMessage;
  server.handleUpgrade(message, socket, Buffer.from(rest), (webSocket) => {
    stream = new WebSocketStream(webSocket, socket, of);
  });
  return stream;
}

/** The payload of a WebSocket's data frames as one byte stream: frame boundaries mean nothing. */
export class WebSocketStream implements ByteStream {
  handlers: StreamHandlers = idleHandlers;
  readonly peer: string;
  readonly address: PeerAddress;
  readonly secure: boolean;
  readonly local: boolean;
  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  readonly #taken = (): void => {
    if (this.pendingBytes === 0) this.handlers.drained();
  };

  constructor(
    webSocket: WebSocket,
    socket: Socket,
    of: Pick<ByteStream, 'peer' | 'address' | 'secure' | 'local'>,
  ) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.peer = `${of.peer} (WebSocket)`;
    this.address = of.address;
    this.secure = of.secure;
    this.local = of.local;
    let failure: Error | null = null;
    // Messages come as one Buffer unless another `binaryType` is set.
    webSocket.on('message', (data) => this.handlers.data(data as Buffer));
    webSocket.on('error', (error) => {
      failure = error;
    });
    webSocket.on('close', () => this.handlers.closed(failure));
  }

  get pendingBytes(): number {
    return this.#webSocket.bufferedAmount;
  }

  write(chunks: readonly Uint8Array[]): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    const frames = joinSmall(chunks);
    const last = frames.length - 1;
    this.#socket.cork();
    frames.forEach((frame, i) => {
      if (i < last) this.#webSocket.send(frame, { binary: true });
      else this.#webSocket.send(frame, { binary: true }, this.#taken);
    });
    this.#socket.uncork();
  }

  end(): void {
    this.#webSocket.close(1000);
  }

  destroy(): void {
    this.#webSocket.terminate();
  }

  pause(): void {
    this.#webSocket.pause();
  }

  resume(): void {
    this.#webSocket.resume();
  }
}

/** The same bytes in fewer chunks: neighbours that are small become one. */
export function joinSmall(chunks: readonly Uint8Array[]): Uint8Array[] {
  const frames: Uint8Array[] = [];
  let small: Uint8Array[] = [];
  let size = 0;
  const flush = (): void => {
    if (small.length > 0) frames.push(small.length === 1 ? small[0] : Buffer.concat(small, size));
    small = [];
    size = 0;
  };
  for (const chunk of chunks) {
    if (size + chunk.length > joinBytes) flush();
    small.push(chunk);
    size += chunk.length;
  }
  flush();
  return frames;
}
