import type { GuestMemory } from '@lazyspice/core';
import type { V86Cpu } from '../emulator/internals.js';

/** RAM that the guest was told of: the lower part of v86's memory. The upper part is device memory. */
export class V86Memory implements GuestMemory {
  readonly size: number;
  readonly #cpu: V86Cpu;

  constructor(cpu: V86Cpu, size: number) {
    this.#cpu = cpu;
    this.size = size;
  }

  bytes(address: number, length: number): Uint8Array {
    const whole = Number.isInteger(address) && Number.isInteger(length) && address >= 0 && length >= 0;
    // The legacy window is no RAM: VGA memory and ROMs answer there.
    const legacy = address < 0x100000 && address + length > 0xa0000;
    if (!whole || legacy || address + length > this.size) {
      throw new RangeError(`guest memory ${address}+${length} is not RAM`);
    }
    return this.#cpu.read_blob(address, length);
  }
}
