/** Clients' clocks run behind the server's by this much at first, so that frames arrive before they are due: §8.3. */
const initialLatencyMs = 400;
const maxLatencyMs = 5000;

/** The stamp of what is captured at `now` (ms): the protocol's mm_time, never 0. */
export const mediaStamp = (now: number): number => Math.max(0, Math.round(now)) >>> 0 || 1;

/**
 * The multimedia clock of one session. Pictures and sound are stamped with the server's time; the client shows them
 * when its own clock, which runs `latency` behind, comes to the stamp. Whoever needs more time raises the latency, which
 * the listeners bring to the client: MULTI_MEDIA_TIME, or LATENCY while sound is played. It never falls, since a
 * clock that jumps back shows old frames again.
 */
export class MediaTime {
  #latency = initialLatencyMs;
  readonly #listeners = new Set<(latencyMs: number) => void>();

  /** ms. */
  get latency(): number {
    return this.#latency;
  }

  /** What the client's clock is to show at `now`. */
  clientTime(now: number): number {
    return Math.max(0, Math.round(now - this.#latency)) >>> 0;
  }

  /** The client needs at least this long from capture to presentation: ms, at most 5000 count. */
  require(ms: number): void {
    const latency = Math.min(maxLatencyMs, Math.ceil(ms));
    if (latency <= this.#latency) return;
    this.#latency = latency;
    for (const listener of this.#listeners) listener(latency);
  }

  /** Calls back whenever the latency has grown; returns what ends that. */
  onLatency(listener: (latencyMs: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
