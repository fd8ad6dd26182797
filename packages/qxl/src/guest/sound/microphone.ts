import type { MachineClock, RecordInterface, RecordServer } from '@lazyspice/core';

const rate = 48_000;
/** Below this a sample does not tell on which side of zero the sound is. */
const hush = 300;
const periodMs = 1000;

/** A guest that records all the time, and says each second how high and how loud what it hears is. */
export class Microphone {
  readonly #clock: MachineClock;
  readonly #print: (line: string) => void;
  #server: RecordServer | null = null;
  #cancel: (() => void) | null = null;
  #frames = 0;
  #crossings = 0;
  #square = 0;
  #side = 0;

  /** @param print is given the lines. */
  constructor(clock: MachineClock, print: (line: string) => void) {
    this.#clock = clock;
    this.#print = print;
  }

  /** What SPICE is offered. */
  readonly device: RecordInterface = {
    kind: 'record',
    name: 'microphone',
    attached: (server) => {
      this.#server = server;
      server.start({ frequency: rate, channels: 2, sampleFormat: 's16' });
    },
    detached: () => {
      this.#server = null;
      this.#rest();
    },
    start: () => {
      this.#cancel ??= this.#clock.after(periodMs, () => this.#tick());
    },
    samples: (buffer) => this.#hear(new Int16Array(buffer)),
    stop: () => this.#rest(),
  };

  stop(): void {
    this.#server?.stop();
    this.#rest();
  }

  #rest(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#report();
  }

  #tick(): void {
    this.#cancel = this.#clock.after(periodMs, () => this.#tick());
    this.#report();
  }

  /** Counts how often the left channel goes through zero. */
  #hear(samples: Int16Array): void {
    for (let i = 0; i < samples.length; i += 2) {
      const value = samples[i];
      this.#square += value * value;
      this.#frames++;
      if (Math.abs(value) <= hush) continue;
      const side = Math.sign(value);
      if (this.#side !== 0 && side !== this.#side) this.#crossings++;
      this.#side = side;
    }
  }

  #report(): void {
    if (this.#frames === 0) return;
    const hertz = ((this.#crossings / 2) * rate) / this.#frames;
    const rms = Math.sqrt(this.#square / this.#frames);
    this.#print(`record frames=${this.#frames} hz=${hertz.toFixed(1)} rms=${rms.toFixed(0)}`);
    this.#frames = 0;
    this.#crossings = 0;
    this.#square = 0;
  }
}
