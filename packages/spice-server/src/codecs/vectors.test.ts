import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { BitmapFormat } from '@lazyspice/core';
import { describe, expect, it } from 'vitest';
import type { DecodeTarget, EncodedShape, PixelImage } from './contract.js';
import { LzDecoder } from './lz/lz-decoder.js';
import { LzEncoder } from './lz/lz-encoder.js';
import { Lz4Decoder } from './lz4/lz4-decoder.js';
import { Lz4Encoder } from './lz4/lz4-encoder.js';
import { QuicDecoder } from './quic/quic-decoder.js';
import { QuicEncoder } from './quic/quic-encoder.js';

/** An image as the reference server's codecs encoded it; pixels by name, base64 of a zlib stream. */
interface Vector {
  readonly name: string;
  readonly codec: 'quic' | 'lz' | 'lz_plt' | 'lz4';
  readonly type: string;
  readonly format: number;
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly segmentRows?: number;
  readonly raw: string;
  readonly encoded: string;
}
const fixtures = JSON.parse(readFileSync(new URL('./fixtures/vectors.json', import.meta.url), 'utf8')) as {
  readonly vectors: readonly Vector[];
  readonly raws: Readonly<Record<string, string>>;
};

/** Format of the pixels given to the encoder; gray and alpha planes are no bitmap formats. */
function formatOf(vector: Vector): BitmapFormat {
  if (vector.type === 'gray') return BitmapFormat.values.a8;
  if (vector.type === 'xxxa') return BitmapFormat.values.rgba;
  return vector.format as BitmapFormat;
}

function encode(vector: Vector, image: PixelImage): Uint8Array {
  const out = new Uint8Array(image.pixels.length * 2 + 256);
  const options = vector.segmentRows === undefined ? {} : { segmentRows: vector.segmentRows };
  const lz = new LzEncoder(options);
  let size: number;
  if (vector.type === 'gray') size = new QuicEncoder().encodeGray(image, out);
  else if (vector.type === 'xxxa') size = lz.encodeAlpha(image, out);
  else if (vector.codec === 'quic') size = new QuicEncoder().encode(image, out);
  else if (vector.codec === 'lz4') size = new Lz4Encoder().encode(image, out);
  else size = lz.encode(image, out);
  return out.subarray(0, size);
}

function decode(vector: Vector, data: Uint8Array, target: DecodeTarget): EncodedShape {
  if (vector.type === 'gray') return new QuicDecoder().decodeGray(data, target);
  if (vector.type === 'xxxa') return new LzDecoder().decodeAlpha(data, target);
  if (vector.codec === 'quic') return new QuicDecoder().decode(data, target);
  if (vector.codec === 'lz4') return new Lz4Decoder().decode(data, target);
  return new LzDecoder().decode(data, target);
}

/** What decoding gives: bits that are not coded are 0. */
function decodedPixels(vector: Vector, raw: Uint8Array): Uint8Array {
  const pixels = raw.slice();
  for (let i = 0; i < pixels.length; i++) {
    if (vector.type === 'rgb32' && vector.codec !== 'lz4' && (i & 3) === 3) pixels[i] = 0;
    if (vector.type === 'rgb16' && (i & 1) === 1) pixels[i]! &= 0x7f;
    if (vector.type === 'xxxa' && (i & 3) !== 3) pixels[i] = 0;
  }
  return pixels;
}

describe.each(fixtures.vectors)('$name', (vector) => {
  const raw = new Uint8Array(inflateSync(Buffer.from(fixtures.raws[vector.raw]!, 'base64')));
  const encoded = new Uint8Array(Buffer.from(vector.encoded, 'base64'));
  const { width, height, topDown } = vector;
  const stride = raw.length / height;
  const image: PixelImage = { format: formatOf(vector), width, height, stride, topDown, pixels: raw };

  it('decodes to the pixels', () => {
    const pixels = new Uint8Array(raw.length);
    const shape = decode(vector, encoded, { width, height, stride, pixels });
    expect(shape).toEqual({ format: image.format, width, height, topDown });
    expect(Buffer.compare(pixels, decodedPixels(vector, raw))).toBe(0);
  });

  if (vector.codec === 'lz4') {
    it('encodes to something that decodes to the pixels', () => {
      const pixels = new Uint8Array(raw.length);
      const shape = decode(vector, encode(vector, image), { width, height, stride, pixels });
      expect(shape.topDown).toBe(topDown);
      expect(Buffer.compare(pixels, raw)).toBe(0);
    });
  } else {
    it('encodes to the same bytes', () => {
      expect(Buffer.compare(encode(vector, image), encoded)).toBe(0);
    });
  }
});
