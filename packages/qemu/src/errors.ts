export type QemuErrorCode =
  /** No QEMU could be started, or it ended before it was ready. */
  | 'ERR_QEMU_START'
  /** QEMU refused a command, or what it answered makes no sense. */
  | 'ERR_QEMU_COMMAND'
  /** The connection to QEMU ended. */
  | 'ERR_QEMU_GONE'
  /** This QEMU offers no display that can be reached. */
  | 'ERR_QEMU_DISPLAY'
  /** File descriptors can not be sent from here. */
  | 'ERR_QEMU_DESCRIPTOR'
  /** Its command line can not be combined with what is added to it. */
  | 'ERR_QEMU_ARGUMENTS';

/** Something about QEMU, or the way to it, is wrong. */
export class QemuError extends Error {
  override readonly name = 'QemuError';
  readonly code: QemuErrorCode;

  constructor(code: QemuErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
