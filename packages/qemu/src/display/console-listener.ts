import type { DbusAnswer } from '../dbus/dbus-peer.js';
import type { DbusMessage } from '../dbus/wire/dbus-message.js';
import type { DbusValue } from '../dbus/wire/values.js';
import type { ConsoleSink } from './display-link.js';
import { answerProperties } from './properties.js';
import { propertiesInterface } from './qemu-objects.js';

/** x8r8g8b8 and a8r8g8b8 as pixman numbers them. */
const pixelFormats: ReadonlySet<DbusValue> = new Set([0x20020888, 0x20028888]);
const numbers = (values: readonly DbusValue[]): number[] => values.map(Number);

/** What QEMU calls to show one console. */
export class ConsoleListener {
  readonly #sink: ConsoleSink;
  readonly #log: (message: string) => void;
  #complained = false;

  constructor(sink: ConsoleSink, log: (message: string) => void) {
    this.#sink = sink;
    this.#log = log;
  }

  serve(message: DbusMessage): DbusAnswer | null {
    if (message.interface === propertiesInterface) return answerProperties(message);
    switch (message.member) {
      case 'Scanout':
        this.#scanout(message);
        break;
      case 'Update':
        this.#update(message);
        break;
      case 'CursorDefine':
        this.#pointerShape(message);
        break;
      case 'MouseSet':
        this.#pointer(message);
        break;
      case 'Disable':
        break;
      default:
        throw new Error(`no method ${message.member}`);
    }
    return null;
  }

  #scanout({ signature, body }: DbusMessage): void {
    if (signature !== 'uuuuay') return;
    const [width, height, stride, format] = numbers(body.slice(0, 4));
    if (!this.#knows(format)) return;
    this.#sink.resize(width, height);
    this.#pixels(0, 0, width, height, stride, body[4]);
  }

  #update({ signature, body }: DbusMessage): void {
    if (signature !== 'iiiiuuay') return;
    const [x, y, width, height, stride, format] = numbers(body.slice(0, 6));
    if (this.#knows(format)) this.#pixels(x, y, width, height, stride, body[6]);
  }

  #pixels(x: number, y: number, width: number, height: number, stride: number, data: DbusValue): void {
    if (!(data instanceof Uint8Array) || width < 1 || height < 1 || x < 0 || y < 0) return;
    if (stride < width * 4 || data.length < stride * (height - 1) + width * 4) return;
    this.#sink.update({ x, y, width, height, stride, bytes: data });
  }

  #pointerShape({ signature, body }: DbusMessage): void {
    if (signature !== 'iiiiay') return;
    const [width, height, hotX, hotY] = numbers(body.slice(0, 4));
    const data = body[4];
    const fits = width > 0 && height > 0 && width <= 1024 && height <= 1024 && hotX >= 0 && hotY >= 0;
    if (!fits || !(data instanceof Uint8Array) || data.length < width * height * 4) return;
    this.#sink.pointerShape({ width, height, hotX, hotY, bytes: data.subarray(0, width * height * 4) });
  }

  #pointer({ signature, body }: DbusMessage): void {
    if (signature !== 'iii') return;
    const [x, y, on] = numbers(body);
    this.#sink.pointerMoved(x, y, on !== 0);
  }

  #knows(format: number): boolean {
    if (pixelFormats.has(format)) return true;
    if (!this.#complained) this.#log(`QEMU shows pixels of an unknown format 0x${format.toString(16)}`);
    this.#complained = true;
    return false;
  }
}
