import type { QxlCommand, Rect, SurfacePixels } from '@lazyspice/core';
import { surfaceBits } from '../commands/layout.js';
import type { SurfaceShape } from '../commands/parse-other.js';
import { surfaceBytes } from '../commands/parse-other.js';
import { around, contains, intersect } from './area.js';
import type { MemorySlots } from './memory-slots.js';
import type { ServerLink } from './server-link.js';

export interface Surface extends SurfaceShape {
  readonly id: number;
  /** Bytes in guest memory. */
  readonly bytes: number;
  /** The command that made it, to be released with it; null: the primary. */
  readonly command: bigint | null;
  /** What the server has drawn and guest memory does not have yet. */
  dirty: Rect | null;
}

const primaryId = 0;
/** Bytes of pixels that a waiting processor asks for at a time. */
const promptBytes = 8 * 1024 * 1024;

/**
 * The surfaces the guest has made. The server draws on its own copies; guest memory is brought up to date where
 * and when the guest asks. A surface's memory is found through its slot each time, and left alone when that is
 * gone.
 */
export class Surfaces {
  readonly #slots: MemorySlots;
  readonly #link: ServerLink;
  readonly #all = new Map<number, Surface>();

  constructor(slots: MemorySlots, link: ServerLink) {
    this.#slots = slots;
    this.#link = link;
  }

  get(id: number): Surface | null {
    return this.#all.get(id) ?? null;
  }

  get all(): readonly Surface[] {
    return [...this.#all.values()];
  }

  get dirty(): boolean {
    for (const surface of this.#all.values()) if (surface.dirty !== null) return true;
    return false;
  }

  /** What is wrong with a surface that the guest asks for; null: nothing. */
  problem(shape: SurfaceShape): string | null {
    const bytes = surfaceBytes(shape);
    if (typeof bytes === 'string') return bytes;
    return this.#slots.tryResolve(shape.memory, bytes) === null ? 'a surface outside its memory slot' : null;
  }

  /** The command that makes such a surface, with its pixels as a view of guest memory if they are to be kept. */
  createCommand(id: number, shape: SurfaceShape, keepData: boolean): QxlCommand {
    const { format, width, height, stride, memory } = shape;
    const data = keepData ? this.#slots.tryResolve(memory, Math.abs(stride) * height) : null;
    const measures = { format, width, height, stride, data };
    if (id === primaryId) return { type: 'primaryCreate', ...measures, mouseAllowed: true };
    return { type: 'surfaceCreate', surfaceId: id, ...measures };
  }

  /** Notes a surface whose shape has no `problem`, and clears its memory unless the guest's pixels are kept. */
  add(id: number, shape: SurfaceShape, options: { keepData: boolean; command: bigint | null }): void {
    const bytes = Math.abs(shape.stride) * shape.height;
    if (!options.keepData) this.#slots.tryResolve(shape.memory, bytes)?.fill(0);
    this.#all.set(id, { ...shape, id, bytes, command: options.command, dirty: null });
  }

  remove(id: number): void {
    this.#all.delete(id);
  }

  clear(): void {
    this.#all.clear();
  }

  /** The server was told to draw there. */
  drawn(id: number, area: Rect): void {
    const surface = this.#all.get(id);
    if (surface === undefined) return;
    const part = intersect(area, wholeOf(surface));
    if (part !== null) surface.dirty = around(surface.dirty, part);
  }

  /** Everything the server must be told to know these surfaces again: what guest memory has. */
  recreate(): void {
    for (const surface of this.#all.values()) {
      surface.dirty = null;
      this.#link.send(this.createCommand(surface.id, surface, true));
    }
  }

  /** Brings an area of a surface in guest memory up to date; null: it is already. */
  update(surface: Surface, area: Rect): Promise<void> | null {
    const worker = this.#link.worker;
    const request = worker === null ? null : this.#request(surface, area);
    if (request === null || worker === null) return null;
    this.#link.kick();
    return worker.read(surface.id, request).then(
      (pixels) => this.#take(surface, request, pixels),
      () => this.#take(surface, request, null),
    );
  }

  /** As `update`, while the guest's processor waits. False: it could not be done in `limit` ms. */
  updateNow(surface: Surface, area: Rect, limit: number, now: () => number): boolean {
    const worker = this.#link.worker;
    const request = worker === null ? null : this.#request(surface, area);
    if (request === null || worker === null) return true;
    this.#link.kick();
    const end = now() + limit;
    for (const band of bandsOf(request)) {
      const pixels = worker.readNow(surface.id, band, Math.max(0, end - now()));
      if (pixels === undefined) {
        surface.dirty = around(surface.dirty, { ...request, top: band.top });
        return false;
      }
      this.#take(surface, band, pixels);
    }
    return true;
  }

  /** All that is dirty, of all surfaces. */
  async updateAll(): Promise<void> {
    await Promise.all(this.all.map((surface) => this.update(surface, wholeOf(surface))));
  }

  /** What must be asked of the server for an area to be current; from now on it counts as such. */
  #request(surface: Surface, area: Rect): Rect | null {
    const part = surface.dirty === null ? null : intersect(surface.dirty, area);
    if (part === null || surface.dirty === null) return null;
    // Eight pixels of one bit share a byte.
    const byte = surfaceBits[surface.format] < 8 ? 8 : 1;
    const left = part.left - (part.left % byte);
    const right = Math.min(surface.width, Math.ceil(part.right / byte) * byte);
    const request = { top: part.top, left, bottom: part.bottom, right };
    if (contains(request, surface.dirty)) surface.dirty = null;
    return request;
  }

  #take(surface: Surface, area: Rect, pixels: SurfacePixels | null): void {
    // Destroyed, or made anew meanwhile: that memory is not this surface's any more.
    if (this.#all.get(surface.id) !== surface) return;
    if (pixels === null || pixels.format !== surface.format || !this.#write(surface, area, pixels)) {
      surface.dirty = around(surface.dirty, area);
    }
  }

  #write(surface: Surface, area: Rect, pixels: SurfacePixels): boolean {
    const memory = this.#slots.tryResolve(surface.memory, surface.bytes);
    if (memory === null) return false;
    const bits = surfaceBits[surface.format];
    const width = Math.min(area.right - area.left, pixels.width);
    const height = Math.min(area.bottom - area.top, pixels.height);
    const rowBytes = Math.ceil((width * bits) / 8);
    const pitch = Math.abs(surface.stride);
    for (let y = 0; y < height; y++) {
      const row = surface.stride < 0 ? surface.height - 1 - (area.top + y) : area.top + y;
      const source = pixels.bytes.subarray(y * pixels.stride, y * pixels.stride + rowBytes);
      memory.set(source, row * pitch + (area.left * bits) / 8);
    }
    return true;
  }
}

/** Parts of an area, from the top, none of them large. */
function* bandsOf(area: Rect): Generator<Rect> {
  const rows = Math.max(1, Math.floor(promptBytes / (4 * (area.right - area.left))));
  for (let { top } = area; top < area.bottom; top += rows) {
    yield { ...area, top, bottom: Math.min(area.bottom, top + rows) };
  }
}

export const wholeOf = ({ width, height }: { width: number; height: number }): Rect => ({
  top: 0,
  left: 0,
  bottom: height,
  right: width,
});
