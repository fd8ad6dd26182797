import type { LinkedChannel } from '../link/link-policy.js';
import type { ByteStream } from '../transport/byte-stream.js';

/** Bytes that a channel may say before the client has come over: its first messages. */
const maxEarlyBytes = 64 * 1024;

export interface ParkedLink {
  readonly stream: ByteStream;
  readonly link: LinkedChannel;
  /** What came behind the link stage. */
  readonly rest: Uint8Array;
}
interface Parked {
  readonly stream: ByteStream;
  readonly link: LinkedChannel;
  readonly early: Uint8Array[];
  bytes: number;
}

/**
 * Channels of a client that is about to come over from another server: linked, told nothing, and not served before
 * it has come (protocol §6.1). There are no more of them than the server has channels.
 */
export class ParkedLinks {
  readonly #links = new Map<string, Parked>();

  get size(): number {
    return this.#links.size;
  }

  /** Keeps a stream; a second one under the same key, or one that says too much, is ended. */
  add(key: string, stream: ByteStream, link: LinkedChannel, rest: Uint8Array): void {
    if (this.#links.has(key)) {
      stream.destroy();
      return;
    }
    const parked: Parked = { stream, link, early: [], bytes: 0 };
    this.#links.set(key, parked);
    const hear = (bytes: Uint8Array): void => {
      parked.bytes += bytes.length;
      if (parked.bytes > maxEarlyBytes) {
        this.#links.delete(key);
        stream.destroy();
      } else parked.early.push(bytes.slice());
    };
    stream.handlers = { data: hear, drained: () => {}, closed: () => this.#links.delete(key) };
    hear(rest);
  }

  /** The client has come: hands all out, in the order they came. */
  take(): ParkedLink[] {
    const taken = [...this.#links.values()].map(({ stream, link, early }) => {
      return { stream, link, rest: new Uint8Array(Buffer.concat(early)) };
    });
    this.#links.clear();
    return taken;
  }

  /** The client does not come. */
  close(): void {
    const links = [...this.#links.values()];
    this.#links.clear();
    for (const { stream } of links) stream.destroy();
  }
}
