import type { BarMemory } from './bar-memory.js';
import {
  bars,
  commandRingSize,
  createSurfaceBytes,
  ramLayout,
  ramMagic,
  releaseRingSize,
  ringLayout,
} from './layout.js';

/** The header at the end of BAR 0 that guest and device share (§3.1). Offsets are those of `ramLayout`. */
export class RamHeader {
  readonly #memory: BarMemory;
  readonly #base: number;

  /** @param base where the header starts in BAR 0. */
  constructor(memory: BarMemory, base: number) {
    this.#memory = memory;
    this.#base = base;
  }

  get(offset: number): number {
    return this.#memory.view(bars.ram).getUint32(this.#base + offset, true);
  }

  set(offset: number, value: number): void {
    this.#memory.view(bars.ram).setUint32(this.#base + offset, value, true);
  }

  get64(offset: number): bigint {
    return this.#memory.view(bars.ram).getBigUint64(this.#base + offset, true);
  }

  set64(offset: number, value: bigint): void {
    this.#memory.view(bars.ram).setBigUint64(this.#base + offset, value, true);
  }

  /** A copy of the create_surface record. */
  createSurface(): DataView {
    const start = this.#base + ramLayout.createSurface;
    return new DataView(this.#memory.bytes(bars.ram).slice(start, start + createSurfaceBytes).buffer);
  }

  /** What the guest's driver wrote for the log, up to the first NUL, at most 4096 bytes. */
  logText(): string {
    const start = this.#base + ramLayout.log;
    const bytes = this.#memory.bytes(bars.ram).slice(start, start + ramLayout.logBytes);
    const end = bytes.indexOf(0);
    return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('latin1');
  }

  /** Power-on and reset: everything but the log, the create_surface record and the heap. */
  reset(): void {
    this.set(ramLayout.magic, ramMagic);
    this.set(ramLayout.intPending, 0);
    this.set(ramLayout.intMask, 0);
    this.set(ramLayout.updateSurface, 0);
    this.set64(ramLayout.monitorsConfig, 0n);
    this.#resetRing(ramLayout.commandRing, commandRingSize);
    this.#resetRing(ramLayout.cursorRing, commandRingSize);
    this.#resetRing(ramLayout.releaseRing, releaseRingSize);
    this.set64(ramLayout.releaseRing + ringLayout.items, 0n);
  }

  #resetRing(ring: number, size: number): void {
    this.set(ring + ringLayout.size, size);
    this.set(ring + ringLayout.produced, 0);
    this.set(ring + ringLayout.notifyProduced, 1);
    this.set(ring + ringLayout.consumed, 0);
    this.set(ring + ringLayout.notifyConsumed, 0);
  }
}
