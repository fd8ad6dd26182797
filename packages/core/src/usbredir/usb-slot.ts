import { CharDevice } from '../chardev/char-device.js';
import {
  type UsbredirEndpointInfo,
  type UsbredirInterfaceInfo,
  usbredirClient,
} from '../generated/usbredir.codec.js';
import { encodeHello, encodeMessage, MessageStream, type Received } from './message-stream.js';
import { usbredirLimits } from './protocol.js';
import { UsbDevice } from './usb-device.js';
import { UsbredirError } from './usbredir-error.js';

export interface UsbSlotOptions {
  readonly name?: string;
  /** A client has plugged a device in. */
  connected(device: UsbDevice): void;
  /** It has been unplugged, or the client is gone. */
  disconnected?(device: UsbDevice): void;
  /** The client broke the rules: nothing more is heard of it until another one comes. */
  failed?(error: UsbredirError): void;
}

/**
 * A slot into which a client can plug one of its USB devices, for machines without a USB controller that speaks this
 * protocol itself. Add `device` to the server; clients see a free slot.
 */
export class UsbSlot {
  readonly device: CharDevice;
  readonly #options: UsbSlotOptions;
  readonly #stream = new MessageStream();
  #plugged: UsbDevice | null = null;
  #interfaces: UsbredirInterfaceInfo | null = null;
  #endpoints: UsbredirEndpointInfo | null = null;
  #broken = false;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;

  constructor(options: UsbSlotOptions) {
    this.#options = options;
    const { name = 'usbredir' } = options;
    this.device = new CharDevice(
      { type: 'usbredir', name },
      {
        data: (bytes) => this.#receive(bytes),
        writable: () => this.#flush(),
        clientOpened: (open) => this.#clientOpened(open),
      },
    );
    this.device.setOpen(true);
  }

  /** The device that is plugged in; null: there is none. */
  get plugged(): UsbDevice | null {
    return this.#plugged;
  }

  #clientOpened(open: boolean): void {
    this.#unplug();
    this.#stream.reset();
    this.#interfaces = null;
    this.#endpoints = null;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#broken = false;
    if (open) this.#write(encodeHello('lazyspice'));
  }

  #receive(bytes: Uint8Array): void {
    if (this.#broken) return;
    try {
      for (const received of this.#stream.feed(bytes)) this.#message(received);
    } catch (error) {
      if (!(error instanceof UsbredirError)) throw error;
      this.#broken = true;
      this.#unplug();
      this.#options.failed?.(error);
    }
  }

  #message({ id, message }: Received): void {
    switch (message.name) {
      case 'hello':
        return;
      case 'deviceConnect':
        return this.#plug(message.body);
      case 'deviceDisconnect':
        this.#unplug();
        return this.#write(encodeMessage(usbredirClient.deviceDisconnectAck, 0, {}));
      case 'interfaceInfo':
        if (message.body.count > 32) {
          throw new UsbredirError('ERR_USBREDIR_BODY', `${message.body.count} interfaces, the limit is 32`);
        }
        this.#interfaces = message.body;
        break;
      case 'endpointInfo':
        this.#endpoints = message.body;
        break;
    }
    // What was under way when a device went is still answered.
    this.#plugged?.received(id, message);
  }

  #plug(connect: ConstructorParameters<typeof UsbDevice>[0]['connect']): void {
    if (this.#plugged !== null) throw new UsbredirError('ERR_USBREDIR_MESSAGE', 'a second device');
    const interfaces = this.#interfaces;
    const endpoints = this.#endpoints;
    if (interfaces === null || endpoints === null) {
      throw new UsbredirError('ERR_USBREDIR_MESSAGE', 'a device without interfaces and endpoints');
    }
    const device = new UsbDevice({ connect, interfaces, endpoints }, (bytes) => this.#write(bytes));
    this.#plugged = device;
    this.#options.connected(device);
  }

  #unplug(): void {
    const device = this.#plugged;
    if (device === null) return;
    this.#plugged = null;
    device.left();
    this.#options.disconnected?.(device);
  }

  #write(bytes: Uint8Array): void {
    if (this.#waitingBytes + bytes.length > usbredirLimits.queued) {
      throw new UsbredirError('ERR_USBREDIR_BUSY', `${this.#waitingBytes} bytes wait for the client already`);
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#flush();
  }

  #flush(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const taken = this.device.write(first);
      this.#waitingBytes -= taken;
      if (taken < first.length) {
        this.#waiting[0] = first.subarray(taken);
        return;
      }
      this.#waiting.shift();
    }
  }
}
