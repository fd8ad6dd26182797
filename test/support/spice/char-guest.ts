import type { CharDeviceIdentity } from '@lazyspice/core/chardev';
import { CharDevice } from '@lazyspice/core/chardev';
import type { Bench } from './bench.js';

/** The guest of a character device, for tests: keeps what it gets, and can hold it back. */
export class CharGuest {
  readonly device: CharDevice;
  /** What came from the clients. */
  readonly received: Uint8Array[] = [];
  /** What happened besides bytes, in order. */
  readonly events: string[] = [];
  /** The guest reads; otherwise it takes nothing until `resume`. */
  reads = true;
  #held: (() => void)[] = [];
  /** Bytes to send that did not fit yet. */
  #unsent: Uint8Array = new Uint8Array(0);

  constructor(identity: CharDeviceIdentity) {
    this.device = new CharDevice(identity, {
      data: (bytes) => {
        this.received.push(bytes);
        if (this.reads) return;
        return new Promise((resolve) => this.#held.push(resolve));
      },
      writable: () => this.#flush(),
      clientOpened: (open) => this.events.push(open ? 'client open' : 'client closed'),
      receiveBreak: () => this.events.push('break'),
      attached: (attached) => this.events.push(attached ? 'attached' : 'detached'),
    });
  }

  /** Plugged into the bench's server, and opened. */
  static add(bench: Bench, identity: CharDeviceIdentity): { readonly guest: CharGuest; remove(): void } {
    const guest = new CharGuest(identity);
    const remove = bench.server.addInterface(guest.device);
    guest.device.setOpen(true);
    return { guest, remove };
  }

  /** Takes what was held back, and everything from now on. */
  resume(): void {
    this.reads = true;
    for (const taken of this.#held.splice(0)) taken();
  }

  /** Sends all of it, as there is room. Returns what still waits. */
  send(bytes: Uint8Array): number {
    this.#unsent = Buffer.concat([this.#unsent, bytes]);
    this.#flush();
    return this.#unsent.length;
  }

  get unsent(): number {
    return this.#unsent.length;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.received);
  }

  #flush(): void {
    this.#unsent = this.#unsent.subarray(this.device.write(this.#unsent));
  }
}
