import type { Rect } from '@lazyspice/core';
import type { PixelImage } from '../codecs/contract.js';
import type { UsableCodec } from '../display/streams/codec-choice.js';
import { StreamAreas } from '../display/streams/stream-areas.js';
import { StreamRate, type StreamReport } from '../display/streams/stream-rate.js';
import type { VideoFrame, VideoStream } from '../display/streams/stream-tracker.js';
import type { VideoEncoder } from '../display/streams/video-encoder.js';

export interface ReadyFrame {
  readonly box: Rect;
  readonly bytes: Uint8Array;
  /** ms, when its pixels were read. */
  readonly at: number;
}

/** Late frames raise the latency after so many reports of them in a row, at most to this, in ms. */
const patientReports = 3;
const maxLateMs = 1500;
/** How much the newest distance of frames counts in the average. */
const newestShare = 0.1;

/** One stream as one client gets it: what is due, what is being encoded, what is ready. Times are ms. */
export class ClientStream {
  readonly stream: VideoStream;
  readonly areas: StreamAreas;
  readonly rate: StreamRate;
  /** The queue's place behind which the stream begins: what was queued before is older. */
  readonly beginsAt: number;
  codec: UsableCodec;
  /** Quoted by reports. 0: the client has not been told of the stream. */
  uniqueId = 0;
  /** When it was told. */
  createdAt = 0;
  /** Reports of late frames in a row. */
  #late = 0;
  /** Version of the clip that the client has. */
  clipSent = 0;
  /** Where the newest frame that was not encoded lies. */
  #due: Rect | null = null;
  #encoder: VideoEncoder | null = null;
  #encoding = false;
  #ready: ReadyFrame | null = null;
  #lastFrame: number;
  /** Average distance of frames. */
  #interval: number;
  #encodeMs = 0;

  constructor(
    stream: VideoStream,
    codec: UsableCodec,
    options: {
      readonly clips: boolean;
      readonly bitRate: number;
      readonly beginsAt: number;
      readonly now: number;
    },
  ) {
    this.stream = stream;
    this.codec = codec;
    this.areas = new StreamAreas(options.clips);
    this.rate = new StreamRate(options.bitRate, options.now);
    this.beginsAt = options.beginsAt;
    this.#lastFrame = options.now;
    this.#interval = 1000 / stream.fps;
  }

  get isCreated(): boolean {
    return this.uniqueId !== 0;
  }

  /** A picture waits to be encoded, and the encoder for pictures. */
  get isDue(): boolean {
    return this.#due !== null && !this.#encoding && this.#ready === null;
  }

  get hasReady(): boolean {
    return this.#ready !== null;
  }

  /**
   * The client has reported. Returns what a frame needs from capture to presentation, besides the network; `latency`:
   * what it has. More than that only when frames go on to come late though there are fewer of them.
   */
  report(report: StreamReport, latency: number, now: number): number {
    this.rate.report(report, now);
    const { lastFrameDelay } = report;
    this.#late = lastFrameDelay < 0 ? this.#late + 1 : 0;
    const lack = this.#late > patientReports ? latency - lastFrameDelay : 0;
    return Math.max(2 * this.#interval + this.#encodeMs, Math.min(lack, maxLateMs));
  }

  /** A frame was drawn. */
  frame({ box, region }: VideoFrame, now: number): void {
    // The one before had time to be encoded: the socket or the encoder kept it from that.
    if (this.#due !== null && this.isCreated && this.rate.nextFrameAt <= this.#lastFrame)
      this.rate.frameHeld(now);
    this.#due = box;
    this.areas.frame(box, region);
    const passed = Math.min(1000, now - this.#lastFrame);
    this.#interval += (passed - this.#interval) * newestShare;
    this.#lastFrame = now;
  }

  /** The client is told of the stream: `encoder` makes its frames. */
  created(uniqueId: number, encoder: VideoEncoder, now: number): void {
    this.uniqueId = uniqueId;
    this.createdAt = now;
    this.#encoder = encoder;
    this.clipSent = this.areas.version;
  }

  /** The client is to forget the stream, which will be created again. */
  restart(codec: UsableCodec): void {
    this.close();
    this.codec = codec;
    this.uniqueId = 0;
    this.#due ??= this.stream.destination;
  }

  /**
   * Begins to encode the picture that is due, from `image`'s pixels. `done` is called once the frame is ready, false when
   * the encoder has failed; perhaps at once.
   */
  encode(image: (box: Rect) => PixelImage, now: () => number, done: (made: boolean) => void): void {
    const box = this.#due;
    const encoder = this.#encoder;
    if (box === null || encoder === null) return;
    const at = now();
    const fps = Math.min(30, Math.max(1, 1000 / this.#interval));
    this.#due = null;
    this.#encoding = true;
    this.areas.painted();
    this.rate.frameBegun(at);
    const picture = { image: image(box), owner: this.stream, serial: this.stream.frames };
    encoder.encode(picture, { bitRate: this.rate.bitRate, fps }, (bytes) => {
      if (encoder !== this.#encoder) return;
      this.#encoding = false;
      const end = now();
      this.#encodeMs += (end - at - this.#encodeMs) * newestShare;
      if (bytes === null) {
        this.#due ??= box;
        return done(false);
      }
      this.rate.frameSent(bytes.length, end);
      this.#ready = { box, bytes, at };
      done(true);
    });
  }

  takeReady(): ReadyFrame | null {
    const ready = this.#ready;
    this.#ready = null;
    return ready;
  }

  close(): void {
    this.#encoder?.close();
    this.#encoder = null;
    this.#encoding = false;
    this.#ready = null;
  }
}
