import type { CharPipe } from './char-pipe.js';

/** Bytes that may wait for the guest before no more is read from the client. */
const congestedAt = 64 * 1024;

/** What waits until the guest takes it: bytes in order, handed on as far as the guest has granted. */
export class GuestQueue {
  readonly #pipe: CharPipe;
  #waiting: Uint8Array[] = [];
  #bytes = 0;
  #flushing = false;

  constructor(pipe: CharPipe) {
    this.#pipe = pipe;
  }

  /** So much waits that no more should come. */
  get isCongested(): boolean {
    return this.#bytes >= congestedAt;
  }

  /** The bytes are handed over. While the guest's end is closed nobody is there to have them. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0 || !this.#pipe.isOpen) return;
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
    this.flush();
  }

  /** The guest takes more, or has closed its end: what waited for it goes on, or is dropped. */
  flush(): void {
    if (!this.#pipe.isOpen) this.clear();
    // A guest may take bytes at once, which calls us again.
    if (this.#flushing) return;
    this.#flushing = true;
    try {
      this.#handOn();
    } finally {
      this.#flushing = false;
    }
  }

  #handOn(): void {
    for (let { room } = this.#pipe; room > 0 && this.#waiting.length > 0; { room } = this.#pipe) {
      const [first] = this.#waiting as [Uint8Array];
      const part = first.subarray(0, room);
      if (part.length === first.length) this.#waiting.shift();
      else this.#waiting[0] = first.subarray(part.length);
      this.#bytes -= part.length;
      this.#pipe.write(part.slice());
    }
  }

  clear(): void {
    this.#waiting = [];
    this.#bytes = 0;
  }
}
