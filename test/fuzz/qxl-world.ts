import type { PciSlot, QxlCommand } from '@lazyspice/core';
import {
  PlainMachine,
  QxlDevice,
  type QxlDeviceProperties,
  qxlLayout,
  scene,
  VirtualClock,
  writeCommand,
} from '@lazyspice/qxl';
import fc from 'fast-check';
import { QxlDisplay } from '../../packages/spice-server/src/display/qxl-display.js';
import { arbitraryCommand } from '../support/spice/arbitrary-commands.js';
import type { Random } from './random.js';

const { ports, ramLayout, ringLayout, romLayout, commandTypes } = qxlLayout;

const mebi = 1024 * 1024;
/** Where commands lie in BAR 0, and how many bytes of it are damaged and cleared. */
export const heapStart = 8 * mebi;
export const heapBytes = 256 * 1024;
const headerBytes = 5348;
const mainSlot = 1n << 56n;
const [width, height] = [64, 48];
const ringTypes: readonly string[] = [
  'draw',
  'surfaceCreate',
  'surfaceDestroy',
  'cursorSet',
  'cursorMove',
  'cursorHide',
];

/** Commands as drivers send them, to be damaged; the seed decides which. */
export function sampleCommands(seed: number, count: number): readonly QxlCommand[] {
  const world = {
    width,
    height,
    surfaces: 3,
    formats: [32, 96, 8] as const,
    everything: true,
    changing: true,
  };
  const drawn = fc.sample(arbitraryCommand(world), { seed, numRuns: count });
  const pixels = { width: 16, height: 16, data: new Uint8Array(1024).fill(0x40) };
  const pointers: readonly QxlCommand[] = [
    scene.cursor({ x: 1, y: 2 }, pixels, { unique: 5n }),
    { type: 'cursorMove', position: { x: 3, y: 4 } },
    { type: 'cursorHide' },
  ];
  return [...drawn.filter(({ type }) => ringTypes.includes(type)).map(withoutRest), ...pointers];
}

/** A surface's pixels may be followed by more, which guest memory has no room for. */
function withoutRest(command: QxlCommand): QxlCommand {
  if (command.type !== 'surfaceCreate' || command.data === null) return command;
  return { ...command, data: command.data.subarray(0, Math.abs(command.stride) * command.height) };
}

/** A device with a real server behind it, and a guest that may do what it likes. */
export class QxlWorld {
  readonly clock = new VirtualClock();
  readonly device: QxlDevice;
  readonly slot: PciSlot;
  readonly display: QxlDisplay;
  readonly machine: PlainMachine;
  #heap = heapStart;

  constructor(properties: QxlDeviceProperties = {}) {
    this.machine = new PlainMachine({ clock: this.clock, ram: 4096 });
    this.device = new QxlDevice({ vgaMemory: 8 * mebi, ram: 16 * mebi, vram: 4 * mebi, ...properties });
    this.slot = this.machine.plug(this.device);
    this.display = new QxlDisplay({
      clientMouseMode: () => false,
      primaryChanged: () => {},
      badCommand: () => {},
      flush: () => Promise.resolve(),
    });
    this.device.display.attached?.(this.display);
    this.machine.setRunning(true);
  }

  get memory(): DataView {
    const bytes = this.slot.barBytes(0);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  get header(): DataView {
    const bytes = this.slot.barBytes(0);
    return new DataView(bytes.buffer, bytes.byteOffset + bytes.length - ramLayout.bytes, headerBytes);
  }

  out(port: number, value = 0): void {
    this.device.writePort(qxlLayout.bars.io, port, 1, value);
  }

  /** Slots and a primary, as a driver begins. */
  start(): void {
    const base = this.slot.barBase(0) ?? 0;
    this.header.setBigUint64(ramLayout.slotStart, BigInt(base), true);
    this.header.setBigUint64(ramLayout.slotEnd, BigInt(base + 15 * mebi), true);
    this.out(ports.memslotAdd, 1);
    for (const [index, value] of [width, height, width * 4, 32, 0, 0, 0, 0].entries()) {
      this.header.setUint32(ramLayout.createSurface + index * 4, value, true);
    }
    this.header.setBigUint64(ramLayout.createSurface + 32, mainSlot, true);
    this.out(ports.createPrimary, 0);
  }

  /** Writes a command into the heap; returns its place, or null when the heap is full. */
  write(
    command: QxlCommand,
  ): { readonly address: bigint; readonly type: number; readonly end: number } | null {
    const bytes = this.slot.barBytes(0);
    let full = false;
    const written = writeCommand((size) => {
      if (this.#heap + size > heapStart + heapBytes) full = true;
      const start = full ? heapStart : this.#heap;
      this.#heap = start + Math.ceil(size / 8) * 8;
      return { address: mainSlot | BigInt(start), bytes: bytes.subarray(start, start + size) };
    }, command);
    return full ? null : { ...written, end: this.#heap };
  }

  push(address: bigint, type: number): void {
    const ring = type === commandTypes.cursor ? ramLayout.cursorRing : ramLayout.commandRing;
    const { header } = this;
    const produced = header.getUint32(ring + ringLayout.produced, true);
    const at = ring + ringLayout.items + (produced & 31) * 16;
    header.setBigUint64(at, address, true);
    header.setUint32(at + 8, type, true);
    header.setUint32(ring + ringLayout.produced, (produced + 1) >>> 0, true);
  }

  /** Noise in the heap: zeros, small numbers, addresses in it. */
  noise(random: Random, bytes: number): void {
    const { memory } = this;
    for (let at = heapStart; at < heapStart + bytes; at += 4) {
      memory.setUint32(at, wordOf(random), true);
      if (random.below(8) === 0 && at + 8 <= heapStart + bytes) {
        memory.setBigUint64(at, mainSlot | BigInt(heapStart + random.below(bytes)), true);
        at += 4;
      }
    }
  }

  /** Forgets the last case's commands. */
  clearHeap(): void {
    this.slot.barBytes(0).fill(0, heapStart, this.#heap);
    this.#heap = heapStart;
  }

  /**
   * Resets the device and starts a driver as if nothing had been.
   * @throws Error that says what is left of before.
   */
  async resetClean(): Promise<void> {
    const { header } = this;
    this.out(ports.reset);
    const counters = [ramLayout.commandRing, ramLayout.cursorRing, ramLayout.releaseRing].flatMap((ring) =>
      [ringLayout.produced, ringLayout.consumed, ringLayout.notifyProduced, ringLayout.notifyConsumed].map(
        (field) => header.getUint32(ring + field, true),
      ),
    );
    const state = [
      header.getUint32(ramLayout.intPending, true),
      header.getUint32(ramLayout.intMask, true),
      ...counters,
    ];
    const clean = [0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0];
    if (state.join() !== clean.join()) throw new Error(`the RAM header after a reset: ${state}`);
    if (header.getBigUint64(ramLayout.monitorsConfig, true) !== 0n) throw new Error('monitors after a reset');
    const rom = this.slot.barBytes(qxlLayout.bars.rom);
    if (new DataView(rom.buffer, rom.byteOffset).getUint32(romLayout.magic, true) !== qxlLayout.romMagic)
      throw new Error('no ROM after a reset');
    const bugs = this.device.statistics.guestBugs;
    this.clearHeap();
    this.start();
    const fill = this.write(scene.fill(scene.rectAt(0, 0, width, height), 0x123456));
    if (fill === null) throw new Error('the heap is not empty');
    this.push(fill.address, fill.type);
    this.out(ports.notifyCommand);
    const pixels = this.display.readNow(0, scene.rectAt(width - 1, height - 1, 1, 1));
    if (pixels === null || pixels.bytes[0] !== 0x56) throw new Error('no picture after a reset');
    if (this.device.statistics.guestBugs !== bugs) throw new Error('a guest bug in a driver that has none');
    // What was under way before must not come out now.
    await new Promise((resolve) => setImmediate(resolve));
    this.clock.advance(50);
    if (this.device.statistics.guestBugs !== bugs) throw new Error('a guest bug of before');
    this.out(ports.reset);
  }
}

const words = [
  0, 1, 2, 8, 31, 32, 33, 64, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff,
];
/** A number that programs get wrong, a small one, or any. */
export const wordOf = (random: Random): number => {
  const kind = random.below(4);
  if (kind === 0) return random.pick(words);
  return kind === 1 ? random.below(300) : kind === 2 ? 0 : random.below(2 ** 32);
};
