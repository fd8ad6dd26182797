import { WireError, type WireErrorCode } from './wire-error.js';

const decoder = new TextDecoder();

/**
 * A position in little-endian bytes. Generated decoders take whole runs of fixed fields with one bounds check:
 * `const at = reader.take(16); reader.view.getInt32(at, true)`.
 * Every method throws `WireError` instead of reading past the end.
 */
export class Reader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Offset of the next byte. */
  at = 0;
  /** Where the bytes end. */
  readonly end: number;
  /** Names what is being read in errors; decoders of whole messages set it, e.g. 'display.init'. */
  context: string;

  constructor(bytes: Uint8Array, context = 'record') {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.byteLength;
    this.context = context;
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.end - this.at;
  }

  /** Checks that `length` bytes are there, steps over them and returns where they start. */
  take(length: number): number {
    const at = this.at;
    const next = at + length;
    if (next > this.end) this.#truncated(length);
    this.at = next;
    return at;
  }

  /**
   * Checks a count before anything is allocated for it: at most `max`, and `elementSize` bytes (the least one
   * element takes) must be left for each. `what` names the list in the error.
   */
  count(count: number, max: number, elementSize: number, what: string): number {
    if (count > max) {
      throw this.error('WIRE_LIMIT', `${what} counts ${count} elements, the limit is ${max}`);
    }
    if (count * elementSize > this.end - this.at) {
      throw this.error(
        'WIRE_TRUNCATED',
        `${what} counts ${count} elements, only ${this.remaining} bytes follow`,
      );
    }
    return count;
  }

  /** `length` bytes as a view, valid as long as the reader's own bytes. */
  slice(length: number, max: number, what: string): Uint8Array {
    if (!(length >= 0 && length <= max)) {
      throw this.error('WIRE_LIMIT', `${what} is ${length} bytes long, the limit is ${max}`);
    }
    const at = this.take(length);
    return this.bytes.subarray(at, at + length);
  }

  /** Everything up to the end, at most `max` bytes, as a view. */
  rest(max: number, what: string): Uint8Array {
    return this.slice(this.end - this.at, max, what);
  }

  /** A payload that a subclass may fetch from elsewhere. Here: u32 length, then the bytes. */
  blob(max: number, what: string): Uint8Array {
    return this.slice(this.view.getUint32(this.take(4), true), max, what);
  }

  /** UTF-8 of `length` bytes, at most `max`, up to the first NUL. Malformed sequences become U+FFFD. */
  text(length: number, max: number, what: string): string {
    const bytes = this.slice(length, max, what);
    const end = bytes.indexOf(0);
    return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
  }

  /** The unsigned 64-bit integer at `at` (already taken), refused from 2^53 on. */
  safeInteger(at: number, what: string): number {
    const value = this.view.getUint32(at + 4, true) * 0x1_0000_0000 + this.view.getUint32(at, true);
    if (value > Number.MAX_SAFE_INTEGER) throw this.error('WIRE_VALUE', `${what} is beyond 2^53`, at);
    return value;
  }

  /** Decodes what an offset from the start of the bytes points to; null and offsets outside are refused. */
  follow<T>(offset: number, decode: (reader: Reader) => T, what: string): T {
    if (offset === 0 || offset > this.end) {
      throw this.error('WIRE_POINTER', `${what} points to ${offset} in ${this.end} bytes`);
    }
    const back = this.at;
    this.at = offset;
    const value = decode(this);
    this.at = back;
    return value;
  }

  followOrNull<T>(offset: number, decode: (reader: Reader) => T, what: string): T | null {
    return offset === 0 ? null : this.follow(offset, decode, what);
  }

  /**
   * Decodes `count` elements behind an offset, with the checks of `count`; an element takes at least `elementSize`
   * bytes. No elements: the offset is ignored.
   */
  followList<E>(
    count: number,
    offset: number,
    decode: (reader: Reader, count: number) => readonly E[],
    limits: { max: number; elementSize: number },
    what: string,
  ): readonly E[] {
    if (count === 0) return [];
    const { max, elementSize } = limits;
    this.count(count, max, 0, what);
    return this.follow(offset, (reader) => decode(reader, reader.count(count, max, elementSize, what)), what);
  }

  /** Decodes a text of `length` bytes behind an offset. Empty and not required: the offset is ignored. */
  followText(
    length: number,
    offset: number,
    limits: { max: number; required: boolean },
    what: string,
  ): string {
    if (length === 0 && !limits.required) return '';
    const { max } = limits;
    this.count(length, max, 0, what);
    return this.follow(offset, (reader) => reader.text(length, max, what), what);
  }

  /** The flag in front of an optional value: 0 or 1. */
  present(flag: number, what: string): boolean {
    if (flag > 1) throw this.error('WIRE_VALUE', `${flag} in front of ${what} is neither 0 nor 1`);
    return flag === 1;
  }

  /** For a number that is not in its closed set. */
  unknownValue(value: number, what: string): WireError {
    return this.error('WIRE_VALUE', `${value} is not a ${what}`);
  }

  /** For a message number that the channel does not have. */
  unknownMessage(type: number, channel: string): WireError {
    this.context = channel;
    return this.error('WIRE_UNKNOWN_MESSAGE', `message ${type} is not declared`);
  }

  error(code: WireErrorCode, reason: string, at = this.at): WireError {
    return new WireError(code, this.context, at, reason);
  }

  #truncated(length: number): never {
    throw this.error('WIRE_TRUNCATED', `${length} bytes are needed, ${this.remaining} are left`);
  }
}
