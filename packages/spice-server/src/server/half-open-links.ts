import type { ConnectionLimits } from '@lazyspice/core';
import type { LinkedChannel, LinkPolicy } from '../link/link-policy.js';
import { LinkSession } from '../link/link-session.js';
import type { ByteStream } from '../transport/byte-stream.js';
import type { ConnectionClock } from './connection.js';

import { LoginGuard } from './login-guard.js';

/** How long a refused peer may take to read the refusal, in ms. */
const lingerMs = 2000;

interface HalfOpen {
  readonly stream: ByteStream;
  cancel: () => void;
}

/** Connections that are not linked yet: each has a time limit, and there is only so much room for them. */
export class HalfOpenLinks {
  readonly #policy: LinkPolicy;
  readonly #clock: ConnectionClock;
  readonly #limits: ConnectionLimits;
  readonly #linked: (stream: ByteStream, channel: LinkedChannel, rest: Uint8Array) => void;
  readonly #refused: (stream: ByteStream, reason: string) => void;
  readonly #guard: LoginGuard;
  readonly #open = new Set<HalfOpen>();

  constructor(
    policy: LinkPolicy,
    clock: ConnectionClock,
    limits: ConnectionLimits,
    outcome: {
      linked(stream: ByteStream, channel: LinkedChannel, rest: Uint8Array): void;
      refused(stream: ByteStream, reason: string): void;
    },
  ) {
    this.#policy = policy;
    this.#clock = clock;
    this.#limits = limits;
    this.#guard = new LoginGuard(limits);
    this.#linked = outcome.linked;
    this.#refused = outcome.refused;
  }

  get count(): number {
    return this.#open.size;
  }

  /** Begins the link stage. `skipAuth`: any ticket opens the door. */
  accept(stream: ByteStream, skipAuth = false): void {
    if (!skipAuth && this.#guard.turnsAway(stream.address, this.#clock.now())) {
      this.#refused(stream, 'too many failed logins from this address');
      stream.destroy();
      return;
    }
    if (this.#open.size >= this.#limits.halfOpen) {
      for (const oldest of this.#open) {
        this.#end(oldest, 'too many connections in the link stage');
        break;
      }
    }
    const open = { ...this.#policy, acceptTicket: () => true, saslMechanisms: () => null };
    const session = new LinkSession(skipAuth ? open : this.#policy, stream);
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
    const delay = session.credentialsFailed ? this.#guard.failed(link.stream.address, this.#clock.now()) : 0;
    if (delay > 0) return this.#refuseLate(link, session.reason, outgoing, delay);
    if (outgoing.length > 0) link.stream.write(outgoing);
    if (session.stage === 'refused') {
      this.#forget(link);
      this.#refused(link.stream, session.reason);
      this.#farewell(link.stream);
    } else if (session.stage === 'linked' && session.channel !== null) {
      this.#forget(link);
      this.#guard.succeeded(link.stream.address);
      this.#linked(link.stream, session.channel, session.rest);
    }
  }

  /** Who guesses passwords waits for the answer; it stays a half-open link meanwhile. */
  #refuseLate(link: HalfOpen, reason: string, answer: readonly Uint8Array[], ms: number): void {
    this.#refused(link.stream, reason);
    link.cancel();
    link.cancel = this.#clock.after(ms, () => {
      this.#forget(link);
      if (answer.length > 0) link.stream.write(answer);
      this.#farewell(link.stream);
    });
    link.stream.handlers = { data: () => {}, drained: () => {}, closed: () => this.#forget(link) };
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
