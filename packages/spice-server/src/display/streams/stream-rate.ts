/** Display-pipeline §0; Mbit = 2^20. */
const mbit = 1024 * 1024;
const minBitRate = 128 * 1024;
const maxBitRate = 200 * mbit;
/** Frames come no faster than this, in ms: 30 a second, and some patience for their clock. */
const minFrameMs = 1000 / 33;
/** Frames may be sent this much before the bit rate has room for them, in ms. */
const creditMs = 80;
/** What may lie in the socket when a frame is encoded: this many ms of the bit rate, within bounds in bytes. */
const backlogMs = 100;
const minBacklog = 16 * 1024;
const maxBacklog = 64 * 1024;
const settleMs = 1000;
const raiseAfterMs = 2000;
const window = 1000;
/** More frames than this share were held back by the socket: the rate is too high. */
const maxHeldShare = 0.1;
/** A frame that comes with so much less to spare than others did shows that something queues up, in ms. */
const marginLoss = 100;

/** STREAM_REPORT, as far as it matters here: protocol §8.4. */
export interface StreamReport {
  readonly numFrames: number;
  readonly numDrops: number;
  /** ms to spare; negative: late. */
  readonly lastFrameDelay: number;
}

/**
 * How much one stream may send to one client: a bit rate that follows the client's reports and its socket, and from it
 * when the next frame may be encoded. Frames are left out before they wait. Times are ms.
 */
export class StreamRate {
  #bitRate: number;
  /** The bit rate has been used up until then. */
  #busyUntil = 0;
  #lastFrame = Number.NEGATIVE_INFINITY;
  #frames = 0;
  #held = 0;
  #windowStart = 0;
  #windowBytes = 0;
  #sentRate = 0;
  #changedAt = 0;
  #bestMargin = 0;

  /** @param bitRate bits a second to begin with. */
  constructor(bitRate: number, now: number) {
    this.#bitRate = bounded(bitRate);
    this.#windowStart = now;
    this.#changedAt = now;
  }

  /** Bits a second. */
  get bitRate(): number {
    return this.#bitRate;
  }

  /** When the next frame may be encoded, for the bit rate's sake. */
  get nextFrameAt(): number {
    return Math.max(this.#lastFrame + minFrameMs, this.#busyUntil - creditMs);
  }

  /** Whether so many bytes in the socket leave no room for a frame. */
  isBlocked(pendingBytes: number): boolean {
    const backlog = (this.#bitRate / 8000) * backlogMs;
    return pendingBytes > Math.max(minBacklog, Math.min(maxBacklog, backlog));
  }

  /** A frame is being encoded. */
  frameBegun(now: number): void {
    this.#lastFrame = now;
    this.#turn(now);
    this.#frames++;
  }

  /** It has so many bytes. */
  frameSent(bytes: number, now: number): void {
    this.#busyUntil = Math.max(this.#busyUntil, now) + (bytes * 8000) / this.#bitRate;
    this.#windowBytes += bytes;
  }

  /** A frame was replaced by the next one because the socket had no room. */
  frameHeld(now: number): void {
    this.#turn(now);
    this.#held++;
  }

  /** The client has reported. */
  report({ numDrops, lastFrameDelay }: StreamReport, now: number): void {
    this.#bestMargin = Math.max(this.#bestMargin, lastFrameDelay);
    const sinks = lastFrameDelay < this.#bestMargin / 2 && lastFrameDelay < this.#bestMargin - marginLoss;
    if (numDrops > 0 || lastFrameDelay < 0 || sinks) this.#lower(now);
    else if (now - this.#changedAt >= raiseAfterMs) this.#change(this.#bitRate * 1.1 + minBitRate / 2, now);
  }

  #lower(now: number): void {
    if (now - this.#changedAt < settleMs) return;
    const used = this.#sentRate > 0 ? Math.min(this.#bitRate, this.#sentRate) : this.#bitRate;
    this.#change(Math.max(used, this.#bitRate / 2) * 0.75, now);
  }

  #change(bitRate: number, now: number): void {
    this.#bitRate = bounded(bitRate);
    this.#changedAt = now;
  }

  /** Begins a new second of counting when one is over. */
  #turn(now: number): void {
    const passed = now - this.#windowStart;
    if (passed < window) return;
    this.#sentRate = (this.#windowBytes * 8000) / passed;
    const all = this.#frames + this.#held;
    if (this.#held > all * maxHeldShare && all >= 4) this.#lower(now);
    this.#windowStart = now;
    this.#windowBytes = 0;
    this.#frames = 0;
    this.#held = 0;
  }
}

const bounded = (bitRate: number): number => Math.min(maxBitRate, Math.max(minBitRate, bitRate));

/** Bits a second that a client's streams together begin with. `measured`: its network; null: not known. */
export function initialBitRate(measured: number | null): number {
  const share = 0.8;
  return (measured ?? 10 * mbit) * share;
}
