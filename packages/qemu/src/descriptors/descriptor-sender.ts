import type { OnReadOpts, Socket } from 'node:net';

/** A way to hand one end of a socket pair to another process. Node itself has none. */
export interface DescriptorSender {
  readonly name: 'koffi' | 'pipe binding' | 'nothing';
  /**
   * Connects to a UNIX socket so that `send` can use the connection. Read bytes go to `onread` when it is given.
   */
  connect(path: string, onread?: OnReadOpts): Promise<Socket>;
  /**
   * Writes bytes and with them the descriptor of `far`, a connected socket of this process; the receiver has a copy,
   * and `far` is still the caller's to destroy.
   * @throws QemuError ERR_QEMU_DESCRIPTOR
   */
  send(socket: Socket, bytes: Uint8Array, far: Socket): Promise<void>;
}

/** What Node keeps about a socket and does not say in its types. */
export interface SocketHandle {
  readonly fd: number;
}
export const handleOf = (socket: Socket): SocketHandle | null =>
  (socket as unknown as { readonly _handle: SocketHandle | null })._handle;
