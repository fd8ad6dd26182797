/** A connection's number: 1 and up. */
export type ConnectionId = number;

/** What came for a connection: bytes, or null: the other side has closed it. */
export type MuxEvent = readonly [id: ConnectionId, data: Uint8Array | null];

/** i64 number of the connection, u16 bytes that follow. */
const headerBytes = 10;
const maxPart = 65_535;

/** The header of `length` bytes, 0..65535, of a connection; 0 closes it. */
function header(id: ConnectionId, length: number): Uint8Array {
  const bytes = new Uint8Array(headerBytes);
  const view = new DataView(bytes.buffer);
  view.setBigInt64(0, BigInt(id), true);
  view.setUint16(8, length, true);
  return bytes;
}

/** Bytes of a connection as the client's WebDAV server takes them: protocol §5.8. */
export function muxed(id: ConnectionId, data: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += maxPart) {
    const part = data.subarray(at, at + maxPart);
    parts.push(header(id, part.length), part);
  }
  return parts;
}

/** The end of a connection. */
export const muxedEnd = (id: ConnectionId): Uint8Array => header(id, 0);

/** Takes apart what the client's WebDAV server sends: bytes are handed on as they come, none are kept. */
export class Demux {
  readonly #header = new Uint8Array(headerBytes);
  #have = 0;
  #id: ConnectionId = 0;
  #left = 0;

  /** The client is another one. */
  reset(): void {
    this.#have = 0;
    this.#left = 0;
  }

  /** In the order they were sent. A number that nobody has is for the caller to pass over. */
  feed(bytes: Uint8Array): MuxEvent[] {
    const events: MuxEvent[] = [];
    for (let at = 0; at < bytes.length; ) {
      if (this.#left > 0) {
        const part = bytes.subarray(at, at + this.#left);
        events.push([this.#id, part]);
        this.#left -= part.length;
        at += part.length;
        continue;
      }
      const part = bytes.subarray(at, at + headerBytes - this.#have);
      this.#header.set(part, this.#have);
      this.#have += part.length;
      at += part.length;
      if (this.#have < headerBytes) break;
      const view = new DataView(this.#header.buffer);
      this.#id = Number(view.getBigInt64(0, true));
      this.#left = view.getUint16(8, true);
      this.#have = 0;
      if (this.#left === 0) events.push([this.#id, null]);
    }
    return events;
  }
}
