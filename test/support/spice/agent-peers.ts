import { Reader } from '@lazyspice/core';
import {
  AgentCapabilities,
  type AgentMessageEncoder,
  agentClient,
  agentPorts,
  agentServer,
  ChunkReader,
  chunkOf,
  decodeAgentClient,
  decodeAgentServer,
  MessageReader,
  piecesOf,
  wholeMessage,
} from '@lazyspice/core/agent';
import { mainClient } from '../../../packages/spice-server/src/protocol/generated/main.codec.js';
import type { Bench } from './bench.js';
import { CharGuest } from './char-guest.js';
import type { ScriptedClient } from './scripted-client.js';

type ToAgent = ReturnType<typeof decodeAgentClient> & { readonly port: number };
type FromAgent = ReturnType<typeof decodeAgentServer>;

/** Puts whole messages together from their pieces. */
class Assembler {
  readonly #reader = new MessageReader();
  #parts: Uint8Array[] = [];

  push(piece: Uint8Array): { readonly type: number; readonly body: Uint8Array } | null {
    const { type, bytes, last } = this.#reader.push(piece);
    this.#parts.push(bytes.slice());
    if (!last) return null;
    return { type, body: new Uint8Array(Buffer.concat(this.#parts.splice(0))) };
  }
}

/** A guest's agent, for tests: decodes what it gets, says what it is told to. */
export class AgentGuest {
  readonly messages: ToAgent[] = [];
  readonly guest: CharGuest;
  readonly #seen = { chunks: new ChunkReader(), at: 0, ports: new Map<number, Assembler>() };

  constructor(bench: Bench) {
    this.guest = CharGuest.add(bench, { type: 'vdagent' }).guest;
  }

  /** Starts anew, as an agent that was killed. */
  restart(): void {
    this.guest.device.setOpen(false);
    this.guest.received.length = 0;
    this.#seen.chunks = new ChunkReader();
    this.#seen.at = 0;
    this.#seen.ports.clear();
    this.messages.length = 0;
    this.guest.device.setOpen(true);
  }

  announce(bits: readonly number[], request = 1): void {
    this.say(agentServer.announceCapabilities, { request, words: AgentCapabilities.of(...bits).toBytes() });
  }

  say<Body>(message: AgentMessageEncoder<Body>, body: Body): void {
    for (const piece of piecesOf(wholeMessage(message, body)))
      this.guest.send(chunkOf(agentPorts.client, piece));
  }

  /** Everything understood so far, of one kind if one is named. */
  heard<N extends ToAgent['name']>(name: N): Extract<ToAgent, { name: N }>['body'][] {
    this.#read();
    return this.messages.filter((message) => message.name === name).map(({ body }) => body as never);
  }

  names(): string[] {
    this.#read();
    return this.messages.map(({ name }) => name);
  }

  #read(): void {
    const { guest } = this;
    for (; this.#seen.at < guest.received.length; this.#seen.at++) {
      let rest = guest.received[this.#seen.at] as Uint8Array;
      while (rest.length > 0) {
        const { used, piece } = this.#seen.chunks.next(rest);
        rest = rest.subarray(used);
        if (piece === null) continue;
        const { port } = piece;
        const assembler = this.#seen.ports.get(port) ?? new Assembler();
        this.#seen.ports.set(port, assembler);
        const whole = assembler.push(piece.bytes);
        if (whole === null) continue;
        this.messages.push({ ...decodeAgentClient(whole.type, new Reader(whole.body), 'agent'), port });
      }
    }
  }
}

/** A client's end of the agent protocol, for tests. */
export class AgentPeer {
  readonly client: ScriptedClient;
  #at = 0;
  #assembler = new Assembler();
  readonly #messages: FromAgent[] = [];

  constructor(client: ScriptedClient) {
    this.client = client;
  }

  /** AGENT_START and what spice-gtk can do, or these bits. */
  start(bits: readonly number[], tokens = 0xffff_ffff): void {
    this.client.main?.send(mainClient.agentStart, { tokens });
    this.say(agentClient.announceCapabilities, {
      request: 1,
      words: AgentCapabilities.of(...bits).toBytes(),
    });
  }

  say<Body>(message: AgentMessageEncoder<Body>, body: Body): void {
    for (const data of piecesOf(wholeMessage(message, body))) this.data(data);
  }

  data(data: Uint8Array): void {
    this.client.main?.send(mainClient.agentData, { data });
  }

  heard<N extends FromAgent['name']>(name: N): Extract<FromAgent, { name: N }>['body'][] {
    this.#read();
    return this.#messages.filter((message) => message.name === name).map(({ body }) => body as never);
  }

  names(): string[] {
    this.#read();
    return this.#messages.map(({ name }) => name);
  }

  /** What came of messages about the agent itself. */
  notices(): string[] {
    return (this.client.main?.names() ?? []).filter(
      (name) => name.startsWith('agent') && name !== 'agentData',
    );
  }

  #read(): void {
    const bodies = this.client.main?.messages ?? [];
    for (; this.#at < bodies.length; this.#at++) {
      const message = bodies[this.#at];
      if (message?.name === 'agentDisconnected') this.#assembler = new Assembler();
      if (message?.name !== 'agentData') continue;
      const whole = this.#assembler.push(message.body.data);
      if (whole !== null) this.#messages.push(decodeAgentServer(whole.type, new Reader(whole.body), 'agent'));
    }
  }
}
