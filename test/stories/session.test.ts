import { describe, expect, it } from 'vitest';
import { rect } from '../../packages/spice-server/src/display/geometry/rect.js';
import { inputsClient } from '../../packages/spice-server/src/protocol/generated/inputs.codec.js';
import { mainClient } from '../../packages/spice-server/src/protocol/generated/main.codec.js';
import { Bench, submitAll } from '../support/spice/bench.js';
import { bitmap32, createPrimary, difference, fill, paint, scroll } from '../support/spice/commands.js';

const scene = [
  createPrimary(320, 200),
  fill(0x336699, rect(0, 0, 320, 200)),
  paint(
    bitmap32(100, 80, (x, y) => (x << 16) | (y << 8)),
    30,
    40,
  ),
  scroll(rect(10, 10, 100, 100), 35, 45),
];
const ignoreUnused = { ignoreUnused: true };

describe('a client that connects', () => {
  it('opens all channels and shows the exact picture, then every change', async () => {
    const bench = await Bench.open({ guestName: 'Gast' });
    const { display } = bench.addDisplay();
    submitAll(display, scene);
    const client = bench.connect();
    await bench.settle();
    expect(client.screens.get(0)?.channel.names()).toEqual([
      'setAck',
      'invalAllPalettes',
      'surfaceCreate',
      'drawCopy',
      'monitorsConfig',
      'mark',
    ]);
    expect(difference(display.canvas, client.display().canvas, 0, ignoreUnused)).toBe(null);
    submitAll(display, [
      fill(0xff0000, rect(5, 5, 50, 50)),
      paint(
        bitmap32(20, 20, (x) => x),
        200,
        100,
      ),
    ]);
    await bench.settle();
    expect(difference(display.canvas, client.display().canvas, 0, ignoreUnused)).toBe(null);
    expect(client.main?.received('name')).toEqual([{ name: 'Gast' }]);
    expect(client.inputs?.names()).toEqual(['init']);
    expect(client.cursor().visible).toBe(false);
  });

  it.each([
    ['with full headers', { miniHeader: false }],
    ['like spice-html5', { minimal: true }],
    ['with a cache', { cachePixels: 10_000 }],
    ['that wants raw images', { compression: 1 }],
    ['that wants QUIC', { compression: 4 }],
    ['that wants LZ4', { compression: 7 }],
    ['that wants GLZ', { compression: 5, glzPixels: 1 << 20 }],
    ['that gets 997 bytes at a time', { bandwidth: 997 }],
  ])('is served %s', async (_, options) => {
    const bench = await Bench.open();
    const { display } = bench.addDisplay();
    submitAll(display, scene);
    const client = bench.connect(options);
    await bench.settle();
    submitAll(display, [fill(0x00ff00, rect(1, 1, 9, 9), { clip: [rect(2, 2, 4, 4)] }), ...scene.slice(1)]);
    await bench.settle();
    expect(difference(display.canvas, client.display().canvas, 0, ignoreUnused)).toBe(null);
    expect(client.display().isMarked).toBe(true);
  });

  it('before there is a picture shows it when it comes', async () => {
    const bench = await Bench.open();
    const { display } = bench.addDisplay();
    const client = bench.connect();
    await bench.settle();
    expect(client.display().isMarked).toBe(false);
    submitAll(display, scene);
    await bench.settle();
    expect(difference(display.canvas, client.display().canvas, 0, ignoreUnused)).toBe(null);
    expect(client.display().heads).toMatchObject([{ width: 320, height: 200, x: 0, y: 0 }]);
  });

  it('is counted by the server, channel by channel', async () => {
    const bench = await Bench.open();
    bench.addDisplay();
    const client = bench.connect();
    await bench.settle();
    const info = bench.server.query();
    expect(info.channels.map(({ channelType }) => channelType)).toEqual([1, 2, 3, 4]);
    expect(info.channels.every(({ connectionId }) => connectionId === client.sessionId)).toBe(true);
    const opened = bench.events.flatMap((event) => (event.event === 'client' ? [event.channel] : []));
    expect(opened).toEqual(['main', 'display', 'inputs', 'cursor']);
    client.disconnect();
    await bench.settle();
    expect(bench.server.query().channels).toEqual([]);
    expect(bench.events.at(-1)).toMatchObject({ event: 'client-gone', connection: client.sessionId });
  });

  it('twice on the same channel is served once', async () => {
    const bench = await Bench.open();
    bench.addDisplay();
    const client = bench.connect();
    await bench.settle();
    const first = client.wire('inputs');
    client.open({ channelType: 3 });
    await bench.settle();
    expect(first.near.isClosed).toBe(false);
    expect(client.wire('inputs').near.isClosed).toBe(true);
    expect(bench.log.at(-1)).toContain('inputs:0 is open already');
  });

  it('with the number of no session is refused', async () => {
    const bench = await Bench.open();
    bench.addDisplay();
    const client = bench.connect();
    await bench.settle();
    const stranger = client.open({ channelType: 3, connectionId: 999 });
    await bench.settle();
    expect(stranger.link.error).toBe(8);
  });
});

describe('two clients', () => {
  it('see the same picture, whoever came first', async () => {
    const bench = await Bench.open();
    const { display } = bench.addDisplay();
    submitAll(display, scene);
    const first = bench.connect();
    await bench.settle();
    submitAll(display, [fill(0x101010, rect(100, 0, 200, 50))]);
    const second = bench.connect({ compression: 1 });
    await bench.settle();
    submitAll(display, scene.slice(2));
    await bench.settle();
    for (const client of [first, second]) {
      expect(difference(display.canvas, client.display().canvas, 0, ignoreUnused)).toBe(null);
    }
    expect(second.sessionId).not.toBe(first.sessionId);
  });

  it('go one by one: the main channel takes its session along, keys are released, nobody else notices', async () => {
    const bench = await Bench.open();
    const { display } = bench.addDisplay();
    const keyboard = bench.addKeyboard();
    submitAll(display, scene);
    const first = bench.connect();
    const second = bench.connect();
    await bench.settle();
    first.inputs?.send(inputsClient.keyDown, { code: 0x1e });
    second.inputs?.send(inputsClient.keyDown, { code: 0x30 });
    await bench.settle();
    first.wire('main').near.destroy();
    await bench.settle();
    expect(first.wires.every(({ near }) => near.isClosed)).toBe(true);
    expect(keyboard.bytes).toEqual([0x1e, 0x30, 0x9e]);
    expect(second.wires.every(({ near }) => !near.isClosed)).toBe(true);
    submitAll(display, scene.slice(1));
    await bench.settle();
    expect(difference(display.canvas, second.display().canvas, 0, ignoreUnused)).toBe(null);
  });

  it('lose only what they close themselves', async () => {
    const bench = await Bench.open();
    bench.addDisplay();
    const client = bench.connect();
    await bench.settle();
    client.wire('cursor').near.destroy();
    await bench.settle();
    expect(['main', 'display', 'inputs', 'cursor'].map((name) => client.isOpen(name as 'main'))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    client.open({ channelType: 4 });
    await bench.settle();
    expect(client.isOpen('cursor')).toBe(true);
  });
});

describe('inputs', () => {
  it('reach the devices, and lights all clients', async () => {
    const bench = await Bench.open();
    bench.addDisplay();
    const keyboard = bench.addKeyboard();
    const mouse = bench.addMouse();
    const client = bench.connect();
    const other = bench.connect();
    await bench.settle();
    client.inputs?.send(inputsClient.keyScancode, { scancodes: Uint8Array.of(0x3a, 0xba) });
    client.inputs?.send(inputsClient.mouseMotion, { dx: 3, dy: -4, buttons: 1 });
    keyboard.setLeds(4);
    await bench.settle();
    expect(keyboard.bytes).toEqual([0x3a, 0xba]);
    expect(mouse.calls).toEqual([['motion', 3, -4, 0, 1]]);
    expect(other.inputs?.received('keyModifiers')).toEqual([{ modifiers: 4 }]);
    // The lights are told once more 2 s after a lock key.
    await bench.run(2100);
    expect(other.inputs?.received('keyModifiers').length).toBe(2);
  });

  it('switch to client mode with a tablet, for all clients', async () => {
    const bench = await Bench.open();
    const { display } = bench.addDisplay();
    submitAll(display, scene);
    const tablet = bench.addTablet();
    const clients = [bench.connect(), bench.connect()];
    await bench.settle();
    expect(clients[0].main?.received('init')[0]).toMatchObject({
      supportedMouseModes: 3,
      currentMouseMode: 1,
    });
    clients[0].main?.send(mainClient.mouseModeRequest, { mode: 2 });
    await bench.settle();
    for (const { main } of clients)
      expect(main?.received('mouseMode')).toEqual([{ supported: 3, current: 2 }]);
    clients[1].inputs?.send(inputsClient.mousePosition, { x: 12, y: 34, buttons: 0, displayId: 0 });
    await bench.settle();
    expect(tablet.calls).toEqual([
      ['setLogicalSize', 320, 200],
      ['position', 12, 34, 0],
    ]);
    tablet.remove();
    await bench.settle();
    for (const { main } of clients) {
      expect(main?.received('mouseMode').at(-1)).toEqual({ supported: 1, current: 1 });
    }
  });
});

describe('time', () => {
  it('ends a client that says nothing for 30 s, and no other', async () => {
    const bench = await Bench.open();
    bench.addDisplay();
    const dead = bench.connect({ answers: false });
    const alive = bench.connect();
    await bench.settle();
    await bench.run(29_900, 100);
    expect(dead.isOpen('main')).toBe(true);
    await bench.run(300, 100);
    expect(dead.wires.every(({ near }) => near.isClosed)).toBe(true);
    await bench.run(60_000, 1000);
    expect(alive.isOpen('main')).toBe(true);
    expect(alive.main?.received('ping').length).toBeGreaterThan(6);
  });

  it('does not end a client that stands still for 24 s, whenever that begins', async () => {
    const bench = await Bench.open();
    bench.addDisplay();
    const client = bench.connect();
    await bench.settle();
    for (let begin = 0; begin < 6; begin++) {
      await bench.run(4700, 100);
      bench.clients.splice(0);
      await bench.run(24_000, 100);
      bench.clients.push(client);
      await bench.settle();
      expect(client.isOpen('main') && client.isOpen('display')).toBe(true);
    }
    // One that has vanished is gone in time.
    bench.clients.splice(0);
    await bench.run(30_100, 100);
    bench.clients.push(client);
    await bench.settle();
    expect(client.wires.every(({ near }) => near.isClosed)).toBe(true);
  });

  it('ends a display channel whose client does not say INIT', async () => {
    const bench = await Bench.open();
    bench.addDisplay();
    const client = bench.connect({ silentDisplay: true });
    await bench.settle();
    await bench.run(29_900, 100);
    expect(client.isOpen('display')).toBe(true);
    await bench.run(200, 100);
    expect(client.isOpen('display')).toBe(false);
    expect(client.isOpen('main')).toBe(true);
  });

  it('leaves no timer behind when everybody has gone', async () => {
    const bench = await Bench.open();
    bench.addDisplay();
    bench.connect();
    bench.connect();
    await bench.settle();
    await bench.server.close();
    await bench.settle();
    expect(bench.clock.timers).toBe(0);
    expect(bench.clients.every(({ wires }) => wires.every(({ near }) => near.isClosed))).toBe(true);
  });
});
