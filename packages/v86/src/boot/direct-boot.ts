import type { V86Cpu } from '../emulator/internals.js';
import { EmulatorError } from '../errors.js';
import type { ElfImage } from './elf.js';
import { parseLinuxHeader } from './linux-header.js';
import { programTextMode } from './text-mode.js';

/** A Linux kernel that starts without firmware. */
export interface LinuxBoot {
  readonly kind: 'linux';
  /** The bzImage. */
  readonly kernel: Uint8Array;
  /** The kernel inside, from `unpackKernel`; null: the guest unpacks it. */
  readonly unpacked: ElfImage | null;
  readonly initrd: Uint8Array | null;
  /** At most 2047 bytes. */
  readonly commandLine: string;
}
/** A boot sector or another flat real-mode program, at 0:7c00. */
export interface SectorBoot {
  readonly kind: 'sector';
  /** At most 31 KiB. */
  readonly code: Uint8Array;
}
/** Firmware, given to the emulator when it was made. */
export interface FirmwareBoot {
  readonly kind: 'firmware';
}
export type Boot = LinuxBoot | SectorBoot | FirmwareBoot;

const bootParameters = 0x10000;
const commandLineAddress = 0x20000;
const descriptorTable = 0x8000;
const loadAddress = 0x100000;
const sectorAddress = 0x7c00;
const maxCommandLine = 2047;
const page = 0x1000;
/** Bytes of VGA memory that text modes can show. */
const textBytes = 0x8000;

const codeSelector = 0x10;
const dataSelector = 0x18;
/** Index of CS among v86's segment registers. */
const codeSegment = 1;

/** What a BIOS leaves behind for PCI interrupts and the keyboard controller; Linux relies on each. */
function initializePlatform(cpu: V86Cpu): void {
  const { pci, ps2 } = cpu.devices;
  const routes = pci.isa_bridge_space8;
  routes.set([10, 10, 11, 11], 0x60);
  pci.device_spaces.forEach((space, id) => {
    if (space === undefined) return;
    const bytes = new Uint8Array(space.buffer, space.byteOffset, space.byteLength);
    const pin = bytes[0x3d];
    if (pin !== 0) bytes[0x3c] = routes[0x60 + ((pin - 1 + (id >> 3) - 1) & 3)];
  });
  // Scancode translation: without it Linux takes the keyboard for a raw set 2 one.
  ps2.command_register |= 0x40;
  // The keyboard scans.
  ps2.enable_keyboard_stream = true;
  // ELCR of the slave PIC: IRQ 10 and 11 are level-triggered.
  new Uint8Array(cpu.wasm_memory.buffer, cpu.get_pic_addr_slave(), 13)[10] = 0x0c;
}

/** VGA mode 3 with blanks; what an earlier boot wrote is gone. */
function showText(cpu: V86Cpu): boolean {
  const { vga } = cpu.devices;
  if (vga === undefined) return false;
  for (let at = 0; at < textBytes; at += 2) {
    vga.vga_memory[at] = 0x20;
    vga.vga_memory[at + 1] = 0x07;
  }
  programTextMode(cpu.io);
  return true;
}

/** Flat 32-bit protected mode, as the 32-bit boot protocol wants it. */
function enterProtectedMode(cpu: V86Cpu, entry: number): void {
  const table = new Uint8Array(32);
  table.set([0xff, 0xff, 0, 0, 0, 0x9a, 0xcf, 0], codeSelector);
  table.set([0xff, 0xff, 0, 0, 0, 0x92, 0xcf, 0], dataSelector);
  cpu.write_blob(table, descriptorTable);
  cpu.gdtr_offset[0] = descriptorTable;
  cpu.gdtr_size[0] = table.length - 1;
  cpu.cr[0] = 0x11;
  cpu.protected_mode[0] = 1;
  cpu.flags[0] = 2;
  cpu.is_32[0] = 1;
  cpu.stack_size_32[0] = 1;
  cpu.cpl[0] = 0;
  for (let i = 0; i < 6; i++) {
    const code = i === codeSegment;
    cpu.segment_is_null[i] = 0;
    cpu.segment_offsets[i] = 0;
    cpu.segment_limits[i] = 0xffffffff;
    cpu.sreg[i] = code ? codeSelector : dataSelector;
    cpu.segment_access_bytes[i] = code ? 0x9a : 0x92;
  }
  cpu.reg32.fill(0, 0, 8);
  cpu.reg32[6] = bootParameters;
  cpu.reg32[4] = 0x7000;
  cpu.instruction_pointer[0] = entry;
  cpu.update_state_flags();
}

function memoryMap(parameters: Uint8Array, ramSize: number): void {
  const view = new DataView(parameters.buffer);
  const usable = 1;
  const reserved = 2;
  const ranges = [
    [0, 0x9fc00, usable],
    [0x9fc00, 0x400, reserved],
    [0xf0000, 0x10000, reserved],
    [loadAddress, ramSize - loadAddress, usable],
  ];
  parameters[0x1e8] = ranges.length;
  ranges.forEach(([address, size, type], i) => {
    const at = 0x2d0 + i * 20;
    view.setUint32(at, address, true);
    view.setUint32(at + 8, size, true);
    view.setUint32(at + 16, type, true);
  });
}

function loadKernel(cpu: V86Cpu, boot: LinuxBoot, codeOffset: number): number {
  if (boot.unpacked === null) {
    cpu.write_blob(boot.kernel.subarray(codeOffset), loadAddress);
    return loadAddress;
  }
  for (const { address, bytes, size } of boot.unpacked.segments) {
    cpu.write_blob(bytes, address);
    if (size > bytes.length) cpu.read_blob(address + bytes.length, size - bytes.length).fill(0);
  }
  return boot.unpacked.entry;
}

/** The least RAM that holds kernel, initrd and the tables below 1 MiB. */
function checkRoom(boot: LinuxBoot, initSize: number, ramSize: number): void {
  const end = (boot.unpacked?.segments ?? []).reduce((m, s) => Math.max(m, s.address + s.size), 0);
  const needed = Math.max(end, loadAddress + initSize) + (boot.initrd?.length ?? 0) + 2 * page;
  if (needed > ramSize) {
    const mebibytes = Math.ceil(needed / 1024 / 1024);
    throw new EmulatorError('ERR_V86_OPTIONS', `the kernel and its initrd need ${mebibytes} MiB of memory`);
  }
}

function bootLinux(cpu: V86Cpu, boot: LinuxBoot, ramSize: number): void {
  const header = parseLinuxHeader(boot.kernel);
  checkRoom(boot, header.initSize, ramSize);
  const commandLine = Buffer.from(`${boot.commandLine}\0`);
  if (commandLine.length - 1 > maxCommandLine) {
    throw new EmulatorError('ERR_V86_OPTIONS', `the command line is longer than ${maxCommandLine} bytes`);
  }
  const parameters = new Uint8Array(page);
  const view = new DataView(parameters.buffer);
  parameters.set(header.setup, 0x1f1);
  view.setUint16(0x1fa, 0xffff, true); // video mode: as it is
  parameters[0x210] = 0xff; // a loader without a number
  parameters[0x211] |= 0x01; // the kernel is loaded high
  if (boot.initrd !== null) {
    const address = (ramSize - boot.initrd.length - page) & ~(page - 1);
    cpu.write_blob(boot.initrd, address);
    view.setUint32(0x218, address, true);
    view.setUint32(0x21c, boot.initrd.length, true);
  }
  view.setUint32(0x228, commandLineAddress, true);
  memoryMap(parameters, ramSize);
  if (showText(cpu)) {
    // screen_info: mode 3, 80x25, a VGA, 16 scan lines a character
    parameters.set([3, 80], 0x06);
    parameters.set([25, 1, 16, 0], 0x0e);
  }
  cpu.write_blob(parameters, bootParameters);
  cpu.write_blob(commandLine, commandLineAddress);
  const entry = loadKernel(cpu, boot, header.codeOffset);
  initializePlatform(cpu);
  enterProtectedMode(cpu, entry);
}

function bootSector(cpu: V86Cpu, { code }: SectorBoot): void {
  if (code.length > 31 * 1024)
    throw new EmulatorError('ERR_V86_OPTIONS', 'the boot sector is longer than 31 KiB');
  showText(cpu);
  initializePlatform(cpu);
  cpu.write_blob(code, sectorAddress);
  for (let i = 0; i < 6; i++) {
    cpu.sreg[i] = 0;
    cpu.segment_offsets[i] = 0;
  }
  cpu.reg32.fill(0, 0, 8);
  cpu.reg32[4] = sectorAddress;
  cpu.instruction_pointer[0] = sectorAddress;
  cpu.update_state_flags();
}

/**
 * Puts a machine that was just reset at the first instruction of what it boots.
 * @throws EmulatorError
 */
export function prepareBoot(cpu: V86Cpu, boot: Boot, ramSize: number): void {
  if (boot.kind === 'linux') bootLinux(cpu, boot, ramSize);
  else if (boot.kind === 'sector') bootSector(cpu, boot);
  else {
    // SeaBIOS builds its memory map from this: 64 KiB units above 16 MiB.
    const units = (ramSize - 16 * 1024 * 1024) >> 16;
    cpu.devices.rtc.cmos_write(0x34, units & 0xff);
    cpu.devices.rtc.cmos_write(0x35, units >> 8);
  }
}
