import {
  BitmapFormat,
  type Brush,
  type Image,
  type ImageContent,
  type Mask,
  type Palette,
  qxlLimits,
} from '@lazyspice/core';
import type { Fields, GuestReader } from './guest-reader.js';
import {
  bitmapBits,
  bitmapBytes,
  bitmapFlags,
  brushTypes,
  imageHeadBytes,
  imageTypes,
  lastPaletteFormat,
} from './layout.js';

/** What parsing depends on besides guest memory. */
export interface ParseContext {
  readonly reader: GuestReader;
  /** SET_MODE with 16 bits a pixel: palette entries and solid brushes are 555 values. */
  readonly colors555: boolean;
}

const formats: readonly number[] = Object.values(BitmapFormat.values);
const paletteHeadBytes = 10;

/** 555 to 8 bits a channel, by repeating the high bits. */
export function expand555(color: number): number {
  const channel = (shift: number): number => {
    const value = (color >>> shift) & 31;
    return (value << 3) | (value >> 2);
  };
  return (channel(10) << 16) | (channel(5) << 8) | channel(0);
}

/** The image at `address`; null for the null pointer. `mask`: palettes are not needed. */
export function parseImage(context: ParseContext, address: bigint, mask = false): Image | null {
  if (address === 0n) return null;
  const { reader } = context;
  const head = reader.fields(address, imageHeadBytes);
  const [id, flags, width, height] = [head.u64(0), head.u8(9), head.u32(10), head.u32(14)];
  const body = address + BigInt(imageHeadBytes);
  return { id, flags, width, height, content: parseContent(context, { head, body, mask, width, height }) };
}

interface ImageHead {
  readonly head: Fields;
  /** Address of what follows the descriptor. */
  readonly body: bigint;
  readonly mask: boolean;
  readonly width: number;
  readonly height: number;
}

function parseContent(context: ParseContext, image: ImageHead): ImageContent {
  const { reader } = context;
  const { head, body } = image;
  const type = head.u8(8);
  switch (type) {
    case imageTypes.bitmap:
      return parseBitmap(context, image);
    case imageTypes.quic: {
      const size = reader.fields(body, 4).u32(0);
      const data = reader.chunks(body + 4n, size);
      if (data.length !== size) head.refuse(`${data.length} QUIC bytes instead of ${size}`);
      return { type: 'quic', data };
    }
    case imageTypes.surface:
      return { type: 'surface', surfaceId: reader.fields(body, 4).u32(0) };
    default:
      return head.refuse(`image type ${type}`);
  }
}

function parseBitmap(context: ParseContext, image: ImageHead): ImageContent {
  const { reader } = context;
  const bitmap = reader.fields(image.body, bitmapBytes);
  const format = bitmap.u8(0);
  const flags = bitmap.u8(1);
  const [width, height, stride] = [bitmap.u32(2), bitmap.u32(6), bitmap.u32(10)];
  if (!isBitmapFormat(format)) return bitmap.refuse(`bitmap format ${format}`);
  if (width === 0 || height === 0) bitmap.refuse(`a bitmap of ${width}x${height}`);
  if (width !== image.width || height !== image.height) {
    bitmap.refuse(`a bitmap of ${width}x${height} in an image of ${image.width}x${image.height}`);
  }
  if (stride < Math.ceil((width * bitmapBits[format]) / 8)) bitmap.refuse(`a stride of ${stride} bytes`);
  const size = stride * height;
  if (size > qxlLimits.blobBytes) bitmap.refuse(`a bitmap of ${size} bytes`);
  const palette = format <= lastPaletteFormat ? parsePalette(context, bitmap.u64(14)) : null;
  if (palette === null && format <= lastPaletteFormat && !image.mask)
    bitmap.refuse('a bitmap without its palette');
  const data =
    flags & bitmapFlags.direct ? reader.view(bitmap.u64(22), size) : reader.chunks(bitmap.u64(22), size);
  if (data.length !== size) bitmap.refuse(`${data.length} bytes of pixels instead of ${size}`);
  const topDown = (flags & bitmapFlags.topDown) !== 0;
  const unstable = (flags & bitmapFlags.unstable) !== 0;
  return { type: 'bitmap', format, topDown, unstable, width, height, stride, palette, data };
}

const isBitmapFormat = (value: number): value is BitmapFormat => formats.includes(value);

function parsePalette({ reader, colors555 }: ParseContext, address: bigint): Palette | null {
  if (address === 0n) return null;
  const head = reader.fields(address, paletteHeadBytes);
  const count = head.u16(8);
  if (count > qxlLimits.paletteEntries) head.refuse(`a palette of ${count} entries`);
  const colors = reader.fields(address + BigInt(paletteHeadBytes), count * 4);
  const entries: number[] = [];
  for (let index = 0; index < count; index++) {
    const color = colors.u32(index * 4);
    entries.push(colors555 ? expand555(color) : color);
  }
  return { unique: head.u64(0), entries };
}

/** The brush at `offset` of a structure. */
export function parseBrush(context: ParseContext, fields: Fields, offset: number): Brush {
  const type = fields.u32(offset);
  switch (type) {
    case brushTypes.none:
      return { type: 'none' };
    case brushTypes.solid: {
      const color = fields.u32(offset + 4);
      return { type: 'solid', color: context.colors555 ? expand555(color) : color };
    }
    case brushTypes.pattern: {
      const image = parseImage(context, fields.u64(offset + 4));
      if (image === null) return fields.refuse('a pattern brush without an image');
      return { type: 'pattern', image, position: fields.point(offset + 12) };
    }
    default:
      return fields.refuse(`brush type ${type}`);
  }
}

/** The mask at `offset` of a structure. */
export function parseMask(context: ParseContext, fields: Fields, offset: number): Mask {
  const image = parseImage(context, fields.u64(offset + 9), true);
  return { flags: fields.u8(offset), position: fields.point(offset + 1), image };
}
