/**
 * Damaged messages for the channels over character devices, for the guest's agent and for the USB host:
 * `node scripts/run-typescript.mjs test/fuzz/agent.ts [--count N] [--seed S] [--message NAME]`.
 * Each message that a client may send on such a channel, that a client may send to the agent, and that an agent may send
 * gets N damaged forms. They are taken, or end their sender's connection for a typed error; whoever else is connected is
 * served well afterwards. Prints figures and `N passed, N failed`.
 */
import { parseArgs } from 'node:util';
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
import type { CharPipe } from '../../packages/spice-server/src/chardev/char-pipe.js';
import type { MessageEncoder } from '../../packages/spice-server/src/wire/framing.js';
import { type CharFuzzResult, type CharSubject, device, expectThat } from './char-subject.js';
import { mutate } from './codec-mutations.js';
import { deviceSubjects } from './devices.js';
import { Random } from './random.js';
import { usbHostSubjects } from './usb-host.js';

const described = 10;
const form = { selection: true, serial: true };
const none = new Uint8Array(0);
/** Everything that there is. */
const everything = AgentCapabilities.of(...Array.from({ length: 18 }, (_, i) => i));

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

function agentSubjects(): CharSubject[] {
  const random = new Random(5);
  const subjects: CharSubject[] = [];
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

/** Every message of the channels over character devices, of agents, and to the USB host. */
export const charSubjects = (): CharSubject[] => [
  ...deviceSubjects(),
  ...usbHostSubjects(),
  ...agentSubjects(),
];

/** Tries one message in `count` damaged forms. */
export function fuzzAgent(subject: CharSubject, count: number, random: Random): CharFuzzResult {
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

/** Inputs in a row; what they left to be done later is done then. */
const inARow = 1000;

export async function main(args: string[]): Promise<void> {
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
    const random = new Random(Number(values.seed));
    let [inputs, taken, refused] = [0, 0, 0];
    while (inputs < Number(values.count)) {
      const result = fuzzAgent(subject, Math.min(inARow, Number(values.count) - inputs), random);
      for (const failure of result.failures) console.log(failure);
      inputs += result.count;
      taken += result.taken;
      refused += result.refused;
      failed += result.failed;
      await new Promise((resolve) => setImmediate(resolve));
    }
    passed += taken + refused;
    console.log(`${subject.name}: ${inputs} inputs, ${taken} taken, ${refused} refused`);
  }
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}
