import {
  type KeyboardServer,
  type PlaybackServer,
  parseSpiceOptions,
  type QxlCommand,
  type QxlWorker,
  type RecordServer,
  type SpiceEvent,
  type SpiceOptions,
} from '@lazyspice/core';
import type { EncoderPool } from '../../../packages/spice-server/src/display/images/encoders.js';
import type { QxlDisplay } from '../../../packages/spice-server/src/display/qxl-display.js';
import type { SaslAccounts } from '../../../packages/spice-server/src/link/sasl/accounts.js';
import { SpiceServer } from '../../../packages/spice-server/src/server/server.js';
import { MemoryStream } from '../../../packages/spice-server/src/transport/memory-pair.js';
import { ScriptedClient, type ScriptedClientOptions } from './scripted-client.js';
import { settle, VirtualClock } from './virtual-clock.js';

export interface BenchOptions {
  /** As behind `-spice`. */
  readonly spice?: string;
  readonly saslAccounts?: SaslAccounts;
  readonly guestName?: string;
  readonly guestUuid?: Uint8Array;
  readonly encoderPool?: EncoderPool;
}

/** A device that remembers what the server did to it. */
export interface Recorder {
  /** Calls in order: method and arguments. */
  readonly calls: (readonly [string, ...number[]])[];
  remove(): void;
}

export interface RecordBench {
  readonly server: RecordServer;
  /** What the device was told, besides samples. */
  readonly states: string[];
  readonly heard: { readonly at: number; readonly buffer: ArrayBuffer }[];
  remove(): void;
}

/** A server in virtual time, with devices that record and clients that script: what server stories run on. */
export class Bench {
  readonly clock = new VirtualClock();
  readonly server: SpiceServer;
  readonly events: SpiceEvent[] = [];
  readonly clients: ScriptedClient[] = [];
  #nextId = 1;

  private constructor({ saslAccounts, guestName, guestUuid, encoderPool }: BenchOptions) {
    this.server = new SpiceServer({
      clock: this.clock,
      randomId: () => this.#nextId++,
      events: (event) => this.events.push(event),
      ...(saslAccounts === undefined ? {} : { saslAccounts }),
      ...(guestName === undefined ? {} : { guestName }),
      ...(guestUuid === undefined ? {} : { guestUuid }),
      ...(encoderPool === undefined ? {} : { encoderPool }),
    });
  }

  /** A server that listens, at no door: clients come through `connect`. */
  static async open(options: BenchOptions = {}): Promise<Bench> {
    const bench = new Bench(options);
    await bench.listen(options.spice);
    return bench;
  }

  /** Opens the server, with options as behind `-spice`. */
  async listen(spice = 'disable-ticketing=on'): Promise<void> {
    await this.server.listen(spiceOptions(spice));
  }

  addDisplay(channelId = 0): { readonly display: QxlDisplay; remove(): void } {
    let worker: QxlWorker | null = null;
    const remove = this.server.addInterface({
      kind: 'qxl',
      name: `qxl${channelId}`,
      channelId,
      attached: (endpoint) => {
        worker = endpoint;
      },
    });
    if (worker === null) throw new Error('the display was not attached');
    return { display: worker as QxlDisplay, remove };
  }

  addKeyboard(): { readonly bytes: number[]; setLeds(leds: number): void; remove(): void } {
    const bytes: number[] = [];
    let server: KeyboardServer | null = null;
    const remove = this.server.addInterface({
      kind: 'keyboard',
      name: 'keyboard',
      scancode: (byte) => bytes.push(byte),
      attached: (endpoint) => {
        server = endpoint;
      },
    });
    return { bytes, remove, setLeds: (leds) => server?.setLeds(leds) };
  }

  addMouse(): Recorder {
    const calls: Recorder['calls'] = [];
    const remove = this.server.addInterface({
      kind: 'mouse',
      name: 'mouse',
      motion: (...args) => calls.push(['motion', ...args]),
      buttons: (...args) => calls.push(['buttons', ...args]),
    });
    return { calls, remove };
  }

  addTablet(): Recorder {
    const calls: Recorder['calls'] = [];
    const remove = this.server.addInterface({
      kind: 'tablet',
      name: 'tablet',
      setLogicalSize: (...args) => calls.push(['setLogicalSize', ...args]),
      position: (...args) => calls.push(['position', ...args]),
      wheel: (...args) => calls.push(['wheel', ...args]),
      buttons: (...args) => calls.push(['buttons', ...args]),
    });
    return { calls, remove };
  }

  /** A sound card's output. */
  addPlayback(): { readonly server: PlaybackServer; readonly states: string[]; remove(): void } {
    let server: PlaybackServer | null = null;
    const states: string[] = [];
    const remove = this.server.addInterface({
      kind: 'playback',
      name: 'speaker',
      attached: (endpoint) => {
        server = endpoint;
        states.push('attached');
      },
      detached: () => states.push('detached'),
    });
    if (server === null) throw new Error('the playback device was not attached');
    return { server, states, remove };
  }

  /** A sound card's input, which remembers what it heard. */
  addRecord(): RecordBench {
    let server: RecordServer | null = null;
    const states: string[] = [];
    const heard: { readonly at: number; readonly buffer: ArrayBuffer }[] = [];
    const remove = this.server.addInterface({
      kind: 'record',
      name: 'microphone',
      start: () => states.push('start'),
      samples: (buffer) => heard.push({ at: this.clock.now(), buffer }),
      stop: () => states.push('stop'),
      attached: (endpoint) => {
        server = endpoint;
      },
      detached: () => states.push('detached'),
    });
    if (server === null) throw new Error('the record device was not attached');
    return { server, states, heard, remove };
  }

  /** A client begins to connect. */
  connect(options: ScriptedClientOptions = {}): ScriptedClient {
    const client = new ScriptedClient((stream) => this.server.accept(stream), options);
    this.clients.push(client);
    return client;
  }

  /** A connection that speaks raw bytes: the client's end. */
  connectRaw(): { readonly near: MemoryStream; readonly far: MemoryStream } {
    const [far, near] = MemoryStream.pair();
    this.server.accept(far);
    return { near, far };
  }

  /** Ticks until nothing moves any more, without time passing. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 2; ) {
      await settle();
      quiet = this.#tick() === 0 ? quiet + 1 : 0;
    }
  }

  /** Lets `ms` pass, with one tick every `tickMs`. */
  async run(ms: number, tickMs = 10): Promise<void> {
    for (let passed = 0; passed < ms; passed += tickMs) {
      await this.clock.advance(Math.min(tickMs, ms - passed));
      this.#tick();
    }
    await settle();
  }

  /** Whether `work` is done when `ms` have passed. */
  async finishes(work: Promise<unknown>, ms: number): Promise<boolean> {
    let done = false;
    void work.then(() => {
      done = true;
    });
    for (let passed = 0; passed < ms && !done; passed += 10) await this.run(10);
    return done;
  }

  /** What the log says. */
  get log(): string[] {
    return this.events.flatMap((event) => (event.event === 'log' ? [event.message] : []));
  }

  #tick(): number {
    let moved = 0;
    for (const client of this.clients) moved += client.tick();
    return moved;
  }
}

/** Options as `-spice` gives them, without a door. */
export const spiceOptions = (text: string): SpiceOptions => ({
  ...parseSpiceOptions(`port=0,${text}`),
  port: null,
});

export const submitAll = (worker: QxlWorker, commands: readonly QxlCommand[]): void => {
  for (const command of commands) worker.submit(command);
  worker.kick();
};
