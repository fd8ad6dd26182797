/** Headers around message bodies: protocol §3.1. No sockets here: bytes in, messages out, and the other way. */
import { WireError, type Writer } from '@lazyspice/core';

/** u16 type, u32 size. */
const miniHeaderBytes = 6;
/** u64 serial, u16 type, u32 size, u32 sub-list. */
const fullHeaderBytes = 18;

export interface Frame {
  readonly type: number;
  /** Bytes of `body`. */
  readonly size: number;
  /** A view on the pushed bytes where one push holds the whole frame; valid until the next frame is asked for. */
  readonly body: Uint8Array;
  /** Offset of a list of sub-messages in `body`; 0: none, and always with mini headers. */
  readonly subList: number;
}

export interface FrameReaderOptions {
  /** The link stage agreed on mini headers. */
  readonly miniHeader: boolean;
  /** Name for errors: 'display'. */
  readonly channel: string;
  /** The greatest body of a type, bytes; a larger one is refused before anything is allocated for it. */
  maxBody(type: number): number;
  /** The name of a type for errors. */
  messageName(type: number): string;
}

/** Cuts a byte stream into frames. Only here are partial messages kept; decoders always see whole bodies. */
export class FrameReader {
  readonly #options: FrameReaderOptions;
  readonly #headerBytes: number;
  readonly #header: Uint8Array;
  #headerFilled = 0;
  /** The frame whose header is complete and whose body is not. */
  #partial: { readonly frame: Frame; filled: number } | null = null;
  /** Bytes of the stream in front of the frame that is being read. */
  #offset = 0;

  constructor(options: FrameReaderOptions) {
    this.#options = options;
    this.#headerBytes = options.miniHeader ? miniHeaderBytes : fullHeaderBytes;
    this.#header = new Uint8Array(this.#headerBytes);
  }

  /** Bytes of the stream before the frame that is not complete yet. */
  get offset(): number {
    return this.#offset;
  }

  /**
   * Takes the stream's next bytes and yields the frames that they complete. Iterate to the end before the next push.
   * @throws WireError WIRE_LIMIT when a body is too large; the stream cannot be read on.
   */
  *push(bytes: Uint8Array): Generator<Frame, void, undefined> {
    let at = 0;
    while (at < bytes.length) {
      if (this.#partial !== null) {
        at += this.#fillBody(this.#partial, bytes, at);
        if (this.#partial.filled < this.#partial.frame.size) return;
        const { frame } = this.#partial;
        this.#partial = null;
        this.#offset += this.#headerBytes + frame.size;
        yield frame;
        continue;
      }
      const header = this.#takeHeader(bytes, at);
      if (header === null) return;
      at = header.next;
      const { type, size, subList } = header;
      if (bytes.length - at >= size) {
        const body = bytes.subarray(at, at + size);
        at += size;
        this.#offset += this.#headerBytes + size;
        yield { type, size, body, subList };
      } else {
        this.#partial = { frame: { type, size, body: new Uint8Array(size), subList }, filled: 0 };
      }
    }
  }

  /** The header that begins in `bytes` at `at`, or that began in earlier bytes; null: it is not complete yet. */
  #takeHeader(
    bytes: Uint8Array,
    at: number,
  ): { next: number; type: number; size: number; subList: number } | null {
    const missing = this.#headerBytes - this.#headerFilled;
    const available = Math.min(missing, bytes.length - at);
    if (available < missing || this.#headerFilled > 0) {
      this.#header.set(bytes.subarray(at, at + available), this.#headerFilled);
      this.#headerFilled += available;
      if (available < missing) return null;
      this.#headerFilled = 0;
      return { next: at + available, ...this.#parseHeader(this.#header, 0) };
    }
    return { next: at + available, ...this.#parseHeader(bytes, at) };
  }

  #parseHeader(bytes: Uint8Array, at: number): { type: number; size: number; subList: number } {
    const options = this.#options;
    const { miniHeader } = options;
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, this.#headerBytes);
    const type = view.getUint16(miniHeader ? 0 : 8, true);
    const size = view.getUint32(miniHeader ? 2 : 10, true);
    const subList = miniHeader ? 0 : view.getUint32(14, true);
    const max = options.maxBody(type);
    if (size > max) {
      const reason = `a body of ${size} bytes, the limit is ${max}`;
      throw new WireError(
        'WIRE_LIMIT',
        `${options.channel}.${options.messageName(type)}`,
        this.#offset,
        reason,
      );
    }
    return { type, size, subList };
  }

  /** Copies into the partial body; returns how many bytes it took. */
  #fillBody(partial: { readonly frame: Frame; filled: number }, bytes: Uint8Array, at: number): number {
    const length = Math.min(partial.frame.size - partial.filled, bytes.length - at);
    partial.frame.body.set(bytes.subarray(at, at + length), partial.filled);
    partial.filled += length;
    return length;
  }
}

/** How a message is written: the entries of the generated tables. */
export interface MessageEncoder<B> {
  readonly id: number;
  encode(writer: Writer, body: B): void;
}

/** Writes messages with their headers and counts serials, the first being 1. One for each direction of a channel. */
export class FrameWriter {
  readonly #miniHeader: boolean;
  #serial = 0;

  constructor(miniHeader: boolean) {
    this.#miniHeader = miniHeader;
  }

  /** The serial of the last message written; 0: none yet. */
  get serial(): number {
    return this.#serial;
  }

  write<B>(writer: Writer, message: MessageEncoder<B>, body: B): void {
    this.#serial++;
    const at = writer.reserve(this.#miniHeader ? miniHeaderBytes : fullHeaderBytes);
    // The body may move the writer on to another block; the header stays in this one.
    const { view } = writer;
    const start = writer.length;
    message.encode(writer, body);
    const size = writer.length - start;
    if (this.#miniHeader) {
      view.setUint16(at, message.id, true);
      view.setUint32(at + 2, size, true);
      return;
    }
    view.setUint32(at, this.#serial >>> 0, true);
    view.setUint32(at + 4, Math.floor(this.#serial / 0x1_0000_0000), true);
    view.setUint16(at + 8, message.id, true);
    view.setUint32(at + 10, size, true);
    view.setUint32(at + 14, 0, true);
  }
}
