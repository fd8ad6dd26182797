import type { SoundFormat } from '@lazyspice/core';
import { frameMs, type OpusLibrary, type SoundEncoder } from '../codecs/opus/contract.js';
import { FrameClock } from './frame-clock.js';
import { FrameMaker } from './frame-maker.js';
import { formatFault, stepBytes } from './sample-format.js';
import { SoundLevels } from './sound-levels.js';

/** Bytes of one `samples` call. */
const maxPieceBytes = 1024 * 1024;

/** 10 ms of sound. */
export interface PlaybackFrame {
  /** Counts the frames of the server's life. */
  readonly index: number;
  /** The server's clock when the guest played it, ms. */
  readonly time: number;
  /** Interleaved, 48 kHz, two channels. */
  readonly samples: Int16Array;
}

/** A client's playback channel. */
export interface PlaybackListener {
  started(): void;
  frame(frame: PlaybackFrame): void;
  stopped(): void;
  levelsChanged(): void;
}

/** What the guest plays, as all clients hear it: display-pipeline §19. Sans-IO; times in ms. */
export class PlaybackSource {
  readonly levels = new SoundLevels(() => {
    for (const listener of this.#listeners) listener.levelsChanged();
  });
  readonly #listeners = new Set<PlaybackListener>();
  readonly #clock = new FrameClock();
  readonly #complain: (message: string) => void;
  #format: SoundFormat | null = null;
  #maker: FrameMaker | null = null;
  #index = 0;
  #encoder: SoundEncoder | null = null;
  /** The packets of frames that a client may still ask for. */
  readonly #packets = new Map<number, Uint8Array>();
  #lastEncoded = -1;

  /** @param complain is given what a device did wrong. */
  constructor(complain: (message: string) => void) {
    this.#complain = complain;
  }

  get isPlaying(): boolean {
    return this.#maker !== null;
  }

  join(listener: PlaybackListener): void {
    this.#listeners.add(listener);
    if (this.isPlaying) listener.started();
  }

  leave(listener: PlaybackListener): void {
    this.#listeners.delete(listener);
    // Not before: a decoder that has heard sound takes a new encoder's first packets for much louder ones.
    if (this.#listeners.size === 0) this.#encoder = null;
  }

  /** The device begins to play, or goes on in another format. */
  start(format: SoundFormat, now: number): void {
    const fault = formatFault(format);
    if (fault !== null) {
      this.#complain(`playback: ${fault}`);
      return this.stop(now);
    }
    const goesOn = this.isPlaying;
    this.#format = format;
    this.#maker = new FrameMaker(format);
    if (goesOn) return;
    this.#clock.restart();
    for (const listener of this.#listeners) listener.started();
  }

  samples(buffer: ArrayBuffer, now: number): void {
    if (this.#maker === null || this.#format === null) return;
    if (!(buffer instanceof ArrayBuffer) || buffer.byteLength > maxPieceBytes) {
      this.#complain(`playback: samples are a buffer of at most ${maxPieceBytes} bytes`);
      return;
    }
    if (this.#listeners.size === 0) return;
    const { frequency } = this.#format;
    const steps = Math.floor(buffer.byteLength / stepBytes(this.#format));
    this.#clock.observe(now, this.#maker.heldMs + (steps * 1000) / frequency);
    for (const samples of this.#maker.add(buffer)) this.#publish(samples, now);
  }

  stop(now: number): void {
    if (this.#maker === null) return;
    for (const samples of this.#maker.end()) this.#publish(samples, now);
    this.#maker = null;
    this.#format = null;
    for (const listener of this.#listeners) listener.stopped();
  }

  /**
   * The frame's packet, made for the first client that asks and kept for the others. Null: frames behind it have been
   * encoded, each of which builds on those before; it cannot be had any more.
   */
  packet(frame: PlaybackFrame, library: OpusLibrary): Uint8Array | null {
    const { index } = frame;
    if (index <= this.#lastEncoded) return this.#packets.get(index) ?? null;
    this.#encoder ??= library.createEncoder();
    const packet = this.#encoder.encode(frame.samples);
    this.#packets.set(index, packet);
    this.#lastEncoded = index;
    for (const old of this.#packets.keys()) if (old <= index - keptFrames) this.#packets.delete(old);
    return packet;
  }

  #publish(samples: Int16Array, now: number): void {
    const frame = { index: this.#index++, time: this.#clock.take(now), samples };
    for (const listener of this.#listeners) listener.frame(frame);
  }
}

/** Frames that wait for one client at most: 240 ms. When there is no room the oldest go. */
export const keptFrames = 240 / frameMs;
