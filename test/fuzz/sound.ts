/**
 * Damaged messages for the sound channels:
 * `node scripts/run-typescript.mjs test/fuzz/sound.ts [--count N] [--seed S] [--message NAME]`.
 * Each message that a client may send gets N damaged forms, bodies behind a right header or whole frames, in
 * connections of their own. The server must take them or end the connection for a typed error, give the device whole
 * frames no faster than they are heard, and hear the next client well. Prints figures and `N passed, N failed`.
 */
import { parseArgs } from 'node:util';
import { Writer } from '@lazyspice/core';
import type { Channel, ChannelHost } from '../../packages/spice-server/src/channels/channel.js';
import { PlaybackChannel } from '../../packages/spice-server/src/channels/playback.js';
import { RecordChannel } from '../../packages/spice-server/src/channels/record.js';
import { OpusDecoder, OpusEncoder } from '../../packages/spice-server/src/codecs/opus/opus.js';
import { baseClient } from '../../packages/spice-server/src/protocol/generated/base.codec.js';
import { recordClient } from '../../packages/spice-server/src/protocol/generated/sound.codec.js';
import { messagesOf } from '../../packages/spice-server/src/protocol/messages.js';
import { clientFrameReader } from '../../packages/spice-server/src/server/client-frames.js';
import { Connection } from '../../packages/spice-server/src/server/connection.js';
import { PlaybackSource } from '../../packages/spice-server/src/sound/playback-source.js';
import { RecordSink } from '../../packages/spice-server/src/sound/record-sink.js';
import { MemoryStream } from '../../packages/spice-server/src/transport/memory-pair.js';
import { FrameWriter, type MessageEncoder } from '../../packages/spice-server/src/wire/framing.js';
import { mutate } from './codec-mutations.js';
import { Random } from './random.js';

/** Header of a frame: u16 type, u32 size. */
const headerBytes = 6;
const frameMs = 10;
/** Frames that a device may be given at once, when nothing came for a while. */
const maxBurst = 21;
/** What may lie in a stream towards a client that reads, in bytes. */
const maxPending = 64 * 1024;
const described = 10;

export interface SoundSubject {
  /** 'record.data (opus)' */
  readonly name: string;
  readonly channel: 'playback' | 'record';
  /** Whole frames as a good client sends them first. */
  readonly before: readonly Uint8Array[];
  readonly samples: readonly Uint8Array[];
}
export interface SoundFuzzResult {
  readonly name: string;
  readonly count: number;
  readonly taken: number;
  readonly refused: number;
  readonly failed: number;
  readonly failures: readonly string[];
}

function frame<Body>(message: MessageEncoder<Body>, body: Body): Uint8Array {
  const writer = new Writer();
  new FrameWriter(true).write(writer, message, body);
  return new Uint8Array(Buffer.concat(writer.takeChunks()));
}

const sine = (index: number): Int16Array =>
  Int16Array.from({ length: 960 }, (_, i) => Math.round(9000 * Math.sin((index * 480 + (i >> 1)) / 10)));

function recordSamples(): Record<string, { before: Uint8Array[]; samples: Uint8Array[] }> {
  const encoder = new OpusEncoder();
  const none = new Uint8Array(0);
  const mode = (value: 1 | 3): Uint8Array => frame(recordClient.mode, { time: 1, mode: value, data: none });
  const data = (bytes: Uint8Array): Uint8Array => frame(recordClient.data, { time: 77, data: bytes });
  const indexes = Array.from({ length: 12 }, (_, i) => i);
  return {
    'data (raw)': {
      before: [mode(1)],
      samples: indexes.map((i) => data(new Uint8Array(sine(i).buffer, 0, 160 * (i + 1)))),
    },
    'data (opus)': { before: [mode(3)], samples: indexes.map((i) => data(encoder.encode(sine(i)))) },
    mode: { before: [], samples: [mode(1), mode(3)] },
    startMark: { before: [], samples: [frame(recordClient.startMark, { time: 5 })] },
  };
}

const baseSamples: Readonly<Record<string, Uint8Array>> = {
  ackSync: frame(baseClient.ackSync, { generation: 1 }),
  ack: frame(baseClient.ack, {}),
  pong: frame(baseClient.pong, { id: 1, timestamp: 5n }),
  migrateFlushMark: frame(baseClient.migrateFlushMark, {}),
  migrateData: frame(baseClient.migrateData, { data: new Uint8Array(40) }),
  disconnecting: frame(baseClient.disconnecting, { timestamp: 5n, reason: 0 }),
};

/** Every message that clients may send on the two channels. */
export function soundSubjects(): SoundSubject[] {
  const own = recordSamples();
  const subjects: SoundSubject[] = [];
  for (const channel of ['playback', 'record'] as const) {
    for (const name of Object.keys(messagesOf(channel, 'client'))) {
      const forms = Object.entries(own).filter(([form]) => form.split(' ')[0] === name);
      if (channel === 'record' && forms.length > 0) {
        for (const [form, rest] of forms) subjects.push({ name: `record.${form}`, channel, ...rest });
      } else {
        const sample = baseSamples[name];
        if (sample === undefined) throw new Error(`there is no sample of ${channel}.${name}`);
        subjects.push({ name: `${channel}.${name}`, channel, before: [], samples: [sample] });
      }
    }
  }
  return subjects;
}

/** The sound half of a server, with a device that plays and records. */
class World {
  now = 1000;
  frames = 0;
  /** Buffers that are no whole frame of the device's. */
  bad = 0;
  /** Why the last connection was ended; null: it was not. */
  reason: string | null = null;
  readonly #source = new PlaybackSource(() => {});
  readonly #sink = new RecordSink(() => {});
  readonly #decoder = new OpusDecoder();
  readonly #encoder = new OpusEncoder();
  readonly #opus = {
    library: { createDecoder: () => this.#decoder, createEncoder: () => this.#encoder },
    request: () => {},
  };
  #timers: { at: number; callback: () => void }[] = [];

  constructor() {
    this.#source.start({ frequency: 48_000, channels: 2, sampleFormat: 's16' }, this.now);
    this.#sink.device = {
      kind: 'record',
      name: 'microphone',
      start: () => {},
      samples: (buffer) => {
        this.frames++;
        if (buffer.byteLength !== 1920) this.bad++;
      },
      stop: () => {},
    };
    this.#sink.start({ frequency: 48_000, channels: 2, sampleFormat: 's16' });
  }

  /** A client's end of a new connection. */
  connect(name: 'playback' | 'record'): MemoryStream {
    const [far, near] = MemoryStream.pair();
    let connection: Connection | null = null;
    const host: ChannelHost = {
      outgoingReady: () => connection?.schedulePump(),
      failed: (error) => connection?.fail(error),
    };
    this.reason = null;
    const clock = {
      now: () => this.now,
      after: (ms: number, callback: () => void) => {
        const timer = { at: this.now + ms, callback };
        this.#timers.push(timer);
        return () => {
          this.#timers = this.#timers.filter((other) => other !== timer);
        };
      },
    };
    const channel = this.#channel(name, host);
    connection = new Connection(far, channel, clientFrameReader(name, true), clock, (reason) => {
      this.reason = reason;
    });
    connection.start(new Uint8Array(0));
    far.deliver();
    return near;
  }

  /** Lets so much time pass, in which the guest plays. */
  pass(ms: number): void {
    this.#source.samples(sine(0).buffer as ArrayBuffer, this.now);
    const end = this.now + ms;
    for (let due = this.#due(end); due !== undefined; due = this.#due(end)) {
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.now = Math.max(this.now, due.at);
      due.callback();
    }
    this.now = end;
  }

  #due(end: number): { at: number; callback: () => void } | undefined {
    return this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }

  #channel(name: 'playback' | 'record', host: ChannelHost): Channel {
    const link = {
      connectionId: 1,
      channelType: 5,
      channelId: 0,
      commonCapabilities: [],
      channelCapabilities: [0xff],
      miniHeader: true,
    };
    if (name === 'record') return new RecordChannel(link, host, { sink: this.#sink, opus: this.#opus });
    return new PlaybackChannel(link, host, {
      source: this.#source,
      opus: this.#opus,
      compression: true,
      roundTrip: () => 3,
      stopped: () => {},
    });
  }
}

function damaged(subject: SoundSubject, random: Random): Uint8Array {
  const sample = random.pick(subject.samples);
  const other = random.pick(subject.samples);
  if (random.below(4) === 0) return mutate(sample, other, random);
  const body = mutate(sample.subarray(headerBytes), other.subarray(headerBytes), random);
  const bytes = new Uint8Array(headerBytes + body.length);
  bytes.set(sample.subarray(0, 2));
  new DataView(bytes.buffer).setUint32(2, body.length, true);
  bytes.set(body, headerBytes);
  return bytes;
}

/** One connection: up to four damaged messages, then time passes. What went wrong is thrown. */
async function attack(world: World, subject: SoundSubject, inputs: readonly Uint8Array[]): Promise<boolean> {
  const near = world.connect(subject.channel);
  const begin = world.now;
  world.frames = 0;
  for (const bytes of [...subject.before, ...inputs]) {
    near.write([bytes]);
    near.deliver();
    await null;
  }
  if (near.pendingBytes > maxPending) throw new Error(`${near.pendingBytes} bytes wait`);
  world.pass(30);
  await null;
  if (world.reason?.includes('internal error')) throw new Error(world.reason);
  if (world.bad > 0) throw new Error('a buffer that is no frame');
  if (world.frames > (world.now - begin) / frameMs + maxBurst) {
    throw new Error(`${world.frames} frames in ${world.now - begin} ms`);
  }
  const refused = world.reason !== null;
  near.destroy();
  return refused;
}

/** A good client is heard after all that. */
async function hearsWell(world: World): Promise<void> {
  const near = world.connect('record');
  await null;
  world.frames = 0;
  const { before, samples } = recordSamples()['data (opus)'];
  for (const bytes of [...before, ...samples]) {
    near.write([bytes]);
    near.deliver();
    await null;
    world.pass(frameMs);
  }
  near.destroy();
  if (world.frames < 5) throw new Error(`a good client is not heard: ${world.frames} frames`);
}

/** Tries one message in `count` damaged forms. */
export async function fuzzSound(
  subject: SoundSubject,
  count: number,
  random: Random,
): Promise<SoundFuzzResult> {
  const world = new World();
  const failures: string[] = [];
  let [taken, refused, failed] = [0, 0, 0];
  for (let done = 0; done < count; ) {
    const inputs = Array.from({ length: Math.min(random.from(1, 4), count - done) }, () =>
      damaged(subject, random),
    );
    done += inputs.length;
    try {
      if (await attack(world, subject, inputs)) refused += inputs.length;
      else taken += inputs.length;
    } catch (error) {
      failed += inputs.length;
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const hex = inputs.map((bytes) => Buffer.from(bytes).toString('hex')).join(' ');
      if (failures.length < described) failures.push(`${subject.name}: ${text}\n${hex}`);
    }
  }
  await hearsWell(world).catch((error: unknown) => {
    failed++;
    failures.push(String(error));
  });
  return { name: subject.name, count, taken, refused, failed, failures };
}

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      count: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      message: { type: 'string', default: '' },
    },
  });
  let [passed, failed] = [0, 0];
  for (const subject of soundSubjects()) {
    if (!subject.name.startsWith(values.message)) continue;
    const result = await fuzzSound(subject, Number(values.count), new Random(Number(values.seed)));
    console.log(`${result.name}: ${result.count} inputs, ${result.taken} taken, ${result.refused} refused`);
    for (const failure of result.failures) console.log(failure);
    failed += result.failed;
    passed += result.count - Math.min(result.count, result.failed);
  }
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}
