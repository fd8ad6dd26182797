import type { CommandConsumer, RingMarks } from './consumer.js';
import type { ServerLink } from './server-link.js';

interface Operation {
  /** What must have been taken from the rings before; null: nothing. */
  readonly after: RingMarks | null;
  run(): void;
}

/**
 * The order of things: ring commands and what ports ask for. A port's work starts when the commands that were in
 * the rings before it have been given to the server; later commands wait for it.
 */
export class Operations {
  readonly #consumer: CommandConsumer;
  readonly #link: ServerLink;
  readonly #readable: () => boolean;
  #waiting: Operation[] = [];
  #busy = false;

  /** @param readable the rings are read at the moment. */
  constructor(consumer: CommandConsumer, link: ServerLink, readable: () => boolean) {
    this.#consumer = consumer;
    this.#link = link;
    this.#readable = readable;
  }

  get idle(): boolean {
    return this.#waiting.length === 0;
  }

  /** Runs `work` as soon as everything before it is done: at once, unless the server has no room. */
  add(work: () => void, after: 'rings' | 'operations'): void {
    this.#waiting.push({ after: after === 'rings' ? this.#consumer.marks() : null, run: work });
    this.proceed(false);
  }

  /**
   * Does what can be done. With `take` the rings are read too when no operation is left.
   * @returns false when the server has no room.
   */
  proceed(take: boolean): boolean {
    if (this.#busy) return true;
    this.#busy = true;
    try {
      for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
        if (next.after !== null && this.#readable() && !this.#consumer.drain(next.after)) return false;
        this.#waiting.shift();
        next.run();
      }
      return !take || !this.#readable() || this.#consumer.drain(null);
    } finally {
      this.#busy = false;
      this.#link.kick();
    }
  }

  clear(): void {
    this.#waiting = [];
  }
}
