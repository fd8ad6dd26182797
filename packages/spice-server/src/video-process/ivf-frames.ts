import { FrameParser } from './frame-parser.js';

const fileHeaderBytes = 32;
const frameHeaderBytes = 12;

/** Cuts an IVF stream into frames: VP8 and VP9. */
export class IvfFrames extends FrameParser {
  #started = false;

  protected override step(bytes: Uint8Array): number {
    if (!this.#started) {
      if (bytes.length < fileHeaderBytes) return 0;
      this.check(
        bytes[0] === 0x44 && bytes[1] === 0x4b && bytes[2] === 0x49 && bytes[3] === 0x46,
        'no IVF header',
      );
      this.#started = true;
      return fileHeaderBytes;
    }
    if (bytes.length < frameHeaderBytes) return 0;
    const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    this.checkSize(size);
    const end = frameHeaderBytes + size;
    if (bytes.length < end) {
      this.wanted = end;
      return 0;
    }
    this.frame(bytes.slice(frameHeaderBytes, end));
    return end;
  }
}
