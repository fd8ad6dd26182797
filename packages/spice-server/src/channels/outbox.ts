import { Writer } from '@lazyspice/core';

const miniHeaderBytes = 6;
const fullHeaderBytes = 18;

/** How a kind of message is sent: the generated tables' entries. */
export interface MessageEncoder<Body> {
  readonly id: number;
  encode(writer: Writer, body: Body): void;
}

/**
 * Messages on their way to one client: header and body of each are written into one stream of chunks; large
 * payloads stay where they are. Serials count from 1 (protocol §3.1).
 */
export class Outbox {
  readonly #writer = new Writer();
  readonly #miniHeader: boolean;
  #serial = 0;

  constructor(miniHeader: boolean) {
    this.#miniHeader = miniHeader;
  }

  /** The serial of the last message begun. */
  get serial(): number {
    return this.#serial;
  }

  /** Bytes written and not taken. */
  get length(): number {
    return this.#writer.length;
  }

  send<Body>(message: MessageEncoder<Body>, body: Body): void {
    const writer = this.#writer;
    this.#serial++;
    const at = writer.reserve(this.#miniHeader ? miniHeaderBytes : fullHeaderBytes);
    // The body may move the writer on to another block; the size goes into this one.
    const { view } = writer;
    const sizeAt = this.#header(view, at, message.id);
    const start = writer.length;
    message.encode(writer, body);
    view.setUint32(sizeAt, writer.length - start, true);
  }

  /** Writes the header but for its size; returns where that goes. */
  #header(view: DataView, at: number, type: number): number {
    if (this.#miniHeader) {
      view.setUint16(at, type, true);
      return at + 2;
    }
    view.setUint32(at, this.#serial, true);
    view.setUint32(at + 4, Math.floor(this.#serial / 0x1_0000_0000), true);
    view.setUint16(at + 8, type, true);
    view.setUint32(at + 14, 0, true);
    return at + 10;
  }

  take(): readonly Uint8Array[] {
    return this.#writer.takeChunks();
  }
}
