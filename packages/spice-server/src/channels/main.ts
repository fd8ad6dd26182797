import { Reader } from '@lazyspice/core';
import { hasCapability, type LinkedChannel } from '../link/link-policy.js';
import { mainCapabilities } from '../protocol/capabilities.js';
import { decodeMainClient, mainServer } from '../protocol/generated/main.codec.js';
import { Channel, ChannelError, type ChannelHost } from './channel.js';
import { LinkEstimate } from './link-estimate.js';
import type { MediaTime } from './media-time.js';

export const mouseModes = { server: 1, client: 2 } as const;
export type MouseModeState = { readonly supported: number; readonly current: number };

const agentTokens = 10;
/** What clients size their GLZ window by; 64 MB is what QEMU's QXL device has. */
const ramHint = 64 * 1024 * 1024;
const pingPeriodMs = 15_000;
const silenceLimitMs = 30_000;

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
  /** The channels that a client may open. */
  channels(): readonly { readonly type: number; readonly id: number }[];
}

/** The session's first channel: protocol §5.1. */
export class MainChannel extends Channel {
  readonly name = 'main';
  readonly estimate = new LinkEstimate();
  readonly #context: MainContext;
  readonly #namesWanted: boolean;
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
    this.#namesWanted = hasCapability(link.channelCapabilities, mainCapabilities.nameAndUuid);
    this.#forgetLatency = context.media.onLatency(() => {
      this.#timeDue = true;
      this.host.outgoingReady();
    });
  }

  start(now: number): void {
    const { sessionId, guestName, guestUuid, local, media } = this.#context;
    const mouse = this.#context.mouseMode();
    this.send(mainServer.init, {
      sessionId,
      displayChannelsHint: this.#context.displayChannels(),
      supportedMouseModes: mouse.supported,
      currentMouseMode: mouse.current,
      agentConnected: false,
      agentTokens,
      multiMediaTime: media.clientTime(now),
      ramHint,
    });
    if (this.#namesWanted && guestName !== null) {
      this.send(mainServer.name, { name: guestName });
    }
    if (this.#namesWanted && guestUuid !== null) {
      this.send(mainServer.uuid, { uuid: guestUuid });
    }
    this.#lastHeard = now;
    this.#pingAt = now + pingPeriodMs;
    if (!local) {
      this.#pongsDue += 3;
      this.estimate.begin(now, (id, padding) => this.sendPing(id, microseconds(now), padding));
    }
    this.host.outgoingReady();
  }

  override get wakeAt(): number | null {
    if (this.#pingAt === null || this.#pongsDue === 0) return this.#pingAt;
    return Math.min(this.#pingAt, this.#lastHeard + silenceLimitMs);
  }

  override get isDrained(): boolean {
    return super.isDrained && this.#modeDue === null && !this.#timeDue;
  }

  override close(): void {
    this.#forgetLatency();
  }

  /** @throws ChannelError when the client has been silent for too long. */
  override tick(now: number): void {
    if (this.#pongsDue > 0 && now - this.#lastHeard >= silenceLimitMs) {
      throw new ChannelError(`main: nothing heard for ${silenceLimitMs / 1000} s`);
    }
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
      // There is no agent: what is meant for it is dropped, as before AGENT_START (§5.1).
      case 'agentStart':
      case 'agentData':
      case 'agentToken':
      case 'clientInfo':
      case 'qualityIndicator':
        return;
      case 'migrateConnected':
      case 'migrateConnectError':
      case 'migrateEnd':
      case 'migrateDstDoSeamless':
      case 'migrateConnectedSeamless':
        throw new ChannelError(`main: ${message.name} without a migration`);
      default:
        return this.receiveBase(message);
    }
  }

  protected override fill(_budget: number, now: number): void {
    if (this.#timeDue) {
      this.send(mainServer.multiMediaTime, { time: this.#context.media.clientTime(now) });
    }
    this.#timeDue = false;
    if (this.#modeDue === null) return;
    this.send(mainServer.mouseMode, this.#modeDue);
    this.#modeDue = null;
  }

  #sendChannels(channels: readonly { readonly type: number; readonly id: number }[]): void {
    this.send(mainServer.channelsList, { channels });
    this.host.outgoingReady();
  }
}

const microseconds = (ms: number): bigint => BigInt(Math.round(ms * 1000));
