import type { MachineClock, PlaybackInterface, PlaybackServer } from '@lazyspice/core';
import type { V86Emulator } from '../emulator/internals.js';

/** Milliseconds between looks at how much is due. */
const period = 10;
/** Milliseconds that may be caught up at once; what a busy host missed beyond is not played faster later. */
const mostLate = 200;
/** Milliseconds without a sample after which the guest has stopped, whatever it said. */
const silence = 500;
/** Hz that clients take. */
const leastRate = 8000;
const mostRate = 48_000;
/** Hz below which nothing can be heard: what is there is no sound. */
const leastHeard = 1000;

/** How often a sample is repeated, or each of how many is taken, to come to a rate that clients take. */
interface Rate {
  readonly frequency: number;
  readonly repeat: number;
  readonly skip: number;
}

/** Null: it can not be played. */
export function playableRate(hertz: number): Rate | null {
  if (!(hertz >= leastHeard && Number.isFinite(hertz))) return null;
  const repeat = Math.max(1, Math.ceil(leastRate / hertz));
  const skip = Math.max(1, Math.ceil(hertz / mostRate));
  return { frequency: Math.round((hertz * repeat) / skip), repeat, skip };
}

/** Interleaved 16-bit samples of two channels in -1..1. */
export function interleave(left: Float32Array, right: Float32Array, { repeat, skip }: Rate): Int16Array {
  const frames = Math.ceil(left.length / skip);
  const samples = new Int16Array(frames * repeat * 2);
  let at = 0;
  for (let i = 0; i < left.length; i += skip) {
    for (let n = 0; n < repeat; n++) {
      samples[at++] = Math.round(left[i] * 32_767);
      samples[at++] = Math.round(right[i] * 32_767);
    }
  }
  return samples;
}

/**
 * What the guest plays on v86's Sound Blaster 16. v86 moves samples only when it is asked for some; the clock says
 * how many are due, with or without a server, since the guest waits for them to be played.
 */
export class Sb16Playback implements PlaybackInterface {
  readonly kind = 'playback';
  readonly name = 'sb16';
  readonly #emulator: V86Emulator;
  readonly #clock: MachineClock;
  #server: PlaybackServer | null = null;
  /** What the server was told to play; null: nothing. */
  #format: Rate | null = null;
  #enabled = false;
  #running = false;
  #cancel: (() => void) | null = null;
  /** Since when frames are counted, and how many were played since; ms. */
  #since = 0;
  #frames = 0;
  #lastSample = 0;

  constructor(emulator: V86Emulator, clock: MachineClock) {
    this.#emulator = emulator;
    this.#clock = clock;
    emulator.add_listener('dac-enable', () => this.#enable(true));
    emulator.add_listener('dac-disable', () => this.#enable(false));
    emulator.add_listener('dac-tell-sampling-rate', () => this.#count());
    emulator.add_listener('dac-send-data', (sound: readonly [Float32Array, Float32Array]) =>
      this.#play(sound[0], sound[1]),
    );
  }

  attached(server: PlaybackServer): void {
    this.#server = server;
    this.#format = null;
  }

  detached(): void {
    this.#server = null;
    this.#format = null;
  }

  /** The machine runs or pauses. */
  setRunning(running: boolean): void {
    this.#running = running;
    if (!running) this.#silent();
    this.#schedule();
  }

  /** The device was reset or restored: what it does now is read off it. */
  refresh(): void {
    const { dma_bytes_left: left, dma_paused: paused } = this.#emulator.v86.cpu.devices.sb16;
    this.#silent();
    this.#enable(left > 0 && !paused);
  }

  get #hertz(): number {
    return this.#emulator.v86.cpu.devices.sb16.sampling_rate;
  }

  #enable(enabled: boolean): void {
    if (enabled === this.#enabled) return;
    this.#enabled = enabled;
    if (!enabled) this.#silent();
    this.#schedule();
  }

  /** Counts what is due from now on. */
  #count(): void {
    this.#since = this.#clock.now();
    this.#frames = 0;
  }

  #schedule(): void {
    const wanted = this.#enabled && this.#running;
    if (wanted === (this.#cancel !== null)) return;
    this.#cancel?.();
    this.#cancel = null;
    if (!wanted) return;
    this.#count();
    this.#lastSample = this.#since;
    this.#next();
  }

  #next(): void {
    this.#cancel = this.#clock.after(period, () => {
      this.#request();
      // The guest may have ended it meanwhile.
      if (this.#cancel !== null) this.#next();
    });
  }

  /** Asks v86 for what is due. It gives a block at a time, and nothing while the guest prepares the next. */
  #request(): void {
    const now = this.#clock.now();
    const hertz = Math.max(leastHeard, this.#hertz);
    const due = ((now - this.#since) * hertz) / 1000;
    while (this.#enabled && this.#frames < due) {
      const before = this.#frames;
      this.#emulator.bus.send('dac-request-data');
      if (this.#frames === before) break;
    }
    const late = due - this.#frames;
    if (late > (mostLate * hertz) / 1000) this.#count();
    if (now - this.#lastSample > silence) this.#silent();
  }

  #play(left: Float32Array, right: Float32Array): void {
    this.#frames += left.length;
    this.#lastSample = this.#clock.now();
    const rate = playableRate(this.#hertz);
    if (this.#server === null || rate === null) return;
    const old = this.#format;
    if (old === null || old.frequency !== rate.frequency) {
      this.#server.start({ frequency: rate.frequency, channels: 2, sampleFormat: 's16' });
    }
    this.#format = rate;
    this.#server.samples(interleave(left, right, rate).buffer as ArrayBuffer);
  }

  #silent(): void {
    if (this.#format !== null) this.#server?.stop();
    this.#format = null;
  }
}
