/** How long a client may take to connect to the destination, ms (protocol §6). */
const connectLimitMs = 10_000;

/** How far one client has come on its way to another server, as the server knows that it leaves (protocol §6.1). */
export class ClientMigration {
  #state: 'here' | 'connecting' | 'connected' = 'here';
  #deadline = Number.NEGATIVE_INFINITY;

  /** How long it may still take to connect to the destination, ms; 0: it has, it failed, or was not told of one. */
  timeLeft(now: number): number {
    return this.#state === 'connecting' ? Math.max(0, this.#deadline - now) : 0;
  }

  /** It has a connection to the destination in store. */
  get isConnected(): boolean {
    return this.#state === 'connected';
  }

  /** It has been told of a destination, whatever has become of that. */
  get hasBegun(): boolean {
    return this.#deadline !== Number.NEGATIVE_INFINITY;
  }

  begin(now: number): void {
    this.#state = 'connecting';
    this.#deadline = now + connectLimitMs;
  }

  /** It says that it is connected; false: too late. */
  connected(now: number): boolean {
    if (this.timeLeft(now) === 0) return false;
    this.#state = 'connected';
    return true;
  }

  /** It says that it cannot connect. */
  failed(): void {
    this.#state = 'here';
  }
}
