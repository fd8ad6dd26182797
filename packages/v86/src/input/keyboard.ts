import type { KeyboardInterface, KeyboardServer, LedMask } from '@lazyspice/core';
import type { V86Emulator } from '../emulator/internals.js';

/** The PS/2 keyboard. */
export class V86Keyboard implements KeyboardInterface {
  readonly kind = 'keyboard';
  readonly name = 'ps2-keyboard';
  readonly #emulator: V86Emulator;
  #server: KeyboardServer | null = null;
  #leds: LedMask = 0;

  constructor(emulator: V86Emulator) {
    this.#emulator = emulator;
    this.#watchLeds();
  }

  attached(server: KeyboardServer): void {
    this.#server = server;
    server.setLeds(this.#leds);
  }

  detached(): void {
    this.#server = null;
  }

  scancode(byte: number): void {
    this.#emulator.bus.send('keyboard-code', byte & 0xff);
  }

  /** v86 swallows what the guest sends after "set LEDs"; it is read off the port before. */
  #watchLeds(): void {
    const { io, devices } = this.#emulator.v86.cpu;
    const { ps2 } = devices;
    const entry = io.ports[0x60];
    const { write8 } = entry;
    entry.write8 = (value, port) => {
      const forKeyboard = !ps2.read_command_register && !ps2.read_output_register;
      const argument = ps2.next_read_led && !ps2.next_read_sample && !ps2.next_read_resolution;
      write8.call(entry.device, value, port);
      // Scroll 1, num 2, caps 4: the keyboard's own bits.
      if (forKeyboard && argument && (value & ~7) === 0) this.#setLeds(value);
    };
  }

  #setLeds(leds: LedMask): void {
    if (leds === this.#leds) return;
    this.#leds = leds;
    this.#server?.setLeds(leds);
  }
}
