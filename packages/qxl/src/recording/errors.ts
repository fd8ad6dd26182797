export type RecordingErrorCode =
  /** The bytes are not a recording's: another word or number was expected. */
  | 'ERR_RECORDING_SYNTAX'
  /** The recording's version is not 1. */
  | 'ERR_RECORDING_VERSION'
  /** The bytes end inside an event (or inside the first line). */
  | 'ERR_RECORDING_TRUNCATED'
  /** A blob, a list or a whole event is larger than `recordingLimits` or `qxlLimits` allow. */
  | 'ERR_RECORDING_LIMIT'
  /** A compressed blob does not inflate to the size it names. */
  | 'ERR_RECORDING_INFLATE'
  /** The program that unpacks the file is missing or failed. */
  | 'ERR_RECORDING_UNPACK';

/** Why a recording can't be read on. Events before `offset` have been delivered. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
  readonly code: RecordingErrorCode;
  /** Byte in the (unpacked) recording, from 0; the start of the event when it is cut. */
  readonly offset: number;
  /** What should have been there. */
  readonly expected: string;
  /** Ring commands that a player gave to the server before; 0 outside of playing. */
  commands = 0;

  constructor(code: RecordingErrorCode, at: { offset: number; expected: string }, options?: ErrorOptions) {
    const place = code === 'ERR_RECORDING_UNPACK' ? '' : ` at byte ${at.offset}`;
    super(`recording ${describe[code]}${place}: expected ${at.expected}`, options);
    this.code = code;
    this.offset = at.offset;
    this.expected = at.expected;
  }
}

const describe: Readonly<Record<RecordingErrorCode, string>> = {
  ERR_RECORDING_SYNTAX: 'unreadable',
  ERR_RECORDING_VERSION: 'of an unknown version',
  ERR_RECORDING_TRUNCATED: 'cut off',
  ERR_RECORDING_LIMIT: 'too large',
  ERR_RECORDING_INFLATE: 'damaged',
  ERR_RECORDING_UNPACK: 'not unpacked',
};
