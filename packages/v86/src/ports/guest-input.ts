import type { MachineClock } from '@lazyspice/core';

/** Milliseconds between tries while the guest has no room. */
const retryPeriod = 4;

interface Piece {
  bytes: Uint8Array;
  readonly done: () => void;
}

/**
 * Bytes on their way into the guest. v86 drops what the guest has no room for, so they wait here; how many may wait
 * is the business of who pushes them, who is told when they are gone.
 */
export class GuestInput {
  readonly #clock: MachineClock;
  readonly #give: (bytes: Uint8Array) => number;
  readonly #waiting: Piece[] = [];
  #cancel: (() => void) | null = null;

  /** `give` puts bytes into the guest and returns how many of them it had room for; 0: none for the moment. */
  constructor(clock: MachineClock, give: (bytes: Uint8Array) => number) {
    this.#clock = clock;
    this.#give = give;
  }

  /** Resolves when the guest has them all, or they were cleared away. */
  push(bytes: Uint8Array): Promise<void> {
    return new Promise((done) => {
      this.#waiting.push({ bytes, done });
      if (this.#cancel === null) this.#pump();
    });
  }

  /** Forgets what the guest has not got. */
  clear(): void {
    this.#cancel?.();
    this.#cancel = null;
    for (const { done } of this.#waiting.splice(0)) done();
  }

  #pump(): void {
    this.#cancel = null;
    while (this.#waiting.length > 0) {
      const [piece] = this.#waiting;
      const given = this.#give(piece.bytes);
      piece.bytes = piece.bytes.subarray(given);
      if (piece.bytes.length === 0) {
        this.#waiting.shift();
        piece.done();
      } else if (given === 0) {
        this.#cancel = this.#clock.after(retryPeriod, () => this.#pump());
        return;
      }
    }
  }
}
