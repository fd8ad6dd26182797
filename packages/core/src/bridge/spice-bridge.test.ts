import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  CharDeviceServer,
  KeyboardServer,
  QxlInterface,
  SpiceInterface,
} from '../contracts/interfaces.js';
import type { QxlWorker } from '../contracts/qxl-worker.js';
import type { SpiceEvent } from '../contracts/spice-ops.js';
import type { CoreToModule, ModuleToCore } from './messages.js';
import { SpiceBridge } from './spice-bridge.js';

let module: MessagePort;
let bridge: SpiceBridge;
let events: SpiceEvent[];
let received: CoreToModule[];
let wake: () => void;

beforeEach(() => {
  const { port1, port2 } = new MessageChannel();
  module = port2;
  events = [];
  received = [];
  wake = () => {};
  bridge = new SpiceBridge(port1, (event) => events.push(event));
  module.on('message', (message: CoreToModule) => {
    received.push(message);
    wake();
  });
});
afterEach(() => {
  module.close();
});

/** The next message to the module. */
const next = async (): Promise<CoreToModule> => {
  while (received.length === 0) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
  return received.shift() as CoreToModule;
};
const say = (message: ModuleToCore): void => module.postMessage(message);
/** Everything that the module said before has arrived when this has. */
const arrived = async (): Promise<void> => {
  const before = events.length;
  say({ type: 'event', event: { event: 'log', level: 'debug', message: 'mark' } });
  while (events.length === before) await new Promise((resolve) => setImmediate(resolve));
  events.pop();
};

const keyboard = (): SpiceInterface & { readonly calls: unknown[]; server: KeyboardServer | null } => {
  const calls: unknown[] = [];
  return {
    kind: 'keyboard',
    name: 'keyboard',
    calls,
    server: null,
    scancode: (byte) => calls.push(byte),
    attached(server) {
      this.server = server;
    },
    detached: () => calls.push('detached'),
  };
};
const qxl = (): QxlInterface & { readonly workers: (QxlWorker | null)[] } => {
  const workers: (QxlWorker | null)[] = [];
  return {
    kind: 'qxl',
    name: 'qxl',
    channelId: 2,
    workers,
    attached: (worker) => workers.push(worker),
    detached: () => workers.push(null),
  };
};

describe('table members', () => {
  it('become calls, with the answer or the error of the module', async () => {
    const { setPassword, qmpQuery } = bridge.operations();
    const connected = { failIfConnected: true, disconnectIfConnected: false };
    const refused = setPassword?.('geheim', connected);
    const asked = qmpQuery?.();
    const first = await next();
    const second = await next();
    expect(first).toMatchObject({ type: 'call', op: 'setPassword', args: ['geheim', connected] });
    expect(second).toMatchObject({ type: 'call', op: 'qmpQuery', args: [] });
    if (first.type !== 'call' || second.type !== 'call') throw new Error('not calls');
    // Answers may come in any order.
    say({ type: 'reply', sequence: second.sequence, value: { enabled: false } });
    say({ type: 'failure', sequence: first.sequence, code: 'ERR_SERVER_CONNECTED', message: 'no' });
    await expect(asked).resolves.toEqual({ enabled: false });
    await expect(refused).rejects.toMatchObject({ code: 'ERR_SERVER_CONNECTED', message: 'no' });
  });

  it('fail when the module ends, and from then on', async () => {
    const { qmpQuery } = bridge.operations();
    const asked = qmpQuery?.();
    bridge.end();
    await expect(asked).rejects.toMatchObject({ code: 'ERR_SPICE_NOT_ACTIVE' });
    await expect(qmpQuery?.()).rejects.toMatchObject({ code: 'ERR_SPICE_NOT_ACTIVE' });
  });

  it('are not confused by answers that nobody waits for', async () => {
    say({ type: 'reply', sequence: 99, value: 1 });
    say({ type: 'failure', sequence: 98, code: 'X', message: 'x' });
    say({ type: 'space', id: 5 });
    say({ type: 'refused', id: 5, message: 'x' });
    await arrived();
    expect(events).toEqual([]);
  });
});

describe('devices', () => {
  it('are called by the module, and call it', async () => {
    const device = keyboard();
    bridge.attach(3, device);
    expect(await next()).toMatchObject({ type: 'attach', id: 3, kind: 'keyboard', ring: null });
    say({ type: 'device', id: 3, method: 'scancode', args: [0x1e] });
    await arrived();
    expect(device.calls).toEqual([0x1e]);
    device.server?.setLeds(4);
    expect(await next()).toEqual({ type: 'device', id: 3, method: 'setLeds', args: [4] });
  });

  it('give buffers away in both directions', async () => {
    const played = new Int16Array([1, -2, 3, -4]).buffer;
    bridge.attach(3, {
      kind: 'playback',
      name: 'speaker',
      attached: (server) => server.samples(played),
    });
    expect(await next()).toMatchObject({ type: 'attach', kind: 'playback' });
    const message = await next();
    if (message.type !== 'device') throw new Error(`${message.type} instead of device`);
    expect(message.method).toBe('samples');
    expect([...new Int16Array(message.args[0] as ArrayBuffer)]).toEqual([1, -2, 3, -4]);
    expect(played.byteLength).toBe(0);

    const heard: (number[] | string)[] = [];
    bridge.attach(4, {
      kind: 'record',
      name: 'microphone',
      start: () => heard.push('start'),
      samples: (buffer) => heard.push([...new Int16Array(buffer)]),
      stop: () => heard.push('stop'),
    });
    say({ type: 'device', id: 4, method: 'start', args: [] });
    const recorded = new Int16Array([5, 6]).buffer;
    module.postMessage({ type: 'device', id: 4, method: 'samples', args: [recorded] }, [recorded]);
    say({ type: 'device', id: 4, method: 'stop', args: [] });
    await arrived();
    expect(heard).toEqual(['start', [5, 6], 'stop']);
  });

  it('carry bytes both ways and say what they are', async () => {
    const heard: unknown[] = [];
    let server: CharDeviceServer | null = null;
    bridge.attach(6, {
      kind: 'chardev',
      type: 'port',
      name: 'serial',
      portName: 'org.test.0',
      clientOpened: (open) => heard.push(open),
      receive: (bytes) => heard.push([...bytes]),
      grant: (bytes) => heard.push(bytes),
      receiveBreak: () => heard.push('break'),
      attached: (endpoint) => {
        server = endpoint;
      },
    });
    const chardev = { type: 'port', portName: 'org.test.0' };
    expect(await next()).toMatchObject({ type: 'attach', kind: 'chardev', chardev });
    const endpoint = server as unknown as CharDeviceServer;
    endpoint.setOpen(true);
    endpoint.send(new Uint8Array(9).subarray(1, 3));
    expect(await next()).toMatchObject({ method: 'setOpen', args: [true] });
    expect(await next()).toMatchObject({ method: 'send', args: [new Uint8Array(2)] });
    say({ type: 'device', id: 6, method: 'clientOpened', args: [true] });
    say({ type: 'device', id: 6, method: 'receive', args: [Uint8Array.of(4)] });
    say({ type: 'device', id: 6, method: 'grant', args: [2] });
    say({ type: 'device', id: 6, method: 'receiveBreak', args: [] });
    await arrived();
    expect(heard).toEqual([true, [4], 2, 'break']);
  });

  it('are called nothing but what their kind lists', async () => {
    const device = keyboard();
    bridge.attach(3, device);
    for (const method of ['detached', 'attached', 'constructor', 'toString', 'setLeds']) {
      say({ type: 'device', id: 3, method, args: [null] });
    }
    say({ type: 'device', id: 4, method: 'scancode', args: [1] });
    await arrived();
    expect(device.calls).toEqual([]);
  });

  it('are detached once, by whomever', async () => {
    const device = keyboard();
    bridge.attach(1, device);
    await next();
    const done = bridge.detach(1);
    expect(device.calls).toEqual(['detached']);
    const message = await next();
    if (message.type !== 'detach') throw new Error(`${message.type} instead of detach`);
    say({ type: 'device', id: 1, method: 'scancode', args: [1] });
    say({ type: 'reply', sequence: message.sequence, value: undefined });
    await done;
    await bridge.detach(1);
    bridge.end();
    expect(device.calls).toEqual(['detached']);
  });

  it('hear that the module has ended', async () => {
    const device = keyboard();
    bridge.attach(1, device);
    module.close();
    while (device.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(device.calls).toEqual(['detached']);
  });

  it('hear that they are refused, and their commands vanish', async () => {
    const device = qxl();
    bridge.attach(1, device);
    const [worker] = device.workers;
    say({ type: 'refused', id: 1, message: 'there is a display with channel id 2 already' });
    await arrived();
    expect(device.workers).toEqual([worker, null]);
    expect(events).toEqual([
      { event: 'log', level: 'error', message: 'qxl: there is a display with channel id 2 already' },
    ]);
    // More than the ring holds.
    let taken = 0;
    while (taken < 2_000_000 && worker?.submit({ type: 'cursorHide' })) taken++;
    expect(taken).toBe(2_000_000);
    await worker?.space();
    await worker?.flush('sent');
  });
});

describe('a QXL device', () => {
  it('is given a ring, and waits for nobody that has gone', async () => {
    const device = qxl();
    bridge.attach(7, device);
    expect(await next()).toMatchObject({
      type: 'attach',
      id: 7,
      channelId: 2,
      ring: expect.any(SharedArrayBuffer),
    });
    const [worker] = device.workers;
    const flushed = worker?.flush('sent');
    const pixels = worker?.read(0, null);
    expect(await next()).toMatchObject({ type: 'flush', id: 7, level: 'sent' });
    expect(await next()).toMatchObject({ type: 'read', id: 7, surfaceId: 0, area: null });
    bridge.end();
    await flushed;
    expect(await pixels).toBe(null);
    expect(device.workers).toEqual([worker, null]);
  });

  it('is given what it reads, or nothing when that fails', async () => {
    const device = qxl();
    bridge.attach(7, device);
    await next();
    const pixels = { format: 32, width: 1, height: 1, stride: 4, bytes: Uint8Array.of(1, 2, 3, 4) };
    for (const expected of [pixels, null]) {
      const read = device.workers[0]?.read(0, null);
      const message = await next();
      if (message.type !== 'read') throw new Error(`${message.type} instead of read`);
      const { sequence } = message;
      if (expected !== null) say({ type: 'reply', sequence, value: expected });
      else say({ type: 'failure', sequence, code: 'X', message: 'x' });
      expect(await read).toEqual(expected);
    }
  });

  it('hands large commands over instead of copying them', async () => {
    const device = qxl();
    bridge.attach(7, device);
    await next();
    device.workers[0]?.submit({
      type: 'primaryCreate',
      format: 32,
      width: 1024,
      height: 1024,
      stride: 4096,
      mouseAllowed: true,
      data: new Uint8Array(4096 * 1024).fill(9),
    });
    const message = await next();
    if (message.type !== 'record') throw new Error(`${message.type} instead of record`);
    expect(message.record.byteLength).toBeGreaterThan(4096 * 1024);
  });
});

it('hands events on', async () => {
  say({ type: 'event', event: { event: 'log', level: 'warn', message: 'oh' } });
  await arrived();
  expect(events).toEqual([{ event: 'log', level: 'warn', message: 'oh' }]);
});
