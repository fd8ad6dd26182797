import type { ChannelName } from '../protocol/channel-types.js';
import { type BaseClientMessage, baseServer } from '../protocol/generated/base.codec.js';
import type { MessageEncoder } from '../wire/framing.js';
import { AckWindow } from './ack-window.js';
import { Outbox } from './outbox.js';

/** Why a channel must be closed; `reason` is for logs. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError';
  readonly code = 'ERR_CHANNEL';
}

/** What a channel asks of whoever drives it. */
export interface ChannelHost {
  /** There is something to take: `takeOutgoing` should be called soon. */
  outgoingReady(): void;
  /** Telling the channel something failed: it must be closed. */
  failed(error: unknown): void;
}

/**
 * One channel of one client, as a sans-IO state machine. Whoever drives it hands in whole messages and the
 * time, calls `tick` at `wakeAt`, and takes bytes when the stream has room; nothing is encoded before that.
 */
export abstract class Channel {
  abstract readonly name: ChannelName;
  readonly id: number;
  protected readonly outbox: Outbox;
  protected readonly acks = new AckWindow();
  protected readonly host: ChannelHost;

  constructor(id: number, miniHeader: boolean, host: ChannelHost) {
    this.id = id;
    this.outbox = new Outbox(miniHeader);
    this.host = host;
  }

  /** The client is linked: what is said first. */
  abstract start(now: number): void;

  /**
   * Takes one message in.
   * @throws WireError or ChannelError: the channel must be closed.
   */
  abstract receive(type: number, body: Uint8Array, now: number): void;

  /** When `tick` wants to be called, ms; null: not. */
  get wakeAt(): number | null {
    return null;
  }

  tick(_now: number): void {}

  /** Called whenever something may wait, also while the stream has no room for it. */
  timePasses(_now: number): void {}

  /** Bytes that may lie in the stream before more is encoded. */
  get highWater(): number {
    return 256 * 1024;
  }

  /** Nothing waits to be taken. */
  get isDrained(): boolean {
    return this.outbox.length === 0;
  }

  /** The client is ahead of what its messages are for: nothing more is read from it until `outgoingReady`. */
  get isCongested(): boolean {
    return false;
  }

  /**
   * Encodes what waits, up to about `budget` bytes, and hands it out. Large payloads are not copied. `pendingBytes`: what
   * was handed out before and has not left the stream.
   */
  takeOutgoing(budget: number, now: number, pendingBytes = 0): readonly Uint8Array[] {
    this.fill(budget, now, pendingBytes);
    return this.outbox.take();
  }

  /** What a device told the channel has failed: that is this channel's end, and nobody else's. */
  failed(error: unknown): void {
    this.host.failed(error);
  }

  /** The channel is closed; it lets go of everything. */
  close(): void {}

  /** Encodes waiting messages until the outbox holds `budget` bytes. */
  protected fill(_budget: number, _now: number, _pendingBytes: number): void {}

  /** Puts one message into the outbox. */
  protected send<Body>(message: MessageEncoder<Body>, body: Body): void {
    this.acks.sent();
    this.outbox.send(message, body);
  }

  /** Announces the acknowledgement window. */
  protected sendSetAck(): void {
    // It is not counted itself: the client counts what comes behind it.
    this.outbox.send(baseServer.setAck, this.acks.announce());
    this.host.outgoingReady();
  }

  protected sendPing(id: number, timestamp: bigint, padding: Uint8Array): void {
    this.send(baseServer.ping, { id, timestamp, padding });
    this.host.outgoingReady();
  }

  /** The messages that all channels treat alike. */
  protected receiveBase(message: BaseClientMessage): void {
    switch (message.name) {
      case 'ackSync':
        this.acks.sync(message.body.generation);
        return;
      case 'ack':
        this.acks.acknowledge();
        this.host.outgoingReady();
        return;
      case 'migrateFlushMark':
      case 'migrateData':
        throw new ChannelError(`${this.name}: ${message.name} without a migration`);
      case 'pong':
      case 'disconnecting':
        return;
    }
  }
}
