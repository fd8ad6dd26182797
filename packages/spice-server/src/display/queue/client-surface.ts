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
