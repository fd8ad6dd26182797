import type { Bitmap, MachineClock, QxlCommand, Rect, VgaAdapter, VgaPicture } from '@lazyspice/core';
import type { ServerLink } from './server-link.js';

/** Milliseconds between two looks at the picture while it changes, and when it has not for a while. */
const activePeriod = 30;
const idlePeriod = 300;
/** Looks without a change after which it counts as idle. */
const idleAfter = 30;
/** Pixels of a strip: changes are found per strip, so that a small one does not send whole rows. */
const stripWidth = 32;
const bytesPerPixel = 4;

/**
 * VGA mode (§9.2): shows the machine's VGA picture, by comparing it with what was shown before. Its commands do not
 * come from the guest.
 */
export class PlainDisplay {
  readonly #vga: VgaAdapter | null;
  readonly #clock: MachineClock;
  readonly #link: ServerLink;
  #mirror: { readonly width: number; readonly height: number; readonly bytes: Uint8Array } | null = null;
  #cancel: (() => void) | null = null;
  #running = false;
  #shown = false;
  #quiet = 0;
  #nextImage = 1n;

  constructor(vga: VgaAdapter | null, clock: MachineClock, link: ServerLink) {
    this.#vga = vga;
    this.#clock = clock;
    this.#link = link;
  }

  /** Shows the picture from now on. */
  enter(): void {
    this.#shown = true;
    this.#link.send({ type: 'driverUnload' });
    this.#mirror = null;
    this.#schedule(0);
  }

  /** The picture is not shown any more; its surface is gone. */
  leave(): void {
    if (!this.#shown) return;
    this.#shown = false;
    this.#stop();
    if (this.#mirror !== null) this.#link.send({ type: 'primaryDestroy' });
    this.#mirror = null;
  }

  setRunning(running: boolean): void {
    this.#running = running;
    if (running) this.#schedule(0);
    else this.#stop();
  }

  /** Tells a server that knows nothing. */
  recreate(): void {
    this.#mirror = null;
    this.#schedule(0);
  }

  #schedule(delay: number): void {
    this.#stop();
    if (this.#shown && this.#running && this.#vga !== null)
      this.#cancel = this.#clock.after(delay, () => this.#look());
  }

  #stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #look(): void {
    this.#cancel = null;
    // Pictures do not queue up: the next look finds what is newest.
    const picture = this.#link.clear ? (this.#vga?.picture() ?? null) : null;
    const changed = picture !== null && this.#show(picture);
    this.#quiet = changed ? 0 : this.#quiet + 1;
    this.#link.kick();
    this.#schedule(this.#quiet < idleAfter ? activePeriod : idlePeriod);
  }

  #show(picture: VgaPicture): boolean {
    const { width, height } = picture;
    let mirror = this.#mirror;
    if (mirror === null || mirror.width !== width || mirror.height !== height) {
      if (mirror !== null) this.#link.send({ type: 'primaryDestroy' });
      mirror = { width, height, bytes: new Uint8Array(width * height * bytesPerPixel) };
      this.#mirror = mirror;
      const shape = { format: 32, width, height, stride: width * bytesPerPixel } as const;
      this.#link.send({ type: 'primaryCreate', ...shape, mouseAllowed: true, data: null });
    }
    const areas = changedAreas(picture, mirror.bytes);
    for (const area of areas) this.#link.send(this.#copyOf(mirror, area));
    return areas.length > 0;
  }

  #copyOf(mirror: { width: number; bytes: Uint8Array }, area: Rect): QxlCommand {
    const [width, height] = [area.right - area.left, area.bottom - area.top];
    const stride = width * bytesPerPixel;
    const data = new Uint8Array(stride * height);
    for (let y = 0; y < height; y++) {
      const at = ((area.top + y) * mirror.width + area.left) * bytesPerPixel;
      data.set(mirror.bytes.subarray(at, at + stride), y * stride);
    }
    return copyCommand(area, (this.#nextImage++ << 32n) | 1n, {
      type: 'bitmap',
      format: 8,
      topDown: true,
      unstable: false,
      width,
      height,
      stride,
      palette: null,
      data,
    });
  }
}

function copyCommand(box: Rect, id: bigint, bitmap: Bitmap): QxlCommand {
  const { width, height } = bitmap;
  return {
    type: 'draw',
    drawable: {
      surfaceId: 0,
      box,
      clip: null,
      effect: 1,
      mmTime: 0,
      selfBitmapArea: null,
      dependencies: [],
      operation: {
        type: 'copy',
        source: { id, flags: 0, width, height, content: bitmap },
        sourceArea: { top: 0, left: 0, bottom: height, right: width },
        rop: 8,
        scaleMode: 0,
        mask: { flags: 0, position: { x: 0, y: 0 }, image: null },
      },
    },
  };
}

/** Where the picture differs from the mirror, which becomes like it: runs of rows in strips, neighbours joined. */
export function changedAreas(picture: VgaPicture, mirror: Uint8Array): Rect[] {
  const { width, height, stride, bytes } = picture;
  const areas: Rect[] = [];
  for (let left = 0; left < width; left += stripWidth) {
    const right = Math.min(left + stripWidth, width);
    const length = (right - left) * bytesPerPixel;
    let top = -1;
    for (let y = 0; y <= height; y++) {
      const at = y * stride + left * bytesPerPixel;
      const to = (y * width + left) * bytesPerPixel;
      const same = y === height || !copyIfDifferent(bytes, at, mirror, to, length);
      if (!same && top < 0) top = y;
      if (!same || top < 0) continue;
      join(areas, { top, left, bottom: y, right });
      top = -1;
    }
  }
  return areas;
}

function copyIfDifferent(
  from: Uint8Array,
  at: number,
  to: Uint8Array,
  toAt: number,
  length: number,
): boolean {
  for (let index = 0; index < length; index++) {
    if (from[at + index] !== to[toAt + index]) {
      to.set(from.subarray(at, at + length), toAt);
      return true;
    }
  }
  return false;
}

function join(areas: Rect[], area: Rect): void {
  const index = areas.findIndex(
    (a) => a.right === area.left && a.top === area.top && a.bottom === area.bottom,
  );
  if (index < 0) areas.push(area);
  else areas[index] = { ...areas[index], right: area.right };
}
