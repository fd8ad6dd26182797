import { CommandError } from '../commands/errors.js';
import type { GuestAddressSpace } from '../commands/guest-reader.js';
import type { BarMemory } from './bar-memory.js';
import { addressMask, slotCount } from './layout.js';

/** A part of a BAR that the guest addresses by slot. Bound to the BAR's memory, wherever the BAR is moved. */
export interface MemorySlot {
  readonly bar: number;
  /** Bytes from the BAR's start. */
  readonly offset: number;
  readonly size: number;
  /** What addresses count from: 0, but for compatibility mode. */
  readonly delta: number;
}

/** The guest's memory slots and the addresses through them (§7). Generations are always 0. */
export class MemorySlots implements GuestAddressSpace {
  readonly #memory: BarMemory;
  readonly #slots: (MemorySlot | null)[] = new Array<MemorySlot | null>(slotCount).fill(null);

  constructor(memory: BarMemory) {
    this.#memory = memory;
  }

  get(id: number): MemorySlot | null {
    return this.#slots[id] ?? null;
  }

  set(id: number, slot: MemorySlot | null): void {
    this.#slots[id] = slot;
  }

  clear(): void {
    this.#slots.fill(null);
  }

  all(): readonly (MemorySlot | null)[] {
    return this.#slots;
  }

  resolve(address: bigint, size: number): Uint8Array {
    const high = Number(address >> 48n);
    const slot = this.#slots[high >>> 8] ?? null;
    if (slot === null) throw new CommandError('ERR_QXL_ADDRESS', `no memory slot ${high >>> 8}`, address);
    if ((high & 0xff) !== 0)
      throw new CommandError('ERR_QXL_ADDRESS', 'a memory slot of another time', address);
    const offset = Number(address & addressMask) - slot.delta;
    if (offset < 0 || offset + size > slot.size) {
      throw new CommandError('ERR_QXL_ADDRESS', `${size} bytes outside memory slot ${high >>> 8}`, address);
    }
    const start = slot.offset + offset;
    return this.#memory.bytes(slot.bar).subarray(start, start + size);
  }

  /** As `resolve`; null instead of an error. */
  tryResolve(address: bigint, size: number): Uint8Array | null {
    try {
      return this.resolve(address, size);
    } catch (error) {
      if (error instanceof CommandError) return null;
      throw error;
    }
  }
}
