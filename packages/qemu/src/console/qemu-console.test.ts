import type { QxlCommand, QxlWorker } from '@lazyspice/core';
import { describe, expect, it } from 'vitest';
import { QemuConsole } from './qemu-console.js';

/** A server's end that draws what it is given, and is busy until it is told. */
class DrawingWorker implements QxlWorker {
  readonly commands: QxlCommand[] = [];
  room = Number.POSITIVE_INFINITY;
  pixels = new Uint32Array(0);
  width = 0;
  #flushes: (() => void)[] = [];
  submit(command: QxlCommand): boolean {
    if (this.room <= 0) return false;
    this.room--;
    this.commands.push(command);
    if (command.type === 'primaryCreate') {
      this.pixels = new Uint32Array(command.width * command.height);
      this.width = command.width;
    }
    if (command.type === 'draw' && command.drawable.operation.type === 'copy') {
      const { box, operation } = command.drawable;
      const content = operation.source?.content;
      if (content?.type !== 'bitmap') throw new Error('no bitmap');
      const source = new Uint32Array(content.data.slice().buffer);
      for (let y = box.top; y < box.bottom; y++) {
        const row = source.subarray((y - box.top) * content.width, (y - box.top + 1) * content.width);
        this.pixels.set(row, y * this.width + box.left);
      }
    }
    return true;
  }
  kick(): void {}
  space(): Promise<void> {
    return Promise.resolve();
  }
  flush(): Promise<void> {
    return new Promise((resolve) => this.#flushes.push(resolve));
  }
  async handled(): Promise<void> {
    for (const resolve of this.#flushes.splice(0)) resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }
  read(): Promise<null> {
    return Promise.resolve(null);
  }
  takesClientMonitors(): void {}
  spaceNow(): boolean {
    return this.room > 0;
  }
  readNow(): null {
    return null;
  }
}

function scene() {
  const timers: (() => void)[] = [];
  const clock = {
    now: () => 0,
    after(_delay: number, callback: () => void) {
      timers.push(callback);
      return () => {
        timers.splice(timers.indexOf(callback), 1);
      };
    },
  };
  const console = new QemuConsole(0, clock);
  const worker = new DrawingWorker();
  const fill = (x: number, y: number, width: number, height: number, color: number): void => {
    const pixels = new Uint32Array(width * height).fill(color);
    console.update({ x, y, width, height, stride: width * 4, bytes: new Uint8Array(pixels.buffer) });
  };
  return { console, worker, fill, timers };
}
const types = (worker: DrawingWorker): string[] => worker.commands.map(({ type }) => type);

describe('QemuConsole', () => {
  it('drops what lies between two pictures while the server is busy', async () => {
    const { console, worker, fill } = scene();
    console.attached(worker);
    console.resize(64, 32);
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

  it('grows with an update that does not fit, and keeps what was there', async () => {
    const { console, worker, fill } = scene();
    console.attached(worker);
    fill(0, 0, 8, 4, 5);
    await worker.handled();
    fill(4, 4, 8, 2, 6);
    await worker.handled();
    await worker.handled();
    expect(worker.width).toBe(12);
    expect(Array.from(worker.pixels.subarray(0, 12))).toEqual([5, 5, 5, 5, 5, 5, 5, 5, 0, 0, 0, 0]);
    expect(Array.from(worker.pixels.subarray(48, 60))).toEqual([0, 0, 0, 0, 6, 6, 6, 6, 6, 6, 6, 6]);
  });

  it('refuses sizes that nobody has', () => {
    const { console, worker, fill } = scene();
    console.attached(worker);
    console.resize(0, 100);
    console.resize(20_000, 100);
    fill(16_380, 0, 8, 1, 1);
    expect(worker.commands).toEqual([]);
  });

  it('shows everything to a server that comes later', () => {
    const { console, worker, fill } = scene();
    fill(0, 0, 8, 4, 7);
    console.attached(worker);
    expect(new Set(worker.pixels)).toEqual(new Set([7]));
  });

  it('tries again when the ring was full', () => {
    const { console, worker, fill, timers } = scene();
    worker.room = 0;
    console.attached(worker);
    fill(0, 0, 8, 4, 7);
    expect(worker.commands).toEqual([]);
    worker.room = Number.POSITIVE_INFINITY;
    for (const timer of timers.splice(0)) timer();
    expect(new Set(worker.pixels)).toEqual(new Set([7]));
  });

  it('passes the pointer on: shape with colours multiplied by alpha, position, hiding', async () => {
    const { console, worker, fill } = scene();
    console.attached(worker);
    fill(0, 0, 8, 4, 7);
    await worker.handled();
    console.pointerMoved(3, 2, true);
    console.pointerShape({ width: 1, height: 1, hotX: 0, hotY: 0, bytes: Uint8Array.of(255, 128, 0, 128) });
    console.pointerMoved(4, 2, true);
    console.pointerMoved(4, 2, false);
    console.pointerMoved(5, 2, true);
    expect(types(worker).slice(-4)).toEqual(['cursorSet', 'cursorMove', 'cursorHide', 'cursorSet']);
    expect(worker.commands.at(-4)).toMatchObject({
      position: { x: 3, y: 2 },
      shape: { data: Uint8Array.of(128, 64, 0, 128) },
    });
  });
});
