/**
 * Why the canvas refused something. `surface-*`: a surface could not be made or found; the others name the part
 * of a drawing command that is wrong; nothing was drawn then. `too-large`: it needs more memory or work than one command
 * may have.
 */
export type CanvasErrorCode =
  | 'surface-id'
  | 'surface-exists'
  | 'surface-missing'
  | 'surface-format'
  | 'surface-size'
  | 'surface-memory'
  | 'surface-data'
  | 'box'
  | 'source'
  | 'source-area'
  | 'source-missing'
  | 'mask'
  | 'text'
  | 'path'
  | 'composite'
  | 'too-large';

/** A command or request the canvas cannot obey. */
export class CanvasError extends Error {
  override readonly name = 'CanvasError';
  readonly code: CanvasErrorCode;

  constructor(code: CanvasErrorCode, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.code = code;
  }

  get reason(): string {
    return this.message;
  }
}
