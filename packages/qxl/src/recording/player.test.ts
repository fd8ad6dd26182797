import type { FlushLevel, QxlCommand, QxlWorker } from '@lazyspice/core';
import { describe, expect, it } from 'vitest';
import { cursor, fill, primary, recordingOf, rectAt, surface, type TimedCommand } from './builder.js';
import type { RecordingEvent } from './parser.js';
import { type PlayOptions, playRecording } from './player.js';
import { readRecording } from './read-recording.js';

/** A short name of a command; fills are named by their colour. */
function nameOf(command: QxlCommand): string {
  if (command.type !== 'draw' || command.drawable.operation.type !== 'fill') return command.type;
  const { brush } = command.drawable.operation;
  return brush.type === 'solid' ? `fill ${brush.color}` : 'fill';
}

/** A server that takes `room` commands between two visits and writes down what it is asked. */
class FakeWorker implements QxlWorker {
  readonly log: string[] = [];
  readonly #room: number;
  readonly #now: () => number;
  #used = 0;

  constructor(room: number, now: () => number) {
    this.#room = room;
    this.#now = now;
  }

  submit(command: QxlCommand): boolean {
    if (this.#used === this.#room) return false;
    this.#used++;
    this.log.push(`${this.#now()} ${nameOf(command)}`);
    return true;
  }
  kick(): void {
    this.log.push('kick');
  }
  async space(): Promise<void> {
    this.log.push('space');
    this.#used = 0;
  }
  async flush(level: FlushLevel): Promise<void> {
    this.log.push(`flush ${level}`);
    this.#used = 0;
  }
  async read(): Promise<null> {
    return null;
  }
  spaceNow(): boolean {
    return true;
  }
  readNow(): null {
    return null;
  }
  takesClientMonitors(): void {}
  /** Without kicks and times. */
  get commands(): string[] {
    return this.log.filter((line) => line !== 'kick').map((line) => line.replace(/^\d+ /, ''));
  }
}

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 700) yield bytes.slice(at, at + 700);
}

/** A playback whose time passes only while it sleeps. */
function stage(commands: readonly TimedCommand[], options: Partial<PlayOptions> & { room?: number } = {}) {
  let time = 0;
  const bytes = recordingOf(commands);
  const worker = new FakeWorker(options.room ?? 1000, () => Math.round(time));
  const abort = new AbortController();
  const started: number[] = [];
  const playOptions: PlayOptions = {
    worker,
    speed: 'max',
    loop: false,
    lockstep: false,
    signal: abort.signal,
    started: () => started.push(Math.round(time)),
    events: () => readRecording(piecesOf(bytes)),
    now: () => time,
    sleep: async (ms) => {
      time += ms;
    },
    ...options,
  };
  const wait = (ms: number): void => {
    time += ms;
  };
  return { worker, abort, started, bytes, wait, play: () => playRecording(playOptions) };
}

const box = rectAt(0, 0, 1, 1);
const screen: TimedCommand = { at: 0, command: primary(4, 4) };
const fills = (...times: readonly number[]): TimedCommand[] =>
  times.map((at, index) => ({ at, command: fill(box, index + 1) }));

describe('at the highest speed', () => {
  it('gives everything at once, then waits until it has been handled', async () => {
    const { worker, play, started } = stage([screen, ...fills(10, 500)], {});
    expect(await play()).toEqual({ commands: 2, seconds: 0 });
    expect(worker.commands).toEqual(['primaryCreate', 'fill 1', 'fill 2', 'flush handled']);
    expect(worker.log.at(-1)).toBe('flush handled');
    expect(started).toEqual([0]);
  });

  it('waits for space whenever the ring is full, and wakes the server first', async () => {
    const { worker, play } = stage([screen, ...fills(0, 0, 0, 0)], { room: 2 });
    expect(await play()).toMatchObject({ commands: 4 });
    expect(worker.commands).toEqual([
      'primaryCreate',
      'fill 1',
      'space',
      'fill 2',
      'fill 3',
      'space',
      'fill 4',
      'flush handled',
    ]);
    const { log } = worker;
    for (const [index, line] of log.entries()) if (line === 'space') expect(log[index - 1]).toBe('kick');
  });

  it('waits after each ring command in lockstep', async () => {
    const { worker, play } = stage([screen, ...fills(0, 0)], { lockstep: true });
    await play();
    expect(worker.commands).toEqual([
      'primaryCreate',
      'fill 1',
      'flush sent',
      'fill 2',
      'flush sent',
      'flush handled',
    ]);
  });
});

describe('at the recorded speed', () => {
  it('gives each command at its time, from the first event on', async () => {
    const { worker, play } = stage([{ ...screen, at: 1000 }, ...fills(1000, 1040, 1040.5, 9000)], {
      speed: 'recorded',
    });
    expect(await play()).toEqual({ commands: 4, seconds: 8 });
    expect(worker.log.filter((line) => line !== 'kick')).toEqual([
      '0 primaryCreate',
      '0 fill 1',
      '40 fill 2',
      '41 fill 3',
      '8000 fill 4',
      'flush handled',
    ]);
  });

  it('shows what was given before it sleeps', async () => {
    const given: number[] = [];
    const scene = stage([screen, ...fills(0, 100)], {
      speed: 'recorded',
      sleep: async (ms) => {
        given.push(scene.worker.log.lastIndexOf('kick') - scene.worker.log.indexOf('0 fill 1'));
        scene.wait(ms);
      },
    });
    await scene.play();
    expect(given).toHaveLength(1);
    expect(given[0]).toBeGreaterThan(0);
  });

  it('catches up after a delay', async () => {
    const scene = stage([screen, ...fills(10, 20, 30, 200)], { speed: 'recorded', room: 2 });
    const { worker, wait, play } = scene;
    const space = worker.space.bind(worker);
    worker.space = async () => {
      wait(100);
      await space();
    };
    await play();
    expect(worker.log.filter((line) => line.includes('fill'))).toEqual([
      '10 fill 1',
      '120 fill 2',
      '120 fill 3',
      '300 fill 4',
    ]);
  });

  it('sleeps on when a timer fires early, and never longer than timers can', async () => {
    const asked: number[] = [];
    const scene = stage([screen, ...fills(10_000_000_000)], {
      speed: 'recorded',
      sleep: async (ms) => {
        asked.push(ms);
        scene.wait(ms > 1000 ? ms - 1 : ms);
      },
    });
    await scene.play();
    expect(Math.max(...asked)).toBeLessThan(2 ** 31);
    expect(scene.worker.log).toContain('10000000000 fill 1');
  });
});

describe('a loop', () => {
  const scene: TimedCommand[] = [
    screen,
    { at: 0, command: surface(1, { width: 1, height: 1 }) },
    { at: 0, command: cursor({ x: 0, y: 0 }, { width: 1, height: 1, data: new Uint8Array(4) }) },
    ...fills(50),
  ];
  const round = ['primaryCreate', 'surfaceCreate', 'cursorSet', 'fill 1', 'flush handled'];
  const clearing = ['primaryDestroy', 'surfacesDestroy', 'cursorReset', 'imageCacheReset'];

  it('starts each round on a clean server and counts on', async () => {
    const { worker, abort, play, started } = stage(scene, { loop: true, speed: 'recorded' });
    let flushes = 0;
    const flush = worker.flush.bind(worker);
    worker.flush = async (level) => {
      await flush(level);
      if (++flushes === 3) abort.abort();
    };
    expect(await play()).toEqual({ commands: 9, seconds: 0.15 });
    expect(worker.commands).toEqual([...round, ...clearing, ...round, ...clearing, ...round]);
    expect(started).toEqual([0]);
  });

  it('clears only what the recording has left', async () => {
    const { worker, abort, play } = stage([screen, { at: 0, command: { type: 'surfacesDestroy' } }], {
      loop: true,
    });
    let flushes = 0;
    worker.flush = async () => {
      if (++flushes === 2) abort.abort();
    };
    await play();
    expect(worker.commands).toEqual(['primaryCreate', 'surfacesDestroy', 'primaryCreate', 'surfacesDestroy']);
  });

  it('clears what another playback left on the same worker', async () => {
    const first = stage(scene);
    await first.play();
    const second = stage([screen], { worker: first.worker });
    await second.play();
    expect(first.worker.commands).toEqual([...round, ...clearing, 'primaryCreate', 'flush handled']);
  });

  it('ends when the recording has no commands', async () => {
    const { worker, play } = stage([], { loop: true });
    expect(await play()).toEqual({ commands: 0, seconds: 0 });
    expect(worker.commands).toEqual(['flush handled']);
  });
});

describe('an abort', () => {
  const never = <T>(): Promise<T> => new Promise<T>(() => {});

  it('ends it while it sleeps, waits for space, for a flush or for the reader', async () => {
    const sleeping = stage([screen, ...fills(0, 60_000)], { speed: 'recorded', sleep: never });
    const full = stage([screen, ...fills(0, 0, 0)], { room: 2 });
    full.worker.space = never;
    const flushing = stage([screen, ...fills(0)]);
    flushing.worker.flush = never;
    const reading = stage([], {
      events: () => ({
        [Symbol.asyncIterator]: () => ({ next: () => never<IteratorResult<RecordingEvent[]>>() }),
      }),
    });
    for (const [{ play, abort, worker }, commands] of [
      [sleeping, 1],
      [full, 1],
      [flushing, 1],
      [reading, 0],
    ] as const) {
      const played = play();
      await new Promise((resolve) => setImmediate(resolve));
      abort.abort();
      expect(await played).toMatchObject({ commands });
      expect(worker.commands).not.toContain('flush handled');
    }
  });

  it('gives nothing when it came first', async () => {
    const { worker, abort, play } = stage([screen]);
    abort.abort();
    expect(await play()).toEqual({ commands: 0, seconds: 0 });
    expect(worker.log).toEqual([]);
  });
});

describe('an error', () => {
  it('of the reader is thrown when everything before has been handled', async () => {
    const { bytes } = stage([screen, ...fills(0, 0, 0)]);
    const cut = bytes.slice(0, bytes.length - 3);
    const { worker, play } = stage([], { events: () => readRecording(piecesOf(cut)) });
    await expect(play()).rejects.toMatchObject({
      code: 'ERR_RECORDING_TRUNCATED',
      offset: Buffer.from(bytes).lastIndexOf('event '),
      commands: 2,
    });
    expect(worker.commands).toEqual(['primaryCreate', 'fill 1', 'fill 2', 'flush handled']);
  });

  it('of the worker is thrown at once', async () => {
    const { worker, play } = stage([screen, ...fills(0, 0)], { lockstep: true });
    worker.flush = async () => {
      throw new Error('the module ended');
    };
    await expect(play()).rejects.toThrow('the module ended');
    expect(worker.commands).toEqual(['primaryCreate', 'fill 1']);
  });
});

it('passes over commands that no server accepts, without counting them', async () => {
  const text = Buffer.from(recordingOf([screen, ...fills(0, 0)])).toString('latin1');
  const bytes = Buffer.from(text.replace('effect 1', 'effect 9'), 'latin1');
  const { worker, play } = stage([], { events: () => readRecording(piecesOf(bytes)) });
  expect(await play()).toMatchObject({ commands: 1 });
  expect(worker.commands).toEqual(['primaryCreate', 'fill 2', 'flush handled']);
});
