import { inflateSync } from 'node:zlib';
import { qxlLimits } from '@lazyspice/core';
import { RecordingError, type RecordingErrorCode } from './errors.js';

export const recordingLimits = {
  /** Bytes of one event, all its blobs included. */
  eventBytes: qxlLimits.blobBytes + 64 * 1024 * 1024,
  /** Blobs of one chunk list. */
  chunks: 65_536,
  /** Digits of a number: those of 2^64. */
  digits: 20,
} as const;

/** Thrown when the bytes end before the event does. A constant, so that throwing it builds no stack trace. */
export const needMore: unique symbol = Symbol('needMore');

/** A word of the format as bytes. */
export const word = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

const space = 32;
const lineFeed = 10;
const colon = 58;
const minus = 45;
const zero = 48;
const empty = new Uint8Array(0);
const binary = word('binary');
const dataChunks = word('data_chunks');

const isSpace = (byte: number): boolean => byte === space || (byte >= 9 && byte <= 13);
const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/**
 * Reads words, numbers and blobs of a recording (recording-format §1) from a window of bytes. Any white space
 * separates words, as for the C reader. Where the window ends too early `needMore` is thrown and the caller
 * rewinds to the start of the event.
 */
export class RecordingScanner {
  #bytes: Uint8Array = empty;
  #at = 0;
  #end = 0;
  /** Offset in the recording of the window's first byte. */
  #base = 0;
  #refusal: string | null = null;
  #blobSize = 0;
  /** Where in the window the blob that ran out ends, its line end included; 0: something else ran out. */
  needed = 0;
  /** Check that the event is complete, without joining or inflating blobs. They read as empty. */
  dry = false;

  window(bytes: Uint8Array, range: { at: number; end: number; base: number }): void {
    this.#bytes = bytes;
    this.#at = range.at;
    this.#end = range.end;
    this.#base = range.base;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }
  get at(): number {
    return this.#at;
  }
  get end(): number {
    return this.#end;
  }
  /** Offset in the recording of the next byte. */
  get offset(): number {
    return this.#base + this.#at;
  }
  /** Why the command read last can not be represented; null: it can. */
  get refusal(): string | null {
    return this.#refusal;
  }

  rewind(at: number): void {
    this.#at = at;
    this.#refusal = null;
    this.needed = 0;
  }

  /** False: nothing but white space is left. */
  skipSpace(): boolean {
    const bytes = this.#bytes;
    let at = this.#at;
    while (at < this.#end && isSpace(bytes[at] as number)) at++;
    this.#at = at;
    return at < this.#end;
  }

  fail(expected: string, code: RecordingErrorCode = 'ERR_RECORDING_SYNTAX'): never {
    throw new RecordingError(code, { offset: this.offset, expected });
  }

  /** Notes that the command is well-formed but can't be represented; reading goes on behind it. */
  refuse(reason: string): void {
    this.#refusal ??= reason;
  }

  /** The next byte that is no white space. */
  peek(): number {
    if (!this.skipSpace()) throw needMore;
    return this.#bytes[this.#at] as number;
  }

  /** Takes `key` and the white space behind it. */
  key(key: Uint8Array): void {
    const bytes = this.#bytes;
    const end = this.#end;
    const length = key.length;
    let at = this.#at;
    while (at < end && isSpace(bytes[at] as number)) at++;
    this.#at = at;
    const available = Math.min(length, end - at);
    for (let index = 0; index < available; index++) {
      if (bytes[at + index] !== key[index]) this.fail(`"${text(key)}"`);
    }
    at += length;
    if (at >= end) throw needMore;
    if (!isSpace(bytes[at] as number)) this.fail(`"${text(key)}"`);
    this.#at = at + 1;
  }

  i32(): number {
    return this.#word32() | 0;
  }

  u32(): number {
    return this.#word32() >>> 0;
  }

  u16(): number {
    return this.#bounded(0, 0xffff, 'a 16-bit number');
  }

  i16(): number {
    return (this.#bounded(-0x8000, 0xffff, 'a 16-bit number') << 16) >> 16;
  }

  u8(): number {
    return this.#bounded(0, 0xff, 'an 8-bit number');
  }

  u64(): bigint {
    const value = this.#integer(space);
    if (Number.isSafeInteger(value)) return BigInt.asUintN(64, BigInt(value));
    let start = this.#at;
    while ((this.#bytes[start - 1] as number) > space) start--;
    return BigInt.asUintN(64, BigInt(text(this.#bytes.subarray(start, this.#at))));
  }

  i32Of(key: Uint8Array): number {
    this.key(key);
    return this.i32();
  }
  u32Of(key: Uint8Array): number {
    this.key(key);
    return this.u32();
  }
  u16Of(key: Uint8Array): number {
    this.key(key);
    return this.u16();
  }
  u8Of(key: Uint8Array): number {
    this.key(key);
    return this.u8();
  }
  u64Of(key: Uint8Array): bigint {
    this.key(key);
    return this.u64();
  }

  /** `binary Z name SIZE:`, its bytes and line end. A view on the window, or fresh bytes when inflated. */
  blob(name: Uint8Array): Uint8Array {
    this.key(binary);
    const packed = this.#bounded(0, 1, '0 or 1');
    this.key(name);
    const size = this.#size();
    const stored = packed === 1 ? this.#size() : size;
    const start = this.#at;
    const stop = start + stored;
    if (stop >= this.#end) {
      this.needed = stop + 1;
      throw needMore;
    }
    this.#at = stop;
    if (this.#bytes[stop] !== lineFeed) this.fail('a line end behind the blob');
    this.#blobSize = size;
    if (this.dry || size === 0) return empty;
    const view = this.#bytes.subarray(start, stop);
    return packed === 1 ? this.#inflate(view, { start, size }) : view;
  }

  /** A chunk list, joined: a view on the window when it has one blob, fresh bytes otherwise. */
  chunks(name: Uint8Array): Uint8Array {
    this.key(dataChunks);
    const more = this.u32();
    if (more >= recordingLimits.chunks)
      this.fail(`at most ${recordingLimits.chunks} blobs`, 'ERR_RECORDING_LIMIT');
    const total = this.u32();
    if (total > qxlLimits.blobBytes) this.fail(`at most ${qxlLimits.blobBytes} bytes`, 'ERR_RECORDING_LIMIT');
    const parts: Uint8Array[] = [];
    let sum = 0;
    for (let index = 0; index <= more; index++) {
      const part = this.blob(name);
      sum += this.#blobSize;
      if (sum > total) break;
      if (part.length > 0) parts.push(part);
    }
    if (sum !== total) this.fail(`blobs of ${total} bytes together`);
    if (parts.length <= 1) return parts[0] ?? empty;
    const joined = new Uint8Array(total);
    let at = 0;
    for (const part of parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }

  /** A number up to `terminator`, which is left unread. Exact below 2^53. */
  #integer(terminator: number): number {
    if (!this.skipSpace()) throw needMore;
    const bytes = this.#bytes;
    const end = this.#end;
    let at = this.#at;
    const negative = bytes[at] === minus;
    if (negative) at++;
    const first = at;
    let value = 0;
    while (at < end) {
      const digit = (bytes[at] as number) - zero;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      at++;
    }
    const digits = at - first;
    if (digits > recordingLimits.digits) this.fail('a number');
    if (at === end) throw needMore;
    const next = bytes[at] as number;
    if (digits === 0 || !(terminator === space ? isSpace(next) : next === terminator)) this.fail('a number');
    this.#at = at;
    return negative ? -value : value;
  }

  #word32(): number {
    return this.#bounded(-0x8000_0000, 0xffff_ffff, 'a 32-bit number');
  }

  #bounded(lowest: number, highest: number, expected: string): number {
    const value = this.#integer(space);
    if (value < lowest || value > highest) this.fail(expected);
    return value;
  }

  /** A blob's size and the colon behind it. */
  #size(): number {
    const size = this.#integer(colon);
    if (size < 0) this.fail('a size');
    if (size > qxlLimits.blobBytes) this.fail(`at most ${qxlLimits.blobBytes} bytes`, 'ERR_RECORDING_LIMIT');
    this.#at++;
    return size;
  }

  #inflate(packed: Uint8Array, at: { start: number; size: number }): Uint8Array {
    const place = { offset: this.#base + at.start, expected: `a zlib stream of ${at.size} bytes` };
    let bytes: Uint8Array;
    try {
      bytes = inflateSync(packed, { maxOutputLength: at.size });
    } catch (cause) {
      throw new RecordingError('ERR_RECORDING_INFLATE', place, { cause });
    }
    if (bytes.length !== at.size) throw new RecordingError('ERR_RECORDING_INFLATE', place);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  }
}
