import type { QxlCommand } from '@lazyspice/core';
import { RecordingError } from './errors.js';
import { readRingCommand, readWorkerMessage } from './read-command.js';
import { needMore, RecordingScanner, recordingLimits, word } from './scanner.js';

/** One event of a recording. */
export interface RecordingEvent {
  /** The event's own count, from 0; not checked. */
  readonly counter: number;
  /** CLOCK_MONOTONIC of the recording machine in nanoseconds; only differences mean something. */
  readonly time: bigint;
  /** Where it came from: a command ring, or a message of the device to the worker. */
  readonly what: 'ring' | 'worker';
  /** QXL_CMD_* of a ring command, number of a worker message (recording-format §2). */
  readonly type: number;
  /** Byte of the recording at which it begins. */
  readonly offset: number;
  /**
   * What a device would tell the server; null for events without parameters (a wake-up, an update) and for
   * refused commands. Its pixels are views on the parser's buffer, valid until the next `push`.
   */
  readonly command: QxlCommand | null;
  /** Why a well-formed ring command was not taken: what it says no server accepts. null: it was. */
  readonly refused: string | null;
}

const magic = word('SPICE_REPLAY');
const eventKey = word('event');
const version = 1;
/** A join buffer above this size is given up once its event has been read. */
const keptBytes = 8 * 1024 * 1024;

/**
 * Reads a recording ("SPICE_REPLAY 1", recording-format) that arrives in pieces of any size. Holds no more than
 * the last piece and one event (`recordingLimits.eventBytes`).
 *
 *     parser.push(piece);
 *     for (const event of parser) …
 *     parser.finish();
 *
 * Every method throws `RecordingError`; after that the parser only throws it again.
 */
export class RecordingParser {
  readonly #scanner = new RecordingScanner();
  #joined: Uint8Array = new Uint8Array(0);
  #usesJoined = false;
  #started = false;
  /** The event at hand was found incomplete before: prove it complete before its blobs are joined. */
  #incomplete = false;
  /** Bytes that the event at hand has at least; 0: unknown. */
  #needed = 0;
  #error: RecordingError | null = null;

  /** Gives the next bytes. They must stay unchanged until the next `push`, and so must what was given before. */
  push(piece: Uint8Array): void {
    if (this.#error !== null) throw this.#error;
    const scanner = this.#scanner;
    const { at, end, offset: base } = scanner;
    const rest = end - at;
    if (rest === 0) {
      if (this.#joined.length > keptBytes) this.#joined = new Uint8Array(0);
      this.#usesJoined = false;
      // A plain view even of a Buffer, so that what is cut out of it is one too.
      const bytes = new Uint8Array(piece.buffer, piece.byteOffset, piece.length);
      scanner.window(bytes, { at: 0, end: piece.length, base });
      return;
    }
    if (rest > recordingLimits.eventBytes) {
      this.#error = new RecordingError('ERR_RECORDING_LIMIT', {
        offset: base,
        expected: `an event of at most ${recordingLimits.eventBytes} bytes`,
      });
      throw this.#error;
    }
    this.#join(rest + piece.length);
    this.#joined.set(piece, rest);
    scanner.window(this.#joined, { at: 0, end: rest + piece.length, base });
  }

  /** Moves the unread bytes to the front of a buffer of at least `size` bytes. */
  #join(size: number): void {
    const { bytes, at, end } = this.#scanner;
    if (size <= this.#joined.length) {
      if (this.#usesJoined) this.#joined.copyWithin(0, at, end);
      else this.#joined.set(bytes.subarray(at, end));
    } else {
      const grown = new Uint8Array(Math.max(size, 2 * this.#joined.length));
      grown.set(bytes.subarray(at, end));
      this.#joined = grown;
    }
    this.#usesJoined = true;
  }

  /** The next whole event; null: more bytes are needed. */
  next(): RecordingEvent | null {
    if (this.#error !== null) throw this.#error;
    const scanner = this.#scanner;
    if (scanner.end - scanner.at < this.#needed) return null;
    if (!scanner.skipSpace()) return null;
    const start = scanner.at;
    scanner.rewind(start);
    try {
      if (!this.#started) {
        this.#readHeader();
        return this.next();
      }
      if (this.#incomplete) {
        scanner.dry = true;
        this.#readEvent();
        scanner.dry = false;
        scanner.rewind(start);
      }
      const event = this.#readEvent();
      this.#incomplete = false;
      this.#needed = 0;
      return event;
    } catch (error) {
      scanner.dry = false;
      if (error === needMore) {
        this.#needed = scanner.needed === 0 ? 0 : scanner.needed - start;
        scanner.rewind(start);
        this.#incomplete = true;
        return null;
      }
      if (error instanceof RecordingError) this.#error = error;
      throw error;
    }
  }

  *[Symbol.iterator](): Generator<RecordingEvent, void, void> {
    for (let event = this.next(); event !== null; event = this.next()) yield event;
  }

  /** Says that no more bytes come. Throws ERR_RECORDING_TRUNCATED when an event is cut. */
  finish(): void {
    if (this.#error !== null) throw this.#error;
    if (this.#started && !this.#scanner.skipSpace()) return;
    const offset = this.#scanner.offset;
    const expected = this.#started ? 'the rest of the event' : 'the first line';
    this.#error = new RecordingError('ERR_RECORDING_TRUNCATED', { offset, expected });
    throw this.#error;
  }

  #readHeader(): void {
    const scanner = this.#scanner;
    scanner.key(magic);
    const found = scanner.u32();
    if (found !== version) scanner.fail(`version ${version}, not ${found}`, 'ERR_RECORDING_VERSION');
    this.#started = true;
  }

  #readEvent(): RecordingEvent {
    const scanner = this.#scanner;
    const offset = scanner.offset;
    scanner.key(eventKey);
    const counter = scanner.u32();
    const what = scanner.u32();
    if (what > 1) scanner.fail('0 (a ring command) or 1 (a worker message)');
    const type = scanner.u32();
    const time = scanner.u64();
    const command = what === 0 ? readRingCommand(scanner, type) : readWorkerMessage(scanner, type);
    const refused = scanner.refusal;
    return {
      counter,
      time,
      what: what === 0 ? 'ring' : 'worker',
      type,
      offset,
      command: refused === null ? command : null,
      refused,
    };
  }
}
