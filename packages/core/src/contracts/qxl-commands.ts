/**
 * What a QXL device (or a recording, or the test card) says to the SPICE server, as data: drawing, surface and
 * cursor commands, and the worker messages that must keep their order among them. One declaration; the record
 * codec of the command ring is generated from it (`generated/qxl-commands.codec.ts`).
 * Numbers are the QXL protocol's own (shared names with SPICE); pixel data is flat: chunk lists of guest memory
 * are joined by whoever reads guest memory.
 */
import {
  array,
  blob,
  bool8,
  enumOf,
  flags,
  type Infer,
  i16,
  i32,
  list,
  optional,
  struct,
  u8,
  u16,
  u32,
  u64,
  union,
  variant,
} from '../schema/kinds.js';

/** Upper bounds of one command. A device refuses more; the ring's decoder refuses it again. */
export const qxlLimits = {
  /** Bytes of one image, surface, glyph run or path. */
  blobBytes: 512 * 1024 * 1024,
  clipRects: 1 << 20,
  paletteEntries: 256,
  glyphs: 65_535,
  pathSegments: 1 << 20,
  pathPoints: 1 << 20,
  dashes: 255,
  heads: 64,
} as const;

export const Point = struct('Point', { x: i32, y: i32 });
export const Point16 = struct('Point16', { x: i16, y: i16 });
/** Right and bottom are exclusive. Field order as on the wire. */
export const Rect = struct('Rect', { top: i32, left: i32, bottom: i32, right: i32 });
/** null: unclipped. Rectangles may overlap and be unsorted; an empty list draws nothing. */
export const Clip = optional(list(Rect, { count: u32, max: qxlLimits.clipRects }));

export const SurfaceFormat = enumOf(u32, { a1: 1, a8: 8, rgb555: 16, rgb565: 80, xrgb: 32, argb: 96 });
export const BitmapFormat = enumOf(u8, {
  indexed1le: 1,
  indexed1be: 2,
  indexed4le: 3,
  indexed4be: 4,
  indexed8: 5,
  rgb16: 6,
  rgb24: 7,
  rgb32: 8,
  rgba: 9,
  a8: 10,
});
export const ImageFlags = flags(u8, { cacheMe: 1, highBitsSet: 2, cacheReplaceMe: 4 });

export const Palette = struct('Palette', {
  /** 0: never cached. */
  unique: u64,
  entries: list(u32, { count: u16, max: qxlLimits.paletteEntries }),
});

export const ImageContent = union('ImageContent', u8, {
  bitmap: variant(0, {
    format: BitmapFormat,
    /** false: the first row of `data` is the bottom row. */
    topDown: bool8,
    /** The guest may change the pixels: they must not be cached. */
    unstable: bool8,
    width: u32,
    height: u32,
    /** Bytes from row to row; `data` is stride * height long. */
    stride: u32,
    palette: optional(Palette),
    data: blob({ max: qxlLimits.blobBytes }),
  }),
  quic: variant(1, { data: blob({ max: qxlLimits.blobBytes }) }),
  surface: variant(104, { surfaceId: u32 }),
});
export const Image = struct('Image', {
  id: u64,
  flags: ImageFlags,
  width: u32,
  height: u32,
  content: ImageContent,
});

export const Brush = union('Brush', u8, {
  none: variant(0, {}),
  solid: variant(1, { color: u32 }),
  pattern: variant(2, { image: Image, position: Point }),
});
export const Mask = struct('Mask', {
  /** Bit 0: inverted. */
  flags: flags(u8, { inverse: 1 }),
  position: Point,
  image: optional(Image),
});
/** 2x3 affine, 16.16 fixed: t00 t01 t02 t10 t11 t12. */
export const Transform = array(i32, 6);

export const RopBits = {
  inverseSource: 1,
  inverseBrush: 2,
  inverseDestination: 4,
  put: 8,
  or: 16,
  and: 32,
  xor: 64,
  blackness: 128,
  whiteness: 256,
  inverse: 512,
  inverseResult: 1024,
} as const;
export const Rop = flags(u16, RopBits);
export const ScaleMode = enumOf(u8, { interpolate: 0, nearest: 1 });

export const PathSegment = struct('PathSegment', {
  flags: flags(u8, { begin: 1, end: 2, close: 8, bezier: 16 }),
  /** 28.4 fixed. */
  points: list(Point, { count: u32, max: qxlLimits.pathPoints }),
});
export const Glyph = struct('Glyph', {
  position: Point,
  origin: Point,
  width: u16,
  height: u16,
  /** Rows bottom-up, each padded to bytes: ceil(width * bits / 8) * height. */
  data: blob({ max: qxlLimits.blobBytes }),
});

const imageCopy = { source: optional(Image), sourceArea: Rect, rop: Rop, scaleMode: ScaleMode, mask: Mask };

/** The drawing operations, by QXL_DRAW_* number. `source: null` means the drawable's self bitmap. */
export const DrawOperation = union('DrawOperation', u8, {
  nop: variant(0, {}),
  fill: variant(1, { brush: Brush, rop: Rop, mask: Mask }),
  opaque: variant(2, {
    source: optional(Image),
    sourceArea: Rect,
    brush: Brush,
    rop: Rop,
    scaleMode: ScaleMode,
    mask: Mask,
  }),
  copy: variant(3, imageCopy),
  copyBits: variant(4, { source: Point }),
  blend: variant(5, imageCopy),
  blackness: variant(6, { mask: Mask }),
  whiteness: variant(7, { mask: Mask }),
  inverse: variant(8, { mask: Mask }),
  rop3: variant(9, {
    source: optional(Image),
    sourceArea: Rect,
    brush: Brush,
    rop3: u8,
    scaleMode: ScaleMode,
    mask: Mask,
  }),
  stroke: variant(10, {
    path: list(PathSegment, { count: u32, max: qxlLimits.pathSegments }),
    attributes: flags(u8, { startWithGap: 4, styled: 8 }),
    /** Dash lengths in 28.4 fixed; empty unless styled. */
    style: list(i32, { count: u8, max: qxlLimits.dashes }),
    brush: Brush,
    foreMode: Rop,
    backMode: Rop,
  }),
  text: variant(11, {
    /** Bit 1: 1 bit a pixel, 2: 4 bits, 4: 8 bits; 8: top-down (ignored by all). */
    stringFlags: flags(u8, { a1: 1, a4: 2, a8: 4, topDown: 8 }),
    glyphs: list(Glyph, { count: u16, max: qxlLimits.glyphs }),
    backArea: Rect,
    foreBrush: Brush,
    backBrush: Brush,
    foreMode: Rop,
    backMode: Rop,
  }),
  transparent: variant(12, { source: optional(Image), sourceArea: Rect, sourceColor: u32, trueColor: u32 }),
  alphaBlend: variant(13, {
    alphaFlags: flags(u8, { destinationHasAlpha: 1, sourceSurfaceHasAlpha: 2 }),
    alpha: u8,
    source: optional(Image),
    sourceArea: Rect,
  }),
  composite: variant(14, {
    flags: u32,
    source: optional(Image),
    mask: optional(Image),
    sourceTransform: optional(Transform),
    maskTransform: optional(Transform),
    sourceOrigin: Point16,
    maskOrigin: Point16,
  }),
});

export const Effect = enumOf(u8, {
  blend: 0,
  opaque: 1,
  revertOnDup: 2,
  blacknessOnDup: 3,
  whitenessOnDup: 4,
  nopOnDup: 5,
  nop: 6,
  opaqueBrush: 7,
});

export const SurfaceDependency = struct('SurfaceDependency', { surfaceId: u32, area: Rect });

export const Drawable = struct('Drawable', {
  /** Destination; 0 is the primary. */
  surfaceId: u32,
  box: Rect,
  clip: Clip,
  effect: Effect,
  mmTime: u32,
  /** The area the command wants as its source image, taken before it draws; null: none. */
  selfBitmapArea: optional(Rect),
  /** Other surfaces that the command reads, at most three. */
  dependencies: list(SurfaceDependency, { count: u8, max: 3 }),
  operation: DrawOperation,
});

export const CursorType = enumOf(u8, {
  alpha: 0,
  mono: 1,
  color4: 2,
  color8: 3,
  color16: 4,
  color24: 5,
  color32: 6,
});
export const CursorShape = struct('CursorShape', {
  /** 0: never cached. */
  unique: u64,
  type: CursorType,
  width: u16,
  height: u16,
  hotSpotX: u16,
  hotSpotY: u16,
  data: blob({ max: qxlLimits.blobBytes }),
});

export const Head = struct('Head', {
  id: u32,
  surfaceId: u32,
  width: u32,
  height: u32,
  x: u32,
  y: u32,
  flags: u32,
});

/** Everything that crosses from a QXL device to the server, in order. Tags are ours. */
export const QxlCommand = union('QxlCommand', u8, {
  draw: variant(1, { drawable: Drawable }),
  surfaceCreate: variant(2, {
    surfaceId: u32,
    format: SurfaceFormat,
    width: u32,
    height: u32,
    /** Bytes from row to row in `data`; negative: the first row of `data` is the bottom row. */
    stride: i32,
    /** Initial pixels (KEEP_DATA), |stride| * height bytes; null: zeroes. */
    data: optional(blob({ max: qxlLimits.blobBytes })),
  }),
  surfaceDestroy: variant(3, { surfaceId: u32 }),
  primaryCreate: variant(4, {
    format: SurfaceFormat,
    width: u32,
    height: u32,
    stride: i32,
    /** The guest can place the pointer absolutely on this surface. */
    mouseAllowed: bool8,
    data: optional(blob({ max: qxlLimits.blobBytes })),
  }),
  primaryDestroy: variant(5, {}),
  surfacesDestroy: variant(6, {}),
  cursorSet: variant(7, { position: Point16, visible: bool8, shape: CursorShape }),
  cursorMove: variant(8, { position: Point16 }),
  cursorHide: variant(9, {}),
  cursorTrail: variant(10, { length: u16, frequency: u16 }),
  cursorReset: variant(11, {}),
  monitorsConfig: variant(12, { maxAllowed: u16, heads: list(Head, { count: u16, max: qxlLimits.heads }) }),
  imageCacheReset: variant(13, {}),
  driverUnload: variant(14, {}),
});

export type Point = Infer<typeof Point>;
export type Point16 = Infer<typeof Point16>;
export type Rect = Infer<typeof Rect>;
export type Clip = Infer<typeof Clip>;
export type SurfaceFormat = Infer<typeof SurfaceFormat>;
export type BitmapFormat = Infer<typeof BitmapFormat>;
export type Palette = Infer<typeof Palette>;
export type ImageContent = Infer<typeof ImageContent>;
export type Bitmap = Extract<ImageContent, { type: 'bitmap' }>;
export type Image = Infer<typeof Image>;
export type Brush = Infer<typeof Brush>;
export type Mask = Infer<typeof Mask>;
export type Transform = Infer<typeof Transform>;
export type ScaleMode = Infer<typeof ScaleMode>;
export type PathSegment = Infer<typeof PathSegment>;
export type Glyph = Infer<typeof Glyph>;
export type DrawOperation = Infer<typeof DrawOperation>;
export type Drawable = Infer<typeof Drawable>;
export type Effect = Infer<typeof Effect>;
export type CursorType = Infer<typeof CursorType>;
export type CursorShape = Infer<typeof CursorShape>;
export type Head = Infer<typeof Head>;
export type QxlCommand = Infer<typeof QxlCommand>;
