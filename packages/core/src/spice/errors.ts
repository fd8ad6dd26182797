/** A SPICE operation was asked for while SPICE is not in use. QMP class DeviceNotActive. */
export class SpiceNotActiveError extends Error {
  override readonly name = 'SpiceNotActiveError';
  readonly code = 'ERR_SPICE_NOT_ACTIVE';
  readonly qmpClass = 'DeviceNotActive';

  constructor(message = 'SPICE is not in use') {
    super(message);
  }
}

/** The SPICE module refused or failed an operation; `code` is the module's own. */
export class SpiceOperationError extends Error {
  override readonly name = 'SpiceOperationError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
