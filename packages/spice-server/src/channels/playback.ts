import { Reader } from '@lazyspice/core';
import { soundFrequency } from '../codecs/opus/contract.js';
import { hasCapability, type LinkedChannel } from '../link/link-policy.js';
import { playbackCapabilities } from '../protocol/capabilities.js';
import { decodePlaybackClient, playbackServer } from '../protocol/generated/sound.codec.js';
import { AudioMode, SampleFormat } from '../protocol/sound.js';
import {
  keptFrames,
  type PlaybackFrame,
  type PlaybackListener,
  type PlaybackSource,
} from '../sound/playback-source.js';
import { AckWindow } from './ack-window.js';
import { Channel, type ChannelHost } from './channel.js';
import type { OpusAccess } from './opus-access.js';

/**
 * Messages for one acknowledgement. Twice as many are on their way at most, a second of sound: what lies in the sockets of
 * a client that stopped reading is not heard late.
 */
const soundWindow = 50;
/** The greatest delay that a client is asked to play with because of its network, ms. */
const maxLatencyMs = 500;

export interface PlaybackContext {
  readonly source: PlaybackSource;
  readonly opus: OpusAccess;
  /** `playback-compression`. */
  readonly compression: boolean;
  /** There and back, ms; null: not known. */
  roundTrip(): number | null;
  /** The client has been told that the sound ended. */
  stopped(): void;
}

/**
 * What one client hears: protocol §5.5. Frames that it has no room for are not kept: of those that wait, the oldest go.
 */
export class PlaybackChannel extends Channel implements PlaybackListener {
  readonly name = 'playback';
  protected override readonly acks = new AckWindow(soundWindow);
  readonly #context: PlaybackContext;
  readonly #heedsLevels: boolean;
  readonly #heedsLatency: boolean;
  #usesOpus: boolean;
  #modeDue = true;
  #levelsDue: boolean;
  #startDue = false;
  #stopDue = false;
  /** The client has been told START and not STOP. */
  #playing = false;
  readonly #waiting: PlaybackFrame[] = [];
  /** The last time that was told, ms. */
  #time = 0;

  constructor(link: LinkedChannel, host: ChannelHost, context: PlaybackContext) {
    super(link.channelId, link.miniHeader, host);
    this.#context = context;
    const has = (bit: number): boolean => hasCapability(link.channelCapabilities, bit);
    this.#heedsLevels = has(playbackCapabilities.volume);
    this.#heedsLatency = has(playbackCapabilities.latency);
    this.#usesOpus = context.compression && has(playbackCapabilities.opus);
    this.#levelsDue = this.#heedsLevels;
  }

  /** Sound that lies in the stream comes too late: 25 frames as packets, two as samples. */
  override get highWater(): number {
    return 4096;
  }

  start(): void {
    const { opus, source } = this.#context;
    this.sendSetAck();
    if (this.#usesOpus && opus.library === undefined) opus.request(() => this.host.outgoingReady());
    source.join(this);
    this.host.outgoingReady();
  }

  override close(): void {
    this.#context.source.leave(this);
  }

  receive(type: number, body: Uint8Array): void {
    this.receiveBase(decodePlaybackClient(type, new Reader(body)));
  }

  started(): void {
    if (this.#playing || this.#startDue) this.#stopDue = false;
    else this.#startDue = true;
    this.host.outgoingReady();
  }

  frame(frame: PlaybackFrame): void {
    this.#waiting.push(frame);
    if (this.#waiting.length > keptFrames) this.#waiting.shift();
    this.host.outgoingReady();
  }

  stopped(): void {
    this.#stopDue = true;
    this.host.outgoingReady();
  }

  levelsChanged(): void {
    this.#levelsDue = this.#heedsLevels;
    if (this.#levelsDue) this.host.outgoingReady();
  }

  override get isDrained(): boolean {
    const due = this.#modeDue || this.#levelsDue || this.#startDue || this.#stopDue;
    return super.isDrained && !due && this.#waiting.length === 0;
  }

  protected override fill(_budget: number, now: number): void {
    if (this.#modeDue && !this.#tellMode(now)) return;
    if (this.#levelsDue) this.#tellLevels();
    if (this.#startDue) this.#tellStart(now);
    while (this.#waiting.length > 0 && this.outbox.length < this.highWater && this.acks.isOpen) {
      this.#tellFrame(this.#waiting.shift() as PlaybackFrame);
    }
    if (this.#stopDue && this.#waiting.length === 0) this.#tellStop();
  }

  /** False: not yet, since it is not known whether there will be Opus. */
  #tellMode(now: number): boolean {
    const { library } = this.#context.opus;
    if (this.#usesOpus && library === undefined) return false;
    this.#usesOpus &&= library !== null;
    const { opus, raw } = AudioMode.values;
    this.send(playbackServer.mode, {
      time: this.#tellTime(now),
      mode: this.#usesOpus ? opus : raw,
      data: noData,
    });
    this.#modeDue = false;
    return true;
  }

  #tellLevels(): void {
    const { volumes, muted } = this.#context.source.levels;
    this.send(playbackServer.volume, { volumes });
    this.send(playbackServer.mute, { mute: muted });
    this.#levelsDue = false;
  }

  #tellStart(now: number): void {
    const time = this.#tellTime(this.#waiting[0]?.time ?? now);
    const format = SampleFormat.values.s16;
    this.send(playbackServer.start, { channels: 2, format, frequency: soundFrequency, time });
    this.#playing = true;
    this.#startDue = false;
    const roundTrip = this.#context.roundTrip();
    if (!this.#heedsLatency || roundTrip === null) return;
    // The longer the way, the less evenly sound arrives.
    this.send(playbackServer.latency, { milliseconds: Math.min(Math.ceil(roundTrip), maxLatencyMs) });
  }

  #tellFrame(frame: PlaybackFrame): void {
    const data = this.#data(frame);
    if (data !== null) this.send(playbackServer.data, { time: this.#tellTime(frame.time), data });
  }

  /** Clients want times that never go back; the first frames were played before START was told. */
  #tellTime(time: number): number {
    this.#time = Math.max(this.#time, time);
    return this.#time >>> 0;
  }

  #data(frame: PlaybackFrame): Uint8Array | null {
    const { source, opus } = this.#context;
    if (this.#usesOpus && opus.library) return source.packet(frame, opus.library);
    const { buffer, byteOffset, byteLength } = frame.samples;
    return new Uint8Array(buffer, byteOffset, byteLength);
  }

  #tellStop(): void {
    this.send(playbackServer.stop, {});
    this.#stopDue = false;
    this.#playing = false;
    this.#context.stopped();
  }
}

const noData = new Uint8Array(0);
