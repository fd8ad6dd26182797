export type UsbredirErrorCode =
  /** A message of a type that is not for us, or that came before HELLO. */
  | 'ERR_USBREDIR_MESSAGE'
  /** A message is longer than its limit. */
  | 'ERR_USBREDIR_SIZE'
  /** The body of a message is not what its type says. */
  | 'ERR_USBREDIR_BODY'
  /** The other side lacks what is needed. */
  | 'ERR_USBREDIR_PEER'
  /** The answer to something that was not asked. */
  | 'ERR_USBREDIR_ANSWER'
  /** Too much is under way. */
  | 'ERR_USBREDIR_BUSY'
  /** The device is gone. */
  | 'ERR_USBREDIR_GONE'
  /** A transfer failed. */
  | 'ERR_USBREDIR_TRANSFER';

/** A redirected USB device, or who has it, does not do what it should. */
export class UsbredirError extends Error {
  override readonly name = 'UsbredirError';
  readonly code: UsbredirErrorCode;
  /** Bytes of the other side's stream before what is wrong; null: it is not about those. */
  readonly offset: number | null;

  constructor(code: UsbredirErrorCode, message: string, offset: number | null = null) {
    super(offset === null ? `usbredir: ${message}` : `usbredir: ${message} (at byte ${offset})`);
    this.code = code;
    this.offset = offset;
  }
}
