import { connect } from 'node:net';
import type { MemoryStream } from '../../../packages/spice-server/src/transport/memory-pair.js';
import { ScriptedClient, type ScriptedClientOptions } from './scripted-client.js';

/** A scripted client whose connections are TCP connections to a server, in real time. */
export class TcpClient {
  readonly client: ScriptedClient;
  /** Resolves when one of its connections has ended, by whomever. */
  readonly ended: Promise<void>;
  #moved: (() => void)[] = [];
  #end: () => void = () => {};
  #failure: Error | null = null;
  #tickScheduled = false;

  /** @param port of the loopback address. */
  constructor(port: number, options: ScriptedClientOptions = {}) {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.client = new ScriptedClient((stream) => this.#carry(stream, port), options);
    this.#schedule();
  }

  /**
   * Sends what the client has to say and resolves when `condition` holds; it is asked again whenever something has
   * arrived.
   */
  async until(condition: (client: ScriptedClient) => boolean): Promise<void> {
    this.#schedule();
    while (!condition(this.client)) {
      await new Promise<void>((resolve) => this.#moved.push(resolve));
      if (this.#failure !== null) throw this.#failure;
    }
  }

  /** Connects the far end of a connection, which would be the server's, with the socket of a real one. */
  #carry(far: MemoryStream, port: number): void {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    far.handlers = {
      data: (bytes) => socket.write(bytes),
      drained: () => {},
      closed: () => socket.destroy(),
    };
    socket.on('data', (bytes) => {
      far.write([bytes]);
      this.#schedule();
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      far.destroy();
      this.#end();
    });
  }

  /** Lets what came and what is to go arrive, once this turn's events are through. */
  #schedule(): void {
    if (this.#tickScheduled) return;
    this.#tickScheduled = true;
    setImmediate(() => {
      this.#tickScheduled = false;
      try {
        while (this.client.tick() > 0);
      } catch (error) {
        this.#failure = error instanceof Error ? error : new Error(String(error));
        this.client.disconnect();
      }
      const moved = this.#moved;
      this.#moved = [];
      for (const resolve of moved) resolve();
    });
  }
}
