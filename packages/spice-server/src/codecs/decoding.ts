/** What decoders that run in the kernels share. */
import { CodecError, type CodecErrorCode, type CodecName, codecLimits } from './contract.js';
import type { Kernels } from './kernels.js';

const failures: ReadonlyMap<number, readonly [CodecErrorCode, string]> = new Map([
  [1, ['ERR_CODEC_TRUNCATED', 'the data ends before the image']],
  [2, ['ERR_CODEC_DATA', 'a run or match is longer than what is left of the image']],
  [3, ['ERR_CODEC_DATA', 'a match refers to something before the image']],
  [4, ['ERR_CODEC_DATA', 'a code stands for no value']],
]);

/** The error of the kernel that just returned 0; `base` is the address of the data's first byte. */
export function kernelFailure(codec: CodecName, kernels: Kernels, base: number): CodecError {
  const [code, reason] = failures.get(kernels.exports.failureKind()) ?? ['ERR_CODEC_DATA', 'bad data'];
  return new CodecError(code, codec, kernels.exports.failureAddress() - base, reason);
}

/** The data must be longer than a header and within the limits. @throws CodecError */
export function checkData(codec: CodecName, data: Uint8Array, headerBytes: number): void {
  if (data.length < headerBytes) {
    throw new CodecError('ERR_CODEC_TRUNCATED', codec, data.length, 'the data ends within the header');
  }
  if (data.length > codecLimits.encodedBytes) {
    throw new CodecError('ERR_CODEC_DATA', codec, 0, `${data.length} bytes are over the limit`);
  }
}

/** A size in a header must be the one that was announced. @throws CodecError `ERR_CODEC_SIZE` */
export function checkSize(
  codec: CodecName,
  offset: number,
  width: number,
  height: number,
  expected: { readonly width: number; readonly height: number },
): void {
  if (width !== expected.width || height !== expected.height) {
    const reason = `size ${width} x ${height}, announced was ${expected.width} x ${expected.height}`;
    throw new CodecError('ERR_CODEC_SIZE', codec, offset, reason);
  }
}
