import type { InterfaceHandle, TabletInterface } from '@lazyspice/core';
import type { Machine } from '../machine.js';

/** A machine whose guest takes absolute positions at times. */
export interface TabletOwner {
  readonly tablet: TabletInterface;
  onAbsolutePointer(listener: (absolute: boolean) => void): void;
}

/** Offers the tablet while the guest uses absolute positions: clients send relative motion otherwise. */
export function offerTablet(machine: Machine, owner: TabletOwner): void {
  let work: Promise<InterfaceHandle | null> = Promise.resolve(null);
  owner.onAbsolutePointer((absolute) => {
    work = work.then(async (handle) => {
      if (absolute) return handle ?? (await machine.spice.addInterface(owner.tablet));
      await handle?.remove();
      return null;
    });
    work.catch((error: unknown) => machine.output.log(`tablet: ${String(error)}`));
  });
}
