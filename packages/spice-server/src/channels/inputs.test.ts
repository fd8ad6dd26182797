import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { ChannelProbe } from '../../../../test/support/spice/channel-probe.js';
import { inputsClient } from '../protocol/generated/inputs.codec.js';
import { InputDevices } from './input-devices.js';
import { InputsChannel } from './inputs.js';

const { keyDown, keyUp, keyScancode, keyModifiers, mouseMotion, mousePosition, mousePress, mouseRelease } =
  inputsClient;
const buttons = { left: 1, middle: 2, right: 4 };

let bytes: number[];
let mouse: unknown[][];
let tablet: unknown[][];
let clientMode: boolean;
let devices: InputDevices;
let channels: InputsChannel[];

const open = (): ChannelProbe<'inputs', InputsChannel> => {
  const probe = new ChannelProbe('inputs', (host) => {
    return new InputsChannel(0, true, host, {
      devices,
      agentMouse: () => null,
      clientMouseMode: () => clientMode,
      monitorOrigin: (id) => ({ x: id * 1000, y: id * 10 }),
    });
  });
  channels.push(probe.channel);
  probe.channel.start();
  probe.take();
  return probe;
};

beforeEach(() => {
  bytes = [];
  mouse = [];
  tablet = [];
  channels = [];
  clientMode = false;
  devices = new InputDevices((leds) => {
    for (const channel of channels) channel.ledsChanged(leds);
  });
  devices.keyboard = { kind: 'keyboard', name: 'keyboard', scancode: (byte) => bytes.push(byte) };
  devices.mouse = {
    kind: 'mouse',
    name: 'mouse',
    motion: (...args) => mouse.push(['motion', ...args]),
    buttons: (...args) => mouse.push(['buttons', ...args]),
  };
  devices.tablet = {
    kind: 'tablet',
    name: 'tablet',
    setLogicalSize: () => {},
    position: (...args) => tablet.push(['position', ...args]),
    wheel: (...args) => tablet.push(['wheel', ...args]),
    buttons: (...args) => tablet.push(['buttons', ...args]),
  };
});

describe('keys', () => {
  it('begin with the lights of the moment', () => {
    devices.setLeds(5);
    expect(open().client.received('init')).toEqual([{ modifiers: 5 }]);
  });

  it.each([
    ['a press', 0x1e, [0x1e]],
    ['an extended press', 0x48e0, [0xe0, 0x48]],
    ['an extended release', 0xc8e0, [0xe0, 0xc8]],
    ['four bytes', 0xe1451de1, [0xe1, 0x1d, 0x45, 0xe1]],
    ['bytes behind a zero', 0x1e001e, [0x1e]],
    ['nothing', 0, []],
  ])('reach the keyboard from KEY_DOWN and KEY_UP: %s', (_, code, expected) => {
    const probe = open();
    probe.send(keyDown, { code });
    expect(bytes).toEqual(expected);
    bytes = [];
    probe.send(keyUp, { code });
    expect(bytes).toEqual(expected);
  });

  it('reach the keyboard from KEY_SCANCODE, zeroes too', () => {
    open().send(keyScancode, { scancodes: Uint8Array.of(0x1e, 0x9e, 0, 0xe0, 0x48, 0xe0, 0xc8) });
    expect(bytes).toEqual([0x1e, 0x9e, 0, 0xe0, 0x48, 0xe0, 0xc8]);
  });

  it('leave the lights alone when pause or an extended key is pressed', () => {
    const probe = open();
    probe.send(keyScancode, { scancodes: Uint8Array.of(0xe1, 0x1d, 0x45, 0xe1, 0x9d, 0xc5, 0xe0, 0x46) });
    expect(devices.leds).toBe(0);
    expect(devices.wakeAt).toBe(null);
  });

  it('that are held when the channel closes are released, and locks can be pressed anew', () => {
    const probe = open();
    probe.send(keyScancode, { scancodes: Uint8Array.of(0x1e, 0x30, 0xb0, 0xe0, 0x48, 0x3a) });
    bytes = [];
    probe.channel.close();
    expect(bytes).toEqual([0x9e, 0xe0, 0xc8, 0xba]);
    expect(devices.leds).toBe(4);
    devices.wantLeds(0, 0);
    expect(devices.leds).toBe(0);
  });
});

describe('lights', () => {
  it('are told when the guest changes them, the last of several', () => {
    const probe = open();
    devices.setLeds(1);
    devices.setLeds(6);
    expect(probe.channel.isDrained).toBe(false);
    expect(probe.take()).toEqual([{ name: 'keyModifiers', body: { modifiers: 6 } }]);
    expect(probe.channel.isDrained).toBe(true);
  });

  it('are set by the client, and told again after 2 s to all clients', () => {
    const one = open();
    const two = open();
    one.send(keyModifiers, { modifiers: 2 });
    expect(bytes).toEqual([0x45, 0xc5]);
    one.pass(1999);
    expect(one.take()).toEqual([]);
    one.pass(1);
    expect(one.client.received('keyModifiers')).toEqual([{ modifiers: 2 }]);
    expect(two.take()).toEqual([{ name: 'keyModifiers', body: { modifiers: 2 } }]);
    expect(one.channel.wakeAt).toBe(null);
  });
});

describe('the pointer in server mode', () => {
  it('moves by motions and ignores positions', () => {
    const probe = open();
    probe.send(mouseMotion, { dx: -3, dy: 70_000, buttons: buttons.right });
    probe.send(mousePosition, { x: 1, y: 2, buttons: 0, displayId: 0 });
    expect(mouse).toEqual([['motion', -3, 70_000, 0, 2]]);
    expect(tablet).toEqual([]);
  });

  it('presses, releases and turns the wheel', () => {
    const probe = open();
    probe.send(mousePress, { button: 2, buttons: buttons.middle });
    probe.send(mousePress, { button: 4, buttons: buttons.middle });
    probe.send(mouseRelease, { button: 4, buttons: buttons.middle });
    probe.send(mousePress, { button: 5, buttons: buttons.middle });
    probe.send(mouseRelease, { button: 2, buttons: 0 });
    expect(mouse).toEqual([
      ['buttons', 4],
      ['motion', 0, 0, -1, 4],
      ['motion', 0, 0, 1, 4],
      ['buttons', 0],
    ]);
  });
});

describe('the pointer in client mode', () => {
  beforeEach(() => {
    clientMode = true;
  });

  it('goes to positions on its monitor and ignores motions', () => {
    const probe = open();
    probe.send(mouseMotion, { dx: 1, dy: 1, buttons: 0 });
    probe.send(mousePosition, { x: 5, y: 7, buttons: buttons.left, displayId: 2 });
    expect(mouse).toEqual([]);
    expect(tablet).toEqual([['position', 2005, 27, 1]]);
  });

  it('presses, releases and turns the wheel', () => {
    const probe = open();
    probe.send(mousePress, { button: 3, buttons: buttons.right });
    probe.send(mousePress, { button: 5, buttons: 0 });
    probe.send(mouseRelease, { button: 5, buttons: 0 });
    probe.send(mousePress, { button: 4, buttons: 0 });
    probe.send(mouseRelease, { button: 3, buttons: 0 });
    expect(tablet).toEqual([
      ['buttons', 2],
      ['wheel', 1, 0],
      ['wheel', -1, 0],
      ['buttons', 0],
    ]);
  });
});

describe('motions', () => {
  it('are acknowledged every four, in either mode and of either kind', () => {
    const probe = open();
    for (let i = 0; i < 3; i++) probe.send(mouseMotion, { dx: 1, dy: 0, buttons: 0 });
    expect(probe.takeNames()).toEqual([]);
    probe.send(mousePosition, { x: 1, y: 1, buttons: 0, displayId: 0 });
    expect(probe.takeNames()).toEqual(['mouseMotionAck']);
    for (let i = 0; i < 8; i++) probe.send(mousePosition, { x: 1, y: 1, buttons: 0, displayId: 0 });
    expect(probe.channel.isDrained).toBe(false);
    expect(probe.takeNames()).toEqual(['mouseMotionAck', 'mouseMotionAck']);
  });

  it('cost no memory while the client does not read', () => {
    const probe = open();
    for (let i = 0; i < 100_000; i++) probe.send(mouseMotion, { dx: 1, dy: 0, buttons: 0 });
    const [chunk] = probe.channel.takeOutgoing(600, 0);
    expect(chunk.length).toBe(600);
  });

  it('release the buttons that the client leaves down', () => {
    for (const mode of [false, true]) {
      clientMode = mode;
      const calls = mode ? tablet : mouse;
      const probe = open();
      probe.send(mousePress, { button: 1, buttons: buttons.left });
      probe.channel.close();
      expect(calls.at(-1)).toEqual(['buttons', 0]);
      const quiet = open();
      const before = calls.length;
      quiet.channel.close();
      expect(calls.length).toBe(before);
    }
  });
});

it('survives any bodies', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 120 }), fc.uint8Array({ maxLength: 30 }), (type, body) => {
      const probe = open();
      try {
        probe.channel.receive(type, body, 0);
      } catch (error) {
        expect((error as { code: string }).code).toMatch(/^(WIRE_|ERR_CHANNEL)/);
      }
      probe.channel.close();
    }),
  );
});
