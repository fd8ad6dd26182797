export type CommandErrorCode =
  /** An address that no memory slot covers, or not for as many bytes. */
  | 'ERR_QXL_ADDRESS'
  /** A value outside its range, or lengths that contradict each other. */
  | 'ERR_QXL_COMMAND'
  /** More data than a command may have. */
  | 'ERR_QXL_LIMIT';

/** A command of the guest that cannot be. `offset` is where in the guest's address space, as QXLPHYSICAL. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: CommandErrorCode;
  readonly offset: bigint;

  constructor(code: CommandErrorCode, message: string, offset: bigint) {
    super(`${message} at 0x${offset.toString(16)}`);
    this.code = code;
    this.offset = offset;
  }
}
