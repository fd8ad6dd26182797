/**
 * Damaged messages for the channels over character devices and for the guest's agent:
 * `node scripts/run-typescript.mjs test/fuzz/agent.ts [--count N] [--seed S] [--message NAME]`.
 * Each message that a client may send on such a channel, that a client may send to the agent, and that an agent may send
 * gets N damaged forms. They are taken, or end their sender's connection for a typed error; whoever else is connected is
 * served well afterwards. Prints figures and `N passed, N failed`.
 */
import { parseArgs } from 'node:util';
import { WireError, Writer } from '@lazyspice/core';
import {
  AgentCapabilities,
  AgentError,
  agentClient,
  agentPorts,
  agentServer,
  ChunkReader,
  chunkOf,
  encodeGrab,
  encodeRelease,
  encodeSelectionAndType,
  piecesOf,
  wholeMessage,
} from '@lazyspice/core/agent';
import { AgentHub } from '../../packages/spice-server/src/agent/agent-hub.js';
import { ChannelError } from '../../packages/spice-server/src/channels/channel.js';
import { PortService } from '../../packages/spice-server/src/channels/port-service.js';
import { SmartcardService } from '../../packages/spice-server/src/channels/smartcard-service.js';
import { UsbredirService } from '../../packages/spice-server/src/channels/usbredir-service.js';
import { CharPipe } from '../../packages/spice-server/src/chardev/char-pipe.js';
import { compressLz4Block } from '../../packages/spice-server/src/codecs/lz4/lz4-block.js';
import { baseClient } from '../../packages/spice-server/src/protocol/generated/base.codec.js';
import {
  portClient,
  smartcardClient,
} from '../../packages/spice-server/src/protocol/generated/devices.codec.js';
import { messagesOf } from '../../packages/spice-server/src/protocol/messages.js';
import type { MessageEncoder } from '../../packages/spice-server/src/wire/framing.js';
import { mutate } from './codec-mutations.js';
import { Random } from './random.js';

const described = 10;
const form = { selection: true, serial: true };
const none = new Uint8Array(0);
/** Everything that there is. */
const everything = AgentCapabilities.of(...Array.from({ length: 18 }, (_, i) => i));

export interface AgentSubject {
  /** 'port.data', 'to agent clipboard', 'from agent clipboard' */
  readonly name: string;
  readonly samples: readonly Uint8Array[];
  /** One try; false: the sender was refused. What goes wrong is thrown. */
  attack(data: Uint8Array, sample: Uint8Array): boolean;
}
export interface AgentFuzzResult {
  readonly count: number;
  readonly taken: number;
  readonly refused: number;
  readonly failures: readonly string[];
  readonly failed: number;
}

const bodyOf = <Body>(message: MessageEncoder<Body>, body: Body): Uint8Array => {
  const writer = new Writer();
  message.encode(writer, body);
  return new Uint8Array(Buffer.concat(writer.takeChunks()));
};
const expectThat = (condition: boolean, what: string): void => {
  if (!condition) throw new Error(what);
};

/** A device that reads, and counts. */
const device = (receive: (bytes: Uint8Array) => void) => {
  const pipe: CharPipe = new CharPipe(
    {
      kind: 'chardev',
      type: 'port',
      name: 'fuzzed',
      portName: 'org.test.0',
      clientOpened: () => {},
      receive: (bytes) => {
        receive(bytes);
        pipe.grant(bytes.length);
      },
      grant: () => {},
      receiveBreak: () => {},
    },
    (error) => {
      throw error;
    },
  );
  return pipe;
};

const deviceKinds = {
  port: { type: 10, make: (pipe: CharPipe) => new PortService(pipe, 'org.test.0') },
  webdav: { type: 11, make: (pipe: CharPipe) => new PortService(pipe, 'org.test.0', 'webdav') },
  usbredir: { type: 9, make: (pipe: CharPipe) => new UsbredirService(pipe) },
  smartcard: { type: 8, make: (pipe: CharPipe) => new SmartcardService(pipe) },
} as const;
type DeviceKind = keyof typeof deviceKinds;

function deviceSubjects(): AgentSubject[] {
  const words = new Uint8Array(3000).map((_, i) => i >> 5);
  const block = compressLz4Block(words) ?? none;
  const card = (type: number, length: number): Uint8Array =>
    bodyOf(smartcardClient.data, { message: { type, readerId: 0, data: words.subarray(0, length) } });
  const samples: Record<string, Uint8Array[]> = {
    data: [bodyOf(portClient.data, { data: words })],
    compressedData: [
      bodyOf(portClient.compressedData, { data: { type: 'lz4', uncompressedSize: 3000, data: block } }),
      bodyOf(portClient.compressedData, { data: { type: 'none', data: words } }),
    ],
    portEvent: [bodyOf(portClient.portEvent, { event: 2 })],
    ackSync: [bodyOf(baseClient.ackSync, { generation: 1 })],
    ack: [none],
    pong: [bodyOf(baseClient.pong, { id: 1, timestamp: 5n })],
    migrateFlushMark: [none],
    migrateData: [new Uint8Array(40)],
    disconnecting: [bodyOf(baseClient.disconnecting, { timestamp: 5n, reason: 0 })],
  };
  const cards = [card(3, 20), card(5, 20), card(7, 200), card(6, 0)];
  return (Object.keys(deviceKinds) as DeviceKind[]).flatMap((kind) =>
    Object.entries(messagesOf(kind, 'client')).map(([name, { id }]) => {
      const own = kind === 'smartcard' && name === 'data' ? cards : samples[name];
      if (own === undefined) throw new Error(`there is no sample of ${kind}.${name}`);
      return { name: `${kind}.${name}`, samples: own, attack: (data) => attackDevice(kind, id, data) };
    }),
  );
}

function attackDevice(kind: DeviceKind, id: number, data: Uint8Array): boolean {
  let received = 0;
  const pipe = device((bytes) => {
    received += bytes.length;
  });
  const { type, make } = deviceKinds[kind];
  const link = {
    connectionId: 1,
    channelType: type,
    channelId: 0,
    commonCapabilities: [],
    channelCapabilities: [1],
    miniHeader: true,
  };
  const host = { outgoingReady: () => {}, failed: () => {} };
  const service = make(pipe);
  pipe.serve(service);
  pipe.setOpen(true);
  const channel = service.openChannel({ link, host, local: false });
  if (channel === null) throw new Error('the device has no channel');
  channel.start(0);
  let taken = true;
  try {
    channel.receive(id, data, 0);
  } catch (error) {
    if (!(error instanceof WireError || error instanceof ChannelError)) throw error;
    taken = false;
  }
  // What a client sends has a limit, compressed or not.
  expectThat(received <= 4 * 1024 * 1024, `the guest was given ${received} bytes`);
  channel.takeOutgoing(1 << 20, 0);
  channel.close();
  const next = service.openChannel({ link, host, local: false });
  expectThat(next !== null, 'the next client is not served');
  pipe.remove();
  return taken;
}

/** An agent that reads, with two clients. */
class World {
  error: AgentError | null = null;
  agentError: AgentError | null = null;
  readonly messages: number[] = [];
  readonly pipe: CharPipe;
  readonly hub = new AgentHub({
    copyPaste: () => true,
    fileTransfer: () => true,
    setMonitors: () => false,
    graphics: () => [],
    mouseChanged: () => {},
    failed: (error) => {
      this.agentError = error;
    },
  });
  #chunks = new ChunkReader();
  /** Bytes of the message that is coming, by port. */
  readonly #left = new Map<number, number>();
  readonly first = this.hub.join({ ready: () => {}, failed: (error) => this.#refuse(error) });
  readonly second = this.hub.join({
    ready: () => {},
    failed: (error) => {
      throw error;
    },
  });

  constructor() {
    this.pipe = device((bytes) => this.#read(bytes));
    this.pipe.serve(this.hub.serve(this.pipe));
    this.open();
    this.fromAgent(
      wholeMessage(agentServer.clipboardGrab, {
        content: encodeGrab({ selection: 1, serial: 0, types: [1] }, form),
      }),
    );
    this.say(this.second, agentClient.fileXferStart, { id: 9, text: new Uint8Array(9) });
    this.say(this.first, agentClient.fileXferStart, { id: 1, text: new Uint8Array(9) });
    this.say(this.first, agentClient.clipboardGrab, {
      content: encodeGrab({ selection: 0, serial: 0, types: [1] }, form),
    });
    this.fromAgent(
      wholeMessage(agentServer.clipboardRequest, { content: encodeSelectionAndType(0, 1, form) }),
    );
    this.say(this.second, agentClient.clipboardRequest, { content: encodeSelectionAndType(1, 1, form) });
  }

  /** The agent comes, and everybody introduces themselves. */
  open(): void {
    this.#chunks = new ChunkReader();
    this.#left.clear();
    this.pipe.setOpen(true);
    const words = everything.toBytes();
    this.fromAgent(wholeMessage(agentServer.announceCapabilities, { request: 0, words }));
    for (const client of [this.first, this.second]) {
      if (client.isGone) continue;
      while (client.takeNotice() !== null);
      client.start(0xffff_ffff);
      this.say(client, agentClient.announceCapabilities, { request: 1, words });
    }
  }

  say<Body>(client: World['first'], message: MessageEncoder<Body>, body: Body): void {
    for (const piece of piecesOf(wholeMessage(message, body))) client.data(piece, 0);
    client.takeTokens();
  }

  fromAgent(message: Uint8Array): void {
    for (const piece of piecesOf(message)) this.pipe.send(chunkOf(agentPorts.client, piece));
    this.drain();
  }

  /** The clients read. */
  drain(): void {
    for (const client of [this.first, this.second]) while (client.takeData() !== null);
  }

  #refuse(error: AgentError): void {
    this.error = error;
    this.first.leave();
  }

  /** The agent's end must always be told whole messages. */
  #read(bytes: Uint8Array): void {
    for (let rest = bytes; rest.length > 0; ) {
      const { used, piece } = this.#chunks.next(rest);
      rest = rest.subarray(used);
      if (piece === null) continue;
      let left = this.#left.get(piece.port) ?? 0;
      let body = piece.bytes.length;
      if (left === 0) {
        const view = new DataView(piece.bytes.buffer, piece.bytes.byteOffset);
        expectThat(view.getUint32(0, true) === 1, 'the agent was told something that is no message');
        this.messages.push(view.getUint32(4, true));
        left = view.getUint32(16, true);
        body -= 20;
      }
      expectThat(body <= left, 'the agent was told more than was announced');
      this.#left.set(piece.port, left - body);
    }
  }
}

function attackFromClient(data: Uint8Array): boolean {
  const world = new World();
  try {
    for (const piece of piecesOf(data)) if (!world.first.isGone) world.first.data(piece, 0);
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    world.error = error;
  }
  expectThat(world.agentError === null, 'the agent was given up');
  world.drain();
  world.first.leave();
  const before = world.messages.filter((type) => type === agentClient.maxClipboard.id).length;
  world.say(world.second, agentClient.maxClipboard, { max: 1 });
  const after = world.messages.filter((type) => type === agentClient.maxClipboard.id).length;
  expectThat(after === before + 1, 'the other client is not heard');
  return world.error === null;
}

function attackFromAgent(data: Uint8Array, random: Random): boolean {
  const world = new World();
  const stream =
    random.below(3) === 0
      ? data
      : new Uint8Array(Buffer.concat(piecesOf(data).map((piece) => chunkOf(agentPorts.client, piece))));
  for (let at = 0; at < stream.length; ) {
    const part = stream.slice(at, at + random.from(1, 3000));
    at += part.length;
    world.pipe.send(part);
    world.drain();
  }
  expectThat(world.error === null, 'a client was refused');
  const refused = world.agentError !== null;
  world.pipe.setOpen(false);
  const before = world.messages.length;
  world.open();
  expectThat(world.messages.length > before, 'an agent that comes anew hears nothing');
  return !refused;
}

const agentBodies = {
  both: {
    clipboard: [
      { content: new Uint8Array(Buffer.concat([encodeSelectionAndType(0, 1, form), new Uint8Array(30)])) },
      { content: new Uint8Array(Buffer.concat([encodeSelectionAndType(1, 1, form), new Uint8Array(5000)])) },
    ],
    announceCapabilities: [{ request: 1, words: everything.toBytes() }],
    clipboardGrab: [0, 1, 2].map((selection) => ({
      content: encodeGrab({ selection, serial: 1, types: [1, 2, 3] }, form),
    })),
    clipboardRequest: [0, 1].map((selection) => ({ content: encodeSelectionAndType(selection, 1, form) })),
    clipboardRelease: [0, 1].map((selection) => ({ content: encodeRelease(selection, form) })),
    fileXferStatus: [0, 1, 3].map((result) => ({ id: 1, result, detail: none })),
  },
  client: {
    mouseState: [{ x: 1, y: 2, buttons: 2, displayId: 0 }],
    monitorsConfig: [0, 2].map((flags) => ({
      flags,
      monitors: [{ width: 10, height: 10, depth: 32, x: 0, y: 0 }],
      physicalSizes: new Uint8Array(flags * 2),
    })),
    displayConfig: [{ flags: 1, depth: 32 }],
    fileXferStart: [{ id: 2, text: new Uint8Array(50) }],
    fileXferData: [
      { id: 1, size: 20, data: new Uint8Array(20) },
      { id: 1, size: 6000, data: new Uint8Array(6000) },
    ],
    clientDisconnected: [{}],
    maxClipboard: [{ max: -1 }],
    audioVolumeSync: [{ isPlayback: true, mute: false, volumes: [1, 2] }],
    graphicsDeviceInfo: [
      { devices: [{ channelId: 0, monitorId: 0, deviceDisplayId: 0, address: 'pci/0000/02.0' }] },
    ],
  },
  server: { reply: [{ type: 2, error: 1 }] },
} as const;

function agentSubjects(): AgentSubject[] {
  const random = new Random(5);
  const subjects: AgentSubject[] = [];
  for (const side of ['client', 'server'] as const) {
    const bodies: Readonly<Record<string, readonly object[]>> = { ...agentBodies.both, ...agentBodies[side] };
    for (const [name, message] of Object.entries(side === 'client' ? agentClient : agentServer)) {
      const samples = (bodies[name] ?? []).map((body) => wholeMessage(message, body as never));
      if (samples.length === 0) throw new Error(`there is no sample of ${name}`);
      const attack =
        side === 'client' ? attackFromClient : (data: Uint8Array): boolean => attackFromAgent(data, random);
      subjects.push({ name: `${side === 'client' ? 'to' : 'from'} agent ${name}`, samples, attack });
    }
  }
  return subjects;
}

/** Every message of the channels over character devices, and of agents. */
export const charSubjects = (): AgentSubject[] => [...deviceSubjects(), ...agentSubjects()];

/** Tries one message in `count` damaged forms. */
export function fuzzAgent(subject: AgentSubject, count: number, random: Random): AgentFuzzResult {
  const failures: string[] = [];
  let [taken, refused, failed] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const sample = random.pick(subject.samples);
    const data = mutate(sample, random.pick(subject.samples), random);
    try {
      if (subject.attack(data, sample)) taken++;
      else refused++;
    } catch (error) {
      failed++;
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (failures.length < described) {
        failures.push(`${subject.name}: ${text}\n${Buffer.from(data).toString('hex').slice(0, 400)}`);
      }
    }
  }
  return { count, taken, refused, failures, failed };
}

export function main(args: string[]): void {
  const { values } = parseArgs({
    args,
    options: {
      count: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      message: { type: 'string', default: '' },
    },
  });
  let [passed, failed] = [0, 0];
  for (const subject of charSubjects()) {
    if (!subject.name.startsWith(values.message)) continue;
    const result = fuzzAgent(subject, Number(values.count), new Random(Number(values.seed)));
    console.log(`${subject.name}: ${result.count} inputs, ${result.taken} taken, ${result.refused} refused`);
    for (const failure of result.failures) console.log(failure);
    passed += result.count - result.failed;
    failed += result.failed;
  }
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}
