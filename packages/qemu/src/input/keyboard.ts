import type { KeyboardInterface, KeyboardServer } from '@lazyspice/core';
import { ScancodeDecoder } from '@lazyspice/core/console';
import type { DisplayLink } from '../display/display-link.js';

/** QEMU's keyboard, which clients type on. */
export class QemuKeyboard implements KeyboardInterface {
  readonly kind = 'keyboard';
  readonly name = 'keyboard';
  readonly #link: () => DisplayLink | null;
  readonly #decoder = new ScancodeDecoder();
  #server: KeyboardServer | null = null;
  #leds = 0;

  constructor(link: () => DisplayLink | null) {
    this.#link = link;
  }

  attached(server: KeyboardServer): void {
    this.#server = server;
    server.setLeds(this.#leds);
  }

  detached(): void {
    this.#server = null;
  }

  scancode(byte: number): void {
    const key = this.#decoder.push(byte);
    if (key !== null) this.#link()?.key(key.code, key.down);
  }

  setLeds(mask: number): void {
    this.#leds = mask;
    this.#server?.setLeds(mask);
  }
}
