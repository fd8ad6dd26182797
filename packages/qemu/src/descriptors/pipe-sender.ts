import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';
import { getSystemErrorName } from 'node:util';
import { QemuError } from '../errors.js';
import { type DescriptorSender, handleOf, type SocketHandle } from './descriptor-sender.js';

/** A request's outcome: 0, or a negative errno. */
interface PipeRequest {
  oncomplete(status: number): void;
}
interface PipeHandle extends SocketHandle {
  connect(request: PipeRequest, path: string): number;
  writeLatin1String(request: PipeRequest, text: string, far: SocketHandle): number;
  close(): void;
}
/** The parts of Node's pipe and stream bindings that are used. */
interface PipeBinding {
  readonly Pipe: new (type: number) => PipeHandle;
  readonly PipeConnectWrap: new () => PipeRequest;
  readonly constants: { readonly IPC: number };
}
interface StreamBinding {
  readonly WriteWrap: new () => PipeRequest;
}

const failed = (what: string, status: number): QemuError =>
  new QemuError('ERR_QEMU_DESCRIPTOR', `${what} failed: ${getSystemErrorName(status)}`);

/** Calls `start` with a new request; resolves when it is complete. */
function request(
  what: string,
  Request: new () => PipeRequest,
  start: (request: PipeRequest) => number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const pending = new Request();
    pending.oncomplete = (status) => {
      if (status < 0) reject(failed(what, status));
      else resolve();
    };
    const status = start(pending);
    if (status !== 0) reject(failed(what, status));
  });
}

/**
 * By the binding that Node's own child processes pass sockets with; Node warns of it only with
 * `--pending-deprecation`. @throws when this Node does not give it out, as with `--permission`.
 */
export function pipeSender(): DescriptorSender {
  const { binding } = process as unknown as { binding(name: string): unknown };
  const { Pipe, PipeConnectWrap, constants } = binding.call(process, 'pipe_wrap') as PipeBinding;
  const { WriteWrap } = binding.call(process, 'stream_wrap') as StreamBinding;
  return {
    name: 'pipe binding',
    async connect(path, onread?: OnReadOpts) {
      const handle = new Pipe(constants.IPC);
      try {
        await request('connecting', PipeConnectWrap, (pending) => handle.connect(pending, path));
      } catch (error) {
        handle.close();
        throw error;
      }
      const options = { handle, readable: true, writable: true, ...(onread === undefined ? {} : { onread }) };
      return new Socket(options as unknown as SocketConstructorOpts);
    },
    async send(socket, bytes, far) {
      const [handle, farHandle] = [handleOf(socket), handleOf(far)];
      if (handle === null || farHandle === null) {
        throw new QemuError('ERR_QEMU_DESCRIPTOR', 'the socket is closed');
      }
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
      await request('sending a descriptor', WriteWrap, (pending) =>
        (handle as PipeHandle).writeLatin1String(pending, text, farHandle),
      );
    },
  };
}
