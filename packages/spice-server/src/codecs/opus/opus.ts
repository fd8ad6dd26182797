import { CodecError } from '../contract.js';
import {
  frameSamples,
  frameValues,
  type OpusEncoderOptions,
  type OpusLibrary,
  type SoundDecoder,
  type SoundEncoder,
} from './contract.js';
import { maxPacketBytes, OpusMemory } from './opus-memory.js';
import { packetSamples } from './opus-packet.js';

/** Numbers of libopus' settings. */
const settings = {
  bitRate: 4002,
  complexity: 4010,
  forwardErrorCorrection: 4012,
  expectedLoss: 4014,
} as const;

/** Encodes frames of 10 ms, one after the other: each packet builds on those before. */
export class OpusEncoder implements SoundEncoder {
  readonly #memory: OpusMemory;

  constructor(options: OpusEncoderOptions = {}) {
    const { bitRate = 128_000, complexity = 5, forwardErrorCorrection = false, expectedLoss = 0 } = options;
    checkRange('bitRate', bitRate, 6000, 510_000);
    checkRange('complexity', complexity, 0, 10);
    checkRange('expectedLoss', expectedLoss, 0, 100);
    this.#memory = new OpusMemory();
    this.#set('bitRate', bitRate);
    this.#set('complexity', complexity);
    this.#set('forwardErrorCorrection', forwardErrorCorrection ? 1 : 0);
    this.#set('expectedLoss', expectedLoss);
  }

  encode(samples: Int16Array): Uint8Array {
    if (samples.length !== frameValues) {
      throw new CodecError('ERR_CODEC_IMAGE', 'opus', 0, `${samples.length} samples are not one frame`);
    }
    const packet = this.#memory.encode(samples);
    if (typeof packet === 'number') {
      throw new CodecError('ERR_CODEC_IMAGE', 'opus', 0, `libopus' error ${packet}`);
    }
    return packet.slice();
  }

  #set(name: keyof typeof settings, value: number): void {
    const error = this.#memory.handler._encoder_ctl(settings[name], value);
    if (error !== 0) throw new RangeError(`libopus refuses ${name} ${value} (${error})`);
  }
}

/** Decodes packets of 10 ms, one after the other. */
export class OpusDecoder implements SoundDecoder {
  readonly #memory = new OpusMemory();
  readonly #samples = new Int16Array(frameValues);

  decode(packet: Uint8Array): Int16Array {
    if (packet.length > maxPacketBytes) {
      throw new CodecError('ERR_CODEC_SIZE', 'opus', maxPacketBytes, `a packet of ${packet.length} bytes`);
    }
    const samples = packetSamples(packet);
    if (samples !== frameSamples) {
      throw new CodecError('ERR_CODEC_SIZE', 'opus', 0, `${samples} samples instead of ${frameSamples}`);
    }
    if (this.#memory.decode(packet, this.#samples) !== frameValues) {
      throw new CodecError('ERR_CODEC_DATA', 'opus', 0, 'libopus cannot decode the packet');
    }
    return this.#samples;
  }
}

function checkRange(name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw new RangeError(`${name} is in ${low}..${high}, not ${value}`);
}

export const opusLibrary: OpusLibrary = {
  createEncoder: (options) => new OpusEncoder(options),
  createDecoder: () => new OpusDecoder(),
};
