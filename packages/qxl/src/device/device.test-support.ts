import type { FlushLevel, QxlCommand, QxlWorker, Rect, SurfacePixels, VgaAdapter } from '@lazyspice/core';
import { QxlDriver } from '../guest/driver.js';
import { PlainMachine } from '../guest/plain-machine.js';
import { VirtualClock } from '../guest/virtual-clock.js';
import { QxlDevice, type QxlDeviceOptions } from './device.js';
import { ramLayout } from './layout.js';

/** A server that remembers what it was told, has as much room as the test says, and answers when the test says. */
export class FakeWorker implements QxlWorker {
  readonly commands: QxlCommand[] = [];
  kicks = 0;
  /** Commands that it still takes. */
  room = Number.POSITIVE_INFINITY;
  /** What `read` is answered with, by area. */
  pixels: (surfaceId: number, area: Rect) => SurfacePixels | null = () => null;
  readonly reads: { surfaceId: number; area: Rect | null; answer: () => void }[] = [];
  #waiting: (() => void)[] = [];

  submit(command: QxlCommand): boolean {
    if (this.room <= 0) return false;
    this.room--;
    this.commands.push(structuredClone(command));
    return true;
  }
  kick(): void {
    this.kicks++;
  }
  space(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
  async makeRoom(room: number): Promise<void> {
    this.room = room;
    for (const resolve of this.#waiting.splice(0)) resolve();
    await settled();
  }
  flush(_level: FlushLevel): Promise<void> {
    return Promise.resolve();
  }
  read(surfaceId: number, area: Rect | null): Promise<SurfacePixels | null> {
    return new Promise((resolve) => {
      const answer = (): void => resolve(area === null ? null : this.pixels(surfaceId, area));
      this.reads.push({ surfaceId, area, answer });
    });
  }
  async answerReads(): Promise<void> {
    for (const { answer } of this.reads.splice(0)) answer();
    await settled();
  }
  /** Lets the caller's thread wait. */
  block: (milliseconds: number) => void = () => {};
  /** `readNow` answers as `read` would be answered. */
  prompt = false;
  taking = false;
  spaceNow(limit: number): boolean {
    if (this.room <= 0) this.block(limit);
    return this.room > 0;
  }
  readNow(surfaceId: number, area: Rect, limit: number): SurfacePixels | null | undefined {
    if (this.prompt) return this.pixels(surfaceId, area);
    this.block(limit);
    return undefined;
  }
  takesClientMonitors(takes: boolean): void {
    this.taking = takes;
  }
  /** What was told since the last time. */
  take(): QxlCommand[] {
    return this.commands.splice(0);
  }
  types(): string[] {
    return this.take().map(({ type }) => type);
  }
}

/** All promises that can be settled are. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Pixels of one colour. */
export function filled({ left, top, right, bottom }: Rect, value: number): SurfacePixels {
  const [width, height] = [right - left, bottom - top];
  const bytes = new Uint8Array(width * height * 4).fill(value);
  return { format: 32, width, height, stride: width * 4, bytes };
}

export const mebi = 1024 * 1024;

/** A machine with a small QXL device and a server; the guest's driver is not started. */
export function bench(options: Partial<QxlDeviceOptions> = {}, vga: VgaAdapter | null = null) {
  const clock = new VirtualClock();
  const machine = new PlainMachine({ clock, ram: 4096, vga });
  const log: string[] = [];
  const device = new QxlDevice({
    vgaMemory: 8 * mebi,
    ram: 16 * mebi,
    vram: 8 * mebi,
    log: (_, message) => log.push(message),
    ...options,
  });
  const slot = machine.plug(device);
  const worker = new FakeWorker();
  worker.block = (milliseconds) => clock.advance(milliseconds);
  device.display.attached?.(worker);
  machine.setRunning(true);
  worker.take();
  const headerAt = device.bars[0].size - ramLayout.bytes;
  const view = (): DataView => {
    const bytes = slot.barBytes(0);
    return new DataView(bytes.buffer, bytes.byteOffset + headerAt);
  };
  return {
    clock,
    machine,
    device,
    slot,
    worker,
    log,
    get: (offset: number): number => view().getUint32(offset, true),
    set: (offset: number, value: number): void => view().setUint32(offset, value, true),
    get64: (offset: number): bigint => view().getBigUint64(offset, true),
    set64: (offset: number, value: bigint): void => view().setBigUint64(offset, value, true),
    out: (port: number, value = 0): void => device.writePort(3, port, 1, value),
    /** Starts a driver and a primary of 64x48. */
    started: (): QxlDriver => {
      const driver = new QxlDriver(machine);
      driver.createPrimary(64, 48);
      clock.advance(1);
      worker.take();
      return driver;
    },
  };
}
export type Bench = ReturnType<typeof bench>;
