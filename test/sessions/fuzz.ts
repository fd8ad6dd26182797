/**
 * Damaged sessions of real clients, over every transport, against a server in a process of its own:
 * `npm run fuzz -- [--minutes N] [--seed S]`. A client that behaves is connected all the time and others log in now and
 * then: they must be served. Prints figures and `N passed, N failed`; what failed can be had again with its seed.
 */
import { parseArgs } from 'node:util';
import { mutate } from '../fuzz/codec-mutations.js';
import { Random } from '../fuzz/random.js';
import { type RecordedChannel, recordedChannels } from './recorded.js';
import { TriedServer } from './server.js';
import { login, type Transport, transports, Visitor } from './visitor.js';

/** Sessions at a time. */
const sideBySide = 8;
/** A good client is in within this many ms, on a machine that does other things as well. */
const patience = 10_000;
/** Between two good clients that log in, ms. */
const checkEvery = 2000;

interface Tally {
  inputs: number;
  closed: number;
  readonly failures: string[];
}

/** The messages of a session with some damaged, left out, repeated or in another order. */
function damaged(messages: readonly Uint8Array[], random: Random): Uint8Array[] {
  const list = [...messages];
  for (let n = random.from(1, 4); n > 0 && list.length > 0; n--) {
    const at = random.below(list.length);
    const one = list[at] as Uint8Array;
    switch (random.below(5)) {
      case 0:
        list.splice(at, 1);
        break;
      case 1:
        list.splice(at, 0, one);
        break;
      case 2:
        list.splice(at, 1);
        list.splice(random.below(list.length + 1), 0, one);
        break;
      default:
        list[at] = mutate(one, random.pick(messages), random);
    }
  }
  return list;
}

/** Sends the messages in parts, now and then slowly, and ends in one of the ways that there are. */
async function send(visitor: Visitor, messages: readonly Uint8Array[], random: Random): Promise<void> {
  const bytes = Buffer.concat(messages);
  for (let at = 0; at < bytes.length && !visitor.isClosed; ) {
    const part = bytes.subarray(at, at + random.pick([1, 7, 300, 5000, 100_000]));
    at += part.length;
    visitor.stream.write(part);
    if (random.below(40) === 0) await visitor.until(() => false, 5);
  }
  if (random.below(3) === 0) visitor.stream.end();
  await visitor.until(() => visitor.isClosed, random.pick([0, 10, 60]));
}

async function attack(
  server: TriedServer,
  channel: RecordedChannel,
  random: Random,
  tally: Tally,
): Promise<void> {
  const transport: Transport = random.pick(transports);
  const session = await login(server, transport, patience);
  if (session === null) throw new Error(`nobody gets in over ${transport}`);
  const { main, sessionId } = session;
  const isMain = channel.channelType === 1;
  const visitor = isMain ? main : new Visitor(server, transport, { ...channel, connectionId: sessionId });
  await visitor.until(() => visitor.isLinked, patience);
  await send(visitor, damaged(channel.messages, random), random);
  tally.inputs++;
  if (visitor.isClosed) tally.closed++;
  visitor.destroy();
  main.destroy();
}

/** One of the workers: tries input after input until the time is over. */
async function work(
  server: TriedServer,
  channels: readonly RecordedChannel[],
  seed: number,
  end: number,
  tally: Tally,
): Promise<void> {
  for (
    let number = seed;
    performance.now() < end && server.isRunning && tally.failures.length < 10;
    number += 1000
  ) {
    const random = new Random(number);
    const channel = random.pick(channels);
    try {
      await attack(server, channel, random, tally);
    } catch (error) {
      tally.failures.push(`seed ${number}, channel ${channel.channelType}: ${String(error)}`);
    }
  }
}

/** Good clients: one stays, others come now and then. Returns the longest time one took to get in, ms. */
async function watch(server: TriedServer, end: number, tally: Tally): Promise<number> {
  const resident = await login(server, 'tcp', patience);
  if (resident === null) throw new Error('the first client does not get in');
  let slowest = 0;
  while (performance.now() < end && server.isRunning) {
    const begun = performance.now();
    const guest = await login(server, 'tcp', patience);
    if (guest === null) tally.failures.push('a good client did not get in');
    slowest = Math.max(slowest, performance.now() - begun);
    guest?.main.destroy();
    await new Promise((resolve) => setTimeout(resolve, checkEvery));
  }
  resident.main.destroy();
  return slowest;
}

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string', default: '1' } },
  });
  const server = await TriedServer.start('disable-ticketing=on,max-half-open=4096');
  const channels = recordedChannels();
  const tally: Tally = { inputs: 0, closed: 0, failures: [] };
  const before = await server.figures();
  const end = performance.now() + Number(values.minutes) * 60_000;
  const seeds = Array.from({ length: sideBySide }, (_, i) => Number(values.seed) * 100_000_000 + i);
  const [slowest] = await Promise.all([
    watch(server, end, tally),
    ...seeds.map((seed) => work(server, channels, seed, end, tally)),
  ]);
  if (!server.isRunning) tally.failures.push('the server ended');
  tally.failures.push(...server.faults);
  const after = server.isRunning ? await server.figures() : before;
  await server.stop();
  console.log(`${tally.inputs} sessions on ${channels.length} channels, ${tally.closed} ended by the server`);
  console.log(
    `resident memory ${before.megabytes} MB before, ${after.megabytes} MB after; a good client got in within ${Math.round(slowest)} ms`,
  );
  for (const failure of tally.failures) console.log(failure);
  console.log(`${tally.inputs} passed, ${tally.failures.length} failed`);
  if (tally.failures.length > 0 || tally.inputs === 0) process.exitCode = 1;
}
