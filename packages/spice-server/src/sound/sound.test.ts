import type { SoundFormat } from '@lazyspice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameClock } from './frame-clock.js';
import { FrameMaker, FrameReceiver } from './frame-maker.js';
import { JitterBuffer } from './jitter-buffer.js';
import { PlaybackSource } from './playback-source.js';
import { formatFault, readSamples, stepBytes, writeSamples } from './sample-format.js';

const formats = ['u8', 's16', 's32', 'f32'] as const;

describe('sample formats', () => {
  it.each(formats)('%s comes back as it was, but for rounding', (format) => {
    const step = format === 'u8' ? 1 / 128 : 1 / 0x8000;
    fc.assert(
      fc.property(fc.array(fc.float({ min: -1, max: Math.fround(0.99), noNaN: true })), (values) => {
        const back = readSamples(writeSamples(Float32Array.from(values), format), format);
        expect(back.length).toBe(values.length);
        for (const [i, value] of values.entries()) expect(Math.abs(back[i] - value)).toBeLessThan(step);
      }),
    );
  });

  it.each(formats)('%s cuts what is too loud', (format) => {
    const [high, low] = readSamples(writeSamples(Float32Array.of(7, -7), format), format);
    expect(low).toBe(-1);
    expect(high).toBeGreaterThan(0.98);
    expect(high).toBeLessThanOrEqual(1);
  });

  it('are read to the last whole sample, and numbers that are none are silence', () => {
    expect(readSamples(new ArrayBuffer(7), 's16').length).toBe(3);
    expect(readSamples(new ArrayBuffer(7), 'f32').length).toBe(1);
    const odd = Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    expect([...readSamples(odd.buffer, 'f32')]).toEqual([0, 1, -1]);
    expect(readSamples(Uint8Array.of(128, 0, 255).buffer, 'u8')).toEqual(Float32Array.of(0, -1, 127 / 128));
  });

  it('know their size and their limits', () => {
    expect(stepBytes({ frequency: 48_000, channels: 2, sampleFormat: 'f32' })).toBe(8);
    const good: SoundFormat = { frequency: 8000, channels: 1, sampleFormat: 'u8' };
    expect(formatFault(good)).toBe(null);
    expect(formatFault({ ...good, frequency: 48_001 })).toContain('48001');
    expect(formatFault({ ...good, frequency: 8000.5 })).toContain('8000.5');
    expect(formatFault({ ...good, channels: 0 as 1 })).toContain('0 channels');
    expect(formatFault({ ...good, sampleFormat: 'constructor' as 'u8' })).toContain('constructor');
  });
});

describe('frames', () => {
  const format: SoundFormat = { frequency: 48_000, channels: 1, sampleFormat: 's16' };

  it('are of 480 samples, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1500), { maxLength: 20 }), (lengths) => {
        const maker = new FrameMaker(format);
        let next = 0;
        const frames = lengths.flatMap((length) =>
          maker.add(Int16Array.from({ length }, () => next++ % 30_000).buffer),
        );
        expect(frames.length).toBe(Math.floor(next / 480));
        expect(maker.heldMs).toBeCloseTo((next % 480) / 48, 9);
        const samples = [...frames, ...maker.end()].flatMap((frame) => [...frame]);
        expect(samples.length).toBe(Math.ceil(next / 480) * 960);
        for (let i = 0; i < samples.length; i++) {
          const step = i >> 1;
          if (samples[i] !== (step < next ? step % 30_000 : 0))
            throw new Error(`sample ${i} is ${samples[i]}`);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('end with what the filter holds back', () => {
    const maker = new FrameMaker({ ...format, frequency: 24_000 });
    const loud = Int16Array.from({ length: 240 }, () => 16_384).buffer;
    const frames = [...maker.add(loud), ...maker.end()];
    expect(frames.length).toBe(2);
    // 480 samples of sound, the filter's delay later.
    const audible = frames.flatMap((frame) => [...frame]).filter((value) => value > 8192).length;
    expect(Math.abs(audible - 960)).toBeLessThan(12);
  });

  it('become what a device wants', () => {
    const frame = Int16Array.from({ length: 960 }, (_, i) => (i % 2 === 0 ? 8192 : -16_384));
    const stereo = new FrameReceiver({ frequency: 48_000, channels: 2, sampleFormat: 's16' }).convert(frame);
    expect([...stereo.slice(0, 4)]).toEqual([0.25, -0.5, 0.25, -0.5]);
    const mono = new FrameReceiver(format).convert(frame);
    expect(mono).toEqual(new Float32Array(480).fill(-0.125));
    const slow = new FrameReceiver({ frequency: 8000, channels: 2, sampleFormat: 's16' });
    const pieces = Array.from({ length: 20 }, () => slow.convert(frame));
    expect(pieces.every(({ length }) => length === 160)).toBe(true);
    expect(pieces[19][0]).toBeCloseTo(0.25, 3);
    expect(pieces[19][1]).toBeCloseTo(-0.5, 3);
  });
});

describe('the times of frames', () => {
  it('go on evenly though sound comes unevenly', () => {
    const clock = new FrameClock();
    const times: number[] = [];
    for (let now = 1000; now < 3000; now += 20) {
      const late = now % 60 === 0 ? 8 : 0;
      clock.observe(now + late, 20);
      times.push(clock.take(now), clock.take(now));
    }
    for (let i = 1; i < times.length; i++) {
      expect(times[i] - times[i - 1]).toBeGreaterThanOrEqual(9);
      expect(times[i] - times[i - 1]).toBeLessThanOrEqual(12);
    }
    expect(Math.abs((times.at(-1) ?? 0) - 2970)).toBeLessThan(10);
  });

  it('follow at once after a pause, and never go back', () => {
    const clock = new FrameClock();
    clock.observe(1000, 10);
    expect(clock.take(1000)).toBe(990);
    clock.observe(5000, 10);
    expect(clock.take(5000)).toBe(4990);
    clock.observe(4000, 10);
    expect(clock.take(4000)).toBe(4990);
    clock.restart();
    clock.observe(5000, 10);
    expect(clock.take(5000)).toBe(4990);
  });
});

describe('the jitter buffer', () => {
  const numbered = (first: number, count: number): Int16Array =>
    Int16Array.from({ length: count * 2 }, (_, i) => (first + (i >> 1)) % 30_000);

  it('gives nothing before 60 ms are there, then all of it in order', () => {
    const jitter = new JitterBuffer();
    jitter.put(numbered(0, 2879));
    expect(jitter.take()).toBe(null);
    jitter.put(numbered(2879, 1));
    for (let i = 0; i < 6; i++) expect(jitter.take()).toEqual(numbered(i * 480, 480));
    expect(jitter.take()).toBe(null);
    // The lead is collected anew.
    jitter.put(numbered(0, 480));
    expect(jitter.take()).toBe(null);
  });

  it('keeps the newest 60 ms when more comes than it holds', () => {
    const jitter = new JitterBuffer();
    jitter.put(numbered(0, 8192));
    expect(jitter.length).toBe(8192);
    jitter.put(numbered(8192, 480));
    expect(jitter.length).toBe(2880);
    expect(jitter.take()).toEqual(numbered(8192 + 480 - 2880, 480));
    jitter.put(numbered(0, 20_000));
    expect(jitter.length).toBe(2880);
    expect(jitter.take()).toEqual(numbered(20_000 - 2880, 480));
    jitter.clear();
    expect(jitter.take()).toBe(null);
  });

  it('never loses its order, whatever comes and goes', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9000 }))), (steps) => {
        const jitter = new JitterBuffer();
        let next = 0;
        let last = -1;
        for (const count of steps) {
          if (count > 0) {
            jitter.put(numbered(next, count));
            next += count;
          } else {
            const frame = jitter.take();
            if (frame === null) continue;
            for (let i = 0; i < 480; i++) expect((frame[2 * i] - frame[0] + 30_000) % 30_000).toBe(i);
            expect(frame[0]).not.toBe(last);
            [last] = frame;
          }
          expect(jitter.length).toBeLessThanOrEqual(8192);
        }
      }),
      { numRuns: 60 },
    );
  });
});

it('frames that were passed over are not encoded any more, the others once', () => {
  const source = new PlaybackSource(() => {});
  const frames: Parameters<PlaybackSource['packet']>[0][] = [];
  source.join({
    started: () => {},
    frame: (frame) => frames.push(frame),
    stopped: () => {},
    levelsChanged: () => {},
  });
  let encoded = 0;
  const library = {
    createEncoder: () => ({ encode: () => Uint8Array.of(++encoded) }),
    createDecoder: () => {
      throw new Error('nothing is decoded');
    },
  };
  source.start({ frequency: 48_000, channels: 2, sampleFormat: 's16' }, 0);
  source.samples(new ArrayBuffer(1920 * 40), 400);
  expect(source.packet(frames[2], library)).toEqual(Uint8Array.of(1));
  expect(source.packet(frames[1], library)).toBe(null);
  expect(source.packet(frames[2], library)).toEqual(Uint8Array.of(1));
  expect(source.packet(frames[39], library)).toEqual(Uint8Array.of(2));
  // Older than any client keeps.
  expect(source.packet(frames[2], library)).toBe(null);
  expect(encoded).toBe(2);
});
