import { Reader } from '@lazyspice/core';
import {
  agentCapabilities,
  agentClient,
  agentServer,
  decodeAgentClient,
  decodeAgentServer,
  FileTransferResult,
  messageStart,
  wholeMessage,
} from '@lazyspice/core/agent';
import type { AgentClient } from './agent-client.js';
import { type MessageRoute, whole } from './message-sink.js';

/** Transfers that one client may have under way. */
const maxTransfers = 256;
/** Bytes of file in one message. */
const maxData = 1024 * 1024;
const dataPrefixBytes = 12;
const { canSendData, cancelled, error, success } = FileTransferResult.values;

/** Files on their way from clients to the agent. Clients number theirs each for itself; the agent sees other numbers. */
export class AgentFiles {
  readonly #toAgent: (message: Uint8Array) => void;
  readonly #stream: (client: AgentClient, start: Uint8Array) => (bytes: Uint8Array) => void;
  readonly #owners = new Map<number, { readonly client: AgentClient; readonly id: number }>();
  #nextId = 1;

  /** @param stream begins a message that passes from a client to the agent. */
  constructor(
    toAgent: (message: Uint8Array) => void,
    stream: (client: AgentClient, start: Uint8Array) => (bytes: Uint8Array) => void,
  ) {
    this.#toAgent = toAgent;
    this.#stream = stream;
  }

  reset(): void {
    this.#owners.clear();
  }

  /** The client's transfers are called off. */
  left(client: AgentClient): void {
    for (const agentId of client.transfers.values()) {
      this.#owners.delete(agentId);
      this.#tellAgent(agentId, cancelled);
    }
    client.transfers.clear();
  }

  /** Where a client's file message goes. */
  fromClient(client: AgentClient, type: number, size: number): MessageRoute {
    switch (type) {
      case agentClient.fileXferStart.id:
        return whole(size, (body) => this.#start(client, body));
      case agentClient.fileXferStatus.id:
        return whole(size, (body) => this.#clientStatus(client, body));
      default:
        return { need: dataPrefixBytes, start: (head, all) => this.#data(client, head, all) };
    }
  }

  /** The agent's STATUS goes to the client whose file it is. */
  fromAgent(body: Uint8Array): void {
    const message = decodeAgentServer(agentServer.fileXferStatus.id, new Reader(body), 'agent');
    if (message.name !== 'fileXferStatus') return;
    const { id: agentId, result, detail } = message.body;
    const owner = this.#owners.get(agentId);
    if (owner === undefined) return;
    const { client, id } = owner;
    if (result !== canSendData) {
      this.#owners.delete(agentId);
      client.transfers.delete(id);
    }
    const detailed = client.has(agentCapabilities.fileXferDetailedErrors);
    const plain = result > success ? error : result;
    const status = detailed ? { id, result, detail } : { id, result: plain, detail: new Uint8Array(0) };
    client.send(agentServer.fileXferStatus, status);
  }

  #start(client: AgentClient, body: Uint8Array): void {
    const message = decodeAgentClient(agentClient.fileXferStart.id, new Reader(body), 'agent');
    if (message.name !== 'fileXferStart') return;
    const { id, text } = message.body;
    if (client.transfers.has(id) || client.transfers.size >= maxTransfers) {
      client.send(agentServer.fileXferStatus, { id, result: error, detail: new Uint8Array(0) });
      return;
    }
    const agentId = this.#nextId;
    this.#nextId = (this.#nextId % 0xffff_ffff) + 1;
    client.transfers.set(id, agentId);
    this.#owners.set(agentId, { client, id });
    this.#toAgent(wholeMessage(agentClient.fileXferStart, { id: agentId, text }));
  }

  #clientStatus(client: AgentClient, body: Uint8Array): void {
    const message = decodeAgentClient(agentClient.fileXferStatus.id, new Reader(body), 'agent');
    if (message.name !== 'fileXferStatus') return;
    const { id, result } = message.body;
    const agentId = client.transfers.get(id);
    if (agentId === undefined) return;
    this.#tellAgent(agentId, result);
    if (result === canSendData) return;
    this.#owners.delete(agentId);
    client.transfers.delete(id);
  }

  #data(client: AgentClient, head: Uint8Array, size: number): ((bytes: Uint8Array) => void) | null {
    const reader = new Reader(head, 'agent.fileXferData');
    const at = reader.take(dataPrefixBytes);
    const agentId = client.transfers.get(reader.view.getUint32(at, true));
    if (agentId === undefined || size > dataPrefixBytes + maxData) return null;
    const start = new Uint8Array(head);
    new DataView(start.buffer).setUint32(0, agentId, true);
    return this.#stream(client, messageStart(agentClient.fileXferData.id, size, start));
  }

  #tellAgent(
    id: number,
    result: (typeof FileTransferResult.values)[keyof typeof FileTransferResult.values],
  ): void {
    this.#toAgent(wholeMessage(agentClient.fileXferStatus, { id, result, detail: new Uint8Array(0) }));
  }
}
