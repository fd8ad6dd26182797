import { WireError } from '@lazyspice/core';
import {
  type AgentCapabilities,
  AgentError,
  type AgentMessageEncoder,
  agentCapabilities,
  piecesOf,
  wholeMessage,
} from '@lazyspice/core/agent';
import type { MessageSink } from './message-sink.js';

/**
 * AGENT_DATA that a client may send before it is given tokens again. The protocol leaves the number to the server; with
 * these a client's files do not wait for round trips, and 128 KB wait for an agent at most.
 */
export const agentTokens = 64;
/** Tokens are given back in such numbers. */
const tokensAtOnce = 16;
/** Bytes for a client that may wait before nothing more is read from the agent. */
const fullAt = 64 * 1024;
/** How long a client may take nothing, or hold others up with an unfinished message, ms. */
const patienceMs = 30_000;

/** What a client's channel does for its agent connection. */
export interface AgentClientHost {
  /** There is something to take. */
  ready(): void;
  /** The client must be closed. */
  failed(error: AgentError): void;
}
/** What the client is told of the agent. */
export type AgentNotice = 'disconnected' | 'connected';

interface Hub {
  /** Counts agents; 0: there is none. */
  epoch(): number;
  sinkFor(client: AgentClient): MessageSink;
  /** A client's bytes wait. */
  inputReady(): void;
  /** A client has taken something. */
  outputTaken(): void;
  left(client: AgentClient): void;
  /** Another client waits for this one to finish its message. */
  holdsUpOthers(client: AgentClient): boolean;
}

/** One client's connection to the agent: tokens both ways, and what waits. Protocol §5.1. Sans-IO. */
export class AgentClient {
  readonly #hub: Hub;
  readonly #host: AgentClientHost;
  readonly #sink: MessageSink;
  /** What the client has announced; null: nothing yet. */
  capabilities: AgentCapabilities | null = null;
  /** Grabs so far by selection, both sides'. */
  readonly serials = [0, 0, 0];
  /** Its transfers: the client's id to the agent's. */
  readonly transfers = new Map<number, number>();
  #inbox: Uint8Array[] = [];
  #outbox: Uint8Array[] = [];
  #outboxBytes = 0;
  /** AGENT_DATA that may be sent to the client, and that it may send. */
  #toClient = 0;
  #fromClient = 0;
  #tokensDue = 0;
  /** The agent that the client was told of; 0: none. */
  #toldEpoch = 0;
  #startsDue = 0;
  #started = false;
  #stuckSince: number | null = null;
  #lastData = 0;
  /** When the channel last looked. */
  #now = 0;
  #gone = false;

  constructor(hub: Hub, host: AgentClientHost) {
    this.#hub = hub;
    this.#host = host;
    this.#sink = hub.sinkFor(this);
  }

  /** For INIT: whether there is an agent. The client is as good as told. */
  begin(): boolean {
    this.#toldEpoch = this.#hub.epoch();
    if (this.#toldEpoch === 0) return false;
    this.#expectStart();
    return true;
  }

  /** The client speaks to the agent of the moment. */
  get isStarted(): boolean {
    return this.#started;
  }

  get isGone(): boolean {
    return this.#gone;
  }

  has(bit: number): boolean {
    return this.capabilities?.has(bit) ?? false;
  }

  get usesClipboard(): boolean {
    return this.#started && this.has(agentCapabilities.clipboardByDemand);
  }

  /** AGENT_START. */
  start(tokens: number): void {
    if (this.#startsDue > 0) this.#startsDue--;
    if (this.#startsDue > 0 || this.#hub.epoch() === 0) return;
    this.#toClient = tokens;
    if (this.#started) return;
    this.#started = true;
    this.#host.ready();
  }

  /** AGENT_TOKEN. */
  addTokens(tokens: number): void {
    this.#toClient = Math.min(0xffff_ffff, this.#toClient + tokens);
    this.#host.ready();
  }

  /** AGENT_DATA. @throws AgentError when the client may not send it. */
  data(body: Uint8Array, now: number): void {
    this.#lastData = now;
    if (!this.#started) return this.#sink.skip(body);
    if (this.#fromClient === 0) {
      throw new AgentError('ERR_AGENT_TOKENS', 'AGENT_DATA without a token', this.#sink.offset);
    }
    this.#fromClient--;
    this.#inbox.push(body.slice());
    this.#hub.inputReady();
  }

  get hasInput(): boolean {
    return this.#inbox.length > 0;
  }

  /** A message of the client is being passed on and not complete. */
  get isStreaming(): boolean {
    return this.#sink.isStreaming;
  }

  /** Bytes that its unfinished message still has. */
  get left(): number {
    return this.#sink.left;
  }

  /** Handles one AGENT_DATA that waits. */
  step(): void {
    const body = this.#inbox.shift();
    if (body === undefined) return;
    this.#guard(() => this.#sink.push(body));
    if (this.#gone || ++this.#tokensDue < tokensAtOnce) return;
    this.#host.ready();
  }

  /** Bytes wait that the client does not take. */
  get isFull(): boolean {
    return this.#outboxBytes >= fullAt;
  }

  /** A whole message for the client. */
  send<Body>(message: AgentMessageEncoder<Body>, body: Body): void {
    this.deliver(wholeMessage(message, body));
  }

  /** A message, or a part of one, for the client. */
  deliver(bytes: Uint8Array): void {
    if (!this.#started) return;
    for (const piece of piecesOf(bytes)) this.#outbox.push(piece);
    this.#outboxBytes += bytes.length;
    this.#host.ready();
  }

  /** The agent came or went. */
  agentChanged(): void {
    for (const body of this.#inbox.splice(0)) this.#sink.skip(body);
    this.#sink.drop();
    this.#outbox = [];
    this.#outboxBytes = 0;
    this.#started = false;
    this.#tokensDue = 0;
    this.#stuckSince = null;
    this.capabilities = null;
    this.serials.fill(0);
    this.transfers.clear();
    this.#host.ready();
  }

  /** Something waits to be told. */
  get isDrained(): boolean {
    return (
      this.#toldEpoch === this.#hub.epoch() && this.#tokensDue < tokensAtOnce && this.#outbox.length === 0
    );
  }

  /** What the client must be told of the agent next; null: it knows. */
  takeNotice(): AgentNotice | null {
    const epoch = this.#hub.epoch();
    if (this.#toldEpoch === epoch) return null;
    if (this.#toldEpoch !== 0) {
      this.#toldEpoch = 0;
      return 'disconnected';
    }
    this.#toldEpoch = epoch;
    this.#expectStart();
    return 'connected';
  }

  /** Tokens to give the client; 0: none. */
  takeTokens(): number {
    if (this.#tokensDue < tokensAtOnce) return 0;
    const tokens = this.#tokensDue;
    this.#tokensDue = 0;
    this.#fromClient += tokens;
    return tokens;
  }

  /** The next AGENT_DATA for the client; null: none, or no token for it. */
  takeData(): Uint8Array | null {
    if (this.#toClient === 0) return null;
    const piece = this.#outbox.shift();
    if (piece === undefined) return null;
    this.#toClient--;
    this.#outboxBytes -= piece.length;
    this.#stuckSince = this.#outbox.length > 0 ? this.#now : null;
    if (this.#outboxBytes < fullAt) this.#hub.outputTaken();
    return piece;
  }

  /** Notices how long what waits has been waiting. */
  timePasses(now: number): void {
    this.#now = now;
    if (this.#outbox.length === 0) this.#stuckSince = null;
    else this.#stuckSince ??= now;
  }

  /** When `tick` wants to be called, ms; null: not. */
  get wakeAt(): number | null {
    if (this.#stuckSince !== null) return this.#stuckSince + patienceMs;
    return this.#holdsUp ? this.#lastData + patienceMs : null;
  }

  /** @throws AgentError when the client has had everybody's patience. */
  tick(now: number): void {
    const wakeAt = this.wakeAt;
    if (wakeAt === null || now < wakeAt) return;
    const reason = this.#stuckSince === null ? 'an unfinished message' : 'nothing taken';
    throw new AgentError('ERR_AGENT_STALLED', `${reason} for ${patienceMs / 1000} s`, this.#sink.offset);
  }

  /** Others wait for this client: `wakeAt` may have changed. */
  lookAtClock(): void {
    this.#host.ready();
  }

  /** The client is gone. */
  leave(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#inbox = [];
    this.#outbox = [];
    this.#hub.left(this);
  }

  get #holdsUp(): boolean {
    return this.isStreaming && !this.hasInput && this.#hub.holdsUpOthers(this);
  }

  #expectStart(): void {
    this.#startsDue++;
    this.#fromClient = agentTokens;
    this.#tokensDue = 0;
  }

  /** What a client does wrong is its own end, whoever's turn it was. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (error instanceof AgentError) this.#host.failed(error);
      else if (error instanceof WireError) {
        this.#host.failed(new AgentError('ERR_AGENT_BODY', error.message, this.#sink.offset));
      } else throw error;
    }
  }
}
