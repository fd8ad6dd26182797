/**
 * Composite operators that divide. They work on channels of 0..1 in single precision: results are cut to 8 bits, so
 * that the last bit of a float can show; hence `fround` after every step.
 */
const f = Math.fround;

/** Below the smallest normal float. */
const isZero = (value: number): boolean => value > -1.1754943508222875e-38 && value < 1.1754943508222875e-38;
const clamp = (value: number): number => Math.min(1, Math.max(0, value));

/** One channel: cover (source alpha times mask), source, destination alpha, destination. */
type Channel = (sa: number, s: number, da: number, d: number) => number;

/** Weight of source or destination from the two alphas. */
type Factor = (sa: number, da: number) => number;
const zero: Factor = () => 0;
const one: Factor = () => 1;
const sourceOverDestination: Factor = (sa, da) => (isZero(da) ? 1 : clamp(f(sa / da)));
const destinationOverSource: Factor = (sa, da) => (isZero(sa) ? 1 : clamp(f(da / sa)));
const inverseSourceOver: Factor = (sa, da) => (isZero(da) ? 1 : clamp(f(f(1 - sa) / da)));
const inverseDestinationOver: Factor = (sa, da) => (isZero(sa) ? 1 : clamp(f(f(1 - da) / sa)));
/** 1 minus a quotient; where the divisor is 0 the rest is 0. */
const rest =
  (quotient: Factor): Factor =>
  (sa, da) =>
    f(1 - quotient(sa, da));

const weigh =
  (source: Factor, destination: Factor): Channel =>
  (sa, s, da, d) =>
    Math.min(1, f(f(s * source(sa, da)) + f(d * destination(sa, da))));

/**
 * The operators for pictures that never (disjoint) or always (conjoint) overlap within a pixel. The first three, CLEAR,
 * SRC and DST, are the plain ones.
 */
const overlapOperators = (
  first: number,
  inSource: Factor,
  outSource: Factor,
  inDest: Factor,
  outDest: Factor,
) => ({
  [first + 3]: weigh(one, outDest),
  [first + 4]: weigh(outSource, one),
  [first + 5]: weigh(inSource, zero),
  [first + 6]: weigh(zero, inDest),
  [first + 7]: weigh(outSource, zero),
  [first + 8]: weigh(zero, outDest),
  [first + 9]: weigh(inSource, outDest),
  [first + 10]: weigh(outSource, inDest),
  [first + 11]: weigh(outSource, outDest),
});

const weighted: Readonly<Partial<Record<number, Channel>>> = {
  /* SATURATE */ 13: weigh(inverseDestinationOver, one),
  ...overlapOperators(
    0x10,
    rest(inverseDestinationOver),
    inverseDestinationOver,
    rest(inverseSourceOver),
    inverseSourceOver,
  ),
  ...overlapOperators(
    0x20,
    destinationOverSource,
    rest(destinationOverSource),
    sourceOverDestination,
    rest(sourceOverDestination),
  ),
};

const colorDodge: Channel = (sa, s, da, d) => {
  if (isZero(d)) return 0;
  if (f(d * sa) >= f(f(sa * da) - f(s * da))) return f(sa * da);
  if (isZero(f(sa - s))) return f(sa * da);
  return f(f(f(sa * sa) * d) / f(sa - s));
};

const colorBurn: Channel = (sa, s, da, d) => {
  if (d >= da) return f(sa * da);
  if (f(sa * f(da - d)) >= f(s * da)) return 0;
  if (isZero(s)) return 0;
  return f(sa * f(da - f(f(sa * f(da - d)) / s)));
};

const softLight: Channel = (sa, s, da, d) => {
  const plain = f(d * sa);
  if (isZero(da)) return plain;
  const excess = f(f(2 * s) - sa);
  if (f(2 * s) <= sa) return f(plain - f(f(f(d * f(da - d)) * f(sa - f(2 * s))) / da));
  if (f(4 * d) <= da) {
    const curve = f(f(f(f(f(f(f(16 * d) / da) - 12) * d) / da)) + 3);
    return f(plain + f(f(excess * d) * curve));
  }
  return f(plain + f(f(f(Math.sqrt(f(d * da))) - d) * excess));
};

const alone = (sa: number, s: number, da: number, d: number): number =>
  f(f(f(1 - sa) * d) + f(f(1 - da) * s));
const unionAlpha = (sa: number, da: number): number => f(f(sa + da) - f(sa * da));

const separable: Readonly<Partial<Record<number, Channel>>> = {
  /* COLOR_DODGE */ 53: colorDodge,
  /* COLOR_BURN */ 54: colorBurn,
  /* SOFT_LIGHT */ 56: softLight,
};

type Color = [red: number, green: number, blue: number];
/** Result colour from destination and source with their alphas. */
type ColorBlend = (d: Color, da: number, s: Color, sa: number) => Color;

const scaled = (color: Color, by: number): Color => [f(color[0] * by), f(color[1] * by), f(color[2] * by)];
const luminosity = ([r, g, b]: Color): number => f(f(f(r * f(0.3)) + f(g * f(0.59))) + f(b * f(0.11)));
const saturation = (color: Color): number => f(Math.max(...color) - Math.min(...color));

const clipColor = (color: Color, a: number): Color => {
  const l = luminosity(color);
  const low = Math.min(...color);
  const high = Math.max(...color);
  let result = color;
  if (low < 0) {
    const t = f(l - low);
    result = result.map((c) => (isZero(t) ? 0 : f(l + f(f(f(c - l) * l) / t)))) as Color;
  }
  if (high > a) {
    const t = f(high - l);
    result = result.map((c) => (isZero(t) ? a : f(l + f(f(f(c - l) * f(a - l)) / t)))) as Color;
  }
  return result;
};

const withLuminosity = (color: Color, sa: number, l: number): Color => {
  const shift = f(l - luminosity(color));
  return clipColor(color.map((c) => f(c + shift)) as Color, sa);
};

const withSaturation = (color: Color, target: number): Color => {
  const low = Math.min(...color);
  const span = f(Math.max(...color) - low);
  if (isZero(span)) return [0, 0, 0];
  const high = Math.max(...color);
  return color.map((c) => (c === high ? target : c === low ? 0 : f(f(f(c - low) * target) / span))) as Color;
};

const colorBlends: Readonly<Partial<Record<number, ColorBlend>>> = {
  /* HSL_HUE */ 59: (d, da, s, sa) =>
    withLuminosity(withSaturation(scaled(s, da), f(saturation(d) * sa)), f(sa * da), f(luminosity(d) * sa)),
  /* HSL_SATURATION */ 60: (d, da, s, sa) =>
    withLuminosity(withSaturation(scaled(d, sa), f(saturation(s) * da)), f(sa * da), f(luminosity(d) * sa)),
  /* HSL_COLOR */ 61: (d, da, s, sa) => withLuminosity(scaled(s, da), f(sa * da), f(luminosity(d) * sa)),
  /* HSL_LUMINOSITY */ 62: (d, da, s, sa) => withLuminosity(scaled(d, sa), f(sa * da), f(luminosity(s) * da)),
};

/**
 * Blends of whole colours multiply the source by the mask in a way of their own: green twice, blue not at all. It is a
 * slip of pixman's that every SPICE client shares.
 */
export const slipsMask = (operator: number): boolean => colorBlends[operator] !== undefined;

/**
 * Combines pixel `at` of three rows (alpha, red, green, blue) into the destination's. The source has been multiplied
 * by the mask; `cover` is its alpha times the mask, for each channel.
 */
export type FloatOperator = (
  source: Float32Array,
  cover: Float32Array,
  destination: Float32Array,
  at: number,
) => void;

/** The operator of a Render number; null: it is none of those that divide. */
export const floatOperator = (operator: number, componentAlpha: boolean): FloatOperator | null => {
  const channel = weighted[operator];
  if (channel !== undefined) return channelOperator(channel, channel);
  const blend = separable[operator];
  if (blend !== undefined) {
    return channelOperator(
      (sa, _s, da) => unionAlpha(sa, da),
      (sa, s, da, d) => f(alone(sa, s, da, d) + blend(sa, s, da, d)),
    );
  }
  const color = colorBlends[operator];
  if (color === undefined) return null;
  // With one alpha a channel these have no meaning; the destination stays.
  return componentAlpha ? () => {} : colorOperator(color);
};

const channelOperator =
  (alpha: Channel, color: Channel): FloatOperator =>
  (source, cover, destination, at) => {
    const da = destination[at];
    destination[at] = alpha(cover[at], source[at], da, da);
    for (let i = at + 1; i < at + 4; i++) {
      destination[i] = color(cover[i], source[i], da, destination[i]);
    }
  };

const colorOperator =
  (blend: ColorBlend): FloatOperator =>
  (source, _cover, destination, at) => {
    const sa = source[at];
    const da = destination[at];
    const s: Color = [source[at + 1], source[at + 2], source[at + 3]];
    const d: Color = [destination[at + 1], destination[at + 2], destination[at + 3]];
    const result = blend(d, da, s, sa);
    destination[at] = unionAlpha(sa, da);
    for (let i = 0; i < 3; i++) destination[at + 1 + i] = f(alone(sa, s[i], da, d[i]) + result[i]);
  };
