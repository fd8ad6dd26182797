/**
 * What a machine offers the SPICE server, one interface for each virtual device. An instance's methods are
 * what the server calls; `attached` gives the instance the other direction. A module may be loaded after an
 * interface was added, crash and be loaded again: `attached` is then called anew, with a new endpoint, and the
 * device must bring the server up to date (a QXL device creates its primary surface again and redraws).
 * All arguments are plain data: between instance and server there may be a thread border.
 */
import type { QxlWorker } from './qxl-worker.js';

/** Keyboard lock lights: scroll 1, num 2, caps 4. */
export type LedMask = number;
/** Pointer buttons as devices see them: left 1, right 2, middle 4, side 0x40, extra 0x80. */
export type DeviceButtons = number;

interface Attachable<Endpoint> {
  readonly name: string;
  /** The server takes the interface into use. */
  attached?(server: Endpoint): void;
  /** The server is gone or the interface was removed; the endpoint is dead. */
  detached?(): void;
}

export interface KeyboardServer {
  /** Tells the clients the guest's lock lights. */
  setLeds(leds: LedMask): void;
}
export interface KeyboardInterface extends Attachable<KeyboardServer> {
  readonly kind: 'keyboard';
  /** One byte of PC/XT set 1 scancodes, prefixes and release codes included. */
  scancode(byte: number): void;
}

export type PointerServer = Readonly<Record<string, never>>;
export interface MouseInterface extends Attachable<PointerServer> {
  readonly kind: 'mouse';
  /** Relative motion in pixels; `dz` -1 is the wheel up, 1 down. */
  motion(dx: number, dy: number, dz: number, buttons: DeviceButtons): void;
  buttons(buttons: DeviceButtons): void;
}
export interface TabletInterface extends Attachable<PointerServer> {
  readonly kind: 'tablet';
  /** The size, in pixels, that positions refer to. */
  setLogicalSize(width: number, height: number): void;
  position(x: number, y: number, buttons: DeviceButtons): void;
  wheel(dz: number, buttons: DeviceButtons): void;
  buttons(buttons: DeviceButtons): void;
}

export interface QxlInterface extends Attachable<QxlWorker> {
  readonly kind: 'qxl';
  /** The number of the display and cursor channel. */
  readonly channelId: number;
}

export type SpiceInterface = KeyboardInterface | MouseInterface | TabletInterface | QxlInterface;
export type InterfaceKind = SpiceInterface['kind'];

/** What adding an interface gives back. */
export interface InterfaceHandle {
  /** Takes the interface out of use and closes its channels; clients see them end. */
  remove(): Promise<void>;
}

/**
 * Which methods of each kind may cross a thread border, by direction. A module is not trusted to call
 * anything else on a device.
 */
export const interfaceMethods = {
  keyboard: { device: ['scancode'], server: ['setLeds'] },
  mouse: { device: ['motion', 'buttons'], server: [] },
  tablet: { device: ['setLogicalSize', 'position', 'wheel', 'buttons'], server: [] },
  qxl: { device: [], server: [] },
} as const satisfies Record<InterfaceKind, { device: readonly string[]; server: readonly string[] }>;
