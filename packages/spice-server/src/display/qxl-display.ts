import type {
  ClientMonitor,
  Drawable,
  FlushLevel,
  Head,
  QxlCommand,
  QxlInterface,
  QxlWorker,
  Rect,
  StreamingVideo,
  SurfacePixels,
} from '@lazyspice/core';
import { Canvas } from './canvas/canvas.js';
import { CanvasError } from './canvas/errors.js';
import { type CursorCommand, CursorState } from './cursor-state.js';
import { quicSourceDecoder } from './decode-quic.js';
import { intersectRects, isEmptyRect, rect, rectArea } from './geometry/rect.js';
import type { SurfaceInfo } from './queue/display-queue.js';
import { retainDrawable } from './queue/retain.js';
import { CopyReducer } from './reduce/copy-reducer.js';
import { StreamTracker, type VideoFrame, type VideoStream } from './streams/stream-tracker.js';

interface Listener {
  /** Telling it something failed; it will want to know no more. */
  failed(error: unknown): void;
}

/** Who wants to know what a QXL device does: the display channels of the clients. */
export interface DisplayListener extends Listener {
  /** What the client can take of what the guest wants to know: `QxlInterface.setClients`. */
  readonly guestCapabilities: number;
  surfaceCreated(info: SurfaceInfo, image: boolean): void;
  surfaceDestroyed(surfaceId: number): void;
  /** All surfaces are gone. */
  surfacesDestroyed(): void;
  /**
   * The primary is there. `tellMonitors`: the guest has not described its monitors itself; one that has will do it
   * again.
   */
  primaryReady(tellMonitors: boolean): void;
  drawn(drawable: Drawable): void;
  /** Whether a frame is wanted as `videoFrame`; otherwise it comes as `drawn`. */
  acceptsVideo(frame: VideoFrame): boolean;
  /** A frame of a moving picture has been drawn. `now`: ms. */
  videoFrame(frame: VideoFrame, now: number): void;
  /** The picture has come to rest, or is gone. */
  videoEnded(stream: VideoStream): void;
  monitorsChanged(): void;
  /** Image ids may stand for other images from now on. */
  imagesReset(): void;
}

/** Likewise the cursor channels. */
export interface CursorListener extends Listener {
  cursorChanged(command: CursorCommand): void;
  /** The primary was created: the pointer is described anew. */
  cursorInitialised(): void;
}

export interface QxlDisplayOptions {
  /** Clients place the pointer themselves at the moment. */
  clientMouseMode(): boolean;
  /** The primary came, went, or changed its size. */
  primaryChanged(): void;
  /** A command was refused; everything else goes on. */
  badCommand(message: string): void;
  /** Where moving pictures are told apart; default: nowhere. */
  readonly video?: {
    mode(): StreamingVideo;
    /** ms. */
    now(): number;
  };
  /** Resolves when what the clients were told so far has come as far as `level`. */
  flush(level: FlushLevel): Promise<void>;
  /** What the device wants to hear of the clients. */
  readonly device?: Pick<QxlInterface, 'setClients' | 'setClientMonitors'>;
}

const primaryId = 0;

/**
 * One QXL device on the server's side: its surfaces, rendered at once as commands come; its pointer, its
 * monitors; and who is told. Sans-IO.
 */
export class QxlDisplay implements QxlWorker {
  readonly canvas = new Canvas({ decodeQuic: quicSourceDecoder() });
  readonly cursor = new CursorState();
  readonly #options: QxlDisplayOptions;
  readonly #reducer = new CopyReducer();
  readonly #tracker: StreamTracker;
  readonly #listeners = new Set<DisplayListener>();
  readonly #cursorListeners = new Set<CursorListener>();
  #heads: readonly Head[] = [];
  #maxHeads = 1;
  /** The guest describes its monitors itself. */
  #guestMonitors = false;
  #mouseAllowed = false;
  #takesMonitors = false;

  constructor(options: QxlDisplayOptions) {
    this.#options = options;
    this.#tracker = new StreamTracker(() => options.video?.mode() ?? 'off');
  }

  /** When `endIdleVideo` wants to be called, ms; null: not. */
  get videoEndsAt(): number | null {
    return this.#tracker.nextEnd;
  }

  /** Ends the moving pictures that have come to rest. */
  endIdleVideo(now: number): void {
    for (const stream of this.#tracker.expire(now)) this.#tell((listener) => listener.videoEnded(stream));
  }

  get primary(): SurfaceInfo | undefined {
    return this.canvas.surface(primaryId);
  }

  /** The primary exists and the guest can place the pointer absolutely on it. */
  get mouseAllowed(): boolean {
    return this.primary !== undefined && this.#mouseAllowed;
  }

  /** The monitors that show something. */
  get heads(): readonly Head[] {
    return this.#heads;
  }

  get maxHeads(): number {
    return this.#maxHeads;
  }

  /** Clients that show it. */
  get clients(): number {
    return this.#listeners.size;
  }

  addListener(listener: DisplayListener): void {
    this.#listeners.add(listener);
    this.#clientsChanged();
  }

  removeListener(listener: DisplayListener): void {
    if (this.#listeners.delete(listener)) this.#clientsChanged();
  }

  addCursorListener(listener: CursorListener): void {
    this.#cursorListeners.add(listener);
  }

  removeCursorListener(listener: CursorListener): void {
    this.#cursorListeners.delete(listener);
  }

  /** As `QxlWorker.submit`. `owned`: the command's pixels are the server's to keep. */
  submit(command: QxlCommand, owned = false): boolean {
    try {
      this.#handle(command, owned);
    } catch (error) {
      if (!(error instanceof CanvasError)) throw error;
      this.#options.badCommand(`${command.type}: ${error.message}`);
    }
    return true;
  }

  kick(): void {}

  space(): Promise<void> {
    return Promise.resolve();
  }

  flush(level: FlushLevel): Promise<void> {
    return this.#options.flush(level);
  }

  spaceNow(): boolean {
    return true;
  }

  read(surfaceId: number, area: Rect | null): Promise<SurfacePixels | null> {
    return Promise.resolve(this.readNow(surfaceId, area));
  }

  readNow(surfaceId: number, area: Rect | null): SurfacePixels | null {
    const surface = this.canvas.surface(surfaceId);
    if (surface === undefined) return null;
    const whole = rect(0, 0, surface.width, surface.height);
    const part = area === null ? whole : intersectRects(area, whole);
    if (isEmptyRect(part)) return null;
    const { format, stride, bytes } = this.canvas.readRect(surfaceId, part);
    return { format, width: part.right - part.left, height: part.bottom - part.top, stride, bytes };
  }

  takesClientMonitors(takes: boolean): void {
    this.#takesMonitors = takes;
  }

  /** The guest's driver takes the monitors that clients want. */
  get takesMonitors(): boolean {
    return this.#takesMonitors;
  }

  /** Asks the guest for monitors; only when it takes them. */
  setClientMonitors(monitors: readonly ClientMonitor[]): void {
    this.#options.device?.setClientMonitors?.(monitors);
  }

  /** The device is gone: nothing is left to show. */
  close(): void {
    this.#destroyAll();
  }

  #handle(command: QxlCommand, owned: boolean): void {
    switch (command.type) {
      case 'draw':
        return this.#draw(command.drawable, owned);
      case 'surfaceCreate': {
        if (command.surfaceId === primaryId) throw new CanvasError('surface-id', 'surface 0 is the primary');
        const info = this.canvas.createSurface({ ...command, id: command.surfaceId });
        this.#tell((listener) => listener.surfaceCreated(info, command.data !== null));
        return;
      }
      case 'surfaceDestroy':
        if (command.surfaceId === primaryId) throw new CanvasError('surface-id', 'surface 0 is the primary');
        return this.#destroy(command.surfaceId);
      case 'primaryCreate':
        return this.#createPrimary(command);
      case 'primaryDestroy':
        return this.#destroy(primaryId);
      case 'surfacesDestroy':
        return this.#destroyAll();
      case 'cursorSet':
      case 'cursorMove':
      case 'cursorHide':
      case 'cursorTrail':
      case 'cursorReset':
        return this.#changeCursor(command);
      case 'monitorsConfig':
        this.#guestMonitors = true;
        this.#setMonitors(command.heads, command.maxAllowed);
        this.#tell((listener) => listener.monitorsChanged());
        return;
      case 'driverUnload':
        this.#guestMonitors = false;
        return;
      case 'imageCacheReset':
        this.#reducer.reset();
        this.#tell((listener) => listener.imagesReset());
        return;
    }
  }

  /** Tells the device which clients there are, and what all of them can: qxl-device §10.1. */
  #clientsChanged(): void {
    let common = -1;
    for (const { guestCapabilities } of this.#listeners) common &= guestCapabilities;
    const present = this.#listeners.size > 0;
    this.#options.device?.setClients?.(present, present ? common : 0);
  }

  #tell(what: (listener: DisplayListener) => void): void {
    for (const listener of this.#listeners) guarded(listener, what);
  }

  #tellCursor(what: (listener: CursorListener) => void): void {
    for (const listener of this.#cursorListeners) guarded(listener, what);
  }

  #changeCursor(command: CursorCommand): void {
    const told = this.cursor.apply(command, this.#options.clientMouseMode());
    if (told !== null) this.#tellCursor((listener) => listener.cursorChanged(told));
  }

  /** The pointer's shape goes with the primary that it was drawn for. */
  #primaryGone(): void {
    this.#changeCursor({ type: 'cursorReset' });
    this.#options.primaryChanged();
  }

  #draw(drawable: Drawable, owned: boolean): void {
    if (this.#listeners.size === 0) {
      this.canvas.draw(drawable);
      return;
    }
    const now = this.#options.video?.now() ?? 0;
    // Compared with what is there before it is drawn over.
    const surface = this.canvas.surface(drawable.surfaceId);
    if (surface !== undefined && this.#reducer.changesNothing(drawable, surface)) return;
    this.endIdleVideo(now);
    const frame = surface === undefined ? null : this.#tracker.match(drawable, surface, now);
    if (frame !== null && !this.#tracker.isSample(frame) && this.#allAccept(frame)) {
      this.canvas.draw(drawable);
      return this.#tell((listener) => listener.videoFrame(frame, now));
    }
    const kept = owned ? drawable : retainDrawable(drawable);
    const told = surface === undefined ? [kept] : this.#reducer.reduce(kept, surface);
    this.canvas.draw(kept);
    if (frame !== null) return this.#tellFrame(frame, told, now);
    this.#tell((listener) => {
      for (const part of told) listener.drawn(part);
    });
    this.#tracker.observe(kept, changedShare(kept, told), now);
  }

  #allAccept(frame: VideoFrame): boolean {
    for (const listener of this.#listeners) if (!listener.acceptsVideo(frame)) return false;
    return true;
  }

  /** Tells of a frame that not everybody may take as one. */
  #tellFrame(frame: VideoFrame, told: readonly Drawable[], now: number): void {
    const { stream } = frame;
    const isStill = this.#tracker.isSample(frame) && this.#tracker.changed(frame, changedShare(frame, told));
    this.#tell((listener) => {
      if (listener.acceptsVideo(frame)) listener.videoFrame(frame, now);
      else for (const part of told) listener.drawn(part);
      if (isStill) listener.videoEnded(stream);
    });
  }

  #createPrimary(command: Extract<QxlCommand, { type: 'primaryCreate' }>): void {
    if (this.canvas.surface(primaryId) !== undefined) this.#destroy(primaryId);
    const info = this.canvas.createSurface({ ...command, id: primaryId });
    this.#mouseAllowed = command.mouseAllowed;
    const { width, height } = info;
    const whole: Head = { id: 0, surfaceId: primaryId, width, height, x: 0, y: 0, flags: 0 };
    this.#setMonitors([whole], this.#maxHeads);
    this.#options.primaryChanged();
    this.#tell((listener) => {
      listener.surfaceCreated(info, command.data !== null);
      listener.primaryReady(!this.#guestMonitors);
    });
    this.#tellCursor((listener) => listener.cursorInitialised());
  }

  #setMonitors(heads: readonly Head[], maxAllowed: number): void {
    this.#heads = heads.filter((head) => head.width > 0 && head.height > 0);
    this.#maxHeads = Math.max(1, maxAllowed, this.#heads.length);
  }

  #endVideo(): void {
    for (const stream of this.#tracker.reset()) this.#tell((listener) => listener.videoEnded(stream));
  }

  #destroy(surfaceId: number): void {
    this.canvas.destroySurface(surfaceId);
    if (surfaceId === primaryId) this.#endVideo();
    this.#tell((listener) => listener.surfaceDestroyed(surfaceId));
    if (surfaceId === primaryId) this.#primaryGone();
  }

  #destroyAll(): void {
    const hadPrimary = this.primary !== undefined;
    this.canvas.destroyAll();
    this.#endVideo();
    this.#tell((listener) => listener.surfacesDestroyed());
    if (hadPrimary) this.#primaryGone();
  }
}

/** How much of a command's box the commands that it came to make new. */
function changedShare({ box }: { readonly box: Rect }, told: readonly Drawable[]): number {
  let area = 0;
  for (const { operation, box: part } of told) if (operation.type !== 'copyBits') area += rectArea(part);
  return area / Math.max(1, rectArea(box));
}

/** A fault in telling one listener is that listener's end; the device and the others go on. */
function guarded<L extends Listener>(listener: L, tell: (listener: L) => void): void {
  try {
    tell(listener);
  } catch (error) {
    listener.failed(error);
  }
}
