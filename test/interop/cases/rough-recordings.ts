import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RecordingWriter } from '@lazyspice/qxl';
import type { Picture } from '../../support/png.js';
import { bitmap32, createPrimary, paint } from '../../support/spice/commands.js';
import { GlibClient } from '../runner/glib-client.js';
import type { InteropCase } from '../runner/interop-case.js';
import type { Job } from '../runner/job.js';
import { Lazyspice } from '../runner/lazyspice.js';
import { readPicture } from '../runner/pictures.js';
import { requirements } from '../runner/requirements.js';

const suffix = '.rec.xz';
/** dB that a picture must have as soon as everything has been sent. */
const wanted = 35;
/** Seconds in which everything has been refined. */
const refined = 12;

/** dB over all colours; Infinity: equal. */
function psnr(a: Picture, b: Picture): number {
  if (a.width !== b.width || a.height !== b.height) return 0;
  let squares = 0;
  for (let i = 0, j = 0; i < a.pixels.length; i += a.channels, j += b.channels) {
    for (let c = 0; c < 3; c++) squares += (a.pixels[i + c] - b.pixels[j + c]) ** 2;
  }
  return 10 * Math.log10(255 ** 2 / (squares / ((a.pixels.length / a.channels) * 3)));
}

async function replay(job: Job, recording: string): Promise<string> {
  const [screenshot, early, late, joined] = ['server', 'early', 'late', 'joined'].map((name) =>
    join(job.folder, `${name}.png`),
  );
  const server = await Lazyspice.start(
    job,
    ['replay', recording, '--wait', '--speed', 'max', '--screenshot', screenshot],
    'disable-ticketing=on,jpeg-wan-compression=always,zlib-glz-wan-compression=always',
  );
  const live = new GlibClient(job, server.port, [
    'wait:display',
    'sleep:2',
    `shot:${early}`,
    `sleep:${refined}`,
    `shot:${late}`,
  ]);
  await server.event('finished');
  await live.process.expectExit(0);
  const steps = ['wait:display', 'sleep:1', `shot:${joined}`];
  await GlibClient.run(job, server.port, steps);
  await server.stop();
  const exact = await readPicture(screenshot);
  const [atOnce, last, first] = await Promise.all(
    [early, late, joined].map(async (file) => psnr(await readPicture(file), exact)),
  );
  if (last !== Number.POSITIVE_INFINITY) throw new Error(`the last picture has ${last} dB`);
  if (Math.min(atOnce, first) < wanted) throw new Error(`${atOnce} dB at once, ${first} for one that joins`);
  return `${atOnce.toFixed(1)} dB at once, ${first.toFixed(1)} for one that joins, exact after ${refined} s`;
}

/** Side of the photo, its place, and how often and when it changes: times in ms. */
const photo = { side: 120, left: 40, top: 30, changes: 80, period: 100 };
const screen = { width: 320, height: 240 };
/** Seconds before the client looks at it first and between two looks. */
const looks = { first: 1.5, period: 0.9, count: 4 };

/** Soft colours with some noise; neighbouring `seed`s have unlike photos. */
function photoBitmap(seed: number) {
  const { side } = photo;
  return bitmap32(side, side, (x, y) => {
    const noise = (Math.imul(x * 131 + y * 7919, 0x9e37_79b1) >>> 28) & 7;
    const wave = (scale: number): number =>
      Math.round(120 + 100 * Math.sin((x + y * scale + seed * 40) / 31));
    return ((wave(1) + noise) << 16) | ((wave(2) + noise) << 8) | (wave(0.5) + noise);
  });
}

/** The screen with a photo on it. */
function withPhoto(seed: number): Picture {
  const { width, height } = screen;
  const pixels = new Uint8Array(width * height * 3);
  const { side, left, top } = photo;
  const { data } = photoBitmap(seed);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      for (let c = 0; c < 3; c++)
        pixels[((top + y) * width + left + x) * 3 + c] = data[(y * side + x) * 4 + 2 - c];
    }
  }
  return { width, height, channels: 3, pixels };
}

/** A photo that goes on changing stays rough, and is made exact when it has come to rest. */
async function changingPhoto(job: Job): Promise<string> {
  const recording = join(job.folder, 'photo.rec');
  const writer = new RecordingWriter();
  const pieces = [writer.header(), ...writer.write(createPrimary(screen.width, screen.height), 0n)];
  for (let i = 0; i < photo.changes; i++) {
    const command = paint(photoBitmap(i % 2), photo.left, photo.top);
    pieces.push(...writer.write(command, BigInt(i * photo.period) * 1_000_000n));
  }
  await writeFile(recording, Buffer.concat(pieces));
  const server = await Lazyspice.start(
    job,
    ['replay', recording, '--wait', '--speed', 'recorded'],
    'disable-ticketing=on,jpeg-wan-compression=always,streaming-video=off',
  );
  const files = Array.from({ length: looks.count }, (_, i) => join(job.folder, `look-${i}.png`));
  const last = join(job.folder, 'last.png');
  const steps = files.flatMap((file, i) => [`sleep:${i === 0 ? looks.first : looks.period}`, `shot:${file}`]);
  const rest = (photo.changes * photo.period) / 1000;
  await GlibClient.run(job, server.port, ['wait:display', ...steps, `sleep:${rest}`, `shot:${last}`]);
  await server.stop();
  const photos = [0, 1].map(withPhoto);
  const quality = async (file: string): Promise<number> => {
    const picture = await readPicture(file);
    return Math.max(...photos.map((each) => psnr(picture, each)));
  };
  const seen = await Promise.all(files.map(quality));
  const [worst, best] = [Math.min(...seen), Math.max(...seen)];
  if (worst < wanted) throw new Error(`${worst} dB while it changes`);
  if (best === Number.POSITIVE_INFINITY) throw new Error('it came without loss while it changed');
  const end = psnr(await readPicture(last), withPhoto((photo.changes - 1) % 2));
  if (end !== Number.POSITIVE_INFINITY) throw new Error(`${end} dB at rest`);
  return `${worst.toFixed(1)} to ${best.toFixed(1)} dB while it changes, exact at rest`;
}

export const changingPhotoCase: InteropCase = {
  name: 'with loss: a photo that changes',
  needs: [requirements.glibClient],
  limit: 60,
  run: changingPhoto,
};

/** Every recording with loss wherever it is worth it: good at once, and exact in the end. */
export function roughRecordingCases(shared: string): InteropCase[] {
  return readdirSync(join(shared, 'recordings'))
    .filter((file) => file.endsWith(suffix))
    .map(
      (file): InteropCase => ({
        name: `with loss: ${file.slice(0, -suffix.length)}`,
        needs: [requirements.glibClient, requirements.xz],
        limit: 120,
        run: (job) => replay(job, join(shared, 'recordings', file)),
      }),
    );
}
