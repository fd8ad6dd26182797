import {
  type CharDeviceInterface,
  type CharDeviceServer,
  type CharDeviceType,
  charDeviceWindow,
} from '../contracts/interfaces.js';

export interface CharDeviceIdentity {
  /** For logs; default the port's name or the type. */
  readonly name?: string;
  readonly type: CharDeviceType;
  /** What clients know a `port` by; required for ports, and for ports alone. */
  readonly portName?: string;
}

/** The guest's end of a character device. */
export interface CharDeviceGuest {
  /**
   * Bytes from the clients, which are the guest's from now on. More come while a promise that this returned is
   * pending, but no more than `charDeviceWindow` altogether; without a promise they count as taken at once.
   */
  data(bytes: Uint8Array): void | Promise<void>;
  /** After `write` took less than it was given: there is room again. */
  writable?(): void;
  /** A client opened its end, or the last one closed it. */
  clientOpened?(open: boolean): void;
  /** A client sent a break. */
  receiveBreak?(): void;
  /** A server took the device into use, or is gone. */
  attached?(attached: boolean): void;
}

/** A character device whose guest is an object in this process. It may be opened before there is a server. */
export class CharDevice implements CharDeviceInterface {
  readonly kind = 'chardev';
  readonly type: CharDeviceType;
  readonly name: string;
  readonly portName: string | null;
  readonly #guest: CharDeviceGuest;
  #server: CharDeviceServer | null = null;
  #open = false;
  #clientOpen = false;
  /** Bytes that may be sent. */
  #credit = 0;
  /** Bytes received and not taken. */
  #held = 0;
  #short = false;

  /** @throws TypeError for a port without a name, or a name without a port. */
  constructor({ type, portName, name }: CharDeviceIdentity, guest: CharDeviceGuest) {
    if ((type === 'port') !== (portName !== undefined && portName !== '')) {
      throw new TypeError(`a port has a name, and nothing else has: ${type}`);
    }
    this.type = type;
    this.portName = portName ?? null;
    this.name = name ?? portName ?? type;
    this.#guest = guest;
  }

  /** The guest has it open. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** A client has it open. */
  get isClientOpen(): boolean {
    return this.#clientOpen;
  }

  /** A server has it in use. */
  get isAttached(): boolean {
    return this.#server !== null;
  }

  /** The guest opens or closes its end. */
  setOpen(open: boolean): void {
    if (open === this.#open) return;
    this.#open = open;
    this.#server?.setOpen(open);
  }

  /**
   * Gives bytes to the clients; they are copied. Returns how many of them: with less than all, `writable` is called when
   * there is room. Without a server, or closed, all are dropped, as on a line that nobody listens to.
   */
  write(bytes: Uint8Array): number {
    if (this.#server === null || !this.#open) return bytes.length;
    let taken = 0;
    // A server in the same thread may grant more while it is given something: that is used up here.
    while (taken < bytes.length && this.#credit > 0) {
      const part = new Uint8Array(bytes.subarray(taken, taken + this.#credit));
      taken += part.length;
      this.#credit -= part.length;
      this.#server?.send(part);
    }
    if (taken < bytes.length) this.#short = true;
    return taken;
  }

  sendBreak(): void {
    if (this.#open) this.#server?.sendBreak();
  }

  attached(server: CharDeviceServer): void {
    this.#server = server;
    this.#credit = charDeviceWindow;
    this.#held = 0;
    if (this.#open) server.setOpen(true);
    this.#guest.attached?.(true);
    this.#roomAgain();
  }

  detached(): void {
    this.#server = null;
    this.clientOpened(false);
    this.#guest.attached?.(false);
    this.#roomAgain();
  }

  clientOpened(open: boolean): void {
    if (open === this.#clientOpen) return;
    this.#clientOpen = open;
    this.#guest.clientOpened?.(open);
  }

  /** Whoever sends more than was granted is not heard: servers are not trusted. */
  receive(bytes: Uint8Array): void {
    const { length } = bytes;
    if (this.#held + length > charDeviceWindow) return;
    const server = this.#server;
    this.#held += length;
    const taken = (): void => {
      if (server !== this.#server) return;
      this.#held -= length;
      server?.grant(length);
    };
    const done = length > 0 && this.#open ? this.#guest.data(bytes) : undefined;
    if (done === undefined) taken();
    else done.then(taken, taken);
  }

  grant(bytes: number): void {
    if (!(Number.isSafeInteger(bytes) && bytes > 0)) return;
    this.#credit = Math.min(charDeviceWindow, this.#credit + bytes);
    this.#roomAgain();
  }

  receiveBreak(): void {
    if (this.#open) this.#guest.receiveBreak?.();
  }

  #roomAgain(): void {
    if (!this.#short) return;
    this.#short = false;
    this.#guest.writable?.();
  }
}
