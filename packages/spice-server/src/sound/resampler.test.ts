import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Resampler } from './resampler.js';

const sine = (hertz: number, rate: number, seconds: number): Float32Array =>
  Float32Array.from({ length: Math.round(rate * seconds) }, (_, i) =>
    Math.sin((2 * Math.PI * hertz * i) / rate),
  );

/** How strong a tone is in the sound, 1 for the sine itself, and what is left without it, both as RMS of full scale. */
const fit = (samples: Float32Array, hertz: number, rate: number): { tone: number; rest: number } => {
  let [a, b] = [0, 0];
  for (const [i, sample] of samples.entries()) {
    const angle = (2 * Math.PI * hertz * i) / rate;
    a += (2 * sample * Math.sin(angle)) / samples.length;
    b += (2 * sample * Math.cos(angle)) / samples.length;
  }
  let rest = 0;
  for (const [i, sample] of samples.entries()) {
    const angle = (2 * Math.PI * hertz * i) / rate;
    rest += (sample - a * Math.sin(angle) - b * Math.cos(angle)) ** 2;
  }
  return { tone: Math.hypot(a, b), rest: Math.sqrt(rest / samples.length) };
};
/** Whole periods of every tone used here, after the filter has filled. */
const settled = (samples: Float32Array, rate: number): Float32Array =>
  samples.subarray(Math.round(rate / 5), Math.round((rate * 3) / 5));

const rates = [8000, 11_025, 16_000, 22_050, 32_000, 37_800, 44_100, 47_999, 48_000];

describe.each(rates)('from and to %i Hz', (rate) => {
  it('keeps a tone of 1000 Hz and adds nothing', () => {
    const up = new Resampler(rate, 48_000).process(sine(1000, rate, 1));
    const { tone, rest } = fit(settled(up, 48_000), 1000, 48_000);
    expect(tone).toBeCloseTo(1, 3);
    expect(20 * Math.log10(rest)).toBeLessThan(-70);

    const down = new Resampler(48_000, rate).process(sine(1000, 48_000, 1));
    const lower = fit(settled(down, rate), 1000, rate);
    expect(lower.tone).toBeCloseTo(1, 3);
    expect(20 * Math.log10(lower.rest)).toBeLessThan(-70);
  });

  it('gives as many samples as the rates say, always', () => {
    const resampler = new Resampler(rate, 48_000);
    let given = 0;
    const piece = new Float32Array(rate / 25);
    for (let i = 1; i <= 250; i++) {
      given += resampler.process(piece).length;
      expect(Math.abs(given - (piece.length * i * 48_000) / rate)).toBeLessThan(1.001);
    }
  });
});

it('lets nothing through that the lower rate has no room for', () => {
  for (const [hertz, rate] of [
    [15_000, 22_050],
    [6000, 8000],
    [20_000, 32_000],
  ] as const) {
    const output = new Resampler(48_000, rate).process(sine(hertz, 48_000, 1));
    const { rest } = fit(output.subarray(rate / 5, rate), 100, rate);
    expect(20 * Math.log10(rest)).toBeLessThan(-60);
  }
});

it('keeps silence and a constant', () => {
  const resampler = new Resampler(44_100, 48_000);
  expect(resampler.process(new Float32Array(1000)).every((sample) => sample === 0)).toBe(true);
  const constant = resampler.process(new Float32Array(1000).fill(0.5)).subarray(100);
  for (const sample of constant) expect(sample).toBeCloseTo(0.5, 4);
});

it('delays by what it says', () => {
  const resampler = new Resampler(24_000, 48_000);
  const impulse = new Float32Array(200);
  impulse[50] = 1;
  const output = resampler.process(impulse);
  expect(output.indexOf(Math.max(...output))).toBe(2 * (50 + resampler.delay));
});

it('does not hear how its input is cut', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...rates),
      fc.array(fc.nat(60), { minLength: 1, maxLength: 40 }),
      (rate, cuts) => {
        const input = Float32Array.from(
          { length: cuts.reduce((a, b) => a + b, 0) },
          (_, i) => ((i * 7919) % 201) / 100 - 1,
        );
        const whole = new Resampler(rate, 48_000).process(input);
        const pieces = new Resampler(rate, 48_000);
        let at = 0;
        const output = cuts.flatMap((cut) => {
          at += cut;
          return [...pieces.process(input.subarray(at - cut, at))];
        });
        expect(output).toEqual([...whole]);
      },
    ),
    { numRuns: 60 },
  );
});
