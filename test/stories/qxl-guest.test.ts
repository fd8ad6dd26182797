import type { KeyboardInterface, PlaybackInterface, TabletInterface } from '@lazyspice/core';
import { VirtualClock } from '@lazyspice/qxl';
import { describe, expect, it } from 'vitest';
import { DemoGuest } from '../../packages/qxl/src/guest/demo/demo-guest.js';
import { TestCardGuest } from '../../packages/qxl/src/guest/test-card-guest.js';
import { QxlDisplay } from '../../packages/spice-server/src/display/qxl-display.js';

const refused: string[] = [];
function createDisplay(): QxlDisplay {
  return new QxlDisplay({
    clientMouseMode: () => true,
    primaryChanged: () => {},
    badCommand: (message) => refused.push(message),
    flush: () => Promise.resolve(),
  });
}

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly bytes: Uint8Array;
}
async function pictureOf(display: QxlDisplay): Promise<Picture> {
  const pixels = await display.read(0, null);
  if (pixels === null) throw new Error('there is no picture');
  return pixels;
}
const colorAt = ({ stride, bytes }: Picture, x: number, y: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(y * stride + x * 4, true) & 0xffffff;

function startTestCard() {
  const clock = new VirtualClock();
  const lines: string[] = [];
  const guest = new TestCardGuest({ clock, print: (line) => lines.push(line) });
  const display = createDisplay();
  guest.session.display.attached?.(display);
  const keyboard = guest.interfaces.find(({ kind }) => kind === 'keyboard') as KeyboardInterface;
  return { guest, clock, lines, display, keyboard };
}

describe('the test card on a QXL device, as the server renders it', () => {
  it('has its four quadrants and its pointer', async () => {
    const { display } = startTestCard();
    const picture = await pictureOf(display);
    expect([picture.width, picture.height]).toEqual([640, 400]);
    const corners = [colorAt(picture, 0, 0), colorAt(picture, 639, 0), colorAt(picture, 319, 399)];
    expect([...corners, colorAt(picture, 320, 200)]).toEqual([0xff0000, 0x00ff00, 0x0000ff, 0xffffff]);
  });

  it('flips its last quadrant with every press, and turns the caps lock light', async () => {
    const { display, keyboard, lines } = startTestCard();
    const leds: number[] = [];
    keyboard.attached?.({ setLeds: (mask) => leds.push(mask) });
    for (const byte of [0x3a, 0xba]) keyboard.scancode(byte);
    expect(colorAt(await pictureOf(display), 639, 399)).toBe(0);
    expect(lines).toEqual(['key 3a', 'key ba']);
    expect(leds).toEqual([0, 4]);
  });

  it('is drawn again for a new server', async () => {
    const { guest, keyboard } = startTestCard();
    keyboard.scancode(0x1e);
    guest.session.display.detached?.();
    const next = createDisplay();
    guest.session.display.attached?.(next);
    const picture = await pictureOf(next);
    expect([colorAt(picture, 0, 0), colorAt(picture, 639, 399)]).toEqual([0xff0000, 0]);
  });
});

function startDemo() {
  const clock = new VirtualClock();
  const guest = new DemoGuest({
    clock,
    time: () => 45_296_000 + clock.now(),
    random: () => 0.5,
  });
  const display = createDisplay();
  guest.session.display.attached?.(display);
  const keyboard = guest.interfaces.find(({ kind }) => kind === 'keyboard') as KeyboardInterface;
  const tablet = guest.interfaces.find(({ kind }) => kind === 'tablet') as TabletInterface;
  /** What a server shows that comes now: the same, painted anew. */
  const anew = async (): Promise<Picture> => {
    const other = createDisplay();
    guest.session.display.detached?.();
    guest.session.display.attached?.(other);
    const picture = await pictureOf(other);
    guest.session.display.detached?.();
    guest.session.display.attached?.(display);
    return picture;
  };
  return { clock, guest, display, keyboard, tablet, anew };
}
const type = (keyboard: KeyboardInterface, codes: readonly number[]): void => {
  for (const code of codes) {
    keyboard.scancode(code);
    keyboard.scancode(code | 0x80);
  }
};

describe('the demo on a QXL device, as the server renders it', () => {
  it('rings at the end of a line', () => {
    const { clock, guest, keyboard } = startDemo();
    const speaker = guest.interfaces.find(({ kind }) => kind === 'playback') as PlaybackInterface;
    const calls: string[] = [];
    speaker.attached?.({
      start: () => calls.push('start'),
      samples: () => calls.push('samples'),
      stop: () => calls.push('stop'),
      setVolume: () => {},
      setMute: () => {},
    });
    type(keyboard, [0x1e]);
    clock.advance(1000);
    expect(calls).toEqual([]);
    type(keyboard, [0x1c]);
    clock.advance(1000);
    expect([calls[0], calls[1], calls.at(-1)]).toEqual(['start', 'samples', 'stop']);
    // 300 ms, 20 at a time
    expect(calls.length).toBe(17);
  });

  it('shows the same whether its windows were moved there or painted there', async () => {
    const { clock, display, tablet, anew } = startDemo();
    clock.advance(3000);
    // The terminal's title, under the film perhaps: a press brings it up, then it is dragged across the others.
    tablet.position(80, 310, 0);
    tablet.position(80, 310, 1);
    for (let step = 0; step <= 40; step++) {
      tablet.position(80 + step * 9, 310 - step * 6, 1);
      clock.advance(20);
    }
    tablet.position(440, 70, 0);
    clock.advance(500);
    const moved = await pictureOf(display);
    const painted = await anew();
    expect([moved.width, moved.height]).toEqual([800, 600]);
    expect(Buffer.compare(moved.bytes, painted.bytes)).toBe(0);
    expect(new Set(new Uint32Array(moved.bytes.slice().buffer)).size).toBeGreaterThan(200);
    expect(refused).toEqual([]);
  });

  it('echoes what is typed, scrolls, and shows the same as when painted anew', async () => {
    const { guest, clock, display, keyboard, anew } = startDemo();
    keyboard.scancode(0x2a);
    type(keyboard, [0x23]);
    keyboard.scancode(0xaa);
    type(keyboard, [0x17, 0x0e, 0x12, 0x1c]);
    expect(guest.terminalLines.slice(-2)).toEqual(['$ He', '$ ']);
    for (let line = 0; line < 20; line++) type(keyboard, [0x1e, 0x1c]);
    expect(guest.terminalLines).toHaveLength(14);
    clock.advance(200);
    const echoed = await pictureOf(display);
    expect(Buffer.compare(echoed.bytes, (await anew()).bytes)).toBe(0);
  });

  it('takes the size that a client asks for', async () => {
    const { guest, clock, display } = startDemo();
    expect(guest.session.device.setClientMonitors([{ x: 0, y: 0, width: 1024, height: 700 }])).toBe(true);
    clock.advance(100);
    const picture = await pictureOf(display);
    expect([picture.width, picture.height]).toEqual([1024, 700]);
    expect(display.heads).toMatchObject([{ width: 1024, height: 700 }]);
    expect(colorAt(picture, 1020, 690)).not.toBe(0);
  });

  it('ends when it is stopped', () => {
    const { guest, clock } = startDemo();
    guest.stop();
    clock.advance(1000);
    const { commands } = guest.session.device.statistics;
    clock.advance(1000);
    expect(guest.session.device.statistics.commands).toBe(commands);
  });
});
