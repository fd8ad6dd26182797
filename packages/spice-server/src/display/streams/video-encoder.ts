import type { PixelImage } from '../../codecs/contract.js';

/** Numbers of codecs on the wire: protocol §8.1. */
export const videoCodecIds = { mjpeg: 1, vp8: 2, h264: 3, vp9: 4, h265: 5 } as const;
export type VideoCodecName = keyof typeof videoCodecIds;

/** A picture to encode; valid during the call only. */
export interface VideoPicture {
  readonly image: PixelImage;
  /** Stands for the stream, and `serial` for its newest frame: what was made of them may be used again. */
  readonly owner: object;
  readonly serial: number;
}

/** What the encoder is to keep to. */
export interface VideoRate {
  /** Bits a second. */
  readonly bitRate: number;
  /** Frames a second that come. */
  readonly fps: number;
}

/** Makes frames of one stream for one client. */
export interface VideoEncoder {
  readonly codec: VideoCodecName;
  /**
   * Encodes one picture and calls `done` once, at once or later, with one whole frame; null: this encoder makes no
   * more frames. Give the next picture after that.
   */
  encode(picture: VideoPicture, rate: VideoRate, done: (frame: Uint8Array | null) => void): void;
  /** `done` is not called any more. */
  close(): void;
}

export interface VideoShape {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly format: PixelImage['format'];
}

/** Encoders outside of the server. */
export interface VideoEncoderSource {
  /** Encoders of this codec can be had at the moment. */
  has(codec: VideoCodecName): boolean;
  /** Null: not for such pictures, or no more of them. */
  create(codec: VideoCodecName, shape: VideoShape, rate: VideoRate): VideoEncoder | null;
  /** Ends all encoders. */
  close(): void;
}
