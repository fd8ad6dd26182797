import {
  AgentCapabilities,
  agentCapabilities,
  agentClient,
  agentServer,
  type ClipboardForm,
  ClipboardTypes,
  clipboardForm,
  decodeGrab,
  decodeRelease,
  decodeSelectionAndType,
  encodeGrab,
  encodeRelease,
  encodeSelectionAndType,
  messageStart,
} from '@lazyspice/core/agent';
import type { AgentClient } from './agent-client.js';
import { type MessageRoute, whole } from './message-sink.js';

/** Bytes of contents that a client may send in one message. */
const maxContents = 256 * 1024 * 1024;
/** Requests that may wait for an answer, by selection; more are answered with nothing. */
const maxRequests = 64;
const selectionBytes = 4;
const typeBytes = 4;

export interface ClipboardPeers {
  clients(): Iterable<AgentClient>;
  /** What the agent and, for the clients, the server have announced; null: nothing yet. */
  agentCapabilities(): AgentCapabilities | null;
  announced(): AgentCapabilities;
  /** A whole message for the agent. */
  toAgent(message: Uint8Array): void;
}

interface Selection {
  /** Who has something to paste. */
  owner: AgentClient | 'guest' | null;
  /** What the guest offers. */
  types: readonly number[];
  /** Grabs so far between server and agent. */
  serial: number;
  /** Types that the agent has asked the owner for. */
  asked: number[];
  /** Clients that have asked the guest. */
  readonly pasting: { readonly client: AgentClient; readonly type: number }[];
}

/**
 * Who owns the guest's and the clients' clipboard, and who gets what was asked for. Each side has its own count of
 * grabs with the server, so that several clients can share one agent.
 */
export class AgentClipboard {
  readonly #peers: ClipboardPeers;
  #selections: Selection[] = [];

  constructor(peers: ClipboardPeers) {
    this.#peers = peers;
    this.reset();
  }

  /** Another agent: nothing is owned. */
  reset(): void {
    this.#selections = [0, 1, 2].map(() => ({ owner: null, types: [], serial: 0, asked: [], pasting: [] }));
  }

  /** The last client has left: the agent counts anew. */
  resetSerials(): void {
    for (const selection of this.#selections) selection.serial = 0;
  }

  /** A client that has just come to be heard of: what the guest offers at the moment. */
  welcome(client: AgentClient): void {
    for (const [index, { owner, types }] of this.#selections.entries()) {
      if (owner === 'guest') this.#offer(client, index, types);
    }
  }

  left(client: AgentClient): void {
    for (const [index, selection] of this.#selections.entries()) {
      if (selection.owner !== client) continue;
      selection.owner = null;
      this.#answerNone(index);
      this.#releaseAgent(index);
    }
  }

  /** Where a client's clipboard message goes. */
  fromClient(client: AgentClient, type: number, size: number): MessageRoute {
    const form = this.#formOf(client);
    switch (type) {
      case agentClient.clipboardGrab.id:
        return whole(size, (body) => this.#clientGrab(client, body, form));
      case agentClient.clipboardRequest.id:
        return whole(size, (body) => this.#clientRequest(client, body, form));
      case agentClient.clipboardRelease.id:
        return whole(size, (body) => this.#clientRelease(client, body, form));
      default:
        return {
          need: prefixBytes(form),
          start: (head, all) => this.#clientContents(client, head, all, form),
        };
    }
  }

  /** Where the agent's goes. */
  fromAgent(type: number, size: number): MessageRoute {
    const form = this.#agentForm();
    switch (type) {
      case agentServer.clipboardGrab.id:
        return whole(size, (body) => this.#agentGrab(body, form));
      case agentServer.clipboardRequest.id:
        return whole(size, (body) => this.#agentRequest(body, form));
      case agentServer.clipboardRelease.id:
        return whole(size, (body) => this.#agentRelease(body, form));
      default:
        return { need: prefixBytes(form), start: (head, all) => this.#agentContents(head, all, form) };
    }
  }

  #clientGrab(client: AgentClient, body: Uint8Array, form: ClipboardForm): void {
    const { selection: index, serial, types } = decodeGrab(body, form);
    const selection = this.#selections[index];
    if (selection === undefined) return;
    if (form.serial) {
      // Both have grabbed at once: each side ignores the other's.
      if (serial !== client.serials[index]) return;
      client.serials[index] = increment(serial);
    }
    const before = selection.owner;
    selection.owner = client;
    selection.types = [];
    if (before !== client) this.#answerNone(index);
    if (before === 'guest') {
      for (const other of this.#peers.clients()) if (other !== client) this.#withdraw(other, index);
    }
    const agentForm = this.#agentForm();
    const content = encodeGrab({ selection: index, serial: selection.serial, types }, agentForm);
    if (agentForm.serial) selection.serial = increment(selection.serial);
    if (index === 0 || agentForm.selection) this.#toAgent(agentClient.clipboardGrab.id, content);
  }

  #clientRequest(client: AgentClient, body: Uint8Array, form: ClipboardForm): void {
    const { selection: index, type } = decodeSelectionAndType(body, form);
    const selection = this.#selections[index];
    if (selection?.owner === 'guest' && selection.pasting.length < maxRequests) {
      selection.pasting.push({ client, type });
      const content = encodeSelectionAndType(index, type, this.#agentForm());
      return this.#toAgent(agentClient.clipboardRequest.id, content);
    }
    client.send(agentServer.clipboard, { content: encodeSelectionAndType(index, ClipboardTypes.none, form) });
  }

  #clientRelease(client: AgentClient, body: Uint8Array, form: ClipboardForm): void {
    const index = decodeRelease(body, form);
    const selection = this.#selections[index];
    if (selection?.owner !== client) return;
    selection.owner = null;
    this.#answerNone(index);
    this.#releaseAgent(index);
  }

  /** Contents pass to the agent if it has asked this client for them. */
  #clientContents(
    client: AgentClient,
    head: Uint8Array,
    size: number,
    form: ClipboardForm,
  ): ((bytes: Uint8Array) => void) | null {
    const { selection: index, type, length } = decodeSelectionAndType(head, form);
    const selection = this.#selections[index];
    if (selection === undefined || selection.owner !== client || size > maxContents) return null;
    if (selection.asked.length === 0) return null;
    const at = selection.asked.indexOf(type);
    selection.asked.splice(Math.max(0, at), 1);
    const prefix = encodeSelectionAndType(index, type, this.#agentForm());
    const start = Buffer.concat([prefix, head.subarray(length)]);
    return this.startToAgent(
      client,
      messageStart(agentClient.clipboard.id, size - length + prefix.length, start),
    );
  }

  /** Set by the hub: begins a message that passes from a client to the agent. */
  startToAgent: (client: AgentClient, start: Uint8Array) => (bytes: Uint8Array) => void = () => () => {};

  #agentGrab(body: Uint8Array, form: ClipboardForm): void {
    const { selection: index, serial, types } = decodeGrab(body, form);
    const selection = this.#selections[index];
    if (selection === undefined) return;
    if (form.serial) {
      if (serial !== selection.serial) return;
      selection.serial = increment(serial);
    }
    const again = selection.owner === 'guest';
    selection.owner = 'guest';
    selection.types = types;
    selection.asked = [];
    for (const client of this.#peers.clients()) {
      const needsRelease = !client.has(agentCapabilities.clipboardNoReleaseOnRegrab);
      if (again && needsRelease) this.#withdraw(client, index);
      this.#offer(client, index, types);
    }
  }

  #agentRequest(body: Uint8Array, form: ClipboardForm): void {
    const { selection: index, type } = decodeSelectionAndType(body, form);
    const selection = this.#selections[index];
    if (selection === undefined) return;
    const { owner } = selection;
    if (owner === null || owner === 'guest' || selection.asked.length >= maxRequests) {
      return this.#nothingForAgent(index);
    }
    selection.asked.push(type);
    const content = encodeSelectionAndType(index, type, this.#formOf(owner));
    owner.send(agentServer.clipboardRequest, { content });
  }

  #agentRelease(body: Uint8Array, form: ClipboardForm): void {
    const index = decodeRelease(body, form);
    const selection = this.#selections[index];
    if (selection?.owner !== 'guest') return;
    selection.owner = null;
    selection.types = [];
    for (const client of this.#peers.clients()) this.#withdraw(client, index);
  }

  /** Contents pass to the client that asked first. */
  #agentContents(head: Uint8Array, size: number, form: ClipboardForm): ((bytes: Uint8Array) => void) | null {
    const { selection: index, type, length } = decodeSelectionAndType(head, form);
    const pasting = this.#selections[index]?.pasting ?? [];
    const same = pasting.findIndex((request) => request.type === type);
    const [request] = pasting.splice(Math.max(0, same), 1);
    const client = request?.client;
    if (client === undefined || client.isGone || !client.isStarted) return null;
    const prefix = encodeSelectionAndType(index, type, this.#formOf(client));
    const start = Buffer.concat([prefix, head.subarray(length)]);
    client.deliver(messageStart(agentServer.clipboard.id, size - length + prefix.length, start));
    return (bytes) => {
      if (!client.isGone) client.deliver(bytes.slice());
    };
  }

  #offer(client: AgentClient, index: number, types: readonly number[]): void {
    const form = this.#formOf(client);
    if (!client.usesClipboard || (index !== 0 && !form.selection)) return;
    const serial = client.serials[index] ?? 0;
    if (form.serial) client.serials[index] = increment(serial);
    client.send(agentServer.clipboardGrab, {
      content: encodeGrab({ selection: index, serial, types }, form),
    });
  }

  #withdraw(client: AgentClient, index: number): void {
    const form = this.#formOf(client);
    if (!client.usesClipboard || (index !== 0 && !form.selection)) return;
    client.send(agentServer.clipboardRelease, { content: encodeRelease(index, form) });
  }

  #releaseAgent(index: number): void {
    const form = this.#agentForm();
    if (index === 0 || form.selection)
      this.#toAgent(agentClient.clipboardRelease.id, encodeRelease(index, form));
  }

  /** The owner that the agent has asked is one no more. */
  #answerNone(index: number): void {
    const selection = this.#selections[index];
    for (const _ of selection?.asked.splice(0) ?? []) this.#nothingForAgent(index);
  }

  #nothingForAgent(index: number): void {
    const content = encodeSelectionAndType(index, ClipboardTypes.none, this.#agentForm());
    this.#toAgent(agentClient.clipboard.id, content);
  }

  #toAgent(type: number, content: Uint8Array): void {
    this.#peers.toAgent(messageStart(type, content.length, content));
  }

  #formOf(client: AgentClient): ClipboardForm {
    return formOf(this.#peers.agentCapabilities(), client.capabilities);
  }

  #agentForm(): ClipboardForm {
    return formOf(this.#peers.agentCapabilities(), this.#peers.announced());
  }
}

const nothing = new AgentCapabilities([]);
const formOf = (agent: AgentCapabilities | null, other: AgentCapabilities | null): ClipboardForm =>
  clipboardForm(agent ?? nothing, other ?? nothing);
const increment = (serial: number): number => (serial + 1) >>> 0;
const prefixBytes = ({ selection }: ClipboardForm): number => (selection ? selectionBytes : 0) + typeBytes;
