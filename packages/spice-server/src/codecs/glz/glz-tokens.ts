/** The token stream of one GLZ plane. */
import { CodecError } from '../contract.js';

/** Units of a plane: words B,G,R,0, half-words, or bytes of alpha. */
export type GlzPlane = Uint32Array | Uint16Array | Uint8Array;

/** The plane that a match refers to, `back` (at least 1) images before; throws when there is none. */
export type EarlierPlane = (back: number, offset: number) => GlzPlane;

/** Units up to which a loop copies faster than a call. */
const shortCopy = 24;

/** Reads tokens; every read past the end throws. */
export class GlzTokens {
  readonly #data: Uint8Array;
  #at: number;

  constructor(data: Uint8Array, at: number) {
    this.#data = data;
    this.#at = at;
  }

  /** Decodes as many units as `plane` has. @throws CodecError `ERR_CODEC_DATA`, `ERR_CODEC_TRUNCATED` */
  readPlane(plane: GlzPlane, earlier: EarlierPlane): void {
    const bias = plane instanceof Uint32Array ? 0 : plane instanceof Uint16Array ? 1 : 2;
    for (let to = 0; to < plane.length; ) {
      const token = this.#at;
      const control = this.#byte();
      if (control < 32) {
        if (control >= plane.length - to) throw overrun(token);
        this.#literals(plane, to, control + 1);
        to += control + 1;
      } else {
        to += this.#match(plane, to, control, bias, earlier);
      }
    }
  }

  #byte(): number {
    const at = this.#at++;
    if (at >= this.#data.length) throw truncated(this.#data.length);
    return this.#data[at]!;
  }

  #literals(plane: GlzPlane, to: number, count: number): void {
    const data = this.#data;
    const bytes = plane instanceof Uint32Array ? 3 : plane instanceof Uint16Array ? 2 : 1;
    let at = this.#at;
    if (data.length - at < count * bytes) throw truncated(data.length);
    const end = to + count;
    if (bytes === 3) {
      for (; to < end; to++, at += 3) plane[to] = data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16);
    } else if (bytes === 2) {
      for (; to < end; to++, at += 2) plane[to] = (data[at]! << 8) | data[at + 1]!;
    } else {
      for (; to < end; to++, at++) plane[to] = data[at]!;
    }
    this.#at = at;
  }

  /** Returns the units copied. */
  #match(plane: GlzPlane, to: number, control: number, bias: number, earlier: EarlierPlane): number {
    const token = this.#at - 1;
    const left = plane.length - to;
    let length = control >> 5;
    if (length === 7) {
      let more: number;
      do {
        more = this.#byte();
        length += more;
        if (length > left) throw overrun(token);
      } while (more === 255);
    }
    length += bias;
    if (length > left) throw overrun(token);
    let place = (control & 15) | (this.#byte() << 4);
    const form = this.#byte();
    const more = form >> 6;
    let back = 0;
    if ((control & 16) === 0) {
      back = form & 63;
      for (let i = 0; i < more; i++) back += this.#byte() * 2 ** (6 + 8 * i);
    } else {
      place |= (form & 31) << 12;
      for (let i = 0; i < more; i++) back += this.#byte() * 2 ** (8 * i);
      if ((form & 32) !== 0) place |= this.#byte() << 17;
    }
    if (back === 0) {
      if (place >= to)
        throw new CodecError('ERR_CODEC_DATA', 'glz', token, 'a match begins before the image');
      copyWithin(plane, to, place + 1, length);
    } else {
      const from = earlier(back, token);
      if (place + length > from.length) {
        throw new CodecError('ERR_CODEC_DATA', 'glz', token, 'a match goes past the end of an earlier image');
      }
      copyFrom(plane, to, from, place, length);
    }
    return length;
  }
}

function copyWithin(plane: GlzPlane, to: number, distance: number, length: number): void {
  const end = to + length;
  if (length <= shortCopy) {
    for (; to < end; to++) plane[to] = plane[to - distance]!;
  } else if (distance === 1) {
    plane.fill(plane[to - 1]!, to, end);
  } else {
    // what is there is repeated; each step may copy all that stands behind the start
    for (let start = to - distance; to < end; ) {
      const count = Math.min(to - start, end - to);
      plane.copyWithin(to, start, start + count);
      to += count;
    }
  }
}

function copyFrom(plane: GlzPlane, to: number, from: GlzPlane, place: number, length: number): void {
  if (length <= shortCopy) {
    for (let i = 0; i < length; i++) plane[to + i] = from[place + i]!;
  } else {
    plane.set(from.subarray(place, place + length), to);
  }
}

const overrun = (offset: number): CodecError =>
  new CodecError('ERR_CODEC_DATA', 'glz', offset, 'a run or match is longer than what is left of the image');
const truncated = (offset: number): CodecError =>
  new CodecError('ERR_CODEC_TRUNCATED', 'glz', offset, 'the data ends before the image');
