import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BitmapFormat } from '@lazyspice/core';
import {
  type DecodeTarget,
  type EncodedShape,
  Lz4Decoder,
  Lz4Encoder,
  LzDecoder,
  LzEncoder,
  type PixelImage,
  QuicDecoder,
  QuicEncoder,
} from '@lazyspice/spice-server';

/** An entry of the vectors' index, of those codecs that are checked here. */
interface Vector {
  readonly name: string;
  readonly codec: string;
  readonly type: string;
  readonly bitmap_format: number;
  readonly width: number;
  readonly height: number;
  readonly top_down: boolean;
  readonly raw: string;
  readonly bin: string;
  readonly encoder_chunk_rows?: number;
}

const codecs = ['quic', 'lz', 'lz_plt', 'lz4'];

/**
 * Every QUIC, LZ and LZ4 vector under `sharedDir`/vectors decodes to its pixels; QUIC and LZ encode to its bytes, LZ4
 * to something that decodes to the pixels. `failed` has the names of those that do not.
 */
export async function check(sharedDir: string): Promise<{ passed: number; failed: string[] }> {
  const folder = join(sharedDir, 'vectors');
  const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as {
    readonly vectors: readonly Vector[];
  };
  const vectors = index.vectors.filter(({ codec }) => codecs.includes(codec));
  if (vectors.length === 0) throw new Error(`${folder} has no vectors of ${codecs.join(', ')}`);
  const failed: string[] = [];
  for (const vector of vectors) {
    const raw = await readFile(join(folder, vector.raw));
    const encoded = await readFile(join(folder, vector.bin));
    for (const problem of problems(vector, raw, encoded)) failed.push(`${vector.name}: ${problem}`);
  }
  return { passed: vectors.length - new Set(failed.map((line) => line.split(':')[0])).size, failed };
}

function* problems(vector: Vector, raw: Uint8Array, encoded: Uint8Array): Generator<string> {
  const { width, height } = vector;
  const stride = raw.length / height;
  const image: PixelImage = {
    format: formatOf(vector),
    width,
    height,
    stride,
    topDown: vector.top_down,
    pixels: raw,
  };
  const pixels = new Uint8Array(raw.length);
  const target = { width, height, stride, pixels };
  try {
    const shape = decode(vector, encoded, target);
    if (shape.topDown !== vector.top_down) yield 'decodes to the other row order';
    if (shape.format !== image.format) yield `decodes to format ${shape.format}`;
    if (Buffer.compare(pixels, decodedPixels(vector, raw)) !== 0) yield 'decodes to other pixels';
    const ours = encode(vector, image);
    if (vector.codec === 'lz4') {
      decode(vector, ours, target);
      if (Buffer.compare(pixels, raw) !== 0) yield 'encodes to something that decodes to other pixels';
    } else if (Buffer.compare(ours, encoded) !== 0) {
      yield 'encodes to other bytes';
    }
  } catch (error) {
    yield String(error);
  }
}

/** Format of the pixels given to the encoder; gray and alpha planes are no bitmap formats. */
function formatOf(vector: Vector): BitmapFormat {
  if (vector.type === 'gray') return BitmapFormat.values.a8;
  if (vector.type === 'xxxa') return BitmapFormat.values.rgba;
  return vector.bitmap_format as BitmapFormat;
}

function encode(vector: Vector, image: PixelImage): Uint8Array {
  const out = new Uint8Array(image.pixels.length * 2 + 256);
  const rows = vector.encoder_chunk_rows;
  const lz = new LzEncoder(rows === undefined ? {} : { segmentRows: rows });
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
  const pixels = Uint8Array.from(raw);
  for (let i = 0; i < pixels.length; i++) {
    if (vector.type === 'rgb32' && vector.codec !== 'lz4' && (i & 3) === 3) pixels[i] = 0;
    if (vector.type === 'rgb16' && vector.codec === 'quic' && (i & 1) === 1) pixels[i]! &= 0x7f;
    if (vector.type === 'xxxa' && (i & 3) !== 3) pixels[i] = 0;
  }
  return pixels;
}
