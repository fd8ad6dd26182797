/**
 * A ring of binary records in shared memory, one producer and one consumer, each in its own thread or both in
 * one. A record is a u32 length and its bytes, padded to 4; a record never wraps. Positions count bytes,
 * modulo 2^32; the capacity is a power of two.
 */
const headerBytes = 64;
const headSlot = 0;
const tailSlot = 1;
const consumerIdleSlot = 2;
const producerWaitingSlot = 3;

/** In a length word: the rest of the ring is unused, go on at its start. */
const wrapMark = 0xffff_ffff;
/** In a length word: the record comes beside the ring, in the order of the marks. */
const besideMark = 0xffff_fffe;

const padded = (bytes: number): number => (bytes + 7) & ~3;

abstract class Ring {
  protected readonly control: Int32Array;
  protected readonly lengths: Uint32Array;
  protected readonly bytes: Uint8Array;
  protected readonly capacity: number;

  constructor(memory: SharedArrayBuffer) {
    this.capacity = memory.byteLength - headerBytes;
    this.control = new Int32Array(memory, 0, headerBytes / 4);
    // With their lengths: they need not follow a buffer that could grow.
    this.lengths = new Uint32Array(memory, headerBytes, this.capacity / 4);
    this.bytes = new Uint8Array(memory, headerBytes, this.capacity);
  }

  protected load(slot: number): number {
    return Atomics.load(this.control, slot) >>> 0;
  }

  protected offset(position: number): number {
    return position & (this.capacity - 1);
  }
}

/** Memory for a ring of `capacity` bytes, a power of two of at least 4 KB. */
export function createRingMemory(capacity: number): SharedArrayBuffer {
  if (capacity < 4096 || (capacity & (capacity - 1)) !== 0) {
    throw new RangeError(`a ring's capacity is a power of two of at least 4096, not ${capacity}`);
  }
  const byteLength = headerBytes + capacity;
  // It never grows. But growable memory is mapped, and goes back to the system with the ring; a plain buffer comes
  // from malloc, which zeroes it and keeps it from the second ring on.
  return new SharedArrayBuffer(byteLength, { maxByteLength: byteLength });
}

export class RingProducer extends Ring {
  /** The largest record that goes into the ring; larger ones go beside it. */
  readonly maxRecord: number;

  constructor(memory: SharedArrayBuffer) {
    super(memory);
    this.maxRecord = this.capacity >>> 3;
  }

  /** Puts a record given in pieces of `length` bytes in all. False: no room; nothing was put. */
  put(pieces: readonly Uint8Array[], length: number): boolean {
    const at = this.#reserve(padded(length));
    if (at < 0) return false;
    this.lengths[at >>> 2] = length;
    let offset = at + 4;
    for (const piece of pieces) {
      this.bytes.set(piece, offset);
      offset += piece.length;
    }
    this.#publish(padded(length));
    return true;
  }

  /** Marks the place of a record that goes beside the ring. */
  putBeside(): boolean {
    const at = this.#reserve(4);
    if (at < 0) return false;
    this.lengths[at >>> 2] = besideMark;
    this.#publish(4);
    return true;
  }

  /** True once after the consumer went idle: it must be woken. */
  claimWake(): boolean {
    return Atomics.compareExchange(this.control, consumerIdleSlot, 1, 0) === 1;
  }

  /** Asks to be told of room. False: there is some already. */
  requestSpace(): boolean {
    Atomics.store(this.control, producerWaitingSlot, 1);
    const used = (this.load(headSlot) - this.load(tailSlot)) >>> 0;
    if (used * 2 > this.capacity) return true;
    return Atomics.compareExchange(this.control, producerWaitingSlot, 1, 0) !== 1;
  }

  /** After `requestSpace`: sleeps until there is room, `limit` ms at most. */
  waitForSpace(limit: number): void {
    Atomics.wait(this.control, producerWaitingSlot, 1, limit);
  }

  /** The offset of `size` contiguous free bytes, or -1. */
  #reserve(size: number): number {
    const head = this.load(headSlot);
    const free = this.capacity - ((head - this.load(tailSlot)) >>> 0);
    const at = this.offset(head);
    const toEnd = this.capacity - at;
    if (toEnd >= size) return free >= size ? at : -1;
    if (free < toEnd + size) return -1;
    this.lengths[at >>> 2] = wrapMark;
    this.#publish(toEnd);
    return 0;
  }

  #publish(size: number): void {
    Atomics.store(this.control, headSlot, (this.load(headSlot) + size) | 0);
  }
}

export class RingConsumer extends Ring {
  #taken = 0;

  /**
   * The next record: a view that is valid until `release`, 'beside' for one that comes beside the ring, or
   * null when the ring is empty.
   * @throws RangeError when the producer wrote nonsense.
   */
  peek(): Uint8Array | 'beside' | null {
    for (;;) {
      const tail = this.load(tailSlot);
      const available = (this.load(headSlot) - tail) >>> 0;
      if (available === 0) return null;
      const at = this.offset(tail);
      const length = this.lengths[at >>> 2];
      if (length === wrapMark) {
        this.#advance(this.capacity - at);
        continue;
      }
      if (length === besideMark) {
        this.#taken = 4;
        return 'beside';
      }
      if (padded(length) > available || at + padded(length) > this.capacity) {
        throw new RangeError(`command ring: a record of ${length} bytes at ${at}, ${available} available`);
      }
      this.#taken = padded(length);
      return this.bytes.subarray(at + 4, at + 4 + length);
    }
  }

  /** Where the producer is at the moment, for `hasPassed`. */
  get head(): number {
    return this.load(headSlot);
  }

  /** Whether everything that was in the ring when its head was `position` has been released. */
  hasPassed(position: number): boolean {
    return ((this.load(tailSlot) - position) | 0) >= 0;
  }

  /** Gives the room of the record last peeked at back. */
  release(): void {
    this.#advance(this.#taken);
    this.#taken = 0;
  }

  /** Goes idle. False: a record came meanwhile, go on. */
  idle(): boolean {
    Atomics.store(this.control, consumerIdleSlot, 1);
    if (this.load(headSlot) === this.load(tailSlot)) return true;
    return Atomics.compareExchange(this.control, consumerIdleSlot, 1, 0) !== 1;
  }

  /** True once when the producer waits for room and half of it is free. */
  claimSpace(): boolean {
    const used = (this.load(headSlot) - this.load(tailSlot)) >>> 0;
    if (used * 2 > this.capacity) return false;
    if (Atomics.compareExchange(this.control, producerWaitingSlot, 1, 0) !== 1) return false;
    Atomics.notify(this.control, producerWaitingSlot);
    return true;
  }

  #advance(size: number): void {
    Atomics.store(this.control, tailSlot, (this.load(tailSlot) + size) | 0);
  }
}
