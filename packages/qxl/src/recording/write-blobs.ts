import type { Glyph, PathSegment, Rect } from '@lazyspice/core';
import { recordBytes } from './format.js';

/** A `clip_rects` blob: top, left, bottom, right as i32 LE. */
export const bytesOfRects = (rects: readonly Rect[]): Uint8Array =>
  bytesOfIntegers(rects.flatMap(({ top, left, bottom, right }) => [top, left, bottom, right]));

/** 32-bit numbers, little-endian. */
export function bytesOfIntegers(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setInt32(index * 4, value, true);
  return bytes;
}

/** A `path` blob: per segment flags, count and points in 28.4 fixed. */
export const bytesOfSegments = (segments: readonly PathSegment[]): Uint8Array =>
  bytesOfIntegers(
    segments.flatMap(({ flags, points }) => [flags, points.length, ...points.flatMap(({ x, y }) => [x, y])]),
  );

/** A `string` blob: per glyph position, origin, width, height and its rows. */
export function bytesOfGlyphs(glyphs: readonly Glyph[]): Uint8Array {
  const total = glyphs.reduce((sum, glyph) => sum + recordBytes.glyph + glyph.data.length, 0);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { position, origin, width, height, data } of glyphs) {
    view.setInt32(at, position.x, true);
    view.setInt32(at + 4, position.y, true);
    view.setInt32(at + 8, origin.x, true);
    view.setInt32(at + 12, origin.y, true);
    view.setUint16(at + 16, width, true);
    view.setUint16(at + 18, height, true);
    bytes.set(data, at + recordBytes.glyph);
    at += recordBytes.glyph + data.length;
  }
  return bytes;
}
