import {
  decodeUsbredirFirstHeader,
  decodeUsbredirHeader,
  decodeUsbredirServer,
  encodeUsbredirFirstHeader,
  encodeUsbredirHeader,
  type UsbredirServerMessage,
  usbredirClient,
} from '../generated/usbredir.codec.js';
import { Reader } from '../wire/reader.js';
import { WireError } from '../wire/wire-error.js';
import { Writer } from '../wire/writer.js';
import { usbredirCapabilities, usbredirHeaderBytes, usbredirLimits } from './protocol.js';
import { UsbredirError } from './usbredir-error.js';

/** A message of the side that has the device. */
export interface Received {
  readonly id: number;
  readonly message: UsbredirServerMessage;
}

/** A body that is longer is none. */
const maxBody = usbredirLimits.transfer + 64;

/** What both sides must be able to do: the messages are declared in these forms. */
export const requiredCapabilities = [
  usbredirCapabilities.connectDeviceVersion,
  usbredirCapabilities.deviceDisconnectAck,
  usbredirCapabilities.endpointInfoMaxPacketSize,
  usbredirCapabilities.ids64,
  usbredirCapabilities.bulkLength32,
] as const;

/** How a message is written: the entries of the generated table. */
interface MessageEncoder<Body> {
  readonly id: number;
  encode(writer: Writer, body: Body): void;
}

const bytesOf = (writer: Writer): Uint8Array => new Uint8Array(Buffer.concat(writer.chunks()));

/** A message to the side that has the device. */
export function encodeMessage<Body>(encoder: MessageEncoder<Body>, id: number, body: Body): Uint8Array {
  const content = new Writer();
  encoder.encode(content, body);
  const header = new Writer({ blockBytes: 64 });
  encodeUsbredirHeader(header, { type: encoder.id, length: content.length, id });
  return new Uint8Array(Buffer.concat([bytesOf(header), bytesOf(content)]));
}

/** Our HELLO. `version`: at most 63 bytes. */
export function encodeHello(version: string): Uint8Array {
  const text = new Uint8Array(64);
  text.set(new Uint8Array(Buffer.from(version)).subarray(0, 63));
  const capabilities = new Uint8Array(4);
  const word = requiredCapabilities.reduce((bits, bit) => bits | (1 << bit), 0);
  new DataView(capabilities.buffer).setUint32(0, word, true);
  const content = new Writer();
  usbredirClient.hello.encode(content, { version: text, capabilities });
  const header = new Writer({ blockBytes: 64 });
  encodeUsbredirFirstHeader(header, { type: usbredirClient.hello.id, length: content.length, id: 0 });
  return new Uint8Array(Buffer.concat([bytesOf(header), bytesOf(content)]));
}

/** Cuts the bytes of the side that has a device into messages, HELLO first. */
export class MessageStream {
  #parts: Uint8Array[] = [];
  #have = 0;
  /** Bytes without which nothing more can be told: parts are joined only then. */
  #need: number = usbredirHeaderBytes.first;
  #offset = 0;
  #greeted = false;

  /** The other side begins anew. */
  reset(): void {
    this.#parts = [];
    this.#have = 0;
    this.#need = usbredirHeaderBytes.first;
    this.#offset = 0;
    this.#greeted = false;
  }

  /**
   * The messages that are whole with these bytes.
   * @throws UsbredirError; nothing of this stream makes sense any more.
   */
  *feed(bytes: Uint8Array): Generator<Received> {
    this.#parts.push(bytes);
    this.#have += bytes.length;
    while (this.#have >= this.#need) {
      const headerBytes = this.#greeted ? usbredirHeaderBytes.other : usbredirHeaderBytes.first;
      const all = this.#joined();
      const reader = new Reader(all, 'usbredir.header');
      const header = this.#typed(() =>
        this.#greeted ? decodeUsbredirHeader(reader) : decodeUsbredirFirstHeader(reader),
      );
      if (header.length > maxBody) {
        throw this.#error('ERR_USBREDIR_SIZE', `${header.length} bytes, the limit is ${maxBody}`);
      }
      this.#need = headerBytes + header.length;
      if (this.#have < this.#need) return;
      const body = all.subarray(headerBytes, headerBytes + header.length);
      const message = this.#decode(header.type, body);
      this.#parts = [all.subarray(headerBytes + header.length)];
      this.#have -= headerBytes + header.length;
      this.#offset += headerBytes + header.length;
      this.#need = usbredirHeaderBytes.other;
      yield { id: header.id, message };
    }
  }

  #decode(type: number, body: Uint8Array): UsbredirServerMessage {
    if (!this.#greeted && type !== usbredirClient.hello.id) {
      throw this.#error('ERR_USBREDIR_MESSAGE', `type ${type} before HELLO`);
    }
    const message = this.#typed(() => decodeUsbredirServer(type, new Reader(body), 'usbredir'));
    if (message.name === 'hello') this.#greet(message.body.capabilities);
    return message;
  }

  /** What is wrong with bytes becomes an error of this stream. */
  #typed<T>(decode: () => T): T {
    try {
      return decode();
    } catch (error) {
      if (error instanceof WireError) throw this.#error('ERR_USBREDIR_BODY', error.message);
      throw error;
    }
  }

  #greet(capabilities: Uint8Array): void {
    if (this.#greeted) throw this.#error('ERR_USBREDIR_MESSAGE', 'a second HELLO');
    const lacking = requiredCapabilities.filter(
      (bit) => ((capabilities[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0,
    );
    if (lacking.length > 0) {
      throw this.#error('ERR_USBREDIR_PEER', `the client lacks capabilities ${lacking.join(', ')}`);
    }
    this.#greeted = true;
  }

  #joined(): Uint8Array {
    const [only] = this.#parts;
    if (this.#parts.length === 1 && only !== undefined) return only;
    const all = new Uint8Array(this.#have);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    this.#parts = [all];
    return all;
  }

  #error(code: UsbredirError['code'], message: string): UsbredirError {
    return new UsbredirError(code, message, this.#offset);
  }
}
