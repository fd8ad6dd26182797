import { ramLayout } from './layout.js';
import type { RamHeader } from './ram-header.js';

/** The interrupt line and the bits behind it (§4). The device sets pending bits, the guest clears them. */
export class Interrupts {
  readonly #header: RamHeader;
  readonly #drive: (level: boolean) => void;
  #running = false;

  constructor(header: RamHeader, drive: (level: boolean) => void) {
    this.#header = header;
    this.#drive = drive;
  }

  /** Events of a paused machine are lost. */
  raise(bits: number): void {
    if (!this.#running) return;
    const pending = this.#header.get(ramLayout.intPending);
    if ((pending & bits) === bits) return;
    this.#header.set(ramLayout.intPending, (pending | bits) >>> 0);
    this.update();
  }

  /** Makes the line what the bits say. */
  update(): void {
    const { intPending, intMask } = ramLayout;
    this.#drive((this.#header.get(intPending) & this.#header.get(intMask)) !== 0);
  }

  setRunning(running: boolean): void {
    this.#running = running;
    if (running) this.update();
  }

  /** The guest's driver takes this event. */
  wants(bit: number): boolean {
    return (this.#header.get(ramLayout.intMask) & bit) !== 0;
  }
}
