import { type PixelImage, rowBytes } from '../../codecs/contract.js';
import { JpegEncoder } from '../../codecs/jpeg/jpeg-encoder.js';
import type { VideoPicture } from './video-encoder.js';

/** Encodes pictures elsewhere. */
export interface JpegPool {
  /** Bytes of pixels from which on handing a picture over costs less than encoding it. */
  readonly minPixelBytes: number;
  /** As `EncoderPool.encode`. `quality`: 1 to 100. */
  encodeJpeg(image: PixelImage, quality: number): Promise<Uint8Array | null> | null;
}

type Done = (frame: Uint8Array | null) => void;
/** What is known of one picture in one quality: the frame, or who waits for it. */
type Made = Uint8Array | Done[];
interface Newest {
  readonly serial: number;
  readonly made: Map<string, Made>;
}

/** JPEG frames of all streams: one that several clients want in one quality is encoded once. */
export class JpegFrames {
  readonly #pool: JpegPool | null;
  readonly #encoders = new Map<number, JpegEncoder>();
  readonly #newest = new WeakMap<object, Newest>();
  #scratch = new Uint8Array(0);

  constructor(pool: JpegPool | null) {
    this.#pool = pool;
  }

  /** Calls `done` with the picture as JPEG, at once or later; null: it could not be encoded. */
  encode({ image, owner, serial }: VideoPicture, quality: number, done: Done): void {
    let newest = this.#newest.get(owner);
    if (newest?.serial !== serial) {
      newest = { serial, made: new Map() };
      this.#newest.set(owner, newest);
    }
    const { made } = newest;
    const key = `${quality} ${image.width} ${image.height}`;
    const known = made.get(key);
    if (known instanceof Uint8Array) return done(known);
    if (known !== undefined) {
      known.push(done);
      return;
    }
    const job = this.#isLarge(image) ? (this.#pool?.encodeJpeg(image, quality) ?? null) : null;
    if (job === null) {
      const frame = this.#encode(image, quality);
      made.set(key, frame);
      return done(frame);
    }
    const waiting: Done[] = [done];
    made.set(key, waiting);
    const finish = (frame: Uint8Array | null): void => {
      if (frame === null) made.delete(key);
      else made.set(key, frame);
      for (const tell of waiting) tell(frame);
    };
    job.then(finish, () => finish(null));
  }

  #isLarge({ format, width, height }: PixelImage): boolean {
    return this.#pool !== null && rowBytes(format, width) * height >= this.#pool.minPixelBytes;
  }

  #encode(image: PixelImage, quality: number): Uint8Array {
    const encoder = this.#encoders.get(quality) ?? new JpegEncoder({ quality });
    this.#encoders.set(quality, encoder);
    const bytes = encoder.maxEncodedSize(image);
    if (this.#scratch.length < bytes) this.#scratch = new Uint8Array(bytes);
    return this.#scratch.slice(0, encoder.encode(image, this.#scratch));
  }
}
