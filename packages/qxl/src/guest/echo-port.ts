import { CharDevice } from '@lazyspice/core/chardev';

const latin1 = 'latin1';

/** A port with somebody at it who answers, always open. What nobody listens to is lost, as on a serial line. */
export class EchoPort {
  readonly device: CharDevice;
  /** Answers that wait for room, and who waits for them to be gone. */
  #unsent: Uint8Array = new Uint8Array(0);
  #sent: (() => void) | null = null;

  /** @param answer what is said to text, whose letters are bytes. */
  constructor(portName: string, answer: (text: string) => string) {
    this.device = new CharDevice(
      { type: 'port', portName },
      {
        data: (bytes) => {
          this.#send(Buffer.from(answer(Buffer.from(bytes).toString(latin1)), latin1));
          if (this.#unsent.length === 0) return;
          return new Promise((resolve) => {
            const before = this.#sent;
            this.#sent = () => {
              before?.();
              resolve();
            };
          });
        },
        writable: () => this.#flush(),
      },
    );
    this.device.setOpen(true);
  }

  /** Says something of its own accord, if there is room. */
  say(text: string): void {
    if (this.#unsent.length === 0) this.device.write(Buffer.from(text, latin1));
  }

  #send(bytes: Uint8Array): void {
    this.#unsent = this.#unsent.length === 0 ? bytes : Buffer.concat([this.#unsent, bytes]);
    this.#flush();
  }

  #flush(): void {
    this.#unsent = this.#unsent.subarray(this.device.write(this.#unsent));
    if (this.#unsent.length > 0) return;
    const sent = this.#sent;
    this.#sent = null;
    sent?.();
  }
}
