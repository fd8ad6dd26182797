import type { MachineClock, QxlInterface, QxlWorker, VgaAdapter } from '@lazyspice/core';
import { PrimaryMirror } from '@lazyspice/core/console';

/** Milliseconds between looks at the adapter while the picture changes, and at most while it does not. */
const activePeriod = 30;
const idlePeriod = 240;

/**
 * A display without a driver of its own: shows the picture of a VGA adapter, by looking at it again and again. A new
 * batch is built when the server has handled the one before.
 */
export class FramebufferConsole implements QxlInterface {
  readonly kind = 'qxl';
  readonly name: string;
  readonly channelId: number;
  readonly #adapter: VgaAdapter;
  readonly #clock: MachineClock;
  readonly #mirror = new PrimaryMirror();
  #worker: QxlWorker | null = null;
  #cancel: (() => void) | null = null;
  #busy = false;
  #period = activePeriod;

  constructor(adapter: VgaAdapter, clock: MachineClock, options: { name: string; channelId: number }) {
    this.#adapter = adapter;
    this.#clock = clock;
    this.name = options.name;
    this.channelId = options.channelId;
  }

  get worker(): QxlWorker | null {
    return this.#worker;
  }

  attached(worker: QxlWorker): void {
    this.detached();
    this.#worker = worker;
    this.#mirror.reset();
    this.#busy = false;
    this.#period = activePeriod;
    this.#schedule(0);
  }

  detached(): void {
    this.#worker = null;
    this.#cancel?.();
    this.#cancel = null;
  }

  #schedule(delay: number): void {
    this.#cancel = this.#clock.after(delay, () => this.#tick());
  }

  #tick(): void {
    const worker = this.#worker;
    if (worker === null) return;
    if (!this.#busy) {
      const changed = this.#refresh(worker);
      this.#period = changed ? activePeriod : Math.min(idlePeriod, this.#period * 2);
    }
    this.#schedule(this.#period);
  }

  /** Sends what changed; true when there was anything. */
  #refresh(worker: QxlWorker): boolean {
    const picture = this.#adapter.picture();
    if (picture === null || picture.width === 0 || picture.height === 0) return false;
    const { sent, complete } = this.#mirror.update(worker, picture, this.#clock.now());
    if (sent > 0) this.#await(worker);
    return sent > 0 || !complete;
  }

  #await(worker: QxlWorker): void {
    this.#busy = true;
    const done = (): void => {
      if (this.#worker === worker) this.#busy = false;
    };
    worker.flush('handled').then(done, done);
  }
}
