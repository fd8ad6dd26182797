import type { QemuSpiceOps, SpiceOpName } from '../contracts/spice-ops.js';
import { SpiceNotActiveError } from './errors.js';
import type { InterfaceRegistry } from './interface-registry.js';

/** What the table's members answer while no module is loaded. */
export function spiceStubs(registry: InterfaceRegistry): QemuSpiceOps {
  const refuse = (message?: string): Promise<never> => Promise.reject(new SpiceNotActiveError(message));
  return {
    init: () => Promise.resolve(null),
    displayInit: () => refuse('spice support is disabled'),
    migrateInfo: () => refuse(),
    migrateEnd: () => Promise.resolve(false),
    setPassword: () => refuse(),
    setPasswordExpiry: () => refuse(),
    displayAddClient: () => refuse(),
    statistics: () => refuse(),
    addInterface: (instance) => Promise.resolve(registry.add(instance)),
    qmpQuery: () => Promise.resolve({ enabled: false, migrated: false, mouseMode: 'unknown', channels: [] }),
  };
}

/** The interface table: stubs until an implementation is registered over them. */
export class SpiceTable {
  readonly ops: QemuSpiceOps;
  readonly #stubs: QemuSpiceOps;

  constructor(registry: InterfaceRegistry) {
    this.#stubs = spiceStubs(registry);
    this.ops = { ...this.#stubs };
  }

  /** Replaces members; returns their names. */
  register(implementation: Partial<QemuSpiceOps>): SpiceOpName[] {
    Object.assign(this.ops, implementation);
    return Object.keys(implementation) as SpiceOpName[];
  }

  /** Puts the stubs back. */
  unregister(): void {
    Object.assign(this.ops, this.#stubs);
  }
}
