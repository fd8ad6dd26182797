import { addPixels, multiplyPixels, scalePixel } from './channel-math.js';

/**
 * Composite operators on 0xaarrggbb pixels with premultiplied colours. `source` has been multiplied by the mask,
 * `cover` is the source's alpha times the mask for each channel: one value four times unless the mask has component
 * alpha.
 */
export type PixelOperator = (source: number, cover: number, destination: number) => number;

const alpha = (pixel: number): number => pixel >>> 24;
const inverseAlpha = (pixel: number): number => 255 - (pixel >>> 24);

/** The destination times the cover, channel by channel or, where all are equal, by one of them. */
const byChannel = multiplyPixels;
const byAlpha = (pixel: number, cover: number): number => scalePixel(pixel, cover >>> 24);

const table = (times: (pixel: number, cover: number) => number): Partial<Record<number, PixelOperator>> => ({
  /* CLEAR */ 0: () => 0,
  /* SRC */ 1: (s) => s,
  /* DST */ 2: (_s, _c, d) => d,
  /* OVER */ 3: (s, c, d) => addPixels(s, times(d, ~c)),
  /* OVER_REVERSE */ 4: (s, _c, d) => addPixels(scalePixel(s, inverseAlpha(d)), d),
  /* IN */ 5: (s, _c, d) => scalePixel(s, alpha(d)),
  /* IN_REVERSE */ 6: (_s, c, d) => times(d, c),
  /* OUT */ 7: (s, _c, d) => scalePixel(s, inverseAlpha(d)),
  /* OUT_REVERSE */ 8: (_s, c, d) => times(d, ~c),
  /* ATOP */ 9: (s, c, d) => addPixels(scalePixel(s, alpha(d)), times(d, ~c)),
  /* ATOP_REVERSE */ 10: (s, c, d) => addPixels(scalePixel(s, inverseAlpha(d)), times(d, c)),
  /* XOR */ 11: (s, c, d) => addPixels(scalePixel(s, inverseAlpha(d)), times(d, ~c)),
  /* ADD */ 12: (s, _c, d) => addPixels(s, d),
});
const channelOperators = table(byChannel);
const alphaOperators = table(byAlpha);

/** The Porter-Duff operator of a Render number; SATURATE needs a division and is not among them. */
export const porterDuff = (operator: number, componentAlpha: boolean): PixelOperator | undefined =>
  (componentAlpha ? channelOperators : alphaOperators)[operator];
