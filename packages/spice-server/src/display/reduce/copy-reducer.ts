import type { Bitmap, Drawable, Image, Rect } from '@lazyspice/core';
import { intersectRects, isEmptyRect, rectArea, translateRect } from '../geometry/rect.js';
import { changedAreas, samePixels } from './changed-areas.js';
import { asFill, asMove, fromPlace, soleColor, TwinFinder } from './cheaper.js';
import { bitmapRows, type PixelRows, surfaceRows } from './pixel-rows.js';
import { verticalShift } from './vertical-shift.js';

/** A surface whose pixels are read: 32 bits each. */
export interface ReadableSurface {
  readonly width: number;
  readonly height: number;
  readonly format: number;
  readonly words: Uint32Array;
  /** Bytes from row to row. */
  readonly stride: number;
}

/** Smaller copies are not compared with what is there: that would cost more than it gains. */
const minPixels = 4096;
const maxPieces = 24;
/** What is left must be below this share of the copy. */
const worthwhile = 0.8;
/** Scrolls are looked for when more than this share has changed, in copies of at least this size. */
const scrollShare = 0.3;
const minScrollWidth = 64;
const minScrollHeight = 48;
/** Image ids remembered to tell which images come again. */
const rememberedIds = 4096;

const ropPut = 8;
const cacheMe = 1;
const depth32: readonly number[] = [32, 96];
const bitmap32: readonly number[] = [8, 9];

interface PlainCopy {
  readonly image: Image;
  readonly bitmap: Bitmap;
  readonly sourceArea: Rect;
}

/**
 * Finds what a copy of pixels really changes: guests send whole windows for one line of text, and a moved picture as
 * new pixels. Such a copy becomes a COPY_BITS for what has moved and copies of what differs; one that changes
 * nothing becomes nothing. Small copies become fills or moves where that has the same effect, small fills moves. An image that the guest marks for the cache and sends again is left whole: clients
 * have it.
 */
export class CopyReducer {
  readonly #seen = new Set<bigint>();
  readonly #twins = new TwinFinder();

  /**
   * Commands that have the same effect on `surface`, whose pixels are those before the command; `[command]`
   * when nothing is gained.
   */
  reduce(command: Drawable, surface: ReadableSurface): readonly Drawable[] {
    if (command.operation.type === 'fill') return this.#reduceFill(command, surface);
    const drawable = unclipped(command);
    const copy = plainCopy(drawable, surface);
    if (copy === null) return [command];
    if (rectArea(drawable.box) < minPixels) return this.#reduceSmall(drawable, copy, surface);
    if ((copy.image.flags & cacheMe) !== 0 && this.#comesAgain(copy.image.id)) return [command];
    const after = bitmapRows(copy.bitmap, copy.sourceArea);
    if (after === null) return [command];
    const { box } = drawable;
    const before = surfaceRows(surface.words, surface.stride >> 2, box);
    const area = rectArea(box);
    const changed = changedAreas(before, after, 0, maxPieces);
    const changedPixels = changed === null ? area : totalArea(changed);
    if (changedPixels > area * scrollShare && canScroll(after)) {
      const moved = scrolled(drawable, copy, before, after);
      if (moved !== null && moved.pixels < Math.min(changedPixels, area) * worthwhile) return moved.drawables;
    }
    if (changed === null || changedPixels >= area * worthwhile) return [command];
    return changed.map((part) => piece(drawable, copy, part));
  }

  /** Whether the command is a plain copy of the pixels that are there already. */
  changesNothing(command: Drawable, surface: ReadableSurface): boolean {
    const drawable = unclipped(command);
    const copy = plainCopy(drawable, surface);
    const after = copy === null ? null : bitmapRows(copy.bitmap, copy.sourceArea);
    if (after === null) return false;
    return samePixels(surfaceRows(surface.words, surface.stride >> 2, drawable.box), after);
  }

  /** A fill of a colour as a move, if there is as much of the colour somewhere else. */
  #reduceFill(command: Drawable, surface: ReadableSurface): readonly Drawable[] {
    const { operation, box, clip, surfaceId } = command;
    if (operation.type !== 'fill' || operation.brush.type !== 'solid') return [command];
    if (operation.rop !== ropPut || operation.mask.image !== null) return [command];
    if (clip !== null || !isInside(box, surface)) return [command];
    return fromPlace(
      command,
      this.#twins.fill(surfaceId, pixelsOf(surface), operation.brush.color >>> 0, box),
    );
  }

  /** A small copy as a fill, or as a move of the same picture, if there is one. */
  #reduceSmall(drawable: Drawable, copy: PlainCopy, surface: ReadableSurface): readonly Drawable[] {
    const rows = bitmapRows(copy.bitmap, copy.sourceArea);
    if (rows === null) return [drawable];
    const color = soleColor(rows);
    if (color !== null) return this.#reduceFill(asFill(drawable, color), surface);
    return fromPlace(
      drawable,
      this.#twins.picture(drawable.surfaceId, pixelsOf(surface), rows, drawable.box),
    );
  }

  /** Image ids may stand for other images from now on. */
  reset(): void {
    this.#seen.clear();
  }

  /** Whether the id was seen before; remembers it. */
  #comesAgain(id: bigint): boolean {
    if (this.#seen.has(id)) return true;
    if (this.#seen.size >= rememberedIds) this.#seen.clear();
    this.#seen.add(id);
    return false;
  }
}

/** A copy with a clip of one rectangle, cut to it; anything else as it is. */
function unclipped(drawable: Drawable): Drawable {
  const { operation, clip } = drawable;
  if (operation.type !== 'copy' || clip?.length !== 1) return drawable;
  const { sourceArea } = operation;
  const width = sourceArea.right - sourceArea.left;
  const height = sourceArea.bottom - sourceArea.top;
  const { box } = drawable;
  if (box.right - box.left !== width || box.bottom - box.top !== height || operation.mask.image !== null) {
    return drawable;
  }
  const part = intersectRects(box, clip[0]);
  if (isEmptyRect(part)) return drawable;
  const dx = sourceArea.left - box.left;
  const dy = sourceArea.top - box.top;
  return {
    ...drawable,
    box: part,
    clip: null,
    operation: {
      ...operation,
      sourceArea: {
        left: part.left + dx,
        top: part.top + dy,
        right: part.right + dx,
        bottom: part.bottom + dy,
      },
    },
  };
}

/** The command as an unscaled, unmasked, unclipped put of 32-bit pixels inside the surface; null: it is not. */
function plainCopy(drawable: Drawable, surface: ReadableSurface): PlainCopy | null {
  const { operation, box, clip } = drawable;
  if (operation.type !== 'copy' || clip !== null) return null;
  const { source, sourceArea, rop, mask } = operation;
  if (source === null || source.content.type !== 'bitmap' || rop !== ropPut || mask.image !== null)
    return null;
  const bitmap = source.content;
  if (!bitmap32.includes(bitmap.format)) return null;
  // HIGH_BITS_SET changes pixels on the way.
  if ((source.flags & ~cacheMe) !== 0) return null;
  if (!isInside(box, surface)) return null;
  const inside =
    sourceArea.left >= 0 &&
    sourceArea.top >= 0 &&
    sourceArea.right <= bitmap.width &&
    sourceArea.bottom <= bitmap.height;
  const sameSize =
    sourceArea.right - sourceArea.left === box.right - box.left &&
    sourceArea.bottom - sourceArea.top === box.bottom - box.top;
  return inside && sameSize ? { image: source, bitmap, sourceArea } : null;
}

/** Whether the box is a part of a surface of 32 bits a pixel. */
const isInside = (box: Rect, { width, height, format }: ReadableSurface): boolean =>
  depth32.includes(format) &&
  !isEmptyRect(box) &&
  box.left >= 0 &&
  box.top >= 0 &&
  box.right <= width &&
  box.bottom <= height;

const pixelsOf = ({ words, stride, width, height }: ReadableSurface) => ({
  words,
  pitch: stride >> 2,
  width,
  height,
});

const canScroll = ({ width, height }: PixelRows): boolean =>
  width >= minScrollWidth && height >= minScrollHeight;

const totalArea = (areas: readonly Rect[]): number => areas.reduce((sum, area) => sum + rectArea(area), 0);

/** The copy as a move within its box and the rest; null when it has not moved. */
function scrolled(
  drawable: Drawable,
  copy: PlainCopy,
  before: PixelRows,
  after: PixelRows,
): { readonly drawables: Drawable[]; readonly pixels: number } | null {
  const shift = verticalShift(before, after);
  if (shift === 0) return null;
  const rest = changedAreas(before, after, shift, maxPieces);
  if (rest === null) return null;
  const { box } = drawable;
  const moved: Rect = {
    left: box.left,
    right: box.right,
    top: box.top + Math.max(0, -shift),
    bottom: box.bottom - Math.max(0, shift),
  };
  const move = asMove(drawable, moved, { x: box.left, y: moved.top + shift });
  return { drawables: [move, ...rest.map((part) => piece(drawable, copy, part))], pixels: totalArea(rest) };
}

/** The part of the copy at `part`, relative to its box, as a copy of its own. */
function piece(drawable: Drawable, copy: PlainCopy, part: Rect): Drawable {
  const { box, operation } = drawable;
  if (operation.type !== 'copy') return drawable;
  const { sourceArea, image, bitmap } = copy;
  const width = part.right - part.left;
  const height = part.bottom - part.top;
  const area = translateRect(part, sourceArea.left, sourceArea.top);
  const placed = { ...drawable, box: translateRect(part, box.left, box.top) };
  const rows = bitmapRows(bitmap, area);
  const color = rows === null ? null : soleColor(rows);
  if (color !== null) return asFill(placed, color);
  const content = cutBitmap(bitmap, area);
  return {
    ...placed,
    operation: {
      ...operation,
      source: { ...image, flags: image.flags & ~cacheMe, width, height, content },
      sourceArea: { top: 0, left: 0, bottom: height, right: width },
    },
  };
}

/** A part of a 32-bit bitmap; whole rows are shared, parts of rows copied. */
function cutBitmap(bitmap: Bitmap, area: Rect): Bitmap {
  const { data, stride, topDown } = bitmap;
  const width = area.right - area.left;
  const height = area.bottom - area.top;
  const firstRow = topDown ? area.top : bitmap.height - area.bottom;
  if (width === bitmap.width) {
    const rows = data.subarray(firstRow * stride, (firstRow + height) * stride);
    return { ...bitmap, height, data: rows };
  }
  const rowBytes = width * 4;
  const cut = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y++) {
    const from = (firstRow + y) * stride + area.left * 4;
    cut.set(data.subarray(from, from + rowBytes), y * rowBytes);
  }
  return { ...bitmap, width, height, stride: rowBytes, data: cut };
}
