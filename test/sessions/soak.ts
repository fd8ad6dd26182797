/**
 * Clients of all kinds that come, work, stand still and vanish: `npm run soak -- [--minutes N] [--seed S]`. Afterwards the
 * server, a process of its own, must have let go of everything. Prints its memory and what it has in use on the way, and
 * `N passed, N failed`.
 */
import { connect } from 'node:net';
import { parseArgs } from 'node:util';
import { Random } from '../fuzz/random.js';
import { type RecordedChannel, recordedChannels } from './recorded.js';
import { type Figures, TriedServer } from './server.js';
import { login, transports, Visitor } from './visitor.js';

const password = 'sesame';
const sideBySide = 6;
/** Visits of each kind until everything that is loaded once is there. */
const warmUps = 4;
const patience = 10_000;
/** Looks at the server's figures on the way. */
const looks = 10;
/** A visit that goes on lasts at most so long, ms. */
const longest = 1500;
/** The server is idle so long after the last visit, ms: who was silent is ended after 30 s. */
const idleAfter = 40_000;
/** What a server may have more at the end than when it was warm; a thread that starts late has four descriptors. */
const slack = { megabytes: 60, handles: 3, descriptors: 6 } as const;

type Visit = (server: TriedServer, random: Random, channels: readonly RecordedChannel[]) => Promise<void>;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Opens every channel, says what a real client says, goes on for a while, and goes in one of the ways that there are. */
const work: Visit = async (server, random, channels) => {
  const transport = random.pick(transports);
  const session = await login(server, transport, patience, password);
  if (session === null) throw new Error(`nobody gets in over ${transport}`);
  const { main, sessionId } = session;
  const others = channels
    .filter(({ channelType }) => channelType !== 1)
    .map((channel) => {
      const visitor = new Visitor(server, transport, { ...channel, connectionId: sessionId, password });
      return { visitor, channel };
    });
  for (const { visitor, channel } of others) {
    await visitor.until(() => visitor.isLinked, patience);
    visitor.stream.write(Buffer.concat(channel.messages));
  }
  const stalls = random.below(3) === 0;
  if (stalls) for (const { visitor } of others) visitor.stream.pause();
  await pause(random.below(longest));
  for (const { visitor } of others) {
    if (random.below(2) === 0) visitor.destroy();
    else visitor.stream.end();
  }
  if (random.below(2) === 0) main.destroy();
  else main.stream.end();
  await pause(50);
  for (const { visitor } of [...others, { visitor: main }]) visitor.destroy();
};

const guess: Visit = async (server, random) => {
  const session = await login(server, random.pick(transports), patience, `wrong${random.below(1000)}`);
  if (session !== null) throw new Error('a wrong password opens');
};

const sayNothing: Visit = async ({ port, tlsPort }, random) => {
  const socket = connect(random.pick([port, tlsPort]), '127.0.0.1');
  socket.on('error', () => {});
  if (random.below(2) === 0) socket.write('REDQ'.slice(0, random.below(5)));
  await pause(random.below(longest));
  socket.destroy();
};

const sayNonsense: Visit = async ({ port, tlsPort }, random) => {
  const socket = connect(random.pick([port, tlsPort]), '127.0.0.1');
  socket.on('error', () => {});
  socket.write(Buffer.from(Array.from({ length: random.below(5000) }, () => random.below(256))));
  await pause(random.below(200));
  socket.destroy();
};

const visits: readonly Visit[] = [work, work, work, guess, sayNothing, sayNonsense];

const told = ({ megabytes, handles, descriptors, connections }: Figures): string =>
  `${megabytes} MB, ${handles} handles, ${descriptors} descriptors, ${connections} connections`;

interface Course {
  visits: number;
  readonly failures: string[];
}

async function keepVisiting(
  server: TriedServer,
  channels: readonly RecordedChannel[],
  random: Random,
  end: number,
  course: Course,
): Promise<void> {
  while (performance.now() < end && server.isRunning && course.failures.length < 10) {
    try {
      await random.pick(visits)(server, random, channels);
      course.visits++;
    } catch (error) {
      course.failures.push(String(error));
    }
  }
}

/** Everything that has been in use must be given back. Returns what is not. */
async function rest(server: TriedServer, warm: Figures): Promise<string[]> {
  const until = performance.now() + idleAfter;
  let now = await server.figures();
  const tooMuch = (): string[] =>
    (Object.keys(slack) as (keyof typeof slack)[])
      .filter((name) => now[name] > warm[name] + slack[name])
      .map((name) => `${now[name]} ${name} at the end, ${warm[name]} when it was warm`);
  while (performance.now() < until && (now.connections > 0 || tooMuch().length > 0)) {
    await pause(1000);
    now = await server.figures();
  }
  console.log(`at rest: ${told(now)}`);
  return now.connections > 0 ? [`${now.connections} connections at the end`, ...tooMuch()] : tooMuch();
}

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string', default: '1' } },
  });
  const server = await TriedServer.start(`password=${password},login-failures=0,login-delay=0`);
  const channels = recordedChannels();
  const course: Course = { visits: 0, failures: [] };
  const random = new Random(Number(values.seed));
  // All code is loaded, and all caches are filled, by one visit of each kind.
  for (let round = 0; round < warmUps; round++)
    for (const visit of visits) await visit(server, random, channels);
  await pause(1000);
  const warm = await server.figures();
  console.log(`warm: ${told(warm)}`);
  const total = Number(values.minutes) * 60_000;
  const end = performance.now() + total;
  const guests = Array.from({ length: sideBySide }, (_, i) =>
    keepVisiting(server, channels, new Random(Number(values.seed) * 1000 + i), end, course),
  );
  for (let look = 1; look <= looks && server.isRunning; look++) {
    await pause(Math.max(0, end - total + (total * look) / looks - performance.now()));
    console.log(`${Math.round((total * look) / looks / 1000)} s: ${told(await server.figures())}`);
  }
  await Promise.all(guests);
  if (server.isRunning) course.failures.push(...(await rest(server, warm)));
  else course.failures.push('the server ended');
  course.failures.push(...server.faults);
  await server.stop();
  for (const failure of course.failures) console.log(failure);
  console.log(`${course.visits} passed, ${course.failures.length} failed`);
  if (course.failures.length > 0 || course.visits === 0) process.exitCode = 1;
}
