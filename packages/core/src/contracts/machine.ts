/**
 * What a device and an emulator core say to each other. The core owns the memory, the bus and the time; a device
 * describes itself as data, answers port accesses, and uses what its slot gives. Everything runs in the
 * emulator's thread. Addresses are guest physical byte addresses below 2^53, offsets and sizes are bytes.
 */
import type { SpiceInterface } from './interfaces.js';

/** Bytes of one access to a port or to the configuration space. */
export type AccessWidth = 1 | 2 | 4;

/** Where a function sits: bus 0..255, device 0..31, function 0..7. */
export interface PciAddress {
  readonly bus: number;
  readonly device: number;
  readonly function: number;
}

/** The header of a function's configuration space. 16 bits each unless said otherwise. */
export interface PciIdentity {
  readonly vendorId: number;
  readonly deviceId: number;
  /** 8 bits. */
  readonly revision: number;
  /** 24 bits: class, subclass, programming interface; 0x030000 is a VGA adapter. */
  readonly classCode: number;
  readonly subsystemVendorId: number;
  readonly subsystemId: number;
  /** 0: none, 1..4: INTA..INTD, level-triggered. */
  readonly interruptPin: 0 | 1 | 2 | 3 | 4;
}

/** Sizes are powers of two; bases are naturally aligned. */
export interface PciMemoryBar {
  readonly kind: 'memory';
  /** 0..5; a 64-bit BAR takes the next index too. */
  readonly index: number;
  /** At least 4096. */
  readonly size: number;
  readonly bits: 32 | 64;
  readonly prefetchable: boolean;
  /** Guest writes are discarded; a core that cannot trap them says so in its documentation. */
  readonly readOnly: boolean;
  /** The BAR shows the first `size` bytes of that BAR's memory; null: it has its own, zeroed. */
  readonly aliasOf: number | null;
}
export interface PciIoBar {
  readonly kind: 'io';
  readonly index: number;
  /** Ports: 4..256. */
  readonly size: number;
}
export type PciBar = PciMemoryBar | PciIoBar;

/** A PCI function. Its arrays and identity do not change after it was plugged in. */
export interface PciDevice {
  readonly name: string;
  readonly identity: PciIdentity;
  readonly bars: readonly PciBar[];
  /** The expansion ROM's image, a power of two bytes; null: none. */
  readonly expansionRom: Uint8Array | null;
  /** The core has made room for it: memory is there and zeroed, port accesses may come after this. */
  plugged(slot: PciSlot): void;
  /** It was taken out; the slot is dead. */
  unplugged(): void;
  /** `offset` counts from the start of I/O BAR `bar`. Returns `width` bytes, little-endian, unsigned. */
  readPort(bar: number, offset: number, width: AccessWidth): number;
  writePort(bar: number, offset: number, width: AccessWidth, value: number): void;
  /** PCI reset, power-on included. */
  reset(): void;
  /** The machine was paused (false: no interrupts, no timers) or goes on. It starts paused. */
  setRunning(running: boolean): void;
  /**
   * Brings BAR memory up to date, then gives the rest of its state as bytes. The machine is paused. BAR memory and
   * the configuration space are the core's to save.
   */
  save(): Promise<Uint8Array>;
  /**
   * Takes a state over; the core has restored BAR memory and configuration space before.
   * @throws an error with a `code` when the bytes are not a state of such a device; the device is reset then.
   */
  restore(state: Uint8Array): void;
}

/** What a core gives a function that was plugged in. */
export interface PciSlot {
  readonly address: PciAddress;
  readonly clock: MachineClock;
  /** Guest RAM, for devices that are bus masters. */
  readonly memory: GuestMemory;
  /** The machine's own VGA adapter, for a display device of class 0x030000; null: it has none. */
  readonly vga: VgaAdapter | null;
  /** Where the guest or its firmware has put a BAR: the base, or null while it is not mapped. */
  barBase(index: number): number | null;
  /**
   * The memory behind a BAR, aliases included: `size` bytes, the same the guest sees. The core may carve it out of
   * its own memory and move that: ask again for each operation, and hold it no longer than until the guest runs
   * again or anything asynchronous was waited for.
   */
  barBytes(index: number): Uint8Array;
  /** Drives the interrupt pin; setting the level it has is free. */
  setInterrupt(level: boolean): void;
}

/** Guest RAM by guest physical address. A range that is not RAM throws RangeError. */
export interface GuestMemory {
  /** Bytes of RAM that the guest was told of. */
  readonly size: number;
  /** A view with the life time of `PciSlot.barBytes`. */
  bytes(address: number, length: number): Uint8Array;
}

/** Monotonic time of the host that the machine runs by. */
export interface MachineClock {
  /** Milliseconds from any origin, with fractions. */
  now(): number;
  /** Calls back once, `delay` milliseconds or more from now, never from inside this call. Returns the way to cancel. */
  after(delay: number, callback: () => void): () => void;
}

/** The picture of a plain frame buffer: 32-bit pixels B G R X, the top row first. */
export interface VgaPicture {
  readonly width: number;
  readonly height: number;
  /** Bytes from row to row. */
  readonly stride: number;
  readonly bytes: Uint8Array;
}
/** The core's VGA adapter, as a display device sees it that shows its picture. */
export interface VgaAdapter {
  /** Brings the picture up to date and gives it, with the life time of `PciSlot.barBytes`; null: blank. */
  picture(): VgaPicture | null;
  /** Called after each guest write to a legacy VGA port, from now on; null: nobody wants to know. */
  onPortWrite(listener: (() => void) | null): void;
}

/** Where devices are plugged in. */
export interface PciBus {
  /**
   * Plugs a function in, at `address` or at a free one, before the machine runs for the first time.
   * @throws MachineError
   */
  plug(device: PciDevice, address?: PciAddress): PciSlot;
}

/** What a program inside the guest can do: the view of its CPU. Guest code written here uses nothing else. */
export interface GuestCpu {
  /** Guest physical memory, RAM or BAR, as a view with the life time of `PciSlot.barBytes`. Throws RangeError. */
  memory(address: number, length: number): Uint8Array;
  in(port: number, width: AccessWidth): number;
  out(port: number, width: AccessWidth, value: number): void;
  /** Reads the configuration space; a function that is not there reads all ones. `offset` is aligned to `width`. */
  readConfig(address: PciAddress, offset: number, width: AccessWidth): number;
  writeConfig(address: PciAddress, offset: number, width: AccessWidth, value: number): void;
  /**
   * Calls the handler while the function's interrupt line is high, between two turns of guest code, until the
   * handler has made it drop; null takes it away.
   */
  onInterrupt(address: PciAddress, handler: (() => void) | null): void;
}

/** A serial line; the bytes of both directions. */
export interface SerialLine {
  readonly name: string;
  send(bytes: Uint8Array): void;
  onOutput(listener: (bytes: Uint8Array) => void): void;
}

export type MachineState = 'paused' | 'running' | 'stopped';

/** A machine as its owner sees it. */
export interface EmulatedMachine {
  readonly pci: PciBus;
  readonly memory: GuestMemory;
  readonly clock: MachineClock;
  readonly state: MachineState;
  /** The devices that SPICE can serve and that are the core's own: keyboard, mouse, tablet. */
  readonly interfaces: readonly SpiceInterface[];
  readonly serial: readonly SerialLine[];
  run(): void;
  pause(): void;
  /** Ends the machine for good and gives its memory back. */
  stop(): Promise<void>;
  /** Everything, BAR memory and the devices' states included. The machine is paused meanwhile. */
  save(): Promise<Uint8Array>;
  /** @throws MachineError or a device's error; the machine is paused afterwards. */
  restore(state: Uint8Array): Promise<void>;
}

export type MachineErrorCode =
  /** Another function is at that address, or all are taken. */
  | 'ERR_MACHINE_SLOT_TAKEN'
  /** A BAR's size or kind is impossible, or there is no room for it. */
  | 'ERR_MACHINE_BAR'
  /** The machine cannot do that in this state. */
  | 'ERR_MACHINE_STATE'
  /** These bytes are not a saved machine of this kind. */
  | 'ERR_MACHINE_IMAGE';

export class MachineError extends Error {
  override readonly name = 'MachineError';
  readonly code: MachineErrorCode;

  constructor(code: MachineErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
