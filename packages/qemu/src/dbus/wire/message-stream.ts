import { type DbusMessage, decodeMessage, fixedHeaderBytes, measureMessage } from './dbus-message.js';

/** Bytes kept between messages; a longer message's memory is given back after it. */
const keptBytes = 16 * 1024 * 1024;

/** Finds messages in a byte stream. */
export class MessageStream {
  #buffer = new Uint8Array(64 * 1024);
  #filled = 0;
  /** Bytes of the message that is coming in; null: its length has not come yet. */
  #total: number | null = null;

  /**
   * Gives each message that these bytes complete. Bytes in a message's body are only valid until `take` returns.
   * @throws DbusWireError; the stream is of no use after that.
   */
  push(bytes: Uint8Array, take: (message: DbusMessage) => void): void {
    let at = 0;
    while (at < bytes.length) {
      const wanted = (this.#total ?? fixedHeaderBytes) - this.#filled;
      const part = bytes.subarray(at, at + wanted);
      this.#buffer.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (part.length < wanted) return;
      if (this.#total === null) {
        this.#total = measureMessage(this.#buffer).total;
        this.#reserve(this.#total);
      }
      if (this.#filled === this.#total) this.#complete(take);
    }
  }

  #reserve(size: number): void {
    if (size <= this.#buffer.length) return;
    const grown = new Uint8Array(size);
    grown.set(this.#buffer.subarray(0, this.#filled));
    this.#buffer = grown;
  }

  #complete(take: (message: DbusMessage) => void): void {
    const total = this.#filled;
    this.#filled = 0;
    this.#total = null;
    take(decodeMessage(this.#buffer.subarray(0, total)));
    if (this.#buffer.length > keptBytes) this.#buffer = new Uint8Array(64 * 1024);
  }
}
