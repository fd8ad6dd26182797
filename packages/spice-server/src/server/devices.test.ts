import type { KeyboardServer, QxlInterface, QxlWorker, SpiceInterface } from '@lazyspice/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { createPrimary, fill } from '../../../../test/support/spice/commands.js';
import { rect } from '../display/geometry/rect.js';
import type { QxlDisplay } from '../display/qxl-display.js';
import { Devices } from './devices.js';
import { Log } from './events.js';

let told: string[];
let log: string[];
let devices: Devices;

beforeEach(() => {
  told = [];
  log = [];
  devices = new Devices(
    {
      ledsChanged: (leds) => told.push(`leds ${leds}`),
      mouseModeChanged: ({ supported, current }) => told.push(`mouse mode ${supported} ${current}`),
      displayAdded: (id) => told.push(`added ${id}`),
      displayRemoved: (id) => told.push(`removed ${id}`),
      channelAdded: ({ type, id }) => told.push(`added channel ${type}:${id}`),
      channelRemoved: ({ type, id }) => told.push(`removed channel ${type}:${id}`),
      now: () => 0,
      streamingVideo: () => 'off',
      flush: (id, level) => {
        told.push(`flush ${id} ${level}`);
        return Promise.resolve();
      },
    },
    new Log((event) => event.event === 'log' && log.push(event.message)),
    () => 0,
  );
});

const qxl = (channelId: number): QxlInterface & { readonly attachments: (QxlDisplay | null)[] } => {
  const attachments: (QxlDisplay | null)[] = [];
  return {
    kind: 'qxl',
    name: 'qxl',
    channelId,
    attachments,
    attached: (worker) => attachments.push(worker as QxlDisplay),
    detached: () => attachments.push(null),
  };
};
const keyboard = (bytes: number[], servers: KeyboardServer[] = []): SpiceInterface => ({
  kind: 'keyboard',
  name: 'keyboard',
  scancode: (byte) => bytes.push(byte),
  attached: (server) => servers.push(server),
});

describe('the monitors that clients want', () => {
  const wanted = [{ x: 0, y: 0, width: 800, height: 600 }];
  /** A display that says whether it takes them, and what it was given. */
  const display = (id: number, takes: boolean | null) => {
    const given: unknown[] = [];
    devices.add({
      ...qxl(id),
      attached: (worker: QxlWorker) => takes !== null && worker.takesClientMonitors(takes),
      setClientMonitors: (monitors) => given.push(monitors),
    });
    return given;
  };

  it('go to every display when all of them take such wishes', () => {
    const given = [display(0, true), display(1, true)];
    expect(devices.setClientMonitors(wanted)).toBe(true);
    expect(given).toEqual([[wanted], [wanted]]);
  });

  it.each([null, false])('go to none when one of them does not', (takes) => {
    const given = [display(0, true), display(1, takes)];
    expect(devices.setClientMonitors(wanted)).toBe(false);
    expect(given).toEqual([[], []]);
  });

  it('go to none when there is no display', () => {
    expect(devices.setClientMonitors(wanted)).toBe(false);
  });
});

describe('displays', () => {
  it('come, are used and go', async () => {
    const device = qxl(3);
    const remove = devices.add(device);
    const [display] = device.attachments;
    expect(devices.displays.get(3)).toBe(display);
    display?.submit(createPrimary(4, 4));
    await display?.flush('sent');
    remove();
    expect(told).toEqual(['added 3', 'flush 3 sent', 'removed 3']);
    expect(devices.displays.size).toBe(0);
    expect(display?.primary).toBe(undefined);
    expect(device.attachments).toEqual([display, null]);
  });

  it('are not taken out twice', () => {
    const remove = devices.add(qxl(0));
    remove();
    devices.add(qxl(0));
    remove();
    expect(devices.displays.size).toBe(1);
    expect(told).toEqual(['added 0', 'removed 0', 'added 0']);
  });

  it.each([0, -1, 256, 1.5, Number.NaN])('cannot have channel id %f when 0 is taken', (id) => {
    devices.add(qxl(0));
    expect(() => devices.add(qxl(id))).toThrow(RangeError);
    expect(devices.displays.size).toBe(1);
  });

  it('log what they refuse', () => {
    const device = qxl(1);
    devices.add(device);
    device.attachments[0]?.submit(fill(1, rect(0, 0, 1, 1)));
    expect(log).toEqual(['display 1: draw: surface 0 does not exist']);
  });
});

describe('keyboards', () => {
  it('replace each other, and only the one in use sets the lights', () => {
    const [first, second]: number[][] = [[], []];
    const servers: KeyboardServer[] = [];
    const removeFirst = devices.add(keyboard(first, servers));
    devices.inputs.scancode(1);
    devices.add(keyboard(second, servers));
    devices.inputs.scancode(2);
    removeFirst();
    devices.inputs.scancode(3);
    expect([first, second]).toEqual([[1], [2, 3]]);
    servers[0].setLeds(1);
    servers[1].setLeds(4);
    expect(told).toEqual(['leds 4']);
  });

  it('go', () => {
    const bytes: number[] = [];
    devices.add(keyboard(bytes))();
    devices.inputs.scancode(1);
    expect(bytes).toEqual([]);
  });
});

describe('pointers', () => {
  const tablet = (): SpiceInterface => ({
    kind: 'tablet',
    name: 'tablet',
    setLogicalSize: (width, height) => told.push(`size ${width}x${height}`),
    position: () => {},
    wheel: () => {},
    buttons: () => {},
  });

  it('that place themselves make client mode possible while there is one display', () => {
    const device = qxl(0);
    devices.add(device);
    device.attachments[0]?.submit(createPrimary(8, 6));
    const remove = devices.add(tablet());
    const removeSecond = devices.add(qxl(1));
    removeSecond();
    remove();
    expect(told).toEqual([
      'added 0',
      'size 8x6',
      'mouse mode 3 1',
      'mouse mode 1 1',
      'added 1',
      'removed 1',
      'size 8x6',
      'mouse mode 3 1',
      'mouse mode 1 1',
    ]);
  });

  it('of the other kind come and go', () => {
    const calls: number[][] = [];
    const mouse = (name: string): SpiceInterface => ({
      kind: 'mouse',
      name,
      motion: (...args) => calls.push(args),
      buttons: () => {},
    });
    const remove = devices.add(mouse('one'));
    devices.add(mouse('two'));
    remove();
    expect(devices.inputs.mouse?.name).toBe('two');
  });
});
