import { decompressBlock } from 'lz4js';
import { CodecError } from '../contract.js';
import { threadKernels } from '../kernels.js';
import { checkBlock } from './lz4-decoder.js';

/** What the kernel may read behind its input, and write behind its output. */
const slack = 64;

/** Compresses bytes, at most 2^30, to one LZ4 block; null: the block would not be smaller. */
export function compressLz4Block(bytes: Uint8Array): Uint8Array | null {
  const { length } = bytes;
  if (length === 0) return null;
  const kernels = threadKernels();
  const source = kernels.scratch(2 * (length + slack));
  const result = source + length + slack;
  kernels.bytes.set(bytes, source);
  const end = kernels.exports.lz4EncodeBlock(source, length, result, result + length - 1);
  return end === 0 ? null : kernels.bytes.slice(result, end);
}

/**
 * The `size` bytes of an LZ4 block. The caller checks that `size` is within its limits.
 * @throws CodecError when the block is no LZ4 block of so many bytes.
 */
export function decompressLz4Block(block: Uint8Array, size: number): Uint8Array {
  const produced = checkBlock(block, 0, block.length, 0, size);
  if (produced !== size) {
    throw new CodecError('ERR_CODEC_DATA', 'lz4', block.length, `a block of ${produced} bytes, not ${size}`);
  }
  const bytes = new Uint8Array(size);
  decompressBlock(block, bytes, 0, block.length, 0);
  return bytes;
}
