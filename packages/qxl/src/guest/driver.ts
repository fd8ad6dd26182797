import type { ClientMonitor, GuestCpu, Head, PciAddress, QxlCommand, Rect } from '@lazyspice/core';
import { crc32 } from '../device/crc32.js';
import {
  clientMonitorsBytes,
  commandItemBytes,
  commandRingSize,
  interruptBits,
  ports,
  ramLayout,
  ramMagic,
  releaseItemBytes,
  releaseRingSize,
  ringLayout,
  romLayout,
  romMagic,
} from '../device/layout.js';
import { type GuestPiece, writeCommand } from './command-writer.js';
import { Heap } from './heap.js';

export type DriverErrorCode =
  /** There is no QXL device, or none that this driver knows. */
  | 'ERR_GUEST_NO_DEVICE'
  /** A command needs more memory than the device has. */
  | 'ERR_GUEST_MEMORY';

export class DriverError extends Error {
  override readonly name = 'DriverError';
  readonly code: DriverErrorCode;

  constructor(code: DriverErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A command's memory, until the device gives it back. */
interface Given {
  readonly address: bigint;
  readonly pieces: readonly number[];
  readonly surfacePieces: readonly number[];
}

class OutOfMemory extends Error {}

const mainSlot = 1;
const surfaceSlot = 2;
const bar = { ram: 0, vram: 1, rom: 2, io: 3 } as const;
const ownInterrupts = interruptBits.display | interruptBits.cursor | interruptBits.ioCommand;
const monitorsBytes = 4 + 28 * 64;
/** How much of the VRAM BAR this driver uses: the least that a device has. */
const surfaceBytes = 8 * 1024 * 1024;

/**
 * A driver for the QXL device, as a guest has one: it knows the device by its configuration space, its memory and its
 * ports only.
 */
export class QxlDriver {
  readonly #cpu: GuestCpu;
  readonly #pci: PciAddress;
  readonly #ram: number;
  readonly #io: number;
  readonly #vram: number;
  readonly #rom: number;
  readonly #header: number;
  readonly #heap: Heap;
  readonly #surfaceHeap: Heap;
  readonly #given = new Map<bigint, Given>();
  readonly #completions: (() => void)[] = [];
  readonly #waiters: (() => void)[] = [];
  /** Starts of asynchronous ports, of which only one may be under way. */
  readonly #queued: (() => void)[] = [];
  readonly #monitors: number;
  #nextId = 1n;
  #primary = false;
  #onClientMonitors: ((monitors: readonly ClientMonitor[]) => void) | null = null;

  /**
   * Takes the first QXL device of the machine into use: resets it, and gives it its memory slots.
   * @throws DriverError
   */
  constructor(cpu: GuestCpu) {
    this.#cpu = cpu;
    this.#pci = findDevice(cpu);
    const base = (index: number): number => cpu.readConfig(this.#pci, 0x10 + index * 4, 4);
    this.#ram = (base(bar.ram) & ~0xf) >>> 0;
    this.#vram = (base(bar.vram) & ~0xf) >>> 0;
    this.#io = base(bar.io) & ~3;
    const rom = (base(bar.rom) & ~0xf) >>> 0;
    const page = viewOf(cpu.memory(rom, romLayout.bytes));
    const headerOffset = page.getUint32(romLayout.ramHeaderOffset, true);
    if (page.getUint32(romLayout.magic, true) !== romMagic) {
      throw new DriverError('ERR_GUEST_NO_DEVICE', 'the QXL device has no ROM');
    }
    this.#header = this.#ram + headerOffset;
    this.#rom = rom;
    this.out(ports.reset, 0);
    if (this.#get(ramLayout.magic) !== ramMagic) {
      throw new DriverError('ERR_GUEST_NO_DEVICE', 'the QXL device has no RAM header');
    }
    const heapStart = page.getUint32(romLayout.pagesOffset, true);
    this.#heap = new Heap(heapStart, headerOffset);
    this.#surfaceHeap = new Heap(0, surfaceBytes);
    this.#addSlot(mainSlot, this.#ram, this.#header);
    this.#addSlot(surfaceSlot, this.#vram, this.#vram + surfaceBytes);
    this.#monitors = this.#heap.allocate(monitorsBytes) ?? 0;
    this.#set(ramLayout.releaseRing + ringLayout.notifyProduced, 1);
    cpu.onInterrupt(this.#pci, () => this.#interrupt());
    this.#set(ramLayout.intMask, this.#interruptMask);
    this.out(ports.updateIrq, 0);
  }

  /** Commands that the device has not given back. */
  get outstanding(): number {
    return this.#given.size;
  }

  out(port: number, value: number): void {
    this.#cpu.out(this.#io + port, 1, value);
  }

  /** Replaces the primary surface: 32 bits a pixel, black; it lies at the start of the RAM BAR. */
  createPrimary(width: number, height: number): void {
    this.destroyPrimary();
    const record = viewOf(this.#cpu.memory(this.#header + ramLayout.createSurface, 40));
    for (const [index, value] of [width, height, width * 4, 32, 0, 0, 0, 0].entries()) {
      record.setUint32(index * 4, value, true);
    }
    record.setBigUint64(32, addressIn(mainSlot, 0), true);
    this.out(ports.createPrimary, 0);
    this.#primary = true;
  }

  destroyPrimary(): void {
    if (this.#primary) this.out(ports.destroyPrimary, 0);
    this.#primary = false;
  }

  /** The primary's memory; current where `updateArea` has made it so. */
  primaryMemory(bytes: number): Uint8Array {
    return this.#cpu.memory(this.#ram, bytes);
  }

  /**
   * Puts a command into its ring. False: the ring or the memory is full, nothing was given; try after `room`.
   * @throws DriverError when it can never fit.
   */
  send(command: QxlCommand): boolean {
    const cursor = command.type.startsWith('cursor');
    const ring = cursor ? ramLayout.cursorRing : ramLayout.commandRing;
    if (this.#waiting(ring) >= commandRingSize) {
      this.#set(ring + ringLayout.notifyConsumed, (this.#get(ring + ringLayout.consumed) + 1) >>> 0);
      this.reap();
      if (this.#waiting(ring) >= commandRingSize) return false;
    }
    const written = this.#write(command);
    if (written === null) return false;
    const produced = this.#get(ring + ringLayout.produced);
    const at = ring + ringLayout.items + (produced & (commandRingSize - 1)) * commandItemBytes;
    this.#set64(at, written.address);
    this.#set(at + 8, written.type);
    const next = (produced + 1) >>> 0;
    this.#set(ring + ringLayout.produced, next);
    if (next === this.#get(ring + ringLayout.notifyProduced)) {
      this.out(cursor ? ports.notifyCursor : ports.notifyCommand, 0);
    }
    return true;
  }

  /** Resolves when the device has taken a command or given memory back. */
  room(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Takes back what the device has released. */
  reap(): void {
    const ring = ramLayout.releaseRing;
    for (;;) {
      const consumed = this.#get(ring + ringLayout.consumed);
      if (consumed === this.#get(ring + ringLayout.produced)) {
        this.#set(ring + ringLayout.notifyProduced, (consumed + 1) >>> 0);
        if (consumed === this.#get(ring + ringLayout.produced)) return;
        continue;
      }
      const at = ring + ringLayout.items + (consumed & (releaseRingSize - 1)) * releaseItemBytes;
      let id = this.#get64(at);
      this.#set(ring + ringLayout.consumed, (consumed + 1) >>> 0);
      while (id !== 0n) id = this.#free(id);
    }
  }

  /** Brings the primary's memory up to date; resolves when it is. */
  updateArea(area: Rect, surfaceId = 0): Promise<void> {
    this.#setUpdate(area, surfaceId);
    return this.#asynchronous(ports.updateAreaAsync, 0);
  }

  /** The same through the synchronous port. */
  updateAreaNow(area: Rect, surfaceId = 0): void {
    this.#setUpdate(area, surfaceId);
    this.out(ports.updateArea, 0);
  }

  flushSurfaces(): Promise<void> {
    return this.#asynchronous(ports.flushSurfacesAsync, 0);
  }

  /** Says how the primary is divided among monitors. */
  setMonitors(heads: readonly Head[], maxAllowed = 4): Promise<void> {
    const view = viewOf(this.#cpu.memory(this.#ram + this.#monitors, monitorsBytes));
    view.setUint16(0, heads.length, true);
    view.setUint16(2, maxAllowed, true);
    for (const [index, head] of heads.entries()) {
      const { id, surfaceId, width, height, x, y, flags } = head;
      for (const [field, value] of [id, surfaceId, width, height, x, y, flags].entries()) {
        view.setUint32(4 + index * 28 + field * 4, value, true);
      }
    }
    this.#set64(ramLayout.monitorsConfig, addressIn(mainSlot, this.#monitors));
    return this.#asynchronous(ports.monitorsConfigAsync, 0);
  }

  /** The monitors that clients want; null: the device is just writing them. */
  clientMonitors(): readonly ClientMonitor[] | null {
    const page = viewOf(this.#cpu.memory(this.#rom, romLayout.bytes));
    const start = page.byteOffset + romLayout.clientMonitors;
    const record = new Uint8Array(page.buffer, start, clientMonitorsBytes).slice();
    if (crc32(record) !== page.getUint32(romLayout.clientMonitorsCrc, true)) return null;
    const view = viewOf(record);
    const monitors: ClientMonitor[] = [];
    for (let index = 0; index < Math.min(view.getUint16(0, true), 64); index++) {
      const at = 4 + index * 16;
      const [y, x] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
      const [bottom, right] = [view.getUint32(at + 8, true), view.getUint32(at + 12, true)];
      monitors.push({ x, y, width: right - x, height: bottom - y });
    }
    return monitors;
  }

  /** A line for the host's log. */
  log(text: string): void {
    const bytes = new TextEncoder().encode(`${text}\0`);
    this.#cpu
      .memory(this.#header + ramLayout.log, ramLayout.logBytes)
      .set(bytes.subarray(0, ramLayout.logBytes));
    this.out(ports.log, 0);
  }

  #write(command: QxlCommand): { address: bigint; type: number } | null {
    const pieces: number[] = [];
    const surfacePieces: number[] = [];
    const take = (heap: Heap, kept: number[], slot: number, base: number, size: number): GuestPiece => {
      const offset = heap.allocate(size);
      if (offset === null) throw new OutOfMemory();
      kept.push(offset);
      return { address: addressIn(slot, offset), bytes: this.#cpu.memory(base + offset, size) };
    };
    try {
      const written = writeCommand(
        (size) => take(this.#heap, pieces, mainSlot, this.#ram, size),
        command,
        (_, size) => take(this.#surfaceHeap, surfacePieces, surfaceSlot, this.#vram, size),
      );
      const id = this.#nextId++;
      this.#given.set(id, { address: written.address, pieces, surfacePieces });
      viewOf(this.#memoryAt(written.address, 8)).setBigUint64(0, id, true);
      return written;
    } catch (error) {
      for (const piece of pieces) this.#heap.free(piece);
      for (const piece of surfacePieces) this.#surfaceHeap.free(piece);
      if (!(error instanceof OutOfMemory)) throw error;
      if (this.#given.size === 0) throw new DriverError('ERR_GUEST_MEMORY', `${command.type} does not fit`);
      this.reap();
      this.out(ports.notifyOom, 0);
      return null;
    }
  }

  /** Frees a released command; returns the next one's id, 0n at the end. */
  #free(id: bigint): bigint {
    const given = this.#given.get(id);
    if (given === undefined) return 0n;
    const next = viewOf(this.#memoryAt(given.address, 8)).getBigUint64(0, true);
    this.#given.delete(id);
    for (const piece of given.pieces) this.#heap.free(piece);
    for (const piece of given.surfacePieces) this.#surfaceHeap.free(piece);
    return next;
  }

  #interrupt(): void {
    const pending = this.#get(ramLayout.intPending);
    this.#set(ramLayout.intPending, 0);
    if (pending & interruptBits.ioCommand) this.#completions.shift()?.();
    if (pending & (interruptBits.display | interruptBits.cursor)) {
      this.reap();
      for (const waiter of this.#waiters.splice(0)) waiter();
    }
    this.#set(ramLayout.intMask, this.#interruptMask);
    this.out(ports.updateIrq, 0);
    if (pending & interruptBits.clientMonitorsConfig) this.#clientMonitorsChanged();
  }

  /** Is given what clients wish of the monitors; without it the guest leaves such wishes to its agent. */
  set onClientMonitors(listener: ((monitors: readonly ClientMonitor[]) => void) | null) {
    this.#onClientMonitors = listener;
    this.#set(ramLayout.intMask, this.#interruptMask);
    this.out(ports.updateIrq, 0);
  }

  get #interruptMask(): number {
    return this.#onClientMonitors === null
      ? ownInterrupts
      : ownInterrupts | interruptBits.clientMonitorsConfig;
  }

  #clientMonitorsChanged(): void {
    const monitors = this.clientMonitors();
    if (monitors !== null) this.#onClientMonitors?.(monitors);
  }

  /** Only one may be under way. */
  #asynchronous(port: number, value: number): Promise<void> {
    return new Promise((resolve) => {
      const start = (): void => this.out(port, value);
      this.#completions.push(() => {
        resolve();
        this.#queued.shift();
        this.#queued[0]?.();
      });
      this.#queued.push(start);
      if (this.#queued.length === 1) start();
    });
  }

  #setUpdate({ top, left, bottom, right }: Rect, surfaceId: number): void {
    for (const [index, value] of [top, left, bottom, right].entries()) {
      this.#set(ramLayout.updateArea + index * 4, value);
    }
    this.#set(ramLayout.updateSurface, surfaceId);
  }

  #addSlot(id: number, start: number, end: number): void {
    this.#set64(ramLayout.slotStart, BigInt(start));
    this.#set64(ramLayout.slotEnd, BigInt(end));
    this.out(ports.memslotAdd, id);
  }

  #waiting(ring: number): number {
    return (this.#get(ring + ringLayout.produced) - this.#get(ring + ringLayout.consumed)) >>> 0;
  }

  #memoryAt(address: bigint, size: number): Uint8Array {
    return this.#cpu.memory(this.#ram + Number(address & 0xffff_ffff_ffffn), size);
  }

  #get(offset: number): number {
    return viewOf(this.#cpu.memory(this.#header + offset, 4)).getUint32(0, true);
  }
  #set(offset: number, value: number): void {
    viewOf(this.#cpu.memory(this.#header + offset, 4)).setUint32(0, value, true);
  }
  #get64(offset: number): bigint {
    return viewOf(this.#cpu.memory(this.#header + offset, 8)).getBigUint64(0, true);
  }
  #set64(offset: number, value: bigint): void {
    viewOf(this.#cpu.memory(this.#header + offset, 8)).setBigUint64(0, value, true);
  }
}

function findDevice(cpu: GuestCpu): PciAddress {
  for (let device = 0; device < 32; device++) {
    const address = { bus: 0, device, function: 0 };
    if (cpu.readConfig(address, 0, 4) !== 0x0100_1b36) continue;
    if (cpu.readConfig(address, 8, 1) >= 2) return address;
  }
  throw new DriverError('ERR_GUEST_NO_DEVICE', 'there is no QXL device on bus 0');
}

const addressIn = (slot: number, offset: number): bigint => (BigInt(slot) << 56n) | BigInt(offset);
const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
