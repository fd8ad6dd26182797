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

/** A monitor that a client wants, in pixels: place -2^31..2^31-1, extent 0..2^32-1; without extent it is off. */
export interface ClientMonitor {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
/** Monitors in one wish of a client. */
export const maxClientMonitors = 256;

export interface QxlInterface extends Attachable<QxlWorker> {
  readonly kind: 'qxl';
  /** The number of the display and cursor channel. */
  readonly channelId: number;
  /**
   * Asks the guest for these monitors, at most 256: the n-th is its n-th output's. Called only while the device has
   * said `QxlWorker.takesClientMonitors(true)`.
   */
  setClientMonitors?(monitors: readonly ClientMonitor[]): void;
  /**
   * Whether clients show this display, and what all of them can: bit n is display channel capability n, of
   * 0 sized streams, 1 monitors config, 2 composite, 3 A8 surfaces. Called at each change; without clients 0.
   */
  setClients?(present: boolean, capabilities: number): void;
}

/** What one sample is, little-endian. The zero of `u8` is 128; `f32` goes from -1 to 1. */
export type SampleFormat = 'u8' | 's16' | 's32' | 'f32';
/** Sound as a device has it; the samples of two channels are interleaved, left first. */
export interface SoundFormat {
  /** Hz, an integer in 8000..48000. */
  readonly frequency: number;
  readonly channels: 1 | 2;
  readonly sampleFormat: SampleFormat;
}

/** What both directions of sound have. Sound that is running goes on through both. */
interface SoundServer {
  /** The guest's volume: 0..65535 for each channel, 1..8 channels; clients apply it. Until then it is full. */
  setVolume(volumes: readonly number[]): void;
  setMute(muted: boolean): void;
}

/** Whole samples at the speed they are to be heard; what cannot be sent in time is dropped, not kept. */
export interface PlaybackServer extends SoundServer {
  /** The guest begins to play, or goes on in another format. A format out of range is reported, and nothing played. */
  start(format: SoundFormat): void;
  /**
   * Samples in the format of `start`. The buffer, of at most 1 MiB, is given away. Of more than 240 ms at once only the
   * last 240 are heard.
   */
  samples(buffer: ArrayBuffer): void;
  stop(): void;
}
/** A sound card's output. One is in use: the one that was added last. */
export interface PlaybackInterface extends Attachable<PlaybackServer> {
  readonly kind: 'playback';
}

/** Clients only record while the guest does. */
export interface RecordServer extends SoundServer {
  /** The guest begins to record, or goes on in another format; that is what `samples` are in. Reported as above. */
  start(format: SoundFormat): void;
  stop(): void;
}
/** A sound card's input. One is in use: the one that was added last. */
export interface RecordInterface extends Attachable<RecordServer> {
  readonly kind: 'record';
  /** A client's sound is coming. */
  start(): void;
  /**
   * 10 ms of sound, whole samples, at the pace they were recorded at. The buffer is the device's. Where nothing comes
   * in time there is silence.
   */
  samples(buffer: ArrayBuffer): void;
  /** No client's sound comes any more. */
  stop(): void;
}

/**
 * What a character device carries. `vdagent`: the guest agent's chunks, one device at most. `port`: a byte stream
 * that clients see under its name. `usbredir`: one redirected USB device. `webdav`: the folder that a client shares,
 * as the agent's mux. `smartcard`: VSC messages, their numbers big-endian. `stream`: a guest that encodes its own video.
 */
export const charDeviceTypes = ['vdagent', 'port', 'usbredir', 'webdav', 'smartcard', 'stream'] as const;
export type CharDeviceType = (typeof charDeviceTypes)[number];

/**
 * Bytes that each side of a character device may send before it is granted more. Both sides start with this at
 * `attached`; nothing else changes it but `grant`: it does not matter who has opened what.
 */
export const charDeviceWindow = 256 * 1024;

/** What the machine's end of a character device calls. */
export interface CharDeviceServer {
  /** The guest opened or closed its end. It starts closed; what is sent while it is closed is dropped. */
  setOpen(open: boolean): void;
  /**
   * Bytes from the guest. The array is handed over: the caller must not touch its buffer again. Sending more than
   * was granted is an error that takes the device out of use.
   */
  send(bytes: Uint8Array): void;
  /** The guest has taken so many of the bytes it was given with `receive`: as many more may come. */
  grant(bytes: number): void;
  /** The guest sent a break (serial lines). */
  sendBreak(): void;
}
/** A stream of bytes between the guest and the clients: display-pipeline §20. */
export interface CharDeviceInterface extends Attachable<CharDeviceServer> {
  readonly kind: 'chardev';
  readonly type: CharDeviceType;
  /** What clients know a `port` by, such as `org.qemu.console.serial.0`; null for other types. At most 1023 bytes. */
  readonly portName: string | null;
  /** A client opened its end, or the last one closed it. */
  clientOpened(open: boolean): void;
  /** Bytes for the guest, handed over. Never more than was granted, and only while the guest's end is open. */
  receive(bytes: Uint8Array): void;
  /** So many of the bytes given with `send` have been taken: as many more may be sent. */
  grant(bytes: number): void;
  /** A client sent a break. */
  receiveBreak(): void;
}

export type SpiceInterface =
  | KeyboardInterface
  | MouseInterface
  | TabletInterface
  | QxlInterface
  | PlaybackInterface
  | RecordInterface
  | CharDeviceInterface;
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
  qxl: { device: ['setClientMonitors', 'setClients'], server: ['takesClientMonitors'] },
  playback: { device: [], server: ['start', 'samples', 'stop', 'setVolume', 'setMute'] },
  record: { device: ['start', 'samples', 'stop'], server: ['start', 'stop', 'setVolume', 'setMute'] },
  chardev: {
    device: ['clientOpened', 'receive', 'grant', 'receiveBreak'],
    server: ['setOpen', 'send', 'grant', 'sendBreak'],
  },
} as const satisfies Record<InterfaceKind, { device: readonly string[]; server: readonly string[] }>;
