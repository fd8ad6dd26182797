import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DrawnImage, drawnImages, paint } from '@lazyspice/spice-server/codec-tools';
import { decodePng } from '../../test/support/png.js';

export { drawnImages };
/** An rgb32 image, top row first, without padding. */
export type BenchImage = DrawnImage;

/** Screens: the pictures at the end of the recordings under `sharedDir`. */
export async function recordedScreens(sharedDir: string): Promise<BenchImage[]> {
  const folder = join(sharedDir, 'recordings', 'expected');
  const screens: BenchImage[] = [];
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.png')).sort()) {
    const { width, height, channels, pixels } = decodePng(await readFile(join(folder, name)));
    screens.push(
      paint(name.slice(0, -4), width, height, (x, y) => {
        const at = (y * width + x) * channels;
        return (pixels[at]! << 16) | (pixels[at + 1]! << 8) | pixels[at + 2]!;
      }),
    );
  }
  return screens;
}

/** The middle of an image. */
export function crop(image: BenchImage, width: number, height: number): BenchImage {
  const words = new Uint32Array(image.pixels.buffer);
  const left = (image.width - width) >> 1;
  const top = (image.height - height) >> 1;
  const name = `${image.name} ${width}x${height}`;
  return paint(name, width, height, (x, y) => words[(top + y) * image.width + left + x]!);
}
