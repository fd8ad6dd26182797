/** Playback and record in virtual time: protocol §5.5 and §5.6, display-pipeline §19. */
import type { SoundFormat } from '@lazyspice/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { OpusDecoder, OpusEncoder } from '../../packages/spice-server/src/codecs/opus/opus.js';
import { playbackCapabilities } from '../../packages/spice-server/src/protocol/capabilities.js';
import { recordClient } from '../../packages/spice-server/src/protocol/generated/sound.codec.js';
import { Bench } from '../support/spice/bench.js';
import type { ScriptedClient } from '../support/spice/scripted-client.js';

// Loaded before, since the server loads it in real time.
beforeAll(() => import('../../packages/spice-server/src/codecs/opus/opus.js'));

const stereo = (frequency: number): SoundFormat => ({ frequency, channels: 2, sampleFormat: 's16' });
const raw = [playbackCapabilities.volume, playbackCapabilities.latency];

/** `count` steps of a sine from step `first` on, in both channels. */
const sine = (hertz: number, rate: number, first: number, count: number, amplitude = 10_000): ArrayBuffer =>
  Int16Array.from({ length: count * 2 }, (_, i) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * hertz * (first + (i >> 1))) / rate)),
  ).buffer;

/** Frequency and loudness of the left channel. */
const heard = (pieces: readonly Int16Array[], rate = 48_000): { hertz: number; rms: number } => {
  let [crossings, square, count, last] = [0, 0, 0, 0];
  for (const piece of pieces) {
    for (let i = 0; i < piece.length; i += 2) {
      if (count > 0 && piece[i] >= 0 !== last >= 0) crossings++;
      last = piece[i];
      square += last * last;
      count++;
    }
  }
  return { hertz: (crossings / 2) * (rate / count), rms: Math.sqrt(square / count) };
};

const played = (client: ScriptedClient): Int16Array[] =>
  (client.playback?.received('data') ?? []).map(({ data }) => new Int16Array(data.slice().buffer));
const decoded = (client: ScriptedClient): Int16Array[] => {
  const decoder = new OpusDecoder();
  return (client.playback?.received('data') ?? []).map(({ data }) => decoder.decode(data).slice());
};

/** Plays a tone for `ms` in pieces of `pieceMs`, from `from` ms on. */
async function play(
  bench: Bench,
  server: { samples(buffer: ArrayBuffer): void },
  { hertz = 1000, rate = 48_000, ms = 500, pieceMs = 20, from = 0 },
): Promise<void> {
  const steps = (at: number): number => Math.round((at * rate) / 1000);
  for (let at = from; at < from + ms; at += pieceMs) {
    await bench.run(pieceMs, pieceMs);
    server.samples(sine(hertz, rate, steps(at), steps(at + pieceMs) - steps(at)));
  }
  await bench.run(10);
}

describe('playback', () => {
  it('tells the mode, the levels and the start, then plays, then ends', async () => {
    const bench = await Bench.open();
    const { server } = bench.addPlayback();
    const client = bench.connect();
    await bench.settle();
    expect(client.playback?.names()).toEqual(['setAck', 'mode', 'volume', 'mute']);
    expect(client.playback?.received('mode')[0].mode).toBe(3);
    expect(client.playback?.received('volume')[0].volumes).toEqual([65_535, 65_535]);

    server.start(stereo(48_000));
    await play(bench, server, { ms: 500 });
    server.stop();
    await bench.settle();
    const names = client.playback?.names().slice(4) ?? [];
    expect(names.slice(0, 2)).toEqual(['start', 'latency']);
    expect(names.at(-1)).toBe('stop');
    expect(names.slice(2, -1).every((name) => name === 'data')).toBe(true);
    expect(client.playback?.received('start')[0]).toMatchObject({
      channels: 2,
      format: 1,
      frequency: 48_000,
    });
    const { hertz, rms } = heard(decoded(client).slice(5));
    expect(hertz).toBeCloseTo(1000, -1);
    expect(rms).toBeCloseTo(7071, -3);
    // Clients complain of times that go back, over all three messages.
    const times = client.playback?.messages.flatMap(({ body }) => ('time' in body ? [body.time] : [])) ?? [];
    expect(times.length).toBe(52);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    // The client's clock is the server's again.
    expect(client.main?.names().at(-1)).toBe('multiMediaTime');
  });

  it.each([
    ['8 bits, mono, 8 kHz', { frequency: 8000, channels: 1, sampleFormat: 'u8' }],
    ['floats, stereo, 44.1 kHz', { frequency: 44_100, channels: 2, sampleFormat: 'f32' }],
    ['32 bits, mono, 22.05 kHz', { frequency: 22_050, channels: 1, sampleFormat: 's32' }],
  ] as const)('brings %s to clients without Opus', async (_name, format) => {
    const bench = await Bench.open();
    const { server } = bench.addPlayback();
    const client = bench.connect({ playbackCapabilities: raw });
    await bench.settle();
    server.start(format);
    const { frequency, channels, sampleFormat } = format;
    for (let at = 0; at < frequency / 2; at += frequency / 50) {
      const value = (i: number): number =>
        0.5 * Math.sin((2 * Math.PI * 500 * (at + Math.floor(i / channels))) / frequency);
      const length = (frequency / 50) * channels;
      const samples = Array.from({ length }, (_, i) => value(i));
      const buffers = {
        u8: () => Uint8Array.from(samples, (sample) => 128 + 127 * sample),
        f32: () => Float32Array.from(samples),
        s32: () => Int32Array.from(samples, (sample) => 0x7fffffff * sample),
      };
      await bench.run(20, 20);
      server.samples(buffers[sampleFormat]().buffer);
    }
    await bench.settle();
    expect(client.playback?.received('mode')[0].mode).toBe(1);
    const sound = played(client);
    expect(sound.every(({ length }) => length === 960)).toBe(true);
    const { hertz, rms } = heard(sound.slice(5));
    expect(hertz).toBeCloseTo(500, -1);
    expect(rms).toBeCloseTo(0x4000 / Math.SQRT2, -3);
  });

  it('lets several clients hear the same packets', async () => {
    const bench = await Bench.open();
    const { server } = bench.addPlayback();
    const first = bench.connect();
    const second = bench.connect();
    await bench.settle();
    server.start(stereo(48_000));
    await play(bench, server, { ms: 200 });
    // A third comes while it plays.
    const third = bench.connect();
    await bench.settle();
    await play(bench, server, { ms: 200, from: 200 });
    const packets = first.playback?.received('data') ?? [];
    expect(packets.length).toBe(40);
    expect(second.playback?.received('data')).toEqual(packets);
    const late = (third.playback?.received('data') ?? []).map(({ data }) => data);
    expect(late.length).toBe(20);
    expect(late).toEqual(packets.slice(-late.length).map(({ data }) => data));
    expect(third.playback?.names()).toEqual(expect.arrayContaining(['mode', 'start', 'data']));
  });

  it('is no louder than it was played, for who comes late and when it begins again', async () => {
    const bench = await Bench.open();
    const { server } = bench.addPlayback();
    const client = bench.connect();
    await bench.settle();
    server.start(stereo(48_000));
    await play(bench, server, { ms: 400 });
    const late = bench.connect();
    await bench.settle();
    await play(bench, server, { ms: 400, from: 400 });
    server.stop();
    server.start(stereo(48_000));
    await play(bench, server, { ms: 400, from: 800 });
    for (const listener of [client, late]) {
      const loudest = Math.max(...decoded(listener).map((frame) => Math.max(...frame)));
      expect(loudest).toBeGreaterThan(9000);
      expect(loudest).toBeLessThan(12_000);
    }
  });

  it('compresses nothing when that is switched off', async () => {
    const bench = await Bench.open({ spice: 'disable-ticketing=on,playback-compression=off' });
    const { server } = bench.addPlayback();
    const client = bench.connect();
    await bench.settle();
    server.start(stereo(48_000));
    await play(bench, server, { ms: 40 });
    expect(client.playback?.received('mode')[0].mode).toBe(1);
    expect(client.playback?.received('data')[0].data.length).toBe(1920);
  });

  it('does not drift in ten minutes, whatever the rate and however uneven the pieces', async () => {
    const bench = await Bench.open();
    const { server } = bench.addPlayback();
    const client = bench.connect({ playbackCapabilities: raw });
    await bench.settle();
    // 50 millionths faster than it says, as real cards are, in uneven pieces that are late by up to 15 ms.
    const rate = 44_100;
    const real = rate * 1.000_05;
    server.start({ frequency: rate, channels: 1, sampleFormat: 's16' });
    const begin = bench.clock.now();
    let [given, random, worst, before, count] = [0, 1, 0, 0, 0];
    while (bench.clock.now() - begin < 600_000) {
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
      await bench.run(20 + (random % 80), 100);
      const late = (random >>> 8) % 15;
      const due = Math.floor(((bench.clock.now() - begin - late) * real) / 1000);
      server.samples(new ArrayBuffer(Math.max(0, due - given) * 2));
      given = Math.max(due, given);
      await bench.settle();
      const messages = client.playback?.received('data') ?? [];
      const newest = messages.at(-1);
      if (newest !== undefined) {
        worst = Math.max(worst, Math.abs(bench.clock.now() - newest.time));
        for (const { time } of messages) {
          expect(time).toBeGreaterThanOrEqual(before);
          before = time;
        }
      }
      count += messages.length;
      client.playback?.messages.splice(0);
    }
    expect(worst).toBeLessThanOrEqual(40);
    // All that was played has been sent.
    expect(count).toBe(Math.floor((given * 48_000) / rate / 480 + 1e-9));
  }, 60_000);

  it('keeps the newest 240 ms for a client that does not read', async () => {
    const bench = await Bench.open();
    const { server } = bench.addPlayback();
    const client = bench.connect({ playbackCapabilities: raw });
    await bench.settle();
    server.start(stereo(48_000));
    await play(bench, server, { ms: 100 });
    const before = client.playback?.received('data').length ?? 0;
    client.bandwidth = 0;
    const { far } = client.wire('playback');
    await play(bench, server, { ms: 10_000 });
    // The stream holds no more than it did after its first frames.
    expect(far.pendingBytes).toBeLessThan(12_000);
    const pending = far.pendingBytes;
    await play(bench, server, { ms: 1000 });
    expect(far.pendingBytes).toBe(pending);
    client.bandwidth = Number.POSITIVE_INFINITY;
    await bench.settle();
    const times = (client.playback?.received('data') ?? []).slice(before).map(({ time }) => time);
    const now = bench.clock.now();
    expect(times.length).toBeLessThan(24 + 8);
    expect(times.filter((time) => now - time <= 260).length).toBeGreaterThanOrEqual(23);
  });

  it('sends no more than a second to a client that does not acknowledge', async () => {
    const bench = await Bench.open();
    const { server } = bench.addPlayback();
    const client = bench.connect({ answers: false });
    await bench.settle();
    server.start(stereo(48_000));
    await play(bench, server, { ms: 3000 });
    expect(client.playback?.received('data').length).toBeLessThanOrEqual(101);
    client.playback?.answer();
    await bench.settle();
    const times = (client.playback?.received('data') ?? []).map(({ time }) => time);
    // What comes then is the newest there is.
    expect(bench.clock.now() - (times.at(-1) ?? 0)).toBeLessThan(30);
    expect(times.length).toBeLessThan(101 + 26);
  });

  it('carries a sound that is shorter than a frame', async () => {
    const bench = await Bench.open();
    const { server } = bench.addPlayback();
    const client = bench.connect({ playbackCapabilities: raw });
    await bench.settle();
    server.start(stereo(22_050));
    server.samples(sine(1000, 22_050, 0, 100));
    server.stop();
    await bench.settle();
    expect(client.playback?.names().slice(4)).toEqual(['start', 'latency', 'data', 'stop']);
    expect(heard(played(client)).rms).toBeGreaterThan(1000);
  });

  it('does not tell a client that is behind of a stop that is over', async () => {
    const bench = await Bench.open();
    const { server } = bench.addPlayback();
    const client = bench.connect({ playbackCapabilities: raw });
    await bench.settle();
    server.start(stereo(48_000));
    await play(bench, server, { ms: 100 });
    client.bandwidth = 0;
    await play(bench, server, { ms: 200 });
    server.stop();
    server.start(stereo(48_000));
    client.bandwidth = Number.POSITIVE_INFINITY;
    await bench.settle();
    await play(bench, server, { ms: 100 });
    expect(client.playback?.received('start').length).toBe(1);
    expect(client.playback?.received('stop').length).toBe(0);
  });

  it('tells volume and mute, of one channel as of two, and only who asked for it', async () => {
    const bench = await Bench.open();
    const { server } = bench.addPlayback();
    const [client, deaf] = [bench.connect(), bench.connect({ playbackCapabilities: [] })];
    await bench.settle();
    server.setVolume([0x1234]);
    server.setMute(true);
    await bench.settle();
    expect(client.playback?.received('volume').at(-1)).toEqual({ volumes: [0x1234, 0x1234] });
    expect(client.playback?.received('mute').at(-1)).toEqual({ mute: true });
    server.setVolume([-5, 70_000.4]);
    await bench.settle();
    expect(client.playback?.received('volume').at(-1)).toEqual({ volumes: [0, 65_535] });
    expect(deaf.playback?.names()).toEqual(['setAck', 'mode']);
  });

  it('is offered when there is a device, and taken back with it', async () => {
    const bench = await Bench.open();
    const client = bench.connect();
    await bench.settle();
    expect(client.isOpen('playback')).toBe(false);
    const speaker = bench.addPlayback();
    await bench.settle();
    expect(client.isOpen('playback')).toBe(true);
    speaker.server.start(stereo(48_000));
    await play(bench, speaker.server, { ms: 40 });

    // Another card takes over; the first one is not heard any more.
    const other = bench.addPlayback();
    await bench.settle();
    expect(speaker.states).toEqual(['attached', 'detached']);
    expect(client.playback?.names().at(-1)).toBe('stop');
    expect(client.isOpen('playback')).toBe(true);
    speaker.server.start(stereo(48_000));
    await bench.settle();
    expect(client.playback?.names().at(-1)).toBe('stop');
    speaker.remove();

    other.remove();
    await bench.settle();
    expect(client.isOpen('playback')).toBe(false);
    bench.addPlayback();
    await bench.settle();
    expect(client.isOpen('playback')).toBe(true);
  });

  it('reports what a device does wrong and plays nothing', async () => {
    const bench = await Bench.open();
    const { server } = bench.addPlayback();
    server.start({ frequency: 7999, channels: 2, sampleFormat: 's16' });
    server.start({ frequency: 48_000, channels: 3, sampleFormat: 's16' } as unknown as SoundFormat);
    server.start({ frequency: 48_000, channels: 1, sampleFormat: 'toString' } as unknown as SoundFormat);
    server.start(undefined as unknown as SoundFormat);
    server.samples(new ArrayBuffer(100));
    server.start(stereo(48_000));
    server.samples(new ArrayBuffer(2 * 1024 * 1024));
    server.samples('sound' as unknown as ArrayBuffer);
    server.samples(new ArrayBuffer(7));
    expect(bench.log.filter((line) => line.startsWith('playback: ')).length).toBe(6);
  });
});

describe('record', () => {
  const open = async (channels: 1 | 2 = 2, frequency = 48_000) => {
    const bench = await Bench.open();
    const device = bench.addRecord();
    const client = bench.connect();
    await bench.settle();
    device.server.start({ frequency, channels, sampleFormat: 's16' });
    await bench.settle();
    return { bench, device, client };
  };
  const sound = (device: { heard: readonly { buffer: ArrayBuffer }[] }): Int16Array[] =>
    device.heard.map(({ buffer }) => new Int16Array(buffer));
  /** The client speaks for `ms`, a frame every 10 ms. */
  const speak = async (bench: Bench, client: ScriptedClient, ms: number, opus: boolean, hertz = 700) => {
    const encoder = new OpusEncoder();
    client.record?.send(recordClient.mode, { time: 0, mode: opus ? 3 : 1, data: new Uint8Array(0) });
    client.record?.send(recordClient.startMark, { time: 0 });
    for (let at = 0; at < ms; at += 10) {
      const samples = sine(hertz, 48_000, at * 48, 480, 12_000);
      const data = opus ? encoder.encode(new Int16Array(samples)) : new Uint8Array(samples);
      client.record?.send(recordClient.data, { time: at, data });
      await bench.run(10);
    }
    await bench.run(100);
  };

  it('asks for sound while the guest records', async () => {
    const { bench, device, client } = await open();
    expect(client.record?.names()).toEqual(['volume', 'mute', 'start']);
    expect(client.record?.received('start')).toEqual([{ channels: 2, format: 1, frequency: 48_000 }]);
    device.server.stop();
    await bench.settle();
    expect(client.record?.names().at(-1)).toBe('stop');
    device.server.setMute(true);
    await bench.settle();
    expect(client.record?.received('mute').at(-1)).toEqual({ mute: true });
  });

  it.each([
    ['packets', true],
    ['samples', false],
  ])('hears %s, evenly', async (_name, opus) => {
    const { bench, device, client } = await open();
    await speak(bench, client, 1000, opus);
    expect(device.states).toEqual(['start']);
    expect(device.heard.length).toBeGreaterThan(95);
    const { hertz, rms } = heard(sound(device).slice(2));
    expect(Math.abs(hertz - 700)).toBeLessThan(7);
    expect(rms).toBeCloseTo(12_000 / Math.SQRT2, -3);
    for (const [i, { at }] of device.heard.entries()) {
      if (i > 0) expect(at - device.heard[i - 1].at).toBe(10);
    }
  });

  it('gives the device the rate and channels that it wants', async () => {
    const { bench, device, client } = await open(1, 16_000);
    await speak(bench, client, 1000, false);
    const mono = sound(device).slice(2);
    expect(mono.every(({ length }) => Math.abs(length - 160) <= 1)).toBe(true);
    const both = mono.map((piece) => Int16Array.from({ length: piece.length * 2 }, (_, i) => piece[i >> 1]));
    const { hertz, rms } = heard(both, 16_000);
    expect(Math.abs(hertz - 700)).toBeLessThan(7);
    expect(rms).toBeCloseTo(12_000 / Math.SQRT2, -3);
  });

  it('holds no more than 170 ms, however much comes at once', async () => {
    const { bench, device, client } = await open();
    const second = new Uint8Array(sine(700, 48_000, 0, 16_000));
    for (let i = 0; i < 50; i++) client.record?.send(recordClient.data, { time: 0, data: second });
    await bench.run(2000);
    expect(device.heard.length).toBeLessThanOrEqual(18);
  });

  it('bridges gaps: sound begins again when enough has come', async () => {
    const { bench, device, client } = await open();
    await speak(bench, client, 200, false);
    const first = device.heard.length;
    await bench.run(1000);
    expect(device.heard.length).toBe(first);
    await speak(bench, client, 200, false);
    expect(device.heard.length).toBeGreaterThan(first + 10);
    expect(device.states).toEqual(['start']);
  });

  it('records the client that came last, and the one before when that leaves', async () => {
    const { bench, device, client } = await open();
    const other = bench.connect();
    await bench.settle();
    expect(client.record?.names().at(-1)).toBe('stop');
    expect(other.record?.names().at(-1)).toBe('start');
    await speak(bench, client, 200, false);
    expect(device.heard).toEqual([]);
    await speak(bench, other, 200, false);
    expect(device.heard.length).toBeGreaterThan(10);
    other.disconnect();
    await bench.settle();
    expect(device.states).toEqual(['start', 'stop']);
    expect(client.record?.names().at(-1)).toBe('start');
  });

  it('ends the channel of a client that sends what is no sound', async () => {
    const bad: readonly (readonly [number, Uint8Array])[] = [
      [1, new Uint8Array(1919)],
      [3, new Uint8Array(0)],
      [3, Uint8Array.of(11 << 3, 1, 2)],
      [3, Uint8Array.of((16 << 3) | 3, 0x84, 250, 250, 250)],
    ];
    for (const [mode, data] of bad) {
      const { bench, client } = await open();
      client.record?.send(recordClient.mode, { time: 0, mode: mode as 1 | 3, data: new Uint8Array(0) });
      client.record?.send(recordClient.data, { time: 0, data });
      await bench.settle();
      expect(client.isOpen('record')).toBe(false);
      expect(client.isOpen('main')).toBe(true);
      expect(bench.log.join('\n')).not.toContain('internal error');
    }
    const { bench, client } = await open();
    client.record?.send(recordClient.mode, { time: 0, mode: 2, data: new Uint8Array(0) });
    await bench.settle();
    expect(client.isOpen('record')).toBe(false);
  });
});
