import { describe, expect, it } from 'vitest';
import type { QxlCommand } from '../contracts/qxl-commands.js';
import { decodeQxlCommand } from '../generated/qxl-commands.codec.js';
import { Reader } from '../wire/reader.js';
import { RingConsumer } from './command-ring.js';
import { PromptAnswer } from './prompt-answer.js';
import { type RingPeer, RingWorker } from './ring-worker.js';

/** A primary with this many bytes of pixels, all the same. */
const primary = (bytes: number, value = 1): QxlCommand => ({
  type: 'primaryCreate',
  format: 32,
  width: 1,
  height: 1,
  stride: 4,
  mouseAllowed: true,
  data: new Uint8Array(bytes).fill(value),
});
const onePixel = { format: 32, width: 1, height: 1, stride: 4, bytes: Uint8Array.of(1, 2, 3, 4) } as const;
const small: QxlCommand = { type: 'cursorHide' };

/** Takes all commands that there are. */
function* drainAll(take: () => QxlCommand | null): Generator<QxlCommand> {
  for (let next = take(); next !== null; next = take()) yield next;
}

const open = (peer: Partial<RingPeer> = {}) => {
  const kicks: string[] = [];
  const records: { readonly record: ArrayBuffer; readonly lead: number }[] = [];
  const answers: SharedArrayBuffer[] = [];
  const worker: RingWorker = new RingWorker({
    kick: () => kicks.push('kick'),
    sendRecord: (record, lead) => records.push({ record, lead }),
    flush: async (level) => {
      kicks.push(`flush ${level}`);
    },
    read: async (surfaceId) => {
      kicks.push(`read ${surfaceId}`);
      return null;
    },
    readNow: (surfaceId, { left }, memory) => {
      answers.push(memory);
      kicks.push(`read ${surfaceId} now`);
      if (left >= 0) new PromptAnswer(memory).put(left === 0 ? null : onePixel);
    },
    drain: () => kicks.push('drain'),
    runsByItself: true,
    takesClientMonitors: (takes) => kicks.push(`takes ${takes}`),
    ...peer,
  });
  const consumer = new RingConsumer(worker.memory);
  const take = (): QxlCommand | null => {
    const record = consumer.peek();
    if (record === null) return null;
    const large = record === 'beside' ? records.shift() : null;
    const bytes = large ? new Uint8Array(large.record, large.lead) : (record as Uint8Array).slice();
    consumer.release();
    return decodeQxlCommand(new Reader(bytes));
  };
  return { worker, consumer, kicks, records, take, answers };
};

/** A command told apart by what it is and, of pixels, only their number and whether they are all the same. */
const digest = (command: QxlCommand | null): string => {
  if (command?.type !== 'primaryCreate' || command.data === null) return String(command?.type);
  const { data } = command;
  return `${data.length} times ${Buffer.compare(data, new Uint8Array(data.length).fill(data[0])) === 0 ? data[0] : '?'}`;
};

const isSettled = async (promise: Promise<unknown>): Promise<boolean> => {
  let settled = false;
  void promise.then(() => {
    settled = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
};

describe('RingWorker', () => {
  it('puts commands into the ring in order, large ones beside it', () => {
    const { worker, records, take } = open();
    const commands = [small, primary(3_000_000, 7), primary(10), small, primary(1_100_000, 9)];
    for (const command of commands) expect(worker.submit(command)).toBe(true);
    expect(records.length).toBe(2);
    expect(commands.map(() => digest(take()))).toEqual(commands.map(digest));
    expect(take()).toBe(null);
  });

  it('lays the pixels of a large command on a word', () => {
    const { worker, records } = open();
    worker.submit(primary(2_000_000, 5));
    const [{ record, lead }] = records;
    expect(new Uint8Array(record).indexOf(5, lead + 20) % 4).toBe(0);
  });

  it('does not keep the memory that it was given', () => {
    const { worker, take } = open();
    for (const bytes of [100, 2_000_000]) {
      const command = primary(bytes, 3);
      worker.submit(command);
      if (command.type === 'primaryCreate') command.data?.fill(0);
      expect(digest(take())).toBe(`${bytes} times 3`);
    }
  });

  it('kicks a consumer that sleeps, once', () => {
    const { worker, consumer, kicks } = open();
    worker.submit(small);
    worker.kick();
    expect(kicks).toEqual([]);
    consumer.peek();
    consumer.release();
    expect(consumer.idle()).toBe(true);
    worker.submit(small);
    worker.kick();
    worker.kick();
    expect(kicks).toEqual(['kick']);
  });

  it('refuses a command when the ring is full, until there is room', async () => {
    const { worker, consumer, take } = open();
    let count = 0;
    while (worker.submit(primary(500_000, count))) count++;
    expect(count).toBeGreaterThan(10);
    const space = worker.space();
    expect(await isSettled(space)).toBe(false);
    expect(worker.space()).toBe(space);
    for (let i = 0; i < count; i++) expect(digest(take())).toBe(`500000 times ${i}`);
    expect(consumer.claimSpace()).toBe(true);
    worker.spaceFreed();
    expect(await isSettled(space)).toBe(true);
    expect(worker.submit(primary(500_000, count))).toBe(true);
    expect(digest(take())).toBe(`500000 times ${count}`);
  });

  it('has room at once when half of the ring is free', async () => {
    const { worker } = open();
    worker.submit(small);
    expect(await isSettled(worker.space())).toBe(true);
  });

  it('passes flushes and reads on', async () => {
    const { worker, kicks } = open();
    await worker.flush('sent');
    await worker.read(4, null);
    expect(kicks).toEqual(['flush sent', 'read 4']);
  });

  it('waits for pixels, and not for ever', () => {
    const { worker, kicks } = open();
    const area = (left: number) => ({ top: 0, left, bottom: 1, right: left + 1 });
    expect(worker.readNow(4, area(0), 1)).toBe(null);
    expect(worker.readNow(4, area(1), 1)).toMatchObject({ ...onePixel });
    expect(worker.readNow(4, area(-1), 1)).toBe(undefined);
    expect(kicks).toEqual(['read 4 now', 'read 4 now', 'read 4 now']);
  });

  it('does not take an answer that comes too late for the next one', () => {
    const { worker, answers } = open();
    const area = { top: 0, left: -1, bottom: 1, right: 0 };
    worker.readNow(4, area, 0);
    worker.readNow(4, area, 0);
    expect(answers[0]).not.toBe(answers[1]);
  });

  it('waits for room, and not for ever', () => {
    const { worker, consumer, take } = open();
    while (worker.submit(primary(500_000)));
    expect(worker.spaceNow(1)).toBe(false);
    while (take() !== null);
    consumer.claimSpace();
    expect(worker.spaceNow(1)).toBe(true);
  });

  it('has a module in its own thread empty the ring while it waits', () => {
    const { worker, consumer, take, kicks } = open({
      runsByItself: false,
      drain: () => {
        for (const _ of drainAll(take)) consumer.claimSpace();
      },
    });
    while (worker.submit(primary(500_000)));
    expect(worker.spaceNow(1000)).toBe(true);
    expect(worker.submit(small)).toBe(true);
    expect(kicks).toEqual([]);
  });

  it('swallows everything when the module is gone, and lets nobody wait', async () => {
    const { worker, kicks } = open();
    while (worker.submit(primary(500_000)));
    const space = worker.space();
    worker.end();
    expect(await isSettled(space)).toBe(true);
    expect(worker.submit(primary(500_000))).toBe(true);
    worker.kick();
    expect(await isSettled(worker.space())).toBe(true);
    expect(await isSettled(worker.flush('handled'))).toBe(true);
    expect(await worker.read(0, null)).toBe(null);
    expect(kicks).toEqual([]);
  });
});
