import { Reader } from '@lazyspice/core';
import { AgentError } from '@lazyspice/core/agent';
import { type AgentClient, type AgentClientHost, agentTokens } from '../agent/agent-client.js';
import { hasCapability, type LinkedChannel } from '../link/link-policy.js';
import { mainCapabilities } from '../protocol/capabilities.js';
import { decodeMainClient, mainServer } from '../protocol/generated/main.codec.js';
import { Channel, ChannelError, type ChannelHost } from './channel.js';
import { ClientMigration } from './client-migration.js';
import { LinkEstimate } from './link-estimate.js';
import type { MediaTime } from './media-time.js';

export const mouseModes = { server: 1, client: 2 } as const;
export type MouseModeState = { readonly supported: number; readonly current: number };

/** What clients size their GLZ window by; 64 MB is what QEMU's QXL device has. */
const ramHint = 64 * 1024 * 1024;
/** Short beside the limit: a client that stands still for less than their difference has always been heard in time. */
const pingPeriodMs = 5000;
/** A door that the destination does not have. */
const noPort = 0xffff;
/** protocol §3.5. */
const silenceLimitMs = 30_000;

/** Where a machine goes: protocol §6. */
export interface MigrationDestination {
  readonly host: string;
  /** null: no such door. */
  readonly port: number | null;
  readonly tlsPort: number | null;
  /** Of its certificate; null: the host name decides. */
  readonly certificateSubject: string | null;
}

export interface MainContext {
  readonly sessionId: number;
  readonly guestName: string | null;
  /** 16 bytes. */
  readonly guestUuid: Uint8Array | null;
  /** The stream is a UNIX socket: its speed need not be measured. */
  readonly local: boolean;
  /** The session's clock of pictures and sound. */
  readonly media: MediaTime;
  displayChannels(): number;
  mouseMode(): MouseModeState;
  requestMouseMode(mode: number): void;
  /** The client's connection to the guest's agent. */
  joinAgent(host: AgentClientHost): AgentClient;
  /** When anything last came from the client on its other channels, ms: the main channel may wait behind them. */
  heardAt(): number;
  /** The client comes over from another server and is told nothing before it says that it has come. */
  readonly arriving: boolean;
  /** It has come: its other channels may be served. */
  arrived(): void;
  /** How far the client is on its way to another server has changed. */
  migrationChanged(): void;
  /** The channels that a client may open. */
  channels(): readonly { readonly type: number; readonly id: number }[];
}

/** The session's first channel: protocol §5.1. */
export class MainChannel extends Channel {
  readonly name = 'main';
  readonly estimate = new LinkEstimate();
  readonly #context: MainContext;
  readonly #namesWanted: boolean;
  readonly #agent: AgentClient;
  /** The client is told of an agent together with its tokens. */
  readonly #tokensAtOnce: boolean;
  readonly #migration = new ClientMigration();
  readonly #semiSeamless: boolean;
  #arriving: boolean;
  #attached = false;
  /** A change of mouse mode that waits for room in the stream; of several only the last is told. */
  #modeDue: MouseModeState | null = null;
  /** The client's clock is to be set. */
  #timeDue = false;
  readonly #forgetLatency: () => void;
  #lastHeard = 0;
  #pingAt: number | null = null;
  #pingId = 3;
  #pongsDue = 0;

  constructor(link: LinkedChannel, host: ChannelHost, context: MainContext) {
    super(0, link.miniHeader, host);
    this.#context = context;
    this.#arriving = context.arriving;
    this.#semiSeamless = hasCapability(link.channelCapabilities, mainCapabilities.semiSeamlessMigrate);
    this.#namesWanted = hasCapability(link.channelCapabilities, mainCapabilities.nameAndUuid);
    this.#forgetLatency = context.media.onLatency(() => {
      this.#timeDue = true;
      this.host.outgoingReady();
    });
    this.#tokensAtOnce = hasCapability(link.channelCapabilities, mainCapabilities.agentConnectedTokens);
    this.#agent = context.joinAgent({
      ready: () => host.outgoingReady(),
      failed: (error) => host.failed(new ChannelError(`main: ${error.message}`, { cause: error })),
    });
  }

  start(now: number): void {
    if (this.#arriving) return;
    this.#begin(now);
    const { guestName, guestUuid, local } = this.#context;
    if (this.#namesWanted && guestName !== null) {
      this.send(mainServer.name, { name: guestName });
    }
    if (this.#namesWanted && guestUuid !== null) {
      this.send(mainServer.uuid, { uuid: guestUuid });
    }
    if (!local) {
      this.#pongsDue += 3;
      this.estimate.begin(now, (id, padding) => this.sendPing(id, microseconds(now), padding));
    }
  }

  /** The client is told where the machine goes, and connects to it if it can (protocol §6.1). */
  beginMigration(destination: MigrationDestination, now: number): void {
    if (!this.#semiSeamless || this.#arriving) return;
    if (this.#migration.hasBegun) this.send(mainServer.migrateCancel, {});
    this.#migration.begin(now);
    this.send(mainServer.migrateBegin, { destination: onTheWire(destination) });
    this.host.outgoingReady();
  }

  /** How long the client may still take to say that it is connected to the destination, ms; 0: it need not say so. */
  migrationTimeLeft(now: number): number {
    return this.#migration.timeLeft(now);
  }

  /** The machine has gone: the client goes over, or starts anew there (protocol §6.3). */
  endMigration(destination: MigrationDestination): void {
    if (this.#migration.isConnected) this.send(mainServer.migrateEnd, {});
    else this.send(mainServer.migrateSwitchHost, { destination: onTheWire(destination) });
    this.host.outgoingReady();
  }

  #begin(now: number): void {
    const { sessionId, media } = this.#context;
    const mouse = this.#context.mouseMode();
    this.send(mainServer.init, {
      sessionId,
      displayChannelsHint: this.#context.displayChannels(),
      supportedMouseModes: mouse.supported,
      currentMouseMode: mouse.current,
      agentConnected: this.#agent.begin(),
      agentTokens,
      multiMediaTime: media.clientTime(now),
      ramHint,
    });
    this.#lastHeard = now;
    this.#pingAt = now + pingPeriodMs;
    this.host.outgoingReady();
  }

  override get wakeAt(): number | null {
    const silence = this.#pongsDue === 0 ? null : this.#heardAt + silenceLimitMs;
    const times = [this.#pingAt, silence, this.#agent.wakeAt].filter((time) => time !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  get #heardAt(): number {
    return Math.max(this.#lastHeard, this.#context.heardAt());
  }

  override timePasses(now: number): void {
    this.#agent.timePasses(now);
  }

  override get isDrained(): boolean {
    if (this.#arriving) return super.isDrained;
    return super.isDrained && this.#modeDue === null && !this.#timeDue && this.#agent.isDrained;
  }

  override close(): void {
    this.#forgetLatency();
    this.#agent.leave();
  }

  /** @throws ChannelError when the client has been silent for too long. */
  override tick(now: number): void {
    if (this.#pongsDue > 0 && now - this.#heardAt >= silenceLimitMs) {
      throw new ChannelError(`main: nothing heard for ${silenceLimitMs / 1000} s`);
    }
    this.#forAgent(() => this.#agent.tick(now));
    if (this.#pingAt === null || now < this.#pingAt) return;
    this.#pingAt = now + pingPeriodMs;
    this.#pongsDue++;
    this.sendPing(++this.#pingId, microseconds(now), new Uint8Array(0));
  }

  mouseModeChanged(state: MouseModeState): void {
    this.#modeDue = state;
    this.host.outgoingReady();
  }

  /** Sound has set the client's clock (protocol §8.3) and does not any more: it is set as at the beginning. */
  setClock(): void {
    this.#timeDue = true;
    this.host.outgoingReady();
  }

  /** Channels that came into being after the client asked for the list. */
  channelsAdded(channels: readonly { readonly type: number; readonly id: number }[]): void {
    if (this.#attached) this.#sendChannels(channels);
  }

  receive(type: number, body: Uint8Array, now: number): void {
    this.#lastHeard = now;
    const message = decodeMainClient(type, new Reader(body));
    switch (message.name) {
      case 'attachChannels':
        if (this.#attached) return;
        this.#attached = true;
        return this.#sendChannels(this.#context.channels());
      case 'mouseModeRequest':
        return this.#context.requestMouseMode(message.body.mode);
      case 'pong':
        this.#pongsDue = Math.max(0, this.#pongsDue - 1);
        this.estimate.pong(message.body.id, now);
        return;
      case 'agentStart':
        return this.#agent.start(message.body.tokens);
      case 'agentData': {
        const { data } = message.body;
        return this.#forAgent(() => this.#agent.data(data, now));
      }
      case 'agentToken':
        return this.#agent.addTokens(message.body.tokens);
      case 'clientInfo':
      case 'qualityIndicator':
        return;
      case 'migrateConnected':
      case 'migrateConnectError':
      case 'migrateConnectedSeamless':
        return this.#heardFromElsewhere(message.name, now);
      case 'migrateEnd':
      case 'migrateDstDoSeamless':
        return this.#arrive(message.name, now);
      default:
        return this.receiveBase(message);
    }
  }

  /** How the client fares with its connection to the destination. */
  #heardFromElsewhere(name: string, now: number): void {
    if (!this.#migration.hasBegun || name === 'migrateConnectedSeamless') throw unexpected(name);
    if (name === 'migrateConnectError') this.#migration.failed();
    else if (!this.#migration.connected(now)) this.send(mainServer.migrateCancel, {});
    this.#context.migrationChanged();
    this.host.outgoingReady();
  }

  /** What a client says at its destination. The state of the channels is not taken over: it begins them anew. */
  #arrive(name: string, now: number): void {
    if (!this.#arriving) throw unexpected(name);
    if (name === 'migrateDstDoSeamless') {
      this.send(mainServer.migrateDstSeamlessNack, {});
      this.host.outgoingReady();
      return;
    }
    this.#arriving = false;
    // INIT says it all; and the client does not ask for the channels, whose list it has.
    this.#modeDue = null;
    this.#timeDue = false;
    this.#attached = true;
    this.#begin(now);
    this.#context.arrived();
  }

  protected override fill(budget: number, now: number): void {
    if (this.#arriving) return;
    if (this.#timeDue) {
      this.send(mainServer.multiMediaTime, { time: this.#context.media.clientTime(now) });
    }
    this.#timeDue = false;
    if (this.#modeDue !== null) this.send(mainServer.mouseMode, this.#modeDue);
    this.#modeDue = null;
    this.#tellAgent(budget);
  }

  /** What the client must know of the agent, then what the agent says. */
  #tellAgent(budget: number): void {
    const agent = this.#agent;
    for (let notice = agent.takeNotice(); notice !== null; notice = agent.takeNotice()) {
      if (notice === 'disconnected') this.send(mainServer.agentDisconnected, { errorCode: 0 });
      else if (this.#tokensAtOnce) this.send(mainServer.agentConnectedTokens, { tokens: agentTokens });
      else this.send(mainServer.agentConnected, {});
    }
    const tokens = agent.takeTokens();
    if (tokens > 0) this.send(mainServer.agentToken, { tokens });
    while (this.outbox.length < budget) {
      const data = agent.takeData();
      if (data === null) return;
      this.send(mainServer.agentData, { data });
    }
  }

  /** What a client does wrong towards the agent closes its channel. */
  #forAgent(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (error instanceof AgentError) throw new ChannelError(`main: ${error.message}`, { cause: error });
      throw error;
    }
  }

  #sendChannels(channels: readonly { readonly type: number; readonly id: number }[]): void {
    this.send(mainServer.channelsList, { channels });
    this.host.outgoingReady();
  }
}

const unexpected = (name: string): ChannelError => new ChannelError(`main: ${name} without a migration`);

const onTheWire = ({ host, port, tlsPort, certificateSubject }: MigrationDestination) => ({
  host,
  port: port ?? noPort,
  tlsPort: tlsPort ?? noPort,
  certificateSubject: certificateSubject ?? '',
});

const microseconds = (ms: number): bigint => BigInt(Math.round(ms * 1000));
