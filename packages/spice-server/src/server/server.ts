import type {
  ConnectionLimits,
  ListeningAddress,
  SpiceChannelInfo,
  SpiceInfo,
  SpiceInterface,
  SpiceOptions,
  SpiceStatistics,
} from '@lazyspice/core';
import type { MigrationDestination } from '../channels/main.js';
import { type EncoderPool, Encoders } from '../display/images/encoders.js';
import { type UsableCodec, usableCodecs } from '../display/streams/codec-choice.js';
import { JpegFrames, type JpegPool } from '../display/streams/jpeg-frames.js';
import type { VideoEncoderSource } from '../display/streams/video-encoder.js';
import type { LinkPolicy } from '../link/link-policy.js';
import type { SaslAccounts } from '../link/sasl/accounts.js';
import { Ticket } from '../link/ticket.js';
import { TicketKey } from '../link/ticket-key.js';
import { channelName } from '../protocol/channel-types.js';
import { protocolLimits } from '../protocol/limits.js';
import type { ByteStream } from '../transport/byte-stream.js';
import type { InheritedSocket } from '../transport/inherited-sockets.js';
import { Clients } from './clients.js';
import type { ConnectionClock } from './connection.js';
import { Devices } from './devices.js';
import { Doors } from './doors.js';
import { SpiceServerError } from './errors.js';
import { type EventSink, Log } from './events.js';
import { HalfOpenLinks } from './half-open-links.js';
import { SaslDoor } from './sasl-door.js';
import { serverCapabilities } from './server-capabilities.js';
import { unheededOptions } from './unheeded-options.js';

export interface SpiceServerEnvironment {
  readonly clock: ConnectionClock;
  /** A random number in 1..2^32-1. */
  readonly randomId: () => number;
  readonly events?: EventSink;
  /** Who may log in with SASL; default: the accounts in the file that the options name. */
  readonly saslAccounts?: SaslAccounts;
  /** Encodes large images elsewhere; closed with the server. Default: none, the server encodes them itself. */
  readonly encoderPool?: EncoderPool & Partial<JpegPool>;
  /** Encoders outside of the server; called when `video-codecs` asks for one. Default: there are none. */
  readonly videoProcesses?: (log: (message: string) => void) => Promise<VideoEncoderSource | null>;
  /** Shown by clients in their title. */
  readonly guestName?: string;
  /** 16 bytes. */
  readonly guestUuid?: Uint8Array;
  /** Sockets that listen already and that the doors use. */
  readonly inherited?: readonly InheritedSocket[];
}

const version = '0.1.0';

/** The pool as far as it makes JPEG frames; null: it does not. */
function jpegPool(pool: (EncoderPool & Partial<JpegPool>) | undefined): JpegPool | null {
  return pool?.encodeJpeg === undefined ? null : (pool as JpegPool);
}

/**
 * A SPICE server. Devices may be added before or after it listens, and while clients are connected; without
 * `listen` it still draws for its displays.
 */
export class SpiceServer {
  readonly #environment: SpiceServerEnvironment;
  readonly #log: Log;
  readonly #clients: Clients;
  readonly #devices: Devices;
  #options: SpiceOptions | null = null;
  #ticket = new Ticket(null, false);
  #key: TicketKey | null = null;
  #links: HalfOpenLinks | null = null;
  #doors: Doors | null = null;
  #videoCodecs: readonly UsableCodec[] = usableCodecs(null).codecs;
  #videoProcesses: VideoEncoderSource | null = null;
  #destination: MigrationDestination | null = null;
  #migrated = false;

  constructor(environment: SpiceServerEnvironment) {
    this.#environment = environment;
    const events = environment.events ?? (() => {});
    this.#log = new Log(events);
    this.#clients = new Clients({
      devices: () => this.#devices,
      clock: environment.clock,
      randomId: environment.randomId,
      events,
      log: this.#log,
      guestName: environment.guestName ?? null,
      guestUuid: environment.guestUuid ?? null,
      encoders: new Encoders(environment.encoderPool ?? null),
      jpeg: () => this.#options?.jpegWanCompression ?? 'auto',
      zlibGlz: () => this.#options?.zlibGlzWanCompression ?? 'auto',
      compression: () => this.#options?.imageCompression ?? 'auto',
      playbackCompression: () => this.#options?.playbackCompression ?? true,
      jpegFrames: new JpegFrames(jpegPool(environment.encoderPool)),
      streamingVideo: () => this.#options?.streamingVideo ?? 'off',
      videoCodecs: () => this.#videoCodecs,
      videoProcesses: () => this.#videoProcesses,
      auth: () => this.#auth,
    });
    this.#devices = new Devices(this.#clients, this.#log, () => environment.clock.now(), {
      copyPaste: () => !(this.#options?.disableCopyPaste ?? false),
      fileTransfer: () => !(this.#options?.disableAgentFileXfer ?? false),
      mouse: () => this.#options?.agentMouse ?? true,
    });
  }

  /** Takes a device into use; returns what takes it out again. */
  addInterface(instance: SpiceInterface): () => void {
    return this.#devices.add(instance);
  }

  /**
   * Sets the server up as `-spice` asks and opens its door, if it has one.
   * @throws SpiceServerError when it is set up already or asked for what it cannot do.
   */
  async listen(options: SpiceOptions): Promise<ListeningAddress> {
    if (this.#options !== null)
      throw new SpiceServerError('ERR_SERVER_ACTIVE', 'the server is set up already');
    for (const sentence of unheededOptions(options)) this.#log.warn(sentence);
    this.#options = options;
    try {
      if (options.streamingVideo !== 'off') await this.#prepareVideo(options);
      this.#ticket = new Ticket(options.password, options.disableTicketing);
      this.#key = await TicketKey.generate();
      const sasl = options.sasl
        ? await SaslDoor.open(options.saslUsers, this.#environment.saslAccounts ?? null)
        : null;
      this.#links = this.#openLinks(this.#key, sasl, options.limits);
      this.#doors = await Doors.open(options, {
        accept: (stream, skipAuth) => this.accept(stream, skipAuth),
        log: this.#log,
        handshakeMs: options.limits.handshakeMs,
        inherited: this.#environment.inherited ?? [],
      });
      return this.#doors.address;
    } catch (error) {
      this.#links = null;
      this.#options = null;
      throw error;
    }
  }

  /** Serves a stream that somebody else connected. `skipAuth`: any ticket opens the door. */
  accept(stream: ByteStream, skipAuth = false): void {
    if (this.#links === null) stream.destroy();
    else this.#links.accept(stream, skipAuth);
  }

  /**
   * Serves a connected socket, by file descriptor.
   * @throws SpiceServerError when the server is not set up, or TLS is asked for and there is no certificate.
   */
  addClient(fd: number, options: { readonly skipAuth: boolean; readonly tls: boolean }): Promise<void> {
    if (this.#doors === null) throw new SpiceServerError('ERR_SERVER_INACTIVE', 'the server is not set up');
    return this.#doors.add(fd, options);
  }

  /** What `query-spice` answers. */
  query(): SpiceInfo {
    const options = this.#options;
    if (options === null) return { enabled: false, migrated: false, mouseMode: 'unknown', channels: [] };
    return {
      enabled: true,
      migrated: this.#migrated,
      host: options.addr,
      port: this.#doors?.address.port ?? null,
      tlsPort: this.#doors?.address.tlsPort ?? null,
      auth: this.#auth,
      compiledVersion: version,
      mouseMode: this.#devices.pointer.isClient ? 'client' : 'server',
      channels: this.#channelInfos(),
    };
  }

  statistics(): SpiceStatistics {
    return { ...this.#clients.statistics(), halfOpenLinks: this.#links?.count ?? 0 };
  }

  /**
   * Replaces the ticket.
   * @throws SpiceServerError when the server is not set up, asks for no ticket, or has clients and `failIfConnected`.
   */
  setPassword(
    password: string,
    connected: { failIfConnected: boolean; disconnectIfConnected: boolean },
  ): void {
    this.#checkSetUp();
    if (this.#ticket.isDisabled) {
      throw new SpiceServerError('ERR_SERVER_TICKETING_DISABLED', 'Could not set password');
    }
    if (this.#clients.sessions.length > 0) {
      if (connected.failIfConnected)
        throw new SpiceServerError('ERR_SERVER_CONNECTED', 'Could not set password');
      if (connected.disconnectIfConnected) this.#clients.closeAll('the password was changed');
    }
    this.#ticket.set(password);
  }

  /**
   * The password is refused from `at` on, ms on the server's clock; null: never.
   * @throws SpiceServerError when the server is not set up.
   */
  expirePassword(at: number | null): void {
    this.#checkSetUp();
    this.#ticket.expire(at);
  }

  /**
   * The machine is about to go to another server: clients that can connect to it in advance.
   * @throws SpiceServerError when the server is not set up, or there cannot be such a destination.
   */
  beginMigration(destination: MigrationDestination): void {
    this.#checkSetUp();
    const { host, port, tlsPort, certificateSubject } = destination;
    const ports = [port, tlsPort].filter((one) => one !== null);
    const bad =
      host === '' ||
      Buffer.byteLength(host) >= protocolLimits.host ||
      Buffer.byteLength(certificateSubject ?? '') >= protocolLimits.certificateSubject ||
      ports.length === 0 ||
      ports.some((one) => !Number.isInteger(one) || one < 1 || one > 0xfffe);
    if (bad) throw new SpiceServerError('ERR_SERVER_DESTINATION', 'clients cannot be sent there');
    this.#destination = destination;
    this.#clients.beginMigration(destination);
  }

  /**
   * The machine has gone: clients go after it, without a new login if they have connected in advance. Resolves when
   * they have left, with true; with false when no destination was named. Who has not left after 10 s is left here.
   */
  async endMigration(): Promise<boolean> {
    const destination = this.#destination;
    if (destination === null) return false;
    this.#destination = null;
    await this.#clients.endMigration(destination);
    this.#migrated = true;
    this.#environment.events?.({ event: 'migrated' });
    return true;
  }

  /** Ends all clients and stops listening. */
  async close(): Promise<void> {
    this.#clients.closeAll('the server closes');
    this.#links?.closeAll();
    await this.#doors?.close();
    this.#doors = null;
    this.#links = null;
    this.#options = null;
    this.#destination = null;
    this.#videoProcesses?.close();
    this.#videoProcesses = null;
    await this.#environment.encoderPool?.close();
  }

  /** Finds out which codecs there are for streams. */
  async #prepareVideo({ streamingVideo, videoCodecs }: SpiceOptions): Promise<void> {
    const { codecs, refused } = usableCodecs(videoCodecs);
    for (const name of refused) this.#log.warn(`video-codecs: ${name} cannot be made here`);
    this.#videoCodecs = codecs;
    if (codecs.some(({ place }) => place === 'process')) {
      const log = (message: string): void => this.#log.info(message);
      this.#videoProcesses = (await this.#environment.videoProcesses?.(log)) ?? null;
    }
    const usable = codecs.filter(
      ({ codec, place }) => place === 'built-in' || this.#videoProcesses?.has(codec),
    );
    const names = usable.map(({ codec }) => codec).join(', ');
    this.#log.info(`video: ${streamingVideo}, with ${names || 'mjpeg'}`);
  }

  /** Options for the ticket that come before `listen` would be lost. */
  #checkSetUp(): void {
    if (this.#options === null) throw new SpiceServerError('ERR_SERVER_INACTIVE', 'the server is not set up');
  }

  #openLinks(key: TicketKey, sasl: SaslDoor | null, limits: ConnectionLimits): HalfOpenLinks {
    const policy: LinkPolicy = {
      publicKey: key.publicKey,
      decryptTicket: (ciphertext) => key.decrypt(ciphertext),
      channelSecurity: (type, secure) => this.#channelSecurity(type, secure),
      hasChannel: (type, id) => this.#clients.hasChannel(type, id),
      channelCapabilities: (type) => serverCapabilities(channelName(type) ?? 'main'),
      acceptTicket: (password, now) => this.#ticket.accepts(password, now),
      saslMechanisms: (stream) => sasl?.mechanisms(stream) ?? null,
      hasSession: (id) => this.#clients.has(id),
    };
    return new HalfOpenLinks(policy, this.#environment.clock, limits, {
      linked: (stream, channel, rest) => {
        if (this.#clients.connectionCount < limits.connections) this.#clients.open(stream, channel, rest);
        else {
          this.#log.warn(`${stream.peer}: refused: there are ${limits.connections} connections already`);
          stream.destroy();
        }
      },
      refused: (stream, reason) => {
        this.#clients.noteRefused();
        this.#log.info(`${stream.peer}: refused: ${reason}`);
      },
    });
  }

  /** A channel that is in neither list is as `default` is (protocol §1.2). */
  #channelSecurity(type: number, secure: boolean): 'allowed' | 'needs-tls' | 'needs-plain' {
    const { tlsChannels = [], plaintextChannels = [] } = this.#options ?? {};
    const name = channelName(type);
    const named = name !== undefined && (tlsChannels.includes(name) || plaintextChannels.includes(name));
    const listed = named ? name : 'default';
    if (!secure && tlsChannels.includes(listed)) return 'needs-tls';
    return secure && plaintextChannels.includes(listed) ? 'needs-plain' : 'allowed';
  }

  get #auth(): 'none' | 'spice' | 'sasl' {
    if (this.#options?.sasl) return 'sasl';
    return this.#ticket.isDisabled ? 'none' : 'spice';
  }

  #channelInfos(): SpiceChannelInfo[] {
    return this.#clients.sessions.flatMap((session) =>
      [...session.connections.values()].map((connection) => session.channelInfo(connection)),
    );
  }
}
