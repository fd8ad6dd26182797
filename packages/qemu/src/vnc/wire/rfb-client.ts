import { RfbError } from './rfb-error.js';
import { enableAudio, encodings, requestUpdate, setEncodings, setPixelFormat } from './rfb-messages.js';

/** What the server's messages mean. Bytes are valid only during the call. */
export interface RfbSink {
  send(bytes: Uint8Array): void;
  /** The connection is usable. */
  ready(): void;
  resize(width: number, height: number): void;
  /** B G R X, rows of 4 * width bytes. */
  pixels(x: number, y: number, width: number, height: number, bytes: Uint8Array): void;
  /** B G R A with straight alpha. */
  pointerShape(width: number, height: number, hotX: number, hotY: number, bytes: Uint8Array): void;
  absolute(absolute: boolean): void;
  leds(mask: number): void;
  audio(event: 'start' | 'stop'): void;
  samples(bytes: Uint8Array): void;
}

/** Bytes of a name, of clipboard text and of one piece of sound. */
const maxBlob = 16 * 1024 * 1024;
const maxCursorSide = 1024;
/** Hz of the sound that is asked for. */
export const vncFrequency = 48_000;

const wanted = [
  encodings.raw,
  encodings.extendedDesktopSize,
  encodings.desktopSize,
  encodings.lastRectangle,
  encodings.pointerType,
  encodings.extendedKeys,
  encodings.audio,
  encodings.ledState,
  encodings.alphaCursor,
];

/** A parser that asks for so many bytes and is given them; they are valid until it asks again. */
type Parser<T = void> = Generator<number, T, DataView>;

/** The client of a VNC server on a private socket: RFB 3.8, without authentication. */
export class RfbClient {
  readonly #sink: RfbSink;
  readonly #parser: Parser;
  #buffer = new Uint8Array(64 * 1024);
  #filled = 0;
  #wanted: number;
  #offset = 0;
  #width = 0;
  #height = 0;

  constructor(sink: RfbSink) {
    this.#sink = sink;
    this.#parser = this.#run();
    this.#wanted = this.#parser.next().value as number;
  }

  /** Takes bytes of the server. @throws RfbError; the connection is of no use after that. */
  push(bytes: Uint8Array): void {
    let at = 0;
    do {
      const part = bytes.subarray(at, at + this.#wanted - this.#filled);
      this.#buffer.set(part, this.#filled);
      this.#filled += part.length;
      this.#offset += part.length;
      at += part.length;
      // A parser that asks for nothing goes on at once.
      while (this.#filled === this.#wanted) this.#advance();
    } while (at < bytes.length);
  }

  /** Asks for the next changes, or for everything. */
  request(incremental: boolean): void {
    this.#sink.send(requestUpdate(incremental, this.#width, this.#height));
  }

  #advance(): void {
    const view = new DataView(this.#buffer.buffer, 0, this.#filled);
    this.#filled = 0;
    this.#wanted = this.#parser.next(view).value as number;
    if (this.#wanted > this.#buffer.length) this.#buffer = new Uint8Array(this.#wanted);
  }

  #fail(message: string): never {
    throw new RfbError('ERR_RFB_FORMAT', this.#offset, message);
  }

  *#run(): Parser {
    yield* this.#handshake();
    for (;;) {
      const kind = (yield 1).getUint8(0);
      if (kind === 0) yield* this.#update();
      else if (kind === 1) yield* this.#skip((yield 5).getUint16(3) * 6);
      else if (kind === 3) yield* this.#skip(Math.abs((yield 7).getInt32(3)));
      else if (kind === 255) yield* this.#qemuMessage();
      else if (kind !== 2) this.#fail(`unknown message ${kind}`);
    }
  }

  *#handshake(): Parser {
    const version = yield 12;
    const text = String.fromCharCode(...new Uint8Array(version.buffer, 0, 12));
    if (!/^RFB 003\.00[78]\n$/.test(text)) this.#fail('no RFB 3.8');
    this.#sink.send(Buffer.from('RFB 003.008\n', 'latin1'));
    const count = (yield 1).getUint8(0);
    const types = yield count;
    const noneOffered = Array.from({ length: count }, (_, index) => types.getUint8(index)).includes(1);
    if (!noneOffered) throw new RfbError('ERR_RFB_REFUSED', this.#offset, 'the VNC server wants a password');
    this.#sink.send(Uint8Array.of(1));
    if ((yield 4).getUint32(0) !== 0) throw new RfbError('ERR_RFB_REFUSED', this.#offset, 'refused');
    this.#sink.send(Uint8Array.of(1));
    const init = yield 24;
    const [width, height, nameBytes] = [init.getUint16(0), init.getUint16(2), init.getUint32(20)];
    yield* this.#skip(nameBytes);
    this.#sink.send(setPixelFormat());
    this.#sink.send(setEncodings(wanted));
    this.#sink.ready();
    this.#resize(width, height);
  }

  #resize(width: number, height: number): void {
    this.#width = width;
    this.#height = height;
    this.#sink.resize(width, height);
    this.request(false);
  }

  *#skip(size: number): Parser {
    if (size > maxBlob) throw new RfbError('ERR_RFB_LIMIT', this.#offset, `${size} bytes are too many`);
    yield size;
  }

  *#update(): Parser {
    let count = (yield 3).getUint16(1);
    for (; count > 0; count--) {
      const head = yield 12;
      const [x, y, width, height] = [0, 2, 4, 6].map((offset) => head.getUint16(offset));
      const encoding = head.getInt32(8);
      if (encoding === encodings.lastRectangle) break;
      yield* this.#rectangle(encoding, x, y, width, height);
    }
    this.request(true);
  }

  *#rectangle(encoding: number, x: number, y: number, width: number, height: number): Parser {
    switch (encoding) {
      case encodings.raw: {
        const fits = x + width <= this.#width && y + height <= this.#height;
        if (!fits) this.#fail('a rectangle is not on the screen');
        const view = yield width * height * 4;
        this.#sink.pixels(x, y, width, height, new Uint8Array(view.buffer, 0, view.byteLength));
        break;
      }
      case encodings.desktopSize:
        this.#resize(width, height);
        break;
      case encodings.extendedDesktopSize: {
        const screens = (yield 4).getUint8(0);
        yield screens * 16;
        // Otherwise it answers a wish for another size, which is never uttered here.
        if (x !== 1) this.#resize(width, height);
        break;
      }
      case encodings.alphaCursor:
        yield* this.#cursor(width, height, x, y);
        break;
      case encodings.pointerType:
        this.#sink.absolute(x === 1);
        break;
      case encodings.audio:
        this.#sink.send(enableAudio(vncFrequency));
        break;
      case encodings.ledState:
        this.#sink.leds((yield 1).getUint8(0));
        break;
      case encodings.extendedKeys:
        break;
      default:
        this.#fail(`unknown encoding ${encoding}`);
    }
  }

  *#cursor(width: number, height: number, hotX: number, hotY: number): Parser {
    if (width > maxCursorSide || height > maxCursorSide) {
      throw new RfbError('ERR_RFB_LIMIT', this.#offset, `a pointer of ${width}x${height} is too large`);
    }
    if ((yield 4).getInt32(0) !== encodings.raw) this.#fail('a pointer in an unknown encoding');
    const view = yield width * height * 4;
    if (width === 0 || height === 0) return;
    this.#sink.pointerShape(width, height, hotX, hotY, new Uint8Array(view.buffer, 0, view.byteLength));
  }

  *#qemuMessage(): Parser {
    const head = yield 3;
    if (head.getUint8(0) !== 1) this.#fail(`unknown message 255/${head.getUint8(0)}`);
    const operation = head.getUint16(1);
    if (operation === 2) {
      const size = (yield 4).getUint32(0);
      if (size > maxBlob) throw new RfbError('ERR_RFB_LIMIT', this.#offset, `${size} bytes are too many`);
      const view = yield size;
      this.#sink.samples(new Uint8Array(view.buffer, 0, size));
    } else if (operation === 0 || operation === 1) this.#sink.audio(operation === 1 ? 'start' : 'stop');
    else this.#fail(`unknown sound operation ${operation}`);
  }
}
