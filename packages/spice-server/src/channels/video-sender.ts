import { BitmapFormat, type Rect } from '@lazyspice/core';
import type { PixelImage } from '../codecs/contract.js';
import type { Surface } from '../display/canvas/surface.js';
import { rectArea, rectsEqual } from '../display/geometry/rect.js';
import { chooseCodec, type UsableCodec } from '../display/streams/codec-choice.js';
import type { JpegFrames } from '../display/streams/jpeg-frames.js';
import { MjpegEncoder } from '../display/streams/mjpeg-encoder.js';
import type { InexactArea } from '../display/streams/stream-areas.js';
import { initialBitRate } from '../display/streams/stream-rate.js';
import type { VideoFrame, VideoStream } from '../display/streams/stream-tracker.js';
import {
  type VideoCodecName,
  type VideoEncoder,
  type VideoEncoderSource,
  videoCodecIds,
} from '../display/streams/video-encoder.js';
import { displayCapabilities } from '../protocol/capabilities.js';
import { type DisplayClientStreamReport, displayServer } from '../protocol/generated/display.codec.js';
import { ClientStream, type ReadyFrame } from './client-stream.js';
import type { DisplayAbilities } from './display-abilities.js';
import type { SendMessage } from './draw-sender.js';
import { type MediaTime, mediaStamp } from './media-time.js';

/** What the streams of one client need of the server. Times are ms. */
export interface VideoOptions {
  /** In the server's order. */
  readonly codecs: () => readonly UsableCodec[];
  readonly jpeg: JpegFrames;
  /** Null: every codec but MJPEG is left out. */
  readonly processes: () => VideoEncoderSource | null;
  readonly media: MediaTime;
  now(): number;
  /** 1..2^32-1. */
  randomId(): number;
  /** The client's network: bits a second, and ms there and back; null: not known. */
  network(): { readonly bitRate: number | null; readonly latency: number | null };
}

/** The channel around the streams. */
export interface VideoHost {
  readonly send: SendMessage;
  readonly abilities: DisplayAbilities;
  surface(): Surface | undefined;
  /** The client has the primary with a picture on it, or will before anything else is sent. */
  isShown(): boolean;
  /** Where the next item will be in the queue, and whether everything before a place has been sent. */
  place(): number;
  hasPassed(place: number): boolean;
  /** What the queue would have sent here is left to the streams, or given back to it. */
  takeOver(areas: readonly Rect[]): void;
  giveBack(areas: readonly Rect[]): void;
  /** Something can be sent now. */
  ready(): void;
}

const topDown = 1;
/** Frames and ms after which clients report: protocol §8.4. */
const reportFrames = 5;
const reportTimeoutMs = 1000;
/** Drops in the report of a client that cannot decode the stream. */
const cannotDecode = 0xffff_ffff;
/** Such a report is on the running stream when the client has been told of it for this long, in ms. */
const certainMs = 1000;
/** Bits a second for clients on the same machine. */
const localBitRate = 100 * 1024 * 1024;

const codecCapability: Readonly<Record<VideoCodecName, number>> = {
  mjpeg: displayCapabilities.codecMjpeg,
  vp8: displayCapabilities.codecVp8,
  h264: displayCapabilities.codecH264,
  vp9: displayCapabilities.codecVp9,
  h265: displayCapabilities.codecH265,
};
const bitmapFormats: Readonly<Record<number, BitmapFormat>> = {
  16: BitmapFormat.values.rgb16,
  32: BitmapFormat.values.rgb32,
  96: BitmapFormat.values.rgba,
};

/**
 * The video streams of one client's display channel: display-pipeline §10. A frame is read from the canvas when it is
 * encoded, which is when the client has room for it; frames that come faster are never encoded. Its messages go out
 * before what is queued. What a stream leaves behind at the client is given back to the queue, which makes it exact.
 */
export class VideoSender implements InexactArea {
  readonly #host: VideoHost;
  readonly #options: VideoOptions;
  readonly #streams = new Map<number, ClientStream>();
  /** Streams that the client must be told the end of. */
  #goodbyes: number[] = [];
  #preferred: readonly number[] = [];
  /** What the client has said it cannot decode. */
  readonly #undecodable = new Set<VideoCodecName>();
  /** Streams that this client gets as pixels. */
  readonly #refused = new WeakSet<VideoStream>();
  #wakeAt: number | null = null;

  constructor(host: VideoHost, options: VideoOptions) {
    this.#host = host;
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#streams.size === 0;
  }

  /** When `next` has something to do for the time's sake, of what it left at its last call. */
  get wakeAt(): number | null {
    return this.#wakeAt;
  }

  /** Nothing that is ready waits. A picture that is due may. */
  get isDrained(): boolean {
    if (this.#goodbyes.length > 0) return false;
    for (const one of this.#streams.values()) {
      if (one.hasReady || (one.isCreated && one.clipSent !== one.areas.version)) return false;
    }
    return true;
  }

  meets(area: Rect): boolean {
    for (const { areas } of this.#streams.values()) if (areas.inexact.intersects(area)) return true;
    return false;
  }

  drawnOver(area: Rect): void {
    for (const { areas } of this.#streams.values()) areas.drawnOver(area);
  }

  /** Whether the client gets this frame as video. */
  accepts({ stream, box }: VideoFrame): boolean {
    if (this.#refused.has(stream) || !this.#host.isShown()) return false;
    const codec = this.#streams.get(stream.id)?.codec ?? this.#choose();
    if (codec === null) return false;
    if (rectsEqual(box, stream.destination)) return true;
    return codec.codec === 'mjpeg' && this.#host.abilities.has(displayCapabilities.sizedStream);
  }

  /** A frame has been drawn that `accepts` agreed to. */
  frame(frame: VideoFrame, now: number): void {
    const one = this.#streams.get(frame.stream.id) ?? this.#begin(frame.stream, now);
    one.frame(frame, now);
    this.#host.takeOver(one.areas.clip.rects);
  }

  /** No more frames will come. */
  ended({ id }: VideoStream): void {
    const one = this.#streams.get(id);
    if (one === undefined) return;
    this.#streams.delete(id);
    this.#farewell(one);
    this.#host.giveBack(one.areas.inexact.rects);
  }

  /** Numbers of codecs in the client's order: its streams begin again. */
  prefer(codecs: readonly number[]): void {
    this.#preferred = codecs;
    for (const one of [...this.#streams.values()]) this.#restart(one);
  }

  /** A client's report on a stream. */
  report(report: DisplayClientStreamReport, now: number): void {
    const one = this.#streams.get(report.streamId);
    if (one === undefined || !one.isCreated) return;
    if (report.numFrames === 0 && report.numDrops === cannotDecode) {
      // Clients that have given a stream up do not know its unique id any more. Such reports may be on one before it.
      const isOlder = report.uniqueId === 0 && now - one.createdAt < certainMs;
      if (isOlder || (report.uniqueId !== 0 && report.uniqueId !== one.uniqueId)) return;
      this.#undecodable.add(one.codec.codec);
      return this.#restart(one);
    }
    if (report.uniqueId !== one.uniqueId) return;
    const { media, network } = this.#options;
    media.require(one.report(report, media.latency, now) + (network().latency ?? 0) / 2);
  }

  close(): void {
    for (const one of this.#streams.values()) one.close();
    this.#streams.clear();
    this.#wakeAt = null;
  }

  /** Sends what is ready or becomes so at once. `pendingBytes`: in the socket. True: something was sent. */
  next(now: number, pendingBytes: number): boolean {
    this.#wakeAt = null;
    const { send } = this.#host;
    let sent = this.#goodbyes.length > 0;
    for (const id of this.#goodbyes) send(displayServer.streamDestroy, { id });
    this.#goodbyes = [];
    for (const one of [...this.#streams.values()]) {
      if (!one.isCreated && !this.#create(one, now)) continue;
      if (one.clipSent !== one.areas.version) {
        send(displayServer.streamClip, { id: one.stream.id, clip: clipOf(one) });
        one.clipSent = one.areas.version;
        sent = true;
      }
      this.#encode(one, now, pendingBytes);
      const ready = one.takeReady();
      if (ready === null) continue;
      this.#sendFrame(one.stream, ready);
      sent = true;
    }
    return sent;
  }

  #begin(stream: VideoStream, now: number): ClientStream {
    const codec = this.#choose();
    // INVARIANT: `accepts` has found one just now.
    if (codec === null) throw new Error('a stream without a codec');
    const one = new ClientStream(stream, codec, {
      clips: !this.#host.abilities.isMinimal,
      bitRate: this.#bitRate(stream),
      beginsAt: this.#host.place(),
      now,
    });
    this.#streams.set(stream.id, one);
    return one;
  }

  /** Its share, by area, of what the client's streams may use. */
  #bitRate({ destination }: VideoStream): number {
    const { bitRate } = this.#options.network();
    const own = rectArea(destination);
    let all = own;
    for (const { stream } of this.#streams.values()) all += rectArea(stream.destination);
    return (initialBitRate(bitRate) * own) / all;
  }

  #choose(): UsableCodec | null {
    const { abilities } = this.#host;
    return chooseCodec(this.#options.codecs(), this.#preferred, ({ codec, place }) => {
      if (this.#undecodable.has(codec)) return false;
      if (!abilities.has(displayCapabilities.multiCodec)) return codec === 'mjpeg';
      if (!abilities.has(codecCapability[codec])) return false;
      return place === 'built-in' || (this.#options.processes()?.has(codec) ?? false);
    });
  }

  /** Tells the client of the stream, once it has all that is older. */
  #create(one: ClientStream, now: number): boolean {
    const surface = this.#host.surface();
    if (surface === undefined || !one.isDue || !this.#host.hasPassed(one.beginsAt)) return false;
    const encoder = this.#encoder(one, surface);
    const { id, destination } = one.stream;
    const width = destination.right - destination.left;
    const height = destination.bottom - destination.top;
    const { send, abilities } = this.#host;
    one.created(this.#options.randomId(), encoder, now);
    send(displayServer.streamCreate, {
      surfaceId: 0,
      id,
      flags: topDown,
      codec: videoCodecIds[encoder.codec],
      stamp: 0,
      streamWidth: width,
      streamHeight: height,
      sourceWidth: width,
      sourceHeight: height,
      destination,
      clip: clipOf(one),
    });
    if (abilities.has(displayCapabilities.streamReport)) {
      send(displayServer.streamActivateReport, {
        streamId: id,
        uniqueId: one.uniqueId,
        maxWindowSize: reportFrames,
        timeoutMs: reportTimeoutMs,
      });
    }
    return true;
  }

  #encoder(one: ClientStream, surface: Surface): VideoEncoder {
    const { destination, fps } = one.stream;
    if (one.codec.place === 'process') {
      const shape = {
        width: destination.right - destination.left,
        height: destination.bottom - destination.top,
        format: bitmapFormats[surface.format],
      };
      const { codec } = one.codec;
      const encoder = this.#options.processes()?.create(codec, shape, { bitRate: one.rate.bitRate, fps });
      if (encoder !== undefined && encoder !== null) return encoder;
    }
    one.codec = { codec: 'mjpeg', place: 'built-in' };
    return new MjpegEncoder(this.#options.jpeg);
  }

  #encode(one: ClientStream, now: number, pendingBytes: number): void {
    if (!one.isDue || one.rate.isBlocked(pendingBytes)) return;
    const at = one.rate.nextFrameAt;
    if (at > now) {
      this.#wakeAt = Math.min(at, this.#wakeAt ?? at);
      return;
    }
    const surface = this.#host.surface();
    if (surface === undefined) return;
    let atOnce = true;
    one.encode(
      (box) => imageOf(surface, box),
      () => this.#options.now(),
      (made) => {
        if (!made) this.#failed(one);
        if (!atOnce) this.#host.ready();
      },
    );
    atOnce = false;
  }

  #sendFrame({ id, destination }: VideoStream, { box, bytes, at }: ReadyFrame): void {
    const { send } = this.#host;
    const mmTime = mediaStamp(at);
    if (rectsEqual(box, destination)) return send(displayServer.streamData, { id, mmTime, data: bytes });
    const width = box.right - box.left;
    const height = box.bottom - box.top;
    send(displayServer.streamDataSized, { id, mmTime, width, height, destination: box, data: bytes });
  }

  /** The encoder is at its end: the picture goes on with ours, or as pixels when that is the one. */
  #failed(one: ClientStream): void {
    if (one.codec.place === 'built-in') return this.#refuse(one);
    this.#leave(one);
    one.restart({ codec: 'mjpeg', place: 'built-in' });
  }

  #restart(one: ClientStream): void {
    const codec = this.#choose();
    if (codec === null) return this.#refuse(one);
    this.#leave(one);
    one.restart(codec);
    this.#host.ready();
  }

  #refuse(one: ClientStream): void {
    this.#refused.add(one.stream);
    this.ended(one.stream);
    this.#host.ready();
  }

  #farewell(one: ClientStream): void {
    this.#leave(one);
    one.close();
  }

  #leave(one: ClientStream): void {
    if (one.isCreated) this.#goodbyes.push(one.stream.id);
  }
}

function clipOf({ areas }: ClientStream): Rect[] {
  return [...areas.clip.rects];
}

/** A part of a surface, where it lies. */
function imageOf(surface: Surface, { left, top, right, bottom }: Rect): PixelImage {
  const { stride, bytes, bytesPerPixel, format } = surface;
  const start = top * stride + left * bytesPerPixel;
  return {
    format: bitmapFormats[format],
    width: right - left,
    height: bottom - top,
    stride,
    topDown: true,
    pixels: bytes.subarray(start),
  };
}

/** Whether a primary of this format can be shown as video. */
export const canStream = (format: number): boolean => format in bitmapFormats;
/** The network of a client on the same machine. */
export const localNetwork = { bitRate: localBitRate, latency: 0 } as const;
