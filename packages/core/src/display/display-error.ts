export type DisplayErrorCode =
  /** A side is no integer in 1..16384, or a channel no integer in 0..255. */
  | 'ERR_DISPLAY_SIZE'
  /** Fewer bytes than the picture has, or a stride that is too small. */
  | 'ERR_DISPLAY_PIXELS'
  /** A rectangle is not of integers, or not within the picture. */
  | 'ERR_DISPLAY_RECT';

/** A display was given something that cannot be shown; nothing of it is. */
export class DisplayError extends Error {
  override readonly name = 'DisplayError';
  readonly code: DisplayErrorCode;

  constructor(code: DisplayErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
