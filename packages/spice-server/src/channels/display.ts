import { type Drawable, Reader, type Rect } from '@lazyspice/core';
import type { GlzEncoder } from '../codecs/glz/glz-encoder.js';
import type { CompressionMode } from '../display/images/compression.js';
import type { Encoders } from '../display/images/encoders.js';
import { ImagePacker } from '../display/images/image-packer.js';
import { PixmapCache } from '../display/images/pixmap-cache.js';
import { DisplayQueue, defaultQueueLimits, type SurfaceInfo } from '../display/queue/display-queue.js';
import type { DisplayItem, PixelBlock } from '../display/queue/items.js';
import type { DisplayListener, QxlDisplay } from '../display/qxl-display.js';
import type { VideoFrame, VideoStream } from '../display/streams/stream-tracker.js';
import { displayCapabilities } from '../protocol/capabilities.js';
import {
  type DisplayClientInit,
  decodeDisplayClient,
  displayServer,
} from '../protocol/generated/display.codec.js';
import { Channel, ChannelError, type ChannelHost } from './channel.js';
import { croppedCopy } from './crop-copy.js';
import type { DisplayAbilities } from './display-abilities.js';
import { DrawSender } from './draw-sender.js';
import { canStream, type VideoOptions, VideoSender } from './video-sender.js';

const primaryFlag = 1;
/** The largest image cache that is believed, in pixels: 1 GB of pixels. */
const maxCachePixels = 268_435_456n;
/** PREFERRED_COMPRESSION's numbers: protocol §5.2. */
const preferredModes: readonly (CompressionMode | undefined)[] = [
  undefined,
  'off',
  'auto_glz',
  'auto_lz',
  'quic',
  'glz',
  'lz',
  'lz4',
];
/** Streams have ids below this: protocol §8.1. */
const maxStreamIds = 64;
/** A client that opens the channel must say what it can take within this time, in ms. */
const initLimitMs = 30_000;

export interface DisplayChannelOptions {
  readonly encoders: Encoders;
  readonly compression: CompressionMode;
  /** zlib over GLZ for clients on a slow network, always, or never; mode auto does it anyway. */
  readonly zlibGlz: () => boolean;
  /** Images with loss are wanted for the client; its network is known some time after it has come. */
  readonly jpeg: () => boolean;
  /** Bits a second that the client's network takes; null: not known. */
  readonly bitRate: () => number | null;
  /** Room in the session's image cache, made with the first one's size (pixels). */
  readonly pixmaps: (cacheId: number, pixels: number) => PixmapCache;
  /** The session's GLZ dictionary, made with the first one's window (pixels); null: the client has no GLZ. */
  readonly dictionary: (dictionaryId: number, windowPixels: number) => GlzEncoder | null;
  /** The stream is a UNIX socket. */
  readonly local: boolean;
  readonly video: VideoOptions;
}

/**
 * Clients of a display for each of whom images are encoded with a dictionary of its own. More of them are sent the same
 * LZ images, but for those on a slow network: for fifty the dictionaries would take two cores and 25 MB each.
 */
const maxOwnEncodings = 3;
/** Bits a second, where nobody knows better. */
const assumedBitRate = 10 * 1024 * 1024;
/** Bytes of pixels that are refined at a time: what the network takes raw in so many ms, within bounds. */
const refinedMs = 250;
const minRefinedBytes = 16 * 1024;
const maxRefinedBytes = 256 * 1024;

const earliest = (...times: (number | null)[]): number | null =>
  times.reduce((first, at) => (at !== null && (first === null || at < first) ? at : first), null);

/** Items that are taken off the queue before they can be sent, at most. */
const maxAhead = 64;

/** An item, and whether its image is being encoded elsewhere. */
interface Ahead {
  readonly item: DisplayItem;
  encoding: boolean;
}
const count = (ahead: readonly Ahead[]): number => ahead.filter(({ encoding }) => encoding).length;

/** What a display shows, towards one client: protocol §5.2, display-pipeline §7. */
export class DisplayChannel extends Channel implements DisplayListener {
  readonly name = 'display';
  readonly #display: QxlDisplay;
  readonly #abilities: DisplayAbilities;
  readonly #options: DisplayChannelOptions;
  readonly #queue: DisplayQueue;
  readonly #video: VideoSender;
  #images: ImagePacker;
  #drawing: DrawSender;
  /** What the client asks for; null: the server's mode. */
  #preferred: CompressionMode | null = null;
  /** Items taken off the queue, in order, behind one whose image is being encoded. */
  #ahead: Ahead[] = [];
  #ready = false;
  #initBy: number | null = null;
  /** No area is refined before this: ms. */
  #refineFrom = 0;
  #now = 0;

  constructor(
    id: number,
    miniHeader: boolean,
    host: ChannelHost,
    display: QxlDisplay,
    abilities: DisplayAbilities,
    options: DisplayChannelOptions,
  ) {
    super(id, miniHeader, host);
    this.#display = display;
    this.#abilities = abilities;
    this.#options = options;
    this.#video = this.#videoSender();
    const loss = {
      drawable: (drawable: Drawable) => this.#images.drawableLoss(drawable),
      pixels: (area: Rect, pixels: PixelBlock) => this.#images.pixelsLoss(area, pixels),
    };
    this.#queue = new DisplayQueue(display.canvas, abilities, defaultQueueLimits, loss, this.#video);
    this.#images = this.#packer(new PixmapCache(0), null);
    this.#drawing = this.#sender();
  }

  start(now: number): void {
    this.#initBy = now + initLimitMs;
    this.sendSetAck();
  }

  get guestCapabilities(): number {
    return this.#abilities.guestCapabilities;
  }

  override get wakeAt(): number | null {
    const refinesAt = this.#queue.hasRefinement ? this.#refineFrom : this.#queue.refinesAt;
    // What is due and has not been done waits for room, which wakes us.
    const refine = refinesAt === null || refinesAt <= this.#now ? null : refinesAt;
    const videoEnd = this.#video.isEmpty ? null : this.#display.videoEndsAt;
    return earliest(this.#initBy, this.#initBy === null ? refine : null, this.#video.wakeAt, videoEnd);
  }

  override tick(now: number): void {
    if (this.#initBy !== null && now >= this.#initBy) throw new ChannelError('display: no INIT');
    this.#display.endIdleVideo(now);
  }

  override close(): void {
    this.#display.removeListener(this);
    this.#video.close();
    this.#images.close();
  }

  override get isDrained(): boolean {
    return super.isDrained && this.#ahead.length === 0 && this.#queue.isEmpty && this.#video.isDrained;
  }

  receive(type: number, body: Uint8Array, now: number): void {
    const message = decodeDisplayClient(type, new Reader(body));
    switch (message.name) {
      case 'init':
        return this.#init(message.body);
      case 'preferredCompression':
        this.#preferred = preferredModes[message.body.compression] ?? this.#preferred;
        return;
      case 'preferredVideoCodec':
        return this.#video.prefer(message.body.codecs);
      case 'streamReport':
        if (message.body.streamId >= maxStreamIds) throw new ChannelError('display: a report on no stream');
        return this.#video.report(message.body, now);
      case 'glDrawDone':
        throw new ChannelError('display: glDrawDone without glDraw');
      default:
        return this.receiveBase(message);
    }
  }

  surfaceCreated(info: SurfaceInfo, image: boolean): void {
    this.#queue.surfaceCreated(info, image);
    this.host.outgoingReady();
  }

  surfaceDestroyed(surfaceId: number): void {
    this.#queue.surfaceDestroyed(surfaceId);
    this.host.outgoingReady();
  }

  surfacesDestroyed(): void {
    this.#queue.allDestroyed();
    this.#queue.push({ type: 'invalidatePalettes' });
    this.#queue.push({ type: 'destroyStreams' });
    this.host.outgoingReady();
  }

  primaryReady(tellMonitors: boolean): void {
    if (tellMonitors) this.monitorsChanged();
    this.#queue.push({ type: 'mark' });
    this.host.outgoingReady();
  }

  drawn(drawable: Drawable): void {
    this.#queue.drawn(drawable);
    this.host.outgoingReady();
  }

  acceptsVideo(frame: VideoFrame): boolean {
    return this.#video.accepts(frame);
  }

  videoFrame(frame: VideoFrame, now: number): void {
    this.#video.frame(frame, now);
    this.host.outgoingReady();
  }

  videoEnded(stream: VideoStream): void {
    this.#video.ended(stream);
    this.host.outgoingReady();
  }

  monitorsChanged(): void {
    const { heads, maxHeads } = this.#display;
    if (heads.length === 0 || !this.#abilities.has(displayCapabilities.monitorsConfig)) return;
    this.#queue.monitorsConfig(maxHeads, heads);
    this.host.outgoingReady();
  }

  imagesReset(): void {
    this.#queue.push({ type: 'invalidatePixmaps' });
    this.host.outgoingReady();
  }

  override timePasses(now: number): void {
    this.#now = now;
    this.#queue.catchUp(now);
  }

  protected override fill(budget: number, now: number, pendingBytes: number): void {
    while (this.outbox.length < budget && this.acks.isOpen) {
      if (this.#video.next(now, pendingBytes + this.outbox.length)) continue;
      this.#lookAhead();
      const next = this.#ahead[0];
      if (next === undefined) return this.#refine(now);
      if (next.encoding) return;
      this.#ahead.shift();
      this.#send(next.item);
    }
  }

  /** Sends without loss a part of what the client has had only roughly for a while, if it is time. */
  #refine(now: number): void {
    if (now < this.#refineFrom) return;
    const bytesPerMs = (this.#options.bitRate() ?? assumedBitRate) / 8000;
    const part = Math.min(maxRefinedBytes, Math.max(minRefinedBytes, bytesPerMs * refinedMs));
    const item = this.#queue.refinement(part);
    if (item === null) return;
    const before = this.outbox.length;
    this.#send(item);
    // Half of what the network takes is left to what comes in between.
    this.#refineFrom = now + Math.max(1, (2 * (this.outbox.length - before)) / bytesPerMs);
  }

  /** Takes the next item off the queue, and while its image is encoded elsewhere those behind it. */
  #lookAhead(): void {
    const ahead = this.#ahead;
    const { parallel } = this.#options.encoders;
    for (let encoding = count(ahead); ahead.length === 0 || (ahead[0].encoding && encoding < parallel); ) {
      if (ahead.length >= maxAhead) return;
      const next = this.#queue.next();
      if (next === null) return;
      const item: DisplayItem =
        next.type === 'draw' ? { ...next, drawable: this.#crop(next.drawable) } : next;
      const entry: Ahead = { item, encoding: false };
      entry.encoding = this.#prepare(item, () => {
        entry.encoding = false;
        this.host.outgoingReady();
      });
      if (entry.encoding) encoding++;
      ahead.push(entry);
    }
  }

  /** The command without pixels that are not seen, unless its image will be cached whole. */
  #crop(drawable: Drawable): Drawable {
    const { operation } = drawable;
    if (operation.type !== 'copy' || operation.source === null) return drawable;
    if (this.#images.isCacheable(operation.source)) return drawable;
    const { mask } = operation;
    const { box, source, sourceArea } = croppedCopy(drawable, operation.source, operation.sourceArea, mask);
    return { ...drawable, box, operation: { ...operation, source, sourceArea } };
  }

  /** Begins to encode an item's image; false: there is nothing to wait for. */
  #prepare(item: DisplayItem, ready: () => void): boolean {
    if (item.type === 'image') return this.#images.preparePixels(item.area, item.pixels, item.loss, ready);
    if (item.type !== 'draw' || item.drawable.operation.type !== 'copy') return false;
    const { source } = item.drawable.operation;
    return source !== null && this.#images.prepareImage(source, item.loss, ready);
  }

  #videoSender(): VideoSender {
    return new VideoSender(
      {
        send: (message, body) => this.send(message, body),
        abilities: this.#abilities,
        surface: () => {
          const primary = this.#display.canvas.surface(0);
          return primary !== undefined && canStream(primary.format) ? primary : undefined;
        },
        isShown: () => this.#queue.isShown && canStream(this.#display.primary?.format ?? 0),
        place: () => this.#queue.place,
        // What waits for its image has been taken off the queue.
        hasPassed: (place) => this.#queue.hasPassed(place) && this.#ahead.length === 0,
        takeOver: (areas) => this.#queue.takeOver(areas),
        giveBack: (areas) => this.#queue.giveBack(areas),
        ready: () => this.host.outgoingReady(),
      },
      this.#options.video,
    );
  }

  #packer(pixmaps: PixmapCache, glz: GlzEncoder | null): ImagePacker {
    return new ImagePacker({
      encoders: this.#options.encoders,
      pixmaps: pixmaps.open(this.id),
      lz4: this.#abilities.has(displayCapabilities.lz4Compression),
      palettes: !this.#abilities.isMinimal,
      glz,
      ownEncoding: () =>
        this.#display.clients <= maxOwnEncodings ||
        (this.#options.bitRate() ?? assumedBitRate) < assumedBitRate,
      jpeg: () => this.#options.jpeg() && !this.#abilities.isMinimal && !this.#options.local,
      zlibGlz: () => this.#mode() === 'auto' || this.#options.zlibGlz(),
      mode: () => this.#mode(),
    });
  }

  #sender(): DrawSender {
    return new DrawSender(
      this.#images,
      (message, body) => this.send(message, body),
      () => this.outbox.serial,
    );
  }

  #mode(): CompressionMode {
    // A UNIX socket is faster than any codec.
    return this.#options.local ? 'off' : (this.#preferred ?? this.#options.compression);
  }

  #init({ pixmapCacheId, pixmapCacheSize, glzDictionaryId, glzWindowSize }: DisplayClientInit): void {
    if (this.#ready) throw new ChannelError('display: a second INIT');
    const capacity = pixmapCacheSize < 0n ? 0n : pixmapCacheSize;
    this.#images = this.#packer(
      this.#options.pixmaps(pixmapCacheId, Number(capacity < maxCachePixels ? capacity : maxCachePixels)),
      this.#options.dictionary(glzDictionaryId, glzWindowSize),
    );
    this.#drawing = this.#sender();
    this.#ready = true;
    this.#initBy = null;
    this.#display.addListener(this);
    this.#queue.push({ type: 'invalidatePalettes' });
    const { primary } = this.#display;
    if (primary !== undefined) {
      this.#queue.surfaceCreated(primary, true);
      this.primaryReady(true);
    }
    this.host.outgoingReady();
  }

  #send(item: DisplayItem): void {
    switch (item.type) {
      case 'surfaceCreate': {
        const { surfaceId, width, height, format } = item;
        const flags = surfaceId === 0 ? primaryFlag : 0;
        return this.send(displayServer.surfaceCreate, { surfaceId, width, height, format, flags });
      }
      case 'surfaceDestroy':
        return this.send(displayServer.surfaceDestroy, { surfaceId: item.surfaceId });
      case 'draw':
        return this.#drawing.drawable(item.drawable, item.target, item.loss);
      case 'image':
        return this.#drawing.pixels(item.surfaceId, item.area, item.pixels, item.loss);
      case 'monitorsConfig':
        return this.send(displayServer.monitorsConfig, { maxAllowed: item.maxAllowed, heads: item.heads });
      case 'invalidatePalettes':
        this.#images.palettesInvalidated();
        return this.send(displayServer.invalAllPalettes, {});
      case 'invalidatePixmaps':
        // Not INVAL_ALL_PIXMAPS: the client's other displays have images in the same cache.
        return this.#drawing.drop(this.#images.forgetPixmaps());
      case 'destroyStreams':
        return this.send(displayServer.streamDestroyAll, {});
      case 'mark':
        return this.send(displayServer.mark, {});
    }
  }
}
