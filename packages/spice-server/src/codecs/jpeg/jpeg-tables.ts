/** The constant tables of baseline JPEG (ITU-T T.81 annex K) and what is derived from them. */

/** Place in zigzag order to place in rows. */
export const zigzag: readonly number[] = (() => {
  const order: number[] = [];
  for (let sum = 0; sum < 15; sum++) {
    const from = Math.max(0, sum - 7);
    const diagonal = Array.from({ length: Math.min(sum, 7) - from + 1 }, (_, i) => from + i);
    // rows fall on even diagonals and rise on odd ones
    for (const y of sum % 2 === 0 ? diagonal.reverse() : diagonal) order.push(y * 8 + sum - y);
  }
  return order;
})();

export const luminanceQuantizers: readonly number[] = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22,
  29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103,
  121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
export const chrominanceQuantizers: readonly number[] = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

/** Quantizers for a quality of 1 to 100, on the scale that the Independent JPEG Group's library made common. */
export function scaleQuantizers(base: readonly number[], quality: number): number[] {
  const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  return base.map((value) => Math.min(255, Math.max(1, Math.floor((value * scale + 50) / 100))));
}

/** A Huffman table as the file has it. */
export interface HuffmanSpec {
  /** How many codes have 1 to 16 bits. */
  readonly counts: readonly number[];
  /** The symbols, from the shortest code to the longest. */
  readonly symbols: readonly number[];
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const fromHex = (text: string): number[] => [...Buffer.from(text, 'hex')];

export const luminanceDc: HuffmanSpec = {
  counts: [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0],
  symbols: upTo(12),
};
export const chrominanceDc: HuffmanSpec = {
  counts: [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0],
  symbols: upTo(12),
};
export const luminanceAc: HuffmanSpec = {
  counts: [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d],
  symbols: fromHex(
    '01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435' +
      '363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798' +
      '999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4' +
      'f5f6f7f8f9fa',
  ),
};
export const chrominanceAc: HuffmanSpec = {
  counts: [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77],
  symbols: fromHex(
    '0001020311040521310612415107617113223281081442' +
      '91a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a434445464748494a535455565758595a63' +
      '6465666768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2' +
      'c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa',
  ),
};

/** The code of a symbol: its bits, and how many. */
export interface HuffmanCode {
  readonly code: number;
  readonly bits: number;
}

/** The codes of all symbols of a table. */
export function huffmanCodes({ counts, symbols }: HuffmanSpec): Map<number, HuffmanCode> {
  const codes = new Map<number, HuffmanCode>();
  let code = 0;
  let next = 0;
  for (const [i, count] of counts.entries()) {
    for (let n = 0; n < count; n++) codes.set(symbols[next++]!, { code: code++, bits: i + 1 });
    code <<= 1;
  }
  return codes;
}
