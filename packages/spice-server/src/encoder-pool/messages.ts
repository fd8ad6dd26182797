import type { ImageShape } from '../codecs/contract.js';
import type { StatelessCodec } from '../display/images/encoders.js';

/** An image to encode, to a worker. Its pixels are rows without padding at the start of `pixels`. */
export interface EncodeJob {
  readonly id: number;
  readonly codec: StatelessCodec;
  /** Of JPEG, 1 to 100; undefined: that of images. */
  readonly quality: number | undefined;
  readonly shape: ImageShape;
  readonly pixels: SharedArrayBuffer;
}

/** From a worker. */
export type WorkerAnswer =
  /** Jobs are taken from now on. */
  | { readonly type: 'ready' }
  /** `bytes` null: there are not fewer of them than of pixels. */
  | { readonly type: 'encoded'; readonly id: number; readonly bytes: Uint8Array<ArrayBuffer> | null }
  | { readonly type: 'failed'; readonly id: number; readonly reason: string };
