import { EventEmitter } from 'node:events';
import { SpiceBridge } from '../bridge/spice-bridge.js';
import type { InterfaceHandle, InterfaceKind, SpiceInterface } from '../contracts/interfaces.js';
import type { ListeningAddress, QemuSpiceOps, SpiceEvent, SpiceOpName } from '../contracts/spice-ops.js';
import type { ModuleTable } from '../module/module-table.js';
import type { SpiceOptions } from '../options/spice-options.js';
import { InterfaceRegistry } from './interface-registry.js';
import { SpiceTable } from './table.js';

const moduleName = 'spice-server';

export interface SpiceEvents {
  /** The module is in use; `replaced` names the table members that are real now. */
  'module-loaded': [replaced: readonly SpiceOpName[]];
  'module-unloaded': [];
  'module-crashed': [reason: string];
  spice: [event: SpiceEvent];
}

/**
 * SPICE as the emulator core sees it: the interface table, what loads the module behind it, and the devices
 * that are offered to it. Nothing of the module is loaded before `start` (`-spice` was given) or the first
 * QXL device.
 */
export class Spice extends EventEmitter<SpiceEvents> {
  readonly #modules: ModuleTable;
  readonly #registry = new InterfaceRegistry();
  readonly #table = new SpiceTable(this.#registry);
  #bridge: SpiceBridge | null = null;
  #loading: Promise<void> | null = null;

  constructor(modules: ModuleTable) {
    super();
    this.#modules = modules;
    modules.on('module-crashed', (name, reason) => {
      if (name !== moduleName) return;
      this.#drop();
      this.emit('module-crashed', reason);
    });
  }

  /** The interface table. Its members change when the module comes and goes; do not keep them. */
  get ops(): QemuSpiceOps {
    return this.#table.ops;
  }

  get usingSpice(): boolean {
    return this.#bridge !== null;
  }

  /** Loads the module (once) and opens the doors that `options` ask for: the trigger of `-spice`. */
  async start(options: SpiceOptions): Promise<ListeningAddress | null> {
    await this.load('-spice');
    return this.ops.init(options);
  }

  /** Loads the module without opening doors. */
  load(requestedBy: string): Promise<void> {
    if (this.#bridge !== null) return Promise.resolve();
    this.#loading ??= this.#load(requestedBy).finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  /** Offers a device; a QXL device loads the module, since only the server can draw for it. */
  async addInterface(instance: SpiceInterface): Promise<InterfaceHandle> {
    const handle = await this.ops.addInterface(instance);
    if (instance.kind === 'qxl') await this.load(`QXL device '${instance.name}'`);
    return handle;
  }

  /** The device of a kind that was offered last: for monitors, which have keys and pointers of their own. */
  device<K extends InterfaceKind>(kind: K): Extract<SpiceInterface, { kind: K }> | null {
    return this.#registry.last(kind);
  }

  /** Closes the clients, ends the module, puts the stubs back. The devices stay registered. */
  async unload(): Promise<void> {
    if (this.#bridge === null) return;
    this.#drop();
    await this.#modules.unload(moduleName);
    this.emit('module-unloaded');
  }

  async #load(requestedBy: string): Promise<void> {
    const { isolate } = await this.#modules.load(moduleName, requestedBy);
    if (isolate === null) throw new TypeError(`module '${moduleName}' is not an isolate`);
    const bridge = new SpiceBridge(isolate.port, (event) => this.emit('spice', event), isolate.deliver);
    this.#bridge = bridge;
    const replaced = this.#table.register(bridge.operations());
    this.#registry.use(bridge);
    this.emit('module-loaded', replaced);
  }

  #drop(): void {
    this.#registry.use(null);
    this.#bridge?.end();
    this.#bridge = null;
    this.#table.unregister();
  }
}
