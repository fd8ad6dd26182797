import type { MachineClock } from '@lazyspice/core';

/** A clock that stands still until it is told to go on: whole sessions without waiting. */
export class VirtualClock implements MachineClock {
  #now = 0;
  #nextId = 0;
  #timers: { readonly at: number; readonly id: number; readonly callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(delay: number, callback: () => void): () => void {
    const timer = { at: this.#now + delay, id: this.#nextId++, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Calls back what is due within the next so many milliseconds, in order, and lets them pass. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at || a.id - b.id)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = end;
  }
}
