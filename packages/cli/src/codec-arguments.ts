import { parseArgs } from 'node:util';
import { UsageError } from './usage.js';

export type CodecArguments = { readonly command: 'codec'; readonly json: boolean } & (
  | { readonly action: 'verify'; readonly index: string }
  | { readonly action: 'encode'; readonly index: string; readonly out: string }
  /** `time`: ms for each codec, direction and image. */
  | { readonly action: 'bench'; readonly time: number }
);

const json = { type: 'boolean', default: false } as const;
const maxBenchTime = 60_000;

function indexOf(action: string, positionals: readonly string[]): string {
  const [index, ...more] = positionals;
  if (index === undefined) throw new UsageError(`codec ${action}: which index?`);
  if (more.length > 0) throw new UsageError(`codec ${action}: one index, not ${positionals.length}`);
  return index;
}

/** What follows `codec`. @throws UsageError, and what `parseArgs` throws. */
export function parseCodec([action, ...rest]: readonly string[]): CodecArguments {
  switch (action) {
    case 'verify': {
      const { values, positionals } = parseArgs({ args: rest, options: { json }, allowPositionals: true });
      return { command: 'codec', action, json: values.json, index: indexOf(action, positionals) };
    }
    case 'encode': {
      const options = { json, out: { type: 'string' } } as const;
      const { values, positionals } = parseArgs({ args: rest, options, allowPositionals: true });
      if (values.out === undefined) throw new UsageError("codec encode needs '--out DIR'");
      const index = indexOf(action, positionals);
      return { command: 'codec', action, json: values.json, index, out: values.out };
    }
    case 'bench': {
      const options = { json, time: { type: 'string', default: '200' } } as const;
      const { values } = parseArgs({ args: rest, options });
      const time = Number(values.time);
      if (!(time > 0 && time <= maxBenchTime)) {
        throw new UsageError(
          `option '--time' takes milliseconds up to ${maxBenchTime}, not '${values.time}'`,
        );
      }
      return { command: 'codec', action, json: values.json, time };
    }
    default:
      throw new UsageError(
        action === undefined ? 'codec: verify, encode or bench?' : `codec: no action '${action}'`,
      );
  }
}
