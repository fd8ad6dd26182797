import { DbusWireError } from './dbus-error.js';
import { alignmentOf, type DbusType, parseSignature } from './signature.js';
import { type DbusValue, dbusLimits } from './values.js';

/** Variants inside variants, and all else that holds values. */
const maxDepth = 64;
const text = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads values from a message's bytes. Offsets and alignments count from the start of the bytes. What it returns of
 * `ay` is a view.
 */
export class DbusReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #little: boolean;
  #at = 0;

  constructor(bytes: Uint8Array, littleEndian: boolean) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#little = littleEndian;
  }

  get offset(): number {
    return this.#at;
  }

  /** @throws DbusWireError */
  read(type: DbusType): DbusValue {
    return this.#value(type, 0);
  }

  /** One value for each complete type of the signature. @throws DbusWireError */
  readAll(signature: string): DbusValue[] {
    return parseSignature(signature).map((type) => this.#value(type, 0));
  }

  /** Skips what alignment leaves free, which must be zeroes. */
  align(alignment: number): void {
    const end = Math.ceil(this.#at / alignment) * alignment;
    this.#need(end - this.#at);
    for (; this.#at < end; this.#at++) {
      if (this.#bytes[this.#at] !== 0) this.#fail('the padding is not zero');
    }
  }

  #fail(message: string): never {
    throw new DbusWireError('ERR_DBUS_FORMAT', this.#at, message);
  }

  #need(size: number): void {
    if (this.#at + size > this.#bytes.length) {
      throw new DbusWireError('ERR_DBUS_CUT', this.#at, `${size} bytes are missing or incomplete`);
    }
  }

  /** Makes room for a number of `size` bytes and returns where it is. */
  #take(size: number): number {
    this.align(size);
    this.#need(size);
    this.#at += size;
    return this.#at - size;
  }

  #uint32(): number {
    return this.#view.getUint32(this.#take(4), this.#little);
  }

  #value(type: DbusType, depth: number): DbusValue {
    if (depth > maxDepth) throw new DbusWireError('ERR_DBUS_LIMIT', this.#at, 'a value is too deep');
    switch (type.code) {
      case 'a':
        return this.#array(type.element, depth);
      case '(':
      case '{':
        this.align(8);
        return type.members.map((member) => this.#value(member, depth + 1));
      case 'v':
        return this.#variant(depth);
      default:
        return this.#basic(type.code);
    }
  }

  #basic(code: string): DbusValue {
    const view = this.#view;
    const little = this.#little;
    switch (code) {
      case 'y':
        return view.getUint8(this.#take(1));
      case 'n':
        return view.getInt16(this.#take(2), little);
      case 'q':
        return view.getUint16(this.#take(2), little);
      case 'i':
        return view.getInt32(this.#take(4), little);
      case 'x':
        return view.getBigInt64(this.#take(8), little);
      case 't':
        return view.getBigUint64(this.#take(8), little);
      case 'd':
        return view.getFloat64(this.#take(8), little);
      case 'b':
        return this.#boolean();
      case 's':
      case 'o':
        return this.#string(this.#uint32());
      case 'g':
        return this.#string(view.getUint8(this.#take(1)));
      default:
        return this.#uint32();
    }
  }

  #boolean(): boolean {
    const value = this.#uint32();
    if (value > 1) {
      this.#at -= 4;
      this.#fail(`${value} is no boolean`);
    }
    return value === 1;
  }

  #string(length: number): string {
    this.#need(length + 1);
    const start = this.#at;
    if (this.#bytes[start + length] !== 0) this.#fail('a string does not end with a zero');
    this.#at += length + 1;
    try {
      return text.decode(this.#bytes.subarray(start, start + length));
    } catch {
      this.#at = start;
      return this.#fail('a string is not UTF-8');
    }
  }

  #variant(depth: number): DbusValue {
    const start = this.#at;
    const signature = this.#basic('g') as string;
    const types = parseSignature(signature);
    if (types.length !== 1) {
      this.#at = start;
      this.#fail('a variant has not one type');
    }
    return { signature, value: this.#value(types[0], depth + 1) };
  }

  #array(element: DbusType, depth: number): DbusValue {
    const length = this.#uint32();
    if (length > dbusLimits.array) {
      throw new DbusWireError('ERR_DBUS_LIMIT', this.#at - 4, `an array of ${length} bytes is too long`);
    }
    this.align(alignmentOf(element));
    this.#need(length);
    const end = this.#at + length;
    if (element.code === 'y') {
      this.#at = end;
      return this.#bytes.subarray(end - length, end);
    }
    const values: DbusValue[] = [];
    while (this.#at < end) values.push(this.#value(element, depth + 1));
    if (this.#at !== end) this.#fail('an array does not end with its last value');
    return values;
  }
}
