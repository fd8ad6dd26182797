import type { ModuleEntry } from '../module/definitions.js';

/** Reads a file that an index of codec vectors names; the name is relative to the index. */
export type ReadVectorFile = (name: string) => Promise<Uint8Array>;

/** A vector that did not do, and why. */
export interface VectorFailure {
  readonly name: string;
  readonly reason: string;
}
export interface VerifyResult {
  readonly passed: number;
  readonly failed: readonly VectorFailure[];
}
export interface EncodeResult {
  readonly encoded: number;
  readonly failed: readonly VectorFailure[];
}

/** How fast one codec went through one image. */
export interface CodecSpeed {
  readonly codec: string;
  readonly direction: 'encode' | 'decode';
  readonly image: string;
  /** 10^6 bytes of pixels a second, the best pass. */
  readonly megabytesPerSecond: number;
  /** Bytes of the encoded image. */
  readonly encodedBytes: number;
  /** Bytes of its pixels. */
  readonly pixelBytes: number;
}
export interface BenchOptions {
  /** ms, monotonic. */
  now(): number;
  /** ms given to each codec, direction and image; at least one pass is made. */
  readonly time: number;
}

/** What the `spice-codecs` module offers: the server's image codecs, for checks and figures. */
export interface CodecModule extends ModuleEntry {
  /**
   * Decodes every vector of an index (docs/codecs.md) and compares.
   * @throws an error with code `ERR_VECTOR_INDEX` when the index itself is no index of vectors.
   */
  verify(index: string, read: ReadVectorFile): Promise<VerifyResult>;
  /**
   * Encodes every vector's pixels and hands the result to `write`, in the layout of the vector's encoded file.
   * @throws as `verify`, and what `write` throws.
   */
  encode(
    index: string,
    read: ReadVectorFile,
    write: (name: string, data: Uint8Array) => Promise<void>,
  ): Promise<EncodeResult>;
  /** Measures every codec on drawn images, one figure at a time. */
  bench(options: BenchOptions): Iterable<CodecSpeed>;
}
