import { DbusWireError } from './dbus-error.js';
import { alignmentOf, type DbusType, parseSignature } from './signature.js';
import { type DbusValue, type DbusVariant, dbusLimits } from './values.js';

const encoder = new TextEncoder();

/** Writes values, little-endian. Alignments count from the start. A value that does not fit its type is refused. */
export class DbusWriter {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }

  get offset(): number {
    return this.#at;
  }

  /** @throws DbusWireError */
  writeAll(signature: string, values: readonly DbusValue[]): void {
    const types = parseSignature(signature);
    if (types.length !== values.length) this.#misfit(signature);
    for (const [index, type] of types.entries()) this.write(type, values[index]);
  }

  align(alignment: number): void {
    const size = Math.ceil(this.#at / alignment) * alignment - this.#at;
    this.#bytes.fill(0, this.#room(size), this.#at);
  }

  /** @throws DbusWireError */
  write(type: DbusType, value: DbusValue): void {
    switch (type.code) {
      case 'a':
        return this.#array(type.element, value);
      case '(':
      case '{':
        return this.#struct(type.members, value);
      case 'v':
        return this.#variant(value);
      case 's':
      case 'o':
        return this.#string(value, 4);
      case 'g':
        return this.#string(value, 1);
      case 'x':
      case 't':
        return this.#wide(type.code, value);
      case 'b':
        if (typeof value !== 'boolean') return this.#misfit('b');
        this.#view.setUint32(this.#number(4), value ? 1 : 0, true);
        return;
      default:
        return this.#small(type.code, value);
    }
  }

  #misfit(signature: string): never {
    throw new DbusWireError('ERR_DBUS_FORMAT', this.#at, `the value does not fit '${signature}'`);
  }

  /** Makes room and returns where it begins. */
  #room(size: number): number {
    const end = this.#at + size;
    if (end > dbusLimits.message) throw new DbusWireError('ERR_DBUS_LIMIT', this.#at, 'too long a message');
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#at));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#at = end;
    return end - size;
  }

  #number(size: number): number {
    this.align(size);
    return this.#room(size);
  }

  #small(code: string, value: DbusValue): void {
    if (typeof value !== 'number') this.#misfit(code);
    if (code === 'd') {
      const at = this.#number(8);
      this.#view.setFloat64(at, value, true);
      return;
    }
    const [size, low, high] = ranges[code] ?? ranges.u;
    if (!Number.isInteger(value) || value < low || value > high) this.#misfit(code);
    const at = this.#number(size);
    if (size === 1) this.#view.setUint8(at, value);
    else if (size === 2) this.#view.setUint16(at, value & 0xffff, true);
    else this.#view.setUint32(at, value >>> 0, true);
  }

  #wide(code: 'x' | 't', value: DbusValue): void {
    if (typeof value !== 'bigint') this.#misfit(code);
    const wrapped = code === 'x' ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
    if (wrapped !== value) this.#misfit(code);
    const at = this.#number(8);
    this.#view.setBigUint64(at, BigInt.asUintN(64, value), true);
  }

  #string(value: DbusValue, lengthSize: 1 | 4): void {
    if (typeof value !== 'string' || value.includes('\0')) this.#misfit('s');
    const bytes = encoder.encode(value);
    if (lengthSize === 1 && bytes.length > 255) this.#misfit('g');
    const at = this.#number(lengthSize);
    if (lengthSize === 1) this.#view.setUint8(at, bytes.length);
    else this.#view.setUint32(at, bytes.length, true);
    const start = this.#room(bytes.length + 1);
    this.#bytes.set(bytes, start);
    this.#bytes[start + bytes.length] = 0;
  }

  #struct(members: readonly DbusType[], value: DbusValue): void {
    if (!Array.isArray(value) || value.length !== members.length) this.#misfit('()');
    this.align(8);
    for (const [index, member] of members.entries()) this.write(member, value[index] as DbusValue);
  }

  #variant(value: DbusValue): void {
    if (typeof value !== 'object' || !('signature' in value)) this.#misfit('v');
    const { signature, value: inner } = value as DbusVariant;
    this.#string(signature, 1);
    this.writeAll(signature, [inner]);
  }

  #array(element: DbusType, value: DbusValue): void {
    const lengthAt = this.#number(4);
    this.align(alignmentOf(element));
    const start = this.#at;
    if (element.code === 'y' && value instanceof Uint8Array) {
      const at = this.#room(value.length);
      this.#bytes.set(value, at);
    } else {
      if (!Array.isArray(value)) this.#misfit('a');
      for (const item of value) this.write(element, item as DbusValue);
    }
    const length = this.#at - start;
    if (length > dbusLimits.array) throw new DbusWireError('ERR_DBUS_LIMIT', start, 'too long an array');
    this.#view.setUint32(lengthAt, length, true);
  }
}

/** Bytes, smallest and largest value. */
const ranges: Readonly<Record<string, readonly [size: 1 | 2 | 4, low: number, high: number]>> = {
  y: [1, 0, 0xff],
  n: [2, -0x8000, 0x7fff],
  q: [2, 0, 0xffff],
  i: [4, -0x80000000, 0x7fffffff],
  u: [4, 0, 0xffffffff],
  h: [4, 0, 0xffffffff],
};
