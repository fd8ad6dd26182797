/**
 * The wrap of GLZ data in a zlib stream (ZLIB_GLZ_RGB), for clients on slow lines. The one file of the codecs that uses
 * the platform's zlib: plain functions, bytes in, bytes out.
 */
import { constants, deflateSync, inflateSync } from 'node:zlib';
import { CodecError, codecLimits } from '../contract.js';

const codec = 'zlib-glz';
/** GLZ data below this many bytes goes as it is. */
const leastBytes = 100;
/** The compression level that the reference server uses: speed before size. */
const level = 3;
/** Bytes of a zlib stream's header and checksum. */
const wrapBytes = 6;

/** The zlib stream of whole GLZ data, or null when it is not worth it: then the GLZ data goes as it is. */
export function wrapGlz(glz: Uint8Array): Uint8Array | null {
  if (glz.length < leastBytes) return null;
  const wrapped = deflateSync(glz, { level, chunkSize: Math.max(constants.Z_MIN_CHUNK, glz.length) });
  return wrapped.length < glz.length ? plainBytes(wrapped) : null;
}

/** The same memory without what Buffer makes different. */
const plainBytes = ({ buffer, byteOffset, length }: Uint8Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, length);

/**
 * GLZ data of `glzBytes` bytes out of a zlib stream that holds exactly that.
 * @throws CodecError `ERR_CODEC_DATA`, `ERR_CODEC_TRUNCATED`, or `ERR_CODEC_SIZE` when the sizes differ or are over
 * the limits.
 */
export function unwrapGlz(data: Uint8Array, glzBytes: number): Uint8Array {
  if (!Number.isInteger(glzBytes) || glzBytes < 1 || glzBytes > codecLimits.encodedBytes) {
    throw new CodecError('ERR_CODEC_SIZE', codec, 0, `${glzBytes} bytes of GLZ data`);
  }
  if (data.length < wrapBytes) {
    throw new CodecError('ERR_CODEC_TRUNCATED', codec, data.length, 'the data ends within the header');
  }
  const glz = inflate(data, glzBytes);
  if (glz.length !== glzBytes) {
    throw new CodecError(
      'ERR_CODEC_SIZE',
      codec,
      0,
      `${glz.length} bytes of GLZ data, announced were ${glzBytes}`,
    );
  }
  return glz;
}

function inflate(data: Uint8Array, limit: number): Uint8Array {
  try {
    return plainBytes(inflateSync(data, { maxOutputLength: limit }));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      throw new CodecError('ERR_CODEC_SIZE', codec, 0, `more than ${limit} bytes of GLZ data`);
    }
    if (code === 'Z_BUF_ERROR') throw new CodecError('ERR_CODEC_TRUNCATED', codec, data.length, message);
    throw new CodecError('ERR_CODEC_DATA', codec, 0, message);
  }
}
