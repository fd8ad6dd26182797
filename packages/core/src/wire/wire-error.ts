/** Why bytes were refused, or a value could not be written. */
export type WireErrorCode =
  /** The bytes end before the value does. */
  | 'WIRE_TRUNCATED'
  /** A count or length is above its declared limit. */
  | 'WIRE_LIMIT'
  /** A number outside its closed set, or outside the range its type can hold. */
  | 'WIRE_VALUE'
  /** An offset points outside the body, or is null where a value is required. */
  | 'WIRE_POINTER'
  /** Two fields contradict each other. */
  | 'WIRE_INCONSISTENT'
  /** No message of that number is declared. */
  | 'WIRE_UNKNOWN_MESSAGE';

/** The only error that readers, writers and generated codecs throw. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly code: WireErrorCode;
  /** What was read or written, from the outside in: 'display.init'. */
  readonly context: string;
  /** Bytes from the start of what was given to the reader, or written so far. */
  readonly offset: number;
  /** Lower case, no full stop. */
  readonly reason: string;

  constructor(code: WireErrorCode, context: string, offset: number, reason: string) {
    super(`${context}: ${reason} (at byte ${offset})`);
    this.code = code;
    this.context = context;
    this.offset = offset;
    this.reason = reason;
  }
}
