import type { QxlCommand, QxlWorker, ReplayOptions, ReplayResult } from '@lazyspice/core';
import { RecordingError } from './errors.js';
import type { RecordingEvent } from './parser.js';

export interface PlayOptions extends ReplayOptions {
  /** Reads the recording from its start; called once, or once a round with `loop`. */
  events(): AsyncIterable<readonly RecordingEvent[]>;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** Resolves after `ms`, rejects when `signal` is aborted before. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/**
 * Gives a recording's commands to a worker, in order. When the worker's ring is full it waits; what an earlier
 * playback left on the same worker, and each round of a loop, is cleared first. Times of the recording count from
 * its first event; after a delay it catches up without waiting.
 *
 * Resolves when the bytes of the last command have been handed to the clients' sockets, or as soon as `signal` is
 * aborted. When reading fails, everything before has been given and sent, then it rejects with the reader's
 * error; a `RecordingError` says in `commands` how many that were. The worker's errors are passed on at once.
 */
export async function playRecording(options: PlayOptions): Promise<ReplayResult> {
  const playback = new Playback(options);
  try {
    let given = true;
    // A recording without commands would spin for ever.
    for (let round = 0; given && (round === 0 || options.loop) && !options.signal.aborted; round++) {
      given = await playback.round();
    }
  } catch (error) {
    if (error instanceof RecordingError) error.commands = playback.commands;
    if (!options.signal.aborted) throw error;
  }
  return playback.result();
}

/** Milliseconds of one sleep at most: timers do not take every number that a recording can say. */
const longestSleep = 3_600_000;

/** What is on a worker after a playback, so that the next one starts clean. */
interface Remains {
  primary: boolean;
  surfaces: boolean;
  cursor: boolean;
  images: boolean;
}
const remainsOf = new WeakMap<QxlWorker, Remains>();

class Playback {
  readonly #options: PlayOptions;
  readonly #worker: QxlWorker;
  readonly #remains: Remains;
  #startedAt: number | null = null;
  #endedAt = 0;
  commands = 0;

  constructor(options: PlayOptions) {
    this.#options = options;
    this.#worker = options.worker;
    this.#remains = remainsOf.get(options.worker) ?? nothing();
    remainsOf.set(options.worker, this.#remains);
  }

  result(): ReplayResult {
    const seconds = this.#startedAt === null ? 0 : (this.#endedAt - this.#startedAt) / 1000;
    return { commands: this.commands, seconds };
  }

  /** Plays from start to end. False: the recording has no commands. */
  async round(): Promise<boolean> {
    let error: unknown = null;
    let given = false;
    await this.#clear();
    const pace = new Pace(this.#options);
    const batches = this.#options.events()[Symbol.asyncIterator]();
    try {
      for (;;) {
        // Only the reader's errors wait until what came before has been sent.
        const batch = await this.#wait(batches.next()).catch((thrown: unknown) => {
          error = thrown;
          return null;
        });
        if (batch === null || batch.done) break;
        given = (await this.#give(batch.value, pace)) || given;
      }
    } finally {
      // Not awaited: a reader that hangs would keep an abort from ending this.
      batches.return?.()?.catch(() => {});
      this.#endedAt = this.#options.now();
    }
    // A guest is never held up by clients: who wants to be sure that they have everything flushes itself.
    if (!this.#options.signal.aborted) await this.#wait(this.#worker.flush('handled'));
    this.#endedAt = this.#options.now();
    if (error !== null) throw error;
    return given;
  }

  async #give(events: readonly RecordingEvent[], pace: Pace): Promise<boolean> {
    let given = false;
    for (const event of events) {
      if (pace.earlyBy(event.time) > 0) await this.#sleepUntilDue(event.time, pace);
      if (event.command === null) continue;
      given = true;
      if (this.#startedAt === null) {
        this.#options.started();
        this.#startedAt = this.#options.now();
      }
      if (!this.#submit(event.command)) await this.#submitLater(event.command);
      if (event.what !== 'ring') continue;
      this.commands++;
      if (this.#options.lockstep) await this.#wait(this.#worker.flush('sent'));
    }
    this.#worker.kick();
    return given;
  }

  async #sleepUntilDue(time: bigint, pace: Pace): Promise<void> {
    this.#worker.kick();
    for (let early = pace.earlyBy(time); early > 0; early = pace.earlyBy(time)) {
      await this.#wait(this.#options.sleep(Math.min(early, longestSleep), this.#options.signal));
    }
  }

  #submit(command: QxlCommand): boolean {
    if (!this.#worker.submit(command)) return false;
    note(this.#remains, command);
    return true;
  }

  async #submitLater(command: QxlCommand): Promise<void> {
    do {
      this.#worker.kick();
      await this.#wait(this.#worker.space());
    } while (!this.#submit(command));
  }

  /** Clears what an earlier round or playback left, as a reset of the device would. */
  async #clear(): Promise<void> {
    const { primary, surfaces, cursor, images } = this.#remains;
    const commands: QxlCommand[] = [];
    if (primary) commands.push({ type: 'primaryDestroy' });
    if (surfaces) commands.push({ type: 'surfacesDestroy' });
    if (cursor) commands.push({ type: 'cursorReset' });
    if (images) commands.push({ type: 'imageCacheReset' });
    for (const command of commands) {
      if (!this.#submit(command)) await this.#submitLater(command);
    }
  }

  /** Rejects with the signal's reason as soon as it is aborted. */
  #wait<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this.#options;
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(signal.reason);
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort, { once: true });
      promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    });
  }
}

/** When each event of one round is due. */
class Pace {
  readonly #options: PlayOptions;
  #first: { time: bigint; at: number } | null = null;

  constructor(options: PlayOptions) {
    this.#options = options;
  }

  /** Milliseconds until an event of this time is due; 0 or less: now. */
  earlyBy(time: bigint): number {
    if (this.#options.speed === 'max') return 0;
    const now = this.#options.now();
    this.#first ??= { time, at: now };
    return this.#first.at + Number(time - this.#first.time) / 1e6 - now;
  }
}

const nothing = (): Remains => ({ primary: false, surfaces: false, cursor: false, images: false });

function note(remains: Remains, command: QxlCommand): void {
  switch (command.type) {
    case 'primaryCreate':
      remains.primary = true;
      return;
    case 'primaryDestroy':
      remains.primary = false;
      return;
    case 'surfaceCreate':
      remains.surfaces = true;
      return;
    case 'surfacesDestroy':
      remains.primary = false;
      remains.surfaces = false;
      return;
    case 'cursorSet':
      remains.cursor = true;
      return;
    case 'cursorReset':
      remains.cursor = false;
      return;
    case 'draw':
      remains.images = true;
      return;
    case 'imageCacheReset':
      remains.images = false;
      return;
  }
}
