/** From the coefficients of JPEG blocks to pixels: inverse transform, planes of full size, colours. */
import type { DecodeTarget } from '../contract.js';

/** Samples of one component. */
export interface JpegPlane {
  /** Bytes from row to row, and rows: whole blocks. */
  readonly pitch: number;
  readonly samples: Uint8Array;
  /** Samples across and down that belong to the picture. */
  readonly width: number;
  readonly height: number;
  /** How many pixels a sample stands for. */
  readonly across: number;
  readonly down: number;
}

/** cosines[x * 8 + u]: what coefficient u gives to sample x. */
const cosines = Float32Array.from({ length: 64 }, (_, i) => {
  const [x, u] = [i >> 3, i & 7];
  return Math.cos(((2 * x + 1) * u * Math.PI) / 16) * (u === 0 ? Math.SQRT1_2 : 1) * 0.5;
});
const rows = new Float32Array(64);

const clamp = (value: number): number => Math.min(255, Math.max(0, value));

/** Writes the samples of a block, 0 to 255, at `at`. */
export function writeBlock(coefficients: Float32Array, plane: JpegPlane, at: number): void {
  for (let v = 0; v < 8; v++) {
    for (let x = 0; x < 8; x++) {
      let sum = 0;
      for (let u = 0; u < 8; u++) sum += coefficients[v * 8 + u]! * cosines[x * 8 + u]!;
      rows[v * 8 + x] = sum;
    }
  }
  const { samples, pitch } = plane;
  for (let y = 0; y < 8; y++, at += pitch) {
    for (let x = 0; x < 8; x++) {
      let sum = 128.5;
      for (let v = 0; v < 8; v++) sum += rows[v * 8 + x]! * cosines[y * 8 + v]!;
      samples[at + x] = clamp(sum);
    }
  }
}

/**
 * Row `y` of the picture out of a plane. Where there are half as many samples across, they are spread with weights of
 * 3/4 and 1/4 as the usual library does, and down too if there are half as many; else they are repeated.
 */
function spreadRow(plane: JpegPlane, y: number, to: Uint8Array): void {
  const { samples, pitch, width, height, across, down } = plane;
  const row = Math.floor(y / down);
  if (across !== 2 || down > 2 || width <= 2) {
    for (let x = 0; x < to.length; x++) to[x] = samples[row * pitch + Math.floor(x / across)]!;
    return;
  }
  const isUpper = y % 2 === 0;
  const other = down === 1 ? row : Math.min(height - 1, Math.max(0, isUpper ? row - 1 : row + 1));
  // sums of four quarters down; across, another four
  const sum = (x: number): number => {
    const at = Math.min(width - 1, Math.max(0, x));
    return samples[row * pitch + at]! * 3 + samples[other * pitch + at]!;
  };
  let before = sum(0);
  let here = before;
  for (let x = 0; x < to.length; x += 2) {
    const next = sum((x >> 1) + 1);
    to[x] = (here * 3 + before + 8) >> 4;
    to[x + 1] = (here * 3 + next + 7) >> 4;
    before = here;
    here = next;
  }
}

/** The picture as B,G,R,0, top row first. */
export function writePicture(
  planes: readonly JpegPlane[],
  { width, height, stride, pixels }: DecodeTarget,
): void {
  const [y, cb, cr] = planes.map(() => new Uint8Array(width));
  for (let line = 0; line < height; line++) {
    spreadRow(planes[0]!, line, y!);
    if (cb !== undefined && cr !== undefined) {
      spreadRow(planes[1]!, line, cb);
      spreadRow(planes[2]!, line, cr);
    }
    for (let x = 0, at = line * stride; x < width; x++, at += 4) {
      const light = y![x]! + 0.5;
      const blue = cb === undefined ? 0 : cb[x]! - 128;
      const red = cr === undefined ? 0 : cr[x]! - 128;
      pixels[at] = clamp(light + 1.772 * blue);
      pixels[at + 1] = clamp(light - 0.344136 * blue - 0.714136 * red);
      pixels[at + 2] = clamp(light + 1.402 * red);
      pixels[at + 3] = 0;
    }
  }
}
