import type {
  AccessWidth,
  ClientMonitor,
  PciBar,
  PciDevice,
  PciIdentity,
  PciSlot,
  QxlCommand,
  QxlInterface,
  QxlWorker,
} from '@lazyspice/core';
import { QxlCard } from './card.js';
import { barsOf, configOf, identityOf, type QxlConfig, type QxlDeviceProperties } from './config.js';
import { bars } from './layout.js';
import { limitedLog, type QxlLog } from './log.js';

export interface QxlDeviceOptions extends QxlDeviceProperties {
  readonly name?: string;
  /** Is given what the guest's driver says and what goes wrong, at most 20 lines a second. */
  readonly log?: QxlLog;
  /** Milliseconds that a synchronous port may take, the machine's thread waiting; default 500. */
  readonly patience?: number;
}

/** What the device counted since it was plugged in. */
export interface QxlStatistics {
  /** Commands taken from the rings. */
  readonly commands: number;
  /** Those among them that were refused. */
  readonly refused: number;
  readonly guestBugs: number;
  /** Synchronous updates that the server did not answer in time: guest memory stayed as it was. */
  readonly lateUpdates: number;
}

/** A QXL PCI device. Plug it in and offer `display` to SPICE. */
export class QxlDevice implements PciDevice {
  readonly name: string;
  readonly identity: PciIdentity;
  readonly bars: readonly PciBar[];
  readonly expansionRom: Uint8Array | null;
  /** What SPICE is offered. */
  readonly display: QxlInterface;
  readonly #config: QxlConfig;
  readonly #options: QxlDeviceOptions;
  #card: QxlCard | null = null;
  #worker: QxlWorker | null = null;
  #clients: { readonly present: boolean; readonly capabilities: number } | null = null;

  /** @throws QxlPropertyError */
  constructor(options: QxlDeviceOptions) {
    this.#options = options;
    this.#config = configOf(options);
    this.name = options.name ?? (this.#config.primary ? 'qxl-vga' : 'qxl');
    this.identity = identityOf(this.#config);
    this.bars = barsOf(this.#config);
    this.expansionRom = this.#config.bios;
    this.display = {
      kind: 'qxl',
      name: this.name,
      channelId: this.#config.id,
      attached: (worker) => this.#attached(worker),
      detached: () => this.#detached(),
      setClientMonitors: (monitors) => this.setClientMonitors(monitors),
      setClients: (present, capabilities) => this.setClients(present, capabilities),
    };
  }

  /** The server's end, while there is a server. */
  get worker(): QxlWorker | null {
    return this.#worker;
  }

  get statistics(): QxlStatistics {
    return this.#card?.statistics ?? { commands: 0, refused: 0, guestBugs: 0, lateUpdates: 0 };
  }

  plugged(slot: PciSlot): void {
    const log = limitedLog(this.#options.log ?? (() => {}), () => slot.clock.now());
    const { patience } = this.#options;
    this.#card = new QxlCard({ slot, config: this.#config, log, patience: patience ?? 500 });
    if (this.#worker !== null) this.#card.attach(this.#worker);
    if (this.#clients !== null) this.setClients(this.#clients.present, this.#clients.capabilities);
  }

  unplugged(): void {
    this.#card?.stop();
    this.#card = null;
  }

  /** Ports read as all ones. */
  readPort(_bar: number, _offset: number, width: AccessWidth): number {
    return width === 4 ? 0xffff_ffff : width === 2 ? 0xffff : 0xff;
  }

  /** Only single bytes have an effect. */
  writePort(bar: number, offset: number, width: AccessWidth, value: number): void {
    if (bar === bars.io && width === 1) this.#card?.port(offset, value & 0xff);
  }

  reset(): void {
    this.#card?.hardReset();
  }

  setRunning(running: boolean): void {
    this.#card?.setRunning(running);
  }

  save(): Promise<Uint8Array> {
    return this.#cardOrFail().save();
  }

  /** @throws QxlStateError */
  restore(state: Uint8Array): void {
    this.#cardOrFail().restore(state);
  }

  /**
   * Tells the guest whether clients are there and what all of them can (§10.1).
   * @param capabilities bits by display channel capability: 0 sized streams, 1 monitors config, 2 composite, 3 A8 surfaces.
   */
  setClients(present: boolean, capabilities: number): void {
    this.#clients = { present, capabilities };
    this.#card?.wishes.setClients(present, capabilities);
  }

  /** The guest's driver takes monitors that clients ask for (§10.2). */
  get takesClientMonitors(): boolean {
    return this.#card?.wishes.taken ?? false;
  }

  /** Asks the guest for these monitors. False: its driver does not know how; ask its agent instead. */
  setClientMonitors(monitors: readonly ClientMonitor[]): boolean {
    return this.#card?.wishes.setMonitors(monitors) ?? false;
  }

  /** What a server is told that knows nothing of the guest's pointer; null: no pointer. For local viewers. */
  get pointer(): QxlCommand | null {
    return this.#card?.cursor.current ?? null;
  }

  #attached(worker: QxlWorker): void {
    this.#worker = worker;
    this.#card?.attach(worker);
  }

  #detached(): void {
    this.#worker = null;
    this.#card?.attach(null);
    if (this.#clients !== null) this.setClients(false, 0);
  }

  #cardOrFail(): QxlCard {
    if (this.#card === null) throw new TypeError(`${this.name} is not plugged in`);
    return this.#card;
  }
}
