import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  agentClient,
  agentServer,
  ClipboardTypes,
  decodeGrab,
  encodeGrab,
  encodeRelease,
  encodeSelectionAndType,
  GuestAgent,
  receiveInto,
} from '@lazyspice/core/agent';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentPeer } from '../support/spice/agent-peers.js';
import { Bench } from '../support/spice/bench.js';

const gtk = [0, 1, 2, 4, 5, 6, 12, 14, 16, 17];
const form = { selection: true, serial: true };
const connect = async (bench: Bench): Promise<AgentPeer> => {
  const peer = new AgentPeer(bench.connect({ channels: [] }));
  await bench.settle();
  peer.start(gtk);
  await bench.settle();
  return peer;
};
const text = (content: Uint8Array | undefined): string => Buffer.from(content?.subarray(8) ?? []).toString();

describe('an agent of the machine itself', () => {
  it('offers text to clients that come before and after, and reads theirs', async () => {
    const bench = await Bench.open();
    const offers: string[] = [];
    const agent = new GuestAgent({
      offered: (selection, types) => offers.push(`${selection} ${types.join()}`),
    });
    agent.offerText('first');
    bench.server.addInterface(agent.device);
    const peer = await connect(bench);
    expect(peer.heard('clipboardGrab').map(({ content }) => decodeGrab(content, form).types)).toEqual([[1]]);
    peer.say(agentClient.clipboardRequest, { content: encodeSelectionAndType(0, ClipboardTypes.text, form) });
    await bench.settle();
    expect(text(peer.heard('clipboard')[0]?.content)).toBe('first');
    const grab = encodeGrab(
      { selection: 0, serial: 1, types: [ClipboardTypes.text, ClipboardTypes.png] },
      form,
    );
    peer.say(agentClient.clipboardGrab, { content: grab });
    await bench.settle();
    expect(agent.offers('clipboard')).toEqual(['text', 'png']);
    const reading = agent.readText();
    await bench.settle();
    expect(peer.heard('clipboardRequest')).toHaveLength(1);
    const head = encodeSelectionAndType(0, ClipboardTypes.text, form);
    peer.say(agentClient.clipboard, { content: Buffer.concat([head, Buffer.from('Grüße')]) });
    await bench.settle();
    expect(await reading).toBe('Grüße');
    const unanswered = agent.read('clipboard', 'png');
    peer.say(agentClient.clipboardRelease, { content: encodeRelease(0, form) });
    await bench.settle();
    expect(await unanswered).toBe(null);
    expect(await agent.readText()).toBe(null);
    agent.offer('clipboard', { png: () => Promise.reject(new Error('gone')) });
    await bench.settle();
    peer.say(agentClient.clipboardRequest, { content: encodeSelectionAndType(0, ClipboardTypes.png, form) });
    await bench.settle();
    expect(peer.heard('clipboard').at(-1)).toEqual({ content: encodeSelectionAndType(0, 0, form) });
    agent.release('clipboard');
    await bench.settle();
    expect(peer.names()).toContain('clipboardRelease');
    expect(offers).toEqual(['clipboard text,png', 'clipboard ']);
    // Another client, after all have left.
    agent.offerText('second');
    peer.client.disconnect();
    await bench.settle();
    const next = await connect(bench);
    expect(next.heard('clipboardGrab')).toHaveLength(1);
  });

  it('passes monitor wishes on', async () => {
    const bench = await Bench.open();
    const wishes: unknown[] = [];
    const agent = new GuestAgent({ monitors: (monitors) => wishes.push(monitors) });
    bench.server.addInterface(agent.device);
    const peer = await connect(bench);
    const monitors = [
      { width: 800, height: 600, depth: 32, x: 0, y: 0 },
      { width: 0, height: 0, depth: 0, x: 0, y: 0 },
    ];
    peer.say(agentClient.monitorsConfig, { flags: 0, monitors, physicalSizes: new Uint8Array(0) });
    await bench.settle();
    expect(wishes).toEqual([[{ width: 800, height: 600, x: 0, y: 0 }]]);
    expect(peer.heard('reply')).toEqual([{ type: 2, error: 1 }]);
  });
});

describe('files', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lazyspice-files-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const start = (id: number, name: string, size: number) => ({
    id,
    text: Buffer.from(`[vdagent-file-xfer]\nname=${name}\nsize=${size}\n\0`),
  });
  /** Lets the disk and the streams do what they have to. */
  const until = async (bench: Bench, done: () => boolean): Promise<void> => {
    while (!done()) {
      await new Promise((resolve) => setImmediate(resolve));
      await bench.settle();
    }
  };
  const statuses = (peer: AgentPeer) => peer.heard('fileXferStatus').map(({ id, result }) => [id, result]);

  it('are received under harmless names, complete or not at all', async () => {
    const bench = await Bench.open();
    const agent = new GuestAgent({ receiveFile: receiveInto(folder) });
    bench.server.addInterface(agent.device);
    const peer = await connect(bench);
    peer.say(agentClient.fileXferStart, start(1, '../../a\\sb.txt', 3));
    peer.say(agentClient.fileXferStart, start(2, 'a\\sb.txt', 0));
    peer.say(agentClient.fileXferStart, start(3, 'cut', 30));
    peer.say(agentClient.fileXferStart, start(4, '..', 1));
    peer.say(agentClient.fileXferStart, { id: 5, text: Buffer.from('what?') });
    await until(bench, () => statuses(peer).length >= 5);
    expect(statuses(peer)).toEqual([
      [1, 0],
      [2, 0],
      [3, 0],
      [4, 2],
      [5, 2],
    ]);
    peer.say(agentClient.fileXferData, { id: 1, size: 3, data: Buffer.from('abc') });
    peer.say(agentClient.fileXferData, { id: 2, size: 0, data: new Uint8Array(0) });
    peer.say(agentClient.fileXferData, { id: 3, size: 31, data: new Uint8Array(31) });
    await until(bench, () => statuses(peer).length >= 8);
    expect(statuses(peer).slice(5)).toEqual([
      [1, 3],
      [2, 3],
      [3, 2],
    ]);
    expect((await readdir(folder)).sort()).toEqual(['a b (1).txt', 'a b.txt']);
    expect(await readFile(join(folder, 'a b.txt'), 'utf8')).toBe('abc');
  });

  it('are refused by an agent that takes none', async () => {
    const bench = await Bench.open();
    bench.server.addInterface(new GuestAgent().device);
    const peer = await connect(bench);
    peer.say(agentClient.fileXferStart, start(1, 'x', 3));
    await bench.settle();
    expect(peer.heard('fileXferStatus').map(({ result }) => result)).toEqual([7]);
    expect(agentServer.fileXferStatus.id).toBe(11);
  });
});
