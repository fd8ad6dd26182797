/** The coded data of a JPEG scan: bits, Huffman codes, coefficients of blocks. */
import { CodecError } from '../contract.js';
import { Marker } from './jpeg-format.js';
import { type HuffmanTable, type ScanComponent, shortBits } from './jpeg-markers.js';
import { zigzag } from './jpeg-tables.js';

/** Reads bits up to the next marker; reading on throws. */
export class JpegBits {
  readonly #data: Uint8Array;
  #at: number;
  #bits = 0;
  /** Bits in `#bits`, and how many of them are no data but zeros behind its end. */
  #count = 0;
  #invented = 0;

  constructor(data: Uint8Array, start: number) {
    this.#data = data;
    this.#at = start;
  }

  /** The next symbol of a table. */
  symbol(table: HuffmanTable): number {
    this.#fill();
    const ahead = (this.#bits >>> (this.#count - 16)) & 0xffff;
    const entry = table.short[ahead >> (16 - shortBits)]!;
    if (entry !== 0) {
      this.#drop(entry & 15);
      return entry >> 4;
    }
    let bits = shortBits + 1;
    while (ahead >= table.ends[bits]!) bits++;
    if (bits > 16) throw new CodecError('ERR_CODEC_DATA', 'jpeg', this.#at, 'a code stands for no value');
    this.#drop(bits);
    return table.symbols[(ahead >> (16 - bits)) + table.offsets[bits]!]!;
  }

  /** A signed number of `size` bits (1 to 15): those with a zero at the front are negative. */
  number(size: number): number {
    this.#fill();
    const value = (this.#bits >>> (this.#count - size)) & ((1 << size) - 1);
    this.#drop(size);
    return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
  }

  /** Goes behind the restart marker that must be next. `index` counts them from 0. */
  restart(index: number): void {
    const [a, b] = [this.#data[this.#at], this.#data[this.#at + 1]];
    if (this.#at + 2 > this.#data.length) throw this.#truncated();
    if (this.#count - this.#invented > 7 || a !== 0xff || b !== Marker.rst0 + (index & 7)) {
      throw new CodecError('ERR_CODEC_DATA', 'jpeg', this.#at, 'no restart marker where one must be');
    }
    this.#at += 2;
    this.#count = 0;
    this.#invented = 0;
  }

  /** Makes sure of 25 bits. */
  #fill(): void {
    while (this.#count <= 24) {
      const at = this.#at;
      const byte = this.#data[at];
      if (byte === undefined || (byte === 0xff && this.#data[at + 1] !== 0)) {
        this.#bits <<= 8;
        this.#invented += 8;
      } else {
        this.#bits = (this.#bits << 8) | byte;
        this.#at = byte === 0xff ? at + 2 : at + 1;
      }
      this.#count += 8;
    }
  }

  #drop(bits: number): void {
    this.#count -= bits;
    if (this.#count < this.#invented) throw this.#truncated();
  }

  #truncated(): CodecError {
    return new CodecError('ERR_CODEC_TRUNCATED', 'jpeg', this.#at, 'the coded pixels end too early');
  }
}

/** Reads a block into `coefficients` (64, in rows, multiplied by their quantizers); returns its DC, not multiplied. */
export function readBlock(
  bits: JpegBits,
  { dc, ac, quantizer }: ScanComponent,
  lastDc: number,
  coefficients: Float32Array,
): number {
  coefficients.fill(0);
  const size = bits.symbol(dc);
  if (size > 11) throw badCoefficient(`a DC of ${size} bits`);
  const value = size === 0 ? lastDc : lastDc + bits.number(size);
  coefficients[0] = value * quantizer[0]!;
  for (let place = 1; place < 64; place++) {
    const symbol = bits.symbol(ac);
    if (symbol === 0) break;
    place += symbol >> 4;
    if ((symbol & 15) === 0) {
      if (symbol !== 0xf0) throw badCoefficient('an end of several blocks');
      continue;
    }
    if (place > 63) throw badCoefficient('more coefficients than a block has');
    if ((symbol & 15) > 10) throw badCoefficient(`a coefficient of ${symbol & 15} bits`);
    coefficients[zigzag[place]!] = bits.number(symbol & 15) * quantizer[place]!;
  }
  return value;
}

const badCoefficient = (reason: string): CodecError => new CodecError('ERR_CODEC_DATA', 'jpeg', 0, reason);
