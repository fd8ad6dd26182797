import type { InterfaceHandle, InterfaceKind, SpiceInterface } from '../contracts/interfaces.js';

/** Whoever serves the registered interfaces at the moment: the bridge to a loaded module. */
export interface InterfaceUser {
  attach(id: number, instance: SpiceInterface): void;
  /** Resolves when the server has closed what belonged to the interface. */
  detach(id: number): Promise<void>;
}

/**
 * The devices that were offered, in order. They outlive the module: each newly loaded one is given all of
 * them, so it does not matter whether a device or the module comes first.
 */
export class InterfaceRegistry {
  readonly #instances = new Map<number, SpiceInterface>();
  #user: InterfaceUser | null = null;
  #nextId = 1;

  add(instance: SpiceInterface): InterfaceHandle {
    const id = this.#nextId++;
    this.#instances.set(id, instance);
    this.#user?.attach(id, instance);
    return {
      remove: async () => {
        if (this.#instances.delete(id)) await this.#user?.detach(id);
      },
    };
  }

  /** The device of a kind that was offered last. */
  last<K extends InterfaceKind>(kind: K): Extract<SpiceInterface, { kind: K }> | null {
    const found = [...this.#instances.values()].findLast((instance) => instance.kind === kind);
    return (found as Extract<SpiceInterface, { kind: K }> | undefined) ?? null;
  }

  /** Gives every interface to `user`, or to nobody. */
  use(user: InterfaceUser | null): void {
    this.#user = user;
    if (user !== null) for (const [id, instance] of this.#instances) user.attach(id, instance);
  }
}
