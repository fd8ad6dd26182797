import {
  type Bitmap,
  BitmapFormat,
  type Drawable,
  type Image,
  type Rect,
  type SurfaceFormat,
  type schema,
} from '@lazyspice/core';
import { type CodecName, doesNotFit, type PixelImage, rowBytes } from '../../codecs/contract.js';
import type { GlzEncoder } from '../../codecs/glz/glz-encoder.js';
import { wrapGlz } from '../../codecs/zlib/zlib-glz.js';
import type { WireImage, WireImageContent } from '../../protocol/image.js';
import type { PixelBlock } from '../queue/items.js';
import { RecentIds } from '../recent-ids.js';
import { type CompressionMode, chooseCodec, isLossyWorth, lossyCodec, permitsJpeg } from './compression.js';
import { contentKey } from './content-key.js';
import { type Encoders, jpegAlphaPrefix, type StatelessCodec } from './encoders.js';
import type { ChannelPixmaps, DroppedImages, Waits } from './pixmap-cache.js';
import type { TwoColors } from './two-colors.js';

export type WireImageValue = schema.Infer<typeof WireImage>;
type WireContent = schema.Infer<typeof WireImageContent>;
type BitmapContent = Extract<WireContent, { type: 'bitmap' }>;

/** Surfaces whose fourth byte is not seen. */
const xrgb = 32;
/** Palettes that a client keeps: protocol §5.2. */
const maxPalettes = 128;
const imageFlags = { cacheMe: 1, highBitsSet: 2, cacheReplaceMe: 4 } as const;
const bitmapFlags = { paletteCacheMe: 1, paletteFromCache: 2, topDown: 4 } as const;

export interface ImagePackerOptions {
  readonly encoders: Encoders;
  readonly pixmaps: ChannelPixmaps;
  /** The client decodes LZ4. */
  readonly lz4: boolean;
  /** The client takes images with a palette where the guest sent none. */
  readonly palettes: boolean;
  /** The client's dictionary, shared by its display channels; null: it has none. */
  readonly glz: GlzEncoder | null;
  /** Whether encoding for this client alone is worth it where the mode leaves the choice: in its dictionary. */
  ownEncoding(): boolean;
  /** The client may be sent images with loss: it is told which of its cached images have none. */
  jpeg(): boolean;
  /** Whether zlib over GLZ streams is wanted. */
  zlibGlz(): boolean;
  mode(): CompressionMode;
}

/** What a client must do before it is sent the message at hand. */
export interface Preparation {
  /** Images to drop. */
  readonly images: DroppedImages;
  /** Palettes to drop. */
  readonly palettes: readonly bigint[];
  /** Other display channels to wait for, whose images the message shows. */
  readonly waits: Waits;
}
const nothing: DroppedImages = { keys: [], waits: new Map() };

/**
 * Turns images into what one client is sent: from its cache, compressed, or raw (display-pipeline §8). Between
 * `begin` and `sent` everything belongs to one message, whose images do not push each other out.
 */
export class ImagePacker {
  readonly #options: ImagePackerOptions;
  readonly #palettes = new RecentIds(maxPalettes);
  /** Codecs of images that were prepared, by the object that stands for the pixels. */
  readonly #codecs = new WeakMap<object, CodecName | null>();
  #used: bigint[] = [];
  #evictedImages = nothing;
  #evictedPalettes: bigint[] = [];

  constructor(options: ImagePackerOptions) {
    this.#options = options;
  }

  /** A message begins. */
  begin(): void {
    this.#used = [];
  }

  /** What must be done first; null: nothing. */
  prepareMessage(): Preparation | null {
    const waits = this.#options.pixmaps.waits();
    const images = this.#evictedImages;
    if (images.keys.length + this.#evictedPalettes.length + waits.size === 0) return null;
    const preparation = { images, palettes: this.#evictedPalettes, waits };
    this.#evictedImages = nothing;
    this.#evictedPalettes = [];
    return preparation;
  }

  /** The message has been written, as message `serial` of the channel. */
  sent(serial: number): void {
    this.#options.pixmaps.sent(serial);
  }

  /** The client has been told to drop all palettes. */
  palettesInvalidated(): void {
    this.#palettes.clear();
  }

  /** The guest numbers its images anew. Returns what the client must drop. */
  forgetPixmaps(): DroppedImages {
    return this.#options.pixmaps.clear();
  }

  /** The channel ends. */
  close(): void {
    this.#options.pixmaps.close();
  }

  /** Whether the image will be cached whole: then nothing may be cut off it. */
  isCacheable({ flags, content }: Image): boolean {
    if ((flags & imageFlags.cacheMe) === 0 || content.type === 'surface') return false;
    return content.type !== 'bitmap' || !content.unstable;
  }

  /**
   * Begins what takes long in packing an image of a command. True: `ready` will be called once, and the image should
   * be packed then.
   */
  prepareImage(image: Image, loss: boolean, ready: () => void): boolean {
    const { id, content } = image;
    if (content.type !== 'bitmap') return false;
    if (this.isCacheable(image) && this.#options.pixmaps.has(id)) return false;
    return this.#prepare(content, content, loss, ready);
  }

  /** As `prepareImage`, of an image that `pixels` packs. */
  preparePixels(area: Rect, block: PixelBlock, loss: boolean, ready: () => void): boolean {
    return this.#prepare(blockBitmap(area, block), block, loss, ready);
  }

  /** As `LossChoice`: whether a command's source image should be sent with loss where the command permits it. */
  drawableLoss({ operation }: Drawable): boolean {
    if (operation.type !== 'copy' || !this.#mayLose) return false;
    const content = operation.source?.content;
    return content?.type === 'bitmap' && isLossyWorth({ ...content, pixels: content.data });
  }

  /** As `LossChoice`. */
  pixelsLoss(area: Rect, block: PixelBlock): boolean {
    if (!this.#mayLose) return false;
    const bitmap = blockBitmap(area, block);
    return isLossyWorth({ ...bitmap, pixels: bitmap.data });
  }

  get #mayLose(): boolean {
    return this.#options.jpeg() && permitsJpeg(this.#options.mode());
  }

  /**
   * An image of a command. `loss`: it should be sent with loss, if that makes it smaller. `target`: the format of the
   * surface that it is copied to; null: it is read in another way.
   */
  image(image: Image, loss = false, target: SurfaceFormat | null = null): WireImageValue {
    const { id, width, height, content } = image;
    const flags = image.flags & imageFlags.highBitsSet;
    if (content.type === 'surface') {
      return { id, flags, width, height, content: { type: 'surface', surfaceId: content.surfaceId } };
    }
    const { pixmaps } = this.#options;
    const cacheable = this.isCacheable(image);
    const key = cacheable && pixmaps.wantsContent && content.type === 'bitmap' ? contentKey(content) : null;
    const known = cacheable ? pixmaps.use(id, key) : null;
    if (known?.flat && target !== xrgb) {
      return { id, flags, width, height, content: this.#content(content, loss, null) };
    }
    if (known !== null && (loss || !known.lossy)) {
      this.#used.push(known.key);
      const type = this.#options.jpeg() && !known.lossy ? 'fromCacheLossless' : 'fromCache';
      return { id: known.key, flags, width, height, content: { type } };
    }
    const packed = this.#content(content, loss, known === null ? target : null);
    if (known !== null) {
      this.#used.push(known.key);
      pixmaps.replaced(id);
      return { id: known.key, flags: flags | imageFlags.cacheReplaceMe, width, height, content: packed };
    }
    const added = cacheable
      ? pixmaps.add(id, width * height, this.#used, traits(packed, content), key)
      : null;
    if (added === null) return { id, flags, width, height, content: packed };
    this.#evictedImages = joined(this.#evictedImages, added.evicted);
    this.#used.push(added.key);
    return { id: added.key, flags: flags | imageFlags.cacheMe, width, height, content: packed };
  }

  /** A mask: always raw. */
  mask(image: Image): WireImageValue {
    const { id, flags, width, height, content } = image;
    if (content.type !== 'bitmap') return this.image(image);
    return { id, flags: flags & imageFlags.highBitsSet, width, height, content: rawContent(content) };
  }

  /** Pixels of a surface area. `loss`: as for `image`. */
  pixels(area: Rect, block: PixelBlock, loss = false): WireImageValue {
    const bitmap = blockBitmap(area, block);
    const { width, height } = bitmap;
    const content = this.#compress(bitmap, block, loss, block.format);
    return { id: 0n, flags: 0, width, height, content };
  }

  #content(
    content: Exclude<Image['content'], { type: 'surface' }>,
    loss: boolean,
    target: SurfaceFormat | null,
  ) {
    if (content.type === 'quic') return { type: 'quic', data: content.data } as const;
    return this.#compress(content, content, loss, target);
  }

  #prepare(bitmap: Bitmap, owner: object, loss: boolean, ready: () => void): boolean {
    const { encoders } = this.#options;
    if (!encoders.isLarge(bitmap.stride * bitmap.height)) return false;
    const image: PixelImage = { ...bitmap, pixels: bitmap.data };
    const codec = this.#chooseCodec(image, owner, loss);
    this.#codecs.set(owner, codec);
    return isStateless(codec) && encoders.prepare(codec, image, owner, ready);
  }

  #chooseCodec(image: PixelImage, owner: object, loss: boolean): CodecName | null {
    const lossy = loss ? lossyCodec(image.format) : null;
    if (lossy !== null) return lossy;
    const { lz4, glz, encoders } = this.#options;
    const mode = this.#options.mode();
    return chooseCodec(image, {
      mode,
      lz4,
      glzFits: () => glz !== null && (mode === 'glz' || this.#options.ownEncoding()) && glz.hasRoomFor(image),
      isGradual: () => encoders.isGradual(image, owner),
    });
  }

  /** `owner` stands for the pixels: the same owner is the same image. */
  #compress(bitmap: Bitmap, owner: object, loss: boolean, target: SurfaceFormat | null): WireContent {
    const { encoders, glz } = this.#options;
    const image: PixelImage = { ...bitmap, pixels: bitmap.data };
    if (!loss && target === xrgb && this.#options.palettes && this.#options.mode() !== 'off') {
      const two = encoders.twoColors(image, owner);
      if (two !== null) return twoColorContent(bitmap, two);
    }
    const prepared = this.#codecs.get(owner);
    const codec = prepared === undefined ? this.#chooseCodec(image, owner, loss) : prepared;
    if (codec === 'glz' && glz !== null) return this.#glz(glz, image) ?? this.#raw(bitmap);
    if (isStateless(codec)) {
      const data = encoders.encode(codec, image, owner);
      if (data !== null) return this.#encoded(codec, bitmap, data);
    }
    return this.#raw(bitmap);
  }

  /** Through the dictionary; null: it does not get smaller that way. */
  #glz(dictionary: GlzEncoder, image: PixelImage): WireContent | null {
    const out = this.#options.encoders.scratch(rowBytes(image.format, image.width) * image.height);
    const glzSize = dictionary.encode(image, out);
    if (glzSize === doesNotFit) return null;
    const stream = out.subarray(0, glzSize);
    const wrapped = this.#options.zlibGlz() ? wrapGlz(stream) : null;
    if (wrapped !== null) return { type: 'zlibGlzRgb', glzSize, data: wrapped };
    return { type: 'glzRgb', data: stream.slice() };
  }

  #encoded(codec: StatelessCodec, bitmap: Bitmap, data: Uint8Array): WireContent {
    if (codec === 'jpeg-alpha') return jpegAlphaContent(bitmap, data);
    if (codec !== 'lz') return { type: codec, data };
    if (bitmap.palette === null) return isIndexed(bitmap) ? this.#raw(bitmap) : { type: 'lzRgb', data };
    const { flags, cachedPalette, palette } = this.#withPalette(bitmap);
    return { type: 'lzPalette', flags, cachedPalette, palette, data };
  }

  #raw(bitmap: Bitmap): WireContent {
    return { ...rawContent(bitmap), ...this.#withPalette(bitmap) };
  }

  #withPalette({ palette, topDown }: Bitmap): Pick<BitmapContent, 'flags' | 'cachedPalette' | 'palette'> {
    const flags = topDown ? bitmapFlags.topDown : 0;
    if (palette === null || palette.unique === 0n) return { flags, cachedPalette: null, palette };
    if (this.#palettes.use(palette.unique)) {
      return { flags: flags | bitmapFlags.paletteFromCache, cachedPalette: palette.unique, palette: null };
    }
    const evicted = this.#palettes.add(palette.unique);
    if (evicted !== null) this.#evictedPalettes.push(evicted);
    return { flags: flags | bitmapFlags.paletteCacheMe, cachedPalette: null, palette };
  }
}

const isStateless = (codec: CodecName | null): codec is StatelessCodec =>
  codec !== null && codec !== 'glz' && codec !== 'zlib-glz';

function joined(a: DroppedImages, b: DroppedImages): DroppedImages {
  if (b.keys.length === 0) return a;
  const waits = new Map(a.waits);
  for (const [channel, serial] of b.waits) waits.set(channel, Math.max(serial, waits.get(channel) ?? 0));
  return { keys: [...a.keys, ...b.keys], waits };
}

/** What the cache must know of how an image was sent. */
const traits = (packed: WireContent, content: Image['content']) => ({
  lossy: packed.type === 'jpeg' || packed.type === 'jpegAlpha',
  flat: packed.type === 'bitmap' && content.type === 'bitmap' && packed.format !== content.format,
});

/** Palette entries are pixels with all their bytes, so that the unused one is kept too. */
function twoColorContent(
  { topDown, width, height }: Bitmap,
  { colors, stride, bits }: TwoColors,
): BitmapContent {
  return {
    type: 'bitmap',
    format: BitmapFormat.values.indexed1be,
    flags: topDown ? bitmapFlags.topDown : 0,
    width,
    height,
    stride,
    cachedPalette: null,
    palette: { unique: 0n, entries: colors },
    data: bits,
  };
}

/** `data`: as the encoder gives it, with the length of the JPEG in front. */
function jpegAlphaContent({ topDown }: Bitmap, data: Uint8Array): WireContent {
  const alphaAt = jpegAlphaPrefix + new DataView(data.buffer, data.byteOffset).getUint32(0, true);
  return {
    type: 'jpegAlpha',
    flags: topDown ? 1 : 0,
    jpeg: data.subarray(jpegAlphaPrefix, alphaAt),
    alpha: data.subarray(alphaAt),
  };
}

/** Pixels of a surface area as a bitmap. */
function blockBitmap(area: Rect, { format, stride, bytes }: PixelBlock): Bitmap {
  return {
    type: 'bitmap',
    format: bitmapFormat(format),
    topDown: true,
    unstable: false,
    width: area.right - area.left,
    height: area.bottom - area.top,
    stride,
    palette: null,
    data: bytes,
  };
}

const isIndexed = ({ format }: Bitmap): boolean => format <= 5;

function rawContent({ format, topDown, width, height, stride, palette, data }: Bitmap): BitmapContent {
  const flags = topDown ? bitmapFlags.topDown : 0;
  const bytes = exactly(data, stride * height);
  return { type: 'bitmap', format, flags, width, height, stride, cachedPalette: null, palette, data: bytes };
}

/** Guests may leave out the padding of the last row, or give more than the picture; the protocol takes neither. */
function exactly(data: Uint8Array, length: number): Uint8Array {
  if (data.length >= length) return data.length === length ? data : data.subarray(0, length);
  const whole = new Uint8Array(length);
  whole.set(data);
  return whole;
}

/** Surface formats as bitmap formats: 555, xRGB, ARGB, A8. */
function bitmapFormat(format: PixelBlock['format']): Bitmap['format'] {
  if (format === 96) return 9;
  if (format === 16) return 6;
  return format === 8 ? 10 : 8;
}
