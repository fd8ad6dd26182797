import { type CharDeviceInterface, type CharDeviceServer, charDeviceWindow } from '@lazyspice/core';

/** What is done with the bytes of one character device: a channel of its own, the agent, … */
export interface CharService {
  /** Opens or closes with the guest's end. Nothing is kept across a close. */
  guestOpened(open: boolean): void;
  /** Bytes of the guest, for the service to keep; it calls `CharPipe.taken` when it has done with them. */
  data(bytes: Uint8Array): void;
  /** The guest has taken something: `CharPipe.room` has grown. */
  writable(): void;
  /** The guest sent a break. */
  guestBreak(): void;
  /** The device is gone. */
  removed(): void;
}

/** A device sent more than it was granted. */
export class CharDeviceError extends Error {
  override readonly name = 'CharDeviceError';
  readonly code = 'ERR_CHARDEV_CREDIT';
}

/**
 * The server's end of one character device: who has opened it, and how much may be sent each way. A device that
 * breaks the rules is taken out of use.
 */
export class CharPipe implements CharDeviceServer {
  readonly name: string;
  readonly portName: string | null;
  readonly #device: CharDeviceInterface;
  readonly #fail: (error: Error) => void;
  #service: CharService | null = null;
  #open = false;
  #clientOpen = false;
  #gone = false;
  /** Bytes that the device may still send, and that it may still be sent. */
  #inward = charDeviceWindow;
  #outward = charDeviceWindow;

  /** @param fail the device cannot be served any longer. */
  constructor(device: CharDeviceInterface, fail: (error: Error) => void) {
    this.name = device.name;
    this.portName = device.portName;
    this.#device = device;
    this.#fail = fail;
  }

  /** Bytes go to `service` from now on, and the guest's end is heard of. */
  serve(service: CharService): void {
    this.#service = service;
  }

  /** The guest's end is open. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** Bytes that may be written now; 0 while the guest's end is closed. */
  get room(): number {
    return this.#open && !this.#gone ? this.#outward : 0;
  }

  /**
   * Gives bytes to the guest; they are handed over. No more than `room`.
   * @throws RangeError when they are more.
   */
  write(bytes: Uint8Array): void {
    if (bytes.length > this.room)
      throw new RangeError(`${this.name}: ${bytes.length} bytes, room for ${this.room}`);
    if (bytes.length === 0) return;
    this.#outward -= bytes.length;
    this.#device.receive(bytes);
  }

  /** So many bytes that came through `CharService.data` need no memory any more. */
  taken(bytes: number): void {
    if (this.#gone || bytes === 0) return;
    this.#inward += bytes;
    this.#device.grant(bytes);
  }

  /** Tells the device whether a client has it open; a state it has is told once. */
  setClientOpen(open: boolean): void {
    if (this.#gone || open === this.#clientOpen) return;
    this.#clientOpen = open;
    this.#device.clientOpened(open);
  }

  /** A client's break. */
  writeBreak(): void {
    if (this.#open && !this.#gone) this.#device.receiveBreak();
  }

  /** What the device said cannot be understood: it is taken out of use. */
  giveUp(error: Error): void {
    if (!this.#gone) this.#fail(error);
  }

  setOpen(open: boolean): void {
    if (this.#gone || open === this.#open) return;
    this.#open = open;
    this.#service?.guestOpened(open);
  }

  send(bytes: Uint8Array): void {
    if (this.#gone) return;
    if (bytes.length > this.#inward) {
      return this.#fail(
        new CharDeviceError(`${this.name}: sent ${bytes.length} bytes with credit for ${this.#inward}`),
      );
    }
    this.#inward -= bytes.length;
    if (this.#open && this.#service !== null) this.#service.data(bytes);
    else this.taken(bytes.length);
  }

  grant(bytes: number): void {
    if (this.#gone) return;
    if (!(Number.isSafeInteger(bytes) && bytes >= 0 && this.#outward + bytes <= charDeviceWindow)) {
      return this.#fail(
        new CharDeviceError(
          `${this.name}: granted ${bytes} bytes beside ${this.#outward} of ${charDeviceWindow}`,
        ),
      );
    }
    this.#outward += bytes;
    if (this.#open) this.#service?.writable();
  }

  sendBreak(): void {
    if (this.#open && !this.#gone) this.#service?.guestBreak();
  }

  /** The device is taken out of use. */
  remove(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#service?.removed();
    this.#device.detached?.();
  }
}
