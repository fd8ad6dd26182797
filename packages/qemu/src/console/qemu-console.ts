import type { MachineClock, QxlCommand, QxlInterface, QxlWorker, Rect } from '@lazyspice/core';
import { PrimaryMirror } from '@lazyspice/core/console';
import type { ConsoleSink, PixelUpdate, PointerShape } from '../display/display-link.js';

/** Pixels of one side. */
const maxSide = 16_384;
/** ms until a full ring is tried again. */
const retryDelay = 15;
const alphaCursor = 0 as const;

interface Screen {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

const unite = (a: Rect | null, b: Rect): Rect =>
  a === null
    ? b
    : {
        top: Math.min(a.top, b.top),
        left: Math.min(a.left, b.left),
        bottom: Math.max(a.bottom, b.bottom),
        right: Math.max(a.right, b.right),
      };

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
 * One console of QEMU as a display of SPICE. The newest picture is kept here: while the server is busy with a batch,
 * updates only change it, so a slow server drops frames and never makes QEMU wait.
 */
export class QemuConsole implements QxlInterface, ConsoleSink {
  readonly kind = 'qxl';
  readonly name: string;
  readonly channelId: number;
  readonly #clock: MachineClock;
  readonly #mirror = new PrimaryMirror();
  #screen: Screen | null = null;
  /** Where something may differ from what the server has. */
  #damage: Rect | null = null;
  #worker: QxlWorker | null = null;
  #busy = false;
  #cancel: (() => void) | null = null;
  #shape: PointerShape | null = null;
  #pointer = { x: 0, y: 0, visible: true };
  /** What the server has still to be told of the pointer. */
  #pointerNews: 'nothing' | 'position' | 'shape' = 'nothing';

  constructor(channelId: number, clock: MachineClock) {
    this.channelId = channelId;
    this.name = `qemu-console-${channelId}`;
    this.#clock = clock;
  }

  get worker(): QxlWorker | null {
    return this.#worker;
  }

  attached(worker: QxlWorker): void {
    this.detached();
    this.#worker = worker;
    this.#mirror.reset();
    this.#busy = false;
    this.#damage = this.#whole();
    if (this.#shape !== null) this.#pointerNews = 'shape';
    this.#send();
  }

  detached(): void {
    this.#worker = null;
    this.#cancel?.();
    this.#cancel = null;
  }

  resize(width: number, height: number): void {
    const before = this.#screen;
    if (width < 1 || height < 1 || width > maxSide || height > maxSide) return;
    if (before?.width === width && before.height === height) return;
    this.#screen = { width, height, pixels: new Uint8Array(width * height * 4) };
    // What was there stays where it still fits: some links announce the size after the first pixels.
    if (before !== null) {
      const rowBytes = Math.min(width, before.width) * 4;
      for (let y = 0; y < Math.min(height, before.height); y++) {
        const from = y * before.width * 4;
        this.#screen.pixels.set(before.pixels.subarray(from, from + rowBytes), y * width * 4);
      }
    }
    this.#damage = this.#whole();
    this.#send();
  }

  /** A rectangle beyond the picture makes it grow. */
  update({ x, y, width, height, stride, bytes }: PixelUpdate): void {
    const right = x + width;
    const bottom = y + height;
    const fits = this.#screen !== null && right <= this.#screen.width && bottom <= this.#screen.height;
    if (!fits)
      this.resize(Math.max(this.#screen?.width ?? 0, right), Math.max(this.#screen?.height ?? 0, bottom));
    const screen = this.#screen;
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
    this.#damage = unite(this.#damage, { top: y, left: x, bottom, right });
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

  #whole(): Rect | null {
    const screen = this.#screen;
    return screen === null ? null : { top: 0, left: 0, bottom: screen.height, right: screen.width };
  }

  /** Gives the server what it lacks, unless it is busy; then it is asked again when it is done. */
  #send(): void {
    const worker = this.#worker;
    if (worker === null || this.#busy || this.#cancel !== null) return;
    const screen = this.#screen;
    let sent = 0;
    let complete = true;
    if (screen !== null && this.#damage !== null) {
      const picture = { ...screen, stride: screen.width * 4, bytes: screen.pixels };
      ({ sent, complete } = this.#mirror.update(worker, picture, this.#clock.now(), this.#damage));
      if (complete) this.#damage = null;
    }
    const pointer = screen === null || this.#sendPointer(worker);
    if (sent > 0) this.#await(worker);
    else if (!complete || !pointer) this.#retry();
    else worker.kick();
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

  #await(worker: QxlWorker): void {
    this.#busy = true;
    const done = (): void => {
      if (this.#worker !== worker) return;
      this.#busy = false;
      if (this.#damage !== null || this.#pointerNews !== 'nothing') this.#send();
    };
    worker.flush('handled').then(done, done);
  }

  #retry(): void {
    this.#cancel = this.#clock.after(retryDelay, () => {
      this.#cancel = null;
      this.#send();
    });
  }
}
