import type { Drawable, Rect, SurfaceFormat } from '@lazyspice/core';
import { intersectRects, isEmptyRect, rect } from '../geometry/rect.js';
import { Region } from '../geometry/region.js';
import { visibleBounds } from './drawable-parts.js';

/** A surface as the queue needs to know it. */
export interface SurfaceInfo {
  readonly id: number;
  readonly width: number;
  readonly height: number;
  readonly format: SurfaceFormat;
}

/** Clips of more rectangles count as their bounds. */
const maxClipRects = 64;

/** A surface that exists at the client, or will by what is queued. */
export class ClientSurface {
  readonly info: SurfaceInfo;
  /** Where the client will not have our pixels when the queued items are drawn. */
  readonly dirty = new Region();
  /** All of it is dirty and no picture of it has been sent yet. */
  isBlank = false;
  /** Where the client will have our pixels only roughly. */
  readonly rough = new Region();
  /** What has become rough since `age` was last called. */
  readonly #fresh = new Region();
  /** What is to be made exact. */
  readonly #still = new Region();
  /** What was dirty when the round of parts began and has not been sent in it. */
  #round: Rect[] = [];

  constructor(info: SurfaceInfo) {
    this.info = info;
  }

  get whole(): Rect {
    return rect(0, 0, this.info.width, this.info.height);
  }

  /** All of it must be sent. */
  blank(): void {
    this.dirty.union(this.whole);
    this.isBlank = true;
  }

  /**
   * Rows of something dirty, at most `bytes` of them or one. Every part gets its turn, however often another one
   * becomes dirty again. Call it only while something is dirty.
   */
  nextPart(bytes: number): Rect {
    let part = this.#round.pop();
    while (part === undefined || !this.dirty.intersects(part)) {
      if (this.#round.length === 0) this.#round = [...this.dirty.rects].reverse();
      part = this.#round.pop();
    }
    const rowBytes = (part.right - part.left) * 4;
    const bottom = Math.min(part.bottom, part.top + Math.max(1, Math.floor(bytes / rowBytes)));
    if (bottom < part.bottom) this.#round.push({ ...part, top: bottom });
    return { ...part, bottom };
  }

  /** These pixels are being sent, with loss or without. */
  sent(area: Rect, loss: boolean): void {
    this.dirty.subtract(area);
    if (loss) this.roughen(area);
    else this.rough.subtract(area);
    this.isBlank = false;
  }

  /** What a command draws becomes dirty. */
  drawnOver(drawable: Drawable): void {
    const { areas } = this.drawnAreas(drawable);
    for (const area of areas) this.dirty.union(area);
  }

  /** Where a command draws. `exact`: nowhere less than that; a clip of many rectangles counts as its bounds. */
  drawnAreas(drawable: Drawable): { readonly areas: readonly Rect[]; readonly exact: boolean } {
    const { width, height } = this.info;
    const bounds = visibleBounds(drawable, width, height);
    if (isEmptyRect(bounds)) return { areas: [], exact: true };
    const { clip } = drawable;
    if (clip === null) return { areas: [bounds], exact: true };
    if (clip.length > maxClipRects) return { areas: [bounds], exact: false };
    return {
      areas: clip.map((part) => intersectRects(part, bounds)).filter((area) => !isEmptyRect(area)),
      exact: true,
    };
  }

  /** Whether a command draws where the client has pixels only roughly. */
  isRoughAt(drawable: Drawable): boolean {
    if (this.rough.isEmpty) return false;
    return this.drawnAreas(drawable).areas.some((area) => this.rough.intersects(area));
  }

  /** The client will have these pixels only roughly. */
  roughen(area: Rect): void {
    this.rough.union(area);
    this.#fresh.union(area);
  }

  /** Time has passed: what has been rough since the last call is to be made exact. */
  age(): void {
    this.#still.assign(this.rough);
    this.#still.subtractRegion(this.#fresh);
    this.#fresh.clear();
  }

  /** Whether `nextStill` may have something. */
  get hasStill(): boolean {
    return !this.#still.isEmpty && !this.rough.isEmpty;
  }

  /** Rows of something that is to be made exact, at most `bytes` of them or one; null: nothing. */
  nextStill(bytes: number): Rect | null {
    for (let area = this.#still.rects[0]; area !== undefined; area = this.#still.rects[0]) {
      const rows = Math.max(1, Math.floor(bytes / ((area.right - area.left) * 4)));
      const part = { ...area, bottom: Math.min(area.bottom, area.top + rows) };
      this.#still.subtract(part);
      if (this.rough.intersects(part)) return part;
    }
    return null;
  }
}
