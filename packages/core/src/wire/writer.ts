import { WireError, type WireErrorCode } from './wire-error.js';

/** From this length on, bytes are handed on by reference instead of being copied into the block. */
export const byReferenceBytes = 1024;
const defaultBlockBytes = 64 * 1024;
const encoder = new TextEncoder();

/** Puts what a pointer points to. */
export type EncodePointee<T> = (writer: Writer, value: T) => void;

/** The pointee of a detached text. */
export const writeBytes: EncodePointee<Uint8Array> = (writer, bytes) => writer.bytes(bytes);

/**
 * Collects little-endian bytes. Small fields go into one block that is used again and again; large payloads are
 * appended by reference and must not change until the chunks have been sent.
 * Generated encoders reserve whole runs of fixed fields:
 * `const at = writer.reserve(16); writer.view.setInt32(at, x, true)`.
 */
export class Writer {
  /** Over the current block. Valid from one `reserve` to the next. */
  view: DataView;
  readonly #blockBytes: number;
  #block: Uint8Array;
  /** Where the bytes of the block begin that are in no chunk yet. */
  #start = 0;
  #at = 0;
  #chunks: Uint8Array[] = [];
  /** Bytes in `#chunks`. */
  #chunked = 0;
  /** Length at which the body began that pointers are relative to. */
  #bodyStart = 0;
  /** What `endBody` has yet to write: slot, encoder and value of every pointer, in the order of the pointers. */
  readonly #pointees: { view: DataView; at: number; encode: EncodePointee<never>; value: unknown }[] = [];
  #pointeeCount = 0;

  constructor(options: { blockBytes?: number } = {}) {
    this.#blockBytes = options.blockBytes ?? defaultBlockBytes;
    this.#block = new Uint8Array(this.#blockBytes);
    this.view = new DataView(this.#block.buffer);
  }

  /** Bytes written since the last `reset` or `takeChunks`. */
  get length(): number {
    return this.#chunked + this.#at - this.#start;
  }

  /** Makes room for `length` bytes and returns their offset in `view`. They hold stale data until written. */
  reserve(length: number): number {
    const at = this.#at;
    const next = at + length;
    if (next > this.#block.byteLength) return this.#newBlock(length);
    this.#at = next;
    return at;
  }

  /** Raw bytes: copied when short, by reference from `byReferenceBytes` on. */
  bytes(bytes: Uint8Array): void {
    const length = bytes.byteLength;
    if (length >= byReferenceBytes) {
      this.#closeSegment();
      this.#chunks.push(bytes);
      this.#chunked += length;
      return;
    }
    const at = this.reserve(length);
    this.#block.set(bytes, at);
  }

  /** A payload that a subclass may put elsewhere. Here: u32 length, then the bytes. */
  blob(bytes: Uint8Array): void {
    const at = this.reserve(4);
    this.view.setUint32(at, bytes.byteLength, true);
    this.bytes(bytes);
  }

  /** Checks a count or length against its declared limit and returns it. */
  count(count: number, max: number, what: string): number {
    if (count > max) {
      throw this.error('WIRE_LIMIT', `${what} has length ${count}, the limit is ${max}`);
    }
    return count;
  }

  /** Checks that `bytes` has the length that other fields, or the declaration, give it. */
  exact(bytes: Uint8Array, length: number, what: string): void {
    if (bytes.byteLength !== length) {
      throw this.error('WIRE_INCONSISTENT', `${what} is ${bytes.byteLength} bytes long instead of ${length}`);
    }
  }

  /** UTF-8 of a text, with the terminating NUL. A NUL inside is refused. */
  utf8(text: string, what: string): Uint8Array {
    if (text.includes('\0')) throw this.error('WIRE_VALUE', `${what} contains a NUL`);
    return encoder.encode(`${text}\0`);
  }

  /** Writes a number below 2^53 as 64 bits at `at` (already reserved). */
  safeInteger(at: number, value: number, what: string): void {
    if (!(Number.isSafeInteger(value) && value >= 0)) {
      throw this.error('WIRE_VALUE', `${what} is ${value}, not an integer in 0..2^53-1`);
    }
    this.view.setUint32(at, value >>> 0, true);
    this.view.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true);
  }

  /** Starts a body: pointers are offsets from here. */
  beginBody(): void {
    this.#bodyStart = this.length;
    this.#pointeeCount = 0;
  }

  /** Writes a pointer at `at` (already reserved). Its pointee follows in `endBody`; null writes 0. */
  pointer<T>(at: number, encode: EncodePointee<T>, value: T | null): void {
    this.view.setUint32(at, 0, true);
    if (value === null) return;
    const count = this.#pointeeCount++;
    const entry = this.#pointees[count];
    if (entry === undefined) {
      this.#pointees.push({ view: this.view, at, encode, value });
      return;
    }
    entry.view = this.view;
    entry.at = at;
    entry.encode = encode;
    entry.value = value;
  }

  /** Writes the pointees, those of pointees after them, and so on, and sets the pointers to them. */
  endBody(): void {
    for (let i = 0; i < this.#pointeeCount; i++) {
      const entry = this.#pointees[i];
      const { value } = entry;
      entry.view.setUint32(entry.at, this.length - this.#bodyStart, true);
      entry.value = null;
      entry.encode(this, value as never);
    }
    this.#pointeeCount = 0;
  }

  /** For a field that is given although another says that it is not there, or the other way round. */
  contradiction(what: string): WireError {
    return this.error('WIRE_INCONSISTENT', `${what} contradicts another field`);
  }

  error(code: WireErrorCode, reason: string): WireError {
    return new WireError(code, 'writer', this.length, reason);
  }

  /** What was written, in order. The caller has done with it before `reset`. */
  chunks(): readonly Uint8Array[] {
    this.#closeSegment();
    return this.#chunks;
  }

  /** As `chunks`, but they stay valid: the writer goes on behind them. */
  takeChunks(): readonly Uint8Array[] {
    const chunks = this.chunks();
    this.#chunks = [];
    this.#chunked = 0;
    return chunks;
  }

  /** Forgets everything written and uses the block from its start: earlier chunks are overwritten. */
  reset(): void {
    this.#chunks = [];
    this.#chunked = 0;
    this.#start = 0;
    this.#at = 0;
  }

  #closeSegment(): void {
    if (this.#at === this.#start) return;
    this.#chunks.push(this.#block.subarray(this.#start, this.#at));
    this.#chunked += this.#at - this.#start;
    this.#start = this.#at;
  }

  #newBlock(length: number): number {
    this.#closeSegment();
    this.#block = new Uint8Array(Math.max(this.#blockBytes, length));
    this.view = new DataView(this.#block.buffer);
    this.#start = 0;
    this.#at = length;
    return 0;
  }
}
