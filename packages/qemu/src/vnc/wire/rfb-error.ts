export type RfbErrorCode =
  /** The server speaks no RFB that is understood. */
  | 'ERR_RFB_FORMAT'
  /** Something is longer than it may be. */
  | 'ERR_RFB_LIMIT'
  /** The server lets nobody in without a password. */
  | 'ERR_RFB_REFUSED';

/** What a VNC server sends makes no sense; `offset` counts bytes from the connection's start. */
export class RfbError extends Error {
  override readonly name = 'RfbError';
  readonly code: RfbErrorCode;
  readonly offset: number;

  constructor(code: RfbErrorCode, offset: number, message: string) {
    super(`${message} at offset ${offset}`);
    this.code = code;
    this.offset = offset;
  }
}
