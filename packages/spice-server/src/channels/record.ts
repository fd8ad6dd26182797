import { Reader } from '@lazyspice/core';
import { CodecError } from '../codecs/contract.js';
import { frameMs, type SoundDecoder, soundFrequency } from '../codecs/opus/contract.js';
import { hasCapability, type LinkedChannel } from '../link/link-policy.js';
import { recordCapabilities } from '../protocol/capabilities.js';
import { decodeRecordClient, recordServer } from '../protocol/generated/sound.codec.js';
import { AudioMode, SampleFormat } from '../protocol/sound.js';
import { JitterBuffer } from '../sound/jitter-buffer.js';
import type { Recorder, RecordSink } from '../sound/record-sink.js';
import { Channel, ChannelError, type ChannelHost } from './channel.js';
import type { OpusAccess } from './opus-access.js';

const stepBytes = 4;
/** A device is not given what was due longer ago, ms. */
const lateMs = 200;
/** Messages that are taken at once, and as many a second: sound comes in 100. */
const maxMessages = 400;

export interface RecordContext {
  readonly sink: RecordSink;
  readonly opus: OpusAccess;
}

/** What one client's microphone hears: protocol §5.6. It comes as the network brings it and goes on evenly. */
export class RecordChannel extends Channel implements Recorder {
  readonly name = 'record';
  readonly #context: RecordContext;
  readonly #heedsLevels: boolean;
  readonly #jitter = new JitterBuffer();
  #mode: number = AudioMode.values.raw;
  #decoder: SoundDecoder | null = null;
  #levelsDue: boolean;
  /** The client has been told START and not STOP. */
  #recording = false;
  /** When the device is due the next frame, ms; null: there is none for it. */
  #nextAt: number | null = null;
  /** Messages that may come now, and when that was reckoned. */
  #credit = maxMessages;
  #creditAt = 0;

  constructor(link: LinkedChannel, host: ChannelHost, context: RecordContext) {
    super(link.channelId, link.miniHeader, host);
    this.#context = context;
    this.#heedsLevels = hasCapability(link.channelCapabilities, recordCapabilities.volume);
    this.#levelsDue = this.#heedsLevels;
    if (hasCapability(link.channelCapabilities, recordCapabilities.opus)) context.opus.request(() => {});
  }

  start(now: number): void {
    this.#creditAt = now;
    this.#context.sink.join(this);
    this.host.outgoingReady();
  }

  override close(): void {
    this.#context.sink.leave(this);
  }

  recordingChanged(): void {
    this.host.outgoingReady();
  }

  levelsChanged(): void {
    this.#levelsDue = this.#heedsLevels;
    if (this.#levelsDue) this.host.outgoingReady();
  }

  override get wakeAt(): number | null {
    return this.#nextAt;
  }

  override tick(now: number): void {
    while (this.#nextAt !== null && this.#nextAt <= now) {
      const frame = this.#wanted ? this.#jitter.take() : null;
      if (frame === null) {
        this.#nextAt = null;
        return;
      }
      this.#nextAt = Math.max(this.#nextAt + frameMs, now - lateMs);
      this.#context.sink.deliver(frame);
    }
  }

  override get isDrained(): boolean {
    return super.isDrained && !this.#levelsDue && this.#wanted === this.#recording;
  }

  receive(type: number, body: Uint8Array, now: number): void {
    const message = decodeRecordClient(type, new Reader(body));
    switch (message.name) {
      case 'data':
        return this.#data(message.body.data, now);
      case 'mode':
        if (message.body.mode === AudioMode.values.celt) throw new ChannelError('record: CELT is not known');
        this.#mode = message.body.mode;
        return;
      case 'startMark':
        return;
      default:
        return this.receiveBase(message);
    }
  }

  protected override fill(): void {
    if (this.#levelsDue) {
      const { volumes, muted } = this.#context.sink.levels;
      this.send(recordServer.volume, { volumes });
      this.send(recordServer.mute, { mute: muted });
      this.#levelsDue = false;
    }
    if (this.#wanted === this.#recording) return;
    this.#recording = this.#wanted;
    this.#jitter.clear();
    this.#decoder = null;
    if (!this.#recording) return this.send(recordServer.stop, {});
    const format = SampleFormat.values.s16;
    this.send(recordServer.start, { channels: 2, format, frequency: soundFrequency });
  }

  get #wanted(): boolean {
    return this.#context.sink.records(this);
  }

  #data(data: Uint8Array, now: number): void {
    // Sound that was on its way when the guest stopped; and more than anybody can hear is not even looked at.
    if (!this.#recording || !this.#wanted || !this.#pays(now)) return;
    const samples = this.#mode === AudioMode.values.opus ? this.#decoded(data) : rawSamples(data);
    if (samples === null) return;
    this.#jitter.put(samples);
    if (this.#nextAt === null && this.#jitter.flows) this.#nextAt = now;
  }

  #pays(now: number): boolean {
    this.#credit = Math.min(maxMessages, this.#credit + ((now - this.#creditAt) * maxMessages) / 1000);
    this.#creditAt = now;
    if (this.#credit < 1) return false;
    this.#credit--;
    return true;
  }

  /** Null: Opus is still being loaded. */
  #decoded(packet: Uint8Array): Int16Array | null {
    const { library } = this.#context.opus;
    if (library === null) throw new ChannelError('record: there is no Opus');
    if (library === undefined) return null;
    this.#decoder ??= library.createDecoder();
    try {
      return this.#decoder.decode(packet);
    } catch (error) {
      if (error instanceof CodecError) throw new ChannelError(`record: DATA: ${error.message}`);
      throw error;
    }
  }
}

/** Little-endian samples of two channels. */
function rawSamples(data: Uint8Array): Int16Array {
  if (data.length % stepBytes !== 0) {
    throw new ChannelError(
      `record: DATA: ${data.length} bytes are no whole samples (offset ${data.length & ~3})`,
    );
  }
  return new Int16Array(data.slice().buffer);
}
