import { WireError } from '@lazyspice/core';
import { type Channel, ChannelError } from '../channels/channel.js';
import type { ByteStream } from '../transport/byte-stream.js';
import type { FrameReader } from '../wire/framing.js';

/** Bytes encoded at a time. */
const budget = 128 * 1024;

export interface ConnectionClock {
  /** ms, monotonic. */
  now(): number;
  /** Calls back once, after `ms`; returns what cancels it. */
  after(ms: number, callback: () => void): () => void;
}

/**
 * Drives one channel over one stream: bytes to messages, messages to bytes, its timer, its end. The channel
 * only encodes when the stream has room, so that what a slow client no longer needs is dropped before.
 */
export class Connection {
  readonly channel: Channel;
  readonly stream: ByteStream;
  /** Of the channel, without TLS and WebSocket. */
  sentBytes = 0;
  receivedBytes = 0;
  /** When anything last came from the client, ms. */
  heardAt: number;
  readonly #frames: FrameReader;
  readonly #clock: ConnectionClock;
  readonly #ended: (reason: string) => void;
  #cancelTimer: (() => void) | null = null;
  #timerAt: number | null = null;
  #open = true;
  /** When the client last took or said something, or there was nothing for it. */
  #lastProgress: number;
  /** There was something for the client after the last pump. */
  #owed = false;
  /** `pendingBytes` when it was last looked at. */
  #pending = 0;
  #pumpScheduled = false;
  /** Nothing is read from the client for now. */
  #paused = false;
  readonly #drainWaiters = new Set<() => void>();

  constructor(
    stream: ByteStream,
    channel: Channel,
    frames: FrameReader,
    clock: ConnectionClock,
    ended: (reason: string) => void,
  ) {
    this.stream = stream;
    this.channel = channel;
    this.#frames = frames;
    this.#clock = clock;
    this.#ended = ended;
    this.heardAt = clock.now();
    this.#lastProgress = this.heardAt;
  }

  /** Takes the stream over. `rest`: bytes that came behind the link stage. */
  start(rest: Uint8Array): void {
    this.stream.handlers = {
      data: (bytes) => this.#guard(() => this.#receive(bytes)),
      drained: () => this.#guard(() => this.#drained()),
      closed: (error) => this.end(error === null ? 'the client closed the stream' : error.message),
    };
    this.#guard(() => {
      this.channel.start(this.#clock.now());
      if (rest.length > 0) this.#receive(rest);
      this.pump();
    });
  }

  /** Something waits: it is written when the work at hand is done, so that a batch becomes one write. */
  schedulePump(): void {
    if (this.#pumpScheduled || !this.#open) return;
    this.#pumpScheduled = true;
    queueMicrotask(() => {
      this.#pumpScheduled = false;
      this.#guard(() => this.pump());
    });
  }

  /** Encodes and writes what waits, as far as the stream has room. */
  pump(): void {
    if (!this.#open) return;
    const now = this.#clock.now();
    if (!this.#owed) this.#lastProgress = now;
    this.channel.timePasses(now);
    while (this.stream.pendingBytes < this.channel.highWater) {
      const chunks = this.channel.takeOutgoing(budget, now, this.stream.pendingBytes);
      if (chunks.length === 0) break;
      for (const chunk of chunks) this.sentBytes += chunk.length;
      this.stream.write(chunks);
    }
    this.#pending = this.stream.pendingBytes;
    this.#owed = !this.isDrained;
    this.#readOrNot();
    this.#schedule();
    if (!this.#owed) this.#release();
  }

  get isClosed(): boolean {
    return !this.#open;
  }

  /** The client has been handed everything that there is for it. */
  get isDrained(): boolean {
    return this.channel.isDrained && this.stream.pendingBytes === 0;
  }

  /** Whether the client has taken or said anything in the last `ms`, or is owed nothing. */
  keepsUp(ms: number): boolean {
    const now = this.#clock.now();
    const { pendingBytes } = this.stream;
    if (pendingBytes < this.#pending) this.#lastProgress = now;
    this.#pending = pendingBytes;
    return this.isDrained || now - this.#lastProgress < ms;
  }

  /** Resolves when the client has been handed everything, the connection ends, or `ms` have passed. */
  drained(ms: number): Promise<void> {
    if (!this.#open || this.isDrained) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.#drainWaiters.delete(done);
        resolve();
      };
      const cancel = this.#clock.after(ms, done);
      this.#drainWaiters.add(done);
    });
  }

  /** Ends it for an error that its client made, or that we made in serving it. */
  fail(error: unknown): void {
    if (error instanceof WireError || error instanceof ChannelError) this.end(error.message);
    else this.end(`internal error: ${error instanceof Error ? error.stack : String(error)}`);
  }

  /** Closes the stream and tells whoever owns the connection. */
  end(reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#cancelTimer?.();
    this.channel.close();
    this.stream.destroy();
    this.#release();
    this.#ended(reason);
  }

  #readOrNot(): void {
    const congested = this.channel.isCongested;
    if (congested === this.#paused) return;
    this.#paused = congested;
    if (congested) this.stream.pause();
    else this.stream.resume();
  }

  #drained(): void {
    this.#lastProgress = this.#clock.now();
    this.pump();
  }

  #release(): void {
    for (const done of [...this.#drainWaiters]) done();
  }

  #receive(bytes: Uint8Array): void {
    this.receivedBytes += bytes.length;
    const now = this.#clock.now();
    this.heardAt = now;
    this.#lastProgress = now;
    for (const { type, body } of this.#frames.push(bytes)) {
      if (!this.#open) return;
      this.channel.receive(type, body, now);
    }
    this.pump();
  }

  #schedule(): void {
    const { wakeAt } = this.channel;
    if (wakeAt === this.#timerAt) return;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#timerAt = wakeAt;
    if (wakeAt === null) return;
    this.#cancelTimer = this.#clock.after(Math.max(0, wakeAt - this.#clock.now()), () => {
      this.#timerAt = null;
      this.#guard(() => {
        this.channel.tick(this.#clock.now());
        this.pump();
      });
    });
  }

  /** A client's bad message, or a fault of ours in serving it, ends its connection and nothing else. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.fail(error);
    }
  }
}
