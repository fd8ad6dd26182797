/** Phases of the filter that are worked out; between them its taps are interpolated. */
const maxPhases = 512;
/** Zero crossings of the filter on each side. */
const lobes = 16;
/** Shape of the Kaiser window: about 80 dB of attenuation. */
const kaiserBeta = 8;
/** The filter lets through this much of the band that both rates have. */
const passBand = 0.91;

/**
 * Brings sound from one rate to another: a windowed sinc in polyphase form, of linear phase. Positions are whole
 * numbers, so that nothing drifts however long it runs: after n samples in, n * to / from have come out, but for the
 * filter's delay. One channel; how the input is cut into pieces makes no difference.
 */
export class Resampler {
  /** The filter's delay in input samples. */
  readonly delay: number;
  /** Output samples for so many input samples, in lowest terms. */
  readonly #up: number;
  readonly #down: number;
  readonly #phases: number;
  readonly #taps: number;
  /** `#phases + 1` rows of `#taps`. */
  readonly #filter: Float32Array;
  /** The last `#taps - 1` input samples, and room for what comes. */
  #history: Float32Array;
  /** Where the next output sample lies behind the window's newest sample, in 1 / `#up` of an input sample. */
  #position = 0;

  /** @param from and `to`: Hz, integers in 1..2^20. */
  constructor(from: number, to: number) {
    const divisor = greatestCommonDivisor(from, to);
    this.#up = to / divisor;
    this.#down = from / divisor;
    this.#phases = Math.min(this.#up, maxPhases);
    // Below the lower of the two rates: when it goes down, the filter grows longer.
    const cutOff = Math.min(1, to / from) * passBand;
    this.delay = Math.ceil(lobes / cutOff);
    this.#taps = 2 * this.delay;
    this.#filter = designFilter(this.#phases, this.#taps, cutOff);
    this.#history = new Float32Array(this.#taps - 1);
  }

  /** Takes samples in, gives those that follow from them. */
  process(input: Float32Array): Float32Array {
    const taps = this.#taps;
    const line = new Float32Array(taps - 1 + input.length);
    line.set(this.#history);
    line.set(input, taps - 1);
    const span = input.length * this.#up;
    const count = this.#position < span ? Math.floor((span - 1 - this.#position) / this.#down) + 1 : 0;
    const output = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      const whole = Math.floor(this.#position / this.#up);
      output[i] = this.#at(line, whole, this.#position - whole * this.#up);
      this.#position += this.#down;
    }
    this.#position -= span;
    this.#history = line.slice(input.length);
    return output;
  }

  /** The sound at `start` and `part` / `#up` of a sample, seen by the filter. */
  #at(line: Float32Array, start: number, part: number): number {
    const filter = this.#filter;
    const taps = this.#taps;
    const exact = (part * this.#phases) / this.#up;
    const phase = Math.floor(exact);
    const between = exact - phase;
    const row = phase * taps;
    let sum = 0;
    for (let i = 0; i < taps; i++) sum += line[start + i] * filter[row + i];
    if (between === 0) return sum;
    let next = 0;
    for (let i = 0; i < taps; i++) next += line[start + i] * filter[row + taps + i];
    return sum + (next - sum) * between;
  }
}

/** Row p is the filter for a sound p / `phases` of a sample behind the middle of its window. Each row's sum is 1. */
function designFilter(phases: number, taps: number, cutOff: number): Float32Array {
  const filter = new Float32Array((phases + 1) * taps);
  const half = taps / 2;
  for (let phase = 0; phase <= phases; phase++) {
    const row = filter.subarray(phase * taps, (phase + 1) * taps);
    let sum = 0;
    for (let i = 0; i < taps; i++) {
      const distance = i - (half - 1) - phase / phases;
      row[i] = sinc(distance * cutOff) * kaiser(distance / half);
      sum += row[i];
    }
    for (let i = 0; i < taps; i++) row[i] /= sum;
  }
  return filter;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** The Kaiser window at -1..1; 0 outside. */
function kaiser(x: number): number {
  const inside = 1 - x * x;
  return inside <= 0 ? 0 : bessel(kaiserBeta * Math.sqrt(inside)) / bessel(kaiserBeta);
}

/** The modified Bessel function of the first kind, of order 0. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
