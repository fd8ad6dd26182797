import { expect, it } from 'vitest';
import { DrawingWorker } from '../../../../test/support/drawing-worker.js';
import { QemuConsole } from './qemu-console.js';

it('grows with an update that does not fit, and keeps what was there', async () => {
  const console = new QemuConsole(0, { now: () => 0, after: () => () => {} });
  const worker = new DrawingWorker();
  const fill = (x: number, y: number, width: number, height: number, color: number): void => {
    const pixels = new Uint32Array(width * height).fill(color);
    console.update({ x, y, width, height, stride: width * 4, bytes: new Uint8Array(pixels.buffer) });
  };
  console.attached(worker);
  fill(16_380, 0, 8, 1, 1);
  expect(worker.commands).toEqual([]);
  fill(0, 0, 8, 4, 5);
  await worker.handled();
  fill(4, 4, 8, 2, 6);
  await worker.handled();
  await worker.handled();
  expect(worker.width).toBe(12);
  expect(Array.from(worker.pixels.subarray(0, 12))).toEqual([5, 5, 5, 5, 5, 5, 5, 5, 0, 0, 0, 0]);
  expect(Array.from(worker.pixels.subarray(48, 60))).toEqual([0, 0, 0, 0, 6, 6, 6, 6, 6, 6, 6, 6]);
});
