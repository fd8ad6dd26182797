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

  /** These pixels are being sent. */
  sent(area: Rect): void {
    this.dirty.subtract(area);
    this.isBlank = false;
  }

  /** What a command draws becomes dirty. */
  drawnOver(drawable: Drawable): void {
    const { width, height } = this.info;
    const bounds = visibleBounds(drawable, width, height);
    if (isEmptyRect(bounds)) return;
    if (drawable.clip === null || drawable.clip.length > maxClipRects) {
      this.dirty.union(bounds);
      return;
    }
    for (const part of drawable.clip) {
      const area = intersectRects(part, bounds);
      if (!isEmptyRect(area)) this.dirty.union(area);
    }
  }
}
