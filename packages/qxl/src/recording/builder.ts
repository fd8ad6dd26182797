/** Short ways to say QXL commands, with the values that drivers usually send; for scenes, fixtures and tests. */
import {
  BitmapFormat,
  type Brush,
  CursorType,
  type Drawable,
  type DrawOperation,
  Effect,
  type Image,
  type Mask,
  type Point,
  type QxlCommand,
  type Rect,
  RopBits,
  ScaleMode,
  SurfaceFormat,
} from '@lazyspice/core';
import { RecordingWriter } from './writer.js';

/** Pixels of 4 bytes B G R X (or A), the top row first, `width * 4` bytes a row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** What every drawing may say besides its operation. */
export type DrawableDefaults = Partial<Omit<Drawable, 'box' | 'operation'>>;

export const rectAt = (left: number, top: number, width: number, height: number): Rect => ({
  top,
  left,
  bottom: top + height,
  right: left + width,
});

/** A colour 0xRRGGBB from channels of 0..255. */
export const rgb = (red: number, green: number, blue: number): number => (red << 16) | (green << 8) | blue;

export const noMask = (): Mask => ({ flags: 0, position: { x: 0, y: 0 }, image: null });
export const solid = (color: number): Brush => ({ type: 'solid', color });

/** A drawing on the primary, unclipped, effect OPAQUE, without sources, unless `options` say otherwise. */
export function draw(box: Rect, operation: DrawOperation, options: DrawableDefaults = {}): QxlCommand {
  const drawable: Drawable = {
    surfaceId: 0,
    box,
    clip: null,
    effect: Effect.values.opaque,
    mmTime: 0,
    selfBitmapArea: null,
    dependencies: [],
    operation,
    ...options,
  };
  return { type: 'draw', drawable };
}

/** Fills `box` with 0xRRGGBB. */
export const fill = (box: Rect, color: number, options?: DrawableDefaults): QxlCommand =>
  draw(box, { type: 'fill', brush: solid(color), rop: RopBits.put, mask: noMask() }, options);

/** An image of 32-bit pixels; `id` 0n and `cacheMe` false: never cached by clients. */
export function imageOf(
  pixels: Pixels,
  options: { id?: bigint; alpha?: boolean; cacheMe?: boolean } = {},
): Image {
  const { width, height, data } = pixels;
  const format = options.alpha ? BitmapFormat.values.rgba : BitmapFormat.values.rgb32;
  const bitmap = {
    format,
    topDown: true,
    unstable: false,
    width,
    height,
    stride: width * 4,
    palette: null,
    data,
  };
  return {
    id: options.id ?? 0n,
    flags: options.cacheMe ? 1 : 0,
    width,
    height,
    content: { type: 'bitmap', ...bitmap },
  };
}

/** The pixels of another surface as an image. */
export const imageOfSurface = (surfaceId: number, width: number, height: number): Image => ({
  id: BigInt(surfaceId),
  flags: 0,
  width,
  height,
  content: { type: 'surface', surfaceId },
});

/** Puts the whole image at `at`, unscaled. Reading a surface is declared as a dependency. */
export function copy(at: Point, source: Image, options: DrawableDefaults = {}): QxlCommand {
  const sourceArea = rectAt(0, 0, source.width, source.height);
  const operation: DrawOperation = {
    type: 'copy',
    source,
    sourceArea,
    rop: RopBits.put,
    scaleMode: ScaleMode.values.interpolate,
    mask: noMask(),
  };
  const { content } = source;
  const dependencies = content.type === 'surface' ? [{ surfaceId: content.surfaceId, area: sourceArea }] : [];
  const box = rectAt(at.x, at.y, source.width, source.height);
  return draw(box, operation, { dependencies, ...options });
}

/** Moves the pixels at `source` of the same surface to `box`. */
export const copyBits = (box: Rect, source: Point, options?: DrawableDefaults): QxlCommand =>
  draw(box, { type: 'copyBits', source }, options);

/** A 32-bit primary, top-down; zeroed unless `data` (`width * 4` bytes a row) is given. */
export const primary = (width: number, height: number, data: Uint8Array | null = null): QxlCommand => ({
  type: 'primaryCreate',
  format: SurfaceFormat.values.xrgb,
  width,
  height,
  stride: width * 4,
  mouseAllowed: true,
  data,
});

/** An off-screen surface of 32-bit pixels, top-down; zeroed unless `data` is given. */
export const surface = (
  surfaceId: number,
  size: { width: number; height: number; alpha?: boolean; data?: Uint8Array },
): QxlCommand => ({
  type: 'surfaceCreate',
  surfaceId,
  format: size.alpha ? SurfaceFormat.values.argb : SurfaceFormat.values.xrgb,
  width: size.width,
  height: size.height,
  stride: size.width * 4,
  data: size.data ?? null,
});

/** A visible pointer of premultiplied B G R A pixels; never cached unless `unique` is given. */
export const cursor = (
  position: Point,
  pixels: Pixels,
  options: { hotSpot?: Point; unique?: bigint } = {},
): QxlCommand => ({
  type: 'cursorSet',
  position,
  visible: true,
  shape: {
    unique: options.unique ?? 0n,
    type: CursorType.values.alpha,
    width: pixels.width,
    height: pixels.height,
    hotSpotX: options.hotSpot?.x ?? 0,
    hotSpotY: options.hotSpot?.y ?? 0,
    data: pixels.data,
  },
});

/** A command and when it is given, in milliseconds from the start. */
export interface TimedCommand {
  readonly at: number;
  readonly command: QxlCommand;
}

/** A whole recording as bytes. Commands are written in the order given, their times rounded to 1 ns. */
export function recordingOf(
  commands: Iterable<TimedCommand>,
  options: { compress?: boolean } = {},
): Uint8Array {
  const writer = new RecordingWriter({ compress: options.compress ?? false });
  const pieces = [writer.header()];
  for (const { at, command } of commands) pieces.push(...writer.write(command, BigInt(Math.round(at * 1e6))));
  return Buffer.concat(pieces);
}
