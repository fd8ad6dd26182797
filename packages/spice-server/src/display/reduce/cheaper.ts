/** Smaller commands with the same effect as small ones: fills for pictures of one colour, moves for what is there. */
import type { Drawable, Point, Rect } from '@lazyspice/core';
import type { PixelRows } from './pixel-rows.js';

/** Larger pictures are not looked for: they would cost more time than a few bytes are worth. */
export const maxTwinPixels = 4096;
/** Pictures remembered of one surface, and surfaces. */
const maxPlaces = 2048;
const maxSurfaces = 64;

const ropPut = 8;
const effectOpaque = 1;

/** The one colour of a picture, as a word; null: it has more. */
export function soleColor({ words, offset, pitch, width, height }: PixelRows): number | null {
  const color = words[offset];
  for (let y = 0, row = offset; y < height; y++, row += pitch) {
    for (let i = row, end = row + width; i < end; i++) if (words[i] !== color) return null;
  }
  return color;
}

/** A command with the same place as `drawable` that fills it with a colour. */
export function asFill(drawable: Drawable, color: number): Drawable {
  const mask = { flags: 0, position: { x: 0, y: 0 }, image: null };
  const brush = { type: 'solid', color } as const;
  return { ...drawable, dependencies: [], operation: { type: 'fill', brush, rop: ropPut, mask } };
}

/** A command that moves what is at `source` into a box. */
export const asMove = (drawable: Drawable, box: Rect, source: Point): Drawable => ({
  ...drawable,
  box,
  effect: effectOpaque,
  dependencies: [],
  operation: { type: 'copyBits', source },
});

/** The command as a move from `place`: nothing, if that is where it draws; itself, if there is no such place. */
export function fromPlace(drawable: Drawable, place: Point | null): readonly Drawable[] {
  if (place === null) return [drawable];
  const { left, top } = drawable.box;
  return place.x === left && place.y === top ? [] : [asMove(drawable, drawable.box, place)];
}

/** A surface's pixels, 32 bits each; `pitch` in words. */
interface Pixels {
  readonly words: Uint32Array;
  readonly pitch: number;
  readonly width: number;
  readonly height: number;
}

/** Where small pictures and solid boxes were drawn last on one surface. Others may have been drawn over them since. */
class Places {
  /** By colour: the box with it. */
  readonly fills = new Map<number, Rect>();
  /** By hash: the corner of the picture. */
  readonly pictures = new Map<number, Point>();
}

/**
 * Finds places where a surface shows what a command is about to draw, among those where it was drawn lately. Whether
 * it is still there is seen by looking, so nothing has to be told what else happens to the surface.
 */
export class TwinFinder {
  readonly #surfaces = new Map<number, Places>();

  /** Where a box filled with `color` is, perhaps at `box` already; remembers that `box` becomes one. */
  fill(surfaceId: number, surface: Pixels, color: number, box: Rect): Point | null {
    const width = box.right - box.left;
    const height = box.bottom - box.top;
    const { fills } = this.#places(surfaceId);
    const isSmall = width * height <= maxTwinPixels;
    if (isSmall && isSolid(surface, box.left, box.top, width, height, color))
      return { x: box.left, y: box.top };
    const known = fills.get(color);
    if (known === undefined || known.right - known.left < width || known.bottom - known.top < height) {
      if (fills.size >= maxPlaces) fills.clear();
      fills.set(color, box);
      return null;
    }
    if (!isSmall || !isSolid(surface, known.left, known.top, width, height, color)) {
      fills.set(color, box);
      return null;
    }
    return { x: known.left, y: known.top };
  }

  /** Where a picture of at most `maxTwinPixels` is, perhaps at `box` already; remembers that it comes there. */
  picture(surfaceId: number, surface: Pixels, rows: PixelRows, box: Rect): Point | null {
    const { pictures } = this.#places(surfaceId);
    const corner = { x: box.left, y: box.top };
    if (shows(surface, corner, rows)) return corner;
    const hash = hashOf(rows);
    const known = pictures.get(hash);
    if (known !== undefined && shows(surface, known, rows)) return known;
    if (pictures.size >= maxPlaces) pictures.clear();
    pictures.set(hash, corner);
    return null;
  }

  #places(surfaceId: number): Places {
    let places = this.#surfaces.get(surfaceId);
    if (places === undefined) {
      if (this.#surfaces.size >= maxSurfaces) this.#surfaces.clear();
      places = new Places();
      this.#surfaces.set(surfaceId, places);
    }
    return places;
  }
}

function isSolid(
  { words, pitch, width: right, height: bottom }: Pixels,
  left: number,
  top: number,
  width: number,
  height: number,
  color: number,
): boolean {
  if (left < 0 || top < 0 || left + width > right || top + height > bottom) return false;
  for (let y = top; y < top + height; y++) {
    for (let i = y * pitch + left, end = i + width; i < end; i++) if (words[i] !== color) return false;
  }
  return true;
}

function shows({ words, pitch, width, height }: Pixels, { x, y }: Point, rows: PixelRows): boolean {
  if (x < 0 || y < 0 || x + rows.width > width || y + rows.height > height) return false;
  for (let row = 0; row < rows.height; row++) {
    const from = rows.offset + row * rows.pitch;
    const at = (y + row) * pitch + x;
    for (let i = 0; i < rows.width; i++) if (words[at + i] !== rows.words[from + i]) return false;
  }
  return true;
}

/** FNV-1a over size and pixels. */
function hashOf({ words, offset, pitch, width, height }: PixelRows): number {
  let hash = Math.imul(0x811c9dc5 ^ width, 0x01000193) ^ height;
  for (let y = 0, row = offset; y < height; y++, row += pitch) {
    for (let i = row, end = row + width; i < end; i++) hash = Math.imul(hash ^ words[i], 0x01000193);
  }
  return hash;
}
