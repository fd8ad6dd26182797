import type { DbusAnswer, DbusPeer } from '../dbus/dbus-peer.js';
import type { DbusMessage } from '../dbus/wire/dbus-message.js';
import type { DbusValue, DbusVariant } from '../dbus/wire/values.js';
import { propertiesInterface } from './qemu-objects.js';

export type Properties = ReadonlyMap<string, DbusValue>;

/** The properties in an `a{sv}`. */
export function toProperties(value: DbusValue | undefined): Properties {
  const found = new Map<string, DbusValue>();
  if (!Array.isArray(value)) return found;
  for (const [name, variant] of value as readonly (readonly [string, DbusVariant])[]) {
    found.set(name, variant.value);
  }
  return found;
}

/** All properties that an object has of an interface. @throws QemuError */
export async function readProperties(peer: DbusPeer, path: string, name: string): Promise<Properties> {
  const [all] = await peer.call({
    path,
    interface: propertiesInterface,
    member: 'GetAll',
    signature: 's',
    body: [name],
  });
  return toProperties(all);
}

/**
 * Answers what is asked about the properties of our own listeners: newer versions of QEMU look at what else a listener
 * can take, which is nothing.
 */
export function answerProperties({ member }: DbusMessage): DbusAnswer {
  const interfaces = { signature: 'as', value: [] };
  if (member === 'GetAll') return { signature: 'a{sv}', body: [[['Interfaces', interfaces]]] };
  if (member === 'Get') return { signature: 'v', body: [interfaces] };
  throw new Error(`no method ${member}`);
}
