/** Numbers of the recording format (recording-format §2, §3) that reader and writer share. */

/** Types of commands taken from a ring (WHAT = 0). */
export const ringTypes = { draw: 1, update: 2, cursor: 3, message: 4, surface: 5 } as const;
/** Types of the worker messages (WHAT = 1) that a command stands for. */
export const workerTypes = {
  destroySurfaces: 19,
  createPrimary: 20,
  destroyPrimary: 21,
  resetCursor: 22,
  resetImageCache: 23,
  destroySurfacesAsync: 28,
  createPrimaryAsync: 29,
  destroyPrimaryAsync: 30,
  monitorsConfigAsync: 35,
  driverUnload: 36,
} as const;
/** Flag of a surface: its memory already holds its pixels. */
export const keepData = 1;
export const surfaceCommands = { create: 0, destroy: 1 } as const;
export const cursorCommands = { set: 0, move: 1, hide: 2, trail: 3 } as const;

/** Values of a drawable's `type`. */
export const drawTypes = {
  nop: 0,
  fill: 1,
  opaque: 2,
  copy: 3,
  copyBits: 4,
  blend: 5,
  blackness: 6,
  whiteness: 7,
  inverse: 8,
  rop3: 9,
  stroke: 10,
  text: 11,
  transparent: 12,
  alphaBlend: 13,
  composite: 14,
} as const;
/** Sources that a drawable names, always so many; the id that says "none". */
export const dependencySlots = 3;
export const noSurface = 0xffff_ffff;
/** Bit of `attr.flags` that says that dash lengths follow. */
export const styledBit = 8;

/** Values of `descriptor.type`. */
export const imageTypes = { bitmap: 0, quic: 1, surface: 104 } as const;
/** Bits of `bitmap.flags`. DIRECT: the pixels are one flat blob, not a chunk list. */
export const bitmapBits = { direct: 1, unstable: 2, topDown: 4 } as const;
/** Values of a brush's `type`. */
export const brushTypes = { none: 0, solid: 1, pattern: 2 } as const;

/** Bytes of one record in a blob: a rectangle, a path segment's head, a path point, a glyph's head. */
export const recordBytes = { rect: 16, segment: 8, point: 8, glyph: 20 } as const;
