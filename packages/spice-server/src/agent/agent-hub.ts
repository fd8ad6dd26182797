import type { ClientMonitor } from '@lazyspice/core';
import { Reader, WireError } from '@lazyspice/core';
import {
  AgentCapabilities,
  AgentError,
  type AgentMonitorsConfig,
  agentCapabilities,
  agentClient,
  agentLimits,
  agentPorts,
  agentServer,
  ChunkReader,
  decodeAgentClient,
  decodeAgentServer,
  messageStart,
  wholeMessage,
} from '@lazyspice/core/agent';
import type { CharPipe, CharService } from '../chardev/char-pipe.js';
import { AgentClient, type AgentClientHost } from './agent-client.js';
import { AgentClipboard } from './agent-clipboard.js';
import { AgentFiles } from './agent-files.js';
import { AgentMouse } from './agent-mouse.js';
import { AgentOutput } from './agent-output.js';
import { type MessageRoute, MessageSink, whole } from './message-sink.js';

/** Bytes of the server's own messages that may wait for an agent before it is given up. */
const maxControlBytes = 1024 * 1024;
/** A message that is not known here passes up to this size, in bytes. */
const maxUnknown = 1024 * 1024;

/** A display output as the guest knows it, for GRAPHICS_DEVICE_INFO. */
export interface GraphicsOutput {
  readonly channelId: number;
  readonly monitorId: number;
  readonly deviceDisplayId: number;
  /** `pci/DOMAIN/SLOT.FUNCTION`, hexadecimal. */
  readonly address: string;
}

export interface AgentHubOptions {
  copyPaste(): boolean;
  fileTransfer(): boolean;
  /** Gives the monitors that a client wants to the displays. False: no display has taken them, the agent must. */
  setMonitors(monitors: readonly ClientMonitor[]): boolean;
  graphics(): readonly GraphicsOutput[];
  /** The agent began or ceased to take the pointer. */
  mouseChanged(): void;
  /** The agent was given up for what it sent. */
  failed(error: AgentError): void;
}

const none = new AgentCapabilities([]);
const clipboardTypes: ReadonlySet<number> = new Set([4, 7, 8, 9]);
const fileTypes: ReadonlySet<number> = new Set([10, 11, 12]);
/** Messages that only the server sends to an agent, or only an agent sends. */
const notForClients: ReadonlySet<number> = new Set([1, 3, 13, 16]);

/**
 * The guest's agent and the clients that speak to it: protocol §7. Messages of several clients do not mix; what
 * concerns one client alone goes to it alone. Nothing is kept beyond fixed limits: an agent that does not read stops the
 * clients, a client that does not read stops the agent, for as long as the others' patience lasts. Sans-IO.
 */
export class AgentHub {
  readonly mouse = new AgentMouse(() => this.#pump());
  readonly #options: AgentHubOptions;
  readonly #clients = new Set<AgentClient>();
  readonly #clipboard: AgentClipboard;
  readonly #files: AgentFiles;
  #pipe: CharPipe | null = null;
  #output: AgentOutput | null = null;
  /** Counts agents; 0: there is none. */
  #epoch = 0;
  #agents = 0;
  #agentCapabilities: AgentCapabilities | null = null;
  #announced = none;
  #chunks = new ChunkReader();
  #agentSink = this.#newAgentSink();
  /** What the agent has sent and has not been looked at. */
  #input: Uint8Array[] = [];
  /** The client whose message the agent is being given, until it is complete. */
  #holder: AgentClient | null = null;
  /** Bytes that a client has promised and not sent when it left. */
  #padding = 0;
  /** Whole messages in the clients' name that wait for their turn. */
  #controls: Uint8Array[] = [];
  #controlBytes = 0;
  #farewellDue = false;
  #busy = false;
  #reading = false;

  constructor(options: AgentHubOptions) {
    this.#options = options;
    const toAgent = (message: Uint8Array): void => this.#control(message);
    this.#clipboard = new AgentClipboard({
      clients: () => this.#clients,
      agentCapabilities: () => this.#agentCapabilities,
      announced: () => this.#announced,
      toAgent,
    });
    this.#clipboard.startToAgent = (client, start) => this.#stream(client, start);
    this.#files = new AgentFiles(toAgent, (client, start) => this.#stream(client, start));
  }

  get isPresent(): boolean {
    return this.#epoch !== 0;
  }

  /** The agent takes the pointer. */
  get takesMouse(): boolean {
    return this.#agentCapabilities?.has(agentCapabilities.mouseState) ?? false;
  }

  /** Whether a device is in use already. */
  get isServed(): boolean {
    return this.#pipe !== null;
  }

  /** Serves the agent's device. */
  serve(pipe: CharPipe): CharService {
    this.#pipe = pipe;
    return {
      guestOpened: (open) => (open ? this.#agentCame(pipe) : this.#agentLeft()),
      data: (bytes) => {
        if (this.#epoch === 0) return pipe.taken(bytes.length);
        this.#input.push(bytes);
        this.#readAgent();
      },
      writable: () => this.#pump(),
      guestBreak: () => {},
      removed: () => {
        this.#agentLeft();
        this.#pipe = null;
      },
    };
  }

  /** A client's main channel is there. */
  join(host: AgentClientHost): AgentClient {
    const client = new AgentClient(this.#clientSide, host);
    this.#clients.add(client);
    return client;
  }

  /** The displays have changed. */
  graphicsChanged(): void {
    const { graphics } = this.#options;
    if (!this.#agentCapabilities?.has(agentCapabilities.graphicsDeviceInfo)) return;
    const devices = graphics().slice(0, agentLimits.graphicsDevices);
    if (devices.length === 0) return;
    this.#output?.message(agentPorts.server, wholeMessage(agentClient.graphicsDeviceInfo, { devices }));
    this.#pump();
  }

  readonly #clientSide = {
    epoch: (): number => this.#epoch,
    sinkFor: (client: AgentClient): MessageSink =>
      new MessageSink((type, size) => this.#clientRoute(client, type, size)),
    inputReady: (): void => this.#pump(),
    outputTaken: (): void => this.#readAgent(),
    left: (client: AgentClient): void => this.#clientLeft(client),
    holdsUpOthers: (client: AgentClient): boolean =>
      this.#holder === client &&
      (this.#controls.length > 0 || [...this.#clients].some((other) => other !== client && other.hasInput)),
  };

  #agentCame(pipe: CharPipe): void {
    this.#epoch = ++this.#agents;
    this.#output = new AgentOutput(pipe);
    pipe.setClientOpen(true);
    for (const client of this.#clients) client.agentChanged();
  }

  #agentLeft(): void {
    if (this.#epoch === 0) return;
    this.#epoch = 0;
    const took = this.takesMouse;
    this.#agentCapabilities = null;
    this.#announced = none;
    this.#output = null;
    this.#dropInput();
    this.#chunks = new ChunkReader();
    this.#agentSink = this.#newAgentSink();
    this.#holder = null;
    this.#padding = 0;
    this.#controls = [];
    this.#controlBytes = 0;
    this.#farewellDue = false;
    this.mouse.reset();
    this.#clipboard.reset();
    this.#files.reset();
    this.#pipe?.setClientOpen(false);
    for (const client of this.#clients) client.agentChanged();
    if (took) this.#options.mouseChanged();
  }

  /** An agent that breaks the rules is heard no more until it opens its device anew. */
  #giveUp(error: AgentError): void {
    this.#options.failed(error);
    this.#agentLeft();
  }

  #clientLeft(client: AgentClient): void {
    if (!this.#clients.delete(client)) return;
    if (this.#holder === client) {
      // The agent was promised so much; it gets it, and then hears that it was for nothing.
      this.#padding = client.left;
      this.#holder = null;
    }
    this.#clipboard.left(client);
    this.#files.left(client);
    if (
      client.capabilities !== null &&
      ![...this.#clients].some(({ capabilities }) => capabilities !== null)
    ) {
      this.#farewellDue = this.isPresent;
      this.#announced = none;
      this.#clipboard.resetSerials();
    }
    this.#pump();
    this.#readAgent();
  }

  /** Gives the agent what waits, in the order: what was begun, the server's own, the clients in turn. */
  #pump(): void {
    const output = this.#output;
    if (this.#busy || output === null) return;
    this.#busy = true;
    try {
      while (this.#output === output) {
        if (output.isFull) output.flush();
        if (output.isFull || !this.#fillOutput(output)) break;
      }
    } finally {
      this.#busy = false;
    }
    output.flush();
    if (this.#holder !== null && this.#clientSide.holdsUpOthers(this.#holder)) this.#holder.lookAtClock();
  }

  /** Puts the next thing into the output. False: there is none. */
  #fillOutput(output: AgentOutput): boolean {
    const motion = this.mouse.take();
    if (motion !== null) {
      output.message(agentPorts.server, motion);
      return true;
    }
    if (this.#padding > 0) {
      const length = Math.min(this.#padding, agentLimits.piece);
      this.#padding -= length;
      output.piece(agentPorts.client, new Uint8Array(length));
      return true;
    }
    if (this.#holder === null) {
      const control = this.#controls.shift();
      if (control !== undefined) {
        this.#controlBytes -= control.length;
        output.message(agentPorts.client, control);
        return true;
      }
      if (this.#farewellDue) {
        this.#farewellDue = false;
        output.message(agentPorts.server, wholeMessage(agentClient.clientDisconnected, {}));
        return true;
      }
    }
    const client = this.#holder ?? this.#nextClient();
    if (!client?.hasInput) return false;
    client.step();
    if (!client.isGone) this.#holder = client.isStreaming ? client : null;
    return true;
  }

  /** Clients take turns. */
  #nextClient(): AgentClient | null {
    for (const client of this.#clients) {
      if (!client.hasInput) continue;
      this.#clients.delete(client);
      this.#clients.add(client);
      return client;
    }
    return null;
  }

  /** Begins a message that passes from a client to the agent. */
  #stream(client: AgentClient, start: Uint8Array): (bytes: Uint8Array) => void {
    const output = this.#output;
    this.#holder = client;
    output?.message(agentPorts.client, start);
    return (bytes) => output?.piece(agentPorts.client, bytes);
  }

  #control(message: Uint8Array): void {
    if (this.#output === null) return;
    this.#controls.push(message);
    this.#controlBytes += message.length;
    if (this.#controlBytes > maxControlBytes) {
      this.#giveUp(new AgentError('ERR_AGENT_SIZE', 'the agent does not read', this.#chunks.offset));
    } else this.#pump();
  }

  #clientRoute(client: AgentClient, type: number, size: number): MessageRoute | null {
    if (notForClients.has(type)) return null;
    if (clipboardTypes.has(type)) {
      return this.#options.copyPaste() ? this.#clipboard.fromClient(client, type, size) : null;
    }
    if (fileTypes.has(type)) {
      return this.#options.fileTransfer() ? this.#files.fromClient(client, type, size) : null;
    }
    switch (type) {
      case agentClient.announceCapabilities.id:
        return whole(size, (body) => this.#clientAnnounced(client, body));
      case agentClient.monitorsConfig.id:
        return whole(size, (body) => this.#monitorsConfig(body));
      case agentClient.displayConfig.id:
      case agentClient.maxClipboard.id:
      case agentClient.audioVolumeSync.id:
        return whole(size, (body) => {
          decodeAgentClient(type, new Reader(body), 'agent');
          this.#control(messageStart(type, size, body));
        });
      default:
        if (size > maxUnknown) return null;
        return { need: 0, start: (head) => this.#stream(client, messageStart(type, size, head)) };
    }
  }

  /** The agent is told what all clients together can do; what one of them cannot is translated for it. */
  #clientAnnounced(client: AgentClient, body: Uint8Array): void {
    const message = decodeAgentClient(agentClient.announceCapabilities.id, new Reader(body), 'agent');
    if (message.name !== 'announceCapabilities') return;
    const first = client.capabilities === null;
    client.capabilities = AgentCapabilities.fromBytes(message.body.words);
    const all = [...this.#clients].reduce((sum, { capabilities }) => sum.union(capabilities ?? none), none);
    const asks = message.body.request === 1;
    const known = this.#agentCapabilities;
    if (!all.equals(this.#announced) || known === null) {
      this.#announced = all;
      this.#announce(known === null);
    }
    if (known !== null && (asks || first)) this.#introduce(client, known);
    if (known !== null && first) this.#clipboard.welcome(client);
  }

  #announce(request: boolean): void {
    const words = this.#announced.toBytes();
    this.#control(wholeMessage(agentClient.announceCapabilities, { request: request ? 1 : 0, words }));
  }

  /** Tells a client what the agent can do. */
  #introduce(client: AgentClient, capabilities: AgentCapabilities): void {
    client.send(agentServer.announceCapabilities, { request: 0, words: capabilities.toBytes() });
  }

  #monitorsConfig(body: Uint8Array): void {
    const message = decodeAgentClient(agentClient.monitorsConfig.id, new Reader(body), 'agent');
    if (message.name !== 'monitorsConfig') return;
    const { monitors }: AgentMonitorsConfig = message.body;
    const wanted = monitors.map(({ x, y, width, height }) => ({ x, y, width, height }));
    if (this.#options.setMonitors(wanted)) return;
    this.#control(messageStart(agentClient.monitorsConfig.id, body.length, body));
  }

  #newAgentSink(): MessageSink {
    return new MessageSink((type, size) => this.#agentRoute(type, size));
  }

  #agentRoute(type: number, size: number): MessageRoute | null {
    if (clipboardTypes.has(type)) {
      return this.#options.copyPaste() ? this.#clipboard.fromAgent(type, size) : null;
    }
    switch (type) {
      case agentServer.announceCapabilities.id:
        return whole(size, (body) => this.#agentAnnounced(body));
      case agentServer.fileXferStatus.id:
        return this.#options.fileTransfer() ? whole(size, (body) => this.#files.fromAgent(body)) : null;
      case agentServer.reply.id:
        return whole(size, (body) => {
          decodeAgentServer(type, new Reader(body), 'agent');
          for (const client of this.#clients) client.deliver(messageStart(type, size, body));
        });
      default:
        if (size > agentLimits.wholeMessage) return null;
        return whole(size, (body) => {
          for (const client of this.#clients) client.deliver(messageStart(type, size, body));
        });
    }
  }

  #agentAnnounced(body: Uint8Array): void {
    const message = decodeAgentServer(agentServer.announceCapabilities.id, new Reader(body), 'agent');
    if (message.name !== 'announceCapabilities') return;
    const capabilities = this.#allowed(AgentCapabilities.fromBytes(message.body.words));
    const before = this.#agentCapabilities;
    const took = this.takesMouse;
    this.#agentCapabilities = capabilities;
    if (message.body.request === 1 && !this.#announced.equals(none)) this.#announce(false);
    if (before === null || !before.equals(capabilities)) {
      for (const client of this.#clients)
        if (client.capabilities !== null) this.#introduce(client, capabilities);
    }
    if (before === null) this.graphicsChanged();
    if (took !== this.takesMouse) this.#options.mouseChanged();
  }

  /** What of the agent's abilities the options leave: protocol §7.3. */
  #allowed(capabilities: AgentCapabilities): AgentCapabilities {
    const { clipboard, clipboardByDemand, clipboardSelection, fileXferDisabled } = agentCapabilities;
    let allowed = capabilities;
    if (!this.#options.copyPaste()) {
      for (const bit of [clipboard, clipboardByDemand, clipboardSelection])
        allowed = allowed.with(bit, false);
    }
    return this.#options.fileTransfer() ? allowed : allowed.with(fileXferDisabled, true);
  }

  /** Looks at what the agent has sent, while every client takes what is for it. */
  #readAgent(): void {
    if (this.#reading) return;
    const epoch = this.#epoch;
    this.#reading = true;
    try {
      while (epoch !== 0 && this.#epoch === epoch && ![...this.#clients].some(({ isFull }) => isFull)) {
        const [bytes] = this.#input;
        if (bytes === undefined) return;
        const { used, piece } = this.#chunks.next(bytes);
        if (used === bytes.length) this.#input.shift();
        else this.#input[0] = bytes.subarray(used);
        this.#pipe?.taken(used);
        if (piece?.port === agentPorts.client) this.#agentSink.push(piece.bytes);
      }
    } catch (error) {
      if (error instanceof AgentError) this.#giveUp(error);
      else if (error instanceof WireError) {
        this.#giveUp(new AgentError('ERR_AGENT_BODY', error.message, this.#chunks.offset));
      } else throw error;
    } finally {
      this.#reading = false;
    }
  }

  #dropInput(): void {
    const bytes = this.#input.reduce((sum, { length }) => sum + length, 0);
    this.#input = [];
    this.#pipe?.taken(bytes);
  }
}
