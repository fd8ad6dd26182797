import { BitmapFormat } from '@lazyspice/core';
import {
  CodecError,
  codecLimits,
  type DecodeTarget,
  type EncodedShape,
  type ImageDecoder,
  rowBytes,
} from '../contract.js';
import { checkData, checkSize } from '../decoding.js';
import { checkExpectedSize, checkTarget } from '../images.js';
import {
  type GlzPlace,
  glzFormats,
  glzHeaderBytes,
  glzMagic,
  glzMaxWindow,
  glzVersion,
} from './glz-format.js';
import { type GlzPlane, GlzTokens } from './glz-tokens.js';

interface DecodedImage extends GlzPlace {
  readonly format: BitmapFormat;
  /** Colours: words B,G,R,0, or half-words for rgb16. */
  readonly colors: Uint32Array | Uint16Array;
  readonly alpha: Uint8Array | null;
}

export interface GlzDecoderOptions {
  /** Pixels of all images kept at most; by default twice the largest window, for what other channels are late with. */
  readonly maxPixels?: number;
  /** The id that the first image will have: not 0 only where a migrated dictionary's count goes on. */
  readonly firstImageId?: number;
}

/** Pixels that an image counts for at least, so that the limit bounds the number of images too. */
const leastPixels = 256;

/** The window of one client session, shared by all its display channels, and the decoder that fills it. */
export class GlzDecoder implements ImageDecoder {
  readonly codec = 'glz';
  readonly #maxPixels: number;
  readonly #images = new Map<number, DecodedImage>();
  #pixels = 0;
  /** All images before this id have been decoded. */
  #tail: number;
  /** All images before this id have left the window. */
  #oldest: number;

  constructor(options: GlzDecoderOptions = {}) {
    this.#maxPixels = options.maxPixels ?? glzMaxWindow * 2;
    this.#tail = options.firstImageId ?? 0;
    this.#oldest = this.#tail;
  }

  /** Images in the window. */
  get size(): number {
    return this.#images.size;
  }

  inspect(data: Uint8Array, expected: { readonly width: number; readonly height: number }): EncodedShape {
    return this.#readHeader(data, expected).shape;
  }

  /**
   * As the contract says, and the image enters the window. When it fails nothing has changed.
   * @throws CodecError `ERR_CODEC_REFERENCE` when the image refers to one that has not been decoded: another channel may
   * still deliver it, so try again then. `ERR_CODEC_SIZE` also when the window would hold more than its limit.
   */
  decode(data: Uint8Array, target: DecodeTarget): EncodedShape {
    const { shape, place } = this.#readHeader(data, target);
    checkTarget(this.codec, target, rowBytes(shape.format, shape.width));
    if (place.id < this.#oldest || this.#images.has(place.id)) {
      throw this.#bad(21, `image ${place.id} was there before`);
    }
    const units = shape.width * shape.height;
    if (this.#pixels + Math.max(units, leastPixels) > this.#maxPixels) {
      throw new CodecError('ERR_CODEC_SIZE', this.codec, 9, 'more pixels than the window may hold');
    }
    const image = this.#decodeImage(data, shape, place);
    writePixels(image, target);
    this.#enter(image);
    return shape;
  }

  /** Forgets all images: for a new session or another host. */
  clear(firstImageId = 0): void {
    this.#images.clear();
    this.#pixels = 0;
    this.#tail = firstImageId;
    this.#oldest = firstImageId;
  }

  #readHeader(
    data: Uint8Array,
    expected: { readonly width: number; readonly height: number },
  ): { shape: EncodedShape; place: GlzPlace } {
    checkExpectedSize(this.codec, expected);
    checkData(this.codec, data, glzHeaderBytes);
    const view = new DataView(data.buffer, data.byteOffset, glzHeaderBytes);
    if (view.getUint32(0) !== glzMagic) throw this.#bad(0, 'no GLZ magic');
    if (view.getUint32(4) !== glzVersion) {
      throw new CodecError('ERR_CODEC_UNSUPPORTED', this.codec, 4, 'unknown version');
    }
    const kind = view.getUint8(8);
    const format = glzFormats.get(kind & 15);
    if (format === undefined) {
      throw new CodecError('ERR_CODEC_UNSUPPORTED', this.codec, 8, `type ${kind & 15}`);
    }
    if (kind > 31) throw this.#bad(8, `flags ${kind >> 4}`);
    const { width, height } = expected;
    checkSize(this.codec, 9, view.getUint32(9), view.getUint32(13), expected);
    const row = rowBytes(format, width);
    if (row * height > codecLimits.pixelBytes) {
      throw new CodecError(
        'ERR_CODEC_SIZE',
        this.codec,
        9,
        `${row * height} bytes of pixels are over the limit`,
      );
    }
    const stride = view.getUint32(17);
    if (stride !== row) throw this.#bad(17, `stride ${stride} for rows of ${row} bytes`);
    const id = view.getUint32(21) * 2 ** 32 + view.getUint32(25);
    if (!Number.isSafeInteger(id)) throw this.#bad(21, 'an image id beyond 2^53');
    const headDistance = view.getUint32(29);
    if (headDistance > id) throw this.#bad(29, `the window begins ${headDistance} images before image ${id}`);
    return { shape: { format, width, height, topDown: kind >= 16 }, place: { id, headDistance } };
  }

  #decodeImage(data: Uint8Array, shape: EncodedShape, place: GlzPlace): DecodedImage {
    const { format } = shape;
    const units = shape.width * shape.height;
    const colors = format === BitmapFormat.values.rgb16 ? new Uint16Array(units) : new Uint32Array(units);
    const alpha = format === BitmapFormat.values.rgba ? new Uint8Array(units) : null;
    const tokens = new GlzTokens(data, glzHeaderBytes);
    tokens.readPlane(colors, (back, offset) => this.#earlier(place.id - back, format, offset).colors);
    if (alpha !== null) {
      const plane = (back: number, offset: number): GlzPlane =>
        this.#earlier(place.id - back, format, offset).alpha!;
      tokens.readPlane(alpha, plane);
    }
    return { ...place, format, colors, alpha };
  }

  #earlier(id: number, format: BitmapFormat, offset: number): DecodedImage {
    const image = this.#images.get(id);
    if (image === undefined) {
      if (id < this.#oldest)
        throw this.#bad(offset, `a match refers to image ${id}, which is not in the window`);
      throw new CodecError('ERR_CODEC_REFERENCE', this.codec, offset, `image ${id} has not been decoded`);
    }
    if (image.format !== format) throw this.#bad(offset, `a match refers to image ${id} of another format`);
    return image;
  }

  #enter(image: DecodedImage): void {
    this.#images.set(image.id, image);
    this.#pixels += Math.max(image.colors.length, leastPixels);
    let newest: DecodedImage | undefined;
    for (let next = this.#images.get(this.#tail); next !== undefined; next = this.#images.get(++this.#tail)) {
      newest = next;
    }
    // the last image before the first gap says what is not needed any more: those behind the gap may need older ones
    if (newest === undefined) return;
    for (const end = newest.id - newest.headDistance; this.#oldest < end; this.#oldest++) {
      const old = this.#images.get(this.#oldest);
      if (old === undefined) continue;
      this.#images.delete(this.#oldest);
      this.#pixels -= Math.max(old.colors.length, leastPixels);
    }
  }

  #bad(offset: number, reason: string): CodecError {
    return new CodecError('ERR_CODEC_DATA', this.codec, offset, reason);
  }
}

/** The image in its own format; byte 3 of rgb32 is 0. */
function writePixels(
  { format, colors, alpha }: DecodedImage,
  { width, height, stride, pixels }: DecodeTarget,
): void {
  const bytes = rowBytes(format, 1);
  let i = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0, at = y * stride; x < width; x++, i++, at += bytes) {
      const color = colors[i]!;
      pixels[at] = color;
      pixels[at + 1] = color >> 8;
      if (bytes > 2) pixels[at + 2] = color >> 16;
      if (bytes > 3) pixels[at + 3] = alpha === null ? 0 : alpha[i]!;
    }
  }
}
