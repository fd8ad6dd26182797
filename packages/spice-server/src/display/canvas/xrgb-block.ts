import type { PixelRect } from './canvas.js';
import { pixelReader } from './pixel-conversion.js';
import { cellBits, formats, viewCells } from './raster.js';

/** Pixels of a surface, but not of a1, as x8r8g8b8 rows of `width` pixels: what clients show of formats they lack. */
export function xrgbBlock({ bytes, stride, format }: PixelRect, width: number): PixelRect {
  const cellBytes = cellBits(format) / 8;
  const height = bytes.length / stride;
  const cells = viewCells(format, bytes.buffer, bytes.byteOffset, bytes.length / cellBytes);
  const words = new Uint32Array(width * height);
  const read = pixelReader(format);
  const pitch = stride / cellBytes;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) words[y * width + x] = read(cells[y * pitch + x]);
  }
  return { bytes: new Uint8Array(words.buffer), stride: width * 4, format: formats.xrgb };
}
