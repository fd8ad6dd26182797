import type {
  MachineClock,
  QxlCommand,
  QxlInterface,
  QxlWorker,
  Rect,
  VgaAdapter,
  VgaPicture,
} from '@lazyspice/core';
import { findChanges } from './dirty-strips.js';

/** Milliseconds between looks at the adapter while the picture changes, and at most while it does not. */
const activePeriod = 30;
const idlePeriod = 240;

/** xRGB. */
const primaryFormat = 32;
const bitmapFormat32 = 8;
const copyRop = 8;

function copyRect(
  source: Uint32Array,
  sourceStride: number,
  rect: Rect,
  target: Uint32Array,
  stride: number,
): void {
  for (let y = rect.top; y < rect.bottom; y++) {
    const from = y * sourceStride;
    target.set(source.subarray(from + rect.left, from + rect.right), y * stride + rect.left);
  }
}

/** The pixels of a rectangle, rows of its width. */
function cut(source: Uint32Array, stride: number, rect: Rect): Uint32Array {
  const width = rect.right - rect.left;
  const pixels = new Uint32Array(width * (rect.bottom - rect.top));
  for (let y = rect.top; y < rect.bottom; y++) {
    const from = y * stride;
    pixels.set(source.subarray(from + rect.left, from + rect.right), (y - rect.top) * width);
  }
  return pixels;
}

/**
 * A display without a driver of its own: shows the picture of a VGA adapter. What the server has is mirrored, and
 * only what differs is sent, as copies of 32-bit pixels without cache flags. A new batch is built when the server
 * has handled the one before.
 */
export class FramebufferConsole implements QxlInterface {
  readonly kind = 'qxl';
  readonly name: string;
  readonly channelId: number;
  readonly #adapter: VgaAdapter;
  readonly #clock: MachineClock;
  #worker: QxlWorker | null = null;
  #cancel: (() => void) | null = null;
  /** What the server shows; null: it has no primary surface. */
  #mirror: { readonly width: number; readonly height: number; readonly pixels: Uint32Array } | null = null;
  #imageId = 0n;
  #busy = false;
  #period = activePeriod;

  constructor(adapter: VgaAdapter, clock: MachineClock, options: { name: string; channelId: number }) {
    this.#adapter = adapter;
    this.#clock = clock;
    this.name = options.name;
    this.channelId = options.channelId;
  }

  get worker(): QxlWorker | null {
    return this.#worker;
  }

  attached(worker: QxlWorker): void {
    this.detached();
    this.#worker = worker;
    this.#mirror = null;
    this.#busy = false;
    this.#period = activePeriod;
    this.#schedule(0);
  }

  detached(): void {
    this.#worker = null;
    this.#cancel?.();
    this.#cancel = null;
  }

  #schedule(delay: number): void {
    this.#cancel = this.#clock.after(delay, () => this.#tick());
  }

  #tick(): void {
    const worker = this.#worker;
    if (worker === null) return;
    if (!this.#busy) {
      const changed = this.#refresh(worker);
      this.#period = changed ? activePeriod : Math.min(idlePeriod, this.#period * 2);
    }
    this.#schedule(this.#period);
  }

  /** Sends what changed; true when there was anything. */
  #refresh(worker: QxlWorker): boolean {
    const picture = this.#adapter.picture();
    if (picture === null || picture.width === 0 || picture.height === 0) return false;
    if (!this.#fitPrimary(worker, picture)) return true;
    const mirror = this.#mirror;
    if (mirror === null) return true;
    const stride = picture.stride / 4;
    const { bytes } = picture;
    const screen = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
    const area = { top: 0, left: 0, bottom: mirror.height, right: mirror.width };
    const changes = findChanges(
      { pixels: screen, stride },
      { pixels: mirror.pixels, stride: mirror.width },
      area,
    );
    let sent = 0;
    for (const rect of changes) {
      if (!worker.submit(this.#copy(screen, stride, rect))) break;
      // Only what was taken is mirrored: the rest still differs next time.
      copyRect(screen, stride, rect, mirror.pixels, mirror.width);
      sent++;
    }
    if (sent > 0) this.#await(worker);
    return changes.length > 0;
  }

  /** False: the ring is full, try again. */
  #fitPrimary(worker: QxlWorker, { width, height }: VgaPicture): boolean {
    if (this.#mirror !== null) {
      if (this.#mirror.width === width && this.#mirror.height === height) return true;
      if (!worker.submit({ type: 'primaryDestroy' })) return false;
      this.#mirror = null;
    }
    const created = worker.submit({
      type: 'primaryCreate',
      format: primaryFormat,
      width,
      height,
      stride: width * 4,
      mouseAllowed: true,
      data: null,
    });
    if (created) {
      this.#mirror = { width, height, pixels: new Uint32Array(width * height) };
      worker.kick();
    }
    return created;
  }

  #copy(screen: Uint32Array, stride: number, rect: Rect): QxlCommand {
    const width = rect.right - rect.left;
    const height = rect.bottom - rect.top;
    const data = new Uint8Array(cut(screen, stride, rect).buffer);
    const content = {
      type: 'bitmap',
      format: bitmapFormat32,
      topDown: true,
      unstable: false,
      width,
      height,
      stride: width * 4,
      palette: null,
      data,
    } as const;
    return {
      type: 'draw',
      drawable: {
        surfaceId: 0,
        box: rect,
        clip: null,
        effect: 1,
        mmTime: Math.floor(this.#clock.now()) >>> 0,
        selfBitmapArea: null,
        dependencies: [],
        operation: {
          type: 'copy',
          // Group 1: images of the device.
          source: { id: (1n << 32n) | (this.#imageId++ & 0xffffffffn), flags: 0, width, height, content },
          sourceArea: { top: 0, left: 0, bottom: height, right: width },
          rop: copyRop,
          scaleMode: 0,
          mask: { flags: 0, position: { x: 0, y: 0 }, image: null },
        },
      },
    };
  }

  #await(worker: QxlWorker): void {
    this.#busy = true;
    const done = (): void => {
      if (this.#worker === worker) this.#busy = false;
    };
    worker.flush('handled').then(done, done);
  }
}
