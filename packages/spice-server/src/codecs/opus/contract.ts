/** Sound as SPICE has it on the wire: 48 kHz, two channels, signed 16 bits, frames of 10 ms (protocol §5.5). */
export const soundFrequency = 48_000;
/** Samples of each channel in one frame. */
export const frameSamples = 480;
/** Interleaved samples of one frame. */
export const frameValues = frameSamples * 2;
export const frameMs = 10;

export interface OpusEncoderOptions {
  /** Bits a second on average, 6000..510000. Default 128000. */
  readonly bitRate?: number;
  /** How much is tried for a better packet, 0..10. Default 5. */
  readonly complexity?: number;
  /** Packets of speech repeat the one before in few bits, for receivers that lose packets. Default false. */
  readonly forwardErrorCorrection?: boolean;
  /** Packets that get lost, which the encoder makes up for, in percent: 0..100. Default 0. */
  readonly expectedLoss?: number;
}

export interface SoundEncoder {
  /**
   * Encodes one frame: `frameValues` interleaved samples. The packet is the caller's, at most 3828 bytes and about
   * an eighth of the bit rate divided by 100.
   * @throws CodecError `ERR_CODEC_IMAGE` when it is not one frame.
   */
  encode(samples: Int16Array): Uint8Array;
}
export interface SoundDecoder {
  /**
   * Decodes one packet. The samples, `frameValues` of them, are valid until the next call.
   * @throws CodecError `ERR_CODEC_TRUNCATED` or `ERR_CODEC_DATA` for bad packets, `ERR_CODEC_SIZE` for one that is not
   * 10 ms long or above 3828 bytes.
   */
  decode(packet: Uint8Array): Int16Array;
}

/** Makes encoders and decoders; each has a memory of its own, which goes with it. */
export interface OpusLibrary {
  /** @throws RangeError for options out of range. */
  createEncoder(options?: OpusEncoderOptions): SoundEncoder;
  createDecoder(): SoundDecoder;
}
