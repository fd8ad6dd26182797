import { Bench } from 'tinybench';

/** Pixels that one measured call works through at least, by doing the same several times. */
const callPixels = 16_384;

/** Milliseconds of the fastest call. */
export function fastest(work: () => unknown, pixels: number, seconds: number, prepare?: () => void): number {
  const calls = prepare === undefined ? Math.max(1, Math.ceil(callPixels / pixels)) : 1;
  const bench = new Bench({ time: seconds * 1000, warmupTime: seconds * 200, iterations: 3 });
  const repeated = (): void => {
    for (let i = 0; i < calls; i++) work();
  };
  bench.add('', repeated, prepare === undefined ? {} : { beforeEach: prepare });
  bench.runSync();
  const result = bench.tasks[0]?.result;
  if (result === undefined || !('latency' in result)) throw new Error('the measurement failed');
  return result.latency.min / calls;
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[(values.length - 1) >> 1] ?? Number.NaN;
