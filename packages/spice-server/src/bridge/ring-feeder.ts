import { decodeQxlCommand, Reader, RingConsumer } from '@lazyspice/core';
import type { QxlDisplay } from '../display/qxl-display.js';

/** How long commands are handled before sockets get a turn, in ms. */
const sliceMs = 8;
/** Commands between two looks at the clock. */
const clockPeriod = 64;

/** What a feeder needs of its owner. */
export interface RingFeederPeer {
  /** Tells the emulator's side that there is room. */
  space(): void;
  /** ms, monotonic. */
  now(): number;
}

/** Takes commands out of a shared ring and gives them to a display, in slices. */
export class RingFeeder {
  readonly #ring: RingConsumer;
  readonly #display: QxlDisplay;
  readonly #peer: RingFeederPeer;
  /** Records that came beside the ring, in the order of their marks. */
  readonly #beside: Uint8Array[] = [];
  /** Who waits until everything before a place in the ring has been handled, in the order of the places. */
  readonly #waiting: { readonly place: number; resolve(): void }[] = [];
  #scheduled = false;
  #closed = false;

  constructor(memory: SharedArrayBuffer, display: QxlDisplay, peer: RingFeederPeer) {
    this.#ring = new RingConsumer(memory);
    this.#display = display;
    this.#peer = peer;
    // Idle from the start: the producer's first kick wakes it.
    this.run();
  }

  /** @param lead bytes in front of the record. */
  addBeside(record: ArrayBuffer, lead: number): void {
    this.#beside.push(new Uint8Array(record, lead));
    this.run();
  }

  /** Handles what is in the ring, for one slice; goes on by itself while there is more. */
  run(): void {
    if (this.#closed) return;
    const end = this.#peer.now() + sliceMs;
    for (let n = 1; ; n++) {
      const state = this.#handleOne();
      if (state === 'empty') {
        if (this.#ring.idle()) break;
        continue;
      }
      // Its record is still on the way; it wakes us.
      if (state === 'waiting') return;
      this.#resolvePassed();
      if (n % clockPeriod === 0) {
        this.#tellSpace();
        if (this.#peer.now() >= end) return this.#later();
      }
    }
    this.#tellSpace();
    this.#resolvePassed();
  }

  /** Resolves when everything that is in the ring now has been handled, whatever is put into it meanwhile. */
  async handled(): Promise<void> {
    if (this.#closed) return;
    await new Promise<void>((resolve) => {
      this.#waiting.push({ place: this.#ring.head, resolve });
      this.run();
    });
  }

  /** Handles everything that is in the ring now, within the call. */
  drain(): void {
    const place = this.#ring.head;
    while (!this.#closed && !this.#ring.hasPassed(place)) {
      // A record beside the ring was posted before whatever asks for this: it is never on the way here.
      if (this.#handleOne() !== 'handled') break;
    }
    this.#resolvePassed();
    this.#tellSpace();
  }

  close(): void {
    this.#closed = true;
    for (const { resolve } of this.#waiting) resolve();
    this.#waiting.length = 0;
  }

  #resolvePassed(): void {
    const waiting = this.#waiting;
    while (waiting.length > 0 && this.#ring.hasPassed(waiting[0].place)) waiting.shift()?.resolve();
  }

  #handleOne(): 'handled' | 'empty' | 'waiting' {
    const record = this.#ring.peek();
    if (record === null) return 'empty';
    if (record === 'beside') {
      const large = this.#beside.shift();
      if (large === undefined) return 'waiting';
      this.#display.submit(decodeQxlCommand(new Reader(large, 'command ring')), true);
    } else {
      this.#display.submit(decodeQxlCommand(new Reader(record, 'command ring')));
    }
    this.#ring.release();
    return 'handled';
  }

  #tellSpace(): void {
    if (this.#ring.claimSpace()) this.#peer.space();
  }

  #later(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.run();
    });
  }
}
