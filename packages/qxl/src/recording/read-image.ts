import {
  BitmapFormat,
  type Brush,
  type Image,
  type ImageContent,
  type Mask,
  type Palette,
  type Point,
  qxlLimits,
  type Rect,
  type schema,
} from '@lazyspice/core';
import { bitmapBits, brushTypes, imageTypes } from './format.js';
import { type RecordingScanner, word } from './scanner.js';

const image = word('image');
const descriptorId = word('descriptor.id');
const descriptorType = word('descriptor.type');
const descriptorFlags = word('descriptor.flags');
const descriptorWidth = word('descriptor.width');
const descriptorHeight = word('descriptor.height');
const bitmapFormat = word('bitmap.format');
const bitmapFlags = word('bitmap.flags');
const bitmapX = word('bitmap.x');
const bitmapY = word('bitmap.y');
const bitmapStride = word('bitmap.stride');
const hasPalette = word('has_palette');
const paletteEntries = word('qp.num_ents');
const unique = word('unique');
const entry = word('ents');
const imageDataFlat = word('image_data_flat');
const bitmapData = word('bitmap.data');
const quicSize = word('quic.data_size');
const quicData = word('quic.data');
const surfaceId = word('surface_image.surface_id');
const type = word('type');
const color = word('u.color');
const flags = word('flags');
const point = word('point');

/**
 * A reader of a closed set of numbers: a value outside it is one that a guest can say but a command can't carry,
 * so the command is refused and reading goes on.
 */
export function memberOf<V extends Readonly<Record<string, number>>>(
  kind: schema.EnumKind<V>,
  what: string,
): (scanner: RecordingScanner, value: number) => V[keyof V] {
  const members = Object.values(kind.values) as V[keyof V][];
  const known = new Set<number>(members);
  return (scanner, value) => {
    if (known.has(value)) return value as V[keyof V];
    scanner.refuse(`unknown ${what} ${value}`);
    return members[0] as V[keyof V];
  };
}
const bitmapFormatOf = memberOf(BitmapFormat, 'bitmap format');

export function readPoint(scanner: RecordingScanner): Point {
  const x = scanner.i32Of(point);
  return { x, y: scanner.i32() };
}

/** `key` holds both words of the line, `rect NAME`. */
export function readRect(scanner: RecordingScanner, key: Uint8Array): Rect {
  scanner.key(key);
  const top = scanner.i32();
  const left = scanner.i32();
  const bottom = scanner.i32();
  return { top, left, bottom, right: scanner.i32() };
}

/** null: the null pointer. */
export function readImage(scanner: RecordingScanner): Image | null {
  if (scanner.u32Of(image) === 0) return null;
  const id = scanner.u64Of(descriptorId);
  const content = scanner.u8Of(descriptorType);
  const flags = scanner.u8Of(descriptorFlags);
  const width = scanner.u32Of(descriptorWidth);
  const height = scanner.u32Of(descriptorHeight);
  return { id, flags, width, height, content: readContent(scanner, content) };
}

function readContent(scanner: RecordingScanner, content: number): ImageContent {
  switch (content) {
    case imageTypes.bitmap:
      return readBitmap(scanner);
    case imageTypes.quic: {
      const size = scanner.u32Of(quicSize);
      const data = scanner.chunks(quicData);
      if (!scanner.dry && data.length !== size)
        scanner.refuse(`${data.length} QUIC bytes instead of ${size}`);
      return { type: 'quic', data };
    }
    case imageTypes.surface:
      return { type: 'surface', surfaceId: scanner.u32Of(surfaceId) };
    default:
      scanner.refuse(`unknown image type ${content}`);
      return { type: 'surface', surfaceId: 0 };
  }
}

function readBitmap(scanner: RecordingScanner): ImageContent {
  const format = bitmapFormatOf(scanner, scanner.u8Of(bitmapFormat));
  const bits = scanner.u8Of(bitmapFlags);
  const width = scanner.u32Of(bitmapX);
  const height = scanner.u32Of(bitmapY);
  const stride = scanner.u32Of(bitmapStride);
  const palette = scanner.u8Of(hasPalette) === 0 ? null : readPalette(scanner);
  const data = bits & bitmapBits.direct ? scanner.blob(imageDataFlat) : scanner.chunks(bitmapData);
  if (!scanner.dry && data.length !== stride * height) {
    scanner.refuse(`${data.length} bytes of pixels instead of ${stride} * ${height}`);
  }
  const topDown = (bits & bitmapBits.topDown) !== 0;
  const unstable = (bits & bitmapBits.unstable) !== 0;
  return { type: 'bitmap', format, topDown, unstable, width, height, stride, palette, data };
}

function readPalette(scanner: RecordingScanner): Palette {
  const count = scanner.u16Of(paletteEntries);
  const id = scanner.u64Of(unique);
  const entries: number[] = [];
  for (let index = 0; index < count; index++) entries.push(scanner.u32Of(entry));
  if (count > qxlLimits.paletteEntries) scanner.refuse(`a palette of ${count} entries`);
  return { unique: id, entries };
}

export function readBrush(scanner: RecordingScanner): Brush {
  const brush = scanner.u32Of(type);
  switch (brush) {
    case brushTypes.none:
      return { type: 'none' };
    case brushTypes.solid:
      return { type: 'solid', color: scanner.u32Of(color) };
    case brushTypes.pattern: {
      const pattern = readImage(scanner);
      const position = readPoint(scanner);
      if (pattern !== null) return { type: 'pattern', image: pattern, position };
      scanner.refuse('a pattern brush without an image');
      return { type: 'none' };
    }
    default:
      scanner.refuse(`unknown brush type ${brush}`);
      return { type: 'none' };
  }
}

export function readMask(scanner: RecordingScanner): Mask {
  const bits = scanner.u8Of(flags);
  const position = readPoint(scanner);
  return { flags: bits, position, image: readImage(scanner) };
}
