export type DbusWireErrorCode =
  /** Bytes that are no D-Bus message, or values that do not fit a signature. */
  | 'ERR_DBUS_FORMAT'
  /** Something is longer or deeper than it may be. */
  | 'ERR_DBUS_LIMIT'
  /** The message ends before what it announces. */
  | 'ERR_DBUS_CUT';

/** A message can not be read or written; `offset` counts bytes from its start. */
export class DbusWireError extends Error {
  override readonly name = 'DbusWireError';
  readonly code: DbusWireErrorCode;
  readonly offset: number;

  constructor(code: DbusWireErrorCode, offset: number, message: string) {
    super(`${message} at offset ${offset}`);
    this.code = code;
    this.offset = offset;
  }
}
