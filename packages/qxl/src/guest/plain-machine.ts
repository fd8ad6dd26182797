import {
  type AccessWidth,
  type GuestCpu,
  type GuestMemory,
  type MachineClock,
  MachineError,
  type PciAddress,
  type PciBar,
  type PciBus,
  type PciDevice,
  type PciSlot,
  type VgaAdapter,
} from '@lazyspice/core';

interface Plugged {
  readonly device: PciDevice;
  readonly address: PciAddress;
  readonly bases: ReadonlyMap<number, number>;
  readonly memories: ReadonlyMap<number, Uint8Array>;
  handler: (() => void) | null;
  level: boolean;
  scheduled: boolean;
}

export interface PlainMachineOptions {
  readonly clock: MachineClock;
  /** Bytes of guest RAM; default 1 MiB. */
  readonly ram?: number;
  /** What a display device of class VGA shows before its driver starts. */
  readonly vga?: VgaAdapter | null;
}

const firstPort = 0xc000;
const firstBase = 0xc000_0000;
const endOf32Bits = 2 ** 32;
const firstDevice = 2;
const deviceCount = 32;

/**
 * A machine without a processor: memory, ports, one PCI bus whose BARs have been set up, interrupts. Programs in
 * TypeScript run on it as guests, through `GuestCpu`.
 */
export class PlainMachine implements PciBus, GuestCpu, GuestMemory {
  readonly size: number;
  readonly clock: MachineClock;
  readonly #ram: Uint8Array;
  readonly #vga: VgaAdapter | null;
  readonly #plugged: Plugged[] = [];
  #nextPort = firstPort;
  #nextBase = firstBase;
  #nextHighBase = endOf32Bits;
  #running = false;

  constructor(options: PlainMachineOptions) {
    this.clock = options.clock;
    this.size = options.ram ?? 1024 * 1024;
    this.#ram = new Uint8Array(this.size);
    this.#vga = options.vga ?? null;
  }

  plug(device: PciDevice, address?: PciAddress): PciSlot {
    const place = address ?? this.#freeAddress();
    if (this.#at(place) !== undefined) {
      throw new MachineError('ERR_MACHINE_SLOT_TAKEN', `${place.device}.${place.function} is taken`);
    }
    const bases = new Map<number, number>();
    const memories = new Map<number, Uint8Array>();
    for (const bar of device.bars) {
      bases.set(bar.index, this.#place(bar));
      if (bar.kind === 'memory' && bar.aliasOf === null) memories.set(bar.index, new Uint8Array(bar.size));
    }
    for (const bar of device.bars) {
      if (bar.kind !== 'memory' || bar.aliasOf === null) continue;
      const memory = memories.get(bar.aliasOf);
      if (memory === undefined) throw new MachineError('ERR_MACHINE_BAR', `BAR ${bar.index} shows none`);
      memories.set(bar.index, memory.subarray(0, bar.size));
    }
    const entry = { device, address: place, bases, memories, handler: null, level: false, scheduled: false };
    this.#plugged.push(entry);
    const slot = this.#slotOf(entry);
    device.plugged(slot);
    if (this.#running) device.setRunning(true);
    return slot;
  }

  unplug(device: PciDevice): void {
    const index = this.#plugged.findIndex((entry) => entry.device === device);
    if (index < 0) return;
    this.#plugged.splice(index, 1);
    device.unplugged();
  }

  setRunning(running: boolean): void {
    this.#running = running;
    for (const { device } of this.#plugged) device.setRunning(running);
  }

  bytes(address: number, length: number): Uint8Array {
    if (address < 0 || length < 0 || address + length > this.size) {
      throw new RangeError(`${length} bytes at 0x${address.toString(16)} are not RAM`);
    }
    return this.#ram.subarray(address, address + length);
  }

  memory(address: number, length: number): Uint8Array {
    for (const { device, bases, memories } of this.#plugged) {
      for (const bar of device.bars) {
        const offset = address - (bases.get(bar.index) ?? 0);
        if (bar.kind !== 'memory' || offset < 0 || offset + length > bar.size) continue;
        const memory = memories.get(bar.index);
        if (memory === undefined) continue;
        const bytes = memory.subarray(offset, offset + length);
        return bar.readOnly ? bytes.slice() : bytes;
      }
    }
    return this.bytes(address, length);
  }

  in(port: number, width: AccessWidth): number {
    const found = this.#portAt(port);
    if (found === null) return 2 ** (width * 8) - 1;
    return found.device.readPort(found.bar, found.offset, width);
  }

  out(port: number, width: AccessWidth, value: number): void {
    const found = this.#portAt(port);
    found?.device.writePort(found.bar, found.offset, width, value);
  }

  readConfig(address: PciAddress, offset: number, width: AccessWidth): number {
    const entry = this.#at(address);
    if (entry === undefined) return 2 ** (width * 8) - 1;
    const view = configOf(entry);
    return width === 4
      ? view.getUint32(offset, true)
      : width === 2
        ? view.getUint16(offset, true)
        : view.getUint8(offset);
  }

  /** Everything is set up already and stays so. */
  writeConfig(): void {}

  onInterrupt(address: PciAddress, handler: (() => void) | null): void {
    const entry = this.#at(address);
    if (entry === undefined) return;
    entry.handler = handler;
    this.#deliver(entry);
  }

  #slotOf(entry: Plugged): PciSlot {
    return {
      address: entry.address,
      clock: this.clock,
      memory: this,
      vga: entry.device.identity.classCode === 0x030000 ? this.#vga : null,
      barBase: (index) => entry.bases.get(index) ?? null,
      barBytes: (index) => {
        const memory = entry.memories.get(index);
        if (memory === undefined) throw new RangeError(`there is no memory behind BAR ${index}`);
        return memory;
      },
      setInterrupt: (level) => {
        entry.level = level;
        this.#deliver(entry);
      },
    };
  }

  #deliver(entry: Plugged, delay = 0): void {
    if (!entry.level || entry.handler === null || entry.scheduled) return;
    entry.scheduled = true;
    this.clock.after(delay, () => {
      entry.scheduled = false;
      if (entry.level) entry.handler?.();
      // A handler that cannot make the line drop is called again, but does not keep everything else waiting.
      this.#deliver(entry, 1);
    });
  }

  #at({ bus, device, function: number }: PciAddress): Plugged | undefined {
    return this.#plugged.find(
      ({ address }) => address.bus === bus && address.device === device && address.function === number,
    );
  }

  #freeAddress(): PciAddress {
    for (let device = firstDevice; device < deviceCount; device++) {
      const address = { bus: 0, device, function: 0 };
      if (this.#at(address) === undefined) return address;
    }
    throw new MachineError('ERR_MACHINE_SLOT_TAKEN', 'all PCI slots are taken');
  }

  #place(bar: PciBar): number {
    if (bar.kind === 'io') {
      const port = Math.ceil(this.#nextPort / bar.size) * bar.size;
      if (port + bar.size > 0x1_0000) throw new MachineError('ERR_MACHINE_BAR', 'no I/O ports are left');
      this.#nextPort = port + bar.size;
      return port;
    }
    if (bar.bits === 64) {
      const base = Math.ceil(this.#nextHighBase / bar.size) * bar.size;
      this.#nextHighBase = base + bar.size;
      return base;
    }
    const base = Math.ceil(this.#nextBase / bar.size) * bar.size;
    if (base + bar.size > endOf32Bits)
      throw new MachineError('ERR_MACHINE_BAR', 'no memory below 4 GiB is left');
    this.#nextBase = base + bar.size;
    return base;
  }

  #portAt(port: number): { device: PciDevice; bar: number; offset: number } | null {
    for (const { device, bases } of this.#plugged) {
      for (const bar of device.bars) {
        const offset = port - (bases.get(bar.index) ?? 0);
        if (bar.kind === 'io' && offset >= 0 && offset < bar.size) return { device, bar: bar.index, offset };
      }
    }
    return null;
  }
}

function configOf({ device, bases }: Plugged): DataView {
  const view = new DataView(new ArrayBuffer(256));
  const { identity } = device;
  view.setUint16(0, identity.vendorId, true);
  view.setUint16(2, identity.deviceId, true);
  view.setUint16(4, 3, true);
  view.setUint32(8, ((identity.classCode << 8) | identity.revision) >>> 0, true);
  view.setUint16(0x2c, identity.subsystemVendorId, true);
  view.setUint16(0x2e, identity.subsystemId, true);
  view.setUint8(0x3d, identity.interruptPin);
  for (const bar of device.bars) {
    const base = bases.get(bar.index) ?? 0;
    const flags = bar.kind === 'io' ? 1 : (bar.bits === 64 ? 4 : 0) | (bar.prefetchable ? 8 : 0);
    view.setUint32(0x10 + bar.index * 4, (base % endOf32Bits) + flags, true);
    if (bar.kind === 'memory' && bar.bits === 64) {
      view.setUint32(0x14 + bar.index * 4, Math.floor(base / endOf32Bits), true);
    }
  }
  return view;
}
