import type { PlaybackInterface, RecordInterface } from '@lazyspice/core';
import { channelTypes } from '../protocol/channel-types.js';
import { PlaybackSource } from '../sound/playback-source.js';
import { RecordSink } from '../sound/record-sink.js';
import type { ChannelPlace } from './char-devices.js';
import type { Log } from './events.js';

const playbackPlace: ChannelPlace = { type: channelTypes.playback, id: 0 };
const recordPlace: ChannelPlace = { type: channelTypes.record, id: 0 };

/** Whom the coming and going of sound devices concerns. */
export interface SoundAudience {
  channelAdded(place: ChannelPlace): void;
  channelRemoved(place: ChannelPlace): void;
}

/** The sound card: one output and one input are in use, those that were added last. */
export class Sound {
  readonly playback: PlaybackSource;
  readonly record: RecordSink;
  readonly #audience: SoundAudience;
  /** ms, monotonic. */
  readonly #now: () => number;
  #player: PlaybackInterface | null = null;

  constructor(audience: SoundAudience, log: Log, now: () => number) {
    this.#audience = audience;
    this.#now = now;
    this.playback = new PlaybackSource((message) => log.warn(message));
    this.record = new RecordSink((message) => log.warn(message));
  }

  /** The channels that clients may open. */
  get channels(): ChannelPlace[] {
    return [
      ...(this.#player === null ? [] : [playbackPlace]),
      ...(this.record.device === null ? [] : [recordPlace]),
    ];
  }

  addPlayback(instance: PlaybackInterface): () => void {
    const { playback } = this;
    const isNew = this.#player === null;
    playback.stop(this.#now());
    playback.levels.reset();
    this.#player?.detached?.();
    this.#player = instance;
    if (isNew) this.#audience.channelAdded(playbackPlace);
    const used = (): boolean => this.#player === instance;
    instance.attached?.({
      start: (format) => used() && playback.start(format, this.#now()),
      samples: (buffer) => used() && playback.samples(buffer, this.#now()),
      stop: () => used() && playback.stop(this.#now()),
      setVolume: (volumes) => used() && playback.levels.setVolume(volumes),
      setMute: (muted) => used() && playback.levels.setMute(muted),
    });
    return () => {
      if (!used()) return;
      playback.stop(this.#now());
      this.#player = null;
      this.#audience.channelRemoved(playbackPlace);
      instance.detached?.();
    };
  }

  addRecord(instance: RecordInterface): () => void {
    const { record } = this;
    const previous = record.device;
    record.stop();
    record.levels.reset();
    previous?.detached?.();
    record.device = instance;
    if (previous === null) this.#audience.channelAdded(recordPlace);
    const used = (): boolean => record.device === instance;
    instance.attached?.({
      start: (format) => used() && record.start(format),
      stop: () => used() && record.stop(),
      setVolume: (volumes) => used() && record.levels.setVolume(volumes),
      setMute: (muted) => used() && record.levels.setMute(muted),
    });
    return () => {
      if (!used()) return;
      record.stop();
      record.device = null;
      this.#audience.channelRemoved(recordPlace);
      instance.detached?.();
    };
  }
}
