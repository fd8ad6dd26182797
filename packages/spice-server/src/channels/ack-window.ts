/** Messages a client takes before it must acknowledge: protocol §3.4. */
export const ackWindow = 20;

/** Flow control by acknowledgements. A client is sent at most two windows of messages that it has not confirmed. */
export class AckWindow {
  readonly #window: number;
  #generation = 0;
  /** The generation that the client has confirmed. */
  #clientGeneration = 0;
  #unacknowledged = 0;

  constructor(window: number = ackWindow) {
    this.#window = window;
  }

  /** What to announce in SET_ACK; counting starts anew. */
  announce(): { readonly generation: number; readonly window: number } {
    this.#generation++;
    this.#unacknowledged = 0;
    return { generation: this.#generation, window: this.#window };
  }

  sync(generation: number): void {
    this.#clientGeneration = generation;
  }

  /** The client confirms one window of messages. */
  acknowledge(): void {
    if (this.#clientGeneration !== this.#generation) return;
    this.#unacknowledged = Math.max(0, this.#unacknowledged - this.#window);
  }

  sent(): void {
    this.#unacknowledged++;
  }

  get isOpen(): boolean {
    return this.#unacknowledged <= 2 * this.#window;
  }
}
