import { describe, expect, it } from 'vitest';
import { DrawingWorker } from '../../../../test/support/drawing-worker.js';
import { PixelDisplay } from './pixel-display.js';

function scene() {
  const display = new PixelDisplay({ name: 'test', channelId: 0, now: () => 0 });
  const worker = new DrawingWorker();
  const fill = (x: number, y: number, width: number, height: number, color: number): void => {
    const pixels = new Uint32Array(width * height).fill(color);
    display.update({ x, y, width, height, stride: width * 4, bytes: new Uint8Array(pixels.buffer) });
  };
  return { display, worker, fill };
}

describe('PixelDisplay', () => {
  it('drops what lies between two pictures while the server is busy', async () => {
    const { display, worker, fill } = scene();
    display.attached(worker);
    display.resize(64, 32);
    fill(0, 0, 64, 32, 1);
    await worker.handled();
    await worker.handled();
    const before = worker.commands.length;
    for (let color = 2; color < 100; color++) fill(0, 0, 64, 32, color);
    expect(worker.commands.length).toBe(before + 1);
    await worker.handled();
    expect(worker.commands.length).toBe(before + 2);
    expect(new Set(worker.pixels)).toEqual(new Set([99]));
  });

  it('keeps what was there when it gets another size', async () => {
    const { display, worker, fill } = scene();
    display.attached(worker);
    display.resize(8, 4);
    fill(0, 0, 8, 4, 5);
    await worker.handled();
    await worker.handled();
    display.resize(12, 2);
    await worker.handled();
    expect(worker.width).toBe(12);
    expect(Array.from(worker.pixels.subarray(0, 12))).toEqual([5, 5, 5, 5, 5, 5, 5, 5, 0, 0, 0, 0]);
    expect(worker.pixels.length).toBe(24);
  });

  it('refuses sizes that nobody has', () => {
    const { display, worker } = scene();
    display.attached(worker);
    display.resize(0, 100);
    display.resize(20_000, 100);
    expect(worker.commands).toEqual([]);
  });

  it('shows everything to a server that comes later', () => {
    const { display, worker, fill } = scene();
    display.resize(8, 4);
    fill(0, 0, 8, 4, 7);
    display.attached(worker);
    expect(new Set(worker.pixels)).toEqual(new Set([7]));
  });

  it('tries again when the ring was full', async () => {
    const { display, worker, fill } = scene();
    worker.room = 0;
    display.attached(worker);
    display.resize(8, 4);
    fill(0, 0, 8, 4, 7);
    expect(worker.commands).toEqual([]);
    await worker.makeRoom();
    expect(new Set(worker.pixels)).toEqual(new Set([7]));
  });

  it('sends what changed in many places, and nothing that did not', async () => {
    const { display, worker, fill } = scene();
    display.attached(worker);
    display.resize(256, 256);
    await worker.handled();
    // While the server is busy with this one, the others come.
    fill(0, 0, 1, 1, 9);
    for (let at = 2; at < 200; at++) fill(at, at, 1, 1, at);
    fill(0, 255, 256, 1, 0);
    await worker.handled();
    await worker.handled();
    const expected = new Uint32Array(256 * 256);
    expected[0] = 9;
    for (let at = 2; at < 200; at++) expected[at * 257] = at;
    expect(worker.pixels).toEqual(expected);
    const rows = worker.commands.flatMap((command) =>
      command.type === 'draw' ? [command.drawable.box] : [],
    );
    expect(Math.max(...rows.map(({ bottom }) => bottom))).toBe(200);
  });

  it('says when everything is shown', async () => {
    const { display, worker, fill } = scene();
    await display.shown();
    display.attached(worker);
    display.resize(8, 4);
    fill(0, 0, 8, 4, 1);
    let shown = false;
    const wait = display.shown().then(() => {
      shown = true;
    });
    fill(0, 0, 8, 4, 2);
    await worker.handled();
    expect(shown).toBe(false);
    await worker.handled();
    await wait;
    expect(new Set(worker.pixels)).toEqual(new Set([2]));
    fill(0, 0, 8, 4, 3);
    const end = display.shown();
    display.detached();
    await end;
  });

  it('passes the pointer on: shape with colours multiplied by alpha, position, hiding', async () => {
    const { display, worker, fill } = scene();
    display.attached(worker);
    display.resize(8, 4);
    fill(0, 0, 8, 4, 7);
    await worker.handled();
    await worker.handled();
    display.pointerMoved(3, 2, true);
    display.pointerShape({ width: 1, height: 1, hotX: 0, hotY: 0, bytes: Uint8Array.of(255, 128, 0, 128) });
    display.pointerMoved(4, 2, true);
    display.pointerMoved(4, 2, false);
    display.pointerMoved(5, 2, true);
    expect(worker.types.slice(-4)).toEqual(['cursorSet', 'cursorMove', 'cursorHide', 'cursorSet']);
    expect(worker.commands.at(-4)).toMatchObject({
      position: { x: 3, y: 2 },
      shape: { data: Uint8Array.of(128, 64, 0, 128) },
    });
  });
});
