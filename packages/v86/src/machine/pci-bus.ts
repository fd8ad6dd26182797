import {
  type AccessWidth,
  type MachineClock,
  MachineError,
  type PciAddress,
  type PciBus,
  type PciDevice,
  type PciIoBar,
  type PciMemoryBar,
  type PciSlot,
  type VgaAdapter,
} from '@lazyspice/core';
import type { V86Cpu, V86PciDevice } from '../emulator/internals.js';
import type { V86Memory } from './memory.js';
import { configurationSpace } from './pci-config.js';

/** The first of the I/O ports given to functions; v86's own devices end below and begin again at 0xd000. */
const firstPort = 0xc200;
const lastPort = 0xcfff;
/** Device numbers that v86's own devices leave free, whatever options are on. */
const freeDevices = [0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x13, 0x14, 0x15, 0x16, 0x17];
/** Where v86 shows the VGA BIOS, and where the guest's BIOS may put it. */
const romAddress = 0xfeb00000;
const romSize = 0x10000;

export interface PciBusResources {
  readonly cpu: V86Cpu;
  readonly memory: V86Memory;
  readonly clock: MachineClock;
  readonly vga: VgaAdapter | null;
  /** Guest physical range of v86's memory that BARs are carved out of: plain memory at full speed. */
  readonly deviceMemory: { readonly start: number; readonly end: number };
}

interface PluggedDevice {
  readonly device: PciDevice;
  readonly slot: V86PciSlot;
}

const isPowerOfTwo = (n: number): boolean => n > 0 && (n & (n - 1)) === 0;

function checkBar(bar: PciMemoryBar | PciIoBar): void {
  const last = bar.kind === 'memory' && bar.bits === 64 ? 4 : 5;
  const least = bar.kind === 'memory' ? 4096 : 4;
  const most = bar.kind === 'memory' ? 0x40000000 : 256;
  const possible = bar.index >= 0 && bar.index <= last && isPowerOfTwo(bar.size);
  if (bar.kind === 'memory' && bar.aliasOf !== null) {
    throw new MachineError(
      'ERR_MACHINE_BAR',
      `BAR ${bar.index} can not show the memory of BAR ${bar.aliasOf}`,
    );
  }
  if (!possible || bar.size < least || bar.size > most) {
    throw new MachineError('ERR_MACHINE_BAR', `BAR ${bar.index} can not have ${bar.size} bytes`);
  }
}

/** What one function has of the machine. */
class V86PciSlot implements PciSlot {
  readonly address: PciAddress;
  readonly clock: MachineClock;
  readonly memory: V86Memory;
  readonly vga: VgaAdapter | null;
  readonly #cpu: V86Cpu;
  readonly #id: number;
  readonly #bases: ReadonlyMap<number, number>;
  readonly #bars: ReadonlyMap<number, PciMemoryBar | PciIoBar>;
  #raised = false;

  constructor(
    resources: PciBusResources,
    address: PciAddress,
    device: PciDevice,
    bases: Map<number, number>,
  ) {
    this.address = address;
    this.clock = resources.clock;
    this.memory = resources.memory;
    this.vga = device.identity.classCode === 0x030000 ? resources.vga : null;
    this.#cpu = resources.cpu;
    this.#id = pciId(address);
    this.#bases = bases;
    this.#bars = new Map(device.bars.map((bar) => [bar.index, bar]));
  }

  /** Where the guest has put a BAR. Memory BARs can not be moved. */
  barBase(index: number): number | null {
    const bar = this.#bars.get(index);
    const space = this.#cpu.devices.pci.device_spaces[this.#id];
    if (bar === undefined || space === undefined) return null;
    const enabled = space[1] & (bar.kind === 'io' ? 1 : 2);
    if (enabled === 0) return null;
    return bar.kind === 'io' ? space[4 + index] & 0xfffc : (this.#bases.get(index) ?? null);
  }

  barBytes(index: number): Uint8Array {
    const bar = this.#bars.get(index);
    const base = this.#bases.get(index);
    if (bar?.kind !== 'memory' || base === undefined) throw new RangeError(`there is no memory BAR ${index}`);
    return this.#cpu.read_blob(base, bar.size);
  }

  setInterrupt(level: boolean): void {
    if (level === this.#raised) return;
    this.#raised = level;
    const { pci } = this.#cpu.devices;
    if (level) pci.raise_irq(this.#id);
    else pci.lower_irq(this.#id);
  }

  /** The interrupt controller was reset or restored: it no longer knows of this function's level. */
  forgetInterrupt(level: boolean): void {
    this.#raised = level;
  }
  get interrupt(): boolean {
    return this.#raised;
  }
}

function pciId(address: PciAddress): number {
  return (address.device << 3) | address.function;
}

/**
 * The bus of v86's 440FX, bus 0 only. Memory BARs are carved out of v86's own memory above the guest's RAM: guest
 * code reaches them at the speed of RAM, but accesses are not seen by the device, a read-only BAR can be written,
 * and the guest can not move them. A BAR that aliases another has the other's first bytes (its base too).
 */
export class V86PciBus implements PciBus {
  readonly #resources: PciBusResources;
  readonly #plugged: PluggedDevice[] = [];
  #nextMemory: number;
  #nextPort = firstPort;
  #sealed = false;

  constructor(resources: PciBusResources) {
    this.#resources = resources;
    this.#nextMemory = resources.deviceMemory.start;
  }

  /** In the order they were plugged in. */
  get plugged(): readonly PluggedDevice[] {
    return this.#plugged;
  }

  /** The machine runs: nothing more can be plugged in. */
  seal(): void {
    this.#sealed = true;
  }

  plug(device: PciDevice, address?: PciAddress): PciSlot {
    if (this.#sealed) {
      throw new MachineError('ERR_MACHINE_STATE', `'${device.name}' comes too late: the machine has run`);
    }
    const place = this.#place(device, address);
    for (const bar of device.bars) checkBar(bar);
    const bases = this.#allocate(device);
    const slot = new V86PciSlot(this.#resources, place, device, bases);
    this.#register(device, place, bases);
    this.#plugged.push({ device, slot });
    device.plugged(slot);
    return slot;
  }

  #place(device: PciDevice, wanted: PciAddress | undefined): PciAddress {
    const { pci } = this.#resources.cpu.devices;
    const taken = ({ bus, device: n, function: f }: PciAddress): boolean =>
      bus !== 0 || n > 31 || f > 7 || pci.devices[(n << 3) | f] !== undefined;
    const address =
      wanted ?? freeDevices.map((n) => ({ bus: 0, device: n, function: 0 })).find((a) => !taken(a));
    if (address === undefined || taken(address)) {
      throw new MachineError('ERR_MACHINE_SLOT_TAKEN', `there is no free PCI slot for '${device.name}'`);
    }
    return address;
  }

  /** Bases by BAR index: aligned memory, then ports. */
  #allocate(device: PciDevice): Map<number, number> {
    const { deviceMemory } = this.#resources;
    const bases = new Map<number, number>();
    const memory = device.bars.filter((b) => b.kind === 'memory');
    for (const bar of memory.sort((a, b) => b.size - a.size)) {
      const base = Math.ceil(this.#nextMemory / bar.size) * bar.size;
      if (base + bar.size > deviceMemory.end) {
        throw new MachineError(
          'ERR_MACHINE_BAR',
          `there is no room for BAR ${bar.index} of '${device.name}'`,
        );
      }
      bases.set(bar.index, base);
      this.#nextMemory = base + bar.size;
    }
    for (const bar of device.bars) {
      if (bar.kind === 'io') {
        const base = Math.ceil(this.#nextPort / bar.size) * bar.size;
        if (base + bar.size - 1 > lastPort) {
          throw new MachineError('ERR_MACHINE_BAR', `there are no ports left for '${device.name}'`);
        }
        bases.set(bar.index, base);
        this.#nextPort = base + bar.size;
      }
    }
    return bases;
  }

  #register(device: PciDevice, place: PciAddress, bases: ReadonlyMap<number, number>): void {
    const { cpu } = this.#resources;
    const sizes: ({ size: number } | undefined)[] = [];
    for (const bar of device.bars) {
      sizes[bar.index] = { size: bar.size };
      if (bar.kind === 'memory' && bar.bits === 64) sizes[bar.index + 1] = { size: 1 };
      if (bar.kind === 'io') this.#registerPorts(device, bar, bases.get(bar.index) as number);
    }
    const rom = device.expansionRom === null ? {} : { pci_rom_size: romSize, pci_rom_address: romAddress };
    const registered: V86PciDevice = {
      name: device.name,
      pci_id: pciId(place),
      pci_space: configurationSpace(device, bases),
      pci_bars: sizes,
      ...rom,
    };
    // BAR memory is zero: it is fresh, and no guest has run. Clearing it would make every page of it resident.
    // The bus remembers the ports' entries now and moves them with the BAR.
    cpu.devices.pci.register_device(registered);
  }

  #registerPorts(device: PciDevice, bar: PciIoBar, base: number): void {
    const { io } = this.#resources.cpu;
    const read = (offset: number, width: AccessWidth) => (): number => {
      const value = device.readPort(bar.index, offset, width);
      return width === 4 ? value | 0 : value;
    };
    const write =
      (offset: number, width: AccessWidth) =>
      (value: number): void =>
        device.writePort(bar.index, offset, width, width === 4 ? value >>> 0 : value);
    for (let offset = 0; offset < bar.size; offset++) {
      io.register_read(base + offset, device, read(offset, 1), read(offset, 2), read(offset, 4));
      io.register_write(base + offset, device, write(offset, 1), write(offset, 2), write(offset, 4));
    }
  }
}
