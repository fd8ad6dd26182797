export type ModuleErrorCode =
  | 'ERR_MODULE_UNKNOWN'
  | 'ERR_MODULE_MISSING'
  | 'ERR_MODULE_LOAD'
  | 'ERR_MODULE_VERSION'
  | 'ERR_MODULE_CIRCLE'
  | 'ERR_MODULE_GONE';

/** A module could not be loaded, or ended while somebody waited for it. */
export class ModuleError extends Error {
  override readonly name = 'ModuleError';
  readonly code: ModuleErrorCode;
  readonly module: string;

  constructor(code: ModuleErrorCode, module: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.module = module;
  }
}
