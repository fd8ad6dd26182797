import { describe, expect, it } from 'vitest';
import { fallbackFont } from './fallback-font.js';
import { type TextAdapter, TextRenderer } from './text-renderer.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Four columns, two rows, 9x16 cells, blank; palette entry n is colour n * 0x111111. */
function adapter(): Mutable<TextAdapter> {
  const vgaMemory = new Uint8Array(262_144);
  return {
    max_cols: 4,
    max_rows: 2,
    max_scan_line: 15,
    offset_register: 2,
    start_address: 0,
    cursor_address: 0xffff,
    cursor_scanline_start: 13,
    cursor_scanline_end: 14,
    clocking_mode: 0,
    attribute_mode: 0x0c,
    dac_mask: 0xff,
    dac_map: Uint8Array.from({ length: 16 }, (_, i) => i),
    vga256_palette: Int32Array.from({ length: 256 }, (_, i) => (i & 15) * 0x111111),
    vga_memory: vgaMemory,
    plane2: vgaMemory.subarray(131_072, 196_608),
    character_map_select: 0,
  };
}

/** A cell as text, `#` where the pixel has the colour. */
function cell(renderer: TextRenderer, column: number, row: number, color: number): string[] {
  return Array.from({ length: 16 }, (_, y) => {
    const at = (row * 16 + y) * 36 + column * 9;
    return [...renderer.pixels.subarray(at, at + 9)].map((p) => (p === color ? '#' : '.')).join('');
  });
}

const glyph = (code: number): string[] =>
  [...fallbackFont().subarray(code * 32, code * 32 + 16)].map(
    (points) => `${points.toString(2).padStart(8, '0').replace(/1/g, '#').replace(/0/g, '.')}.`,
  );

describe('TextRenderer', () => {
  it('draws characters in their colours', () => {
    const vga = adapter();
    vga.vga_memory.set([0x41, 0x1f], 2 * (4 + 1));
    const renderer = new TextRenderer();
    expect(renderer.draw(vga, true)).toEqual({ width: 36, height: 32 });
    expect(cell(renderer, 1, 1, 0xffffff)).toEqual(glyph(0x41));
    expect(renderer.pixels[16 * 36 + 9]).toBe(0x111111);
  });

  it('repeats the eighth column of lines only', () => {
    const vga = adapter();
    vga.vga_memory.set([0xc4, 0x0f, 0x2d, 0x0f]);
    const renderer = new TextRenderer();
    renderer.draw(vga, true);
    expect(cell(renderer, 0, 0, 0xffffff)[7]).toBe('#########');
    expect(cell(renderer, 1, 0, 0xffffff).every((row) => row.endsWith('.'))).toBe(true);
  });

  it('shows the cursor, and takes it away again', () => {
    const vga = adapter();
    vga.vga_memory.set([0x20, 0x07]);
    vga.cursor_address = 0;
    const renderer = new TextRenderer();
    renderer.draw(vga, true);
    const shown = cell(renderer, 0, 0, 0x777777);
    expect(shown.map((row) => row === '#########').indexOf(true)).toBe(13);
    renderer.draw(vga, false);
    expect(cell(renderer, 0, 0, 0x777777).join('')).not.toContain('#');
  });

  it('takes the font that the guest loaded', () => {
    const vga = adapter();
    vga.plane2.fill(0xaa, 0x41 * 32, 0x41 * 32 + 16);
    vga.vga_memory.set([0x41, 0x0f]);
    const renderer = new TextRenderer();
    renderer.draw(vga, true);
    expect(cell(renderer, 0, 0, 0xffffff)).toEqual(Array.from({ length: 16 }, () => '#.#.#.#..'));
  });

  it('follows a palette change', () => {
    const vga = adapter();
    vga.vga_memory.set([0xdb, 0x0f]);
    const renderer = new TextRenderer();
    renderer.draw(vga, true);
    vga.vga256_palette[15] = 0x00ff00;
    renderer.draw(vga, true);
    expect(renderer.pixels[0]).toBe(0x00ff00);
  });
});
