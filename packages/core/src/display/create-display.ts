import { EventEmitter } from 'node:events';
import { maxPictureSide, PixelDisplay, type PointerShape } from '../console/pixel-display.js';
import { ScancodeDecoder } from '../console/scancodes.js';
import type {
  ClientMonitor,
  DeviceButtons,
  InterfaceHandle,
  KeyboardServer,
  LedMask,
  MouseInterface,
  SpiceInterface,
  TabletInterface,
} from '../contracts/interfaces.js';
import type { Rect } from '../contracts/qxl-commands.js';
import { DisplayError } from './display-error.js';

/** The order of a pixel's four bytes in memory; the fourth is not looked at. `rgbx` is what ImageData has. */
export type PixelFormat = 'bgrx' | 'rgbx';

export interface DisplayOptions {
  /** Pixels, 1..16384. */
  readonly width: number;
  readonly height: number;
  /** Of the devices, in messages. Default 'display'. */
  readonly name?: string;
  /** The number of the display among several, 0..255; each has its own. Default 0. */
  readonly channelId?: number;
  /** Of `update` and `setCursor`. Default 'bgrx'. */
  readonly pixelFormat?: PixelFormat;
  /** A keyboard belongs to it. Default true. */
  readonly keyboard?: boolean;
  /**
   * What clients point with: `absolute`, the default, are positions in the picture and needs this to be the only
   * display; `relative` are motions.
   */
  readonly pointer?: 'absolute' | 'relative' | 'none';
  /** Clients may ask for other sizes, with the event `monitors`, if all displays take that. Default false: they scale the picture. */
  readonly takesMonitors?: boolean;
}

export interface DisplayEvents {
  /** `code`: the key's PC/XT set 1 code, 0x80 added behind an 0xe0 prefix; Pause is 0xc6. */
  key: [key: { readonly code: number; readonly down: boolean }];
  /** Pixels of the picture. */
  pointer: [pointer: { readonly x: number; readonly y: number; readonly buttons: DeviceButtons }];
  /** Pixels, of a relative pointer. */
  motion: [motion: { readonly dx: number; readonly dy: number; readonly buttons: DeviceButtons }];
  /** One step: -1 up, 1 down. */
  wheel: [wheel: { readonly dy: number; readonly buttons: DeviceButtons }];
  /** Monitors that a client wants, the n-th for display n; at most 256. */
  monitors: [monitors: readonly ClientMonitor[]];
  /** Whether anybody looks. */
  clients: [present: boolean];
}

/** A pointer's shape, with straight alpha as the fourth byte of each pixel. */
export interface CursorPicture {
  /** Pixels, 1..512. */
  readonly width: number;
  readonly height: number;
  /** The pixel that points. */
  readonly hotX: number;
  readonly hotY: number;
  /** 4 * width * height bytes, in the display's format. */
  readonly pixels: Uint8Array | Uint8ClampedArray;
}
const maxCursorSide = 512;

/** What a display is added to: a `Spice`, or its table. */
interface DeviceTaker {
  addInterface(instance: SpiceInterface): Promise<InterfaceHandle>;
}

function checkSize(width: number, height: number, limit: number): void {
  for (const side of [width, height]) {
    if (!Number.isInteger(side) || side < 1 || side > limit) {
      throw new DisplayError('ERR_DISPLAY_SIZE', `${width}x${height}: a side is 1 to ${limit} pixels`);
    }
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint8Array | Uint8ClampedArray): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Copies pixels with red and blue in each other's place. */
function swapped(bytes: Uint8Array): Uint8Array {
  const result = bytes.slice();
  for (let at = 0; at + 3 < result.length; at += 4) {
    result[at] = bytes[at + 2];
    result[at + 2] = bytes[at];
  }
  return result;
}

/** A picture that its owner draws, with the keys and the pointer of those who look at it. */
export class Display extends EventEmitter<DisplayEvents> {
  /** The devices it is made of, for those who offer them one by one. */
  readonly interfaces: readonly SpiceInterface[];
  readonly #pixels: PixelDisplay;
  readonly #format: PixelFormat;
  readonly #keys = new ScancodeDecoder();
  #keyboard: KeyboardServer | null = null;
  #leds: LedMask = 0;
  /** Where clients point, and where the pointer is shown. */
  #position = { x: 0, y: 0 };
  #cursor = { x: 0, y: 0 };
  #handles: InterfaceHandle[] = [];

  /** @throws DisplayError */
  constructor(options: DisplayOptions) {
    super();
    const { width, height, name = 'display', channelId = 0, keyboard = true, pointer = 'absolute' } = options;
    checkSize(width, height, maxPictureSide);
    if (!Number.isInteger(channelId) || channelId < 0 || channelId > 255) {
      throw new DisplayError('ERR_DISPLAY_SIZE', `channel ${channelId}: there are 0 to 255`);
    }
    this.#format = options.pixelFormat ?? 'bgrx';
    this.#pixels = new PixelDisplay({
      name,
      channelId,
      now: () => performance.now(),
      clients: (present) => this.emit('clients', present),
      ...(options.takesMonitors && {
        clientMonitors: (monitors: readonly ClientMonitor[]) => this.emit('monitors', monitors),
      }),
    });
    this.#pixels.resize(width, height);
    const devices: SpiceInterface[] = [this.#pixels];
    if (keyboard) devices.push(this.#keyboardOf(name));
    if (pointer === 'absolute') devices.push(this.#tabletOf(name));
    if (pointer === 'relative') devices.push(this.#mouseOf(name));
    this.interfaces = devices;
  }

  get width(): number {
    return this.#pixels.size?.width ?? 0;
  }

  get height(): number {
    return this.#pixels.size?.height ?? 0;
  }

  /** Offers the display; clients show it at once, also those that are connected. */
  async attachTo(spice: DeviceTaker): Promise<void> {
    for (const device of this.interfaces) this.#handles.push(await spice.addInterface(device));
  }

  /** Takes it back; clients see it end. */
  async detach(): Promise<void> {
    for (const handle of this.#handles.splice(0)) await handle.remove();
  }

  /**
   * Shows the picture, or the part of it in `rects`. What lies outside of them is not read, what has not changed
   * inside is not sent. The pixels are copied: they may be drawn on again when this returns. It never waits: when
   * clients or the server are slow, pictures are left out.
   * @param pixels of the whole picture, the top row first.
   * @param rects null: everything.
   * @param stride bytes from row to row.
   * @throws DisplayError and shows nothing
   */
  update(
    pixels: Uint8Array | Uint8ClampedArray,
    rects: readonly Rect[] | null = null,
    stride = this.width * 4,
  ): void {
    const { width, height } = this;
    if (
      !Number.isInteger(stride) ||
      stride < width * 4 ||
      pixels.byteLength < stride * (height - 1) + width * 4
    ) {
      const wanted = `${width}x${height} pixels in rows of ${stride} bytes`;
      throw new DisplayError('ERR_DISPLAY_PIXELS', `${pixels.byteLength} bytes are not ${wanted}`);
    }
    const areas = rects ?? [{ top: 0, left: 0, bottom: height, right: width }];
    for (const area of areas) this.#checkArea(area);
    const bytes = bytesOf(pixels);
    for (const { top, left, bottom, right } of areas) {
      if (top === bottom || left === right) continue;
      const from = top * stride + left * 4;
      const part = bytes.subarray(from, (bottom - 1) * stride + right * 4);
      this.#pixels.update({
        x: left,
        y: top,
        width: right - left,
        height: bottom - top,
        stride,
        bytes: this.#format === 'rgbx' ? swapped(part) : part,
      });
    }
  }

  /**
   * Changes the size; what was there stays where it still fits, the rest is black.
   * @throws DisplayError
   */
  resize(width: number, height: number): void {
    checkSize(width, height, maxPictureSide);
    this.#pixels.resize(width, height);
  }

  /**
   * What clients point with; until then they show none.
   * @throws DisplayError
   */
  setCursor({ width, height, hotX, hotY, pixels }: CursorPicture): void {
    checkSize(width, height, maxCursorSide);
    if (pixels.byteLength !== width * height * 4) {
      throw new DisplayError(
        'ERR_DISPLAY_PIXELS',
        `${pixels.byteLength} bytes are not ${width}x${height} pixels`,
      );
    }
    const bytes = bytesOf(pixels);
    const shape: PointerShape = { width, height, hotX, hotY, bytes };
    this.#pixels.pointerShape(this.#format === 'rgbx' ? { ...shape, bytes: swapped(bytes) } : shape);
  }

  /** Where the pointer is, in pixels; clients with an absolute pointer know it by themselves. */
  moveCursor(x: number, y: number): void {
    this.#cursor = { x, y };
    this.#pixels.pointerMoved(x, y, true);
  }

  hideCursor(): void {
    this.#pixels.pointerMoved(this.#cursor.x, this.#cursor.y, false);
  }

  /** The keyboard's lights: scroll 1, num 2, caps 4. */
  setLeds(leds: LedMask): void {
    this.#leds = leds;
    this.#keyboard?.setLeds(leds);
  }

  /** Resolves when the server shows what was drawn so far, or there is none: the pace of one who draws all the time. */
  shown(): Promise<void> {
    return this.#pixels.shown();
  }

  #checkArea({ top, left, bottom, right }: Rect): void {
    const integers = [top, left, bottom, right].every(Number.isInteger);
    const fits = top >= 0 && left >= 0 && top <= bottom && left <= right;
    if (!integers || !fits || bottom > this.height || right > this.width) {
      const area = `top ${top}, left ${left}, bottom ${bottom}, right ${right}`;
      throw new DisplayError('ERR_DISPLAY_RECT', `${area}: not within ${this.width}x${this.height}`);
    }
  }

  #keyboardOf(name: string): SpiceInterface {
    return {
      kind: 'keyboard',
      name: `${name}-keyboard`,
      scancode: (byte) => {
        const key = this.#keys.push(byte);
        if (key !== null) this.emit('key', key);
      },
      attached: (server) => {
        this.#keyboard = server;
        server.setLeds(this.#leds);
      },
      detached: () => {
        this.#keyboard = null;
      },
    };
  }

  #tabletOf(name: string): TabletInterface {
    return {
      kind: 'tablet',
      name: `${name}-tablet`,
      // Positions are given in pixels of the picture, whose size is known here.
      setLogicalSize: () => {},
      position: (x, y, buttons) => {
        this.#position = { x, y };
        this.emit('pointer', { x, y, buttons });
      },
      wheel: (dy, buttons) => this.emit('wheel', { dy, buttons }),
      buttons: (buttons) => this.emit('pointer', { ...this.#position, buttons }),
    };
  }

  #mouseOf(name: string): MouseInterface {
    return {
      kind: 'mouse',
      name: `${name}-mouse`,
      motion: (dx, dy, dz, buttons) => {
        if (dz !== 0) this.emit('wheel', { dy: dz, buttons });
        if (dx !== 0 || dy !== 0 || dz === 0) this.emit('motion', { dx, dy, buttons });
      },
      buttons: (buttons) => this.emit('motion', { dx: 0, dy: 0, buttons }),
    };
  }
}

/**
 * A display for a program that has pixels and wants them seen: no QXL device, no driver.
 * @throws DisplayError
 */
export const createDisplay = (options: DisplayOptions): Display => new Display(options);
