import type { SerialLine } from '@lazyspice/core';
import type { V86Emulator } from '../emulator/internals.js';

/** COM1. Output bytes of one turn of the emulator are given together. */
export class V86Serial implements SerialLine {
  readonly name = 'com1';
  readonly #emulator: V86Emulator;
  readonly #listeners: ((bytes: Uint8Array) => void)[] = [];
  #pending: number[] = [];

  constructor(emulator: V86Emulator) {
    this.#emulator = emulator;
    emulator.add_listener('serial0-output-byte', (byte: number) => this.#output(byte));
  }

  send(bytes: Uint8Array): void {
    for (const byte of bytes) this.#emulator.bus.send('serial0-input', byte);
  }

  onOutput(listener: (bytes: Uint8Array) => void): void {
    this.#listeners.push(listener);
  }

  #output(byte: number): void {
    this.#pending.push(byte);
    if (this.#pending.length > 1) return;
    setImmediate(() => {
      const bytes = Uint8Array.from(this.#pending);
      this.#pending = [];
      for (const listener of this.#listeners) listener(bytes);
    });
  }
}
