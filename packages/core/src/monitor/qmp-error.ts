/** QEMU's error classes. */
export const qmpErrorClasses = [
  'GenericError',
  'CommandNotFound',
  'DeviceNotActive',
  'DeviceNotFound',
  'KVMMissingCap',
] as const;
export type QmpErrorClass = (typeof qmpErrorClasses)[number];

/** What a command answers with instead of a result. The texts are QEMU's where QEMU has the same complaint. */
export class QmpError extends Error {
  override readonly name = 'QmpError';
  readonly code = 'ERR_QMP';
  readonly qmpClass: QmpErrorClass;

  constructor(qmpClass: QmpErrorClass, message: string) {
    super(message);
    this.qmpClass = qmpClass;
  }
}

/**
 * The QMP form of anything thrown: an error that names its class in `qmpClass`, or else a GenericError with the
 * error's message.
 */
export function toQmpError(error: unknown): QmpError {
  if (error instanceof QmpError) return error;
  if (!(error instanceof Error)) return new QmpError('GenericError', String(error));
  const named = 'qmpClass' in error ? error.qmpClass : undefined;
  const qmpClass = qmpErrorClasses.find((known) => known === named) ?? 'GenericError';
  return new QmpError(qmpClass, error.message);
}
