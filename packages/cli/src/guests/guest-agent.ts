import type { GuestAgent } from '@lazyspice/core/agent';
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

/** An agent of the command's own, for guests that have none: a clipboard, and a folder for files; null: it takes none. */
export async function addStandIn(folder: string | null, machine: Machine): Promise<GuestAgent> {
  const { GuestAgent, receiveInto } = await import('@lazyspice/core/agent');
  const agent = new GuestAgent(folder === null ? {} : { receiveFile: receiveInto(folder) });
  await machine.spice.addInterface(agent.device);
  return agent;
}
