import type { FlushLevel, SpiceStatistics, StreamingVideo, WanCompression } from '@lazyspice/core';
import type { Channel, ChannelHost } from '../channels/channel.js';
import { CursorChannel } from '../channels/cursor.js';
import { DisplayChannel } from '../channels/display.js';
import { DisplayAbilities } from '../channels/display-abilities.js';
import { InputsChannel } from '../channels/inputs.js';
import { MainChannel, type MigrationDestination, type MouseModeState } from '../channels/main.js';
import { PlaybackChannel } from '../channels/playback.js';
import { RecordChannel } from '../channels/record.js';
import { localNetwork, type VideoOptions } from '../channels/video-sender.js';
import type { CompressionMode } from '../display/images/compression.js';
import type { Encoders } from '../display/images/encoders.js';
import type { UsableCodec } from '../display/streams/codec-choice.js';
import type { JpegFrames } from '../display/streams/jpeg-frames.js';
import type { VideoEncoderSource } from '../display/streams/video-encoder.js';
import type { LinkedChannel } from '../link/link-policy.js';
import { type ChannelName, type ChannelType, channelName, channelTypes } from '../protocol/channel-types.js';
import type { ByteStream } from '../transport/byte-stream.js';
import { Changes } from './changes.js';
import type { ChannelPlace } from './char-devices.js';
import { clientFrameReader } from './client-frames.js';
import { Connection, type ConnectionClock } from './connection.js';
import type { DeviceAudience, Devices } from './devices.js';
import type { EventSink, Log } from './events.js';
import { LazyOpus } from './lazy-opus.js';
import { ParkedLinks } from './parked-links.js';
import { Session } from './session.js';
import { Traffic } from './traffic.js';

/** A client that takes nothing for this long is not waited for, in ms. */
const keepUpMs = 2000;
/** How long clients may take to leave for a destination, ms (protocol §6). */
const leaveLimitMs = 10_000;

export interface ClientsOptions {
  readonly devices: () => Devices;
  readonly clock: ConnectionClock;
  /** A random number in 1..2^32-1. */
  readonly randomId: () => number;
  readonly events: EventSink;
  readonly log: Log;
  readonly guestName: string | null;
  readonly guestUuid: Uint8Array | null;
  readonly encoders: Encoders;
  readonly compression: () => CompressionMode;
  /** How clients prove themselves at the moment. */
  readonly auth: () => 'none' | 'spice' | 'sasl';
  readonly zlibGlz: () => WanCompression;
  readonly jpeg: () => WanCompression;
  readonly playbackCompression: () => boolean;
  readonly jpegFrames: JpegFrames;
  readonly streamingVideo: () => StreamingVideo;
  readonly videoCodecs: () => readonly UsableCodec[];
  readonly videoProcesses: () => VideoEncoderSource | null;
}

/** The clients: which sessions there are, which channels they have opened, and telling them what happens. */
export class Clients implements DeviceAudience {
  readonly #options: ClientsOptions;
  readonly #sessions = new Map<number, Session>();
  readonly #traffic = new Traffic();
  readonly #opus: LazyOpus;
  /** A client has gone, or has come further on its way to another server. */
  readonly #changes: Changes;

  constructor(options: ClientsOptions) {
    this.#options = options;
    this.#opus = new LazyOpus(options.log);
    this.#changes = new Changes(options.clock);
  }

  has(sessionId: number): boolean {
    return this.#sessions.has(sessionId);
  }

  get sessions(): readonly Session[] {
    return [...this.#sessions.values()];
  }

  /** A connection did not get through the link stage. */
  noteRefused(): void {
    this.#traffic.refused++;
  }

  /** What has been served; without the links that are half open. */
  statistics(): Omit<SpiceStatistics, 'halfOpenLinks'> {
    const open = this.sessions.flatMap(({ connections }) => [...connections.values()]);
    const { connections, refused } = this.#traffic;
    return { clients: this.#sessions.size, connections, refused, channels: this.#traffic.channels(open) };
  }

  /** Channels that are being served, of all clients. */
  get connectionCount(): number {
    let count = 0;
    for (const { connections, parked } of this.#sessions.values())
      count += connections.size + (parked?.size ?? 0);
    return count;
  }

  /** The channels a client may open, besides main. */
  channels(): { readonly type: ChannelType; readonly id: number }[] {
    const list: { readonly type: ChannelType; readonly id: number }[] = [];
    const { displays, sound, chardevs } = this.#options.devices();
    for (const id of displays.keys()) list.push({ type: channelTypes.display, id });
    list.push({ type: channelTypes.inputs, id: 0 });
    for (const id of displays.keys()) list.push({ type: channelTypes.cursor, id });
    list.push(...sound.channels, ...chardevs.channels);
    return list;
  }

  hasChannel(type: number, id: number): boolean {
    return type === channelTypes.main || this.channels().some((c) => c.type === type && c.id === id);
  }

  /** Serves a linked stream. */
  open(stream: ByteStream, link: LinkedChannel, rest: Uint8Array): void {
    const session =
      link.channelType === channelTypes.main
        ? this.#newSession(link.connectionId)
        : this.#sessions.get(link.connectionId);
    // INVARIANT: the link stage let only channels through that `hasChannel` knows.
    const name = channelName(link.channelType) as ChannelName;
    const key = Session.key(name, link.channelId);
    if (session === undefined || session.connections.has(key)) {
      this.#options.log.warn(`${stream.peer}: channel ${key} is open already`);
      stream.destroy();
      return;
    }
    if (session.parked !== null && link.channelType !== channelTypes.main) {
      session.parked.add(key, stream, link, rest);
      return;
    }
    let connection: Connection | null = null;
    const host: ChannelHost = {
      outgoingReady: () => connection?.schedulePump(),
      failed: (error) => connection?.fail(error),
    };
    const channel = this.#channel(session, stream, link, host);
    if (channel === null) {
      stream.destroy();
      return;
    }
    const frames = clientFrameReader(name, link.miniHeader);
    connection = new Connection(stream, channel, frames, this.#options.clock, (reason) =>
      this.#ended(session, key, channel, reason),
    );
    session.connections.set(key, connection);
    this.#traffic.connections++;
    if (channel instanceof MainChannel) session.main = channel;
    this.#report('connected', session, connection);
    this.#report('initialized', session, connection);
    const channels = session.channelNames();
    this.#options.events({
      event: 'client',
      connection: session.id,
      channel: name,
      channelId: channel.id,
      channels,
    });
    connection.start(rest);
  }

  ledsChanged(leds: number): void {
    for (const channel of this.#all(InputsChannel)) channel.ledsChanged(leds);
  }

  mouseModeChanged(state: MouseModeState): void {
    for (const channel of this.#all(MainChannel)) channel.mouseModeChanged(state);
  }

  displayAdded(id: number): void {
    const channels = [
      { type: channelTypes.display, id },
      { type: channelTypes.cursor, id },
    ];
    for (const channel of this.#all(MainChannel)) channel.channelsAdded(channels);
  }

  displayRemoved(id: number): void {
    for (const { connections } of this.sessions) {
      for (const name of ['display', 'cursor'])
        connections.get(Session.key(name, id))?.end('the device is gone');
    }
  }

  channelAdded(place: ChannelPlace): void {
    for (const channel of this.#all(MainChannel)) channel.channelsAdded([place]);
  }

  channelRemoved({ type, id }: ChannelPlace): void {
    const name = channelName(type) as ChannelName;
    for (const { connections } of this.sessions) {
      connections.get(Session.key(name, id))?.end('the device is gone');
    }
  }

  now(): number {
    return this.#options.clock.now();
  }

  streamingVideo(): StreamingVideo {
    return this.#options.streamingVideo();
  }

  async flush(id: number, level: FlushLevel): Promise<void> {
    if (level === 'handled') return;
    const waiting: Promise<void>[] = [];
    for (const { connections } of this.sessions) {
      for (const name of ['display', 'cursor']) {
        const connection = connections.get(Session.key(name, id));
        if (connection !== undefined && !connection.isDrained) waiting.push(this.#drained(connection));
      }
    }
    await Promise.all(waiting);
  }

  /** Ends all clients. */
  closeAll(reason: string): void {
    for (const session of this.sessions) {
      for (const connection of [...session.connections.values()]) connection.end(reason);
    }
  }

  /** Tells the clients where the machine goes (protocol §6). */
  beginMigration(destination: MigrationDestination): void {
    for (const { main } of this.sessions) main?.beginMigration(destination, this.now());
  }

  /** Sends the clients where the machine has gone; resolves when they have left or have had the time for it. */
  async endMigration(destination: MigrationDestination): Promise<void> {
    const timeLeft = (): number =>
      Math.max(0, ...this.sessions.map(({ main }) => main?.migrationTimeLeft(this.now()) ?? 0));
    await this.#changes.until(() => timeLeft() === 0, timeLeft());
    for (const { main } of this.sessions) main?.endMigration(destination);
    await this.#changes.until(() => this.#sessions.size === 0, leaveLimitMs);
  }

  /** A client has come over: what it has opened in advance is served now. */
  #arrived(session: Session): void {
    const links = session.parked?.take() ?? [];
    session.parked = null;
    for (const { stream, link, rest } of links) {
      // Its device may have been taken away since.
      if (this.hasChannel(link.channelType, link.channelId)) this.open(stream, link, rest);
      else stream.destroy();
    }
  }

  /** Resolves when the client has everything, or is seen not to keep up. */
  async #drained(connection: Connection): Promise<void> {
    connection.pump();
    while (!connection.isClosed && !connection.isDrained && connection.keepsUp(keepUpMs)) {
      await connection.drained(keepUpMs);
    }
  }

  *#all<C extends Channel>(kind: abstract new (...args: never[]) => C): Generator<C> {
    for (const { connections } of this.sessions) {
      for (const { channel } of connections.values()) if (channel instanceof kind) yield channel;
    }
  }

  /** `formerId`: of the session that a client has at the server it comes from, 0: it comes from none. */
  #newSession(formerId: number): Session | undefined {
    if (this.#sessions.has(formerId)) return undefined;
    let id = formerId === 0 ? this.#options.randomId() : formerId;
    while (this.#sessions.has(id)) id = this.#options.randomId();
    const session = new Session(id);
    if (formerId !== 0) session.parked = new ParkedLinks();
    this.#sessions.set(id, session);
    return session;
  }

  #channel(session: Session, stream: ByteStream, link: LinkedChannel, host: ChannelHost): Channel | null {
    const devices = this.#options.devices();
    const display = devices.displays.get(link.channelId);
    const { channelId: id, miniHeader } = link;
    switch (link.channelType) {
      case channelTypes.main:
        return new MainChannel(link, host, this.#mainContext(session, stream));
      case channelTypes.inputs:
        return new InputsChannel(id, miniHeader, host, {
          devices: devices.inputs,
          clientMouseMode: () => devices.pointer.isClient,
          agentMouse: () => devices.agentMouse,
          monitorOrigin: (head) => devices.displays.values().next().value?.heads[head] ?? { x: 0, y: 0 },
        });
      case channelTypes.display: {
        const abilities = new DisplayAbilities(link.channelCapabilities);
        session.usesCaches = !abilities.isMinimal;
        if (display === undefined) return null;
        return new DisplayChannel(id, miniHeader, host, display, abilities, {
          encoders: this.#options.encoders,
          compression: this.#options.compression(),
          zlibGlz: () => isWanted(this.#options.zlibGlz(), session),
          jpeg: () => isWanted(this.#options.jpeg(), session),
          bitRate: () => session.main?.estimate.bitRate ?? null,
          pixmaps: (cacheId, pixels) => session.pixmaps(cacheId, pixels),
          dictionary: (id, windowPixels) => session.dictionary(id, windowPixels),
          local: stream.local,
          video: this.#video(session, stream),
        });
      }
      case channelTypes.cursor:
        return display === undefined
          ? null
          : new CursorChannel(id, miniHeader, host, display, () => session.usesCaches);
      case channelTypes.playback:
        return new PlaybackChannel(link, host, {
          source: devices.sound.playback,
          opus: this.#opus,
          compression: this.#options.playbackCompression(),
          roundTrip: () => session.main?.estimate.latency ?? null,
          stopped: () => session.main?.setClock(),
        });
      case channelTypes.record:
        return new RecordChannel(link, host, { sink: devices.sound.record, opus: this.#opus });
      default:
        return devices.chardevs.openChannel(link.channelType, id, { link, host, local: stream.local });
    }
  }

  #video(session: Session, stream: ByteStream): VideoOptions {
    const { jpegFrames, videoCodecs, videoProcesses, clock, randomId } = this.#options;
    return {
      codecs: videoCodecs,
      jpeg: jpegFrames,
      processes: videoProcesses,
      media: session.media,
      now: () => clock.now(),
      randomId,
      network: () =>
        stream.local ? localNetwork : (session.main?.estimate ?? { bitRate: null, latency: null }),
    };
  }

  #mainContext(session: Session, stream: ByteStream): ConstructorParameters<typeof MainChannel>[2] {
    const { devices, guestName, guestUuid } = this.#options;
    return {
      sessionId: session.id,
      guestName,
      guestUuid,
      local: stream.local,
      media: session.media,
      displayChannels: () => Math.max(1, devices().displays.size),
      mouseMode: () => devices().pointer.state,
      requestMouseMode: (mode) => devices().pointer.request(mode),
      joinAgent: (host) => devices().agent.join(host),
      heardAt: () => session.heardAt,
      arriving: session.parked !== null,
      arrived: () => this.#arrived(session),
      migrationChanged: () => this.#changes.tell(),
      channels: () => this.channels(),
    };
  }

  #report(
    state: 'connected' | 'initialized' | 'disconnected',
    session: Session,
    connection: Connection,
  ): void {
    const client = session.channelInfo(connection);
    this.#options.events({ event: 'connection', state, auth: this.#options.auth(), client });
  }

  #ended(session: Session, key: string, channel: Channel, reason: string): void {
    this.#options.log.debug(`session ${session.id}: ${key} ended: ${reason}`);
    const channels = session.channelNames();
    const connection = session.connections.get(key);
    session.connections.delete(key);
    if (connection !== undefined) {
      this.#traffic.ended(connection);
      this.#report('disconnected', session, connection);
    }
    if (channel instanceof DisplayChannel) session.resetDictionaries();
    if (!(channel instanceof MainChannel)) return;
    // The session ends with its main channel.
    this.#sessions.delete(session.id);
    session.parked?.close();
    for (const connection of [...session.connections.values()]) connection.end('the main channel ended');
    this.#options.events({ event: 'client-gone', connection: session.id, channels });
    this.#changes.tell();
  }
}

/** Whether what is meant for slow networks is wanted for a client. */
const isWanted = (wanted: WanCompression, { main }: Session): boolean =>
  wanted === 'always' || (wanted === 'auto' && (main?.estimate.isLowBandwidth ?? false));
