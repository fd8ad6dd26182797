/** Playback and record: protocol §5.5 and §5.6. */
import { channel, message, schema } from '@lazyspice/core';
import { playbackCapabilities, recordCapabilities } from './capabilities.js';
import { protocolLimits as limits } from './limits.js';

const { bool8, enumOf, list, rest, u8, u16, u32 } = schema;

export const AudioMode = enumOf(u16, { raw: 1, celt: 2, opus: 3 });
/** Interleaved signed 16-bit samples. */
export const SampleFormat = enumOf(u16, { s16: 1 });

const volume = message(
  105,
  { volumes: list(u16, { count: u8, max: limits.soundChannels }) },
  'Volume of each channel, 0 to 65535.',
);
const mute = message(106, { mute: bool8 }, 'Mutes the sound or not.');
const mode = {
  /** ms. */
  time: u32,
  mode: AudioMode,
  data: rest({ max: limits.soundClientBody }),
};

export const playback = channel({
  type: 5,
  name: 'playback',
  capabilities: playbackCapabilities,
  clientMaxBody: limits.soundClientBody,
  server: {
    data: message(
      101,
      { time: u32, data: rest({ max: limits.streamData }) },
      'One frame of 480 samples per channel.',
    ),
    mode: message(102, mode, 'How the data is encoded; comes before START.'),
    start: message(
      103,
      { channels: u32, format: SampleFormat, frequency: u32, time: u32 },
      'The guest begins to play.',
    ),
    stop: message(104, {}, 'The guest stops playing.'),
    volume,
    mute,
    latency: message(107, { milliseconds: u32 }, 'The least delay that the client should play with.'),
  },
  client: {},
});

export const record = channel({
  type: 6,
  name: 'record',
  capabilities: recordCapabilities,
  clientMaxBody: limits.soundClientBody,
  server: {
    start: message(
      101,
      { channels: u32, format: SampleFormat, frequency: u32 },
      'The guest begins to record.',
    ),
    stop: message(102, {}, 'The guest stops recording.'),
    volume: message(103, volume.fields, volume.summary),
    mute: message(104, mute.fields, mute.summary),
  },
  client: {
    data: message(101, { time: u32, data: rest({ max: limits.soundClientBody }) }, 'One frame of sound.'),
    mode: message(102, mode, 'How the data is encoded.'),
    startMark: message(103, { time: u32 }, 'The time of the first data.'),
  },
});
