import { frameMs } from '../codecs/opus/contract.js';

/** A frame's time follows the server's clock at once when it is further off than this, in ms. */
const jumpMs = 30;
/** Part of a smaller difference that is made up for each time, and how much at most, in ms. */
const slewPart = 0.05;
const slewMs = 1;

/**
 * The times of frames. Devices give sound in pieces of any length and not quite in time; clients take the times for
 * a clock (protocol §8.3). So they go on by 10 ms a frame and only lean towards the server's clock, never backwards.
 */
export class FrameClock {
  #next: number | null = null;
  #last = Number.NEGATIVE_INFINITY;

  /** Sound begins anew; times do not go back all the same. */
  restart(): void {
    this.#next = null;
  }

  /** At `now` there is sound of `heldMs` ms, of which no frame has a time yet. */
  observe(now: number, heldMs: number): void {
    const ideal = now - heldMs;
    const off = this.#next === null ? Number.POSITIVE_INFINITY : ideal - this.#next;
    if (this.#next === null || Math.abs(off) > jumpMs) this.#next = ideal;
    else this.#next += Math.max(-slewMs, Math.min(slewMs, off * slewPart));
  }

  /** The time of the next frame, in ms. */
  take(now: number): number {
    const next = this.#next ?? now;
    this.#next = next + frameMs;
    this.#last = Math.max(this.#last, Math.floor(next), 0);
    return this.#last;
  }
}
