import type { Pixels } from '../recording/builder.js';

/**
 * Picture number `step` of a film that never ends: smooth colours that move, as a camera would see them, in every
 * pixel.
 */
export function filmPicture(width: number, height: number, step: number): Pixels {
  const words = new Uint32Array(width * height);
  const across = wave(width, step / 9, 37);
  const down = wave(height, -step / 14, 23);
  const slant = wave(width + height, step / 21, 61);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) {
      const red = (across[x] + down[y]) >> 1;
      const green = (down[y] + slant[x + y]) >> 1;
      const blue = (slant[x + y] + across[x]) >> 1;
      words[row + x] = (red << 16) | (green << 8) | blue;
    }
  }
  return { width, height, data: new Uint8Array(words.buffer) };
}

/** Values 0 to 255 along a line. */
function wave(length: number, phase: number, period: number): Uint8Array {
  const values = new Uint8Array(length);
  for (let i = 0; i < length; i++) values[i] = Math.round(127.5 + 127.5 * Math.sin(i / period + phase));
  return values;
}
