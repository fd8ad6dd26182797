import type { MachineClock, QxlCommand, QxlInterface, QxlWorker } from '@lazyspice/core';
import { QxlDevice } from '../device/device.js';
import type { QxlLog } from '../device/log.js';
import { QxlDriver } from './driver.js';
import { PlainMachine } from './plain-machine.js';

export interface GuestSessionOptions {
  readonly clock: MachineClock;
  readonly name: string;
  readonly log?: QxlLog;
  /** A server has come that may not know the picture. */
  redraw(): void;
}

const mebi = 1024 * 1024;

/** A machine with a QXL device and a driver, for a guest that only wants to draw. */
export class GuestSession {
  readonly device: QxlDevice;
  readonly driver: QxlDriver;
  readonly display: QxlInterface;
  readonly #machine: PlainMachine;
  readonly #queue: QxlCommand[] = [];
  #waiting = false;
  #stopped = false;

  constructor(options: GuestSessionOptions) {
    const { clock, name, log } = options;
    this.#machine = new PlainMachine({ clock });
    this.device = new QxlDevice({ name, vgaMemory: 32 * mebi, ...(log === undefined ? {} : { log }) });
    this.#machine.plug(this.device);
    this.#machine.setRunning(true);
    this.driver = new QxlDriver(this.#machine);
    const { display } = this.device;
    this.display = {
      ...display,
      attached: (worker) => {
        display.attached?.(worker);
        if (!this.#stopped) options.redraw();
      },
      detached: () => display.detached?.(),
    };
  }

  get worker(): QxlWorker | null {
    return this.device.worker;
  }

  /** The device keeps up: nothing waits to be given to it. */
  get keepsUp(): boolean {
    return this.#queue.length === 0;
  }

  /** Forgets what waits and starts with a new primary surface. */
  createPrimary(width: number, height: number): void {
    this.#queue.length = 0;
    this.driver.createPrimary(width, height);
  }

  /** Gives commands to the device, in order, as fast as it takes them. */
  draw(commands: Iterable<QxlCommand>): void {
    this.#queue.push(...commands);
    this.#feed();
  }

  stop(): void {
    this.#stopped = true;
    this.#queue.length = 0;
    this.#machine.setRunning(false);
  }

  #feed(): void {
    if (this.#waiting || this.#stopped) return;
    let given = 0;
    while (given < this.#queue.length && this.driver.send(this.#queue[given])) given++;
    this.#queue.splice(0, given);
    if (this.#queue.length === 0) return;
    this.#waiting = true;
    void this.driver.room().then(() => {
      this.#waiting = false;
      this.#feed();
    });
  }
}
