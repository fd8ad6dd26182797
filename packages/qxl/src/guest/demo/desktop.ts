import type { QxlCommand, Rect } from '@lazyspice/core';
import { copy, copyBits, fill, imageOf, rectAt, rgb } from '../../recording/builder.js';
import { within, without } from './regions.js';
import type { DemoWindow, Part } from './window.js';

/** Rows of one colour in the background. */
const band = 8;

/** Windows that cover each other, drawn with fills, copies and moved areas. Gives commands; keeps no pixels. */
export class Desktop {
  readonly width: number;
  readonly height: number;
  /** From the lowest to the uppermost. */
  readonly #windows: DemoWindow[];

  constructor(width: number, height: number, windows: readonly DemoWindow[]) {
    this.width = width;
    this.height = height;
    this.#windows = [...windows];
    for (const window of windows) this.#place(window, window.x, window.y);
  }

  get windows(): readonly DemoWindow[] {
    return this.#windows;
  }

  /** The uppermost window at a point. */
  windowAt(x: number, y: number): DemoWindow | null {
    const hit = this.#windows.filter(
      ({ box }) => x >= box.left && x < box.right && y >= box.top && y < box.bottom,
    );
    return hit.at(-1) ?? null;
  }

  paintAll(): QxlCommand[] {
    return this.#paint([rectAt(0, 0, this.width, this.height)]);
  }

  /** What a window shows has changed. */
  paintParts(window: DemoWindow, parts: readonly Part[]): QxlCommand[] {
    return this.#draw(window, parts, this.#visible(window));
  }

  /** Brings a window to the top. */
  raise(window: DemoWindow): QxlCommand[] {
    const index = this.#windows.indexOf(window);
    const top = this.#windows.length - 1;
    if (index < 0 || index === top) return [];
    const before = this.#windows[top];
    this.#windows.splice(index, 1);
    this.#windows.push(window);
    return [...this.paintParts(before, before.parts(false)), ...this.paintParts(window, window.parts(true))];
  }

  /** Moves the uppermost window, as far as the screen goes, by moving its pixels. */
  move(window: DemoWindow, x: number, y: number): QxlCommand[] {
    const from = window.box;
    this.#place(window, x, y);
    const to = window.box;
    if (to.left === from.left && to.top === from.top) return [];
    return [copyBits(to, { x: from.left, y: from.top }), ...this.#paint(without([from], to))];
  }

  /** Background and windows, inside these rectangles. */
  #paint(rects: readonly Rect[]): QxlCommand[] {
    let free = [...rects];
    const layers: QxlCommand[][] = [];
    for (const window of [...this.#windows].reverse()) {
      const seen = within(free, window.box);
      if (seen.length > 0)
        layers.push(this.#draw(window, window.parts(window === this.#windows.at(-1)), seen));
      free = without(free, window.box);
    }
    return [...this.#background(free), ...layers.reverse().flat()];
  }

  #background(rects: readonly Rect[]): QxlCommand[] {
    const commands: QxlCommand[] = [];
    if (rects.length === 0) return commands;
    for (let top = 0; top < this.height; top += band) {
      const strip = rectAt(0, top, this.width, Math.min(band, this.height - top));
      const part = top / this.height;
      const color = rgb(Math.round(18 + 30 * part), Math.round(34 + 60 * part), Math.round(70 + 70 * part));
      for (const rect of within(rects, strip)) commands.push(fill(rect, color));
    }
    return commands;
  }

  /** Parts of a window, where they are in `seen`. */
  #draw(window: DemoWindow, parts: readonly Part[], seen: readonly Rect[]): QxlCommand[] {
    const commands: QxlCommand[] = [];
    for (const part of parts) {
      const { top, left, bottom, right } = part.box;
      const box = rectAt(left + window.x, top + window.y, right - left, bottom - top);
      const clip = within(seen, box);
      if (clip.length === 0) continue;
      const whole = clip.length === 1 && clip[0].top === box.top && clip[0].bottom === box.bottom;
      const options = whole && clip[0].left === box.left && clip[0].right === box.right ? {} : { clip };
      if ('pixels' in part) commands.push(copy({ x: box.left, y: box.top }, imageOf(part.pixels), options));
      else commands.push(fill(box, part.color, options));
    }
    return commands;
  }

  #visible(window: DemoWindow): Rect[] {
    let rects = [window.box];
    for (const above of this.#windows.slice(this.#windows.indexOf(window) + 1))
      rects = without(rects, above.box);
    return rects;
  }

  #place(window: DemoWindow, x: number, y: number): void {
    window.x = Math.max(0, Math.min(x, this.width - window.width));
    window.y = Math.max(0, Math.min(y, this.height - window.height));
  }
}
