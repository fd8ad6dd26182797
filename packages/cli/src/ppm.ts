import type { SurfacePixels } from '@lazyspice/core';
import { colorReader } from './png.js';

/** A picture as binary PPM, which is what QEMU's screendump writes by default. */
export function encodePpm(pixels: SurfacePixels): Uint8Array {
  const { width, height, stride } = pixels;
  const header = Buffer.from(`P6\n${width} ${height}\n255\n`);
  const bytes = new Uint8Array(header.length + 3 * width * height);
  bytes.set(header);
  const color = colorReader(pixels);
  let at = header.length;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = color(y * stride, x);
      bytes[at++] = value >> 16;
      bytes[at++] = value >> 8;
      bytes[at++] = value;
    }
  }
  return bytes;
}
