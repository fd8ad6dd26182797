/**
 * The images of one GLZ dictionary, oldest first, in the memory of kernels of their own. Pixels are copied into a
 * ring, so nothing of the caller's is held; memory grows as far as the images have ever needed it.
 */
import { Kernels } from '../kernels.js';

const segmentBytes = 32;
/** A segment's uses are numbered from 1 to this, then from 1 again. */
const segmentUses = 63;
/** Segments in use at most; one image has as many as it is cut into. The oldest images make room. */
const maxSegments = 65_536;
/** What the kernels may read around an image's planes and write behind them. */
const slack = 64;
/** Memory is asked for in steps of this many bytes. */
const step = 2 ** 20;

export interface WindowImage {
  readonly id: number;
  readonly units: number;
  /** Its first byte and the byte behind its last, slack included. */
  readonly address: number;
  readonly end: number;
  /** Address of the alpha plane; 0: there is none. */
  readonly alpha: number;
  readonly segments: readonly number[];
}

export interface NewImage {
  readonly id: number;
  /** The number of its kind in the header. */
  readonly type: number;
  /** Pixels, less than the window. */
  readonly units: number;
  readonly unitBytes: 2 | 4;
  readonly hasAlpha: boolean;
  /** Pixels of one segment; the last may be shorter. */
  readonly segmentUnits: number;
}

export class GlzWindow {
  readonly kernels = new Kernels();
  readonly #limit: number;
  readonly #segmentTable: number;
  #words: Uint32Array = new Uint32Array();
  readonly #ring: number;
  /** Images from `#oldest` on are in the window. */
  #images: WindowImage[] = [];
  #oldest = 0;
  #pixels = 0;
  /** Numbers of segments to use again, the next one last; then those from `#fresh` on. */
  readonly #free: number[] = [];
  #fresh = 0;
  /** Behind the last byte that the ring has ever used. */
  #ringEnd: number;

  /** `limit` in pixels; 2^`hashBits` candidates are kept. */
  constructor(limit: number, hashBits: number) {
    this.#limit = limit;
    const table = this.kernels.reserve(2 ** hashBits * 8);
    this.#segmentTable = this.kernels.reserve(maxSegments * segmentBytes);
    this.kernels.exports.glzEncodeSetup(table, hashBits, this.#segmentTable);
    this.#ring = this.kernels.scratch(0);
    this.#ringEnd = this.#ring;
  }

  /** The id of the oldest image, or null. */
  get head(): number | null {
    return this.#images[this.#oldest]?.id ?? null;
  }

  /** Pixels of all images. */
  get pixels(): number {
    return this.#pixels;
  }

  /** Bytes of memory behind the images that belong to the caller until the window changes. */
  scratch(size: number): number {
    this.#provide(this.#ringEnd + size);
    return this.#ringEnd;
  }

  /**
   * Drops the oldest images until `image` is within the limits, then gives it memory and segments. The pixels are the
   * caller's to fill in.
   */
  add(image: NewImage): WindowImage {
    const { id, units } = image;
    const count = Math.ceil(units / image.segmentUnits);
    while (this.#pixels + units > this.#limit || this.#segmentsInUse() + count > maxSegments) this.#drop();
    const colors = Math.ceil((units * image.unitBytes) / 64) * 64 + slack;
    const size = colors + (image.hasAlpha ? Math.ceil(units / 64) * 64 + slack : 0);
    const address = this.#place(size);
    const end = address + size;
    if (end > this.#ringEnd) {
      this.#ringEnd = end;
      this.#provide(end);
    }
    const segments: number[] = [];
    while (segments.length < count) segments.push(this.#free.pop() ?? this.#fresh++);
    const added = { id, units, address, end, alpha: image.hasAlpha ? address + colors : 0, segments };
    this.#describe(image, added);
    this.#images.push(added);
    this.#pixels += units;
    return added;
  }

  /** Takes the newest image back. What was dropped for it stays dropped. */
  takeBack(): void {
    const image = this.#images.pop();
    if (image !== undefined) this.#release(image, [...image.segments].reverse());
  }

  #segmentsInUse(): number {
    return this.#fresh - this.#free.length;
  }

  #drop(): void {
    const image = this.#images[this.#oldest++]!;
    this.#release(image, image.segments);
    if (this.#oldest >= 1024 && this.#oldest * 2 > this.#images.length) {
      this.#images = this.#images.slice(this.#oldest);
      this.#oldest = 0;
    }
  }

  #release(image: WindowImage, segments: readonly number[]): void {
    this.#pixels -= image.units;
    const words = this.#segmentWords();
    for (const segment of segments) {
      words[segment * 8] = 0;
      this.#free.push(segment);
    }
  }

  /**
   * Finds `size` bytes in one piece, dropping images when that is the only way. The ring ends behind four bytes a
   * pixel (and some for what small images take besides), so that it rarely is; up to five are used before anything
   * is dropped for want of memory.
   */
  #place(size: number): number {
    const wanted = this.#ring + this.#limit * 4 + step;
    const most = this.#ring + this.#limit * 5 + step;
    for (;;) {
      const oldest = this.#images[this.#oldest];
      const newest = this.#images.at(-1);
      if (oldest === undefined || newest === undefined) return this.#ring;
      if (oldest.address <= newest.address) {
        if (newest.end + size <= wanted) return newest.end;
        if (this.#ring + size <= oldest.address) return this.#ring;
        if (newest.end + size <= most) return newest.end;
      } else if (newest.end + size <= oldest.address) {
        return newest.end;
      }
      this.#drop();
    }
  }

  #provide(end: number): void {
    this.kernels.scratch(Math.ceil((end - this.#ring) / step) * step + slack);
  }

  /** The table of segments; growing memory makes another view of it necessary. */
  #segmentWords(): Uint32Array {
    const { buffer } = this.kernels.bytes;
    if (this.#words.buffer !== buffer) {
      this.#words = new Uint32Array(buffer, this.#segmentTable, (maxSegments * segmentBytes) / 4);
    }
    return this.#words;
  }

  /** Writes the entries of the table that the kernels read: see kernels/glz-encode.ts. */
  #describe(image: NewImage, { address, alpha, segments }: WindowImage): void {
    const words = this.#segmentWords();
    let first = 0;
    for (const segment of segments) {
      const at = segment * 8;
      words[at] = image.type;
      words[at + 1] = address + first * image.unitBytes;
      words[at + 2] = alpha + first;
      words[at + 3] = Math.min(image.segmentUnits, image.units - first);
      words[at + 4] = first;
      words[at + 5] = image.id;
      words[at + 6] = 2 + (words[at + 6]! % (2 * segmentUses));
      first += image.segmentUnits;
    }
  }
}
