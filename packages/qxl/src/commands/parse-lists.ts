import { type Clip, type Glyph, type PathSegment, type Point, qxlLimits, type Rect } from '@lazyspice/core';
import { Fields, type GuestReader } from './guest-reader.js';

const rectBytes = 16;
const pointBytes = 8;
const glyphHeadBytes = 20;
/** Bytes of one path or one run of glyphs: far more than any driver sends, and parsed in a moment. */
const listBytes = 16 * 1024 * 1024;

/** The clip of 12 bytes at `offset` of a structure. */
export function parseClip(reader: GuestReader, fields: Fields, offset: number): Clip {
  const type = fields.u32(offset);
  if (type === 0) return null;
  if (type !== 1) return fields.refuse(`clip type ${type}`);
  const address = fields.u64(offset + 4);
  const count = reader.fields(address, 4).u32(0);
  if (count > qxlLimits.clipRects) return fields.refuse(`${count} clip rectangles`);
  const bytes = reader.chunksCopy(address + 4n, count * rectBytes);
  if (bytes.length !== count * rectBytes) return fields.refuse(`not ${count} clip rectangles`);
  const list = new Fields(address, bytes);
  const rects: Rect[] = [];
  for (let index = 0; index < count; index++) rects.push(list.rect(index * rectBytes));
  return rects;
}

/** The path object at `address` (§8.5). */
export function parsePath(reader: GuestReader, address: bigint): PathSegment[] {
  const bytes = reader.chunksCopy(address + 4n, listBytes);
  const list = new Fields(address, bytes);
  const segments: PathSegment[] = [];
  let points = 0;
  let at = 0;
  while (at + 8 < bytes.length) {
    const flags = list.u32(at) & 0xff;
    const count = list.u32(at + 4);
    at += 8;
    points += count;
    if (count * pointBytes > bytes.length - at) list.refuse(`a path segment of ${count} points past its end`);
    if (points > qxlLimits.pathPoints || segments.length === qxlLimits.pathSegments)
      list.refuse('a path too long');
    const segment: Point[] = [];
    for (let index = 0; index < count; index++) segment.push(list.point(at + index * pointBytes));
    segments.push({ flags, points: segment });
    at += count * pointBytes;
  }
  return segments;
}

/** The string object at `address` (§8.6). */
export function parseString(reader: GuestReader, address: bigint): { flags: number; glyphs: Glyph[] } {
  const head = reader.fields(address, 8);
  const [size, count, flags] = [head.u32(0), head.u16(4), head.u16(6)];
  const bits = flags & 1 ? 1 : flags & 2 ? 4 : flags & 4 ? 8 : 0;
  if (bits === 0) head.refuse('a string without a glyph depth');
  if (count === 0) head.refuse('a string without glyphs');
  const bytes = reader.chunksCopy(address + 8n, Math.min(size, listBytes));
  if (bytes.length !== size) head.refuse(`${bytes.length} bytes of glyphs instead of ${size}`);
  const list = new Fields(address, bytes);
  const glyphs: Glyph[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + glyphHeadBytes > size) head.refuse(`not ${count} glyphs`);
    const [width, height] = [list.u16(at + 16), list.u16(at + 18)];
    const end = at + glyphHeadBytes + Math.ceil((width * bits) / 8) * height;
    if (end > size) head.refuse(`a glyph of ${width}x${height} past its end`);
    const data = bytes.subarray(at + glyphHeadBytes, end);
    glyphs.push({ position: list.point(at), origin: list.point(at + 8), width, height, data });
    at = end;
  }
  if (at !== size) head.refuse(`more than ${count} glyphs`);
  return { flags: flags & 0xff, glyphs };
}
