/** Everything of a JPEG file up to the coded data: tables, the frame, the scan. Baseline and 8-bit sequential only. */
import { CodecError, type CodecErrorCode, codecLimits } from '../contract.js';
import { Marker } from './jpeg-format.js';
import { zigzag } from './jpeg-tables.js';

export interface JpegComponent {
  readonly id: number;
  /** Blocks of an MCU across and down, 1 to 4. */
  readonly across: number;
  readonly down: number;
  readonly quantizer: number;
}

export interface JpegFrame {
  readonly width: number;
  readonly height: number;
  /** One (grey) or three (Y, Cb, Cr). */
  readonly components: readonly JpegComponent[];
}

/** Decodes the codes of one table. */
export interface HuffmanTable {
  /** For the next 9 bits: symbol << 4 | bits of the code, or 0 when it is longer. */
  readonly short: Uint16Array;
  /** By bits of a code: the first code behind those of that many bits, as if it had 16; the last one is 65536. */
  readonly ends: Int32Array;
  /** By bits of a code: what to add to a code for its place in `symbols`. */
  readonly offsets: Int32Array;
  readonly symbols: Uint8Array;
}
export const shortBits = 9;

export interface ScanComponent {
  readonly dc: HuffmanTable;
  readonly ac: HuffmanTable;
  /** Divisors by zigzag place. */
  readonly quantizer: Uint16Array;
}

export interface JpegScan {
  readonly frame: JpegFrame;
  /** For each component of the frame. */
  readonly tables: readonly ScanComponent[];
  /** MCUs from one restart marker to the next; 0: there are none. */
  readonly restartInterval: number;
  /** Offset of the coded data. */
  readonly start: number;
}

/** Reads the segments of one file. */
export class JpegMarkers {
  readonly #data: Uint8Array;
  #at = 0;
  readonly #quantizers: (Uint16Array | undefined)[] = [];
  /** DC tables 0 to 3, AC tables 16 to 19. */
  readonly #huffman: (HuffmanTable | undefined)[] = [];
  #restartInterval = 0;
  #frame: JpegFrame | null = null;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  /** The frame header. @throws CodecError */
  readFrame(): JpegFrame {
    if (this.#word() !== 0xff00 + Marker.soi) throw this.#error('ERR_CODEC_DATA', 0, 'no JPEG file');
    while (this.#frame === null) {
      if (this.#segment() !== null) throw this.#error('ERR_CODEC_DATA', this.#at, 'a scan before the frame');
    }
    return this.#frame;
  }

  /** The rest up to the first scan, which must have all components. @throws CodecError */
  readScan(): JpegScan {
    for (;;) {
      const scan = this.#segment();
      if (scan !== null) return scan;
    }
  }

  /** One segment; a scan's header is what is wanted. */
  #segment(): JpegScan | null {
    const start = this.#at;
    if (this.#byte() !== 0xff) throw this.#error('ERR_CODEC_DATA', start, 'no marker');
    let marker = this.#byte();
    while (marker === 0xff) marker = this.#byte();
    const length = this.#word();
    const end = this.#at + length - 2;
    if (length < 2) throw this.#error('ERR_CODEC_DATA', start, `a segment of ${length} bytes`);
    if (end > this.#data.length) throw this.#truncated();
    const scan = this.#body(marker, start, end);
    if (this.#at > end) throw this.#error('ERR_CODEC_DATA', start, 'a segment is shorter than what is in it');
    if (scan === null) this.#at = end;
    return scan;
  }

  #body(marker: number, start: number, end: number): JpegScan | null {
    switch (marker) {
      case Marker.sof0:
      case Marker.sof1:
        this.#readFrame(start);
        return null;
      case Marker.dht:
        while (this.#at < end) this.#readHuffman();
        return null;
      case Marker.dqt:
        while (this.#at < end) this.#readQuantizer();
        return null;
      case Marker.dri:
        this.#restartInterval = this.#word();
        return null;
      case Marker.sos:
        return this.#readScan(start);
    }
    const isFrame = marker >= Marker.sof2 && marker <= Marker.sofLast;
    if (isFrame) throw this.#error('ERR_CODEC_UNSUPPORTED', start, 'not a baseline JPEG');
    if (marker < Marker.app0) throw this.#error('ERR_CODEC_DATA', start, `marker ${marker.toString(16)}`);
    return null;
  }

  #readFrame(start: number): void {
    if (this.#frame !== null) throw this.#error('ERR_CODEC_DATA', start, 'a second frame');
    if (this.#byte() !== 8) throw this.#error('ERR_CODEC_UNSUPPORTED', start, 'not 8 bits a sample');
    const height = this.#word();
    const width = this.#word();
    const count = this.#byte();
    if (width === 0 || height === 0 || width * height * 4 > codecLimits.pixelBytes) {
      throw this.#error('ERR_CODEC_SIZE', start, `size ${width} x ${height}`);
    }
    if (count !== 1 && count !== 3) throw this.#error('ERR_CODEC_UNSUPPORTED', start, `${count} components`);
    const components: JpegComponent[] = [];
    for (let i = 0; i < count; i++) {
      const id = this.#byte();
      const sampling = this.#byte();
      // the only component is coded block by block, whatever it says
      const across = count === 1 ? 1 : sampling >> 4;
      const down = count === 1 ? 1 : sampling & 15;
      components.push({ id, across, down, quantizer: this.#byte() });
    }
    const most = { across: 0, down: 0 };
    for (const { across, down } of components) {
      most.across = Math.max(most.across, across);
      most.down = Math.max(most.down, down);
    }
    const isUsual = ({ across, down }: JpegComponent): boolean =>
      across > 0 && down > 0 && most.across % across === 0 && most.down % down === 0;
    if (most.across > 4 || most.down > 4 || !components.every(isUsual)) {
      throw this.#error('ERR_CODEC_UNSUPPORTED', start, 'an unusual sampling of the components');
    }
    this.#frame = { width, height, components };
  }

  #readQuantizer(): void {
    const start = this.#at;
    const kind = this.#byte();
    if ((kind & 15) > 3 || kind >> 4 > 1) throw this.#error('ERR_CODEC_DATA', start, 'no such quantizer');
    const table = new Uint16Array(64);
    for (let i = 0; i < zigzag.length; i++) table[i] = kind >> 4 === 0 ? this.#byte() : this.#word();
    this.#quantizers[kind & 15] = table;
  }

  #readHuffman(): void {
    const start = this.#at;
    const kind = this.#byte();
    if ((kind & 15) > 3 || kind >> 4 > 1) throw this.#error('ERR_CODEC_DATA', start, 'no such Huffman table');
    const counts = Array.from({ length: 16 }, () => this.#byte());
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (this.#at + total > this.#data.length) throw this.#truncated();
    const symbols = this.#data.slice(this.#at, this.#at + total);
    this.#at += total;
    const short = new Uint16Array(1 << shortBits);
    const ends = new Int32Array(18).fill(65_536, 17);
    const offsets = new Int32Array(17);
    let code = 0;
    let next = 0;
    for (let bits = 1; bits <= 16; bits++) {
      const count = counts[bits - 1]!;
      if (code + count > 1 << bits) throw this.#error('ERR_CODEC_DATA', start, 'more codes than there are');
      offsets[bits] = next - code;
      for (let i = 0; i < count; i++, code++, next++) {
        if (bits > shortBits) continue;
        const from = code << (shortBits - bits);
        short.fill((symbols[next]! << 4) | bits, from, from + (1 << (shortBits - bits)));
      }
      ends[bits] = code << (16 - bits);
      code <<= 1;
    }
    this.#huffman[kind] = { short, ends, offsets, symbols };
  }

  #readScan(start: number): JpegScan {
    const frame = this.#frame;
    if (frame === null) throw this.#error('ERR_CODEC_DATA', start, 'a scan before the frame');
    const count = this.#byte();
    if (count !== frame.components.length) {
      throw this.#error('ERR_CODEC_UNSUPPORTED', start, 'a scan without all components');
    }
    const tables = frame.components.map(({ id, quantizer }): ScanComponent => {
      if (this.#byte() !== id)
        throw this.#error('ERR_CODEC_UNSUPPORTED', start, 'components in another order');
      const kinds = this.#byte();
      const dc = this.#huffman[kinds >> 4];
      const ac = this.#huffman[16 + (kinds & 15)];
      const divisors = this.#quantizers[quantizer];
      if (dc === undefined || ac === undefined || divisors === undefined) {
        throw this.#error('ERR_CODEC_DATA', start, 'a table that was not given');
      }
      return { dc, ac, quantizer: divisors };
    });
    const [first, last, bits] = [this.#byte(), this.#byte(), this.#byte()];
    if (first !== 0 || last !== 63 || bits !== 0) {
      throw this.#error('ERR_CODEC_DATA', start, 'a scan of some coefficients');
    }
    return { frame, tables, restartInterval: this.#restartInterval, start: this.#at };
  }

  #byte(): number {
    if (this.#at >= this.#data.length) throw this.#truncated();
    return this.#data[this.#at++]!;
  }

  #word(): number {
    return this.#byte() * 256 + this.#byte();
  }

  #truncated(): CodecError {
    return this.#error('ERR_CODEC_TRUNCATED', this.#data.length, 'the data ends before the coded pixels');
  }

  #error(code: CodecErrorCode, offset: number, reason: string): CodecError {
    return new CodecError(code, 'jpeg', offset, reason);
  }
}
