/** Bytes of one frame, at most. */
const maxFrameBytes = 64 * 1024 * 1024;

/** What an encoder has written is not what it should write. */
export class VideoFormatError extends Error {
  override readonly name = 'VideoFormatError';
  readonly code = 'ERR_VIDEO_FORMAT';
  /** Byte of the encoder's output where it was noticed. */
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(`${reason} (offset ${offset})`);
    this.offset = offset;
  }
}

/** Cuts the output of an encoder, which comes in pieces of any size, into frames. */
export abstract class FrameParser {
  readonly #emit: (frame: Uint8Array) => void;
  #pieces: Uint8Array[] = [];
  #length = 0;
  #offset = 0;

  constructor(emit: (frame: Uint8Array) => void) {
    this.#emit = emit;
  }

  /** @throws VideoFormatError */
  push(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
    if (this.#length < this.wanted) return;
    let bytes = this.#pieces.length === 1 ? piece : Buffer.concat(this.#pieces, this.#length);
    for (let used = this.step(bytes); used > 0; used = bytes.length === 0 ? 0 : this.step(bytes)) {
      bytes = bytes.subarray(used);
      this.#offset += used;
      this.wanted = 1;
    }
    this.#pieces = bytes.length === 0 ? [] : [bytes];
    this.#length = bytes.length;
  }

  /** Bytes that the next step needs, as far as it is known. */
  protected wanted = 1;

  /** Takes the next part from the start of the bytes, and returns its length; 0: it is not all there. */
  protected abstract step(bytes: Uint8Array): number;

  protected frame(bytes: Uint8Array): void {
    this.#emit(bytes);
  }

  protected check(right: boolean, reason: string): void {
    if (!right) throw new VideoFormatError(reason, this.#offset);
  }

  protected checkSize(size: number): void {
    this.check(size <= maxFrameBytes, `a frame of ${size} bytes`);
  }
}
