import type { PciSlot } from '@lazyspice/core';

/** Views on BAR memory; asks the slot each time, since a core may move its memory. */
export class BarMemory {
  readonly #slot: PciSlot;

  constructor(slot: PciSlot) {
    this.#slot = slot;
  }

  bytes(bar: number): Uint8Array {
    return this.#slot.barBytes(bar);
  }

  view(bar: number): DataView {
    const bytes = this.#slot.barBytes(bar);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  base(bar: number): number | null {
    return this.#slot.barBase(bar);
  }
}
