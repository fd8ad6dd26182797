const testBytes = 256_000;
/** Below this the client counts as having little bandwidth: bits a second (protocol §3.5). */
const lowBandwidth = 10 * 1024 * 1024;

/**
 * What the three pings at a session's start tell of the client's network: the first two give the latency, the
 * third, with 256,000 bytes of padding, the bit rate. Times in ms.
 */
export class LinkEstimate {
  #startedAt = 0;
  #latency: number | null = null;
  #bitRate: number | null = null;

  /** One-way-and-back time in ms; null: not known. */
  get latency(): number | null {
    return this.#latency;
  }

  /** Bits a second; null: not known. */
  get bitRate(): number | null {
    return this.#bitRate;
  }

  get isLowBandwidth(): boolean {
    return this.#bitRate !== null && this.#bitRate < lowBandwidth;
  }

  /** Sends the pings, ids 1 to 3. */
  begin(now: number, send: (id: number, padding: Uint8Array) => void): void {
    this.#startedAt = now;
    send(1, new Uint8Array(0));
    send(2, new Uint8Array(0));
    send(3, new Uint8Array(testBytes));
  }

  pong(id: number, now: number): void {
    const elapsed = now - this.#startedAt;
    if (id === 1 || id === 2) this.#latency = Math.min(this.#latency ?? elapsed, elapsed);
    if (id === 3 && this.#latency !== null) {
      const transfer = Math.max(0.1, elapsed - this.#latency);
      this.#bitRate = (testBytes * 8 * 1000) / transfer;
    }
  }
}
