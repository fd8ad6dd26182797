import type { ModuleEntry } from '../module/definitions.js';
import type { QxlInterface, SpiceInterface } from './interfaces.js';
import type { MachineClock, PciDevice } from './machine.js';
import type { QxlWorker } from './qxl-worker.js';

export interface ReplayOptions {
  readonly worker: QxlWorker;
  /** `recorded`: by the recording's time stamps; `max`: as fast as the server takes commands. */
  readonly speed: 'recorded' | 'max';
  /** Starts again at the end, until the signal. */
  readonly loop: boolean;
  /** Waits after each command until the server has handled it and the clients' queues are empty. */
  readonly lockstep: boolean;
  readonly signal: AbortSignal;
  /** The first command is about to be given. */
  started(): void;
}
export interface ReplayResult {
  /** Ring commands given. */
  readonly commands: number;
  readonly seconds: number;
}

export interface QxlCardOptions {
  /** The machine's first display: of class 0x030000, it shows the machine's VGA until the guest's driver takes over. */
  readonly primary: boolean;
  /** Image of the VGA BIOS that firmware finds on a primary device, a power of two bytes; null: none. */
  readonly bios: Uint8Array | null;
  /** Is given what the guest's driver says and what goes wrong. */
  log(level: 'debug' | 'info' | 'warn', message: string): void;
}
/** A QXL device to plug in, and its display to offer to SPICE. */
export interface QxlCardDevice extends PciDevice {
  readonly display: QxlInterface;
  /** The server's end, while there is a server. */
  readonly worker: QxlWorker | null;
}

export interface QxlGuestOptions {
  readonly clock: MachineClock;
  /** As `QxlCardOptions.log`. */
  log(level: 'debug' | 'info' | 'warn', message: string): void;
}
export interface DemoGuestOptions extends QxlGuestOptions {
  /** What the guest's clock shows: milliseconds since 1970, in local time. */
  time(): number;
  /** 0 <= value < 1. */
  random(): number;
  /** The clipboard that its terminal pastes from with F10 and copies its last line to with F9; null: it has none. */
  readonly clipboard: GuestClipboard | null;
}
export interface GuestClipboard {
  /** Null: nobody offers text. */
  readText(): Promise<string | null>;
  offerText(text: string): void;
}
export interface TestCardOptions extends QxlGuestOptions {
  /** Shows a moving picture of 200x120 at the centre. */
  readonly video?: boolean;
  /** Is given every input as one line, and each second what is recorded. */
  print(line: string): void;
}
/** A guest that is a program here: no processor is emulated, only its QXL device. It runs from the start. */
export interface QxlGuestHandle {
  /** Its display and its input devices, to offer to SPICE. */
  readonly interfaces: readonly SpiceInterface[];
  /** The server's end of its display, while there is a server. */
  readonly worker: QxlWorker | null;
  stop(): void;
}

/** What the `qxl` module offers the emulator. */
export interface QxlModule extends ModuleEntry {
  /**
   * Plays one recording file to a worker. When the file is cut or damaged it gives what comes before, then
   * rejects with an error that has a `code` and the byte `offset`, and the `commands` given so far.
   */
  replay(file: string, options: ReplayOptions): Promise<ReplayResult>;
  createDevice(options: QxlCardOptions): QxlCardDevice;
  /** A desktop with windows, a clock, a terminal and a film, to look at. */
  createDemoGuest(options: DemoGuestOptions): QxlGuestHandle;
  /**
   * For testing clients: a fixed picture, 640x400 in four colours, of which keys flip the fourth; a tone of 1000 Hz; a
   * microphone.
   */
  createTestCardGuest(options: TestCardOptions): QxlGuestHandle;
}
