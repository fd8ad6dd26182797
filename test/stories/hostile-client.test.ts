import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rect } from '../../packages/spice-server/src/display/geometry/rect.js';
import { type ChannelName, channelTypes } from '../../packages/spice-server/src/protocol/channel-types.js';
import { baseClient } from '../../packages/spice-server/src/protocol/generated/base.codec.js';
import { displayClient } from '../../packages/spice-server/src/protocol/generated/display.codec.js';
import { inputsClient } from '../../packages/spice-server/src/protocol/generated/inputs.codec.js';
import { mainClient } from '../../packages/spice-server/src/protocol/generated/main.codec.js';
import { Bench, submitAll } from '../support/spice/bench.js';
import { createPrimary, difference, fill } from '../support/spice/commands.js';
import { linkMessage } from '../support/spice/link-client.js';
import type { ScriptedClient } from '../support/spice/scripted-client.js';

const channels = ['main', 'display', 'inputs', 'cursor'] as const;

/** A server with a well-behaved client, who must not notice anything. */
const start = async () => {
  const bench = await Bench.open();
  const { display } = bench.addDisplay();
  const keyboard = bench.addKeyboard();
  bench.addMouse();
  submitAll(display, [createPrimary(40, 30)]);
  const witness = bench.connect();
  await bench.settle();
  const check = async (color: number): Promise<void> => {
    submitAll(display, [fill(color, rect(0, 0, 40, 30))]);
    await bench.settle();
    expect(difference(display.canvas, witness.display().canvas, 0)).toBe(null);
    expect(witness.wires.every(({ near }) => !near.isClosed)).toBe(true);
    expect(bench.log.filter((line) => line.includes('internal error'))).toEqual([]);
  };
  return { bench, display, keyboard, check };
};

/** Bytes of one message: header with any type, a size that is right or not, any body. */
const message = fc
  .record({
    type: fc.oneof(fc.integer({ min: 0, max: 120 }), fc.nat(0xffff)),
    body: fc.uint8Array({ maxLength: 40 }),
    lie: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: -3, max: 2 ** 31 })),
  })
  .map(({ type, body, lie }) => {
    const bytes = new Uint8Array(6 + body.length);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, type, true);
    view.setUint32(2, Math.max(0, body.length + lie), true);
    bytes.set(body, 6);
    return bytes;
  });
const noise = fc.uint8Array({ minLength: 1, maxLength: 200 });
const attack = fc.array(fc.oneof({ weight: 3, arbitrary: message }, noise), { minLength: 1, maxLength: 6 });

const send = (client: ScriptedClient, name: ChannelName, parts: readonly Uint8Array[]): void => {
  for (const part of parts) client.wire(name).near.write([part]);
};

describe('bytes that are no messages', () => {
  it.each(channels)('on the %s channel end nothing but the client that sent them', async (name) => {
    const { bench, check } = await start();
    let color = 0;
    await fc.assert(
      fc.asyncProperty(attack, async (parts) => {
        const hostile = bench.connect();
        await bench.settle();
        expect(hostile.isOpen(name)).toBe(true);
        send(hostile, name, parts);
        await bench.settle();
        await check(color++);
        hostile.disconnect();
      }),
      { numRuns: 60 },
    );
  });

  it('before or in the link stage end nothing at all', async () => {
    const { bench, check } = await start();
    const good = linkMessage({ channelType: channelTypes.main });
    const mutated = fc.tuple(fc.nat(good.length - 1), fc.nat(255)).map(([at, value]) => {
      const bytes = good.slice();
      bytes[at] = value;
      return bytes;
    });
    let color = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(mutated, noise), { minLength: 1, maxLength: 4 }), async (parts) => {
        const { near, far } = bench.connectRaw();
        for (const part of parts) near.write([part]);
        near.deliver();
        far.deliver();
        await check(color++);
        near.destroy();
      }),
      { numRuns: 60 },
    );
  });

  it('that are well-formed but senseless end the channel at most', async () => {
    const { bench, check } = await start();
    const senseless: ((client: ScriptedClient) => void)[] = [
      ({ main }) => main?.send(mainClient.migrateEnd, {}),
      ({ main }) => main?.send(baseClient.migrateData, { data: new Uint8Array(100_000) }),
      ({ main }) => main?.send(mainClient.mouseModeRequest, { mode: 77 }),
      ({ main }) => main?.send(mainClient.agentData, { data: new Uint8Array(2048) }),
      ({ inputs }) => inputs?.send(baseClient.ack, {}),
      ({ inputs }) =>
        inputs?.send(inputsClient.mousePosition, { x: 2 ** 32 - 1, y: 0, buttons: 0xffff, displayId: 255 }),
      ({ inputs }) => inputs?.send(inputsClient.keyScancode, { scancodes: new Uint8Array(2048).fill(0xe1) }),
      ({ screens }) => screens.get(0)?.channel.send(displayClient.glDrawDone, {}),
      ({ screens }) => screens.get(0)?.channel.send(displayClient.preferredCompression, { compression: 200 }),
      ({ screens }) => screens.get(0)?.channel.send(baseClient.ackSync, { generation: 99 }),
      ({ pointers }) => pointers.get(0)?.channel.send(baseClient.migrateFlushMark, {}),
    ];
    for (const [i, act] of senseless.entries()) {
      const hostile = bench.connect();
      await bench.settle();
      act(hostile);
      await bench.settle();
      await check(i);
      hostile.disconnect();
    }
  });
});

describe('a display channel', () => {
  it('that says INIT twice ends', async () => {
    const { bench, check } = await start();
    const hostile = bench.connect();
    await bench.settle();
    const init = { pixmapCacheId: 1, pixmapCacheSize: -5n, glzDictionaryId: 0, glzWindowSize: -1 };
    hostile.screens.get(0)?.channel.send(displayClient.init, init);
    await bench.settle();
    expect(hostile.isOpen('display')).toBe(false);
    expect(hostile.isOpen('main')).toBe(true);
    await check(1);
  });

  it('that closes before INIT is forgotten', async () => {
    const { bench, check } = await start();
    const client = bench.connect({ silentDisplay: true });
    await bench.settle();
    client.wire('display').near.destroy();
    await check(1);
    client.open({ channelType: channelTypes.display });
    await bench.settle();
    expect(client.isOpen('display')).toBe(true);
  });

  it('may say strange sizes in INIT', async () => {
    const { bench, check } = await start();
    for (const [pixmapCacheSize, glzWindowSize] of [
      [-1n, -1],
      [2n ** 62n, 2 ** 31 - 1],
      [0n, 0],
    ] as const) {
      const client = bench.connect({ silentDisplay: true });
      await bench.settle();
      const init = { pixmapCacheId: 255, pixmapCacheSize, glzDictionaryId: 255, glzWindowSize };
      client.screens.get(0)?.channel.send(displayClient.init, init);
      await bench.settle();
      expect(client.isOpen('display')).toBe(true);
      await check(2);
    }
  });
});

describe('a client that floods', () => {
  it('with motions, and reads nothing, costs no memory', async () => {
    const { bench, check } = await start();
    const hostile = bench.connect();
    await bench.settle();
    hostile.bandwidth = 0;
    for (let i = 0; i < 50_000; i++)
      hostile.inputs?.send(inputsClient.mouseMotion, { dx: 1, dy: 1, buttons: 0 });
    for (let i = 0; i < 5000; i++) hostile.main?.send(mainClient.mouseModeRequest, { mode: 1 + (i % 2) });
    await bench.settle();
    expect(hostile.wire('inputs').far.pendingBytes).toBeLessThan(400_000);
    await check(3);
  });

  it('with connections does not keep others out', async () => {
    const { bench, check } = await start();
    const opened = Array.from({ length: 1000 }, () => bench.connectRaw());
    const late = bench.connect();
    await bench.settle();
    expect(late.isOpen('main')).toBe(true);
    expect(opened.filter(({ near }) => !near.isClosed).length).toBeLessThanOrEqual(256);
    await bench.run(10_100, 100);
    expect(opened.every(({ near }) => near.isClosed)).toBe(true);
    await check(4);
  });
});

it('leaves no key down, whatever a client has pressed', async () => {
  const { bench, keyboard } = await start();
  const hostile = bench.connect();
  await bench.settle();
  hostile.inputs?.send(inputsClient.keyScancode, { scancodes: Uint8Array.of(0x1e, 0xe0, 0x1d, 0x2a) });
  send(hostile, 'inputs', [new Uint8Array(20).fill(0xff)]);
  await bench.settle();
  expect(keyboard.bytes).toEqual([0x1e, 0xe0, 0x1d, 0x2a, 0x9e, 0xe0, 0x9d, 0xaa]);
});
