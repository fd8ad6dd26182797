import { FrameParser } from './frame-parser.js';

const fileHeaderBytes = 9;
/** The size of the tag before. */
const backPointerBytes = 4;
const tagHeaderBytes = 11;
const videoTag = 9;
/** Of a video tag: kind and codec, packet type, composition time. */
const videoHeaderBytes = 5;
const avcCodec = 7;
const keyFrame = 1;
const sequenceHeader = 0;
const nalUnits = 1;
const startCode = Uint8Array.of(0, 0, 0, 1);

/**
 * Cuts an FLV stream with H.264 into access units with start codes (Annex B); the parameter sets come before every key
 * frame.
 */
export class FlvFrames extends FrameParser {
  #started = false;
  #parameterSets: Uint8Array[] = [];
  #lengthBytes = 4;

  protected override step(bytes: Uint8Array): number {
    if (!this.#started) {
      if (bytes.length < fileHeaderBytes + backPointerBytes) return 0;
      this.check(bytes[0] === 0x46 && bytes[1] === 0x4c && bytes[2] === 0x56, 'no FLV header');
      this.#started = true;
      return fileHeaderBytes + backPointerBytes;
    }
    if (bytes.length < tagHeaderBytes) return 0;
    const size = (bytes[1] << 16) | (bytes[2] << 8) | bytes[3];
    const end = tagHeaderBytes + size + backPointerBytes;
    if (bytes.length < end) {
      this.wanted = end;
      return 0;
    }
    if (bytes[0] === videoTag) this.#video(bytes.subarray(tagHeaderBytes, tagHeaderBytes + size));
    return end;
  }

  #video(tag: Uint8Array): void {
    this.check(tag.length >= videoHeaderBytes && (tag[0] & 15) === avcCodec, 'a video tag without H.264');
    const payload = tag.subarray(videoHeaderBytes);
    if (tag[1] === sequenceHeader) this.#configure(payload);
    else if (tag[1] === nalUnits) this.#accessUnit(payload, tag[0] >> 4 === keyFrame);
  }

  /** AVCDecoderConfigurationRecord: how long lengths are, then sequence and picture parameter sets. */
  #configure(record: Uint8Array): void {
    this.check(record.length >= 7, 'a short configuration');
    this.#lengthBytes = (record[4] & 3) + 1;
    this.#parameterSets = [];
    let at = 5;
    for (const mask of [31, 255]) {
      this.check(at < record.length, 'a short configuration');
      const count = record[at++] & mask;
      for (let i = 0; i < count; i++) {
        const size = (record[at] << 8) | record[at + 1];
        this.check(at + 2 + size <= record.length, 'a short parameter set');
        this.#parameterSets.push(record.slice(at + 2, at + 2 + size));
        at += 2 + size;
      }
    }
  }

  #accessUnit(payload: Uint8Array, isKey: boolean): void {
    const parts: Uint8Array[] = [];
    if (isKey) for (const set of this.#parameterSets) parts.push(startCode, set);
    for (let at = 0; at < payload.length; ) {
      let size = 0;
      this.check(at + this.#lengthBytes <= payload.length, 'a cut length');
      for (let i = 0; i < this.#lengthBytes; i++) size = size * 256 + payload[at++];
      this.check(at + size <= payload.length, 'a cut NAL unit');
      parts.push(startCode, payload.subarray(at, at + size));
      at += size;
    }
    this.frame(new Uint8Array(Buffer.concat(parts)));
  }
}
