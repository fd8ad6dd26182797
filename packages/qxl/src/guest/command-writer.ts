import type {
  Brush,
  Clip,
  Drawable,
  DrawOperation,
  Image,
  Mask,
  Point,
  QxlCommand,
  Rect,
} from '@lazyspice/core';
import {
  bitmapFlags,
  brushTypes,
  cursorActions,
  dependencySlots,
  drawableHeadBytes,
  drawTypes,
  imageTypes,
  surfaceActions,
  unionBytes,
} from '../commands/layout.js';
import { commandTypes } from '../device/layout.js';

/** A piece of memory that the device can read, and where it is for the device. */
export interface GuestPiece {
  readonly address: bigint;
  readonly bytes: Uint8Array;
}
/** Throws when there is no room. */
export type Allocate = (size: number) => GuestPiece;
/** Where the pixels of a surface shall be; its data is put there. */
export type AllocateSurface = (surfaceId: number, size: number) => GuestPiece;

/** A command in guest memory, ready for a ring. */
export interface WrittenCommand {
  readonly address: bigint;
  readonly type: number;
}

class Piece {
  readonly address: bigint;
  readonly bytes: Uint8Array;
  readonly view: DataView;

  constructor({ address, bytes }: GuestPiece) {
    this.address = address;
    this.bytes = bytes.fill(0);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(at: number, value: number): void {
    this.view.setUint8(at, value);
  }
  u16(at: number, value: number): void {
    this.view.setUint16(at, value, true);
  }
  u32(at: number, value: number): void {
    this.view.setUint32(at, value, true);
  }
  i32(at: number, value: number): void {
    this.view.setInt32(at, value, true);
  }
  u64(at: number, value: bigint): void {
    this.view.setBigUint64(at, value, true);
  }
  point(at: number, { x, y }: Point): void {
    this.i32(at, x);
    this.i32(at + 4, y);
  }
  point16(at: number, { x, y }: Point): void {
    this.view.setInt16(at, x, true);
    this.view.setInt16(at + 2, y, true);
  }
  rect(at: number, { top, left, bottom, right }: Rect): void {
    for (const [index, value] of [top, left, bottom, right].entries()) this.i32(at + index * 4, value);
  }
}

/**
 * Puts a ring command into guest memory as a driver does.
 * @throws TypeError for what is not a ring command, and what `allocate` throws.
 */
export function writeCommand(
  allocate: Allocate,
  command: QxlCommand,
  allocateSurface: AllocateSurface = (_, size) => allocate(size),
): WrittenCommand {
  switch (command.type) {
    case 'draw':
      return { address: new CommandWriter(allocate).drawable(command.drawable), type: commandTypes.draw };
    case 'surfaceCreate': {
      const pixels = allocateSurface(command.surfaceId, Math.abs(command.stride) * command.height);
      if (command.data !== null) pixels.bytes.set(command.data);
      const piece = new Piece(allocate(41));
      piece.u32(8, command.surfaceId);
      piece.u8(12, surfaceActions.create);
      piece.u32(13, command.data === null ? 0 : 1);
      piece.u32(17, command.format);
      piece.u32(21, command.width);
      piece.u32(25, command.height);
      piece.i32(29, command.stride);
      piece.u64(33, pixels.address);
      return { address: piece.address, type: commandTypes.surface };
    }
    case 'surfaceDestroy': {
      const piece = new Piece(allocate(41));
      piece.u32(8, command.surfaceId);
      piece.u8(12, surfaceActions.destroy);
      return { address: piece.address, type: commandTypes.surface };
    }
    case 'cursorSet':
    case 'cursorMove':
    case 'cursorHide':
    case 'cursorTrail':
      return { address: writeCursor(allocate, command), type: commandTypes.cursor };
    default:
      throw new TypeError(`${command.type} is not a command of a ring`);
  }
}

type CursorCommand = Extract<
  QxlCommand,
  { readonly type: 'cursorSet' | 'cursorMove' | 'cursorHide' | 'cursorTrail' }
>;

function writeCursor(allocate: Allocate, command: CursorCommand): bigint {
  const piece = new Piece(allocate(150));
  switch (command.type) {
    case 'cursorSet': {
      const { position, visible, shape } = command;
      const object = new Piece(allocate(42 + shape.data.length));
      object.u64(0, shape.unique);
      object.u16(8, shape.type);
      object.u16(10, shape.width);
      object.u16(12, shape.height);
      object.u16(14, shape.hotSpotX);
      object.u16(16, shape.hotSpotY);
      object.u32(18, shape.data.length);
      object.u32(22, shape.data.length);
      object.bytes.set(shape.data, 42);
      piece.u8(8, cursorActions.set);
      piece.point16(9, position);
      piece.u8(13, visible ? 1 : 0);
      piece.u64(14, object.address);
      break;
    }
    case 'cursorMove':
      piece.u8(8, cursorActions.move);
      piece.point16(9, command.position);
      break;
    case 'cursorHide':
      piece.u8(8, cursorActions.hide);
      break;
    case 'cursorTrail':
      piece.u8(8, cursorActions.trail);
      piece.u16(9, command.length);
      piece.u16(11, command.frequency);
      break;
  }
  return piece.address;
}

class CommandWriter {
  readonly #allocate: Allocate;

  constructor(allocate: Allocate) {
    this.#allocate = allocate;
  }

  drawable(drawable: Drawable): bigint {
    const { operation } = drawable;
    const head = this.#piece(drawableHeadBytes + unionBytes[operation.type]);
    head.u32(8, drawable.surfaceId);
    head.u8(12, drawable.effect);
    head.u8(13, drawTypes.indexOf(operation.type));
    head.u8(14, drawable.selfBitmapArea === null ? 0 : 1);
    if (drawable.selfBitmapArea !== null) head.rect(15, drawable.selfBitmapArea);
    head.rect(31, drawable.box);
    this.#clip(head, 47, drawable.clip);
    head.u32(59, drawable.mmTime);
    for (let index = 0; index < dependencySlots; index++) {
      const dependency = drawable.dependencies[index];
      head.i32(63 + index * 4, dependency?.surfaceId ?? -1);
      if (dependency !== undefined) head.rect(75 + index * 16, dependency.area);
    }
    const { address, bytes } = head;
    const union = { address: address + BigInt(drawableHeadBytes), bytes: bytes.subarray(drawableHeadBytes) };
    this.#operation(new Piece(union), operation);
    return address;
  }

  #piece(size: number): Piece {
    return new Piece(this.#allocate(size));
  }

  /** A chunk of `data` behind `headBytes` of its own. */
  #chunk(headBytes: number, data: Uint8Array): Piece {
    const piece = this.#piece(headBytes + 20 + data.length);
    piece.u32(headBytes, data.length);
    piece.bytes.set(data, headBytes + 20);
    return piece;
  }

  #clip(head: Piece, at: number, clip: Clip): void {
    if (clip === null) return;
    const rects = new Piece({ address: 0n, bytes: new Uint8Array(clip.length * 16) });
    for (const [index, rect] of clip.entries()) rects.rect(index * 16, rect);
    const object = this.#chunk(4, rects.bytes);
    object.u32(0, clip.length);
    head.u32(at, 1);
    head.u64(at + 4, object.address);
  }

  #operation(out: Piece, operation: DrawOperation): void {
    switch (operation.type) {
      case 'nop':
        return;
      case 'fill':
        this.#brush(out, 0, operation.brush);
        out.u16(20, operation.rop);
        return this.#mask(out, 22, operation.mask);
      case 'copy':
      case 'blend':
        this.#source(out, 0, operation);
        out.u16(24, operation.rop);
        out.u8(26, operation.scaleMode);
        return this.#mask(out, 27, operation.mask);
      case 'copyBits':
        return out.point(0, operation.source);
      case 'blackness':
      case 'whiteness':
      case 'inverse':
        return this.#mask(out, 0, operation.mask);
      case 'opaque':
        this.#source(out, 0, operation);
        this.#brush(out, 24, operation.brush);
        out.u16(44, operation.rop);
        out.u8(46, operation.scaleMode);
        return this.#mask(out, 47, operation.mask);
      case 'rop3':
        this.#source(out, 0, operation);
        this.#brush(out, 24, operation.brush);
        out.u8(44, operation.rop3);
        out.u8(45, operation.scaleMode);
        return this.#mask(out, 46, operation.mask);
      case 'stroke':
        return this.#stroke(out, operation);
      case 'text':
        return this.#text(out, operation);
      case 'transparent':
        this.#source(out, 0, operation);
        out.u32(24, operation.sourceColor);
        return out.u32(28, operation.trueColor);
      case 'alphaBlend':
        out.u16(0, operation.alphaFlags);
        out.u8(2, operation.alpha);
        return this.#source(out, 3, operation);
      case 'composite':
        return this.#composite(out, operation);
    }
  }

  #source(out: Piece, at: number, { source, sourceArea }: { source: Image | null; sourceArea: Rect }): void {
    out.u64(at, this.#image(source));
    out.rect(at + 8, sourceArea);
  }

  #brush(out: Piece, at: number, brush: Brush): void {
    out.u32(at, brushTypes[brush.type]);
    if (brush.type === 'solid') out.u32(at + 4, brush.color);
    if (brush.type !== 'pattern') return;
    out.u64(at + 4, this.#image(brush.image));
    out.point(at + 12, brush.position);
  }

  #mask(out: Piece, at: number, { flags, position, image }: Mask): void {
    out.u8(at, flags);
    out.point(at + 1, position);
    out.u64(at + 9, this.#image(image));
  }

  #image(image: Image | null): bigint {
    if (image === null) return 0n;
    const { content } = image;
    const piece = content.type === 'quic' ? this.#chunk(22, content.data) : this.#piece(48);
    piece.u64(0, image.id);
    piece.u8(8, imageTypes[content.type]);
    piece.u8(9, image.flags);
    piece.u32(10, image.width);
    piece.u32(14, image.height);
    if (content.type === 'quic') piece.u32(18, content.data.length);
    if (content.type === 'surface') piece.u32(18, content.surfaceId);
    if (content.type !== 'bitmap') return piece.address;
    piece.u8(18, content.format);
    const { topDown, unstable } = bitmapFlags;
    piece.u8(19, (content.topDown ? topDown : 0) | (content.unstable ? unstable : 0));
    piece.u32(20, content.width);
    piece.u32(24, content.height);
    piece.u32(28, content.stride);
    if (content.palette !== null) {
      const { unique, entries } = content.palette;
      const palette = this.#piece(10 + entries.length * 4);
      palette.u64(0, unique);
      palette.u16(8, entries.length);
      for (const [index, entry] of entries.entries()) palette.u32(10 + index * 4, entry);
      piece.u64(32, palette.address);
    }
    piece.u64(40, this.#chunk(0, content.data).address);
    return piece.address;
  }

  #stroke(out: Piece, operation: Extract<DrawOperation, { type: 'stroke' }>): void {
    const { path, style } = operation;
    const size = path.reduce((sum, { points }) => sum + 8 + points.length * 8, 0);
    const segments = new Piece({ address: 0n, bytes: new Uint8Array(size) });
    let at = 0;
    for (const { flags, points } of path) {
      segments.u32(at, flags);
      segments.u32(at + 4, points.length);
      for (const [index, point] of points.entries()) segments.point(at + 8 + index * 8, point);
      at += 8 + points.length * 8;
    }
    const object = this.#chunk(4, segments.bytes);
    object.u32(0, size);
    out.u64(0, object.address);
    out.u8(8, operation.attributes);
    out.u8(11, style.length);
    if (style.length > 0) {
      const dashes = this.#piece(style.length * 4);
      for (const [index, dash] of style.entries()) dashes.i32(index * 4, dash);
      out.u64(20, dashes.address);
    }
    this.#brush(out, 28, operation.brush);
    out.u16(48, operation.foreMode);
    out.u16(50, operation.backMode);
  }

  #text(out: Piece, operation: Extract<DrawOperation, { type: 'text' }>): void {
    const { glyphs } = operation;
    const size = glyphs.reduce((sum, { data }) => sum + 20 + data.length, 0);
    const run = new Piece({ address: 0n, bytes: new Uint8Array(size) });
    let at = 0;
    for (const { position, origin, width, height, data } of glyphs) {
      run.point(at, position);
      run.point(at + 8, origin);
      run.u16(at + 16, width);
      run.u16(at + 18, height);
      run.bytes.set(data, at + 20);
      at += 20 + data.length;
    }
    const object = this.#chunk(8, run.bytes);
    object.u32(0, size);
    object.u16(4, glyphs.length);
    object.u16(6, operation.stringFlags);
    out.u64(0, object.address);
    out.rect(8, operation.backArea);
    this.#brush(out, 24, operation.foreBrush);
    this.#brush(out, 44, operation.backBrush);
    out.u16(64, operation.foreMode);
    out.u16(66, operation.backMode);
  }

  #composite(out: Piece, operation: Extract<DrawOperation, { type: 'composite' }>): void {
    out.u32(0, operation.flags);
    out.u64(4, this.#image(operation.source));
    out.u64(12, this.#transform(operation.sourceTransform));
    out.u64(20, this.#image(operation.mask));
    out.u64(28, this.#transform(operation.maskTransform));
    out.point16(36, operation.sourceOrigin);
    out.point16(40, operation.maskOrigin);
  }

  #transform(elements: readonly number[] | null): bigint {
    if (elements === null) return 0n;
    const piece = this.#piece(24);
    for (const [index, element] of elements.entries()) piece.i32(index * 4, element);
    return piece.address;
  }
}
