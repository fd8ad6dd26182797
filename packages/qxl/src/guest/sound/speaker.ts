import type { MachineClock, PlaybackInterface, PlaybackServer, SoundFormat } from '@lazyspice/core';

const rate = 48_000;
const format: SoundFormat = { frequency: rate, channels: 2, sampleFormat: 's16' };
/** Milliseconds of sound that are given at a time. */
const pieceMs = 20;
/** When the machine stood still for longer, what it did not play in time is left out, in ms. */
const lateMs = 200;

/** The sound at a time: -32768..32767, for `seconds` since it began; null: it is over. */
export type Wave = (seconds: number) => number | null;

/** A sine that never ends. */
export const tone =
  (hertz: number, amplitude: number): Wave =>
  (seconds) =>
    amplitude * Math.sin(2 * Math.PI * hertz * seconds);

/** A sine that dies away within so many seconds, as a bell does. */
export const bell =
  (hertz: number, amplitude: number, length: number): Wave =>
  (seconds) =>
    seconds >= length
      ? null
      : amplitude * (1 - seconds / length) ** 2 * Math.sin(2 * Math.PI * hertz * seconds);

/** A guest's sound card and what plays on it: one wave at a time, in both channels. */
export class Speaker {
  readonly #clock: MachineClock;
  #server: PlaybackServer | null = null;
  #wave: Wave | null = null;
  /** When the wave began, ms, and how many samples of it have been played or left out. */
  #begin = 0;
  #played = 0;
  #cancel: (() => void) | null = null;
  #muted = false;
  #volume = 0xffff;

  constructor(clock: MachineClock) {
    this.#clock = clock;
  }

  /** What SPICE is offered. */
  readonly device: PlaybackInterface = {
    kind: 'playback',
    name: 'speaker',
    attached: (server) => {
      this.#server = server;
      this.#tellLevels();
      if (this.#wave !== null) this.#start();
    },
    detached: () => {
      this.#server = null;
      this.#rest();
    },
  };

  get isMuted(): boolean {
    return this.#muted;
  }

  set isMuted(muted: boolean) {
    this.#muted = muted;
    this.#tellLevels();
  }

  /** 0..65535 */
  get volume(): number {
    return this.#volume;
  }

  set volume(volume: number) {
    this.#volume = volume;
    this.#tellLevels();
  }

  /** Plays a wave from its beginning, instead of the one before. */
  play(wave: Wave): void {
    this.#wave = wave;
    this.#begin = this.#clock.now();
    this.#played = 0;
    if (this.#server !== null) this.#start();
  }

  stop(): void {
    if (this.#wave === null) return;
    this.#wave = null;
    this.#rest();
    this.#server?.stop();
  }

  #tellLevels(): void {
    this.#server?.setVolume([this.#volume, this.#volume]);
    this.#server?.setMute(this.#muted);
  }

  #start(): void {
    this.#server?.start(format);
    this.#rest();
    this.#cancel = this.#clock.after(pieceMs, () => this.#tick());
  }

  #rest(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #tick(): void {
    const due = Math.floor(((this.#clock.now() - this.#begin) * rate) / 1000);
    this.#played = Math.max(this.#played, due - (lateMs * rate) / 1000);
    const piece = this.#piece(due - this.#played);
    this.#played = due;
    if (piece.length > 0) this.#server?.samples(piece.buffer);
    if (this.#wave === null) this.#server?.stop();
    else this.#cancel = this.#clock.after(pieceMs, () => this.#tick());
  }

  /** The next samples of the wave; fewer when it ends. */
  #piece(samples: number): Int16Array<ArrayBuffer> {
    const piece = new Int16Array(samples * 2);
    for (let i = 0; i < samples; i++) {
      const value = this.#wave?.((this.#played + i) / rate) ?? null;
      if (value === null) {
        this.#wave = null;
        return piece.slice(0, i * 2);
      }
      piece.fill(Math.round(value), i * 2, i * 2 + 2);
    }
    return piece;
  }
}
