import type { ConnectionClock } from './connection.js';

/** Waiting for something to come true that only changes when somebody says so. */
export class Changes {
  readonly #clock: ConnectionClock;
  readonly #watchers = new Set<() => void>();

  constructor(clock: ConnectionClock) {
    this.#clock = clock;
  }

  /** Something has changed. */
  tell(): void {
    for (const look of [...this.#watchers]) look();
  }

  /** Resolves when `done` is true, at once if it is, and after `ms` in any case. */
  until(done: () => boolean, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        cancel();
        this.#watchers.delete(look);
        resolve();
      };
      const look = (): void => {
        if (done()) finish();
      };
      const cancel = this.#clock.after(ms, finish);
      this.#watchers.add(look);
      look();
    });
  }
}
