/**
 * Arithmetic on pixels of four 8-bit channels, 0xaarrggbb, as signed 32-bit integers. Two channels are worked on at a
 * time: the even ones (red, blue) and the odd ones (alpha, green) each have 16 bits.
 */
const even = 0x00ff00ff;
const half = 0x00800080;

/** a * b / 255, rounded, for 0..255. */
export const multiply8 = (a: number, b: number): number => {
  const t = a * b + 128;
  return (t + (t >> 8)) >> 8;
};

/** Two products at once: `pair` has two channels, each times `factor` (0..255). */
const multiplyPair = (pair: number, factor: number): number => {
  // At most 255 * 255 + 128 in each half: the upper one may reach the sign bit, hence >>>.
  const t = Math.imul(pair, factor) + half;
  return ((t + ((t >>> 8) & even)) >>> 8) & even;
};

/** Every channel times `factor` / 255. */
export const scalePixel = (pixel: number, factor: number): number =>
  multiplyPair(pixel & even, factor) | (multiplyPair((pixel >>> 8) & even, factor) << 8);

/** Channel by channel product. */
export const multiplyPixels = (a: number, b: number): number =>
  (multiply8(a >>> 24, b >>> 24) << 24) |
  (multiply8((a >>> 16) & 255, (b >>> 16) & 255) << 16) |
  (multiply8((a >>> 8) & 255, (b >>> 8) & 255) << 8) |
  multiply8(a & 255, b & 255);

const addPair = (a: number, b: number): number => {
  const sum = a + b;
  // A carry out of a channel becomes 255 in it.
  const carry = (sum >>> 8) & 0x00010001;
  return (sum | (carry * 255)) & even;
};

/** Channel by channel sum, at most 255. */
export const addPixels = (a: number, b: number): number =>
  addPair(a & even, b & even) | (addPair((a >>> 8) & even, (b >>> 8) & even) << 8);
