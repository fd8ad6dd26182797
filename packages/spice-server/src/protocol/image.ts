/** Images, brushes, masks, glyphs: what drawing messages are made of. Protocol §4.1 and §4.3. */
import { BitmapFormat, ImageFlags, Palette, Point, schema } from '@lazyspice/core';
import { protocolLimits as limits } from './limits.js';

const {
  byFlag,
  bytes,
  bytesOfBits,
  countedList,
  countOf,
  field,
  flags,
  lengthOf,
  minus,
  nullablePointer,
  pointer,
  sizedBytes,
  struct,
  tagged,
  tagOf,
  times,
  u8,
  u16,
  u32,
  u64,
  union,
  unless,
  variant,
  when,
} = schema;

const imageData = { max: limits.imageData };
const compressed = { data: bytes({ length: u32, ...imageData }) };

/** paletteFromCache follows from which palette is given. Without topDown the first row is the bottom row. */
export const BitmapFlags = flags(u8, { paletteCacheMe: 1, paletteFromCache: 2, topDown: 4 });

/** How the pixels travel, by the type number of the image descriptor. */
export const WireImageContent = union('WireImageContent', u8, {
  bitmap: variant(0, {
    format: BitmapFormat,
    flags: BitmapFlags,
    width: u32,
    height: u32,
    /** Bytes from row to row. */
    stride: u32,
    /** Id of a palette that the client has. */
    cachedPalette: when('flags', 'paletteFromCache', u64),
    palette: unless('flags', 'paletteFromCache', nullablePointer(Palette)),
    data: sizedBytes(times(field('stride'), field('height')), imageData),
  }),
  quic: variant(1, compressed),
  lzPalette: variant(100, {
    flags: BitmapFlags,
    size: lengthOf('data', u32),
    cachedPalette: when('flags', 'paletteFromCache', u64),
    palette: unless('flags', 'paletteFromCache', pointer(Palette)),
    data: sizedBytes(field('size'), imageData),
  }),
  lzRgb: variant(101, compressed),
  glzRgb: variant(102, compressed),
  fromCache: variant(103, {}),
  surface: variant(104, { surfaceId: u32 }),
  jpeg: variant(105, compressed),
  /** As fromCache; the client's copy must not be a lossy one. */
  fromCacheLossless: variant(106, {}),
  /** zlib over a GLZ stream of `glzSize` bytes. */
  zlibGlzRgb: variant(107, { glzSize: u32, ...compressed }),
  /** Colours as JPEG, alpha as an LZ stream of type XXXA. */
  jpegAlpha: variant(108, {
    flags: flags(u8, { topDown: 1 }),
    jpegSize: lengthOf('jpeg', u32),
    size: lengthOf(['jpeg', 'alpha'], u32),
    jpeg: sizedBytes(field('jpegSize'), imageData),
    alpha: sizedBytes(minus(field('size'), field('jpegSize')), imageData),
  }),
  lz4: variant(109, compressed),
});

export const WireImage = struct('WireImage', {
  /** Any number that is unique while the client caches the image. */
  id: u64,
  type: tagOf('content'),
  flags: ImageFlags,
  width: u32,
  height: u32,
  content: tagged('type', WireImageContent),
});

export const WireBrush = union('WireBrush', u8, {
  none: variant(0, {}),
  /** 0x00RRGGBB; the top byte is alpha on an ARGB surface. */
  solid: variant(1, { color: u32 }),
  /** Tiles from `position`. */
  pattern: variant(2, { image: pointer(WireImage), position: Point }),
});

export const WireMask = struct('WireMask', {
  flags: flags(u8, { inverse: 1 }),
  position: Point,
  /** One bit a pixel; set bits draw. */
  image: nullablePointer(WireImage),
});

/** Exactly one of a1, a4, a8. */
export const GlyphFlags = flags(u8, { a1: 1, a4: 2, a8: 4, topDown: 8 });
const bitsPerPixel = byFlag('flags', [
  [1, 1],
  [2, 4],
  [4, 8],
]);

export const WireGlyph = struct(
  'WireGlyph',
  {
    position: Point,
    origin: Point,
    width: u16,
    height: u16,
    /** Rows bottom-up, each filled up to whole bytes. */
    data: sizedBytes(times(bytesOfBits(times(field('width'), bitsPerPixel)), field('height')), imageData),
  },
  { parameters: ['flags'] },
);

export const GlyphString = struct('GlyphString', {
  length: countOf('glyphs', u16),
  flags: GlyphFlags,
  glyphs: countedList(WireGlyph, { count: 'length', max: limits.glyphs }),
});
