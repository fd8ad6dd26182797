import { describe, expect, it } from 'vitest';
import { DrawingWorker } from '../../../../test/support/drawing-worker.js';
import type { InterfaceKind, SpiceInterface } from '../contracts/interfaces.js';
import { createDisplay, type Display, type DisplayOptions } from './create-display.js';

type Device<K extends InterfaceKind> = Extract<SpiceInterface, { kind: K }>;

function device<K extends InterfaceKind>(display: Display, kind: K): Device<K> {
  const found = display.interfaces.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found as Device<K>;
}

function shown(options: Partial<DisplayOptions> = {}) {
  const display = createDisplay({ width: 4, height: 3, ...options });
  const worker = Object.assign(new DrawingWorker(), { handlesAtOnce: true });
  device(display, 'qxl').attached?.(worker);
  return { display, worker };
}
const code = (work: () => void): unknown => {
  try {
    work();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return null;
};
const whole = { top: 0, left: 0, bottom: 3, right: 4 };

describe('a display', () => {
  it('shows the parts that it is told of, copied', async () => {
    const { display, worker } = shown();
    const pixels = new Uint32Array(12).fill(0x112233);
    const bytes = new Uint8Array(pixels.buffer);
    display.update(bytes, [
      { top: 1, left: 1, bottom: 2, right: 3 },
      { top: 2, left: 0, bottom: 2, right: 4 },
    ]);
    pixels.fill(0xffffff);
    await display.shown();
    expect([...worker.pixels].map((p) => p !== 0)).toEqual([
      ...[false, false, false, false],
      ...[false, true, true, false],
      ...[false, false, false, false],
    ]);
    expect(worker.pixels[5]).toBe(0x112233);
    display.update(bytes);
    await display.shown();
    expect(new Set(worker.pixels)).toEqual(new Set([0xffffff]));
  });

  it('takes rows that are apart, and the order of ImageData', async () => {
    const { display, worker } = shown({ pixelFormat: 'rgbx' });
    const pixels = new Uint8ClampedArray(3 * 20);
    for (let y = 0; y < 3; y++) for (let x = 0; x < 4; x++) pixels.set([1, 2, 3, 255], y * 20 + x * 4);
    display.update(pixels.subarray(0, 56), null, 20);
    await display.shown();
    expect(new Set([...worker.pixels].map((p) => p & 0xffffff))).toEqual(new Set([0x010203]));
    display.setCursor({ width: 1, height: 1, hotX: 0, hotY: 0, pixels: Uint8Array.of(9, 8, 7, 255) });
    expect(worker.commands.at(-1)).toMatchObject({ shape: { data: Uint8Array.of(7, 8, 9, 255) } });
  });

  it('refuses what cannot be shown, and shows nothing of it', async () => {
    const { display, worker } = shown();
    await display.shown();
    const before = worker.commands.length;
    const bytes = new Uint8Array(48).fill(1);
    expect(code(() => display.update(bytes.subarray(1)))).toBe('ERR_DISPLAY_PIXELS');
    expect(code(() => display.update(bytes, null, 12))).toBe('ERR_DISPLAY_PIXELS');
    for (const wrong of [
      { right: 5 },
      { top: -1 },
      { left: 4, right: 3 },
      { bottom: 2.5 },
      { top: Number.NaN },
    ]) {
      expect(code(() => display.update(bytes, [whole, { ...whole, ...wrong }]))).toBe('ERR_DISPLAY_RECT');
    }
    expect(code(() => display.resize(0, 4))).toBe('ERR_DISPLAY_SIZE');
    expect(code(() => createDisplay({ width: 20_000, height: 1 }))).toBe('ERR_DISPLAY_SIZE');
    expect(code(() => createDisplay({ width: 1, height: 1, channelId: 256 }))).toBe('ERR_DISPLAY_SIZE');
    const cursor = { width: 2, height: 2, hotX: 0, hotY: 0, pixels: new Uint8Array(15) };
    expect(code(() => display.setCursor(cursor))).toBe('ERR_DISPLAY_PIXELS');
    expect(worker.commands.length).toBe(before);
  });

  it('gets another size', async () => {
    const { display, worker } = shown();
    display.update(new Uint8Array(48).fill(1));
    display.resize(2, 5);
    await display.shown();
    expect([display.width, display.height]).toEqual([2, 5]);
    expect(worker.pixels.length).toBe(10);
    expect([...worker.pixels].filter((p) => p !== 0).length).toBe(6);
  });

  it('moves and hides its pointer', () => {
    const { display, worker } = shown();
    display.setCursor({ width: 1, height: 1, hotX: 0, hotY: 0, pixels: new Uint8Array(4) });
    display.moveCursor(2, 1);
    display.hideCursor();
    display.moveCursor(1, 1);
    expect(worker.types.slice(-4)).toEqual(['cursorSet', 'cursorMove', 'cursorHide', 'cursorSet']);
    expect(worker.commands.at(-1)).toMatchObject({ position: { x: 1, y: 1 } });
  });
});

describe('those who look at a display', () => {
  it('type and point', () => {
    const { display } = shown();
    const seen: unknown[] = [];
    display.on('key', (key) => seen.push(key));
    display.on('pointer', (pointer) => seen.push(pointer));
    display.on('wheel', (wheel) => seen.push(wheel));
    const { scancode } = device(display, 'keyboard');
    for (const byte of [0x1e, 0xe0, 0xcb]) scancode(byte);
    const tablet = device(display, 'tablet');
    tablet.position(3, 2, 0);
    tablet.buttons(1);
    tablet.wheel(-1, 1);
    expect(seen).toEqual([
      { code: 0x1e, down: true },
      { code: 0xcb, down: false },
      { x: 3, y: 2, buttons: 0 },
      { x: 3, y: 2, buttons: 1 },
      { dy: -1, buttons: 1 },
    ]);
  });

  it('move a mouse where that is what there is', () => {
    const { display } = shown({ pointer: 'relative', keyboard: false });
    expect(display.interfaces.map(({ kind }) => kind)).toEqual(['qxl', 'mouse']);
    const seen: unknown[] = [];
    display.on('motion', (motion) => seen.push(motion));
    display.on('wheel', (wheel) => seen.push(wheel));
    const mouse = device(display, 'mouse');
    mouse.motion(1, -2, 0, 2);
    mouse.motion(0, 0, 1, 2);
    mouse.buttons(0);
    expect(seen).toEqual([
      { dx: 1, dy: -2, buttons: 2 },
      { dy: 1, buttons: 2 },
      { dx: 0, dy: 0, buttons: 0 },
    ]);
  });

  it('are told of, with the monitors they want and the lights they see', () => {
    const { display, worker } = shown({ takesMonitors: true });
    const seen: unknown[] = [];
    display.on('clients', (present) => seen.push(present));
    display.on('monitors', (monitors) => seen.push(monitors));
    const qxl = device(display, 'qxl');
    qxl.setClients?.(true, 0);
    const monitors = [{ x: 0, y: 0, width: 800, height: 600 }];
    qxl.setClientMonitors?.(monitors);
    expect(seen).toEqual([true, monitors]);
    expect([worker.takesMonitors, shown().worker.takesMonitors]).toEqual([true, false]);
    const leds: number[] = [];
    display.setLeds(4);
    device(display, 'keyboard').attached?.({ setLeds: (mask) => leds.push(mask) });
    display.setLeds(0);
    expect(leds).toEqual([4, 0]);
  });

  it('see it from when it is added until it is taken back', async () => {
    const display = createDisplay({ width: 1, height: 1 });
    const there = new Set<string>();
    await display.attachTo({
      addInterface: ({ name }) => {
        there.add(name);
        return Promise.resolve({
          remove: () => {
            there.delete(name);
            return Promise.resolve();
          },
        });
      },
    });
    expect([...there]).toEqual(['display', 'display-keyboard', 'display-tablet']);
    await display.detach();
    expect(there.size).toBe(0);
  });
});
