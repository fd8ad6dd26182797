/// <reference path="../../packages/spice-server/src/codecs/lz4/lz4js.d.ts" />
import { Lz4Decoder, Lz4Encoder } from '@lazyspice/spice-server';
import { compressBlock, compressBound, decompressBlock } from 'lz4js';
import type { BenchImage } from './images.js';
import { fastest, median } from './measure.js';
import { asPixelImage } from './subjects.js';

/** Bytes before the block in what our encoder writes. */
const headerBytes = 6;
/** Entries of the hash table that lz4js wants, zeroes at first. */
const tableSize = 65_536;

/** Prints lz4js beside our own LZ4, measured in turn in every round: MB/s and how many times as fast ours is. */
export function compareLz4js(
  images: readonly BenchImage[],
  { seconds, rounds }: { readonly seconds: number; readonly rounds: number },
): void {
  console.log('| image | lz4js encode | ours | factor | lz4js decode | ours | factor | lz4js bytes | ours |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const source of images) {
    const image = asPixelImage(source);
    const { width, height, stride, pixels } = image;
    const encoder = new Lz4Encoder();
    const decoder = new Lz4Decoder();
    const out = new Uint8Array(encoder.maxEncodedSize(image));
    const data = out.slice(0, encoder.encode(image, out));
    const target = { width, height, stride, pixels: new Uint8Array(pixels.length) };
    const table = new Uint32Array(tableSize);
    const theirs = new Uint8Array(compressBound(pixels.length));
    let theirBytes = 0;
    const works: readonly (() => unknown)[] = [
      () => {
        theirBytes = compressBlock(pixels, theirs, 0, pixels.length, table.fill(0));
      },
      () => encoder.encode(image, out),
      () => decompressBlock(data, target.pixels, headerBytes, data.length - headerBytes, 0),
      () => decoder.decode(data, target),
    ];
    const speeds: number[][] = works.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const [i, work] of works.entries()) {
        speeds[i]!.push(pixels.length / 1000 / fastest(work, width * height, seconds));
      }
    }
    const [encodeJs, encode, decodeJs, decode] = speeds as [number[], number[], number[], number[]];
    const factor = (a: number[], b: number[]) => median(a.map((speed, i) => speed / b[i]!)).toFixed(1);
    const cells = [
      source.name,
      median(encodeJs).toFixed(0),
      median(encode).toFixed(0),
      factor(encode, encodeJs),
      median(decodeJs).toFixed(0),
      median(decode).toFixed(0),
      factor(decode, decodeJs),
      theirBytes,
      data.length,
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}
