/** The functions of lz4js that are used here; the package has no types of its own. */
declare module 'lz4js' {
  /** Largest size of a block of `size` bytes, compressed. */
  export function compressBound(size: number): number;
  /**
   * Compresses `length` bytes of `from` at `start` to the start of `to`; `table` has 65536 zeroes at first.
   * Returns the bytes written, 0 when nothing was gained.
   */
  export function compressBlock(
    from: Uint8Array,
    to: Uint8Array,
    start: number,
    length: number,
    table: Uint32Array,
  ): number;
  /**
   * Decompresses the block of `length` bytes of `from` at `start` to `to` at `at`; matches may reach before that. Checks
   * nothing. Returns the index behind the output.
   */
  export function decompressBlock(
    from: Uint8Array,
    to: Uint8Array,
    start: number,
    length: number,
    at: number,
  ): number;
}
