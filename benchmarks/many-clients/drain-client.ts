import { connect, type Socket } from 'node:net';
import { Writer } from '../../packages/core/src/index.js';
import { displayCapabilities } from '../../packages/spice-server/src/protocol/capabilities.js';
import { channelTypes } from '../../packages/spice-server/src/protocol/channel-types.js';
import { baseClient, baseServer } from '../../packages/spice-server/src/protocol/generated/base.codec.js';
import { displayClient } from '../../packages/spice-server/src/protocol/generated/display.codec.js';
import { mainServer } from '../../packages/spice-server/src/protocol/generated/main.codec.js';
import { FrameWriter, type MessageEncoder } from '../../packages/spice-server/src/wire/framing.js';
import { joined, LinkClient, type LinkRequest } from '../../test/support/spice/link-client.js';

/** What spice-gtk announces, of what the server can make use of, and what it asks for in INIT. */
const abilities = [
  displayCapabilities.monitorsConfig,
  displayCapabilities.composite,
  displayCapabilities.a8Surface,
  displayCapabilities.lz4Compression,
] as const;
const cachePixels = 20_971_520n;
/** Type, size. */
const headerBytes = 6;
/** Messages below are those of all channels, which are answered; main's INIT is the first above. */
const firstOwnType = 104;

/** One connection: links, answers pings, acknowledges, counts. */
class DrainedChannel {
  bytes = 0;
  messages = 0;
  /** Called with the session's id. */
  initialised: (sessionId: number) => void = () => {};
  /** Called when bytes have come. */
  arrived: () => void = () => {};
  readonly linked: Promise<void>;
  readonly #socket: Socket;
  readonly #writer = new Writer();
  readonly #frames = new FrameWriter(true);
  #window = 0;
  #sinceAck = 0;
  /** The beginning of a message, or how much of one is still to come. */
  #kept: Uint8Array = new Uint8Array(0);
  #skip = 0;

  constructor(port: number, request: LinkRequest) {
    const link = new LinkClient(request);
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.write(joined(link.takeOutgoing()));
    this.linked = new Promise((resolve, reject) => {
      this.#socket.once('close', () => reject(new Error('the server closed a connection')));
      let behind = false;
      this.#socket.on('data', (chunk) => {
        const bytes = chunk as Uint8Array;
        if (behind) return this.#receive(bytes);
        link.receive(bytes);
        const outgoing = link.takeOutgoing();
        if (outgoing.length > 0) this.#socket.write(joined(outgoing));
        if (link.stage !== 'linked') return;
        behind = true;
        resolve();
        queueMicrotask(() => this.#receive(link.rest));
      });
    });
  }

  send<B>(message: MessageEncoder<B>, body: B): void {
    this.#frames.write(this.#writer, message, body);
    this.#socket.write(joined(this.#writer.takeChunks()));
  }

  /** Reads nothing any more. */
  stop(): void {
    this.#socket.pause();
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Cuts out what has to be answered; the bodies of everything else are skipped. */
  #receive(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    const bytes = this.#kept.length === 0 ? chunk : joined([this.#kept, chunk]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = this.#skip;
    while (at + headerBytes <= bytes.length) {
      const type = view.getUint16(at, true);
      const end = at + headerBytes + view.getUint32(at + 2, true);
      if (end > bytes.length && type < firstOwnType) break;
      this.#message(type, new DataView(view.buffer, view.byteOffset + at + headerBytes));
      at = end;
    }
    this.#kept = bytes.subarray(Math.min(at, bytes.length));
    this.#skip = Math.max(0, at - bytes.length);
    this.arrived();
  }

  #message(type: number, body: DataView): void {
    this.messages++;
    if (type === baseServer.setAck.id) {
      this.#window = body.getUint32(4, true);
      this.#sinceAck = 0;
      this.send(baseClient.ackSync, { generation: body.getUint32(0, true) });
    } else if (this.#window > 0 && ++this.#sinceAck === this.#window) {
      this.#sinceAck = 0;
      this.send(baseClient.ack, {});
    }
    if (type === baseServer.ping.id) {
      this.send(baseClient.pong, { id: body.getUint32(0, true), timestamp: body.getBigUint64(4, true) });
    }
    if (type === mainServer.init.id) this.initialised(body.getUint32(0, true));
  }
}

/** A client that takes everything and draws nothing: as cheap as a client can be. */
export class DrainClient {
  readonly #port: number;
  readonly #main: DrainedChannel;
  #display: DrainedChannel | null = null;
  /** What had come of the display, bytes, and when: `performance.now()`. */
  readonly progress: { readonly at: number; readonly bytes: number }[] = [];

  private constructor(port: number) {
    this.#port = port;
    this.#main = new DrainedChannel(port, { channelType: channelTypes.main });
  }

  /** A client with a session and no display yet. */
  static async connect(port: number): Promise<DrainClient & { readonly sessionId: number }> {
    const client = new DrainClient(port);
    const sessionId = new Promise<number>((resolve) => {
      client.#main.initialised = resolve;
    });
    await client.#main.linked;
    return Object.assign(client, { sessionId: await sessionId });
  }

  /** Opens its display. `glzPixels`: of the GLZ window; 0: it has none. */
  async openDisplay(this: DrainClient & { readonly sessionId: number }, glzPixels: number): Promise<void> {
    const display = new DrainedChannel(this.#port, {
      channelType: channelTypes.display,
      connectionId: this.sessionId,
      channelCapabilities: abilities,
    });
    display.arrived = () => this.progress.push({ at: performance.now(), bytes: display.bytes });
    this.#display = display;
    await display.linked;
    display.send(displayClient.init, {
      pixmapCacheId: 1,
      pixmapCacheSize: cachePixels,
      glzDictionaryId: 1,
      glzWindowSize: glzPixels,
    });
  }

  get bytes(): number {
    return this.#display?.bytes ?? 0;
  }

  get messages(): number {
    return this.#display?.messages ?? 0;
  }

  /** Takes nothing of the picture any more. */
  stop(): void {
    this.#display?.stop();
  }

  close(): void {
    this.#display?.close();
    this.#main.close();
  }
}
