import type { LinkedChannel, LinkPolicy } from '../link/link-policy.js';
import { LinkSession } from '../link/link-session.js';
import type { ByteStream } from '../transport/byte-stream.js';
import type { ConnectionClock } from './connection.js';

export interface LinkLimits {
  /** The whole link stage must be through in this time, in ms. */
  readonly handshakeMs: number;
  /** Connections in the link stage at a time; one more ends the oldest. */
  readonly halfOpen: number;
}
export const defaultLinkLimits: LinkLimits = { handshakeMs: 10_000, halfOpen: 256 };

/** How long a refused peer may take to read the refusal, in ms. */
const lingerMs = 2000;

interface HalfOpen {
  readonly stream: ByteStream;
  readonly cancel: () => void;
}

/** Connections that are not linked yet: each has a time limit, and there is only so much room for them. */
export class HalfOpenLinks {
  readonly #policy: LinkPolicy;
  readonly #clock: ConnectionClock;
  readonly #limits: LinkLimits;
  readonly #linked: (stream: ByteStream, channel: LinkedChannel, rest: Uint8Array) => void;
  readonly #refused: (stream: ByteStream, reason: string) => void;
  readonly #open = new Set<HalfOpen>();

  constructor(
    policy: LinkPolicy,
    clock: ConnectionClock,
    limits: LinkLimits,
    outcome: {
      linked(stream: ByteStream, channel: LinkedChannel, rest: Uint8Array): void;
      refused(stream: ByteStream, reason: string): void;
    },
  ) {
    this.#policy = policy;
    this.#clock = clock;
    this.#limits = limits;
    this.#linked = outcome.linked;
    this.#refused = outcome.refused;
  }

  get count(): number {
    return this.#open.size;
  }

  /** Begins the link stage. `skipAuth`: any ticket opens the door. */
  accept(stream: ByteStream, skipAuth = false): void {
    if (this.#open.size >= this.#limits.halfOpen) {
      for (const oldest of this.#open) {
        this.#end(oldest, 'too many connections in the link stage');
        break;
      }
    }
    const policy = skipAuth ? { ...this.#policy, acceptTicket: () => true } : this.#policy;
    const session = new LinkSession(policy, stream.secure);
    const link: HalfOpen = {
      stream,
      cancel: this.#clock.after(this.#limits.handshakeMs, () =>
        this.#end(link, `no link after ${this.#limits.handshakeMs / 1000} s`),
      ),
    };
    this.#open.add(link);
    stream.handlers = {
      data: (bytes) => this.#receive(link, session, bytes),
      drained: () => {},
      closed: () => this.#forget(link),
    };
  }

  closeAll(): void {
    for (const link of [...this.#open]) this.#end(link, 'the server closes');
  }

  #receive(link: HalfOpen, session: LinkSession, bytes: Uint8Array): void {
    session.receive(bytes, this.#clock.now());
    const outgoing = session.takeOutgoing();
    if (outgoing.length > 0) link.stream.write(outgoing);
    if (session.stage === 'refused') {
      this.#forget(link);
      this.#refused(link.stream, session.reason);
      this.#farewell(link.stream);
    } else if (session.stage === 'linked' && session.channel !== null) {
      this.#forget(link);
      this.#linked(link.stream, session.channel, session.rest);
    }
  }

  /** Lets the peer read why it was refused, then closes whether it did or not. */
  #farewell(stream: ByteStream): void {
    const cancel = this.#clock.after(lingerMs, () => stream.destroy());
    stream.handlers = { data: () => {}, drained: () => {}, closed: cancel };
    stream.end();
  }

  #end(link: HalfOpen, reason: string): void {
    this.#forget(link);
    this.#refused(link.stream, reason);
    link.stream.destroy();
  }

  #forget(link: HalfOpen): void {
    link.cancel();
    this.#open.delete(link);
  }
}
