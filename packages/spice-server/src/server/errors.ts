export type SpiceServerErrorCode =
  | 'ERR_SERVER_ACTIVE'
  | 'ERR_SERVER_INACTIVE'
  | 'ERR_SERVER_DESTINATION'
  | 'ERR_SERVER_UNSUPPORTED'
  | 'ERR_SERVER_TLS'
  | 'ERR_SERVER_TICKETING_DISABLED'
  | 'ERR_SERVER_CONNECTED';

/** The server cannot do what its owner asked. */
export class SpiceServerError extends Error {
  override readonly name = 'SpiceServerError';
  readonly code: SpiceServerErrorCode;

  constructor(code: SpiceServerErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
