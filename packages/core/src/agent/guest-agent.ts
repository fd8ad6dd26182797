import { CharDevice } from '../chardev/char-device.js';
import { agentClient, agentServer, decodeAgentClient } from '../generated/agent.codec.js';
import { Reader } from '../wire/reader.js';
import { AgentError } from './agent-error.js';
import { AgentCapabilities } from './capability-words.js';
import { ChunkReader } from './chunk-reader.js';
import {
  type ClipboardForm,
  clipboardForm,
  decodeGrab,
  decodeRelease,
  decodeSelectionAndType,
  encodeGrab,
  encodeRelease,
  encodeSelectionAndType,
} from './clipboard-content.js';
import { type FileReceiver, FileTransfers } from './file-transfers.js';
import { MessageReader } from './message-reader.js';
import { type AgentMessageEncoder, chunkOf, piecesOf, wholeMessage } from './message-writer.js';
import {
  agentCapabilities,
  agentLimits,
  agentPorts,
  ClipboardSelections,
  ClipboardTypes,
} from './protocol.js';

export type ClipboardSelectionName = keyof typeof ClipboardSelections;
export type ClipboardTypeName = Exclude<keyof typeof ClipboardTypes, 'none'>;
/** What is offered, by type: bytes, or what makes them when they are asked for. At most 64 MiB. */
export type ClipboardOffer = Partial<
  Record<ClipboardTypeName, Uint8Array | (() => Uint8Array | Promise<Uint8Array>)>
>;

export interface AgentMonitorWish {
  readonly width: number;
  readonly height: number;
  readonly x: number;
  readonly y: number;
}
export interface GuestAgentOptions {
  /** The clients have something to paste, of these types; none: not any more. */
  offered?(selection: ClipboardSelectionName, types: readonly ClipboardTypeName[]): void;
  /** The monitors that a client wants; where no display takes such wishes itself. */
  monitors?(monitors: readonly AgentMonitorWish[]): void;
  /** Takes a file that a client sends. Without it files are refused. */
  receiveFile?: FileReceiver;
}

const selectionNames = Object.keys(ClipboardSelections) as ClipboardSelectionName[];
const typeNames = new Map<number, ClipboardTypeName>(
  Object.entries(ClipboardTypes).flatMap(([name, type]) =>
    name === 'none' ? [] : [[type, name as ClipboardTypeName] as const],
  ),
);
const {
  monitorsConfig,
  reply,
  clipboardByDemand,
  clipboardSelection,
  sparseMonitorsConfig,
  guestLineendLf,
  monitorsConfigPosition,
  fileXferDisabled,
  clipboardNoReleaseOnRegrab,
  clipboardGrabSerial,
} = agentCapabilities;
const none = new AgentCapabilities([]);

interface Shared {
  /** What this side offers. */
  mine: ClipboardOffer | null;
  /** Types that the clients offer. */
  theirs: readonly ClipboardTypeName[];
  serial: number;
  readonly waiting: { readonly type: number; readonly resolve: (bytes: Uint8Array | null) => void }[];
}

/**
 * An agent that is no program in the guest but an object here: the clipboard, files and monitor wishes of the clients for
 * whoever runs the machine. Offer `device` to SPICE. Nothing is kept but what is under way.
 */
export class GuestAgent {
  readonly device: CharDevice;
  readonly #options: GuestAgentOptions;
  readonly #files: FileTransfers;
  readonly #shared: readonly Shared[] = [0, 1, 2].map(() => ({
    mine: null,
    theirs: [],
    serial: 0,
    waiting: [],
  }));
  #capabilities = none;
  #chunks = new ChunkReader();
  #messages = new MessageReader();
  #body: Uint8Array[] = [];
  #bodyBytes = 0;
  #unsent: Uint8Array[] = [];
  #tail: Promise<void> = Promise.resolve();

  constructor(options: GuestAgentOptions = {}) {
    this.#options = options;
    this.#files = new FileTransfers(options.receiveFile ?? null, (status) =>
      this.#say(agentServer.fileXferStatus, status),
    );
    this.device = new CharDevice(
      { type: 'vdagent', name: 'agent' },
      {
        data: (bytes) => {
          this.#tail = this.#tail.then(() => this.#take(bytes));
          return this.#tail;
        },
        writable: () => this.#flush(),
        attached: (attached) => (attached ? this.#begin() : this.#reset()),
      },
    );
    this.device.setOpen(true);
  }

  /** Offers contents to the clients, instead of what was offered before. */
  offer(selection: ClipboardSelectionName, contents: ClipboardOffer): void {
    const index = ClipboardSelections[selection];
    const shared = this.#shared[index] as Shared;
    shared.mine = contents;
    shared.theirs = [];
    this.#grab(index, shared);
  }

  /** Nothing is offered any more. */
  release(selection: ClipboardSelectionName): void {
    const index = ClipboardSelections[selection];
    const shared = this.#shared[index] as Shared;
    if (shared.mine === null) return;
    shared.mine = null;
    this.#say(agentServer.clipboardRelease, { content: encodeRelease(index, this.#form) });
  }

  /** What the clients offer at the moment. */
  offers(selection: ClipboardSelectionName): readonly ClipboardTypeName[] {
    return this.#shared[ClipboardSelections[selection]]?.theirs ?? [];
  }

  /** Asks for contents that a client offers; null: nobody does, or it cannot give them. */
  read(selection: ClipboardSelectionName, type: ClipboardTypeName): Promise<Uint8Array | null> {
    const index = ClipboardSelections[selection];
    const shared = this.#shared[index] as Shared;
    if (!shared.theirs.includes(type)) return Promise.resolve(null);
    const number = ClipboardTypes[type];
    return new Promise((resolve) => {
      shared.waiting.push({ type: number, resolve });
      this.#say(agentServer.clipboardRequest, { content: encodeSelectionAndType(index, number, this.#form) });
    });
  }

  offerText(text: string): void {
    this.offer('clipboard', { text: Buffer.from(text) });
  }

  async readText(): Promise<string | null> {
    const bytes = await this.read('clipboard', 'text');
    return bytes === null ? null : Buffer.from(bytes).toString();
  }

  get #form(): ClipboardForm {
    return clipboardForm(this.#capabilities, this.#own());
  }

  #own(): AgentCapabilities {
    const bits: number[] = [
      monitorsConfig,
      reply,
      clipboardByDemand,
      clipboardSelection,
      sparseMonitorsConfig,
    ];
    bits.push(guestLineendLf, monitorsConfigPosition, clipboardNoReleaseOnRegrab, clipboardGrabSerial);
    if (this.#options.receiveFile === undefined) bits.push(fileXferDisabled);
    return AgentCapabilities.of(...bits);
  }

  #begin(): void {
    this.#reset();
    this.#announce(1);
  }

  #reset(): void {
    this.#capabilities = none;
    this.#chunks = new ChunkReader();
    this.#messages = new MessageReader();
    this.#body = [];
    this.#bodyBytes = 0;
    this.#unsent = [];
    this.#clientsGone();
  }

  #clientsGone(): void {
    this.#files.abandon();
    for (const [index, shared] of this.#shared.entries()) {
      shared.serial = 0;
      this.#nothingOffered(index, shared);
    }
  }

  #announce(request: number): void {
    this.#say(agentServer.announceCapabilities, { request, words: this.#own().toBytes() });
  }

  #grab(index: number, shared: Shared): void {
    const form = this.#form;
    if (shared.mine === null || !this.#capabilities.has(clipboardByDemand)) return;
    const types = Object.keys(shared.mine).map((name) => ClipboardTypes[name as ClipboardTypeName]);
    const content = encodeGrab({ selection: index, serial: shared.serial, types }, form);
    if (form.serial) shared.serial = (shared.serial + 1) >>> 0;
    this.#say(agentServer.clipboardGrab, { content });
  }

  async #take(bytes: Uint8Array): Promise<void> {
    try {
      for (let rest = bytes; rest.length > 0; ) {
        const { used, piece } = this.#chunks.next(rest);
        rest = rest.subarray(used);
        if (piece !== null) await this.#piece(piece.port, piece.bytes);
      }
    } catch {
      // The server is not trusted: with one that breaks the rules the device starts anew.
      this.#reset();
      this.device.setOpen(false);
      this.device.setOpen(true);
    }
  }

  /** @throws AgentError or WireError */
  async #piece(port: number, bytes: Uint8Array): Promise<void> {
    // The server's own messages are whole, and nothing in them matters here but that the clients are gone.
    if (port === agentPorts.server) {
      if (new MessageReader().push(bytes).type === agentClient.clientDisconnected.id) this.#clientsGone();
      return;
    }
    const part = this.#messages.push(bytes);
    this.#body.push(part.bytes);
    this.#bodyBytes += part.bytes.length;
    if (this.#bodyBytes > agentLimits.clipboardData) {
      throw new AgentError(
        'ERR_AGENT_SIZE',
        `type ${part.type} with ${part.size} bytes`,
        this.#messages.offset,
      );
    }
    if (!part.last) return;
    const body = Buffer.concat(this.#body.splice(0));
    this.#bodyBytes = 0;
    await this.#message(part.type, body);
  }

  async #message(type: number, body: Uint8Array): Promise<void> {
    if (!Object.values(agentClient).some(({ id }) => id === type)) return;
    const message = decodeAgentClient(type, new Reader(body), 'agent');
    switch (message.name) {
      case 'announceCapabilities':
        return this.#clientsAnnounced(AgentCapabilities.fromBytes(message.body.words), message.body.request);
      case 'monitorsConfig': {
        const shown = message.body.monitors.filter(({ width, height }) => width > 0 && height > 0);
        this.#options.monitors?.(shown.map(({ width, height, x, y }) => ({ width, height, x, y })));
        return this.#say(agentServer.reply, { type, error: 1 });
      }
      case 'clipboardGrab':
        return this.#clientGrab(message.body.content);
      case 'clipboardRelease': {
        const index = decodeRelease(message.body.content, this.#form);
        const shared = this.#shared[index];
        if (shared !== undefined) this.#nothingOffered(index, shared);
        return;
      }
      case 'clipboardRequest':
        return this.#clientRequest(message.body.content);
      case 'clipboard':
        return this.#clientContents(message.body.content);
      case 'fileXferStart':
        return this.#files.start(message.body.id, message.body.text);
      case 'fileXferData':
        return this.#files.data(message.body.id, message.body.data.subarray(0, message.body.size));
      case 'fileXferStatus':
        return this.#files.cancelled(message.body.id);
    }
  }

  #clientsAnnounced(capabilities: AgentCapabilities, request: number): void {
    const before = this.#capabilities;
    this.#capabilities = capabilities;
    if (request === 1) this.#announce(0);
    if (before.has(clipboardByDemand)) return;
    for (const [index, shared] of this.#shared.entries()) this.#grab(index, shared);
  }

  #clientGrab(content: Uint8Array): void {
    const form = this.#form;
    const { selection: index, serial, types } = decodeGrab(content, form);
    const shared = this.#shared[index];
    if (shared === undefined || (form.serial && serial !== shared.serial)) return;
    if (form.serial) shared.serial = (serial + 1) >>> 0;
    shared.mine = null;
    shared.theirs = types.map((type) => typeNames.get(type)).filter((name) => name !== undefined);
    this.#options.offered?.(selectionNames[index] as ClipboardSelectionName, shared.theirs);
  }

  async #clientRequest(content: Uint8Array): Promise<void> {
    const { selection: index, type } = decodeSelectionAndType(content, this.#form);
    const name = typeNames.get(type);
    const offered = name === undefined ? undefined : this.#shared[index]?.mine?.[name];
    let bytes: Uint8Array | null = null;
    try {
      bytes = typeof offered === 'function' ? await offered() : (offered ?? null);
    } catch {
      // Whoever offered it cannot give it.
    }
    const head = encodeSelectionAndType(index, bytes === null ? ClipboardTypes.none : type, this.#form);
    this.#say(agentServer.clipboard, { content: Buffer.concat([head, bytes ?? new Uint8Array(0)]) });
  }

  #clientContents(content: Uint8Array): void {
    const { selection: index, type, length } = decodeSelectionAndType(content, this.#form);
    const waiting = this.#shared[index]?.waiting ?? [];
    const at = waiting.findIndex((request) => request.type === type);
    const [request] = waiting.splice(Math.max(0, at), 1);
    request?.resolve(request.type === type ? new Uint8Array(content.subarray(length)) : null);
  }

  #nothingOffered(index: number, shared: Shared): void {
    for (const { resolve } of shared.waiting.splice(0)) resolve(null);
    if (shared.theirs.length === 0) return;
    shared.theirs = [];
    this.#options.offered?.(selectionNames[index] as ClipboardSelectionName, []);
  }

  #say<Body>(message: AgentMessageEncoder<Body>, body: Body): void {
    if (!this.device.isAttached) return;
    for (const piece of piecesOf(wholeMessage(message, body)))
      this.#unsent.push(chunkOf(agentPorts.client, piece));
    this.#flush();
  }

  #flush(): void {
    for (let first = this.#unsent[0]; first !== undefined; first = this.#unsent[0]) {
      const taken = this.device.write(first);
      if (taken < first.length) {
        this.#unsent[0] = first.subarray(taken);
        return;
      }
      this.#unsent.shift();
    }
  }
}
