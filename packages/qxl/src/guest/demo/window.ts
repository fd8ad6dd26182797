import type { Rect } from '@lazyspice/core';
import { type Pixels, rectAt, rgb } from '../../recording/builder.js';
import { drawText, glyphSize } from '../font.js';

/** What a window draws, in its own coordinates: a fill or a picture. */
export type Part =
  | { readonly box: Rect; readonly color: number }
  | { readonly box: Rect; readonly pixels: Pixels };

export const titleHeight = 20;
const border = 1;

/** A window of the demo's desktop: a frame with a title, and something inside. */
export abstract class DemoWindow {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  x = 0;
  y = 0;

  constructor(title: string, width: number, height: number) {
    this.title = title;
    this.width = width + 2 * border;
    this.height = height + titleHeight + border;
  }

  get box(): Rect {
    return rectAt(this.x, this.y, this.width, this.height);
  }

  /** The inside, in window coordinates. */
  get inside(): Rect {
    return rectAt(border, titleHeight, this.width - 2 * border, this.height - titleHeight - border);
  }

  /** All of it. */
  parts(active: boolean): Part[] {
    const color = active ? rgb(60, 96, 160) : rgb(70, 76, 92);
    const bar = textPixels(
      this.title,
      { width: this.width - 2 * border, height: titleHeight - border },
      color,
    );
    return [
      { box: rectAt(0, 0, this.width, this.height), color: rgb(20, 24, 34) },
      { box: rectAt(border, border, bar.width, bar.height), pixels: bar },
      ...this.content(),
    ];
  }

  /** What is inside. */
  protected abstract content(): Part[];
}

/** White text on a colour, in the middle of the height. */
export function textPixels(
  text: string,
  size: { width: number; height: number },
  back: number,
  options: { color?: number; scale?: number; x?: number } = {},
): Pixels {
  const { width, height } = size;
  const data = new Uint8Array(width * height * 4);
  new Uint32Array(data.buffer).fill(back);
  const { color = 0xffffff, scale = 1, x = 8 } = options;
  const y = Math.floor((height - 7 * scale) / 2);
  drawText({ width, data }, text, { x, y, color, scale });
  return { width, height, data };
}

const two = (value: number): string => `${value}`.padStart(2, '0');

/** The time of day. */
export class ClockWindow extends DemoWindow {
  #text = '';

  constructor() {
    super('Clock', 160, 40);
  }

  /** @param time milliseconds since 1970, of the local day. True: it shows something else now. */
  setTime(time: number): boolean {
    const seconds = Math.floor(time / 1000) % 86_400;
    const text = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    const changed = text !== this.#text;
    this.#text = text;
    return changed;
  }

  protected override content(): Part[] {
    const size = { width: 160, height: 40 };
    const options = { color: 0x8df0c0, scale: 3, x: 9 };
    return [{ box: this.inside, pixels: textPixels(this.#text, size, 0x0c1420, options) }];
  }

  face(): Part[] {
    return this.content();
  }
}

const plasma = { width: 192, height: 128, cell: 2 } as const;

/** An area that changes all the time, as a film does. */
export class PlasmaWindow extends DemoWindow {
  #phase = 0;

  constructor() {
    super('Plasma', plasma.width, plasma.height);
  }

  /** @param time milliseconds. */
  setTime(time: number): void {
    this.#phase = time / 600;
  }

  face(): Part[] {
    return this.content();
  }

  protected override content(): Part[] {
    const { width, height, cell } = plasma;
    const words = new Uint32Array(width * height);
    const phase = this.#phase;
    for (let y = 0; y < height; y += cell) {
      for (let x = 0; x < width; x += cell) {
        const wave =
          Math.sin(x / 19 + phase) + Math.sin(y / 13 - phase * 1.3) + Math.sin((x + y) / 27 + phase / 2);
        const color = rgb(level(wave), level(wave + 2), level(wave + 4));
        for (let row = 0; row < cell; row++)
          words.fill(color, (y + row) * width + x, (y + row) * width + x + cell);
      }
    }
    return [{ box: this.inside, pixels: { width, height, data: new Uint8Array(words.buffer) } }];
  }
}

const level = (wave: number): number => Math.round(128 + 100 * Math.sin(wave * 1.6));

/** Shows what is typed. */
export class TerminalWindow extends DemoWindow {
  static readonly columns = 48;
  static readonly rows = 14;
  readonly #lines: string[] = ['lazyspice demo: type something.', '$ '];

  constructor() {
    const { columns, rows } = TerminalWindow;
    super('Terminal', columns * glyphSize.advance + 12, rows * glyphSize.line + 8);
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** @param key a letter, '\n', or '\b'. */
  type(key: string): void {
    const last = this.#lines.length - 1;
    if (key === '\n') this.#lines.push('$ ');
    else if (key === '\b') {
      if (this.#lines[last].length > 2) this.#lines[last] = this.#lines[last].slice(0, -1);
    } else if (this.#lines[last].length < TerminalWindow.columns - 1) this.#lines[last] += key;
    else this.#lines.push(key);
    while (this.#lines.length > TerminalWindow.rows) this.#lines.shift();
  }

  /** The line that is typed in. */
  lastLine(): Part[] {
    return this.#row(this.#lines.length - 1);
  }

  protected override content(): Part[] {
    const rows = this.#lines.flatMap((_, index) => this.#row(index));
    return [{ box: this.inside, color: 0x10141c }, ...rows];
  }

  #row(index: number): Part[] {
    const { left, top, right } = this.inside;
    const size = { width: right - left, height: glyphSize.line };
    const cursor = index === this.#lines.length - 1 ? '_' : '';
    const pixels = textPixels(this.#lines[index] + cursor, size, 0x10141c, { color: 0xd0e4d0, x: 6 });
    return [{ box: rectAt(left, top + 4 + index * glyphSize.line, size.width, size.height), pixels }];
  }
}
