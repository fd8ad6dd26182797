import { CodecError } from '../contract.js';
import { kernelFailure } from '../decoding.js';
import { threadKernels } from '../kernels.js';

/** What the kernels may read around their input, and write behind their output. */
const slack = 64;

/** Compresses bytes, at most 2^30, to one LZ4 block; null: the block would not be smaller. */
export function compressLz4Block(bytes: Uint8Array): Uint8Array | null {
  const { length } = bytes;
  if (length === 0) return null;
  const kernels = threadKernels();
  const source = kernels.scratch(2 * (length + slack));
  const result = source + length + slack;
  kernels.bytes.set(bytes, source);
  kernels.exports.lz4EncodeStart(length);
  const end = kernels.exports.lz4EncodeBlock(source, length, result, result + length - 1);
  return end === 0 ? null : kernels.bytes.slice(result, end);
}

/**
 * The `size` bytes of an LZ4 block. The caller checks that `size` is within its limits.
 * @throws CodecError when the block is no LZ4 block of so many bytes.
 */
export function decompressLz4Block(block: Uint8Array, size: number): Uint8Array {
  const { length } = block;
  const kernels = threadKernels();
  const start = kernels.scratch(size + length + 3 * slack) + slack;
  const source = start + size + slack;
  kernels.bytes.set(block, source);
  const end = kernels.exports.lz4DecodeBlock(source, source + length, start, start, start + size);
  if (end === 0) throw kernelFailure('lz4', kernels, source);
  if (end !== start + size) {
    throw new CodecError('ERR_CODEC_DATA', 'lz4', length, `a block of ${end - start} bytes, not ${size}`);
  }
  return kernels.bytes.slice(start, end);
}
