import type { Drawable, Rect, SurfaceFormat } from '@lazyspice/core';
import { formats } from '../canvas/raster.js';
import { xrgbBlock } from '../canvas/xrgb-block.js';
import type { SurfaceInfo } from './client-surface.js';
import type { PixelBlock } from './items.js';

/** The server's surfaces, with everything drawn that was handled so far. */
export interface SurfaceSource {
  surface(id: number): SurfaceInfo | undefined;
  /** A copy of the pixels, rows top-down. */
  readRect(id: number, area: Rect): PixelBlock;
}

/** What a client can take. */
export interface ClientAbilities {
  /** Surfaces of this format can exist at the client. Primaries of others are shown as x8r8g8b8. */
  surfaceFormat(format: SurfaceFormat): boolean;
  /** The command can be sent as it is. */
  draw(drawable: Drawable): boolean;
}

export const primaryId = 0;
/** Bits a pixel in a surface format number: 1, 8, 16 or 32. */
const depthMask = 0x3f;

export const depthOf = (info: SurfaceInfo | undefined): number => (info?.format ?? 0) & depthMask;

/** Bytes of the pixels of an area, rows padded to 4. */
export function blockBytes({ format }: SurfaceInfo, { left, top, right, bottom }: Rect): number {
  return Math.ceil(((right - left) * (format & depthMask)) / 32) * 4 * (bottom - top);
}

/** As what the surface can exist at the client: a primary that it cannot have as it is, as x8r8g8b8; null: not at all. */
export function shownFormat({ id, format }: SurfaceInfo, abilities: ClientAbilities): SurfaceFormat | null {
  if (abilities.surfaceFormat(format)) return format;
  return id === primaryId && format !== formats.a1 ? formats.xrgb : null;
}

/** Pixels of ours in the format of the client's surface. */
export function readAs(source: SurfaceSource, { id, format }: SurfaceInfo, area: Rect): PixelBlock {
  const pixels = source.readRect(id, area);
  return pixels.format === format ? pixels : xrgbBlock(pixels, area.right - area.left);
}
