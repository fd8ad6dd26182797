import {
  type CodecName,
  doesNotFit,
  type ImageEncoder,
  type ImageShape,
  type PixelImage,
  rowBytes,
} from '../../codecs/contract.js';
import { JpegAlphaEncoder } from '../../codecs/jpeg/jpeg-alpha.js';
import { JpegEncoder } from '../../codecs/jpeg/jpeg-encoder.js';
import { LzEncoder } from '../../codecs/lz/lz-encoder.js';
import { Lz4Encoder } from '../../codecs/lz4/lz4-encoder.js';
import { QuicEncoder } from '../../codecs/quic/quic-encoder.js';

import { graduality } from './graduality.js';
import { type TwoColors, twoColors } from './two-colors.js';

/** Codecs that keep nothing of an image: one encoder serves all clients of a thread. */
export type StatelessCodec = Extract<CodecName, 'quic' | 'lz' | 'lz4' | 'jpeg' | 'jpeg-alpha'>;

/** Bytes in front of a jpeg-alpha result: how long its JPEG is, little-endian. */
export const jpegAlphaPrefix = 4;

/** JPEG_ALPHA with the length of the JPEG in front, which the message must say. */
class PrefixedJpegAlpha implements ImageEncoder {
  readonly codec = 'jpeg-alpha';
  readonly #encoder = new JpegAlphaEncoder();

  accepts(format: PixelImage['format']): boolean {
    return this.#encoder.accepts(format);
  }

  maxEncodedSize(shape: ImageShape): number {
    return jpegAlphaPrefix + this.#encoder.maxEncodedSize(shape);
  }

  encode(image: PixelImage, out: Uint8Array): number {
    if (out.length < jpegAlphaPrefix) return doesNotFit;
    const size = this.#encoder.encode(image, out.subarray(jpegAlphaPrefix));
    if (size === doesNotFit) return doesNotFit;
    new DataView(out.buffer, out.byteOffset).setUint32(0, this.#encoder.jpegBytes, true);
    return jpegAlphaPrefix + size;
  }
}

/** An encoder for each of them. */
export const createEncoders = (): Readonly<Record<StatelessCodec, ImageEncoder>> => ({
  quic: new QuicEncoder(),
  lz: new LzEncoder(),
  lz4: new Lz4Encoder(),
  jpeg: new JpegEncoder(),
  'jpeg-alpha': new PrefixedJpegAlpha(),
});

/** Encodes images elsewhere, several at a time. */
export interface EncoderPool {
  /** Images that are encoded at the same time. */
  readonly parallel: number;
  /** Bytes of pixels from which on handing an image over costs less than encoding it. */
  readonly minPixelBytes: number;
  /**
   * Takes an image; the pixels are the caller's again when this returns. Resolves with the encoded bytes, or with null
   * when there are not fewer of them than of pixels; rejects when the image could not be encoded.
   * Returns null when there is no room for it: the caller must encode it itself.
   */
  encode(codec: StatelessCodec, image: PixelImage): Promise<Uint8Array | null> | null;
  /** Stops all work and gives all memory back; nothing is taken any more. */
  close(): Promise<void>;
}

/** Scratch memory beyond this is given back after use, in bytes. */
const retainedScratch = 16 * 1024 * 1024;

/** Bytes of a bitmap of one bit a pixel besides its rows: its palette. */
const paletteBytes = 18;

/** What has been made of one image, by codec; null: not smaller than the pixels. */
type Made = Map<StatelessCodec, Uint8Array | null>;
/** Who waits for what is being made of one image, by codec. */
type Pending = Map<StatelessCodec, (() => void)[]>;

/** The encoders of one thread, and what they have made: an image that several clients want is encoded once. */
export class Encoders {
  readonly #encoders = createEncoders();
  readonly #pool: EncoderPool | null;
  /** By the object whose pixels they are. */
  readonly #made = new WeakMap<object, Made>();
  readonly #twoColors = new WeakMap<object, TwoColors | null>();
  readonly #gradual = new WeakMap<object, boolean>();
  readonly #pending = new WeakMap<object, Pending>();
  #scratch = new Uint8Array(0);

  constructor(pool: EncoderPool | null = null) {
    this.#pool = pool;
  }

  /** Images that are worth preparing at the same time; 0: `prepare` never begins anything. */
  get parallel(): number {
    return this.#pool?.parallel ?? 0;
  }

  /** Whether `prepare` may be worth a call for so many bytes of pixels. */
  isLarge(pixelBytes: number): boolean {
    return this.#pool !== null && pixelBytes >= this.#pool.minPixelBytes;
  }

  /**
   * Begins to encode an image elsewhere. True: `ready` will be called once, later; `encode` answers at once then, with
   * null if it failed. False: call `encode` now. The pixels must not change in between.
   */
  prepare(codec: StatelessCodec, image: PixelImage, owner: object, ready: () => void): boolean {
    if (this.#made.get(owner)?.has(codec)) return false;
    const waiting = this.#pending.get(owner)?.get(codec);
    if (waiting !== undefined) {
      waiting.push(ready);
      return true;
    }
    if (!this.isLarge(packedBytes(image)) || !this.#encoders[codec].accepts(image.format)) return false;
    const job = this.#pool?.encode(codec, image) ?? null;
    if (job === null) return false;
    const pending: Pending = this.#pending.get(owner) ?? new Map();
    pending.set(codec, [ready]);
    this.#pending.set(owner, pending);
    const done = (bytes: Uint8Array | null): void => {
      this.#remember(owner, codec, bytes);
      const readies = pending.get(codec) ?? [];
      pending.delete(codec);
      for (const tell of readies) tell();
    };
    // What brought a worker down must not be tried in this thread: the image goes out raw.
    job.then(done, () => done(null));
    return true;
  }

  /**
   * The encoded image, or null when it does not get smaller or the codec does not take its format.
   * `owner` stands for the pixels: the same owner is the same image.
   */
  encode(codec: StatelessCodec, image: PixelImage, owner: object): Uint8Array | null {
    const known = this.#made.get(owner)?.get(codec);
    if (known !== undefined) return known;
    const bytes = this.#encode(this.#encoders[codec], image);
    this.#remember(owner, codec, bytes);
    return bytes;
  }

  /** The image at one bit a pixel, if it has two colours and gets smaller that way; `owner` as for `encode`. */
  twoColors(image: PixelImage, owner: object): TwoColors | null {
    const known = this.#twoColors.get(owner);
    if (known !== undefined) return known;
    const made = twoColors(image);
    const isSmaller = made !== null && made.bits.length + paletteBytes < packedBytes(image);
    this.#twoColors.set(owner, isSmaller ? made : null);
    return isSmaller ? made : null;
  }

  /** Whether the image looks like a photo; `owner` as for `encode`. */
  isGradual(image: PixelImage, owner: object): boolean {
    const known = this.#gradual.get(owner);
    if (known !== undefined) return known;
    const isGradual = graduality(image) === 'high';
    this.#gradual.set(owner, isGradual);
    return isGradual;
  }

  #remember(owner: object, codec: StatelessCodec, bytes: Uint8Array | null): void {
    const made: Made = this.#made.get(owner) ?? new Map();
    made.set(codec, bytes);
    this.#made.set(owner, made);
  }

  #encode(encoder: ImageEncoder, image: PixelImage): Uint8Array | null {
    if (!encoder.accepts(image.format)) return null;
    const out = this.scratch(packedBytes(image));
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

/** Bytes of an image's pixels without padding. */
const packedBytes = ({ format, width, height }: PixelImage): number => rowBytes(format, width) * height;
