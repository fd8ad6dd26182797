import type { SocketDevice } from '@lazyspice/core/chardev';
import type { CharDevArgument } from '../chardev-arguments.js';
import type { Machine } from '../machine.js';

/** Waits for the machine's ends of character devices at sockets. */
export async function openCharDevices(
  devices: readonly CharDevArgument[],
  machine: Machine,
): Promise<readonly SocketDevice[]> {
  if (devices.length === 0) return [];
  const { socketDevice } = await import('@lazyspice/core/chardev');
  const log = (message: string): void => machine.output.log(message);
  const opened: SocketDevice[] = [];
  for (const { type, portName, address } of devices) {
    const identity = portName === null ? { type } : { type, portName };
    const socket = await socketDevice(identity, address, { role: 'server', log });
    await machine.spice.addInterface(socket.device);
    machine.output.event('chardev', { type, portName, address: socket.address });
    opened.push(socket);
  }
  return opened;
}
