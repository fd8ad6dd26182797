import type { Bitmap, Brush, Image, Mask, Palette, schema } from '@lazyspice/core';
import { type ImageDecoder, rowBytes } from '../../../packages/spice-server/src/codecs/contract.js';
import { GlzDecoder } from '../../../packages/spice-server/src/codecs/glz/glz-decoder.js';
import { JpegAlphaDecoder } from '../../../packages/spice-server/src/codecs/jpeg/jpeg-alpha.js';
import { JpegDecoder } from '../../../packages/spice-server/src/codecs/jpeg/jpeg-decoder.js';
import { LzDecoder } from '../../../packages/spice-server/src/codecs/lz/lz-decoder.js';
import { Lz4Decoder } from '../../../packages/spice-server/src/codecs/lz4/lz4-decoder.js';
import { QuicDecoder } from '../../../packages/spice-server/src/codecs/quic/quic-decoder.js';
import { unwrapGlz } from '../../../packages/spice-server/src/codecs/zlib/zlib-glz.js';
import type { WireBrush, WireImage, WireMask } from '../../../packages/spice-server/src/protocol/image.js';

export type WireImageValue = schema.Infer<typeof WireImage>;
type WireBrushValue = schema.Infer<typeof WireBrush>;
type WireMaskValue = schema.Infer<typeof WireMask>;
type WireContent = WireImageValue['content'];

const imageFlags = { cacheMe: 1, highBitsSet: 2, cacheReplaceMe: 4 } as const;
const bitmapFlags = { paletteCacheMe: 1, paletteFromCache: 2, topDown: 4 } as const;

/** What spice-html5 decodes, and the pixels that it draws. */
const minimalContents: ReadonlySet<WireContent['type']> = new Set([
  'bitmap',
  'quic',
  'lzRgb',
  'jpeg',
  'jpegAlpha',
  'fromCache',
  'fromCacheLossless',
]);
const minimalFormats: readonly Bitmap['format'][] = [8, 9];

/** What a bitmap on the wire is once its pixels are known. */
export function bitmapOf(
  decoder: ImageDecoder,
  data: Uint8Array,
  size: { readonly width: number; readonly height: number },
): Bitmap {
  const shape = decoder.inspect(data, size);
  const stride = rowBytes(shape.format, shape.width);
  const pixels = new Uint8Array(stride * shape.height);
  decoder.decode(data, { width: shape.width, height: shape.height, stride, pixels });
  return { type: 'bitmap', unstable: false, palette: null, stride, data: pixels, ...shape };
}

/** What all display channels of one session share: the image cache and the GLZ window. */
export class SharedImages {
  readonly glz = new GlzDecoder();
  readonly #pixmaps = new Map<
    bigint,
    { readonly bitmap: Bitmap; readonly pixels: number; readonly lossy: boolean }
  >();
  readonly #capacity: number;
  #used = 0;

  /** @param capacity of the cache, in pixels. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(id: bigint): Bitmap {
    const known = this.#pixmaps.get(id);
    if (known === undefined) throw new Error(`image ${id} is not in the cache`);
    return known.bitmap;
  }

  /** Whether the image that is in the cache is one with loss. */
  isLossy(id: bigint): boolean {
    const known = this.#pixmaps.get(id);
    if (known === undefined) throw new Error(`image ${id} is not in the cache`);
    return known.lossy;
  }

  add(id: bigint, bitmap: Bitmap, pixels: number, lossy = false): void {
    this.#used += pixels - (this.#pixmaps.get(id)?.pixels ?? 0);
    if (this.#used > this.#capacity) throw new Error(`${this.#used} pixels in a cache of ${this.#capacity}`);
    this.#pixmaps.set(id, { bitmap, pixels, lossy });
  }

  drop(id: bigint): void {
    const known = this.#pixmaps.get(id);
    if (known === undefined) throw new Error(`image ${id} is dropped, but it is not in the cache`);
    this.#used -= known.pixels;
    this.#pixmaps.delete(id);
  }

  clear(): void {
    this.#pixmaps.clear();
    this.#used = 0;
  }
}

/**
 * A channel's images: decodes what it is sent and keeps the caches of the protocol (§5.2). It is strict: an image
 * or a palette "from cache" that was never sent, or was dropped, is an error, and so is a cache over its size.
 */
export class ClientImages {
  readonly #shared: SharedImages;
  readonly #minimal: boolean;
  readonly #palettes = new Map<bigint, Palette>();
  readonly #lz = new LzDecoder();
  readonly #lz4 = new Lz4Decoder();
  readonly #quic = new QuicDecoder();
  readonly #jpeg = new JpegDecoder();
  readonly #jpegAlpha = new JpegAlphaDecoder();
  /** How often each kind of content was received. */
  readonly counts = new Map<WireContent['type'], number>();
  /** Formats of the bitmaps that came raw. */
  readonly formats = new Set<number>();

  /** @param minimal the client decodes no more than spice-html5 does: anything else is an error. */
  constructor(shared: SharedImages, minimal = false) {
    this.#shared = shared;
    this.#minimal = minimal;
  }

  invalidateList(resources: readonly { readonly type: number; readonly id: bigint }[]): void {
    for (const { id } of resources) this.#shared.drop(id);
  }

  invalidateAllPixmaps(): void {
    this.#shared.clear();
  }

  invalidatePalette(id: bigint): void {
    if (!this.#palettes.delete(id)) throw new Error(`palette ${id} is dropped, but it is not in the cache`);
  }

  invalidateAllPalettes(): void {
    this.#palettes.clear();
  }

  /** The image as the canvas takes it. */
  image(wire: WireImageValue): Image {
    const { id, flags, width, height, content } = wire;
    this.counts.set(content.type, (this.counts.get(content.type) ?? 0) + 1);
    if (content.type === 'bitmap') this.formats.add(content.format);
    const own = { id, flags: flags & imageFlags.highBitsSet, width, height };
    if (content.type === 'surface') {
      return { ...own, content: { type: 'surface', surfaceId: content.surfaceId } };
    }
    const bitmap = this.#bitmap(wire);
    if (this.#minimal && !(minimalContents.has(content.type) && minimalFormats.includes(bitmap.format)))
      throw new Error(`a ${content.type} image of format ${bitmap.format} for a client that lacks it`);
    const lossy = content.type === 'jpeg' || content.type === 'jpegAlpha';
    if (flags & imageFlags.cacheReplaceMe && (lossy || !this.#shared.isLossy(id))) {
      throw new Error(`image ${id} is not one with loss that is replaced by one without`);
    }
    if (flags & (imageFlags.cacheMe | imageFlags.cacheReplaceMe))
      this.#shared.add(id, bitmap, width * height, lossy);
    return { ...own, content: bitmap };
  }

  brush(brush: WireBrushValue): Brush {
    return brush.type === 'pattern' ? { ...brush, image: this.image(brush.image) } : brush;
  }

  mask({ flags, position, image }: WireMaskValue): Mask {
    return { flags, position, image: image === null ? null : this.image(image) };
  }

  #bitmap({ id, width, height, content }: WireImageValue): Bitmap {
    const size = { width, height };
    switch (content.type) {
      case 'bitmap': {
        const { format, flags, stride, data } = content;
        const palette = this.#palette(flags, content.cachedPalette, content.palette);
        const topDown = (flags & bitmapFlags.topDown) !== 0;
        return { type: 'bitmap', format, topDown, unstable: false, ...size, stride, palette, data };
      }
      case 'lzPalette': {
        const palette = this.#palette(content.flags, content.cachedPalette, content.palette);
        return { ...bitmapOf(this.#lz, content.data, size), palette };
      }
      case 'lzRgb':
        return bitmapOf(this.#lz, content.data, size);
      case 'lz4':
        return bitmapOf(this.#lz4, content.data, size);
      case 'glzRgb':
        return bitmapOf(this.#shared.glz, content.data, size);
      case 'zlibGlzRgb':
        return bitmapOf(this.#shared.glz, unwrapGlz(content.data, content.glzSize), size);
      case 'quic':
        return bitmapOf(this.#quic, content.data, size);
      case 'jpeg':
        return bitmapOf(this.#jpeg, content.data, size);
      case 'jpegAlpha': {
        const { jpeg, alpha } = content;
        const stride = width * 4;
        const data = new Uint8Array(stride * height);
        const both = new Uint8Array([...jpeg, ...alpha]);
        this.#jpegAlpha.decode(both, jpeg.length, { ...size, stride, pixels: data });
        return {
          type: 'bitmap',
          format: 9,
          topDown: true,
          unstable: false,
          ...size,
          stride,
          palette: null,
          data,
        };
      }
      case 'fromCache':
        return this.#shared.get(id);
      case 'fromCacheLossless':
        if (this.#shared.isLossy(id)) throw new Error(`image ${id} is not in the cache without loss`);
        return this.#shared.get(id);
      default:
        throw new Error(`${content.type} images cannot be decoded here`);
    }
  }

  #palette(flags: number, cached: bigint | null, palette: Palette | null): Palette | null {
    if (flags & bitmapFlags.paletteFromCache) {
      const known = this.#palettes.get(cached ?? 0n);
      if (known === undefined) throw new Error(`palette ${cached} is not in the cache`);
      return known;
    }
    if (flags & bitmapFlags.paletteCacheMe && palette !== null) {
      this.#palettes.set(palette.unique, palette);
      if (this.#palettes.size > 128) throw new Error('more than 128 palettes in the cache');
    }
    return palette;
  }
}
