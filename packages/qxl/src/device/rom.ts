import type { ClientMonitor } from '@lazyspice/core';
import type { BarMemory } from './bar-memory.js';
import type { QxlConfig } from './config.js';
import { crc32 } from './crc32.js';
import {
  bars,
  clientCapabilityBytes,
  clientMonitorsBytes,
  maxClientMonitors,
  ramLayout,
  romLayout,
  romMagic,
  slotCount,
  slotsStart,
} from './layout.js';
import { millimetres, modeBytes, modesFor } from './modes.js';

/** The information page in BAR 2, and its copy that the guest cannot spoil. */
export class QxlRom {
  readonly #memory: BarMemory;
  readonly #shadow = new Uint8Array(romLayout.bytes);

  constructor(memory: BarMemory, config: QxlConfig) {
    this.#memory = memory;
    this.#build(config);
    this.reset();
  }

  /** Makes the page what it was at power-on; what is known of the clients stays, but not the monitors they want. */
  reset(): void {
    this.#page().set(this.#shadow);
  }

  set mode(index: number) {
    this.#view().setUint32(romLayout.mode, index, true);
  }
  get mode(): number {
    return this.#view().getUint32(romLayout.mode, true);
  }

  clearSlotGeneration(): void {
    this.#page()[romLayout.slotGeneration] = 0;
  }

  /** @param capabilities bits of the first 32 capabilities. True: that is news. */
  setClients(present: boolean, capabilities: number): boolean {
    const bytes = new Uint8Array(1 + clientCapabilityBytes);
    bytes[0] = present ? 1 : 0;
    new DataView(bytes.buffer).setUint32(1, capabilities >>> 0, true);
    const at = romLayout.clientPresent;
    const before = this.#page().slice(at, at + bytes.length);
    this.#shadow.set(bytes, at);
    this.#page().set(bytes, at);
    return Buffer.compare(before, bytes) !== 0;
  }

  /** Tells the guest which monitors the clients want, at most 64. True: that is news. */
  setClientMonitors(monitors: readonly ClientMonitor[]): boolean {
    const page = this.#page();
    const at = romLayout.clientMonitors;
    const record = monitorsRecord(monitors);
    const before = page.slice(at, at + clientMonitorsBytes);
    // The guest may read at any time: it takes what it reads once the sum fits.
    page.set(record, at);
    this.#view().setUint32(romLayout.clientMonitorsCrc, crc32(record), true);
    return Buffer.compare(before, record) !== 0;
  }

  #page(): Uint8Array {
    return this.#memory.bytes(bars.rom);
  }

  #view(): DataView {
    return this.#memory.view(bars.rom);
  }

  #build(config: QxlConfig): void {
    const view = new DataView(this.#shadow.buffer);
    const put = (offset: number, value: number): void => view.setUint32(offset, value, true);
    put(romLayout.magic, romMagic);
    put(romLayout.id, config.id);
    put(romLayout.logLevel, config.guestDebug);
    put(romLayout.modesOffset, romLayout.modes);
    put(romLayout.pageCount, (config.ram - ramLayout.bytes - config.vgaMemory) / 4096);
    put(romLayout.pagesOffset, config.vgaMemory);
    put(romLayout.surface0AreaSize, config.vgaMemory);
    put(romLayout.ramHeaderOffset, config.ram - ramLayout.bytes);
    put(romLayout.surfaceCount, config.surfaces);
    this.#shadow[romLayout.slotsStart] = slotsStart;
    this.#shadow[romLayout.slotsEnd] = slotCount - 1;
    this.#shadow[romLayout.slotGenerationBits] = 8;
    this.#shadow[romLayout.slotIdBits] = 8;
    if (config.initialMonitor !== null) {
      const record = monitorsRecord([{ x: 0, y: 0, ...config.initialMonitor }]);
      this.#shadow.set(record, romLayout.clientMonitors);
      put(romLayout.clientMonitorsCrc, crc32(record));
    }
    const modes = modesFor(config.vgaMemory);
    put(romLayout.modes, modes.length);
    for (const [index, mode] of modes.entries()) {
      const { id, width, height, bits, stride, orientation } = mode;
      const fields = [id, width, height, bits, stride, millimetres(width), millimetres(height), orientation];
      for (const [field, value] of fields.entries()) {
        put(romLayout.modes + 4 + index * modeBytes + field * 4, value);
      }
    }
  }
}

function monitorsRecord(monitors: readonly ClientMonitor[]): Uint8Array {
  const record = new Uint8Array(clientMonitorsBytes);
  const view = new DataView(record.buffer);
  const shown = monitors.slice(0, maxClientMonitors);
  view.setUint16(0, shown.length, true);
  for (const [index, { x, y, width, height }] of shown.entries()) {
    const at = 4 + index * 16;
    view.setUint32(at, y, true);
    view.setUint32(at + 4, x, true);
    view.setUint32(at + 8, y + height, true);
    view.setUint32(at + 12, x + width, true);
  }
  return record;
}
