import type { ClientMonitor, QxlInterface } from '../contracts/interfaces.js';
import type { QxlCommand, Rect } from '../contracts/qxl-commands.js';
import type { QxlWorker } from '../contracts/qxl-worker.js';
import { PrimaryMirror } from './primary-mirror.js';

/** Pixels of one side of a picture. */
export const maxPictureSide = 16_384;
/** Changed areas that are remembered apart; more are taken as the one rectangle around all of them. */
const maxDamage = 32;
const alphaCursor = 0 as const;

/** Pixels of a rectangle: B G R X, rows of `stride` bytes; read during the call only. */
export interface PixelUpdate {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly bytes: Uint8Array;
}
/** A pointer's shape: B G R A with straight alpha, rows of 4 * width bytes. */
export interface PointerShape {
  readonly width: number;
  readonly height: number;
  readonly hotX: number;
  readonly hotY: number;
  readonly bytes: Uint8Array;
}

export interface PixelDisplayOptions {
  readonly name: string;
  /** The number of the display and cursor channel, 0..255. */
  readonly channelId: number;
  /** ms from any origin, monotonic. */
  readonly now: () => number;
  /** As `QxlInterface.setClientMonitors`; left out: clients' wishes are not taken. */
  readonly clientMonitors?: (monitors: readonly ClientMonitor[]) => void;
  /** As `QxlInterface.setClients`. */
  readonly clients?: (present: boolean) => void;
}

interface Screen {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

const unite = (a: Rect, b: Rect): Rect => ({
  top: Math.min(a.top, b.top),
  left: Math.min(a.left, b.left),
  bottom: Math.max(a.bottom, b.bottom),
  right: Math.max(a.right, b.right),
});

const contains = (a: Rect, b: Rect): boolean =>
  a.top <= b.top && a.left <= b.left && a.bottom >= b.bottom && a.right >= b.right;

/** SPICE wants colours multiplied by alpha. */
function premultiply(straight: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(straight.length);
  for (let at = 0; at < straight.length; at += 4) {
    const alpha = straight[at + 3];
    for (let part = 0; part < 3; part++) pixels[at + part] = Math.round((straight[at + part] * alpha) / 255);
    pixels[at + 3] = alpha;
  }
  return pixels;
}

/**
 * A display that is given pixels. The newest picture is kept here: while the server is busy with a batch, updates only
 * change it, so a slow server drops frames and never makes whoever draws wait. What did not change is not sent.
 */
export class PixelDisplay implements QxlInterface {
  readonly kind = 'qxl';
  readonly name: string;
  readonly channelId: number;
  readonly #options: PixelDisplayOptions;
  readonly #mirror = new PrimaryMirror();
  #screen: Screen | null = null;
  /** Where something may differ from what the server has. */
  #damage: Rect[] = [];
  #worker: QxlWorker | null = null;
  /** The server draws a batch, or its ring is full: it is asked again afterwards. */
  #busy = false;
  #shape: PointerShape | null = null;
  #pointer = { x: 0, y: 0, visible: true };
  /** What the server has still to be told of the pointer. */
  #pointerNews: 'nothing' | 'position' | 'shape' = 'nothing';
  #shownWaiters: (() => void)[] = [];

  constructor(options: PixelDisplayOptions) {
    this.#options = options;
    this.name = options.name;
    this.channelId = options.channelId;
  }

  /** The server's end while there is one. */
  get worker(): QxlWorker | null {
    return this.#worker;
  }

  /** Pixels; null: there is no picture yet. */
  get size(): { readonly width: number; readonly height: number } | null {
    return this.#screen;
  }

  setClients(present: boolean): void {
    this.#options.clients?.(present);
  }

  setClientMonitors(monitors: readonly ClientMonitor[]): void {
    this.#options.clientMonitors?.(monitors);
  }

  attached(worker: QxlWorker): void {
    this.#worker = worker;
    this.#mirror.reset();
    this.#busy = false;
    this.#damageAll();
    if (this.#shape !== null) this.#pointerNews = 'shape';
    if (this.#options.clientMonitors !== undefined) worker.takesClientMonitors(true);
    this.#send();
  }

  detached(): void {
    this.#worker = null;
    this.#settled();
  }

  /** Changes the size, 1..16384 each; another one is not heeded. What was there stays where it still fits. */
  resize(width: number, height: number): void {
    const before = this.#screen;
    if (width < 1 || height < 1 || width > maxPictureSide || height > maxPictureSide) return;
    if (before?.width === width && before.height === height) return;
    this.#screen = { width, height, pixels: new Uint8Array(width * height * 4) };
    if (before !== null) {
      const rowBytes = Math.min(width, before.width) * 4;
      for (let y = 0; y < Math.min(height, before.height); y++) {
        const from = y * before.width * 4;
        this.#screen.pixels.set(before.pixels.subarray(from, from + rowBytes), y * width * 4);
      }
    }
    this.#damageAll();
    this.#send();
  }

  /** Draws a rectangle; one that is not within the picture is not heeded. */
  update({ x, y, width, height, stride, bytes }: PixelUpdate): void {
    const screen = this.#screen;
    const right = x + width;
    const bottom = y + height;
    if (screen === null || right > screen.width || bottom > screen.height) return;
    const row = width * 4;
    if (row === stride && width === screen.width) {
      screen.pixels.set(bytes.subarray(0, row * height), y * row);
    } else {
      for (let line = 0; line < height; line++) {
        const from = line * stride;
        screen.pixels.set(bytes.subarray(from, from + row), ((y + line) * screen.width + x) * 4);
      }
    }
    this.#damaged({ top: y, left: x, bottom, right });
    this.#send();
  }

  pointerShape(shape: PointerShape): void {
    this.#shape = { ...shape, bytes: premultiply(shape.bytes) };
    this.#pointerNews = 'shape';
    this.#send();
  }

  pointerMoved(x: number, y: number, visible: boolean): void {
    const before = this.#pointer;
    this.#pointer = { x, y, visible };
    if (this.#shape === null) return;
    // Showing it again takes the shape.
    if (visible && !before.visible) this.#pointerNews = 'shape';
    else if (this.#pointerNews === 'nothing') this.#pointerNews = 'position';
    this.#send();
  }

  /** Resolves when the server shows everything that was drawn so far, or is gone. */
  shown(): Promise<void> {
    if (this.#worker === null || !this.#busy) return Promise.resolve();
    return new Promise((resolve) => this.#shownWaiters.push(resolve));
  }

  #damageAll(): void {
    const screen = this.#screen;
    if (screen !== null) this.#damage = [{ top: 0, left: 0, bottom: screen.height, right: screen.width }];
  }

  #damaged(area: Rect): void {
    if (this.#damage.some((known) => contains(known, area))) return;
    const rest = this.#damage.filter((known) => !contains(area, known));
    this.#damage = rest.length < maxDamage ? [...rest, area] : [rest.reduce(unite, area)];
  }

  #settled(): void {
    for (const resolve of this.#shownWaiters.splice(0)) resolve();
  }

  /** Gives the server what it lacks, unless it is busy; then it is asked again when it is done. */
  #send(): void {
    const worker = this.#worker;
    if (worker === null || this.#busy) return;
    const sent = this.#sendPicture(worker);
    const complete = this.#damage.length === 0 && (this.#screen === null || this.#sendPointer(worker));
    if (sent > 0) this.#await(worker, worker.flush('handled'));
    else if (!complete) this.#await(worker, worker.space());
    else {
      worker.kick();
      this.#settled();
    }
  }

  /** @returns the copies that the server was given; what it has not taken stays damaged. */
  #sendPicture(worker: QxlWorker): number {
    const screen = this.#screen;
    if (screen === null) return 0;
    const picture = { ...screen, stride: screen.width * 4, bytes: screen.pixels };
    let total = 0;
    for (let area = this.#damage[0]; area !== undefined; area = this.#damage[0]) {
      const { sent, complete } = this.#mirror.update(worker, picture, this.#options.now(), area);
      total += sent;
      if (!complete) break;
      this.#damage.shift();
    }
    return total;
  }

  /** False: the ring is full. */
  #sendPointer(worker: QxlWorker): boolean {
    const command = this.#pointerCommand();
    if (command !== null && !worker.submit(command)) return false;
    this.#pointerNews = 'nothing';
    return true;
  }

  #pointerCommand(): QxlCommand | null {
    const { x, y, visible } = this.#pointer;
    if (this.#pointerNews === 'nothing' || this.#shape === null) return null;
    if (!visible) return { type: 'cursorHide' };
    if (this.#pointerNews === 'position') return { type: 'cursorMove', position: { x, y } };
    const { width, height, hotX, hotY, bytes } = this.#shape;
    const hotSpot = { hotSpotX: hotX, hotSpotY: hotY };
    const shape = { unique: 0n, type: alphaCursor, width, height, ...hotSpot, data: bytes } as const;
    return { type: 'cursorSet', position: { x, y }, visible, shape };
  }

  #await(worker: QxlWorker, done: Promise<void>): void {
    this.#busy = true;
    const goOn = (): void => {
      if (this.#worker !== worker) return;
      this.#busy = false;
      this.#send();
    };
    done.then(goOn, goOn);
  }
}
