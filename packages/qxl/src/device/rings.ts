import {
  commandItemBytes,
  commandRingSize,
  interruptBits,
  ramLayout,
  releaseItemBytes,
  releaseRingSize,
  ringLayout,
} from './layout.js';
import type { MemorySlots } from './memory-slots.js';
import type { RamHeader } from './ram-header.js';

export interface RingItem {
  /** QXLPHYSICAL. */
  readonly address: bigint;
  readonly type: number;
}

/** A command or cursor ring (§3.2): the guest produces, we consume. Its size is ours, not what the guest wrote. */
export class CommandRing {
  readonly #header: RamHeader;
  readonly #base: number;
  readonly #notify: () => void;

  /** @param notify raises the interrupt of a guest that waits for room. */
  constructor(header: RamHeader, base: number, notify: () => void) {
    this.#header = header;
    this.#base = base;
    this.#notify = notify;
  }

  get produced(): number {
    return this.#header.get(this.#base + ringLayout.produced);
  }

  get consumed(): number {
    return this.#header.get(this.#base + ringLayout.consumed);
  }

  /** Items waiting; more than 32: the guest has spoiled the counters. */
  get waiting(): number {
    return (this.produced - this.consumed) >>> 0;
  }

  /** The oldest item; the ring must not be empty. */
  peek(): RingItem {
    const slot = this.consumed & (commandRingSize - 1);
    const at = this.#base + ringLayout.items + slot * commandItemBytes;
    return { address: this.#header.get64(at), type: this.#header.get(at + 8) };
  }

  pop(): void {
    const consumed = (this.consumed + 1) >>> 0;
    this.#header.set(this.#base + ringLayout.consumed, consumed);
    if (consumed === this.#header.get(this.#base + ringLayout.notifyConsumed)) this.#notify();
  }

  /** Asks the guest to notify us of the next item. False: there is one already. */
  sleep(): boolean {
    this.#header.set(this.#base + ringLayout.notifyProduced, (this.produced + 1) >>> 0);
    return this.waiting === 0;
  }
}

/** The release ring (§6): commands that are done with go back to the guest in lists, several at a time. */
export class ReleaseRing {
  /** A list this long is published without being asked. */
  static readonly batch = 32;
  readonly #header: RamHeader;
  readonly #slots: MemorySlots;
  readonly #raise: (bits: number) => void;
  #open = 0;
  #last: bigint | null = null;

  constructor(header: RamHeader, slots: MemorySlots, raise: (bits: number) => void) {
    this.#header = header;
    this.#slots = slots;
    this.#raise = raise;
  }

  /** Commands in the list that is not published yet. */
  get open(): number {
    return this.#open;
  }

  /** Address of the last command of that list. */
  get last(): bigint | null {
    return this.#last;
  }

  /** The guest has lists that it has not taken. */
  get waiting(): boolean {
    return this.#counter(ringLayout.produced) !== this.#counter(ringLayout.consumed);
  }

  /** Adds the command at `address` to the open list. Addresses that do not resolve any more are left out. */
  release(address: bigint): void {
    const info = this.#slots.tryResolve(address, 8);
    if (info === null) return;
    const id = read64(info);
    write64(info, 0n);
    const at = this.#slot();
    const before = this.#last === null ? null : this.#slots.tryResolve(this.#last, 8);
    // Without a predecessor that is still there the list starts anew: its first part is lost with its memory.
    if (this.#header.get64(at) === 0n || before === null) this.#header.set64(at, id);
    else write64(before, id);
    this.#last = address;
    this.#open++;
    if (this.#open >= ReleaseRing.batch) this.publish();
  }

  /** Publishes the open list, empty or not, if there is room. False: seven lists wait already. */
  publish(): boolean {
    const produced = this.#counter(ringLayout.produced);
    const consumed = this.#counter(ringLayout.consumed);
    if ((produced - consumed + 1) >>> 0 >= releaseRingSize) return false;
    const next = (produced + 1) >>> 0;
    this.#header.set(ramLayout.releaseRing + ringLayout.produced, next);
    this.#header.set64(this.#slot(), 0n);
    this.#open = 0;
    this.#last = null;
    if (next === this.#counter(ringLayout.notifyProduced)) this.#raise(interruptBits.display);
    return true;
  }

  /** Forgets the open list, as a reset does. */
  reset(): void {
    this.#open = 0;
    this.#last = null;
  }

  restore(open: number, last: bigint | null): void {
    this.#open = open;
    this.#last = last;
  }

  #counter(field: number): number {
    return this.#header.get(ramLayout.releaseRing + field);
  }

  /** Where the open list's first id is. */
  #slot(): number {
    const index = this.#counter(ringLayout.produced) & (releaseRingSize - 1);
    return ramLayout.releaseRing + ringLayout.items + index * releaseItemBytes;
  }
}

const read64 = (bytes: Uint8Array): bigint =>
  new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
const write64 = (bytes: Uint8Array, value: bigint): void =>
  new DataView(bytes.buffer, bytes.byteOffset, 8).setBigUint64(0, value, true);
