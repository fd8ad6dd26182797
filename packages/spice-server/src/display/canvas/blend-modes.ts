import { addPixels, multiplyPixels, scalePixel } from './channel-math.js';
import type { PixelOperator } from './porter-duff.js';

/** One channel of destination and source, each with the alpha it was multiplied by; the result is out of 255². */
type ChannelBlend = (d: number, da: number, s: number, sa: number) => number;

const screen: ChannelBlend = (d, da, s, sa) => s * da + d * sa - s * d;
const hardLight: ChannelBlend = (d, da, s, sa) =>
  2 * s < sa ? 2 * s * d : sa * da - 2 * (da - d) * (sa - s);
const overlay: ChannelBlend = (d, da, s, sa) => hardLight(s, sa, d, da);
const darken: ChannelBlend = (d, da, s, sa) => Math.min(s * da, d * sa);
const lighten: ChannelBlend = (d, da, s, sa) => Math.max(s * da, d * sa);
const difference: ChannelBlend = (d, da, s, sa) => Math.abs(d * sa - s * da);
const exclusion: ChannelBlend = (d, da, s, sa) => s * da + d * sa - 2 * d * s;

/** Out of 255² to 0..255. */
const divide = (value: number): number => {
  const clamped = Math.min(255 * 255, Math.max(0, value));
  const t = clamped + 128;
  return (t + (t >> 8)) >> 8;
};

/** Where only one of the two pictures is, it shows; where both are, they blend. */
const separable =
  (blend: ChannelBlend): PixelOperator =>
  (s, c, d) => {
    const da = d >>> 24;
    const sa = s >>> 24;
    let result = divide(da * 255 + sa * 255 - sa * da) << 24;
    for (let shift = 0; shift < 24; shift += 8) {
      const channel = (s >>> shift) & 255;
      const under = (d >>> shift) & 255;
      const cover = (c >>> shift) & 255;
      const alone = (255 - cover) * under + (255 - da) * channel;
      result |= divide(alone + blend(under, da, channel, cover)) << shift;
    }
    return result;
  };

const multiply: PixelOperator = (s, c, d) =>
  addPixels(addPixels(scalePixel(s, 255 - (d >>> 24)), multiplyPixels(d, ~c)), multiplyPixels(d, s));

/** The blend modes that need no division, by their Render number. */
export const blendModes: Readonly<Partial<Record<number, PixelOperator>>> = {
  /* MULTIPLY */ 48: multiply,
  /* SCREEN */ 49: separable(screen),
  /* OVERLAY */ 50: separable(overlay),
  /* DARKEN */ 51: separable(darken),
  /* LIGHTEN */ 52: separable(lighten),
  /* HARD_LIGHT */ 55: separable(hardLight),
  /* DIFFERENCE */ 57: separable(difference),
  /* EXCLUSION */ 58: separable(exclusion),
};
