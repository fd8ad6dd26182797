import { connect, type Socket } from 'node:net';
import {
  type ConsoleSink,
  type DisplayLink,
  type DisplayLinkEvents,
  type PointerButton,
  pointerButtons,
} from '../display/display-link.js';
import { QemuError, reasonOf } from '../errors.js';
import { RfbClient, type RfbSink, vncFrequency } from './wire/rfb-client.js';
import { keyEvent, pointerEvent } from './wire/rfb-messages.js';

/** Bits of the buttons that VNC has. */
const buttonBits: Readonly<Partial<Record<PointerButton, number>>> = {
  [pointerButtons.left]: 1,
  [pointerButtons.middle]: 2,
  [pointerButtons.right]: 4,
  [pointerButtons.wheelUp]: 8,
  [pointerButtons.wheelDown]: 16,
};
/** What stands for no motion while the guest takes relative ones. */
const restPosition = 0x7fff;
const readBytes = 256 * 1024;

export interface VncDisplayOptions {
  /** The UNIX socket of QEMU's VNC server. */
  readonly path: string;
  readonly events: DisplayLinkEvents;
}

/** QEMU's VNC server: one console, and sound in one direction. The next frame comes when the last one is taken. */
export class VncDisplay implements DisplayLink {
  readonly kind = 'VNC';
  readonly consoles = 1;
  readonly #socket: Socket;
  readonly #events: DisplayLinkEvents;
  readonly #console: ConsoleSink;
  readonly #client: RfbClient;
  #absolute = false;
  #buttons = 0;
  #x = 0;
  #y = 0;
  #closed = false;
  #opened: { resolve(): void; reject(error: Error): void } | null = null;

  /** @throws QemuError ERR_QEMU_GONE */
  static async open({ path, events }: VncDisplayOptions): Promise<VncDisplay> {
    const display: VncDisplay = await new Promise((resolve, reject) => {
      const created: VncDisplay = new VncDisplay(path, events, { resolve: () => resolve(created), reject });
    });
    return display;
  }

  private constructor(
    path: string,
    events: DisplayLinkEvents,
    opened: { resolve(): void; reject(error: Error): void },
  ) {
    this.#opened = opened;
    this.#events = events;
    this.#console = events.console(0);
    this.#client = new RfbClient(this.#sink());
    const callback = (size: number, buffer: Uint8Array): boolean => {
      this.#receive(buffer.subarray(0, size));
      return true;
    };
    this.#socket = connect({ path, onread: { buffer: Buffer.allocUnsafe(readBytes), callback } });
    this.#socket.on('error', (error) => this.#end(error.message));
    this.#socket.on('close', () => this.#end('QEMU closed the connection'));
  }

  key(code: number, down: boolean): void {
    this.#send(keyEvent(code, down));
  }

  button(button: PointerButton, down: boolean): void {
    const bit = buttonBits[button] ?? 0;
    this.#buttons = down ? this.#buttons | bit : this.#buttons & ~bit;
    if (this.#absolute) this.#send(pointerEvent(this.#buttons, this.#x, this.#y));
    else this.#send(pointerEvent(this.#buttons, restPosition, restPosition));
  }

  motion(dx: number, dy: number): void {
    const limit = (delta: number): number =>
      restPosition + Math.max(-restPosition, Math.min(restPosition, delta));
    if (!this.#absolute) this.#send(pointerEvent(this.#buttons, limit(dx), limit(dy)));
  }

  position(_console: number, x: number, y: number): void {
    this.#x = Math.max(0, Math.min(0xffff, x));
    this.#y = Math.max(0, Math.min(0xffff, y));
    if (this.#absolute) this.#send(pointerEvent(this.#buttons, this.#x, this.#y));
  }

  close(): void {
    this.#end('closed');
  }

  #sink(): RfbSink {
    const { playback, leds } = this.#events;
    return {
      send: (bytes) => this.#send(bytes),
      ready: () => this.#opened?.resolve(),
      resize: (width, height) => this.#console.resize(width, height),
      pixels: (x, y, width, height, bytes) =>
        this.#console.update({ x, y, width, height, stride: width * 4, bytes }),
      pointerShape: (width, height, hotX, hotY, bytes) =>
        this.#console.pointerShape({ width, height, hotX, hotY, bytes }),
      absolute: (absolute) => {
        this.#absolute = absolute;
        this.#events.absolute(absolute);
      },
      leds: (mask) => leds.call(this.#events, mask),
      audio: (event) => {
        if (event === 'stop') playback.stop();
        else playback.start({ frequency: vncFrequency, channels: 2, sampleFormat: 's16' });
      },
      samples: (bytes) => playback.samples(bytes),
    };
  }

  #receive(bytes: Uint8Array): void {
    if (this.#closed) return;
    try {
      this.#client.push(bytes);
    } catch (error) {
      this.#end(reasonOf(error));
    }
  }

  #send(bytes: Uint8Array): void {
    if (!this.#closed) this.#socket.write(bytes);
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.destroy();
    this.#opened?.reject(new QemuError('ERR_QEMU_GONE', `no VNC: ${reason}`));
    this.#opened = null;
    this.#events.closed(reason);
  }
}
