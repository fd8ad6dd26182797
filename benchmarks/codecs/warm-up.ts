/**
 * What the first encodes of a thread take: `npm run build && node scripts/run-typescript.mjs benchmarks/codecs/warm-up.ts
 * [--processes N]`. Every figure is the least of N fresh processes, since other work can only add: milliseconds of loading the kernels, of warming up, of the
 * first, second, third and tenth encode of a drawn text of 1024 x 768, and of the first ten together. `flag ...`:
 * the same with a flag of V8 in place of warming up.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ways: readonly (readonly [string, readonly string[], string])[] = [
  ['as it comes', [], 'cold'],
  ['warmed up', [], 'warm'],
  ['warmed up, 20 ms before', [], 'rested'],
  ['flag --no-wasm-dynamic-tiering', ['--no-wasm-dynamic-tiering'], 'cold'],
  ['flag --no-liftoff', ['--no-liftoff'], 'cold'],
  ['flag --wasm-tiering-budget=100000', ['--wasm-tiering-budget=100000'], 'cold'],
];
const columns = [
  'load',
  'warm-up',
  ...['lz', 'quic', 'lz4', 'jpeg', 'glz'].flatMap((codec) =>
    [1, 2, 3, 10, 'all'].map((call) => `${codec} ${call}`),
  ),
];

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { processes: { type: 'string', default: '9' } } });
  const child = fileURLToPath(new URL('warm-up-process.mjs', import.meta.url));
  const measured = ways.map((): number[][] => []);
  for (let round = 0; round < Number(values.processes); round++) {
    for (const [i, [, flags, how]] of ways.entries()) {
      measured[i]!.push(
        JSON.parse(execFileSync(process.execPath, [...flags, child, how], { encoding: 'utf8' })),
      );
    }
  }
  console.log(`| | ${columns.join(' | ')} |\n| --- |${' ---: |'.repeat(columns.length)}`);
  for (const [i, [name]] of ways.entries()) {
    const cells = columns.map((_, column) => Math.min(...measured[i]!.map((row) => row[column]!)).toFixed(1));
    console.log(`| ${name} | ${cells.join(' | ')} |`);
  }
}
