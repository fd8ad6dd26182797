import type { QxlCommand } from '@lazyspice/core';
import { writeCommand } from '../guest/command-writer.js';
import type { QxlDeviceOptions } from './device.js';
import { type Bench, bench, mebi } from './device.test-support.js';
import { createSurfaceLayout, interruptBits, ports, ramLayout, ringLayout, romLayout } from './layout.js';

/** What Linux' driver wants to hear of. */
export const linuxMask = 0x27;
/** Where this guest's commands start in BAR 0. */
const heapStart = 8 * mebi;

export interface PrimaryRecord {
  readonly width: number;
  readonly height: number;
  readonly memory: bigint;
  readonly flags?: number;
  readonly stride?: number;
}

/** A guest that does step by step what Linux' qxl driver does, and counts its interrupts as that does. */
export class LinuxGuest {
  readonly bench: Bench;
  /** Interrupts by bit. */
  readonly interrupts = new Map<number, number>();
  /** Ids of commands that came back, in order. */
  readonly released: bigint[] = [];
  #heap = heapStart;
  #nextId = 1n;
  readonly #addresses = new Map<bigint, bigint>();

  constructor(options: Partial<QxlDeviceOptions> = {}) {
    this.bench = bench(options);
  }

  get ioCommands(): number {
    return this.interrupts.get(interruptBits.ioCommand) ?? 0;
  }

  /** Reset, interrupt mask, both memory slots: what comes before the first picture. */
  probe(): this {
    const { out, set, slot } = this.bench;
    out(ports.reset);
    set(ramLayout.intMask, linuxMask);
    slot.setInterrupt = (level) => {
      if (level) this.#handleInterrupt();
    };
    const ram = slot.barBase(0) ?? 0;
    this.addSlot(1, ram, ram + this.header);
    const bar = slot.barBase(4) === null ? 1 : 4;
    const vram = slot.barBase(bar) ?? 0;
    this.addSlot(2, vram, vram + slot.barBytes(bar).length);
    return this;
  }

  /** Offset of the RAM header in BAR 0, as the ROM says. */
  get header(): number {
    return this.rom.getUint32(romLayout.ramHeaderOffset, true);
  }

  get rom(): DataView {
    const rom = this.bench.slot.barBytes(2);
    return new DataView(rom.buffer, rom.byteOffset, rom.length);
  }

  addSlot(id: number, start: number, end: number): void {
    this.bench.set64(ramLayout.slotStart, BigInt(start));
    this.bench.set64(ramLayout.slotEnd, BigInt(end));
    this.bench.out(ports.memslotAddAsync, id);
  }

  createPrimary({ width, height, memory, flags = 1, stride = width * 4 }: PrimaryRecord): void {
    const at = ramLayout.createSurface;
    const { set, set64, out } = this.bench;
    set(at + createSurfaceLayout.width, width);
    set(at + createSurfaceLayout.height, height);
    set(at + createSurfaceLayout.stride, stride >>> 0);
    set(at + createSurfaceLayout.format, 32);
    // Linux leaves what was there in position and mouse_mode.
    set(at + 16, 0xdead_beef);
    set(at + 20, 0xdead_beef);
    set(at + createSurfaceLayout.flags, flags);
    set(at + createSurfaceLayout.type, 0);
    set64(at + createSurfaceLayout.memory, memory);
    out(ports.createPrimaryAsync, 0);
  }

  /** Puts a command into memory and its ring, and rings if the device asked for it. Returns its release id. */
  send(command: QxlCommand): bigint {
    const written = writeCommand((size) => this.#allocate(size), command);
    const id = this.#nextId++;
    this.#addresses.set(id, written.address);
    this.memory.setBigUint64(Number(written.address & 0xffff_ffffn), id, true);
    this.push(written.address, written.type, command.type.startsWith('cursor'));
    return id;
  }

  push(address: bigint, type: number, cursor: boolean): void {
    const { get, set, set64, out } = this.bench;
    const ring = cursor ? ramLayout.cursorRing : ramLayout.commandRing;
    const produced = get(ring + ringLayout.produced);
    const at = ring + ringLayout.items + (produced & 31) * 16;
    set64(at, address);
    set(at + 8, type);
    set(ring + ringLayout.produced, (produced + 1) >>> 0);
    if (get(ring + ringLayout.notifyProduced) === (produced + 1) >>> 0) {
      out(cursor ? ports.notifyCursor : ports.notifyCommand);
    }
  }

  /** BAR 0. */
  get memory(): DataView {
    const ram = this.bench.slot.barBytes(0);
    return new DataView(ram.buffer, ram.byteOffset, ram.length);
  }

  /** Whether the device has taken everything from a ring. */
  idle(ring: number): boolean {
    return this.bench.get(ring + ringLayout.produced) === this.bench.get(ring + ringLayout.consumed);
  }

  #allocate(size: number): { address: bigint; bytes: Uint8Array } {
    const offset = this.#heap;
    this.#heap += Math.ceil(size / 8) * 8;
    return {
      address: (1n << 56n) | BigInt(offset),
      bytes: this.bench.slot.barBytes(0).subarray(offset, offset + size),
    };
  }

  #handleInterrupt(): void {
    const pending = this.bench.get(ramLayout.intPending);
    this.bench.set(ramLayout.intPending, 0);
    for (let bit = 1; bit <= pending; bit <<= 1) {
      if (pending & bit) this.interrupts.set(bit, (this.interrupts.get(bit) ?? 0) + 1);
    }
    if (pending & interruptBits.display) this.collect();
    this.bench.set(ramLayout.intMask, linuxMask);
    this.bench.out(ports.updateIrq);
  }

  /** Takes lists of released commands out of the release ring. */
  collect(): void {
    const { get, set, get64 } = this.bench;
    const ring = ramLayout.releaseRing;
    while (!this.idle(ring)) {
      const consumed = get(ring + ringLayout.consumed);
      let id = get64(ring + ringLayout.items + (consumed & 7) * 8);
      set(ring + ringLayout.consumed, (consumed + 1) >>> 0);
      while (id !== 0n) {
        this.released.push(id);
        const address = this.#addresses.get(id);
        if (address === undefined) throw new Error(`${id} was released, which is not out`);
        this.#addresses.delete(id);
        id = this.memory.getBigUint64(Number(address & 0xffff_ffffn), true);
      }
    }
    set(ring + ringLayout.notifyProduced, (get(ring + ringLayout.consumed) + 1) >>> 0);
  }
}
