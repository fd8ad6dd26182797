import type { TabletInterface } from '@lazyspice/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { createPrimary } from '../../../../test/support/spice/commands.js';
import { InputDevices } from '../channels/input-devices.js';
import type { MouseModeState } from '../channels/main.js';
import { QxlDisplay } from '../display/qxl-display.js';
import { PointerMode } from './pointer-mode.js';

const serverMode = 1;
const clientMode = 2;
const both = 3;

let devices: InputDevices;
let displays: Map<number, QxlDisplay>;
let pointer: PointerMode;
let told: MouseModeState[];
let sizes: string[];

const addDisplay = (id: number): QxlDisplay => {
  const display = new QxlDisplay({
    clientMouseMode: () => pointer.isClient,
    primaryChanged: () => pointer.update(),
    badCommand: () => {},
    flush: () => Promise.resolve(),
  });
  displays.set(id, display);
  pointer.update();
  return display;
};
const tablet = (name = 'tablet'): TabletInterface => ({
  kind: 'tablet',
  name,
  setLogicalSize: (width, height) => sizes.push(`${name} ${width}x${height}`),
  position: () => {},
  wheel: () => {},
  buttons: () => {},
});
const use = (one: TabletInterface | null): void => {
  devices.tablet = one;
  pointer.update();
};

beforeEach(() => {
  told = [];
  sizes = [];
  devices = new InputDevices(() => {});
  displays = new Map();
  pointer = new PointerMode(devices, displays, (state) => told.push(state));
});

describe('client mode', () => {
  it('is possible with a tablet and one display', () => {
    expect(pointer.state).toEqual({ supported: serverMode, current: serverMode });
    const display = addDisplay(0);
    expect(told).toEqual([]);
    use(tablet());
    display.submit(createPrimary(64, 48));
    expect(told).toEqual([{ supported: both, current: serverMode }]);
    expect(sizes).toEqual(['tablet 64x48']);
  });

  it('is used when a client asks for it, and left when one asks for that', () => {
    addDisplay(0);
    pointer.request(clientMode);
    expect(pointer.isClient).toBe(false);
    use(tablet());
    told = [];
    pointer.request(clientMode);
    pointer.request(clientMode);
    expect(told).toEqual([{ supported: both, current: clientMode }]);
    for (const nonsense of [0, 3, 4, 65_535]) pointer.request(nonsense);
    expect(pointer.isClient).toBe(true);
    pointer.request(serverMode);
    expect(told.at(-1)).toEqual({ supported: both, current: serverMode });
  });

  it.each([
    ['the tablet goes', () => use(null)],
    ['there is a second display', () => addDisplay(1)],
    [
      'the display goes',
      () => {
        displays.clear();
        pointer.update();
      },
    ],
    [
      'a primary forbids it',
      () => {
        for (const display of displays.values()) {
          display.submit({ type: 'primaryDestroy' });
          display.submit(createPrimary(64, 48, { mouseAllowed: false }));
        }
      },
    ],
  ])('ends when %s', (_, end) => {
    addDisplay(0).submit(createPrimary(64, 48));
    use(tablet());
    pointer.request(clientMode);
    end();
    expect(told.at(-1)).toEqual({ supported: serverMode, current: serverMode });
    expect(pointer.isClient).toBe(false);
  });

  it('goes on through a change of resolution, of which the tablet is told', () => {
    const display = addDisplay(0);
    use(tablet());
    display.submit(createPrimary(64, 48));
    pointer.request(clientMode);
    told = [];
    display.submit({ type: 'primaryDestroy' });
    display.submit(createPrimary(80, 60));
    expect(told).toEqual([]);
    expect(sizes).toEqual(['tablet 64x48', 'tablet 80x60']);
  });

  it('tells a tablet its size once, but every tablet', () => {
    const display = addDisplay(0);
    display.submit(createPrimary(64, 48));
    use(tablet('one'));
    pointer.update();
    use(tablet('two'));
    use(null);
    use(tablet('two'));
    expect(sizes).toEqual(['one 64x48', 'two 64x48', 'two 64x48']);
  });
});
