/**
 * The first calls of a kernel run in WebAssembly's baseline compiler, several times slower, until enough of it has run
 * for the optimizing compiler to replace it. Small images are enough of it, and cost milliseconds while nobody waits.
 */
import { BitmapFormat } from '@lazyspice/core';
import type { ImageEncoder, PixelImage } from './contract.js';
import { GlzEncoder } from './glz/glz-encoder.js';
import { JpegEncoder } from './jpeg/jpeg-encoder.js';
import { LzEncoder } from './lz/lz-encoder.js';
import { Lz4Encoder } from './lz4/lz4-encoder.js';
import { QuicEncoder } from './quic/quic-encoder.js';

const side = 64;

/** One third each: runs of eight, a few colours, many colours. */
function mixedImage(): PixelImage {
  const words = new Uint32Array(side * side);
  for (let i = 0; i < words.length; i++) {
    const spread = Math.imul(i, 0x9e3779b1) >>> 8;
    const third = (i * 3) / words.length;
    words[i] = third < 1 ? (i >> 3) * 0x10204 : third < 2 ? (spread & 3) * 0x404040 : spread & 0xffffff;
  }
  const pixels = new Uint8Array(words.buffer);
  const format = BitmapFormat.values.rgb32;
  return { format, width: side, height: side, stride: side * 4, topDown: true, pixels };
}

/**
 * Warms up the encoders, one with each step: call `next` where a step of a millisecond or two does not matter. What it
 * leads to happens in the background, for this thread and others that have the kernels.
 */
export function* warmUpEncoders(): Generator<void, void, undefined> {
  const image = mixedImage();
  // the more often, the less of its time an encoder spends on 64 x 64 pixels
  const encoders: readonly (readonly [ImageEncoder, number])[] = [
    [new LzEncoder(), 2],
    [new QuicEncoder(), 1],
    [new GlzEncoder({ windowPixels: 4 * side * side, hashBits: 12 }), 2],
    [new Lz4Encoder(), 4],
    [new JpegEncoder(), 1],
  ];
  for (const [encoder, times] of encoders) {
    const out = new Uint8Array(encoder.maxEncodedSize(image));
    for (let i = 0; i < times; i++) encoder.encode(image, out);
    yield;
  }
}
