/** Displays for programs without QXL are core's, which alone a program that serves them needs; named here for those who look here. */
export { createDisplay, Display, DisplayError, type DisplayOptions } from '@lazyspice/core/console';
export {
  CodecError,
  type CodecErrorCode,
  type CodecName,
  codecLimits,
  type DecodeTarget,
  doesNotFit,
  type EncodedShape,
  type ImageDecoder,
  type ImageEncoder,
  type ImageShape,
  type PixelImage,
  rowBytes,
} from './codecs/contract.js';
export { GlzDecoder, type GlzDecoderOptions } from './codecs/glz/glz-decoder.js';
export { GlzEncoder, type GlzEncoderOptions } from './codecs/glz/glz-encoder.js';
export { JpegAlphaDecoder, JpegAlphaEncoder } from './codecs/jpeg/jpeg-alpha.js';
export { JpegDecoder } from './codecs/jpeg/jpeg-decoder.js';
export { JpegEncoder, type JpegEncoderOptions } from './codecs/jpeg/jpeg-encoder.js';
export {
  findNativeJpeg,
  type JpegTurbo,
  type NativeJpeg,
  type NativeJpegImage,
  useNativeJpeg,
} from './codecs/jpeg/native-jpeg.js';
export { LzDecoder } from './codecs/lz/lz-decoder.js';
export { LzEncoder, type LzEncoderOptions } from './codecs/lz/lz-encoder.js';
export { Lz4Decoder } from './codecs/lz4/lz4-decoder.js';
export { Lz4Encoder } from './codecs/lz4/lz4-encoder.js';
export { joinLz4Strips } from './codecs/lz4/lz4-strips.js';
export { QuicDecoder } from './codecs/quic/quic-decoder.js';
export { QuicEncoder } from './codecs/quic/quic-encoder.js';
export { warmUpEncoders } from './codecs/warm-up.js';
export { unwrapGlz, wrapGlz } from './codecs/zlib/zlib-glz.js';
