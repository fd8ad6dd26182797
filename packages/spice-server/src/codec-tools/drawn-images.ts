/** An rgb32 image, top row first, without padding. */
export interface DrawnImage {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

export type Paint = (x: number, y: number) => number;

/** An image of what `color` gives for every place, as 0xRRGGBB. */
export function paint(name: string, width: number, height: number, color: Paint): DrawnImage {
  const words = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) words[y * width + x] = color(x, y) & 0xffffff;
  }
  return { name, width, height, pixels: new Uint8Array(words.buffer) };
}

/** A number below 2^32 for a place, the same in every run. */
function scatter(x: number, y: number, salt: number): number {
  let h = Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca6b) ^ Math.imul(salt, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return (h ^ (h >>> 15)) >>> 0;
}

/** Letters of 8 x 16 with five strokes each, light on dark, in lines that end at different columns. */
const text: Paint = (x, y) => {
  const column = x >> 3;
  const line = y >> 4;
  if (column > 20 + (scatter(line, 0, 1) % 110)) return 0x101010;
  const letter = scatter(column, line, 2) % 40;
  if (letter > 33) return 0x101010;
  const row = y & 15;
  const inLetter = row > 2 && row < 13 && (scatter(letter, row, 3) >> (x & 7)) & 1;
  return inLetter ? 0xd0d0d0 : 0x101010;
};

/** Windows with titles over a gradient, some with text. */
const desktop: Paint = (x, y) => {
  for (let i = 5; i >= 0; i--) {
    const left = (scatter(i, 1, 4) % 800) + 20;
    const top = (scatter(i, 2, 4) % 450) + 20;
    const inX = x - left;
    const inY = y - top;
    if (inX < 0 || inY < 0 || inX >= 420 || inY >= 300) continue;
    if (inX < 1 || inY < 1 || inX === 419 || inY === 299) return 0x404040;
    if (inY < 24) return 0x3050a0 + (inY << 1);
    return i % 2 === 0 ? text(inX, inY) : 0xf0f0f0 - ((inY >> 5) % 2) * 0x080808;
  }
  return ((x >> 3) << 16) | ((y >> 3) << 8) | 0x60;
};

/** Five octaves of value noise with grain. */
const photo: Paint = (x, y) => {
  let sum = 0;
  for (let octave = 0; octave < 5; octave++) {
    const shift = 7 - octave;
    const size = 1 << shift;
    const fx = (x & (size - 1)) / size;
    const fy = (y & (size - 1)) / size;
    const at = (dx: number, dy: number) => scatter((x >> shift) + dx, (y >> shift) + dy, octave) & 255;
    const top = at(0, 0) * (1 - fx) + at(1, 0) * fx;
    const bottom = at(0, 1) * (1 - fx) + at(1, 1) * fx;
    sum += (top * (1 - fy) + bottom * fy) / 2 ** (octave + 1);
  }
  const grain = scatter(x, y, 9) & 3;
  const value = Math.min(255, Math.round(sum) + grain);
  return (value << 16) | ((value * 0.8 + 20 + grain) << 8) | (255 - value);
};

/** What codecs meet: text, a desktop, a photo, a gradient, noise and one colour, 1280 x 800. */
export function drawnImages(): DrawnImage[] {
  const [width, height] = [1280, 800];
  return [
    paint('drawn text', width, height, text),
    paint('drawn desktop', width, height, desktop),
    paint('drawn photo', width, height, photo),
    paint('gradient', width, height, (x, y) => ((x / 5) << 16) | (((x + y) >> 3) << 8) | ((y >> 2) + 20)),
    paint('drawn noise', width, height, (x, y) => scatter(x, y, 5)),
    paint('solid', width, height, () => 0x336699),
  ];
}
