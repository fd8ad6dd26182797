import { chunkOf, piecesOf } from '@lazyspice/core/agent';
import type { CharPipe } from '../chardev/char-pipe.js';

/** Bytes that are put together to one write. */
const batchBytes = 32 * 1024;

/** What goes to the agent's device: whole chunks, as far as it takes them. */
export class AgentOutput {
  readonly #pipe: CharPipe;
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  constructor(pipe: CharPipe) {
    this.#pipe = pipe;
  }

  /** Bytes that the device has not taken. */
  get waiting(): number {
    return this.#bytes;
  }

  /** Enough waits to be written, or does not fit. */
  get isFull(): boolean {
    return this.#bytes >= batchBytes;
  }

  /** A whole message for `port`. */
  message(port: number, message: Uint8Array): void {
    for (const piece of piecesOf(message)) this.piece(port, piece);
  }

  /** A piece of a message, at most 2048 bytes. */
  piece(port: number, piece: Uint8Array): void {
    const chunk = chunkOf(port, piece);
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
  }

  /** Writes what there is room for. */
  flush(): void {
    while (this.#chunks.length > 0) {
      const all =
        this.#chunks.length === 1 ? (this.#chunks[0] as Uint8Array) : join(this.#chunks, this.#bytes);
      const { room } = this.#pipe;
      if (room === 0) return;
      const part = all.length <= room ? all : all.slice(0, room);
      this.#bytes -= part.length;
      this.#chunks = part.length === all.length ? [] : [all.slice(part.length)];
      this.#pipe.write(part);
    }
  }

  clear(): void {
    this.#chunks = [];
    this.#bytes = 0;
  }
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
