import {
  displayCapabilities,
  mainCapabilities,
  playbackCapabilities,
  recordCapabilities,
} from '../../../packages/spice-server/src/protocol/capabilities.js';
import {
  type ChannelName,
  channelName,
  channelTypes,
} from '../../../packages/spice-server/src/protocol/channel-types.js';
import { displayClient } from '../../../packages/spice-server/src/protocol/generated/display.codec.js';
import { mainClient } from '../../../packages/spice-server/src/protocol/generated/main.codec.js';
import type { ServerMessage } from '../../../packages/spice-server/src/protocol/messages.js';
import { MemoryStream } from '../../../packages/spice-server/src/transport/memory-pair.js';
import { ClientChannel } from './client-channel.js';
import { defaultCommonCapabilities, LinkClient, type LinkRequest } from './link-client.js';
import { RemoteCursor } from './remote-cursor.js';
import { RemoteDisplay } from './remote-display.js';
import { SharedImages } from './wire-images.js';

/** What spice-gtk announces, of what the server can make use of. */
const fullDisplay = [
  displayCapabilities.monitorsConfig,
  displayCapabilities.composite,
  displayCapabilities.a8Surface,
  displayCapabilities.lz4Compression,
  displayCapabilities.preferredCompression,
] as const;
const defaultChannels: readonly ChannelName[] = ['display', 'inputs', 'cursor', 'playback', 'record'];
const miniHeaderBit = defaultCommonCapabilities[2];

export interface ScriptedClientOptions {
  /** Bytes from the server that arrive in one tick, over all channels; 0: the client has stalled. */
  readonly bandwidth?: number;
  readonly password?: string;
  /** Channels that are opened as soon as they are listed. */
  readonly channels?: readonly ChannelName[];
  readonly mainCapabilities?: readonly number[];
  readonly displayCapabilities?: readonly number[];
  /** Of ports, and of the other channels that carry bytes. */
  readonly portCapabilities?: readonly number[];
  /** Of the playback channel, and of the record channel. */
  readonly playbackCapabilities?: readonly number[];
  readonly recordCapabilities?: readonly number[];
  readonly miniHeader?: boolean;
  /** False: ACKs and PONGs wait until `answer` is called on the channel. */
  readonly answers?: boolean;
  /** Behaves as spice-html5 does: see `RemoteDisplay`. */
  readonly minimal?: boolean;
  /** Pixels of the image cache. */
  readonly cachePixels?: number;
  /** Pixels of the GLZ window; 0, the default: no GLZ. */
  readonly glzPixels?: number;
  /** Number of PREFERRED_COMPRESSION, sent behind INIT. */
  readonly compression?: number;
  /** Comes over from another server, where it has this session: as `MIGRATE_BEGIN` asks for. */
  readonly arrivesAs?: number;
  /** A display channel that never says INIT. */
  readonly silentDisplay?: boolean;
}

/** A display's messages that have come and are not shown: the first one may be a WAIT_FOR_CHANNELS. */
interface Progress {
  readonly waiting: ServerMessage<'display'>[];
  /** Messages shown: the serial of the last one. */
  shown: number;
}

interface Screen {
  readonly channel: ClientChannel<'display'>;
  readonly display: RemoteDisplay;
}
interface Pointer {
  readonly channel: ClientChannel<'cursor'>;
  readonly cursor: RemoteCursor;
}

/** One connection of the client: both ends of the stream and what became of it. */
export interface Wire {
  readonly name: ChannelName;
  readonly id: number;
  /** The server's end. */
  readonly far: MemoryStream;
  /** The client's end. */
  readonly near: MemoryStream;
  readonly link: LinkClient;
}

/**
 * A SPICE client that runs a script: links, attaches, opens the channels it is told of, acknowledges, and draws
 * what it receives, so that its picture can be compared with the server's. Nothing moves outside `tick`.
 */
export class ScriptedClient {
  /** As `ScriptedClientOptions.bandwidth`. */
  bandwidth: number;
  readonly wires: Wire[] = [];
  readonly screens = new Map<number, Screen>();
  readonly pointers = new Map<number, Pointer>();
  main: ClientChannel<'main'> | null = null;
  inputs: ClientChannel<'inputs'> | null = null;
  readonly ports = new Map<number, ClientChannel<'port'>>();
  readonly webdavs = new Map<number, ClientChannel<'webdav'>>();
  readonly usbredirs = new Map<number, ClientChannel<'usbredir'>>();
  readonly smartcards = new Map<number, ClientChannel<'smartcard'>>();
  playback: ClientChannel<'playback'> | null = null;
  record: ClientChannel<'record'> | null = null;
  /** 0 before MAIN_INIT. */
  sessionId = 0;
  readonly #accept: (stream: MemoryStream) => void;
  readonly #options: ScriptedClientOptions;
  readonly #images: SharedImages;
  readonly #progress = new Map<number, Progress>();
  /** Displays to which nothing is delivered. */
  readonly stalledDisplays = new Set<number>();

  /** @param accept the server: takes its end of a new connection. */
  constructor(accept: (stream: MemoryStream) => void, options: ScriptedClientOptions = {}) {
    this.#accept = accept;
    this.#options = options;
    this.#images = new SharedImages(options.cachePixels ?? 0);
    this.bandwidth = options.bandwidth ?? Number.POSITIVE_INFINITY;
    this.sessionId = options.arrivesAs ?? 0;
    const capabilities = options.mainCapabilities ?? [mainCapabilities.nameAndUuid];
    this.open({ channelType: channelTypes.main, channelCapabilities: capabilities });
  }

  /** Display 0, or another: what the client shows of it. */
  display(id = 0): RemoteDisplay {
    const screen = this.screens.get(id);
    if (screen === undefined) throw new Error(`display ${id} is not open`);
    return screen.display;
  }

  cursor(id = 0): RemoteCursor {
    const pointer = this.pointers.get(id);
    if (pointer === undefined) throw new Error(`cursor ${id} is not open`);
    return pointer.cursor;
  }

  /** The connection of a channel, the newest first. */
  wire(name: ChannelName, id = 0): Wire {
    const wire = this.wires.findLast((one) => one.name === name && one.id === id);
    if (wire === undefined) throw new Error(`there was no ${name} channel ${id}`);
    return wire;
  }

  isOpen(name: ChannelName, id = 0): boolean {
    return this.wires.some((one) => one.name === name && one.id === id && !one.near.isClosed);
  }

  /** Connects another channel. */
  open(request: LinkRequest): Wire {
    const { miniHeader = true, password = '' } = this.#options;
    const common = defaultCommonCapabilities.filter((bit) => miniHeader || bit !== miniHeaderBit);
    const connectionId =
      request.channelType === channelTypes.main ? (this.#options.arrivesAs ?? 0) : this.sessionId;
    const [far, near] = MemoryStream.pair();
    const link = new LinkClient({ commonCapabilities: common, connectionId, password, ...request });
    const name = channelName(request.channelType);
    if (name === undefined) throw new Error(`there are no channels of type ${request.channelType}`);
    const wire: Wire = { name, id: request.channelId ?? 0, far, near, link };
    this.wires.push(wire);
    near.handlers = {
      data: (bytes) => this.#linking(wire, bytes),
      drained: () => {},
      closed: () => {},
    };
    this.#accept(far);
    near.write(link.takeOutgoing());
    return wire;
  }

  /** Lets everything that was sent arrive, towards the client no more than `bandwidth`. Returns the bytes moved. */
  tick(): number {
    let moved = 0;
    let budget = this.bandwidth;
    for (const { near, far, name, id } of [...this.wires]) {
      moved += near.deliver();
      const isStalled = name === 'display' && this.stalledDisplays.has(id);
      const received = budget > 0 && !isStalled ? far.deliver(budget) : 0;
      budget -= received;
      moved += received;
    }
    return moved;
  }

  /** Ends all connections. */
  disconnect(): void {
    for (const { near } of this.wires) near.destroy();
  }

  #linking(wire: Wire, bytes: Uint8Array): void {
    const { link, near } = wire;
    link.receive(bytes);
    const outgoing = link.takeOutgoing();
    if (outgoing.length > 0) near.write(outgoing);
    if (link.stage !== 'linked') return;
    const channel = this.#channel(wire);
    near.handlers = { ...near.handlers, data: (more) => channel.receive(more) };
    if (link.rest.length > 0) channel.receive(link.rest);
    if (wire.name === 'main' && this.#options.arrivesAs !== undefined) {
      for (const name of ['display', 'inputs', 'cursor'] as const) this.#openListed(channelTypes[name], 0);
    }
  }

  #channel(wire: Wire): { receive(bytes: Uint8Array): void } {
    switch (wire.name) {
      case 'main':
        this.main = this.#make(wire, 'main', (message) => this.#mainMessage(message));
        return this.main;
      case 'display':
        return this.#openScreen(wire);
      case 'inputs':
        this.inputs = this.#make(wire, 'inputs', () => {});
        return this.inputs;
      case 'cursor': {
        const cursor = new RemoteCursor();
        const channel = this.#make(wire, 'cursor', (message) => cursor.receive(message));
        this.pointers.set(wire.id, { channel, cursor });
        return channel;
      }
      case 'port':
        return this.#keep(this.ports, wire, 'port');
      case 'webdav':
        return this.#keep(this.webdavs, wire, 'webdav');
      case 'usbredir':
        return this.#keep(this.usbredirs, wire, 'usbredir');
      case 'smartcard':
        return this.#keep(this.smartcards, wire, 'smartcard');
      case 'playback':
        this.playback = this.#make(wire, 'playback', () => {});
        return this.playback;
      case 'record':
        this.record = this.#make(wire, 'record', () => {});
        return this.record;
      default:
        throw new Error(`${wire.name} channels are not played`);
    }
  }

  #keep<C extends ChannelName>(where: Map<number, ClientChannel<C>>, wire: Wire, name: C): ClientChannel<C> {
    const channel = this.#make(wire, name, () => {});
    where.set(wire.id, channel);
    return channel;
  }

  #make<C extends ChannelName>(
    { near, link }: Wire,
    name: C,
    message: (message: ServerMessage<C>) => void,
  ): ClientChannel<C> {
    const { answers = true } = this.#options;
    const write = (bytes: Uint8Array): void => near.write([bytes]);
    return new ClientChannel({ name, miniHeader: link.miniHeader, answers, write, message });
  }

  #mainMessage(message: ServerMessage<'main'>): void {
    if (message.name === 'init') {
      this.sessionId = message.body.sessionId;
      if (this.#options.arrivesAs === undefined) this.main?.send(mainClient.attachChannels, {});
    } else if (message.name === 'channelsList') {
      const wanted = this.#options.channels ?? defaultChannels;
      for (const { type, id } of message.body.channels) {
        const name = channelName(type);
        if (name !== undefined && wanted.includes(name)) this.#openListed(type, id);
      }
    }
  }

  #openListed(channelType: number, channelId: number): void {
    const options = this.#options;
    const capabilities: Readonly<Record<number, readonly number[] | undefined>> = {
      [channelTypes.display]: options.displayCapabilities ?? (options.minimal ? [] : fullDisplay),
      [channelTypes.port]: options.portCapabilities,
      [channelTypes.usbredir]: options.portCapabilities,
      [channelTypes.webdav]: options.portCapabilities,
      [channelTypes.playback]: options.playbackCapabilities ?? Object.values(playbackCapabilities),
      [channelTypes.record]: options.recordCapabilities ?? Object.values(recordCapabilities),
    };
    this.open({ channelType, channelId, channelCapabilities: capabilities[channelType] ?? [] });
  }

  /** Shows what displays have received, as far as they need not wait for each other. */
  #show(): void {
    for (let moved = true; moved; ) {
      moved = false;
      for (const [id, progress] of this.#progress) {
        for (let next = progress.waiting[0]; next !== undefined; next = progress.waiting[0]) {
          if (next.name === 'waitForChannels' && !next.body.channels.every((other) => this.#hasShown(other)))
            break;
          progress.waiting.shift();
          progress.shown++;
          moved = true;
          if (next.name !== 'waitForChannels') this.display(id).receive(next);
        }
      }
    }
  }

  #hasShown({ channelId, serial }: { readonly channelId: number; readonly serial: bigint }): boolean {
    const progress = this.#progress.get(channelId);
    return progress === undefined || BigInt(progress.shown) >= serial;
  }

  #openScreen(wire: Wire): ClientChannel<'display'> {
    const { minimal = false, cachePixels = 0, glzPixels = 0, compression, silentDisplay } = this.#options;
    const display = new RemoteDisplay({ minimal, shared: this.#images });
    const progress: Progress = { waiting: [], shown: 0 };
    this.#progress.set(wire.id, progress);
    const channel = this.#make(wire, 'display', (message) => {
      progress.waiting.push(message);
      this.#show();
    });
    this.screens.set(wire.id, { channel, display });
    if (silentDisplay) return channel;
    channel.send(displayClient.init, {
      pixmapCacheId: 1,
      pixmapCacheSize: BigInt(cachePixels),
      glzDictionaryId: 1,
      glzWindowSize: glzPixels,
    });
    if (compression !== undefined) channel.send(displayClient.preferredCompression, { compression });
    return channel;
  }
}
