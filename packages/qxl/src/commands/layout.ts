/** Command structures in guest memory (§8): sizes in bytes and numbers. */

/** Bytes before the operation's union. */
export const drawableHeadBytes = 123;
export const compatDrawableHeadBytes = 60;
export const dependencySlots = 3;

export const drawTypes = [
  'nop',
  'fill',
  'opaque',
  'copy',
  'copyBits',
  'blend',
  'blackness',
  'whiteness',
  'inverse',
  'rop3',
  'stroke',
  'text',
  'transparent',
  'alphaBlend',
  'composite',
] as const;
export type DrawType = (typeof drawTypes)[number];

/** Bytes of each operation's union. */
export const unionBytes: Readonly<Record<DrawType, number>> = {
  nop: 0,
  fill: 39,
  opaque: 64,
  copy: 44,
  copyBits: 8,
  blend: 44,
  blackness: 17,
  whiteness: 17,
  inverse: 17,
  rop3: 63,
  stroke: 52,
  text: 68,
  transparent: 32,
  alphaBlend: 27,
  composite: 44,
};
export const compatAlphaBlendBytes = 25;

export const imageTypes = { bitmap: 0, quic: 1, surface: 104 } as const;
export const imageHeadBytes = 18;
export const bitmapBytes = 30;
export const bitmapFlags = { direct: 1, unstable: 2, topDown: 4 } as const;

export const brushTypes = { none: 0, solid: 1, pattern: 2 } as const;
export const lineStyled = 8;

export const cursorActions = { set: 0, move: 1, hide: 2, trail: 3 } as const;
export const surfaceActions = { create: 0, destroy: 1 } as const;

/** Bits of a pixel or a palette index, by bitmap format. */
export const bitmapBits: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 4,
  4: 4,
  5: 8,
  6: 16,
  7: 24,
  8: 32,
  9: 32,
  10: 8,
};
/** Formats up to this one need a palette. */
export const lastPaletteFormat = 5;

/** Bits of a pixel, by surface format. */
export const surfaceBits: Readonly<Record<number, number>> = { 1: 1, 8: 8, 16: 16, 80: 16, 32: 32, 96: 32 };
