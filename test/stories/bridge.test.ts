/** Core and module in one process, with the port and the ring between them as between two threads. */
import { MessageChannel } from 'node:worker_threads';
import type {
  PlaybackServer,
  QxlCommand,
  QxlInterface,
  QxlWorker,
  RecordServer,
  SpiceEvent,
  SpiceInterface,
} from '@lazyspice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpiceBridge } from '../../packages/core/src/bridge/spice-bridge.js';
import { ModuleHost } from '../../packages/spice-server/src/bridge/module-host.js';
import { rect } from '../../packages/spice-server/src/display/geometry/rect.js';
import { QxlDisplay } from '../../packages/spice-server/src/display/qxl-display.js';
import { inputsClient } from '../../packages/spice-server/src/protocol/generated/inputs.codec.js';
import { recordClient } from '../../packages/spice-server/src/protocol/generated/sound.codec.js';
import { arbitraryCommand, beginning, type World } from '../support/spice/arbitrary-commands.js';
import { Bench } from '../support/spice/bench.js';
import { bitmap32, createPrimary, fill, paint } from '../support/spice/commands.js';
import { settle } from '../support/spice/virtual-clock.js';

const open = async () => {
  const bench = await Bench.open();
  const { port1, port2 } = new MessageChannel();
  new ModuleHost(port2, bench.server).start();
  const events: SpiceEvent[] = [];
  const bridge = new SpiceBridge(port1, (event) => events.push(event));
  let nextId = 1;
  const attach = (instance: SpiceInterface): number => {
    bridge.attach(nextId, instance);
    return nextId++;
  };
  const addDisplay = (channelId = 0) => {
    const device: QxlInterface & { worker: QxlWorker | null; detachedTimes: number } = {
      kind: 'qxl',
      name: `qxl${channelId}`,
      channelId,
      worker: null,
      detachedTimes: 0,
      attached(worker) {
        this.worker = worker;
      },
      detached() {
        this.detachedTimes++;
      },
    };
    const id = attach(device);
    return { id, device, worker: device.worker as unknown as QxlWorker };
  };
  const close = async (): Promise<void> => {
    bridge.end();
    port1.close();
    await bench.server.close();
  };
  return { bench, bridge, events, attach, addDisplay, close };
};

/** Submits with back-pressure, as devices do. */
const submit = async (worker: QxlWorker, commands: readonly QxlCommand[]): Promise<number> => {
  let waits = 0;
  for (const command of commands) {
    while (!worker.submit(command)) {
      waits++;
      await worker.space();
    }
  }
  worker.kick();
  return waits;
};

const big = (seed: number) =>
  paint(
    bitmap32(800, 500, (x, y) => (x * seed) ^ (y << 4)),
    0,
    0,
  );

describe('a display behind the bridge', () => {
  it('draws small and large commands in order, and gives its pixels back', async () => {
    const { addDisplay, close } = await open();
    const { worker } = addDisplay();
    await submit(worker, [
      createPrimary(800, 500),
      big(3),
      fill(0x010203, rect(0, 0, 2, 2)),
      big(5),
      fill(7, rect(1, 1, 2, 2)),
    ]);
    const pixels = await worker.read(0, rect(0, 0, 2, 2));
    expect([...new Uint32Array(pixels?.bytes.slice().buffer ?? new ArrayBuffer(0))]).toEqual([0, 5, 16, 7]);
    expect(await worker.read(5, null)).toBe(null);
    await close();
  });

  it('makes the device wait when the ring is full', async () => {
    const { addDisplay, close } = await open();
    const { worker } = addDisplay();
    const middle = paint(
      bitmap32(400, 300, (x) => x),
      0,
      0,
    );
    const waits = await submit(worker, [
      createPrimary(400, 300),
      ...Array.from({ length: 60 }, () => middle),
    ]);
    expect(waits).toBeGreaterThan(0);
    await worker.flush('handled');
    const pixels = await worker.read(0, rect(399, 299, 400, 300));
    expect(pixels?.bytes[0]).toBe(399 & 0xff);
    await close();
  });

  it('flushes up to what was submitted, and to the clients when that is wanted', async () => {
    const { bench, addDisplay, close } = await open();
    const { worker } = addDisplay();
    await worker.flush('handled');
    const client = bench.connect();
    await bench.settle();
    await submit(worker, [createPrimary(100, 80), fill(0x123456, rect(0, 0, 100, 80))]);
    await worker.flush('handled');
    expect(client.display().canvas.surface(0)).toBe(undefined);
    client.bandwidth = 0;
    let sent = false;
    const flushed = worker.flush('sent').then(() => {
      sent = true;
    });
    for (let i = 0; i < 5; i++) await settle();
    expect(sent).toBe(false);
    client.bandwidth = Number.POSITIVE_INFINITY;
    await bench.settle();
    await flushed;
    expect((client.display().canvas.surface(0)?.words[0] ?? 0) & 0xffffff).toBe(0x123456);
    await close();
  });

  it('that is detached lets nobody wait and closes its channels', async () => {
    const { bench, bridge, addDisplay, close } = await open();
    const { id, device, worker } = addDisplay();
    await submit(worker, [createPrimary(100, 80)]);
    await worker.flush('handled');
    const client = bench.connect();
    await bench.settle();
    expect(client.isOpen('display')).toBe(true);
    const flushed = worker.flush('sent');
    await bridge.detach(id);
    await flushed;
    await bench.settle();
    expect(client.isOpen('display')).toBe(false);
    expect(device.detachedTimes).toBe(1);
    expect(worker.submit(createPrimary(1, 1))).toBe(true);
    expect(await worker.read(0, null)).toBe(null);
    await close();
  });

  it('whose number is taken is refused, and the other goes on', async () => {
    const { events, addDisplay, close } = await open();
    const first = addDisplay(0);
    const second = addDisplay(0);
    await submit(first.worker, [createPrimary(10, 10)]);
    await first.worker.flush('handled');
    expect([first.device.detachedTimes, second.device.detachedTimes]).toEqual([0, 1]);
    expect(events.some((event) => event.event === 'log' && event.message.includes('channel id 0'))).toBe(
      true,
    );
    expect(await first.worker.read(0, null)).toMatchObject({ width: 10 });
    await close();
  });

  it('ends with the module, whoever waits', async () => {
    const { bridge, addDisplay, close } = await open();
    const { device, worker } = addDisplay();
    await submit(worker, [createPrimary(400, 300)]);
    while (worker.submit(fill(1, rect(0, 0, 400, 300))));
    const waiting = [worker.space(), worker.flush('handled'), worker.read(0, null)];
    bridge.end();
    await Promise.all(waiting);
    expect(device.detachedTimes).toBe(1);
    await close();
  });
});

describe('sound behind the bridge', () => {
  it('goes both ways, in buffers that change hands', async () => {
    const { bench, attach, close } = await open();
    let speaker: PlaybackServer | null = null;
    let microphone: RecordServer | null = null;
    const heard: Int16Array[] = [];
    const format = { frequency: 48_000, channels: 2, sampleFormat: 's16' } as const;
    attach({
      kind: 'playback',
      name: 'speaker',
      attached: (server) => {
        speaker = server;
      },
    });
    attach({
      kind: 'record',
      name: 'microphone',
      start: () => {},
      samples: (buffer) => heard.push(new Int16Array(buffer)),
      stop: () => {},
      attached: (server) => {
        microphone = server;
      },
    });
    (microphone as RecordServer | null)?.start(format);
    const played = new Int16Array(960).fill(77).buffer;
    const client = bench.connect({ playbackCapabilities: [] });
    const until = async (condition: () => boolean): Promise<void> => {
      while (!condition()) await bench.settle();
    };
    await until(() => client.record?.names().includes('start') ?? false);
    await until(() => client.playback?.names().includes('mode') ?? false);
    const server = speaker as PlaybackServer | null;
    server?.start(format);
    server?.samples(played);
    expect(played.byteLength).toBe(0);
    await until(() => client.playback?.names().includes('data') ?? false);
    const [frame] = client.playback?.received('data') ?? [];
    expect([...new Int16Array(frame.data.slice().buffer)]).toEqual(Array(960).fill(77));

    const said = new Uint8Array(new Int16Array(960 * 6).fill(-5).buffer);
    client.record?.send(recordClient.data, { time: 0, data: said });
    await bench.run(100);
    await until(() => heard.length >= 6);
    expect(heard.length).toBe(6);
    expect(heard[5]).toEqual(new Int16Array(960).fill(-5));
    await close();
  });
});

describe('what crosses the bridge', () => {
  const world: World = {
    width: 40,
    height: 30,
    surfaces: 3,
    formats: [32, 96, 16],
    changing: true,
    everything: true,
  };

  it('is drawn as without one', async () => {
    const { bench, addDisplay, close } = await open();
    let channel = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryCommand(world), { maxLength: 60, size: 'max' }),
        async (commands) => {
          const { worker } = addDisplay(channel++);
          const direct = new QxlDisplay({
            clientMouseMode: () => false,
            primaryChanged: () => {},
            badCommand: () => {},
            flush: () => Promise.resolve(),
          });
          const all = [...beginning(world), ...commands];
          for (const command of all) direct.submit(command);
          await submit(worker, all);
          for (let id = 0; id <= world.surfaces; id++) {
            const [expected, given] = [await direct.read(id, null), await worker.read(id, null)];
            expect(given === null).toBe(expected === null);
            if (expected === null || given === null) continue;
            expect([given.format, given.width, given.height, given.stride]).toEqual([
              expected.format,
              expected.width,
              expected.height,
              expected.stride,
            ]);
            expect(Buffer.compare(given.bytes, expected.bytes)).toBe(0);
          }
        },
      ),
      { numRuns: 60 },
    );
    expect(bench.log.filter((line) => line.includes('internal'))).toEqual([]);
    await close();
  });

  it('are keys, lights and pictures in both directions', async () => {
    const { bench, attach, addDisplay, close } = await open();
    const { worker } = addDisplay();
    const bytes: number[] = [];
    let lights: (leds: number) => void = () => {};
    attach({
      kind: 'keyboard',
      name: 'keyboard',
      scancode: (byte) => bytes.push(byte),
      attached: ({ setLeds }) => {
        lights = setLeds;
      },
    });
    await submit(worker, [createPrimary(50, 40), fill(0xff, rect(0, 0, 50, 40))]);
    await worker.flush('handled');
    const client = bench.connect();
    await bench.settle();
    client.inputs?.send(inputsClient.keyScancode, { scancodes: Uint8Array.of(0x1e, 0x9e) });
    lights(4);
    await bench.settle();
    await worker.flush('handled');
    await bench.settle();
    expect(bytes).toEqual([0x1e, 0x9e]);
    expect(client.inputs?.received('keyModifiers')).toEqual([{ modifiers: 4 }]);
    expect((client.display().canvas.surface(0)?.words[0] ?? 0) & 0xffffff).toBe(0xff);
    await close();
  });
});
