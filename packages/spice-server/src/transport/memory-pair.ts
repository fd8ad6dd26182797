import { type ByteStream, idleHandlers, type PeerAddress, type StreamHandlers } from './byte-stream.js';

/** One end of a pair of byte streams in memory, for tests: bytes arrive when `deliver` is called. */
export class MemoryStream implements ByteStream {
  handlers: StreamHandlers = idleHandlers;
  readonly peer = 'memory';
  readonly address: PeerAddress = { host: 'memory', port: '', family: 'unknown' };
  readonly secure: boolean = false;
  readonly local: boolean = false;
  #other: MemoryStream | null = null;
  #waiting: Uint8Array[] = [];
  #pending = 0;
  #closed = false;
  #ending = false;
  #paused = false;

  /** Two connected ends. */
  static pair(): [MemoryStream, MemoryStream] {
    const ends: [MemoryStream, MemoryStream] = [new MemoryStream(), new MemoryStream()];
    ends[0].#other = ends[1];
    ends[1].#other = ends[0];
    return ends;
  }

  get pendingBytes(): number {
    return this.#pending;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  write(chunks: readonly Uint8Array[]): void {
    if (this.#closed) return;
    for (const chunk of chunks) {
      this.#waiting.push(chunk.slice());
      this.#pending += chunk.length;
    }
  }

  /** Lets up to `budget` bytes arrive at the other end; returns how many did. */
  deliver(budget = Number.POSITIVE_INFINITY): number {
    let moved = 0;
    while (this.#waiting.length > 0 && moved < budget && !this.#other?.isPaused) {
      const chunk = this.#waiting[0];
      const part = chunk.subarray(0, budget - moved);
      if (part.length === chunk.length) this.#waiting.shift();
      else this.#waiting[0] = chunk.subarray(part.length);
      moved += part.length;
      this.#pending -= part.length;
      this.#other?.handlers.data(part);
    }
    if (this.#closed) return moved;
    if (moved > 0 && this.#pending === 0) this.handlers.drained();
    if (this.#pending === 0 && this.#ending) this.destroy();
    return moved;
  }

  end(): void {
    this.#ending = true;
    if (this.#pending === 0) this.destroy();
  }

  destroy(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting = [];
    this.#pending = 0;
    this.handlers.closed(null);
    this.#other?.destroy();
  }

  /** Nothing arrives at this end. */
  get isPaused(): boolean {
    return this.#paused;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }
}
