import type { VgaPicture } from '../contracts/machine.js';
import type { QxlCommand, Rect } from '../contracts/qxl-commands.js';
import type { QxlWorker } from '../contracts/qxl-worker.js';
import { findChanges } from './dirty-strips.js';

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

export interface MirrorUpdate {
  /** Copies that the server has been given. */
  readonly sent: number;
  /** False: the server's ring was full, and something still differs. */
  readonly complete: boolean;
}

/**
 * A plain frame buffer as a server's primary surface. What the server has is mirrored, and only what differs is sent,
 * as copies of 32-bit pixels without cache flags; a picture of another size makes a new primary surface.
 */
export class PrimaryMirror {
  /** What the server shows; null: it has no primary surface. */
  #mirror: { readonly width: number; readonly height: number; readonly pixels: Uint32Array } | null = null;
  #imageId = 0n;

  /** A new server: it has nothing yet. */
  reset(): void {
    this.#mirror = null;
  }

  /**
   * Brings the server up to date with a picture of at least one pixel. `mmTime` is the drawing time of the copies, in
   * ms. `area` is where differences are looked for; null: everywhere. A new primary surface is always filled whole.
   */
  update(worker: QxlWorker, picture: VgaPicture, mmTime: number, area: Rect | null = null): MirrorUpdate {
    const shown = this.#mirror;
    if (!this.#fitPrimary(worker, picture)) return { sent: 0, complete: false };
    const mirror = this.#mirror;
    if (mirror === null) return { sent: 0, complete: false };
    const whole = { top: 0, left: 0, bottom: mirror.height, right: mirror.width };
    const { bytes } = picture;
    const screen = {
      pixels: new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2),
      stride: picture.stride / 4,
    };
    const changes = findChanges(
      screen,
      { pixels: mirror.pixels, stride: mirror.width },
      area === null || mirror !== shown ? whole : area,
    );
    let sent = 0;
    for (const rect of changes) {
      if (!worker.submit(this.#copy(screen.pixels, screen.stride, rect, mmTime))) break;
      // Only what was taken is mirrored: the rest still differs next time.
      copyRect(screen.pixels, screen.stride, rect, mirror.pixels, mirror.width);
      sent++;
    }
    return { sent, complete: sent === changes.length };
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

  #copy(screen: Uint32Array, stride: number, rect: Rect, mmTime: number): QxlCommand {
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
        mmTime: Math.floor(mmTime) >>> 0,
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
}
