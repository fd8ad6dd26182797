import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodecError } from '../contract.js';
import { frameSamples, frameValues, soundFrequency } from './contract.js';
import { OpusDecoder, OpusEncoder } from './opus.js';
import { packetSamples } from './opus-packet.js';

/** Frame number `index` of a stereo tone: the right channel is half as loud. */
const tone = (hertz: number, index: number, amplitude = 10_000): Int16Array =>
  Int16Array.from({ length: frameValues }, (_, i) => {
    const sample = index * frameSamples + (i >> 1);
    const loud = i % 2 === 0 ? amplitude : amplitude / 2;
    return Math.round(loud * Math.sin((2 * Math.PI * hertz * sample) / soundFrequency));
  });

interface Heard {
  readonly hertz: number;
  readonly rms: number;
}
/** What one channel of some frames sounds like. */
const heard = (frames: readonly Int16Array[], channel: 0 | 1): Heard => {
  const samples = frames.flatMap((frame) => [...frame.filter((_, i) => i % 2 === channel)]);
  let crossings = 0;
  let square = 0;
  for (const [i, sample] of samples.entries()) {
    if (i > 0 && sample >= 0 !== samples[i - 1] >= 0) crossings++;
    square += sample * sample;
  }
  return {
    hertz: (crossings / 2) * (soundFrequency / samples.length),
    rms: Math.sqrt(square / samples.length),
  };
};

it('carries a tone in both channels, without its first frames', () => {
  const encoder = new OpusEncoder();
  const decoder = new OpusDecoder();
  const frames = Array.from({ length: 100 }, (_, i) => decoder.decode(encoder.encode(tone(1000, i))).slice());
  const left = heard(frames.slice(50), 0);
  const right = heard(frames.slice(50), 1);
  expect(left.hertz).toBeCloseTo(1000, -1);
  expect(right.hertz).toBeCloseTo(1000, -1);
  expect(left.rms).toBeCloseTo(10_000 / Math.SQRT2, -3);
  expect(right.rms).toBeCloseTo(5000 / Math.SQRT2, -3);
});

it('keeps 64 encoders and decoders apart that work in turns', () => {
  const pairs = Array.from({ length: 64 }, (_, i) => ({
    hertz: 200 + 50 * i,
    encoder: new OpusEncoder({ complexity: i % 11 }),
    decoder: new OpusDecoder(),
    frames: [] as Int16Array[],
  }));
  for (let index = 0; index < 40; index++) {
    for (const { hertz, encoder, decoder, frames } of pairs) {
      frames.push(decoder.decode(encoder.encode(tone(hertz, index))).slice());
    }
  }
  for (const { hertz, frames } of pairs) {
    const { hertz: got, rms } = heard(frames.slice(10), 0);
    expect(Math.abs(got - hertz)).toBeLessThan(0.02 * hertz + 5);
    expect(rms).toBeGreaterThan(5000);
    expect(rms).toBeLessThan(9000);
  }
});

it('spends what it is told to spend', () => {
  const spent = (options: ConstructorParameters<typeof OpusEncoder>[0]): number => {
    const encoder = new OpusEncoder(options);
    let bytes = 0;
    for (let i = 0; i < 100; i++) bytes += encoder.encode(noise(i)).length;
    return bytes;
  };
  expect(spent({ bitRate: 32_000 })).toBeLessThan(32_000 / 8 + 400);
  expect(spent({ bitRate: 128_000 })).toBeGreaterThan(2 * spent({ bitRate: 32_000 }));
  expect(spent({})).toBeLessThan(128_000 / 8 + 1600);
  expect(spent({ bitRate: 16_000, forwardErrorCorrection: true, expectedLoss: 20 })).toBeGreaterThan(0);
});

it('stays below what one message of the reference holds, whatever the sound', () => {
  const encoder = new OpusEncoder();
  for (let i = 0; i < 200; i++) expect(encoder.encode(noise(i)).length).toBeLessThanOrEqual(480);
});

/** Reproducible noise at full volume. */
function noise(index: number): Int16Array {
  let state = (index * 2654435761 + 1) >>> 0;
  return Int16Array.from({ length: frameValues }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 16) - 32_768;
  });
}

it('refuses options out of range, and frames of another length', () => {
  expect(() => new OpusEncoder({ complexity: 11 })).toThrow(RangeError);
  expect(() => new OpusEncoder({ bitRate: 1 })).toThrow(RangeError);
  expect(() => new OpusEncoder({ expectedLoss: 0.5 })).toThrow(RangeError);
  expect(() => new OpusEncoder().encode(new Int16Array(959))).toThrow(CodecError);
});

describe('packets', () => {
  it('say how long they are', () => {
    // RFC 6716, table 2: SILK 10 and 60 ms, hybrid 20 ms, CELT 2.5 and 10 ms.
    expect(packetSamples(Uint8Array.of(0 << 3))).toBe(480);
    expect(packetSamples(Uint8Array.of(11 << 3))).toBe(2880);
    expect(packetSamples(Uint8Array.of(13 << 3))).toBe(960);
    expect(packetSamples(Uint8Array.of(16 << 3))).toBe(120);
    expect(packetSamples(Uint8Array.of(30 << 3))).toBe(480);
    expect(packetSamples(Uint8Array.of((30 << 3) | 1))).toBe(960);
    expect(packetSamples(Uint8Array.of((16 << 3) | 3, 0xc0 | 4))).toBe(480);
  });

  const refused = (packet: Uint8Array): string | null => {
    try {
      decoder.decode(packet);
      return null;
    } catch (error) {
      if (error instanceof CodecError) return error.code;
      throw error;
    }
  };
  const decoder = new OpusDecoder();

  it('that are none are refused', () => {
    expect(refused(new Uint8Array(0))).toBe('ERR_CODEC_TRUNCATED');
    expect(refused(Uint8Array.of(3))).toBe('ERR_CODEC_TRUNCATED');
    expect(refused(Uint8Array.of(3, 0))).toBe('ERR_CODEC_DATA');
    expect(refused(Uint8Array.of(11 << 3, 1, 2, 3))).toBe('ERR_CODEC_SIZE');
    expect(refused(new Uint8Array(3829))).toBe('ERR_CODEC_SIZE');
    expect(refused(Uint8Array.of((16 << 3) | 2, 0xff, 0xff))).toBe('ERR_CODEC_SIZE');
    // Four frames of 2.5 ms, with lengths that the packet does not have.
    expect(refused(Uint8Array.of((16 << 3) | 3, 0x80 | 4, 250, 250, 250))).toBe('ERR_CODEC_DATA');
  });

  it('of any bytes are decoded or refused, and leave the decoder in order', () => {
    const encoder = new OpusEncoder();
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 600 }), (packet) => {
        refused(packet);
      }),
      { numRuns: 300 },
    );
    const frames = Array.from({ length: 40 }, (_, i) => decoder.decode(encoder.encode(tone(700, i))).slice());
    expect(heard(frames.slice(10), 0).hertz).toBeCloseTo(700, -1);
  });
});
