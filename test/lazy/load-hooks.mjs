// The hooks of record-loads.mjs, which run in a thread of their own.
import { appendFileSync } from 'node:fs';

export function load(url, context, nextLoad) {
  appendFileSync(process.env.RECORD_LOADS, `${url}\n`);
  return nextLoad(url, context);
}
