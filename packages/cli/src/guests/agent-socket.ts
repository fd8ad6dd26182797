import type { SocketDevice } from '@lazyspice/core/chardev';
import type { Machine } from '../machine.js';

/** Waits for a guest's agent at a socket, as it would come over the guest's `com.redhat.spice.0`. */
export async function openAgent(address: string, machine: Machine): Promise<SocketDevice> {
  const { socketDevice } = await import('@lazyspice/core/chardev');
  const log = (message: string): void => machine.output.log(message);
  const socket = await socketDevice({ type: 'vdagent', name: 'agent' }, address, { role: 'server', log });
  await machine.spice.addInterface(socket.device);
  return socket;
}
