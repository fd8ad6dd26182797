import { CursorType, type Head, type QxlCommand, qxlLimits, type Rect, SurfaceFormat } from '@lazyspice/core';
import type { Fields, GuestReader } from './guest-reader.js';
import { cursorActions, surfaceActions, surfaceBits } from './layout.js';

const cursorTypes: readonly number[] = Object.values(CursorType.values);
const surfaceFormats: readonly number[] = Object.values(SurfaceFormat.values);
const isCursorType = (value: number): value is CursorType => cursorTypes.includes(value);
const isSurfaceFormat = (value: number): value is SurfaceFormat => surfaceFormats.includes(value);

/** Pixels of one cursor: a quarter of what any hardware or client takes is more than enough. */
const cursorPixels = 1024 * 1024;
const cursorHeadBytes = 9;
const shapeHeadBytes = 22;
const headBytes = 28;
/** A debug message's longest text. */
const messageBytes = 4096;

/**
 * The cursor command at `address` (§8.9).
 * @throws CommandError
 */
export function parseCursor(reader: GuestReader, address: bigint): QxlCommand {
  const body = address + BigInt(cursorHeadBytes);
  const head = reader.fields(address, cursorHeadBytes);
  switch (head.u8(8)) {
    case cursorActions.set:
      return parseCursorSet(reader, reader.fields(body, 13));
    case cursorActions.move:
      return { type: 'cursorMove', position: reader.fields(body, 4).point16(0) };
    case cursorActions.hide:
      return { type: 'cursorHide' };
    case cursorActions.trail: {
      const fields = reader.fields(body, 4);
      return { type: 'cursorTrail', length: fields.u16(0), frequency: fields.u16(2) };
    }
    default:
      return head.refuse(`cursor command ${head.u8(8)}`);
  }
}

function parseCursorSet(reader: GuestReader, set: Fields): QxlCommand {
  const address = set.u64(5);
  const shape = reader.fields(address, shapeHeadBytes);
  const type = shape.u16(8);
  const [width, height] = [shape.u16(10), shape.u16(12)];
  if (!isCursorType(type)) return shape.refuse(`cursor type ${type}`);
  if (width * height > cursorPixels) shape.refuse(`a cursor of ${width}x${height}`);
  const needed = cursorBytes(type, width, height);
  // Drivers may leave bytes behind the shape; what is not the shape's is not taken along.
  const data = reader.chunks(address + BigInt(shapeHeadBytes), Math.max(shape.u32(18), needed + 4096));
  if (data.length < needed) shape.refuse(`${data.length} bytes for a cursor of ${width}x${height}`);
  return {
    type: 'cursorSet',
    position: set.point16(0),
    visible: set.u8(4) !== 0,
    shape: {
      unique: shape.u64(0),
      type,
      width,
      height,
      hotSpotX: shape.u16(14),
      hotSpotY: shape.u16(16),
      data: data.slice(0, needed),
    },
  };
}

/** Bytes of a shape: pixels, a palette for the indexed ones, and a mask but for ALPHA. */
export function cursorBytes(type: CursorType, width: number, height: number): number {
  const mask = Math.ceil(width / 8) * height;
  const { alpha, mono, color4, color8, color16, color24 } = CursorType.values;
  switch (type) {
    case alpha:
      return width * height * 4;
    case mono:
      return mask * 2;
    case color4:
      return Math.ceil(width / 2) * height + 16 * 4 + mask;
    case color8:
      return width * height + 256 * 4 + mask;
    case color16:
      return width * height * 2 + mask;
    case color24:
      return width * height * 3 + mask;
    default:
      return width * height * 4 + mask;
  }
}

/** How a surface lies in guest memory. */
export interface SurfaceShape {
  readonly format: SurfaceFormat;
  readonly width: number;
  readonly height: number;
  /** Bytes from row to row; negative: the first row is the last one in memory. */
  readonly stride: number;
  readonly memory: bigint;
}

/**
 * Checks a surface's measures (§5.3) and gives its bytes in memory, or what is wrong with it.
 * @returns bytes, 0 < bytes <= 512 MiB.
 */
export function surfaceBytes(shape: Omit<SurfaceShape, 'format'> & { format: number }): number | string {
  const { format, width, height, stride } = shape;
  if (!isSurfaceFormat(format)) return `surface format ${format}`;
  if (width === 0 || height === 0) return `a surface of ${width}x${height}`;
  const row = Math.abs(stride);
  if (row < Math.ceil((width * surfaceBits[format]) / 8))
    return `a stride of ${stride} bytes for ${width} pixels`;
  const bytes = row * height;
  return bytes > qxlLimits.blobBytes ? `a surface of ${bytes} bytes` : bytes;
}

export type SurfaceRequest =
  | { readonly type: 'create'; readonly id: number; readonly keepData: boolean; readonly shape: SurfaceShape }
  | { readonly type: 'destroy'; readonly id: number };

/**
 * The surface command at `address` (§8.8); the shape is not checked yet, but for its format.
 * @throws CommandError
 */
export function parseSurface(reader: GuestReader, address: bigint): SurfaceRequest {
  const head = reader.fields(address, 17);
  const id = head.u32(8);
  const type = head.u8(12);
  if (type === surfaceActions.destroy) return { type: 'destroy', id };
  if (type !== surfaceActions.create) return head.refuse(`surface command ${type}`);
  const body = reader.fields(address + 17n, 24);
  const format = body.u32(0);
  if (!isSurfaceFormat(format)) return head.refuse(`surface format ${format}`);
  const [width, height, stride] = [body.u32(4), body.u32(8), body.i32(12)];
  const shape = { format, width, height, stride, memory: body.u64(16) };
  return { type: 'create', id, keepData: (head.u32(13) & 1) !== 0, shape };
}

/** The UPDATE command at `address` (§8.10). */
export function parseUpdate(
  reader: GuestReader,
  address: bigint,
): { area: Rect; updateId: number; surfaceId: number } {
  const fields = reader.fields(address, 32);
  return { area: fields.rect(8), updateId: fields.u32(24), surfaceId: fields.u32(28) };
}

/** The MESSAGE command's text, up to its NUL, at most 4096 bytes. */
export function parseMessage(reader: GuestReader, address: bigint): string {
  let text = '';
  // Byte by byte: the text may end right before its slot does.
  for (let at = 0; at < messageBytes; at++) {
    const byte = reader.copy(address + 8n + BigInt(at), 1)[0];
    if (byte === 0) break;
    text += String.fromCharCode(byte);
  }
  return text;
}

/**
 * The monitors config object at `address` (§5.5).
 * @param limit heads that count; more are left out.
 * @returns null when the guest says nothing usable.
 * @throws CommandError
 */
export function parseMonitors(
  reader: GuestReader,
  address: bigint,
  limit: number,
): Extract<QxlCommand, { type: 'monitorsConfig' }> | null {
  const head = reader.fields(address, 4);
  const [count, maxAllowed] = [head.u16(0), head.u16(2)];
  if (count === 0 || count > maxAllowed) return null;
  const list = reader.fields(address + 4n, count * headBytes);
  const heads: Head[] = [];
  for (let index = 0; index < Math.min(count, limit); index++) {
    const at = index * headBytes;
    const [id, surfaceId, width, height] = [
      list.u32(at),
      list.u32(at + 4),
      list.u32(at + 8),
      list.u32(at + 12),
    ];
    heads.push({
      id,
      surfaceId,
      width,
      height,
      x: list.u32(at + 16),
      y: list.u32(at + 20),
      flags: list.u32(at + 24),
    });
  }
  return { type: 'monitorsConfig', maxAllowed: Math.min(maxAllowed, limit), heads };
}
