import { CursorType, type QxlCommand, SurfaceFormat } from '@lazyspice/core';
import { cursorCommands, keepData, ringTypes, surfaceCommands, workerTypes } from './format.js';
import { readDraw } from './read-draw.js';
import { memberOf, readRect } from './read-image.js';
import { type RecordingScanner, word } from './scanner.js';

const key = {
  update: word('update'),
  area: word('rect area'),
  updateId: word('update_id'),
  message: word('message'),
  surfaceCommand: word('surface_cmd'),
  surfaceId: word('surface_id'),
  type: word('type'),
  flags: word('flags'),
  format: word('u.surface_create.format'),
  width: word('u.surface_create.width'),
  height: word('u.surface_create.height'),
  stride: word('u.surface_create.stride'),
  data: word('data'),
  cursorCommand: word('cursor_cmd'),
  point16: word('point16'),
  visible: word('u.set.visible'),
  unique: word('header.unique'),
  cursorType: word('header.type'),
  cursorWidth: word('header.width'),
  cursorHeight: word('header.height'),
  hotSpotX: word('header.hot_spot_x'),
  hotSpotY: word('header.hot_spot_y'),
  dataSize: word('data_size'),
  cursor: word('cursor'),
  trailLength: word('u.trail.length'),
  trailFrequency: word('u.trail.frequency'),
} as const;

const letterE = 101;
const surfaceFormatOf = memberOf(SurfaceFormat, 'surface format');
const cursorTypeOf = memberOf(CursorType, 'cursor type');

/** The body of a ring command; null: an UPDATE or MESSAGE, which nobody replays. */
export function readRingCommand(scanner: RecordingScanner, type: number): QxlCommand | null {
  switch (type) {
    case ringTypes.draw:
      return readDraw(scanner);
    case ringTypes.cursor:
      return readCursor(scanner);
    case ringTypes.surface:
      return readSurface(scanner);
    case ringTypes.update:
      scanner.key(key.update);
      readRect(scanner, key.area);
      scanner.u32Of(key.updateId);
      scanner.u32Of(key.surfaceId);
      return null;
    case ringTypes.message:
      scanner.blob(key.message);
      return null;
    default:
      scanner.refuse(`unknown ring command ${type}`);
      return null;
  }
}

/** The body of a worker message, which only the creation of a primary has; null: it carries no parameters. */
export function readWorkerMessage(scanner: RecordingScanner, type: number): QxlCommand | null {
  switch (type) {
    case workerTypes.destroySurfaces:
    case workerTypes.destroySurfacesAsync:
      return { type: 'surfacesDestroy' };
    case workerTypes.createPrimary:
    case workerTypes.createPrimaryAsync:
      return readPrimary(scanner);
    case workerTypes.destroyPrimary:
    case workerTypes.destroyPrimaryAsync:
      return { type: 'primaryDestroy' };
    case workerTypes.resetCursor:
      return { type: 'cursorReset' };
    case workerTypes.resetImageCache:
      return { type: 'imageCacheReset' };
    case workerTypes.driverUnload:
      return { type: 'driverUnload' };
    default:
      return null;
  }
}

function readPrimary(scanner: RecordingScanner): QxlCommand | null {
  // A creation that the recorded server refused has no body: the next event follows at once.
  if (scanner.peek() === letterE) return null;
  const width = scanner.u32();
  const height = scanner.u32();
  const stride = scanner.i32();
  const format = surfaceFormatOf(scanner, scanner.u32());
  scanner.u32();
  const mouseAllowed = scanner.u32() !== 0;
  const flags = scanner.u32();
  scanner.u32();
  const pixels = readPixels(scanner, { stride, height });
  const data = flags & keepData ? pixels : null;
  return { type: 'primaryCreate', format, width, height, stride, mouseAllowed, data };
}

function readSurface(scanner: RecordingScanner): QxlCommand {
  scanner.key(key.surfaceCommand);
  const surfaceId = scanner.u32Of(key.surfaceId);
  const command = scanner.u8Of(key.type);
  const flags = scanner.u32Of(key.flags);
  if (command !== surfaceCommands.create) {
    if (command !== surfaceCommands.destroy) scanner.refuse(`unknown surface command ${command}`);
    return { type: 'surfaceDestroy', surfaceId };
  }
  const format = surfaceFormatOf(scanner, scanner.u32Of(key.format));
  const width = scanner.u32Of(key.width);
  const height = scanner.u32Of(key.height);
  const stride = scanner.i32Of(key.stride);
  const data = flags & keepData ? readPixels(scanner, { stride, height }) : null;
  return { type: 'surfaceCreate', surfaceId, format, width, height, stride, data };
}

function readPixels(scanner: RecordingScanner, size: { stride: number; height: number }): Uint8Array {
  const data = scanner.blob(key.data);
  if (!scanner.dry && data.length !== Math.abs(size.stride) * size.height) {
    scanner.refuse(`${data.length} bytes of pixels instead of ${Math.abs(size.stride)} * ${size.height}`);
  }
  return data;
}

function readCursor(scanner: RecordingScanner): QxlCommand {
  scanner.key(key.cursorCommand);
  const command = scanner.u8Of(key.type);
  switch (command) {
    case cursorCommands.set:
      return readCursorSet(scanner);
    case cursorCommands.move:
      return { type: 'cursorMove', position: readPoint16(scanner) };
    case cursorCommands.hide:
      return { type: 'cursorHide' };
    case cursorCommands.trail: {
      const length = scanner.u16Of(key.trailLength);
      return { type: 'cursorTrail', length, frequency: scanner.u16Of(key.trailFrequency) };
    }
    default:
      scanner.refuse(`unknown cursor command ${command}`);
      return { type: 'cursorHide' };
  }
}

function readPoint16(scanner: RecordingScanner): { x: number; y: number } {
  scanner.key(key.point16);
  const x = scanner.i16();
  return { x, y: scanner.i16() };
}

function readCursorSet(scanner: RecordingScanner): QxlCommand {
  const position = readPoint16(scanner);
  const visible = scanner.u8Of(key.visible) !== 0;
  const unique = scanner.u64Of(key.unique);
  const type = cursorTypeOf(scanner, scanner.u16Of(key.cursorType));
  const width = scanner.u16Of(key.cursorWidth);
  const height = scanner.u16Of(key.cursorHeight);
  const hotSpotX = scanner.u16Of(key.hotSpotX);
  const hotSpotY = scanner.u16Of(key.hotSpotY);
  const size = scanner.u32Of(key.dataSize);
  const data = scanner.chunks(key.cursor);
  if (!scanner.dry && data.length !== size) scanner.refuse(`${data.length} cursor bytes instead of ${size}`);
  const shape = { unique, type, width, height, hotSpotX, hotSpotY, data };
  return { type: 'cursorSet', position, visible, shape };
}
