import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { QxlCommand } from '@lazyspice/core';
import { openRecording } from '@lazyspice/qxl';
import { Canvas } from '../../../packages/spice-server/src/display/canvas/canvas.js';
import { CanvasError } from '../../../packages/spice-server/src/display/canvas/errors.js';
import { pixelReader } from '../../../packages/spice-server/src/display/canvas/pixel-conversion.js';
import { quicSourceDecoder } from '../../../packages/spice-server/src/display/decode-quic.js';
import type { Picture } from '../../support/png.js';
import { differingPixels, readPicture } from '../runner/pictures.js';

/** The last picture of one recording beside the expected one. */
export interface Comparison {
  readonly name: string;
  /** Pixels whose red, green or blue differ; Infinity when the sizes do. */
  readonly differing: number;
}

/** Every recording under `sharedDir`/recordings with a picture in an `expected` folder, drawn by the canvas alone. */
export async function comparePictures(sharedDir: string): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const folder of [join(sharedDir, 'recordings'), join(sharedDir, 'recordings', 'commands')]) {
    for (const file of (await readdir(join(folder, 'expected'))).sort()) {
      const name = file.slice(0, -'.png'.length);
      const drawn = await drawRecording(join(folder, `${name}.rec.xz`));
      const expected = await readPicture(join(folder, 'expected', file));
      comparisons.push({ name, differing: differingPixels(drawn, expected) });
    }
  }
  return comparisons;
}

/** The canvas draws every recording exactly as the reference does. */
export async function check(sharedDir: string): Promise<{ pictures: number; failed: string[] }> {
  const comparisons = await comparePictures(sharedDir);
  const failed = comparisons
    .filter(({ differing }) => differing > 0)
    .map(({ name, differing }) => `${name}: ${differing} pixels differ`);
  return { pictures: comparisons.length, failed };
}

async function drawRecording(path: string): Promise<Picture> {
  const canvas = new Canvas({ decodeQuic: quicSourceDecoder() });
  for await (const batch of openRecording(path)) {
    for (const { command } of batch) if (command !== null) obey(canvas, command);
  }
  return primaryPicture(canvas);
}

/** Commands that the canvas refuses are left out, as the reference leaves them out. */
function obey(canvas: Canvas, command: QxlCommand): void {
  try {
    apply(canvas, command);
  } catch (error) {
    if (!(error instanceof CanvasError)) throw error;
  }
}

function apply(canvas: Canvas, command: QxlCommand): void {
  switch (command.type) {
    case 'draw':
      canvas.draw(command.drawable);
      break;
    case 'surfaceCreate':
      canvas.createSurface({ ...command, id: command.surfaceId });
      break;
    case 'surfaceDestroy':
      canvas.destroySurface(command.surfaceId);
      break;
    case 'primaryCreate':
      if (canvas.surface(0) !== undefined) canvas.destroySurface(0);
      canvas.createSurface({ ...command, id: 0 });
      break;
    case 'primaryDestroy':
      canvas.destroySurface(0);
      break;
    case 'surfacesDestroy':
      canvas.destroyAll();
      break;
  }
}

function primaryPicture(canvas: Canvas): Picture {
  const surface = canvas.surface(0);
  if (surface?.raster == null) throw new Error('no primary surface at the end');
  const { raster, width, height } = surface;
  const read = pixelReader(raster.format);
  const pixels = new Uint8Array(width * height * 3);
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = read(raster.cells[y * raster.pitch + x]);
      pixels[at++] = pixel >> 16;
      pixels[at++] = pixel >> 8;
      pixels[at++] = pixel;
    }
  }
  return { width, height, channels: 3, pixels };
}
