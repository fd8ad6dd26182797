import { once } from 'node:events';
import { unlink } from 'node:fs/promises';
import { createServer, type OnReadOpts, type Socket } from 'node:net';
import { join } from 'node:path';
import type { DescriptorSender } from './descriptor-sender.js';

/** Two connected sockets: ours, and the one to give away and destroy. */
export interface SocketPair {
  readonly near: Socket;
  readonly far: Socket;
}

let count = 0;

/** Makes a pair through a socket in `folder`, which nobody else may enter; it is removed again. */
export async function socketPair(
  sender: DescriptorSender,
  folder: string,
  onread?: OnReadOpts,
): Promise<SocketPair> {
  const path = join(folder, `pair-${process.pid}-${count++}`);
  const server = createServer({ pauseOnConnect: true });
  server.listen(path);
  try {
    await once(server, 'listening');
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const near = await sender.connect(path, onread);
    const [far] = await accepted;
    // What happens to them is seen where they are used.
    far.on('error', () => {});
    return { near, far };
  } finally {
    server.close();
    await unlink(path).catch(() => undefined);
  }
}
