/**
 * Speed of the image codecs as a table: `npm run bench:codecs -- [SHARED] [--seconds N] [--rounds N] [--image TEXT]
 * [--codec TEXT] [--lz4js]`.
 *
 * Beside C, compiled with gcc -O2 for the run and measured in turn with ours in every round: plain C for QUIC and LZ and
 * liblz4 (SHARED/peer/codec-ref.c, with SHARED the folder that also holds recordings/expected, whose pictures are the
 * screens), plain C for GLZ and the system's libjpeg (glz-jpeg-reference.c).
 *
 * Speeds are 10^6 bytes of rgb32 pixels a second: the best call of a round, then the median of the rounds; ratios are
 * the median of the rounds' ratios. Ours include the copies into and out of the kernels' memory. `glz new` is a picture
 * like no other in a dictionary that is full (C: in an empty one), `glz again` one that is in the dictionary. `zlib
 * alone` counts the pixels too, but measures the wrap alone. --lz4js: lz4js beside our own LZ4 instead.
 */
import { parseArgs } from 'node:util';
import { type BenchImage, crop, drawnImages, recordedScreens } from './images.js';
import { compareLz4js } from './lz4js.js';
import { fastest, median } from './measure.js';
import { type ReferenceFigure, References } from './reference.js';
import { type Subject, subjects } from './subjects.js';

interface Rounds {
  readonly encode: number[];
  readonly decode: number[];
  readonly c: ReferenceFigure[];
  bytes: number;
}

const number = (value: number, digits: number): string => (Number.isNaN(value) ? '' : value.toFixed(digits));

function printRow(image: BenchImage, name: string, { encode, decode, c, bytes }: Rounds): void {
  const ratios = c.map(({ speed }, round) => encode[round]! / speed);
  const cells = [
    image.name,
    name,
    number(median(encode), 0),
    number(median(c.map(({ speed }) => speed)), 0),
    number(median(ratios), 2),
    number(median(decode), 0),
    bytes,
    c[0]?.bytes ?? '',
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

function report(image: BenchImage, references: References, settings: Settings): void {
  const { seconds, rounds, codec } = settings;
  const pixels = image.width * image.height;
  const speed = (ms: number): number => image.pixels.length / 1000 / ms;
  const table = new Map<Subject, Rounds>();
  for (const subject of subjects(image)) {
    if (subject.name.startsWith(codec)) table.set(subject, { encode: [], decode: [], c: [], bytes: 0 });
  }
  for (let round = 0; round < rounds; round++) {
    const theirs = references.measure(image, seconds);
    for (const [subject, figures] of table) {
      subject.prepare?.();
      figures.bytes = subject.encode();
      figures.encode.push(speed(fastest(subject.encode, pixels, seconds, subject.prepare)));
      if (subject.decode !== undefined)
        figures.decode.push(speed(fastest(subject.decode, pixels, seconds / 2)));
      const c = theirs.get(subject.reference ?? '');
      if (c !== undefined) figures.c.push(c);
    }
  }
  for (const [{ name }, figures] of table) printRow(image, name, figures);
}

interface Settings {
  readonly seconds: number;
  readonly rounds: number;
  /** What the names of the codecs begin with. */
  readonly codec: string;
}

async function images(sharedDir: string | undefined): Promise<BenchImage[]> {
  const large = drawnImages();
  if (sharedDir !== undefined) large.unshift(...(await recordedScreens(sharedDir)));
  const small = [
    [8, 8],
    [16, 16],
    [64, 13],
    [64, 64],
    [256, 256],
  ] as const;
  return [...large, ...small.map(([width, height]) => crop(large[0]!, width, height))];
}

export async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '0.1' },
      rounds: { type: 'string', default: '5' },
      image: { type: 'string', default: '' },
      codec: { type: 'string', default: '' },
      lz4js: { type: 'boolean', default: false },
    },
  });
  const settings = { ...values, seconds: Number(values.seconds), rounds: Number(values.rounds) };
  const wanted = (await images(positionals[0])).filter(({ name }) => name.includes(values.image));
  if (values.lz4js) {
    compareLz4js(wanted, settings);
    return;
  }
  const references = new References(positionals[0]);
  try {
    console.log('| image | codec | encode, MB/s | C | ratio | decode | bytes | C bytes |');
    console.log('| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |');
    for (const image of wanted) report(image, references, settings);
  } finally {
    references.close();
  }
}
