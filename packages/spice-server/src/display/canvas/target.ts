import type { Clip, Rect } from '@lazyspice/core';
import { CanvasError } from './errors.js';

/** Rectangles below which overlap is looked for pair by pair. */
const pairwiseLimit = 64;
/** Runs that one command's clip or mask may break its area into (64 MB). */
const maxRects = 4 * 1024 * 1024;

/**
 * The pixels a command draws: disjoint rectangles, four numbers each (left, top, right, bottom). One object serves
 * all commands of a canvas; plain commands have one rectangle and allocate nothing.
 */
export class Target {
  coordinates = new Int32Array(4 * 64);
  count = 0;
  /** Rectangles of the step before, while a mask breaks them up. */
  #spare = new Int32Array(4 * 64);
  #previousRow = new Int32Array(64);
  #currentRow = new Int32Array(64);
  #previousCount = 0;
  #currentCount = 0;
  #scanned = 0;

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** box and surface and, when there are any, the union of the clip's rectangles (display pipeline §11.1). */
  set(box: Rect, clip: Clip, width: number, height: number): void {
    this.count = 0;
    const left = Math.max(0, box.left);
    const top = Math.max(0, box.top);
    const right = Math.min(width, box.right);
    const bottom = Math.min(height, box.bottom);
    if (left >= right || top >= bottom) return;
    if (clip === null) {
      this.#push(left, top, right, bottom);
      return;
    }
    for (const r of clip) {
      const clipLeft = Math.max(r.left, left);
      const clipTop = Math.max(r.top, top);
      const clipRight = Math.min(r.right, right);
      const clipBottom = Math.min(r.bottom, bottom);
      if (clipLeft < clipRight && clipTop < clipBottom) this.#push(clipLeft, clipTop, clipRight, clipBottom);
    }
    if (this.count > 1 && !this.#isDisjoint()) this.#makeDisjoint(left, top, right, bottom);
  }

  /** Keeps only what lies in the rectangle. */
  restrict(left: number, top: number, right: number, bottom: number): void {
    const c = this.coordinates;
    let kept = 0;
    for (let i = 0; i < this.count * 4; i += 4) {
      const l = Math.max(c[i], left);
      const t = Math.max(c[i + 1], top);
      const r = Math.min(c[i + 2], right);
      const b = Math.min(c[i + 3], bottom);
      if (l >= r || t >= b) continue;
      c[kept++] = l;
      c[kept++] = t;
      c[kept++] = r;
      c[kept++] = b;
    }
    this.count = kept / 4;
  }

  /** The smallest rectangle around the target; only for a target that is not empty. */
  bounds(): Rect {
    const c = this.coordinates;
    let left = c[0];
    let top = c[1];
    let right = c[2];
    let bottom = c[3];
    for (let i = 4; i < this.count * 4; i += 4) {
      left = Math.min(left, c[i]);
      top = Math.min(top, c[i + 1]);
      right = Math.max(right, c[i + 2]);
      bottom = Math.max(bottom, c[i + 3]);
    }
    return { left, top, right, bottom };
  }

  /**
   * Replaces the target by runs of its pixels. `scan` is called for every rectangle and reports them with
   * `run(left, right, y)`, from left to right and from top to bottom.
   */
  scan(scanRect: (left: number, top: number, right: number, bottom: number) => void): void {
    const rects = this.coordinates;
    const count = this.count;
    this.coordinates = this.#spare;
    this.#spare = rects;
    this.count = 0;
    for (let i = 0; i < count * 4; i += 4) {
      this.#previousCount = 0;
      this.#currentCount = 0;
      scanRect(rects[i], rects[i + 1], rects[i + 2], rects[i + 3]);
    }
  }

  /** Within `scan`: before the runs of the next row. */
  row(): void {
    const previous = this.#previousRow;
    this.#previousRow = this.#currentRow;
    this.#previousCount = this.#currentCount;
    this.#currentRow = previous;
    this.#currentCount = 0;
    this.#scanned = 0;
  }

  /** Within `scan`: pixels left..right of row y. Equal runs of rows that follow each other become one rectangle. */
  run(left: number, right: number, y: number): void {
    const previous = this.#previousRow;
    while (this.#scanned < this.#previousCount && this.coordinates[previous[this.#scanned] * 4] < left) {
      this.#scanned++;
    }
    let index = this.#scanned < this.#previousCount ? previous[this.#scanned] : -1;
    const c = this.coordinates;
    if (index >= 0 && c[index * 4] === left && c[index * 4 + 2] === right && c[index * 4 + 3] === y) {
      c[index * 4 + 3] = y + 1;
    } else {
      index = this.count;
      this.#push(left, y, right, y + 1);
    }
    if (this.#currentCount === this.#currentRow.length) {
      const larger = new Int32Array(this.#currentRow.length * 2);
      larger.set(this.#currentRow);
      this.#currentRow = larger;
    }
    this.#currentRow[this.#currentCount++] = index;
  }

  #push(left: number, top: number, right: number, bottom: number): void {
    let i = this.count * 4;
    if (i === this.coordinates.length) {
      if (this.count >= maxRects) throw new CanvasError('too-large', 'the clip or mask is too complex');
      const larger = new Int32Array(this.coordinates.length * 2);
      larger.set(this.coordinates);
      this.coordinates = larger;
    }
    const c = this.coordinates;
    c[i++] = left;
    c[i++] = top;
    c[i++] = right;
    c[i] = bottom;
    this.count++;
  }

  #isDisjoint(): boolean {
    if (this.count > pairwiseLimit) return false;
    const c = this.coordinates;
    for (let i = 4; i < this.count * 4; i += 4) {
      for (let j = 0; j < i; j += 4) {
        if (c[i] < c[j + 2] && c[j] < c[i + 2] && c[i + 1] < c[j + 3] && c[j + 1] < c[i + 3]) return false;
      }
    }
    return true;
  }

  /**
   * Counts at every pixel how many rectangles cover it, by adding at corners and summing up: rectangles cost a
   * constant each and pixels a constant each, whatever the clip.
   */
  #makeDisjoint(left: number, top: number, right: number, bottom: number): void {
    const width = right - left + 1;
    const pixels = width * (bottom - top + 1);
    if (pixels > 16 * maxRects) throw new CanvasError('too-large', 'the clip covers too large an area');
    const cover = new Int32Array(pixels);
    const c = this.coordinates;
    for (let i = 0; i < this.count * 4; i += 4) {
      const l = c[i] - left;
      const t = (c[i + 1] - top) * width;
      const r = c[i + 2] - left;
      const b = (c[i + 3] - top) * width;
      cover[t + l]++;
      cover[t + r]--;
      cover[b + l]--;
      cover[b + r]++;
    }
    this.count = 1;
    c[0] = left;
    c[1] = top;
    c[2] = right;
    c[3] = bottom;
    this.scan(() => {
      for (let y = top; y < bottom; y++) this.#coverRow(cover, (y - top) * width, left, right, y);
    });
  }

  /** Sums one row up, on top of the row above it (already in place), and reports its runs. */
  #coverRow(cover: Int32Array, start: number, left: number, right: number, y: number): void {
    const width = right - left + 1;
    this.row();
    if (start > 0) for (let i = start; i < start + width; i++) cover[i] += cover[i - width];
    let sum = 0;
    let runStart = -1;
    for (let x = left; x < right; x++) {
      sum += cover[start + x - left];
      if (sum > 0) {
        if (runStart < 0) runStart = x;
      } else if (runStart >= 0) {
        this.run(runStart, x, y);
        runStart = -1;
      }
    }
    if (runStart >= 0) this.run(runStart, right, y);
  }
}
