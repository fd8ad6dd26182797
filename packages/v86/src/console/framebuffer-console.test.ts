import type { VgaPicture } from '@lazyspice/core';
import { describe, expect, it } from 'vitest';
import { DrawingWorker } from '../../../../test/support/drawing-worker.js';
import { FramebufferConsole } from './framebuffer-console.js';

/** Time that goes on when a test says so. */
class VirtualClock {
  #now = 0;
  #timers: { at: number; callback: () => void }[] = [];
  now(): number {
    return this.#now;
  }
  after(delay: number, callback: () => void): () => void {
    const timer = { at: this.#now + delay, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((t) => t !== timer);
    };
  }
  /** Lets the promises of each moment settle before time goes on. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const next = this.#timers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.#timers = this.#timers.filter((t) => t !== next);
      this.#now = next.at;
      next.callback();
    }
    this.#now = end;
  }
}

const newWorker = (): DrawingWorker => Object.assign(new DrawingWorker(), { handlesAtOnce: true });

function scene(width = 64, height = 32) {
  const clock = new VirtualClock();
  const worker = newWorker();
  const screen = { width, height, pixels: new Uint32Array(width * height), blank: false };
  const picture = (): VgaPicture | null =>
    screen.blank
      ? null
      : {
          width: screen.width,
          height: screen.height,
          stride: screen.width * 4,
          bytes: new Uint8Array(screen.pixels.buffer),
        };
  const adapter = { picture, onPortWrite: () => {} };
  const display = new FramebufferConsole(adapter, clock, { name: 'test', channelId: 0 });
  return { clock, worker, screen, display };
}

describe('FramebufferConsole', () => {
  it('sends what differs and nothing twice', async () => {
    const { clock, worker, screen, display } = scene();
    screen.pixels.fill(0x123456);
    display.attached(worker);
    await clock.pass(100);
    expect(worker.types).toEqual(['primaryCreate', 'draw']);
    expect(worker.pixels).toEqual(screen.pixels);
    screen.pixels[5 * 64 + 40] = 0xffffff;
    await clock.pass(1000);
    expect(worker.commands.length).toBe(3);
    expect(worker.commands[2]).toMatchObject({
      drawable: { box: { top: 5, left: 32, bottom: 6, right: 64 } },
    });
    await clock.pass(5000);
    expect(worker.commands.length).toBe(3);
    expect(worker.pixels).toEqual(screen.pixels);
  });

  it('creates the primary anew when the mode changes', async () => {
    const { clock, worker, screen, display } = scene();
    screen.pixels.fill(1);
    display.attached(worker);
    await clock.pass(100);
    Object.assign(screen, { width: 16, height: 8, pixels: new Uint32Array(128).fill(2) });
    await clock.pass(1000);
    expect(worker.types).toEqual(['primaryCreate', 'draw', 'primaryDestroy', 'primaryCreate', 'draw']);
    expect(worker.pixels).toEqual(screen.pixels);
  });

  it('sends later what a full ring refused', async () => {
    const { clock, worker, screen, display } = scene();
    screen.pixels.fill(7, 0, 40);
    screen.pixels.fill(9, 64 * 10, 64 * 12);
    worker.room = 2;
    display.attached(worker);
    await clock.pass(500);
    expect(worker.pixels).not.toEqual(screen.pixels);
    worker.room = Number.POSITIVE_INFINITY;
    await clock.pass(1000);
    expect(worker.pixels).toEqual(screen.pixels);
  });

  it('shows everything to a server that comes later, and is silent without one', async () => {
    const { clock, worker, screen, display } = scene();
    screen.pixels.fill(3);
    display.attached(worker);
    await clock.pass(100);
    display.detached();
    const before = worker.commands.length;
    screen.pixels.fill(4);
    await clock.pass(1000);
    expect(worker.commands.length).toBe(before);
    const next = newWorker();
    display.attached(next);
    await clock.pass(100);
    expect(next.pixels).toEqual(screen.pixels);
  });

  it('keeps the last picture while the adapter is blank', async () => {
    const { clock, worker, screen, display } = scene();
    screen.pixels.fill(3);
    display.attached(worker);
    await clock.pass(100);
    screen.blank = true;
    await clock.pass(1000);
    expect(worker.types).toEqual(['primaryCreate', 'draw']);
  });
});
