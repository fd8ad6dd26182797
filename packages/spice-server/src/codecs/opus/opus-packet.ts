import { CodecError } from '../contract.js';

/** Durations of one frame in samples at 48 kHz, by kind of coding: RFC 6716, section 3.1. */
const silkSamples = [480, 960, 1920, 2880] as const;
const hybridSamples = [480, 960] as const;
const celtSamples = [120, 240, 480, 960] as const;

/**
 * How long a packet is, in samples at 48 kHz of each channel, as its first bytes say.
 * @throws CodecError `ERR_CODEC_TRUNCATED` when there is no packet, `ERR_CODEC_DATA` when it says that it has no frames.
 */
export function packetSamples(packet: Uint8Array): number {
  if (packet.length === 0) throw new CodecError('ERR_CODEC_TRUNCATED', 'opus', 0, 'an empty packet');
  const [first] = packet;
  return framesIn(packet, first & 3) * samplesOf(first >>> 3);
}

function samplesOf(configuration: number): number {
  if (configuration < 12) return silkSamples[configuration & 3];
  if (configuration < 16) return hybridSamples[configuration & 1];
  return celtSamples[configuration & 3];
}

function framesIn(packet: Uint8Array, code: number): number {
  if (code === 0) return 1;
  if (code < 3) return 2;
  if (packet.length < 2)
    throw new CodecError('ERR_CODEC_TRUNCATED', 'opus', 1, 'no number of frames in a packet');
  const count = packet[1] & 0x3f;
  if (count === 0) throw new CodecError('ERR_CODEC_DATA', 'opus', 1, 'a packet of no frames');
  return count;
}
