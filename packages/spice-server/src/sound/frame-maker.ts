import type { SoundFormat } from '@lazyspice/core';
import { frameMs, frameSamples, frameValues, soundFrequency } from '../codecs/opus/contract.js';
import { Resampler } from './resampler.js';
import { readSamples } from './sample-format.js';

/** Makes frames of 10 ms, 48 kHz, two channels, of a device's samples. */
export class FrameMaker {
  readonly #format: SoundFormat;
  /** One for each channel; none: the rate is right. */
  readonly #resamplers: readonly Resampler[];
  #frame = new Int16Array(frameValues);
  /** Values of `#frame` that are there. */
  #filled = 0;

  constructor(format: SoundFormat) {
    this.#format = format;
    const { frequency, channels } = format;
    const count = frequency === soundFrequency ? 0 : channels;
    this.#resamplers = Array.from({ length: count }, () => new Resampler(frequency, soundFrequency));
  }

  /** How much of a frame is there, in ms. */
  get heldMs(): number {
    return (this.#filled / frameValues) * frameMs;
  }

  /** Takes samples in and gives the frames that they complete. */
  add(buffer: ArrayBuffer): Int16Array[] {
    return this.#add(readSamples(buffer, this.#format.sampleFormat));
  }

  /** The sound has ended: what is left, filled up with silence. */
  end(): Int16Array[] {
    const { channels } = this.#format;
    const frames = this.#add(new Float32Array((this.#resamplers[0]?.delay ?? 0) * channels));
    if (this.#filled > 0) frames.push(this.#frame.fill(0, this.#filled));
    this.#frame = new Int16Array(frameValues);
    this.#filled = 0;
    return frames;
  }

  #add(samples: Float32Array): Int16Array[] {
    const [left, right] = this.#channels(samples);
    const frames: Int16Array[] = [];
    for (let i = 0; i < left.length; i++) {
      this.#frame[this.#filled++] = toWire(left[i]);
      this.#frame[this.#filled++] = toWire(right[i]);
      if (this.#filled < frameValues) continue;
      frames.push(this.#frame);
      this.#frame = new Int16Array(frameValues);
      this.#filled = 0;
    }
    return frames;
  }

  #channels(samples: Float32Array): readonly [Float32Array, Float32Array] {
    const { channels } = this.#format;
    const [first, second] = Array.from({ length: channels }, (_, channel) => {
      const alone = channels === 1 ? samples : everyOther(samples, channel);
      return this.#resamplers[channel]?.process(alone) ?? alone;
    });
    return [first, second ?? first];
  }
}

const everyOther = (samples: Float32Array, first: number): Float32Array =>
  Float32Array.from({ length: samples.length >> 1 }, (_, i) => samples[2 * i + first]);

const toWire = (value: number): number => Math.max(-0x8000, Math.min(0x7fff, Math.round(value * 0x8000)));

/** Makes a device's samples of frames from the wire. */
export class FrameReceiver {
  readonly #format: SoundFormat;
  readonly #resamplers: readonly Resampler[];

  constructor(format: SoundFormat) {
    this.#format = format;
    const { frequency, channels } = format;
    const count = frequency === soundFrequency ? 0 : channels;
    this.#resamplers = Array.from({ length: count }, () => new Resampler(soundFrequency, frequency));
  }

  /** One frame as the device wants it, in -1..1 and interleaved. */
  convert(frame: Int16Array): Float32Array {
    const { channels } = this.#format;
    const parts = Array.from({ length: channels }, (_, channel) => {
      const alone = Float32Array.from({ length: frameSamples }, (_, i) =>
        channels === 1 ? (frame[2 * i] + frame[2 * i + 1]) / 0x1_0000 : frame[2 * i + channel] / 0x8000,
      );
      return this.#resamplers[channel]?.process(alone) ?? alone;
    });
    if (channels === 1) return parts[0];
    return Float32Array.from({ length: parts[0].length * 2 }, (_, i) => parts[i & 1][i >> 1]);
  }
}
