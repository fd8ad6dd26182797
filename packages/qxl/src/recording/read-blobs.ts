import { type Glyph, type PathSegment, qxlLimits, type Rect } from '@lazyspice/core';
import { recordBytes } from './format.js';

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The rectangles of a `clip_rects` blob: top, left, bottom, right as i32 LE. null: no whole number of them. */
export function rectsFrom(bytes: Uint8Array): Rect[] | null {
  if (bytes.length % recordBytes.rect !== 0 || bytes.length / recordBytes.rect > qxlLimits.clipRects)
    return null;
  const view = viewOf(bytes);
  const rects: Rect[] = [];
  for (let at = 0; at < bytes.length; at += recordBytes.rect) {
    rects.push({
      top: view.getInt32(at, true),
      left: view.getInt32(at + 4, true),
      bottom: view.getInt32(at + 8, true),
      right: view.getInt32(at + 12, true),
    });
  }
  return rects;
}

/** `count` signed 32-bit numbers; null: the blob holds another number of them. */
export function integersFrom(bytes: Uint8Array, count: number): number[] | null {
  if (bytes.length !== count * 4) return null;
  const view = viewOf(bytes);
  return Array.from({ length: count }, (_, index) => view.getInt32(index * 4, true));
}

/**
 * The segments of a `path` blob (qxl-device §8.5): flags, count, then `count` points in 28.4 fixed. Bytes behind
 * the last whole head are ignored, as the reference does. null: a count runs past the end or past the limits.
 */
export function segmentsFrom(bytes: Uint8Array): PathSegment[] | null {
  const view = viewOf(bytes);
  const segments: PathSegment[] = [];
  let at = 0;
  while (at + recordBytes.segment < bytes.length) {
    const flags = view.getUint32(at, true);
    const count = view.getUint32(at + 4, true);
    at += recordBytes.segment;
    const rest = Math.floor((bytes.length - at) / recordBytes.point);
    if (count > rest || count > qxlLimits.pathPoints || segments.length >= qxlLimits.pathSegments)
      return null;
    const points = [];
    for (let index = 0; index < count; index++, at += recordBytes.point) {
      points.push({ x: view.getInt32(at, true), y: view.getInt32(at + 4, true) });
    }
    segments.push({ flags: flags & 0xff, points });
  }
  return segments;
}

/** Bits of a glyph's pixel by string flags; 0: none is given. */
export function glyphDepth(stringFlags: number): number {
  if (stringFlags & 1) return 1;
  if (stringFlags & 2) return 4;
  return stringFlags & 4 ? 8 : 0;
}

/** Exactly `count` glyphs that fill a `string` blob (qxl-device §8.6); null: they don't. */
export function glyphsFrom(bytes: Uint8Array, text: { count: number; depth: number }): Glyph[] | null {
  if (text.depth === 0) return null;
  const view = viewOf(bytes);
  const glyphs: Glyph[] = [];
  let at = 0;
  for (let index = 0; index < text.count; index++) {
    if (at + recordBytes.glyph > bytes.length) return null;
    const width = view.getUint16(at + 16, true);
    const height = view.getUint16(at + 18, true);
    const start = at + recordBytes.glyph;
    const stop = start + Math.ceil((width * text.depth) / 8) * height;
    if (stop > bytes.length) return null;
    glyphs.push({
      position: { x: view.getInt32(at, true), y: view.getInt32(at + 4, true) },
      origin: { x: view.getInt32(at + 8, true), y: view.getInt32(at + 12, true) },
      width,
      height,
      data: bytes.subarray(start, stop),
    });
    at = stop;
  }
  return at === bytes.length ? glyphs : null;
}
