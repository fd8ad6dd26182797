/** What stands before the pixels of the JPEG files written here: JFIF, three components, 4:2:0. */
import {
  chrominanceAc,
  chrominanceDc,
  chrominanceQuantizers,
  type HuffmanSpec,
  huffmanCodes,
  luminanceAc,
  luminanceDc,
  luminanceQuantizers,
  scaleQuantizers,
  zigzag,
} from './jpeg-tables.js';

export const Marker = {
  sof0: 0xc0,
  sof1: 0xc1,
  sof2: 0xc2,
  sofLast: 0xcf,
  dht: 0xc4,
  dac: 0xcc,
  rst0: 0xd0,
  rst7: 0xd7,
  soi: 0xd8,
  eoi: 0xd9,
  sos: 0xda,
  dqt: 0xdb,
  dri: 0xdd,
  app0: 0xe0,
} as const;

const segment = (marker: number, body: readonly number[]): number[] => {
  const length = body.length + 2;
  return [0xff, marker, length >> 8, length & 255, ...body];
};
const word = (value: number): number[] => [value >> 8, value & 255];
const huffman = (kind: number, { counts, symbols }: HuffmanSpec): number[] =>
  segment(Marker.dht, [kind, ...counts, ...symbols]);
const quantizers = (id: number, table: readonly number[]): number[] =>
  segment(Marker.dqt, [id, ...zigzag.map((place) => table[place]!)]);

/** Scale of the coefficients of the kernel's transform, along one side. */
const transformScale = (frequency: number): number =>
  frequency === 0 ? 1 : Math.cos((frequency * Math.PI) / 16) * Math.SQRT2;

/** Everything that depends on the quality alone. */
export class JpegParameters {
  /** The file up to the size of the image, and from there to the coded data. */
  readonly #beforeSize: Uint8Array;
  readonly #afterSize: Uint8Array;
  /** What the kernel wants: see kernels/jpeg-encode.ts. */
  readonly tables: Uint8Array;

  /** `quality`: 1 to 100. */
  constructor(quality: number) {
    const luminance = scaleQuantizers(luminanceQuantizers, quality);
    const chrominance = scaleQuantizers(chrominanceQuantizers, quality);
    this.#beforeSize = Uint8Array.from([
      0xff,
      Marker.soi,
      // version 1.1, square pixels, no thumbnail
      ...segment(Marker.app0, [...Buffer.from('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
      ...quantizers(0, luminance),
      ...quantizers(1, chrominance),
      ...[0xff, Marker.sof0, 0, 17, 8],
    ]);
    this.#afterSize = Uint8Array.from([
      // components 1 to 3: sampling, quantizers
      ...[3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1],
      ...huffman(0x00, luminanceDc),
      ...huffman(0x10, luminanceAc),
      ...huffman(0x01, chrominanceDc),
      ...huffman(0x11, chrominanceAc),
      ...segment(Marker.sos, [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]),
    ]);
    const tables = [
      kernelTables(luminance, luminanceDc, luminanceAc),
      kernelTables(chrominance, chrominanceDc, chrominanceAc),
    ];
    this.tables = Buffer.concat(tables);
  }

  get headerBytes(): number {
    return this.#beforeSize.length + 4 + this.#afterSize.length;
  }

  /** Writes the header to the start of `out`. */
  writeHeader(out: Uint8Array, width: number, height: number): void {
    out.set(this.#beforeSize);
    out.set([...word(height), ...word(width)], this.#beforeSize.length);
    out.set(this.#afterSize, this.#beforeSize.length + 4);
  }
}

function kernelTables(table: readonly number[], dc: HuffmanSpec, ac: HuffmanSpec): Uint8Array {
  const bytes = new Uint8Array(1344);
  const factors = new Float32Array(bytes.buffer, 0, 64);
  for (let u = 0; u < 8; u++) {
    for (let v = 0; v < 8; v++) {
      // the transform gives 8 times the coefficients of doubled samples
      factors[u * 8 + v] = 1 / (table[v * 8 + u]! * transformScale(u) * transformScale(v) * 16);
    }
  }
  for (const [codes, offset] of [
    [huffmanCodes(dc), 256],
    [huffmanCodes(ac), 320],
  ] as const) {
    const words = new Uint32Array(bytes.buffer, offset);
    for (const [symbol, { code, bits }] of codes) words[symbol] = (code << 5) | bits;
  }
  return bytes;
}
