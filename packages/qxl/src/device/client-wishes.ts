import type { ClientMonitor, QxlWorker } from '@lazyspice/core';
import type { QxlConfig } from './config.js';
import type { Interrupts } from './interrupts.js';
import { interruptBits, maxClientMonitors, ramLayout } from './layout.js';
import type { RamHeader } from './ram-header.js';
import type { QxlRom } from './rom.js';

export interface ClientWishesParts {
  readonly config: QxlConfig;
  readonly header: RamHeader;
  readonly rom: QxlRom;
  readonly interrupts: Interrupts;
  /** The machine runs. */
  running(): boolean;
}

/**
 * What the guest is told of the clients (§10): who they are and which monitors they want. Nothing is told while the
 * machine is stopped, since it could not be interrupted; the newest is told when it goes on.
 */
export class ClientWishes {
  readonly #parts: ClientWishesParts;
  #clients: { readonly present: boolean; readonly capabilities: number } | null = null;
  #monitors: readonly ClientMonitor[] | null = null;
  /** What the server was last told by `tellServer`. */
  #told = false;

  constructor(parts: ClientWishesParts) {
    this.#parts = parts;
  }

  /** The guest's driver takes monitors. */
  get taken(): boolean {
    const { config, header, interrupts } = this.#parts;
    const mask = header.get(ramLayout.intMask);
    // Drivers that set all or none of the bits are too old to know of this one.
    if (config.revision < 4 || mask === 0 || mask === 0xffff_ffff) return false;
    return interrupts.wants(interruptBits.clientMonitorsConfig);
  }

  setClients(present: boolean, capabilities: number): void {
    this.#clients = { present, capabilities };
    this.tell();
  }

  /** False: the guest's driver does not take them. */
  setMonitors(monitors: readonly ClientMonitor[]): boolean {
    if (!this.taken) return false;
    this.#monitors = monitors;
    this.tell();
    return true;
  }

  /** Tells the guest what it does not know yet, if it runs. */
  tell(): void {
    const { config, rom, interrupts } = this.#parts;
    if (!this.#parts.running()) return;
    const clients = this.#clients;
    if (clients !== null && config.revision >= 4 && rom.setClients(clients.present, clients.capabilities)) {
      interrupts.raise(interruptBits.client);
    }
    const monitors = this.#monitors;
    this.#monitors = null;
    if (monitors === null || !this.taken) return;
    const limit = Math.min(config.maxOutputs || maxClientMonitors, maxClientMonitors);
    if (rom.setClientMonitors(monitors.slice(0, limit))) {
      interrupts.raise(interruptBits.clientMonitorsConfig);
    }
  }

  /** A new server takes it that the driver does not take monitors. */
  serverChanged(): void {
    this.#told = false;
  }

  /** Tells the server whether the driver takes monitors, when that has changed. */
  tellServer(worker: QxlWorker | null): void {
    const taken = this.taken;
    if (taken === this.#told) return;
    this.#told = taken;
    worker?.takesClientMonitors(taken);
  }
}
