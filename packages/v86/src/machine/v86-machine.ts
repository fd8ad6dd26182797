import {
  type EmulatedMachine,
  type KeyboardInterface,
  type MachineClock,
  MachineError,
  type MachineState,
  type MouseInterface,
  type SpiceInterface,
  type TabletInterface,
  type VgaAdapter,
} from '@lazyspice/core';
import { type Boot, prepareBoot } from '../boot/direct-boot.js';
import { FramebufferConsole } from '../console/framebuffer-console.js';
import { createEmulator } from '../emulator/create-emulator.js';
import type { V86Cpu, V86Emulator } from '../emulator/internals.js';
import { EmulatorError } from '../errors.js';
import { V86Keyboard } from '../input/keyboard.js';
import { createPointers } from '../input/pointer.js';
import { createSerialPort } from '../ports/serial-port.js';
import { VirtioPorts } from '../ports/virtio-ports.js';
import { Sb16Playback } from '../sound/sb16-playback.js';
import { hostClock } from './clock.js';
import { V86Memory } from './memory.js';
import { V86PciBus } from './pci-bus.js';
import { V86Serial } from './serial.js';
import { decodeImage, encodeImage } from './state-image.js';
import { V86VgaSource } from './vga-source.js';

const mebibyte = 1024 * 1024;
/** Device memory starts at a multiple of this, so that BARs up to this size lie side by side. */
const deviceAlignment = 64 * mebibyte;
/** Room for a QXL device's default BARs and some more. */
const defaultDeviceMemory = 160 * mebibyte;
const leastMemory = 16 * mebibyte;
const mostMemory = 1024 * mebibyte;
/** What clients know the serial line by, as QEMU names its first one. */
const serialPortName = 'org.qemu.console.serial.0';
/** The entry of the virtio ports among a saved machine's devices. */
const portsName = 'virtio-ports';
/** v86's own VGA among its PCI functions. */
const vgaFunction = 0x12 << 3;

export interface V86MachineOptions {
  /** Bytes of RAM, 16 MiB to 1 GiB, a multiple of 1 MiB. */
  readonly memory: number;
  /**
   * Which VGA adapter the guest finds: `std`: v86's own; `qxl`: a device that will be plugged in has its PCI function
   * and shows its picture; `none`: no adapter.
   */
  readonly vga: 'qxl' | 'std' | 'none';
  readonly boot: Boot;
  readonly bios?: Uint8Array;
  readonly vgaBios?: Uint8Array;
  /** A hard disk image; what the guest writes stays in memory. */
  readonly hda?: Uint8Array;
  /** Bytes set aside for BARs; default 160 MiB, which costs nothing until it is used. */
  readonly deviceMemory?: number;
  readonly clock?: MachineClock;
}

function checkOptions({ memory, boot, bios }: V86MachineOptions): void {
  if (memory % mebibyte !== 0 || memory < leastMemory || memory > mostMemory) {
    throw new EmulatorError('ERR_V86_OPTIONS', 'memory must be 16 MiB to 1 GiB, in whole MiB');
  }
  if (boot.kind === 'firmware' && bios === undefined) {
    throw new EmulatorError('ERR_V86_OPTIONS', 'a machine that boots from a disk needs a BIOS image');
  }
}

/**
 * Restores v86's own state. Its PCI bus stumbles over functions whose configuration shows port BARs that they do
 * not have (the legacy ones of the IDE controller); they have empty ones meanwhile.
 */
async function restoreEmulator(emulator: V86Emulator, state: Uint8Array): Promise<void> {
  const lists = emulator.v86.cpu.devices.pci.devices.flatMap((d) => (d === undefined ? [] : [d.pci_bars]));
  const lacking = lists.flatMap((bars) =>
    Array.from(bars.keys())
      .filter((i) => bars[i] === undefined)
      .map((i) => ({ bars, i })),
  );
  for (const { bars, i } of lacking) bars[i] = { size: 0, original_bar: 0, entries: [] };
  try {
    await emulator.restore_state(new Uint8Array(state).buffer);
  } finally {
    for (const { bars, i } of lacking) bars[i] = undefined;
  }
}

/** A PC in this process and thread: v86 with devices of ours on its bus. */
export class V86Machine implements EmulatedMachine {
  readonly pci: V86PciBus;
  readonly memory: V86Memory;
  readonly clock: MachineClock;
  readonly keyboard: KeyboardInterface;
  readonly mouse: MouseInterface;
  /** For guests that read the VMware backdoor; see `onAbsolutePointer`. */
  readonly tablet: TabletInterface;
  /** Keyboard, mouse, sound, ports; the tablet is to be offered while the guest uses it. */
  readonly interfaces: readonly SpiceInterface[];
  readonly serial: readonly [V86Serial];
  /** The picture of v86's own VGA; null: the machine has none. */
  readonly vga: VgaAdapter | null;
  /** The display that shows it, with `vga: 'std'`; null otherwise. */
  readonly console: FramebufferConsole | null;
  readonly #emulator: V86Emulator;
  readonly #boot: Boot;
  readonly #layout: string;
  readonly #sound: Sb16Playback;
  readonly #ports: VirtioPorts;
  readonly #pointerListeners: ((absolute: boolean) => void)[] = [];
  #state: MachineState = 'paused';
  #absolutePointer = false;
  #booted = false;

  private constructor(
    emulator: V86Emulator,
    options: V86MachineOptions,
    deviceStart: number,
    deviceEnd: number,
  ) {
    const { cpu } = emulator.v86;
    this.#emulator = emulator;
    this.#boot = options.boot;
    this.#layout = `v86 0.5.462 memory ${options.memory} ${deviceStart} ${deviceEnd} vga ${options.vga}`;
    this.clock = options.clock ?? hostClock;
    this.memory = new V86Memory(cpu, options.memory);
    this.vga = this.#takeVga(cpu, options.vga);
    this.console =
      options.vga === 'std' && this.vga !== null
        ? new FramebufferConsole(this.vga, this.clock, { name: 'std-vga', channelId: 0 })
        : null;
    this.pci = new V86PciBus({
      cpu,
      memory: this.memory,
      clock: this.clock,
      vga: this.vga,
      deviceMemory: { start: deviceStart, end: deviceEnd },
    });
    this.keyboard = new V86Keyboard(emulator);
    const { mouse, tablet } = createPointers(emulator);
    this.mouse = mouse;
    this.tablet = tablet;
    this.serial = [new V86Serial(emulator)];
    this.#sound = new Sb16Playback(emulator, this.clock);
    this.#ports = new VirtioPorts(emulator, this.clock);
    const serialPort = createSerialPort(this.serial[0], cpu.devices.uart0, this.clock, serialPortName);
    this.interfaces = [this.keyboard, mouse, this.#sound, serialPort, ...this.#ports.interfaces];
    emulator.add_listener('vmware-absolute-mouse', (absolute: boolean) => this.#setPointer(absolute));
    this.#hookReboot(cpu);
  }

  /** @throws EmulatorError ERR_V86_OPTIONS */
  static async create(options: V86MachineOptions): Promise<V86Machine> {
    checkOptions(options);
    const deviceStart = Math.ceil(options.memory / deviceAlignment) * deviceAlignment;
    const deviceEnd = deviceStart + (options.deviceMemory ?? defaultDeviceMemory);
    if (deviceEnd >= 2048 * mebibyte) {
      throw new EmulatorError('ERR_V86_OPTIONS', 'RAM and device memory must stay below 2 GiB together');
    }
    const emulator = await createEmulator({
      memorySize: deviceEnd,
      vgaMemorySize: 16 * mebibyte,
      bios: options.bios ?? null,
      vgaBios: options.vgaBios ?? null,
      hda: options.hda ?? null,
      fda: null,
    });
    return new V86Machine(emulator, options, deviceStart, deviceEnd);
  }

  get state(): MachineState {
    return this.#state;
  }

  /** Instructions executed so far, modulo 2^32. */
  get instructions(): number {
    return this.#emulator.v86.cpu.instruction_counter[0];
  }

  /** Calls back with whether the guest uses absolute positions, now and at each change. */
  onAbsolutePointer(listener: (absolute: boolean) => void): void {
    this.#pointerListeners.push(listener);
    listener(this.#absolutePointer);
  }

  run(): void {
    if (this.#state === 'stopped') throw new MachineError('ERR_MACHINE_STATE', 'the machine was stopped');
    if (this.#state === 'running') return;
    this.pci.seal();
    if (!this.#booted) this.#start();
    this.#state = 'running';
    this.#tellRunning(true);
    void this.#emulator.run();
  }

  pause(): void {
    if (this.#state !== 'running') return;
    this.#state = 'paused';
    this.#tellRunning(false);
    void this.#emulator.stop();
  }

  async stop(): Promise<void> {
    if (this.#state === 'stopped') return;
    this.pause();
    this.#state = 'stopped';
    await this.#emulator.stop();
    for (const { device } of this.pci.plugged) device.unplugged();
    await this.#emulator.destroy();
  }

  /** Restarts the guest as the reset button does. */
  reset(): void {
    this.#emulator.v86.cpu.reboot_internal();
  }

  async save(): Promise<Uint8Array> {
    return this.#paused(async () => {
      const devices = [];
      for (const { device, slot } of this.pci.plugged) {
        devices.push({ name: device.name, interrupt: slot.interrupt, bytes: await device.save() });
      }
      devices.push({ name: portsName, interrupt: false, bytes: this.#ports.save() });
      const emulator = new Uint8Array(await this.#emulator.save_state());
      return encodeImage({ layout: this.#layout, emulator, devices });
    });
  }

  async restore(state: Uint8Array): Promise<void> {
    const image = decodeImage(state);
    const { plugged } = this.pci;
    const names = [...plugged.map(({ device }) => device.name), portsName].join(' ');
    if (image.layout !== this.#layout || image.devices.map((d) => d.name).join(' ') !== names) {
      throw new MachineError('ERR_MACHINE_IMAGE', 'the saved machine has other memory, VGA or devices');
    }
    this.pause();
    await this.#emulator.stop();
    this.pci.seal();
    this.#booted = true;
    await restoreEmulator(this.#emulator, image.emulator);
    plugged.forEach(({ device, slot }, i) => {
      slot.forgetInterrupt(image.devices[i].interrupt);
      device.restore(image.devices[i].bytes);
    });
    this.#ports.restore(image.devices[plugged.length].bytes);
    this.#sound.refresh();
  }

  async #paused<T>(action: () => Promise<T>): Promise<T> {
    if (this.#state === 'stopped') throw new MachineError('ERR_MACHINE_STATE', 'the machine was stopped');
    const wasRunning = this.#state === 'running';
    this.pause();
    await this.#emulator.stop();
    try {
      return await action();
    } finally {
      if (wasRunning) this.run();
    }
  }

  #start(): void {
    this.#booted = true;
    for (const { device } of this.pci.plugged) device.reset();
    prepareBoot(this.#emulator.v86.cpu, this.#boot, this.memory.size);
  }

  #takeVga(cpu: V86Cpu, kind: V86MachineOptions['vga']): VgaAdapter | null {
    const { pci, vga } = cpu.devices;
    if (kind !== 'std') {
      pci.devices[vgaFunction] = undefined;
      pci.device_spaces[vgaFunction] = undefined;
    }
    if (kind === 'none' || vga === undefined) return null;
    return new V86VgaSource(this.#emulator, vga, () => this.clock.now());
  }

  /** The guest resets the machine through the keyboard controller or port 0xcf9; all end in v86's own reset. */
  #hookReboot(cpu: V86Cpu): void {
    const original = cpu.reboot_internal;
    cpu.reboot_internal = () => {
      original.call(cpu);
      for (const { device, slot } of this.pci.plugged) {
        slot.setInterrupt(false);
        device.reset();
      }
      this.#ports.reset();
      this.#sound.refresh();
      prepareBoot(cpu, this.#boot, this.memory.size);
    };
  }

  #tellRunning(running: boolean): void {
    for (const { device } of this.pci.plugged) device.setRunning(running);
    this.#sound.setRunning(running);
  }

  #setPointer(absolute: boolean): void {
    if (absolute === this.#absolutePointer) return;
    this.#absolutePointer = absolute;
    for (const listener of this.#pointerListeners) listener(absolute);
  }
}
