// One process of warm-up.ts: prints its row as JSON. Loads what is built, as users do.
import { setTimeout as rest } from 'node:timers/promises';
import * as spice from '@lazyspice/spice-server';
import { drawnImages } from '@lazyspice/spice-server/codec-tools';

const [how] = process.argv.slice(2);
const { pixels } = drawnImages()[0];
const image = { format: 8, width: 1024, height: 768, stride: 1280 * 4, topDown: true, pixels };
const out = new Uint8Array(8 * 2 ** 20);
const elapsed = (work) => {
  const start = performance.now();
  work();
  return performance.now() - start;
};

const tiny = { ...image, width: 1, height: 1 };
const row = [elapsed(() => new spice.Lz4Encoder().encode(tiny, out))];
row.push(
  elapsed(() => {
    if (how !== 'cold') for (const _ of spice.warmUpEncoders());
  }),
);
if (how === 'rested') await rest(20);
for (const encoder of [
  new spice.LzEncoder(),
  new spice.QuicEncoder(),
  new spice.Lz4Encoder(),
  new spice.JpegEncoder(),
  new spice.GlzEncoder({ windowPixels: 2 ** 24 }),
]) {
  const calls = Array.from({ length: 10 }, () => elapsed(() => encoder.encode(image, out)));
  row.push(
    calls[0],
    calls[1],
    calls[2],
    calls[9],
    calls.reduce((sum, ms) => sum + ms),
  );
}
console.log(JSON.stringify(row));
