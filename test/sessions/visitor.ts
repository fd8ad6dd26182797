import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { Reader } from '@lazyspice/core';
import { createWebSocketStream, WebSocket } from 'ws';
import { decodeMainServer } from '../../packages/spice-server/src/protocol/generated/main.codec.js';
import { LinkClient, type LinkRequest } from '../support/spice/link-client.js';
import type { TriedServer } from './server.js';

export const transports = ['tcp', 'tls', 'websocket', 'secure websocket'] as const;
export type Transport = (typeof transports)[number];

function open({ port, tlsPort }: TriedServer, transport: Transport): Duplex {
  if (transport === 'tcp') return connect(port, '127.0.0.1');
  if (transport === 'tls') return connectTls({ port: tlsPort, host: '127.0.0.1', rejectUnauthorized: false });
  const url = transport === 'websocket' ? `ws://127.0.0.1:${port}/` : `wss://127.0.0.1:${tlsPort}/`;
  return createWebSocketStream(new WebSocket(url, 'binary', { rejectUnauthorized: false }));
}

const mainInit = 103;

/** One connection of a client that may behave in any way. */
export class Visitor {
  readonly stream: Duplex;
  readonly #link: LinkClient;
  #received: Buffer = Buffer.alloc(0);
  #wake: () => void = () => {};
  #closed = false;

  constructor(server: TriedServer, transport: Transport, request: LinkRequest) {
    this.#link = new LinkClient(request);
    this.stream = open(server, transport);
    this.stream.on('error', () => {});
    this.stream.on('close', () => {
      this.#closed = true;
      this.#wake();
    });
    this.stream.on('data', (bytes: Buffer) => {
      if (this.#link.stage === 'linked')
        this.#received = Buffer.concat([this.#received, bytes]).subarray(0, 65_536);
      else this.#linking(bytes);
      this.#wake();
    });
    for (const bytes of this.#link.takeOutgoing()) this.stream.write(bytes);
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  get isLinked(): boolean {
    return this.#link.stage === 'linked';
  }

  /** The session that MAIN_INIT names; null: it has not come. */
  get sessionId(): number | null {
    const headerBytes = this.#link.miniHeader ? 6 : 18;
    const typeAt = this.#link.miniHeader ? 0 : 8;
    for (let at = 0; at + headerBytes <= this.#received.length; ) {
      const type = this.#received.readUInt16LE(at + typeAt);
      const size = this.#received.readUInt32LE(at + typeAt + 2);
      const body = this.#received.subarray(at + headerBytes, at + headerBytes + size);
      if (body.length < size) return null;
      if (type === mainInit) {
        const message = decodeMainServer(type, new Reader(new Uint8Array(body)));
        return message.name === 'init' ? message.body.sessionId : null;
      }
      at += headerBytes + size;
    }
    return null;
  }

  /** Resolves with whether it came true within `ms`, before the end of the connection. */
  async until(condition: () => boolean, ms: number): Promise<boolean> {
    const end = performance.now() + ms;
    while (!condition()) {
      const left = end - performance.now();
      if (left <= 0 || this.#closed) return condition();
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return true;
  }

  destroy(): void {
    this.stream.destroy();
  }

  #linking(bytes: Buffer): void {
    try {
      this.#link.receive(bytes);
    } catch {
      // Whatever was sent to it, this is not how a server answers; `isLinked` stays false.
      this.destroy();
      return;
    }
    for (const outgoing of this.#link.takeOutgoing()) this.stream.write(outgoing);
    if (this.#link.stage === 'linked') this.#received = Buffer.from(this.#link.rest);
  }
}

/** Logs in and opens the session's main channel; null: not within `ms`. */
export async function login(
  server: TriedServer,
  transport: Transport,
  ms: number,
  password = '',
): Promise<{ readonly main: Visitor; readonly sessionId: number } | null> {
  const main = new Visitor(server, transport, { channelType: 1, password });
  await main.until(() => main.sessionId !== null, ms);
  const { sessionId } = main;
  if (sessionId !== null) return { main, sessionId };
  main.destroy();
  return null;
}
