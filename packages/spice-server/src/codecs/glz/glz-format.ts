/** The header of GLZ data, big-endian, and which bitmap format is which type. */
import { BitmapFormat } from '@lazyspice/core';
import type { PixelImage } from '../contract.js';

export const glzHeaderBytes = 33;
export const glzMagic = 0x20205a4c;
export const glzVersion = 0x00010001;
/** The largest window, in pixels, that a client may ask for; indices in a dictionary have 25 bits. */
export const glzMaxWindow = 2 ** 25;

export const glzTypes: ReadonlyMap<BitmapFormat, number> = new Map([
  [BitmapFormat.values.rgb16, 6],
  [BitmapFormat.values.rgb24, 7],
  [BitmapFormat.values.rgb32, 8],
  [BitmapFormat.values.rgba, 9],
]);
export const glzFormats: ReadonlyMap<number, BitmapFormat> = new Map(
  [...glzTypes].map(([format, type]) => [type, format]),
);

/** Where an image stands in its dictionary. */
export interface GlzPlace {
  /** Counts up by one in a dictionary. */
  readonly id: number;
  /** How many ids back the oldest image is that this one or a later one may refer to. */
  readonly headDistance: number;
}

/** Writes the header to the start of `out`; `row` is the bytes of a row without padding. */
export function writeGlzHeader(
  out: Uint8Array,
  type: number,
  image: PixelImage,
  row: number,
  place: GlzPlace,
): void {
  const view = new DataView(out.buffer, out.byteOffset, glzHeaderBytes);
  view.setUint32(0, glzMagic);
  view.setUint32(4, glzVersion);
  view.setUint8(8, type | (image.topDown ? 0x10 : 0));
  view.setUint32(9, image.width);
  view.setUint32(13, image.height);
  view.setUint32(17, row);
  view.setUint32(21, Math.floor(place.id / 2 ** 32));
  view.setUint32(25, place.id >>> 0);
  view.setUint32(29, place.headDistance);
}
