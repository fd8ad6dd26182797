import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Bytes that pass at a time: small, so that connections share the link evenly. */
const sliceBytes = 4096;

/** A link between clients and a server of the loopback address: as slow as is wanted, and held until it is opened. */
export class SlowLink {
  readonly #server: Server;
  readonly #bytesPerSecond: number;
  readonly #sockets = new Set<Socket>();
  #release: () => void = () => {};
  readonly #opened = new Promise<void>((resolve) => {
    this.#release = resolve;
  });
  /** When the link has passed on what it was given, ms. */
  #busyUntil = 0;
  /** Bytes towards clients. */
  passed = 0;

  private constructor(target: number, bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#server = createServer((near) => this.#carry(near, target));
  }

  /** @param target the server's port. */
  static async listen(target: number, bytesPerSecond = Number.POSITIVE_INFINITY): Promise<SlowLink> {
    const link = new SlowLink(target, bytesPerSecond);
    link.#server.listen(0, '127.0.0.1');
    await once(link.#server, 'listening');
    return link;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resolves when a client has come. */
  async connected(): Promise<void> {
    if (this.#sockets.size === 0) await once(this.#server, 'connection');
  }

  /** Lets bytes pass from now on. */
  open(): void {
    this.#release();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #carry(near: Socket, target: number): void {
    const far = connect(target, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.#sockets.delete(socket);
        other.end();
      });
    }
    void this.#opened.then(() => near.on('data', (bytes) => far.write(bytes)));
    far.on('data', (bytes: Buffer) => {
      far.pause();
      void this.#pass(bytes, near).then(() => far.resume());
    });
  }

  async #pass(bytes: Buffer, to: Socket): Promise<void> {
    await this.#opened;
    if (this.#bytesPerSecond === Number.POSITIVE_INFINITY) {
      this.passed += bytes.length;
      if (!to.write(bytes)) await Promise.race([once(to, 'drain'), once(to, 'close')]).catch(() => undefined);
      return;
    }
    for (let at = 0; at < bytes.length; at += sliceBytes) {
      const slice = bytes.subarray(at, at + sliceBytes);
      const now = performance.now();
      this.#busyUntil = Math.max(this.#busyUntil, now) + (slice.length / this.#bytesPerSecond) * 1000;
      await new Promise((resolve) => setTimeout(resolve, this.#busyUntil - now));
      this.passed += slice.length;
      to.write(slice);
    }
  }
}
