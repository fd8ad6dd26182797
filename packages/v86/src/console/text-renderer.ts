import type { V86Vga } from '../emulator/internals.js';
import { fallbackFont } from './fallback-font.js';

/** What the renderer reads of a VGA in text mode. */
export type TextAdapter = Pick<
  V86Vga,
  | 'max_cols'
  | 'max_rows'
  | 'max_scan_line'
  | 'offset_register'
  | 'start_address'
  | 'cursor_address'
  | 'cursor_scanline_start'
  | 'cursor_scanline_end'
  | 'clocking_mode'
  | 'attribute_mode'
  | 'dac_mask'
  | 'dac_map'
  | 'vga256_palette'
  | 'vga_memory'
  | 'plane2'
  | 'character_map_select'
>;

/** Bytes of a character's place in plane 2, and of one of its eight fonts. */
const glyphBytes = 32;
const fontBytes = 256 * glyphBytes;
/** Font pages are not in order of address. */
const fontPages = [0, 2, 4, 6, 1, 3, 5, 7];
/** Larger screens do not exist. */
const maxColumns = 512;
const maxRows = 256;

interface CellFormat {
  readonly columns: number;
  readonly rows: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** The ninth column of 0xc0..0xdf repeats the eighth, so that lines join. */
  readonly joinLines: boolean;
}

function formatOf(vga: TextAdapter): CellFormat {
  return {
    columns: Math.min(vga.max_cols, maxColumns),
    rows: Math.min(vga.max_rows, maxRows),
    cellWidth: vga.clocking_mode & 1 ? 8 : 9,
    cellHeight: (vga.max_scan_line & 31) + 1,
    joinLines: (vga.attribute_mode & 4) !== 0,
  };
}

/** The font page that the guest selected for characters of normal intensity. */
function fontOf(vga: TextAdapter): Uint8Array {
  const select = vga.character_map_select;
  const at = fontPages[(select & 3) | ((select & 16) >> 2)] * fontBytes;
  const font = vga.plane2.subarray(at, at + fontBytes);
  // Without a VGA BIOS nobody has loaded one; letters are never blank otherwise.
  const letters = font.subarray(0x41 * glyphBytes, 0x5b * glyphBytes);
  return letters.some((row) => row !== 0) ? font : fallbackFont();
}

/** Draws a VGA text screen, and of that only the cells that changed. */
export class TextRenderer {
  /** 0x00RRGGBB, rows of `width` pixels. A new array when the size changes. */
  pixels = new Uint32Array(0);
  #format: CellFormat | null = null;
  readonly #font = new Uint8Array(fontBytes);
  /** What each cell shows: character, attribute, cursor. */
  #shown = new Int32Array(0);
  readonly #colors = new Uint32Array(16);

  /** Brings `pixels` up to date. `cursorVisible` is the blinking cursor's phase. */
  draw(vga: TextAdapter, cursorVisible: boolean): { width: number; height: number } {
    const format = formatOf(vga);
    const width = format.columns * format.cellWidth;
    const height = format.rows * format.cellHeight;
    this.#prepare(vga, format, width, height);
    const rowBytes = 2 * Math.max(format.columns, 2 * vga.offset_register);
    const cursor = cursorVisible && (vga.cursor_scanline_start & 0x20) === 0 ? vga.cursor_address : -1;
    for (let row = 0; row < format.rows; row++) {
      for (let column = 0; column < format.columns; column++) {
        const at = (vga.start_address * 2 + row * rowBytes + column * 2) & 0xffff;
        const hasCursor = at >> 1 === cursor;
        const state = vga.vga_memory[at] | (vga.vga_memory[at | 1] << 8) | (hasCursor ? 0x10000 : 0);
        const cell = row * format.columns + column;
        if (this.#shown[cell] === state) continue;
        this.#shown[cell] = state;
        this.#drawCell(format, vga, row, column, state);
      }
    }
    return { width, height };
  }

  /** Forgets what is shown when anything but cells changed. */
  #prepare(vga: TextAdapter, format: CellFormat, width: number, height: number): void {
    let stale = false;
    const old = this.#format;
    if (old === null || JSON.stringify(old) !== JSON.stringify(format)) {
      this.#format = format;
      this.pixels = new Uint32Array(width * height);
      this.#shown = new Int32Array(format.columns * format.rows);
      stale = true;
    }
    const font = fontOf(vga);
    if (Buffer.compare(this.#font, font) !== 0) {
      this.#font.set(font);
      stale = true;
    }
    for (let i = 0; i < 16; i++) {
      const color = vga.vga256_palette[vga.dac_mask & vga.dac_map[i]] & 0xffffff;
      if (this.#colors[i] !== color) stale = true;
      this.#colors[i] = color;
    }
    if (stale) this.#shown.fill(-1);
  }

  #drawCell(format: CellFormat, vga: TextAdapter, row: number, column: number, state: number): void {
    const { cellWidth, cellHeight, columns } = format;
    const character = state & 0xff;
    const attribute = (state >> 8) & 0xff;
    const foreground = this.#colors[attribute & 15];
    // Bit 7 is blinking when the guest wants that; blinking text is drawn steadily.
    const background = this.#colors[(attribute >> 4) & (vga.attribute_mode & 8 ? 7 : 15)];
    const joins = format.joinLines && (character & 0xe0) === 0xc0;
    const hasCursor = (state & 0x10000) !== 0;
    const first = vga.cursor_scanline_start & 31;
    const last = vga.cursor_scanline_end & 31;
    const stride = columns * cellWidth;
    for (let y = 0; y < cellHeight; y++) {
      const inCursor = hasCursor && y >= first && y <= last;
      const points = inCursor ? 0xff : this.#font[character * glyphBytes + y];
      const ninth = inCursor || (joins && (points & 1) !== 0);
      const at = (row * cellHeight + y) * stride + column * cellWidth;
      for (let x = 0; x < 8; x++) {
        this.pixels[at + x] = (points & (0x80 >> x)) !== 0 ? foreground : background;
      }
      if (cellWidth === 9) this.pixels[at + 8] = ninth ? foreground : background;
    }
  }
}
