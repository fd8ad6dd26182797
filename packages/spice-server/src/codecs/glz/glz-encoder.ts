import { BitmapFormat } from '@lazyspice/core';
import { CodecError, doesNotFit, type ImageEncoder, type ImageShape, type PixelImage } from '../contract.js';
import { checkImage, checkShape, packRows } from '../images.js';
import { lzMaxPlaneSize } from '../lz/lz-format.js';
import { glzHeaderBytes, glzMaxWindow, glzTypes, writeGlzHeader } from './glz-format.js';
import { GlzWindow, type WindowImage } from './glz-window.js';

/** What the kernels may write behind their output. */
const slack = 256;

export interface GlzEncoderOptions {
  /** Pixels of all images in the dictionary together, 1 to 2^25: at most what the client announced. */
  readonly windowPixels: number;
  /** The id of the first image, below 2^53: 0 but after a migration, when the old dictionary's count goes on. */
  readonly firstImageId?: number;
  /**
   * The hash table has 2^`hashBits` entries of 8 bytes, 12 to 20. The default, 17, fits caches: up to twice as fast as
   * the reference server's 20, for up to 1.3 % more bytes of recorded screens and 8 % of photos. Only with 20 the bytes are those of the reference.
   */
  readonly hashBits?: number;
}

/**
 * One dictionary of one client, shared by all its display channels: images are encoded as differences from those
 * before them. An image that was encoded is in the dictionary and must be sent, on whichever channel: the client
 * waits for it. Its pixels are copied, the caller's buffer is free again.
 *
 * Memory: 1 MiB for the hash table, and 4 bytes for each pixel in the window (2 for rgb16, 5 for rgba), as it fills up.
 */
export class GlzEncoder implements ImageEncoder {
  readonly codec = 'glz';
  readonly #windowPixels: number;
  readonly #hashBits: number;
  #nextId: number;
  #window: GlzWindow | null = null;
  #closed = false;

  /** @throws CodecError `ERR_CODEC_UNSUPPORTED` for a window that no client may ask for, or a hash size. */
  constructor(options: GlzEncoderOptions) {
    const { windowPixels, firstImageId = 0, hashBits = 17 } = options;
    if (!Number.isInteger(windowPixels) || windowPixels < 1 || windowPixels > glzMaxWindow) {
      throw new CodecError('ERR_CODEC_UNSUPPORTED', this.codec, 0, `a window of ${windowPixels} pixels`);
    }
    if (!Number.isInteger(hashBits) || hashBits < 12 || hashBits > 20) {
      throw new CodecError('ERR_CODEC_UNSUPPORTED', this.codec, 0, `a hash of ${hashBits} bits`);
    }
    this.#windowPixels = windowPixels;
    this.#hashBits = hashBits;
    this.#nextId = firstImageId;
  }

  /** The id that the next image gets. */
  get nextImageId(): number {
    return this.#nextId;
  }

  /** Bytes of memory that the dictionary has asked the system for; pages never written count here only. */
  get memoryBytes(): number {
    return this.#window?.kernels.bytes.length ?? 0;
  }

  accepts(format: BitmapFormat): boolean {
    return glzTypes.has(format);
  }

  /** Whether an image is small enough for the window; others are for another codec. */
  hasRoomFor(shape: ImageShape): boolean {
    return shape.width * shape.height < this.#windowPixels;
  }

  maxEncodedSize(shape: ImageShape): number {
    return this.#maxEncodedSize(shape, 1);
  }

  /**
   * As the contract says. When the result does not fit, the image is not in the dictionary and its id is not used
   * up, so the caller may send it in another way; older images may have left the window all the same.
   * `segmentRows`: rows of one segment; matches do not extend past its end. All rows are one segment by default; the
   * reference server makes one of every chunk of guest memory.
   * @throws CodecError `ERR_CODEC_UNSUPPORTED` also for an image that the window has no room for, and after `close`.
   */
  encode(image: PixelImage, out: Uint8Array, segmentRows: number = image.height): number {
    const type = glzTypes.get(image.format);
    if (type === undefined) throw this.#unsupported(`format ${image.format}`);
    if (this.#closed) throw this.#unsupported('the dictionary is closed');
    const row = checkImage(this.codec, image);
    if (!this.hasRoomFor(image)) throw this.#unsupported(`${image.width} x ${image.height} pixels`);
    const segments = Math.ceil(image.height / segmentRows);
    const room = Math.min(out.length, this.#maxEncodedSize(image, segments));
    if (room < glzHeaderBytes) return doesNotFit;

    this.#window ??= new GlzWindow(this.#windowPixels, this.#hashBits);
    const window = this.#window;
    const id = this.#nextId;
    const unitBytes = image.format === BitmapFormat.values.rgb16 ? 2 : 4;
    const added = window.add({
      id,
      type,
      units: image.width * image.height,
      unitBytes,
      hasAlpha: image.format === BitmapFormat.values.rgba,
      segmentUnits: image.width * segmentRows,
    });
    const result = window.scratch(room + slack);
    copyPixels(window, image, row, added);
    const end = this.#encodePlanes(window, added, unitBytes, result, result + room - glzHeaderBytes);
    if (end === 0) {
      window.takeBack();
      return doesNotFit;
    }
    writeGlzHeader(out, type, image, row, { id, headDistance: id - window.head! });
    out.set(window.kernels.bytes.subarray(result, end), glzHeaderBytes);
    this.#nextId++;
    return glzHeaderBytes + end - result;
  }

  /** Forgets all images and gives their memory back. Ids go on: clients drop theirs with the next image. */
  reset(): void {
    this.#window = null;
  }

  /** Gives all memory back; nothing can be encoded any more. */
  close(): void {
    this.#closed = true;
    this.reset();
  }

  #maxEncodedSize(shape: ImageShape, segments: number): number {
    checkShape(this.codec, shape);
    const { format, width, height } = shape;
    if (!this.accepts(format)) throw this.#unsupported(`format ${format}`);
    const units = width * height;
    if (format === BitmapFormat.values.rgb16) return glzHeaderBytes + lzMaxPlaneSize(units, 2, segments);
    const colors = lzMaxPlaneSize(units, 3, segments);
    if (format !== BitmapFormat.values.rgba) return glzHeaderBytes + colors;
    // a run of three equal bytes is coded in three, and the literal before it takes a count byte of its own
    return glzHeaderBytes + colors + lzMaxPlaneSize(units, 1, segments) + Math.ceil(units / 4);
  }

  /** Returns the address behind the tokens, or 0. */
  #encodePlanes(window: GlzWindow, added: WindowImage, unitBytes: 2 | 4, out: number, limit: number): number {
    const planes = added.alpha === 0 ? [unitBytes] : [unitBytes, 1];
    let end = out;
    for (const bytes of planes) {
      for (const [i, segment] of added.segments.entries()) {
        end = window.kernels.exports.glzEncodeSegment(bytes, segment, i === 0 ? 1 : 0, end, limit);
        if (end === 0) return 0;
      }
    }
    return end;
  }

  #unsupported(reason: string): CodecError {
    return new CodecError('ERR_CODEC_UNSUPPORTED', this.codec, 0, reason);
  }
}

/** Brings the pixels into the layout that the kernel takes: words or half-words, and a plane of alpha. */
function copyPixels(window: GlzWindow, image: PixelImage, row: number, added: WindowImage): void {
  const { kernels } = window;
  const { address, units, alpha } = added;
  if (image.format === BitmapFormat.values.rgb24) {
    // expanded in place, from the end of what it becomes
    packRows(image, row, 0, image.height, kernels.bytes, address + units + 16);
    kernels.exports.expandRgb24(address + units + 16, address, units);
    return;
  }
  packRows(image, row, 0, image.height, kernels.bytes, address);
  if (alpha !== 0) kernels.exports.extractAlpha(address, alpha, units);
}
