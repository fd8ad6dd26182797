import { beforeEach, describe, expect, it } from 'vitest';
import { deviceButtons, InputDevices } from './input-devices.js';

const caps = { key: 0x3a, led: 4 };
const num = { key: 0x45, led: 2 };
const scroll = { key: 0x46, led: 1 };

let bytes: number[];
let told: number[];
let devices: InputDevices;

beforeEach(() => {
  bytes = [];
  told = [];
  devices = new InputDevices((leds) => told.push(leds));
  devices.keyboard = { kind: 'keyboard', name: 'keyboard', scancode: (byte) => bytes.push(byte) };
});

describe('deviceButtons', () => {
  it.each([
    ['left', 1, 1],
    ['middle', 2, 4],
    ['right', 4, 2],
    ['wheel, which is no button', 8 | 16, 0],
    ['side', 32, 0x40],
    ['extra', 64, 0x80],
    ['all', 0x7f, 0xc7],
  ])('turns %s over', (_, client, device) => {
    expect(deviceButtons(client)).toBe(device);
  });
});

describe('InputDevices', () => {
  it("tells the guest's lights, and only the three that there are", () => {
    devices.setLeds(0xff);
    expect(devices.leds).toBe(7);
    expect(told).toEqual([7]);
  });

  it.each([caps, num, scroll])(
    'takes lock key $key for toggling light $led, once a press',
    ({ key, led }) => {
      devices.keyChanged({ key, down: true }, 0);
      devices.keyChanged({ key, down: true }, 10);
      expect(devices.leds).toBe(led);
      devices.keyChanged({ key, down: false }, 20);
      expect(devices.leds).toBe(led);
      devices.keyChanged({ key, down: true }, 30);
      expect(devices.leds).toBe(0);
    },
  );

  it('does not take extended keys for locks', () => {
    devices.keyChanged({ key: 0x146, down: true }, 0);
    expect(devices.leds).toBe(0);
    expect(devices.wakeAt).toBe(null);
  });

  it('tells the lights again 2 s after a lock key, once', () => {
    devices.keyChanged({ key: caps.key, down: true }, 100);
    devices.keyChanged({ key: caps.key, down: false }, 150);
    expect(devices.wakeAt).toBe(2100);
    devices.tick(2099);
    expect(told).toEqual([]);
    devices.setLeds(0);
    devices.tick(2100);
    devices.tick(9000);
    expect(told).toEqual([0, 0]);
    expect(devices.wakeAt).toBe(null);
  });

  it('presses the locks that a client wants otherwise', () => {
    devices.setLeds(scroll.led);
    devices.wantLeds(scroll.led | caps.led, 0);
    expect(bytes).toEqual([0x3a, 0xba]);
    expect(devices.leds).toBe(scroll.led | caps.led);
    devices.wantLeds(0, 500);
    expect(bytes.slice(2)).toEqual([0x46, 0xc6, 0x3a, 0xba]);
    expect(devices.wakeAt).toBe(2500);
  });

  it('leaves alone a lock that is held', () => {
    devices.keyChanged({ key: caps.key, down: true }, 0);
    devices.wantLeds(0, 0);
    expect(bytes).toEqual([]);
    devices.keyChanged({ key: caps.key, down: false }, 0);
    devices.wantLeds(0, 0);
    expect(bytes).toEqual([0x3a, 0xba]);
  });

  it('assumes nothing without a keyboard', () => {
    devices.keyboard = null;
    devices.wantLeds(7, 0);
    devices.scancode(0x1e);
    expect(devices.leds).toBe(0);
  });
});
