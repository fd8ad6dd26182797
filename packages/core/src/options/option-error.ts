/** Why an option was refused. */
export type SpiceOptionReason =
  /** No such option. */
  | 'unknown'
  /** The value is not of the option's kind, or not one of its values. */
  | 'value'
  /** A number outside its range, or a text longer than its limit. */
  | 'range'
  /** Something needed was not given. */
  | 'missing'
  /** Two options contradict each other. */
  | 'conflict';

/** The only error of `parseSpiceOptions`. The texts are QEMU's where QEMU has the same complaint. */
export class SpiceOptionError extends Error {
  override readonly name = 'SpiceOptionError';
  readonly code = 'ERR_SPICE_OPTION';
  readonly reason: SpiceOptionReason;
  /** The option at fault, as written. */
  readonly option: string;
  /** Where its `key=value` begins, in UTF-16 units; null when an option is absent. */
  readonly offset: number | null;

  constructor(reason: SpiceOptionReason, option: string, offset: number | null, message: string) {
    super(message);
    this.reason = reason;
    this.option = option;
    this.offset = offset;
  }
}
