export type EmulatorErrorCode =
  /** The bytes are no Linux kernel that can be booted here; `offset` says where they stop making sense. */
  | 'ERR_V86_KERNEL'
  /** The kernel is compressed with something that can not be unpacked on this host. */
  | 'ERR_V86_UNPACK'
  /** A machine with these options is impossible. */
  | 'ERR_V86_OPTIONS'
  /** The Linux guest's packages can not be had. */
  | 'ERR_V86_GUEST';

/** Something about a machine or its guest is wrong; `offset`, in bytes, is there for files that were read. */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError';
  readonly code: EmulatorErrorCode;
  readonly offset: number | null;

  constructor(code: EmulatorErrorCode, message: string, offset: number | null = null, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.offset = offset;
  }
}
