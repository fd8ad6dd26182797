import { protocolLimits } from '../protocol/limits.js';

/** What a virtual card reader and its host say to each other: protocol §5.9. */
export interface VscMessage {
  /** One of `vscTypes`. */
  readonly type: number;
  /** `noReader`: none yet. */
  readonly readerId: number;
  /** At most `protocolLimits.smartcardClientBody` bytes. */
  readonly data: Uint8Array;
}
export const vscTypes = {
  init: 1,
  error: 2,
  readerAdd: 3,
  readerRemove: 4,
  atr: 5,
  cardRemove: 6,
  apdu: 7,
  flush: 8,
  flushComplete: 9,
} as const;
/** What an `error` message carries. */
export const vscErrors = { none: 0, general: 1, cannotAddReaders: 2, cardInserted: 3 } as const;
export const noReader = 0xffff_ffff;

const headerBytes = 12;

/** A card reader's device said what it must not. */
export class VscError extends Error {
  override readonly name = 'VscError';
  readonly code = 'ERR_SMARTCARD_STREAM';
  /** Of the message, in the bytes since the device was opened. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(`${message} (offset ${offset})`);
    this.offset = offset;
  }
}

/** A message as devices have it: the numbers big-endian. */
export function encodeVsc({ type, readerId, data }: VscMessage): Uint8Array {
  const bytes = new Uint8Array(headerBytes + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type);
  view.setUint32(4, readerId);
  view.setUint32(8, data.length);
  bytes.set(data, headerBytes);
  return bytes;
}

/** Cuts a device's bytes into messages, whichever way they come. */
export class VscStream {
  #parts: Uint8Array[] = [];
  #have = 0;
  /** Bytes without which nothing more can be told: parts are joined only then. */
  #need = headerBytes;
  #offset = 0;

  /** Forgets a message that has not come whole. */
  reset(): void {
    this.#parts = [];
    this.#have = 0;
    this.#need = headerBytes;
    this.#offset = 0;
  }

  /**
   * The messages that are whole with these bytes.
   * @throws VscError for a message that is longer than the limit, or of no known type.
   */
  feed(bytes: Uint8Array): VscMessage[] {
    this.#parts.push(bytes);
    this.#have += bytes.length;
    if (this.#have < this.#need) return [];
    const all = joined(this.#parts, this.#have);
    const view = new DataView(all.buffer, all.byteOffset, all.length);
    const messages: VscMessage[] = [];
    let at = 0;
    this.#need = headerBytes;
    while (all.length - at >= headerBytes) {
      const type = view.getUint32(at);
      const length = view.getUint32(at + 8);
      if (type < vscTypes.init || type > vscTypes.flushComplete) {
        throw new VscError(`smartcard: messages of type ${type} are not known`, this.#offset + at);
      }
      if (length > protocolLimits.smartcardClientBody) {
        const limit = protocolLimits.smartcardClientBody;
        throw new VscError(
          `smartcard: a message of ${length} bytes, the limit is ${limit}`,
          this.#offset + at,
        );
      }
      if (all.length - at - headerBytes < length) {
        this.#need = headerBytes + length;
        break;
      }
      const body = at + headerBytes;
      messages.push({ type, readerId: view.getUint32(at + 4), data: all.slice(body, body + length) });
      at = body + length;
    }
    this.#offset += at;
    this.#parts = at === all.length ? [] : [all.slice(at)];
    this.#have = all.length - at;
    return messages;
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
