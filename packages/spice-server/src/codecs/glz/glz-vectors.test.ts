import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { BitmapFormat } from '@lazyspice/core';
import { describe, expect, it } from 'vitest';
import { rowBytes } from '../contract.js';
import { GlzDecoder } from './glz-decoder.js';
import { GlzEncoder } from './glz-encoder.js';

interface VectorImage {
  readonly id: number;
  readonly format: BitmapFormat;
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  /** The display channel that delivered it. */
  readonly channel: number;
  readonly segmentRows?: number;
  /** SHA-256 of the pixels. */
  readonly pixels: string;
  readonly encoded: string;
}
/** Images that one dictionary of the reference server encoded. */
interface Sequence {
  readonly name: string;
  readonly windowPixels: number;
  /** False: made by hand, for decoders. */
  readonly byEncoder: boolean;
  readonly images: readonly VectorImage[];
}
const { sequences } = JSON.parse(
  readFileSync(new URL('../fixtures/glz-vectors.json', import.meta.url), 'utf8'),
) as { readonly sequences: readonly Sequence[] };

const encodedBytes = (image: VectorImage): Uint8Array => new Uint8Array(Buffer.from(image.encoded, 'base64'));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function decode(decoder: GlzDecoder, image: VectorImage): Uint8Array {
  const { format, width, height, topDown } = image;
  const stride = rowBytes(format, width);
  const pixels = new Uint8Array(stride * height);
  const shape = decoder.decode(encodedBytes(image), { width, height, stride, pixels });
  expect(shape).toEqual({ format, width, height, topDown });
  expect(sha256(pixels)).toBe(image.pixels);
  return pixels;
}

describe.each(sequences)('$name', ({ images, windowPixels, byEncoder }) => {
  it('decodes to the pixels', () => {
    const decoder = new GlzDecoder();
    for (const image of images) decode(decoder, image);
  });

  it('decodes when a channel is ahead as far as it can be', () => {
    const decoder = new GlzDecoder();
    const queues = [1, 0].map((channel) => images.filter((image) => image.channel === channel));
    const decodeSome = (queue: VectorImage[]): void => {
      try {
        for (; queue.length > 0; queue.shift()) decode(decoder, queue[0]!);
      } catch (error) {
        expect(error).toMatchObject({ code: 'ERR_CODEC_REFERENCE' });
      }
    };
    for (let left = images.length; left > 0; ) {
      for (const queue of queues) decodeSome(queue);
      const still = queues[0]!.length + queues[1]!.length;
      expect(still).toBeLessThan(left);
      left = still;
    }
  });

  if (byEncoder) {
    it('encodes to the same bytes', () => {
      const decoder = new GlzDecoder();
      const encoder = new GlzEncoder({ windowPixels, hashBits: 20 });
      for (const image of images) {
        const { format, width, height, topDown, segmentRows } = image;
        const stride = rowBytes(format, width);
        const source = { format, width, height, stride, topDown, pixels: decode(decoder, image) };
        const out = new Uint8Array(encoder.maxEncodedSize(source) + height);
        expect(encoder.nextImageId).toBe(image.id);
        const size = encoder.encode(source, out, segmentRows);
        expect(Buffer.compare(out.subarray(0, size), encodedBytes(image))).toBe(0);
      }
    });
  }
});
