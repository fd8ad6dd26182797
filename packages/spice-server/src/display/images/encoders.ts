import {
  type CodecName,
  doesNotFit,
  type ImageEncoder,
  type PixelImage,
  rowBytes,
} from '../../codecs/contract.js';
import { LzEncoder } from '../../codecs/lz/lz-encoder.js';
import { Lz4Encoder } from '../../codecs/lz4/lz4-encoder.js';
import { QuicEncoder } from '../../codecs/quic/quic-encoder.js';

/** Codecs that keep nothing of an image: one encoder serves all clients of a thread. */
export type StatelessCodec = Extract<CodecName, 'quic' | 'lz' | 'lz4'>;

/** Scratch memory beyond this is given back after use, in bytes. */
const retainedScratch = 16 * 1024 * 1024;

/** The encoders of one thread, and what they have made: an image that several clients want is encoded once. */
export class Encoders {
  readonly #encoders: Readonly<Record<StatelessCodec, ImageEncoder>> = {
    quic: new QuicEncoder(),
    lz: new LzEncoder(),
    lz4: new Lz4Encoder(),
  };
  /** By the object whose pixels they are; null: not smaller than the pixels. */
  readonly #made = new WeakMap<object, Map<StatelessCodec, Uint8Array | null>>();
  #scratch = new Uint8Array(0);

  /**
   * The encoded image, or null when it does not get smaller or the codec does not take its format.
   * `owner` stands for the pixels: the same owner is the same image.
   */
  encode(codec: StatelessCodec, image: PixelImage, owner: object): Uint8Array | null {
    const made = this.#made.get(owner) ?? new Map<StatelessCodec, Uint8Array | null>();
    const known = made.get(codec);
    if (known !== undefined) return known;
    const bytes = this.#encode(this.#encoders[codec], image);
    made.set(codec, bytes);
    this.#made.set(owner, made);
    return bytes;
  }

  #encode(encoder: ImageEncoder, image: PixelImage): Uint8Array | null {
    if (!encoder.accepts(image.format)) return null;
    const out = this.scratch(rowBytes(image.format, image.width) * image.height);
    const size = encoder.encode(image, out);
    return size === doesNotFit ? null : out.slice(0, size);
  }

  /** Memory for one encoded image of at most `size` bytes; valid until the next call. */
  scratch(size: number): Uint8Array {
    if (size > retainedScratch) return new Uint8Array(size);
    if (this.#scratch.length < size) this.#scratch = new Uint8Array(Math.min(retainedScratch, size * 2));
    return this.#scratch.subarray(0, size);
  }
}
