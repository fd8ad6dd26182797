import { AgentError, agentLimits, type MessagePart, MessageReader } from '@lazyspice/core/agent';

/** What becomes of one message. */
export interface MessageRoute {
  /** Body bytes that `start` must see: all of a message that is looked at, the beginning of one that passes. */
  readonly need: number;
  /** Takes the beginning of the body. Returns what takes the rest, or null: nothing is wanted of it. */
  start(head: Uint8Array, size: number): ((bytes: Uint8Array) => void) | null;
}

/** A message that is looked at as a whole and not passed on as it is. */
export const whole = (size: number, handle: (body: Uint8Array) => void): MessageRoute => ({
  need: size,
  start: (body) => {
    handle(body);
    return null;
  },
});

/** Follows the messages of one side, and gives each to the route that its type has. */
export class MessageSink {
  #reader = new MessageReader();
  readonly #route: (type: number, size: number) => MessageRoute | null;
  #current: MessageRoute | null = null;
  #head: Uint8Array[] = [];
  #headBytes = 0;
  #rest: ((bytes: Uint8Array) => void) | null = null;
  #dropping = false;

  /** @param route where a message goes; null: nowhere. */
  constructor(route: (type: number, size: number) => MessageRoute | null) {
    this.#route = route;
  }

  /** Bytes of the message that has begun which have not come yet. */
  get left(): number {
    return this.#reader.left;
  }

  /** The message that has begun is being passed on. */
  get isStreaming(): boolean {
    return this.#rest !== null && this.#reader.left > 0;
  }

  get offset(): number {
    return this.#reader.offset;
  }

  /** Takes one piece. @throws AgentError */
  push(piece: Uint8Array): void {
    const part = this.#reader.push(piece);
    if (part.first) this.#begin(part);
    if (!this.#dropping) this.#take(part);
    if (part.last) this.drop();
  }

  /** Follows the sender without doing anything; what is no message counts as none. */
  skip(piece: Uint8Array): void {
    this.drop();
    try {
      this.#reader.push(piece);
    } catch (error) {
      if (!(error instanceof AgentError)) throw error;
      this.#reader = new MessageReader();
    }
  }

  /** What is left of the message that has begun is not wanted any more. */
  drop(): void {
    this.#dropping = true;
    this.#current = null;
    this.#rest = null;
    this.#head = [];
    this.#headBytes = 0;
  }

  #begin({ type, size }: MessagePart): void {
    this.#current = this.#route(type, size);
    this.#dropping = this.#current === null;
    const need = this.#current?.need ?? 0;
    if (need > agentLimits.wholeMessage) {
      throw new AgentError('ERR_AGENT_SIZE', `type ${type} with ${size} bytes`, this.#reader.offset);
    }
  }

  #take({ bytes, last, size }: MessagePart): void {
    if (this.#rest !== null) return this.#rest(bytes);
    const route = this.#current;
    if (route === null) return;
    // The piece's memory is its sender's: what is kept is copied.
    this.#head.push(bytes.slice());
    this.#headBytes += bytes.length;
    if (this.#headBytes < route.need && !last) return;
    const head = Buffer.concat(this.#head);
    this.#head = [];
    this.#headBytes = 0;
    this.#rest = route.start(head, size);
    if (this.#rest === null) this.#dropping = true;
  }
}
