import type { JpegFrames } from './jpeg-frames.js';
import type { VideoEncoder, VideoPicture, VideoRate } from './video-encoder.js';

/** Display-pipeline §10.7. */
const qualities = [20, 30, 40, 50, 60, 70, 80] as const;
const firstIndex = 4;
/** A quality more makes frames about this much larger. */
const growthPerStep = 1.2;
/** A frame may be this much larger than its share of the bit rate before the quality falls. */
const tolerance = 1.15;
/** How much the newest frame counts in the average size. */
const newestShare = 0.4;

/**
 * Motion JPEG: every frame is an image of its own. The quality is the highest at which the frames that come fit into
 * the bit rate; at the lowest it is the caller who leaves frames out.
 */
export class MjpegEncoder implements VideoEncoder {
  readonly codec = 'mjpeg';
  readonly #frames: JpegFrames;
  #index: number = firstIndex;
  /** Bytes of a frame at the quality of `#index`; 0: not known. */
  #average = 0;
  #closed = false;

  constructor(frames: JpegFrames) {
    this.#frames = frames;
  }

  get quality(): number {
    return qualities[this.#index];
  }

  encode(picture: VideoPicture, rate: VideoRate, done: (frame: Uint8Array | null) => void): void {
    this.#choose(rate);
    const index = this.#index;
    this.#frames.encode(picture, qualities[index], (frame) => {
      if (this.#closed) return;
      if (frame !== null && index === this.#index) {
        this.#average += (frame.length - this.#average) * (this.#average === 0 ? 1 : newestShare);
      }
      done(frame);
    });
  }

  close(): void {
    this.#closed = true;
  }

  #choose({ bitRate, fps }: VideoRate): void {
    if (this.#average === 0) return;
    const room = bitRate / 8 / fps;
    while (this.#index > 0 && this.#average > room * tolerance) this.#step(-1);
    if (this.#index < qualities.length - 1 && this.#average * growthPerStep * growthPerStep < room)
      this.#step(1);
  }

  #step(by: 1 | -1): void {
    this.#index += by;
    this.#average *= growthPerStep ** by;
  }
}
