import type { QxlCommand, Rect, SurfaceFormat } from './qxl-commands.js';

/** How far `QxlWorker.flush` waits. */
export type FlushLevel =
  /** Every command submitted so far has been rendered on the server's surfaces. */
  | 'handled'
  /** Besides, the bytes it caused have been handed to the sockets of the clients that keep up. */
  | 'sent';

/** Pixels of a surface area, rows top-down, `stride` bytes from row to row. */
export interface SurfacePixels {
  readonly format: SurfaceFormat;
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly bytes: Uint8Array;
}

/**
 * The server's end of one QXL device, as the device sees it: an ordered stream of commands with back-pressure.
 * The server copies nothing lazily: a command's pixels belong to the caller again when `submit` returned true,
 * except buffers given away with `transfer`.
 */
export interface QxlWorker {
  /**
   * Puts one command. False: the ring is full, nothing was taken; try again after `space()`.
   * The server learns of it at the next `kick`, or by itself when it is still at work.
   */
  submit(command: QxlCommand): boolean;
  /** Wakes the server; call it once after a batch of `submit`s. */
  kick(): void;
  /** Resolves when a refused command may fit. */
  space(): Promise<void>;
  /** As `space`, while the caller's thread waits, `limit` ms at most. False: there was no room in time. */
  spaceNow(limit: number): boolean;
  /** Kicks, then resolves when everything submitted so far has come as far as `level`. */
  flush(level: FlushLevel): Promise<void>;
  /**
   * The pixels of a surface after everything submitted so far; null when there is no such surface.
   * `area` null: the whole surface; otherwise it is cut to the surface.
   */
  read(surfaceId: number, area: Rect | null): Promise<SurfacePixels | null>;
  /**
   * As `read`, while the caller's thread waits, `limit` ms at most. Undefined: there was no answer in time. The pixels
   * are the caller's until its next `readNow`.
   */
  readNow(surfaceId: number, area: Rect, limit: number): SurfacePixels | null | undefined;
  /**
   * Whether the guest's driver takes the monitors that clients want, through `QxlInterface.setClientMonitors`; a new
   * worker takes it that it does not.
   */
  takesClientMonitors(takes: boolean): void;
}
