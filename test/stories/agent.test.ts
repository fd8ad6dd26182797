import {
  AgentCapabilities,
  agentClient,
  agentServer,
  agentCapabilities as bit,
  type ClipboardForm,
  ClipboardTypes,
  decodeGrab,
  decodeSelectionAndType,
  encodeGrab,
  encodeRelease,
  encodeSelectionAndType,
  FileTransferResult,
  messageStart,
  piecesOf,
  wholeMessage,
} from '@lazyspice/core/agent';
import { describe, expect, it } from 'vitest';
import { agentTokens } from '../../packages/spice-server/src/agent/agent-client.js';
import { mainCapabilities } from '../../packages/spice-server/src/protocol/capabilities.js';
import { inputsClient } from '../../packages/spice-server/src/protocol/generated/inputs.codec.js';
import { mainClient } from '../../packages/spice-server/src/protocol/generated/main.codec.js';
import { AgentGuest, AgentPeer } from '../support/spice/agent-peers.js';
import { Bench } from '../support/spice/bench.js';
import { createPrimary } from '../support/spice/commands.js';
import type { ScriptedClientOptions } from '../support/spice/scripted-client.js';

const gtk = [0, 1, 2, 4, 5, 6, 12, 14, 16, 17];
const html5 = [0, 1, 2];
const agentBits = [0, 1, 2, 5, 6, 7, 8, 12, 15, 16, 17];
const full: ClipboardForm = { selection: true, serial: true };
const noDetail = new Uint8Array(0);
const results = FileTransferResult.values;
const noise = (length: number): Buffer =>
  Buffer.from(new Uint8Array(length).map((_, i) => (i * i * 31) >>> 7));
const channels = { channels: [], mainCapabilities: [mainCapabilities.agentConnectedTokens] } as const;

const connect = async (bench: Bench, bits = gtk, options: ScriptedClientOptions = {}): Promise<AgentPeer> => {
  const peer = new AgentPeer(bench.connect({ ...channels, ...options }));
  await bench.settle();
  peer.start(bits);
  await bench.settle();
  return peer;
};
const open = async (spice = 'disable-ticketing=on', bits = agentBits) => {
  const bench = await Bench.open({ spice });
  const agent = new AgentGuest(bench);
  agent.announce(bits);
  const peer = await connect(bench);
  return { bench, agent, peer };
};
const grab = (types: number[], serial = 0, selection = 0) => ({
  content: encodeGrab({ selection, serial, types }, full),
});
const request = (type: number, selection = 0) => ({ content: encodeSelectionAndType(selection, type, full) });
const contents = (type: number, data: Uint8Array, selection = 0) => ({
  content: new Uint8Array(Buffer.concat([encodeSelectionAndType(selection, type, full), data])),
});
const release = (selection = 0) => ({ content: encodeRelease(selection, full) });
const typesOf = (content: Uint8Array | undefined) => decodeGrab(content ?? new Uint8Array(0), full);

describe('an agent', () => {
  it('is told of in INIT, or when it comes; both sides hear what the other can do', async () => {
    const { agent, peer } = await open();
    expect(peer.client.main?.received('init')).toMatchObject([{ agentConnected: true, agentTokens }]);
    const [toAgent] = agent.heard('announceCapabilities');
    expect(AgentCapabilities.fromBytes(toAgent?.words as Uint8Array).words).toEqual([0x35077]);
    const [toClient] = peer.heard('announceCapabilities');
    expect(toClient?.request).toBe(0);
    expect(toClient?.words).toEqual(AgentCapabilities.of(...agentBits).toBytes());
  });

  it('that comes, goes and comes again is told of each time, and its tokens with it', async () => {
    const bench = await Bench.open();
    const modern = new AgentPeer(bench.connect(channels));
    const old = new AgentPeer(bench.connect({ channels: [], mainCapabilities: [] }));
    await bench.settle();
    const agent = new AgentGuest(bench);
    await bench.settle();
    agent.restart();
    await bench.settle();
    expect(modern.notices()).toEqual(['agentConnectedTokens', 'agentDisconnected', 'agentConnectedTokens']);
    expect(old.notices()).toEqual(['agentConnected', 'agentDisconnected', 'agentConnected']);
  });

  it('is unique', async () => {
    const { bench } = await open();
    expect(() => new AgentGuest(bench)).toThrow(RangeError);
  });

  it('hears that the last client has left', async () => {
    const { bench, agent, peer } = await open();
    const second = await connect(bench, html5);
    peer.client.disconnect();
    await bench.settle();
    expect(agent.names()).not.toContain('clientDisconnected');
    second.client.disconnect();
    await bench.settle();
    expect(agent.names()).toContain('clientDisconnected');
    expect(agent.messages.at(-1)?.port).toBe(2);
  });

  it('takes as much as it gives tokens for, and turns away who sends more', async () => {
    const { bench, agent, peer } = await open();
    // The announcement was one.
    for (let i = 0; i < 16; i++) peer.say(agentClient.maxClipboard, { max: i });
    await bench.settle();
    expect(peer.client.main?.received('agentToken')).toEqual([{ tokens: 16 }]);
    const hasty = await connect(bench);
    agent.guest.reads = false;
    peer.say(agentClient.fileXferStart, { id: 1, text: Buffer.from('x') });
    // Others wait while a file is begun and does not go on: what they send is not taken.
    const [begun] = piecesOf(
      wholeMessage(agentClient.fileXferData, { id: 1, size: 5000, data: noise(5000) }),
    );
    peer.data(begun as Uint8Array);
    for (let i = 0; i < agentTokens - 1; i++) hasty.say(agentClient.maxClipboard, { max: i });
    await bench.settle();
    expect(hasty.client.isOpen('main')).toBe(true);
    hasty.say(agentClient.maxClipboard, { max: -1 });
    await bench.settle();
    expect(hasty.client.isOpen('main')).toBe(false);
    expect(bench.log.some((line) => line.includes('without a token'))).toBe(true);
  });
});

describe('the clipboard', () => {
  it('goes to the guest when it asks', async () => {
    const { bench, agent, peer } = await open();
    const picture = noise(100_000);
    peer.say(agentClient.clipboardGrab, grab([ClipboardTypes.text, ClipboardTypes.png]));
    await bench.settle();
    expect(typesOf(agent.heard('clipboardGrab')[0]?.content).types).toEqual([1, 2]);
    agent.say(agentServer.clipboardRequest, request(ClipboardTypes.png));
    await bench.settle();
    expect(peer.heard('clipboardRequest')).toEqual([request(ClipboardTypes.png)]);
    const pieces = piecesOf(wholeMessage(agentClient.clipboard, contents(ClipboardTypes.png, picture)));
    for (const piece of pieces) {
      peer.data(piece);
      await bench.settle();
    }
    expect(agent.heard('clipboard')).toEqual([contents(ClipboardTypes.png, picture)]);
    peer.say(agentClient.clipboardRelease, release());
    await bench.settle();
    expect(agent.heard('clipboardRelease')).toEqual([release()]);
  });

  it('comes from the guest to the client that asks, whatever its size', async () => {
    const { bench, agent, peer } = await open();
    const other = await connect(bench);
    const picture = noise(3_000_000);
    agent.say(agentServer.clipboardGrab, grab([ClipboardTypes.png], 0, 1));
    await bench.settle();
    for (const one of [peer, other]) expect(one.heard('clipboardGrab')).toEqual([grab([2], 0, 1)]);
    other.say(agentClient.clipboardRequest, request(ClipboardTypes.png, 1));
    await bench.settle();
    expect(agent.heard('clipboardRequest')).toEqual([request(ClipboardTypes.png, 1)]);
    agent.say(agentServer.clipboard, contents(ClipboardTypes.png, picture, 1));
    await bench.settle();
    const [got] = other.heard('clipboard');
    expect(Buffer.compare(got?.content ?? noDetail, contents(ClipboardTypes.png, picture, 1).content)).toBe(
      0,
    );
    expect(peer.heard('clipboard')).toEqual([]);
  });

  it('belongs to whoever grabbed last, and the others hear of it', async () => {
    const { bench, agent, peer } = await open();
    const other = await connect(bench);
    agent.say(agentServer.clipboardGrab, grab([1]));
    await bench.settle();
    peer.say(agentClient.clipboardGrab, grab([1], 1));
    await bench.settle();
    expect(other.names()).toContain('clipboardRelease');
    expect(peer.names()).not.toContain('clipboardRelease');
    expect(agent.heard('clipboardGrab').map(({ content }) => typesOf(content).serial)).toEqual([1]);
    // Its own grab is the client's first, whatever the others have counted.
    other.say(agentClient.clipboardGrab, grab([2], 1));
    await bench.settle();
    agent.say(agentServer.clipboardRequest, request(2));
    await bench.settle();
    expect(other.heard('clipboardRequest')).toHaveLength(1);
    expect(peer.heard('clipboardRequest')).toHaveLength(0);
    peer.say(agentClient.clipboardRequest, request(1));
    await bench.settle();
    expect(peer.heard('clipboard')).toEqual([request(ClipboardTypes.none)]);
    // The owner leaves with a question open.
    other.client.disconnect();
    await bench.settle();
    expect(agent.heard('clipboard')).toEqual([request(ClipboardTypes.none)]);
    expect(agent.heard('clipboardRelease')).toEqual([release()]);
  });

  it('is not moved by a grab that crosses another', async () => {
    const { bench, agent, peer } = await open();
    agent.say(agentServer.clipboardGrab, grab([1]));
    peer.say(agentClient.clipboardGrab, grab([2], 0));
    await bench.settle();
    expect(peer.heard('clipboardGrab')).toHaveLength(1);
    expect(agent.heard('clipboardGrab')).toHaveLength(0);
    agent.say(agentServer.clipboardGrab, grab([1], 7));
    await bench.settle();
    expect(peer.heard('clipboardGrab')).toHaveLength(1);
  });

  it('is translated for a client that cannot name selections or number grabs', async () => {
    const { bench, agent } = await open();
    const simple = await connect(bench, [bit.clipboardByDemand]);
    const plain: ClipboardForm = { selection: false, serial: false };
    agent.say(agentServer.clipboardGrab, grab([1]));
    agent.say(agentServer.clipboardGrab, grab([1], 1));
    agent.say(agentServer.clipboardGrab, grab([1], 0, 1));
    await bench.settle();
    const content = encodeGrab({ selection: 0, serial: 0, types: [1] }, plain);
    expect(simple.heard('clipboardGrab')).toEqual([{ content }, { content }]);
    expect(simple.heard('clipboardRelease')).toEqual([{ content: noDetail }]);
    simple.say(agentClient.clipboardRequest, { content: encodeSelectionAndType(0, 1, plain) });
    await bench.settle();
    agent.say(agentServer.clipboard, contents(1, Buffer.from('hallo')));
    await bench.settle();
    const [got] = simple.heard('clipboard');
    expect(Buffer.from(got?.content ?? noDetail).toString()).toBe('\x01\0\0\0hallo');
  });

  it('does not exist when copying is forbidden', async () => {
    const { bench, agent, peer } = await open('disable-ticketing=on,disable-copy-paste=on');
    const [caps] = peer.heard('announceCapabilities');
    const words = AgentCapabilities.fromBytes(caps?.words as Uint8Array);
    for (const one of [bit.clipboard, bit.clipboardByDemand, bit.clipboardSelection])
      expect(words.has(one)).toBe(false);
    peer.say(agentClient.clipboardGrab, grab([1]));
    agent.say(agentServer.clipboardGrab, grab([1]));
    agent.say(agentServer.clipboard, contents(1, noise(9000)));
    peer.say(agentClient.maxClipboard, { max: 5 });
    await bench.settle();
    expect(agent.names()).toEqual(['announceCapabilities', 'maxClipboard']);
    expect(peer.names()).toEqual(['announceCapabilities']);
  });
});

describe('files', () => {
  const start = (id: number) => ({ id, text: Buffer.from(`[vdagent-file-xfer]\nname=f${id}\nsize=9\n\0`) });
  const status = (id: number, result: (typeof results)[keyof typeof results]) => ({
    id,
    result,
    detail: noDetail,
  });

  it('of two clients with the same number do not mix', async () => {
    const { bench, agent, peer } = await open();
    const other = await connect(bench, html5);
    peer.say(agentClient.fileXferStart, start(1));
    other.say(agentClient.fileXferStart, start(1));
    await bench.settle();
    const [first, second] = agent.heard('fileXferStart').map(({ id }) => id) as [number, number];
    expect(first).not.toBe(second);
    agent.say(agentServer.fileXferStatus, status(second, results.canSendData));
    await bench.settle();
    expect(peer.heard('fileXferStatus')).toEqual([]);
    expect(other.heard('fileXferStatus')).toMatchObject([{ id: 1, result: 0 }]);
    other.say(agentClient.fileXferData, { id: 1, size: 9, data: Buffer.from('123456789') });
    await bench.settle();
    expect(agent.heard('fileXferData')).toMatchObject([{ id: second, size: 9 }]);
    agent.say(agentServer.fileXferStatus, { id: second, result: results.notEnoughSpace, detail: noise(8) });
    agent.say(agentServer.fileXferStatus, { id: first, result: results.notEnoughSpace, detail: noise(8) });
    await bench.settle();
    expect(other.heard('fileXferStatus').at(-1)).toMatchObject({ id: 1, result: results.error });
    expect(peer.heard('fileXferStatus').at(-1)).toMatchObject({ id: 1, result: results.notEnoughSpace });
    // It is over: what still comes of it is dropped.
    other.say(agentClient.fileXferData, { id: 1, size: 9, data: Buffer.from('123456789') });
    await bench.settle();
    expect(agent.heard('fileXferData')).toHaveLength(1);
  });

  it('are called off by their client, and by its end; what was begun is completed first', async () => {
    const { bench, agent, peer } = await open();
    const other = await connect(bench);
    peer.say(agentClient.fileXferStart, start(5));
    peer.say(agentClient.fileXferStart, start(6));
    await bench.settle();
    peer.say(agentClient.fileXferStatus, status(5, results.cancelled));
    const [piece] = piecesOf(
      wholeMessage(agentClient.fileXferData, { id: 6, size: 9000, data: noise(9000) }),
    );
    peer.data(piece as Uint8Array);
    await bench.settle();
    peer.client.disconnect();
    other.say(agentClient.maxClipboard, { max: 3 });
    await bench.settle();
    const [, second] = agent.heard('fileXferStart');
    expect(agent.heard('fileXferData')[0]?.data.length).toBe(9000);
    expect(agent.heard('fileXferStatus').map(({ result }) => result)).toEqual([1, 1]);
    expect(agent.heard('fileXferStatus')[1]?.id).toBe(second?.id);
    expect(agent.heard('maxClipboard')).toEqual([{ max: 3 }]);
  });

  it('wait for an agent that does not read, with no more in memory than the windows', async () => {
    const { bench, agent, peer } = await open();
    agent.guest.reads = false;
    peer.say(agentClient.fileXferStart, start(1));
    await bench.settle();
    let sent = 0;
    // A client that keeps to its tokens.
    const pieces = Array.from({ length: 60 }, () =>
      piecesOf(wholeMessage(agentClient.fileXferData, { id: 1, size: 65_536, data: noise(65_536) })),
    ).flat();
    const tokens = () =>
      agentTokens -
      2 +
      (peer.client.main?.received('agentToken') ?? []).reduce((sum, one) => sum + one.tokens, 0);
    const push = async (): Promise<void> => {
      for (let before = -1; before !== sent; ) {
        before = sent;
        while (sent < tokens() && sent < pieces.length) peer.data(pieces[sent++] as Uint8Array);
        await bench.settle();
      }
    };
    await push();
    expect(sent * 2048).toBeLessThan(600_000);
    expect(peer.client.isOpen('main')).toBe(true);
    agent.guest.resume();
    await bench.settle();
    await push();
    expect(agent.heard('fileXferData')).toHaveLength(60);
  });

  it('are not taken where that is forbidden', async () => {
    const { bench, agent, peer } = await open('disable-ticketing=on,disable-agent-file-xfer=on');
    const [caps] = peer.heard('announceCapabilities');
    expect(AgentCapabilities.fromBytes(caps?.words as Uint8Array).has(bit.fileXferDisabled)).toBe(true);
    peer.say(agentClient.fileXferStart, start(1));
    await bench.settle();
    expect(agent.names()).toEqual(['announceCapabilities']);
  });
});

describe('monitors and pointer', () => {
  const monitors = [{ width: 1024, height: 768, depth: 32, x: 0, y: 0 }];

  it('reach the agent when no display takes them', async () => {
    const { bench, agent, peer } = await open();
    peer.say(agentClient.monitorsConfig, { flags: 1, monitors, physicalSizes: noDetail });
    peer.say(agentClient.audioVolumeSync, { isPlayback: true, mute: false, volumes: [1, 2] });
    await bench.settle();
    expect(agent.heard('monitorsConfig')).toMatchObject([{ flags: 1, monitors }]);
    expect(agent.heard('audioVolumeSync')).toEqual([{ isPlayback: true, mute: false, volumes: [1, 2] }]);
    agent.say(agentServer.reply, { type: 2, error: 1 });
    await bench.settle();
    expect(peer.heard('reply')).toEqual([{ type: 2, error: 1 }]);
  });

  it('reach the displays when all of them take them', async () => {
    const { bench, agent, peer } = await open();
    const wished: unknown[] = [];
    bench.server.addInterface({
      kind: 'qxl',
      name: 'qxl0',
      channelId: 0,
      attached: (worker) => worker.takesClientMonitors(true),
      setClientMonitors: (wanted) => wished.push(wanted),
    });
    peer.say(agentClient.monitorsConfig, { flags: 0, monitors, physicalSizes: noDetail });
    await bench.settle();
    expect(wished).toEqual([[{ x: 0, y: 0, width: 1024, height: 768 }]]);
    expect(agent.heard('monitorsConfig')).toEqual([]);
  });

  it('go through the agent in client mode; presses and wheel are not lost among motions', async () => {
    const { bench, agent } = await open();
    bench.addDisplay().display.submit(createPrimary(640, 400));
    const tablet = bench.addTablet();
    const client = bench.connect({ channels: ['inputs'] });
    await bench.settle();
    expect(client.main?.received('init')).toMatchObject([{ supportedMouseModes: 3 }]);
    client.main?.send(mainClient.mouseModeRequest, { mode: 2 });
    await bench.settle();
    tablet.calls.length = 0;
    agent.guest.reads = false;
    client.inputs?.send(inputsClient.mousePosition, { x: 5, y: 6, buttons: 0, displayId: 0 });
    client.inputs?.send(inputsClient.mousePosition, { x: 7, y: 8, buttons: 0, displayId: 0 });
    client.inputs?.send(inputsClient.mousePress, { button: 1, buttons: 1 });
    client.inputs?.send(inputsClient.mouseRelease, { button: 1, buttons: 0 });
    client.inputs?.send(inputsClient.mousePress, { button: 4, buttons: 0 });
    await bench.settle();
    agent.guest.resume();
    await bench.settle();
    const seen = agent.heard('mouseState').map(({ x, y, buttons }) => [x, y, buttons]);
    expect(seen.slice(-5)).toEqual([
      [7, 8, 0],
      [7, 8, 2],
      [7, 8, 0],
      [7, 8, 16],
      [7, 8, 0],
    ]);
    expect(tablet.calls).toEqual([]);
    agent.guest.device.setOpen(false);
    await bench.settle();
    client.inputs?.send(inputsClient.mousePosition, { x: 9, y: 9, buttons: 0, displayId: 0 });
    await bench.settle();
    expect(tablet.calls).toEqual([['position', 9, 9, 0]]);
  });

  it('stay with the tablet when the agent may not have the pointer', async () => {
    const { bench, agent } = await open('disable-ticketing=on,agent-mouse=off');
    const client = bench.connect({ channels: ['inputs'] });
    await bench.settle();
    expect(client.main?.received('init')).toMatchObject([{ supportedMouseModes: 1 }]);
    expect(agent.names()).not.toContain('mouseState');
  });
});

describe('an agent that is killed', () => {
  it('and comes back finds clients that begin anew, without the rest of what they were saying', async () => {
    const { bench, agent, peer } = await open();
    const pieces = piecesOf(
      wholeMessage(agentClient.fileXferData, { id: 1, size: 5000, data: noise(5000) }),
    ) as Uint8Array[];
    peer.say(agentClient.fileXferStart, { id: 1, text: Buffer.from('x') });
    await bench.settle();
    peer.data(pieces[0] as Uint8Array);
    await bench.settle();
    agent.restart();
    agent.announce(agentBits);
    await bench.settle();
    // The client finishes what it has begun before it knows, and behind its new start too.
    peer.data(pieces[1] as Uint8Array);
    peer.client.main?.send(mainClient.agentStart, { tokens: 0xffff_ffff });
    peer.data(pieces[2] as Uint8Array);
    peer.say(agentClient.announceCapabilities, { request: 1, words: AgentCapabilities.of(...gtk).toBytes() });
    peer.say(agentClient.clipboardGrab, grab([1]));
    await bench.settle();
    expect(agent.names()).toEqual(['announceCapabilities', 'clipboardGrab']);
    expect(peer.client.isOpen('main')).toBe(true);
  });

  it('leaves nothing of a message that it was sending', async () => {
    const { bench, agent, peer } = await open();
    const [first] = piecesOf(wholeMessage(agentServer.clipboardGrab, grab(Array(900).fill(1))));
    agent.guest.send(Buffer.concat([Uint8Array.of(1, 0, 0, 0, 0, 8, 0, 0), first as Uint8Array]));
    await bench.settle();
    agent.restart();
    agent.announce(agentBits);
    await bench.settle();
    peer.start(gtk);
    await bench.settle();
    agent.say(agentServer.clipboardGrab, grab([3]));
    await bench.settle();
    expect(peer.heard('clipboardGrab')).toEqual([grab([3])]);
  });
});

describe('a client that does not read', () => {
  it('stops the agent and not its memory, and is given up after half a minute', async () => {
    const { bench, agent, peer } = await open();
    const other = await connect(bench);
    agent.say(agentServer.clipboardGrab, grab([2]));
    await bench.settle();
    peer.say(agentClient.clipboardRequest, request(2));
    other.say(agentClient.clipboardRequest, request(1));
    await bench.settle();
    peer.client.bandwidth = 0;
    const picture = noise(2_000_000);
    agent.say(agentServer.clipboard, contents(2, picture));
    agent.say(agentServer.clipboard, contents(1, Buffer.from('text')));
    await bench.run(20_000, 500);
    expect(agent.guest.unsent).toBeGreaterThan(1_000_000);
    expect(peer.client.isOpen('main')).toBe(true);
    expect(other.heard('clipboard')).toEqual([]);
    await bench.run(15_000, 500);
    expect(peer.client.isOpen('main')).toBe(false);
    expect(other.heard('clipboard')).toEqual([contents(1, Buffer.from('text'))]);
    expect(agent.guest.unsent).toBe(0);
  });

  it('or gives no tokens is treated alike', async () => {
    const { bench, agent } = await open();
    const mean = new AgentPeer(bench.connect(channels));
    await bench.settle();
    mean.start(gtk, 3);
    await bench.settle();
    for (let i = 0; i < 8; i++) agent.say(agentServer.clipboardGrab, grab([1], i));
    await bench.run(10_000, 500);
    expect(mean.heard('clipboardGrab')).toHaveLength(2);
    mean.client.main?.send(mainClient.agentToken, { tokens: 1 });
    await bench.run(20_000, 500);
    expect(mean.heard('clipboardGrab')).toHaveLength(3);
    expect(mean.client.isOpen('main')).toBe(true);
    await bench.run(15_000, 500);
    expect(mean.client.isOpen('main')).toBe(false);
  });
});

describe('a client that leaves a message unfinished', () => {
  it('holds the others up for half a minute at most', async () => {
    const { bench, agent, peer } = await open();
    const other = await connect(bench);
    peer.say(agentClient.fileXferStart, { id: 1, text: Buffer.from('x') });
    await bench.settle();
    const [piece] = piecesOf(
      wholeMessage(agentClient.fileXferData, { id: 1, size: 5000, data: noise(5000) }),
    );
    peer.data(piece as Uint8Array);
    await bench.settle();
    other.say(agentClient.maxClipboard, { max: 8 });
    await bench.run(20_000, 500);
    expect(agent.heard('maxClipboard')).toEqual([]);
    await bench.run(15_000, 500);
    expect(peer.client.isOpen('main')).toBe(false);
    expect(agent.heard('maxClipboard')).toEqual([{ max: 8 }]);
    expect(agent.heard('fileXferData')[0]?.data.length).toBe(5000);
  });
});

describe('nonsense', () => {
  it('from a client closes its channel and nothing else', async () => {
    const bad: readonly (readonly [string, Uint8Array])[] = [
      ['a short header', new Uint8Array(19)],
      ['another protocol', new Uint8Array(20)],
      ['an overrun', Buffer.concat([messageStart(14, 4, noise(4)), noise(1)])],
      ['a size', messageStart(agentClient.monitorsConfig.id, 1_000_000, noise(100))],
      [
        'too many monitors',
        messageStart(agentClient.monitorsConfig.id, 8, Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 0)),
      ],
      ['an empty grab', messageStart(agentClient.clipboardGrab.id, 0, noDetail)],
    ];
    for (const [what, data] of bad) {
      const { bench, agent, peer } = await open();
      const other = await connect(bench);
      peer.data(data);
      await bench.settle();
      expect(peer.client.isOpen('main'), what).toBe(false);
      expect(other.client.isOpen('main'), what).toBe(true);
      expect(agent.guest.events.at(-1), what).toBe('client open');
      expect(
        bench.log.some((line) => line.includes('internal error')),
        what,
      ).toBe(false);
    }
  });

  it('from the agent ends its connection, not the clients; it may come again', async () => {
    const bad: readonly (readonly [string, Uint8Array])[] = [
      ['port 3', Uint8Array.of(3, 0, 0, 0, 1, 0, 0, 0, 1)],
      ['a short header', Uint8Array.of(1, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0)],
      [
        'an overrun',
        Buffer.concat([Uint8Array.of(1, 0, 0, 0, 21, 0, 0, 0), messageStart(3, 0, noDetail), noise(1)]),
      ],
      ['a size', Buffer.concat([Uint8Array.of(1, 0, 0, 0, 20, 0, 0, 0), messageStart(7, 99_999, noDetail)])],
      [
        'an empty grab',
        Buffer.concat([Uint8Array.of(1, 0, 0, 0, 20, 0, 0, 0), messageStart(7, 0, noDetail)]),
      ],
    ];
    for (const [what, bytes] of bad) {
      const { bench, agent, peer } = await open();
      agent.guest.send(bytes);
      await bench.settle();
      expect(peer.notices(), what).toEqual(['agentDisconnected']);
      expect(agent.guest.events.at(-1), what).toBe('client closed');
      expect(
        bench.log.some((line) => line.includes('agent: ')),
        what,
      ).toBe(true);
      agent.announce(agentBits);
      await bench.settle();
      agent.restart();
      await bench.settle();
      expect(peer.notices(), what).toEqual(['agentDisconnected', 'agentConnectedTokens']);
    }
  });

  it('of requests that are never answered is bounded', async () => {
    const { bench, agent, peer } = await open();
    agent.say(agentServer.clipboardGrab, grab([1]));
    await bench.settle();
    for (let i = 0; i < 100; i++) {
      peer.say(agentClient.clipboardRequest, request(1));
      await bench.settle();
    }
    expect(agent.heard('clipboardRequest')).toHaveLength(64);
    expect(peer.heard('clipboard')).toHaveLength(36);
    expect(decodeSelectionAndType(peer.heard('clipboard')[0]?.content as Uint8Array, full).type).toBe(0);
  });
});
