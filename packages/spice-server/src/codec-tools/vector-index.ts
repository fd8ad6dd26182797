import { BitmapFormat } from '@lazyspice/core';
import { codecLimits, rowBytes } from '../codecs/contract.js';

/** The codecs of vectors, by the names that indexes give them. */
export const vectorCodecs = ['quic', 'lz', 'lz_plt', 'glz', 'lz4', 'zlib_glz', 'jpeg', 'jpeg_alpha'] as const;
export type VectorCodec = (typeof vectorCodecs)[number];

const f = BitmapFormat.values;
/** Types of vectors, and the format of their pixels. Gray and alpha planes are no bitmap formats. */
const formats: Readonly<Record<string, BitmapFormat>> = {
  plt1le: f.indexed1le,
  plt1be: f.indexed1be,
  plt4le: f.indexed4le,
  plt4be: f.indexed4be,
  plt8: f.indexed8,
  rgb16: f.rgb16,
  rgb24: f.rgb24,
  rgb32: f.rgb32,
  rgba: f.rgba,
  a8: f.a8,
  gray: f.a8,
  xxxa: f.rgba,
};

/** One picture of a vector. Its pixels are unpadded rows in coding order. */
export interface VectorImage {
  /** 'rgb32', 'gray', 'xxxa', ... */
  readonly type: string;
  readonly format: BitmapFormat;
  readonly width: number;
  readonly height: number;
  /** Bytes of a row. */
  readonly stride: number;
  readonly topDown: boolean;
  /** Rows of one segment of the encoder; null: all. */
  readonly segmentRows: number | null;
}

/** An entry of an index: codecs §10. */
export interface Vector {
  readonly name: string;
  readonly codec: VectorCodec;
  /** One, but for sequences of the GLZ codec. */
  readonly images: readonly VectorImage[];
  /** Pixels of the GLZ dictionary. */
  readonly windowPixels: number;
  /** Bytes that ZLIB_GLZ data inflates to; 0 for others. */
  readonly glzBytes: number;
  /** Bytes of the JPEG part; 0 for others. */
  readonly jpegBytes: number;
  /** JPEG quality, 1 to 100. */
  readonly quality: number;
  /** File names: pixels, encoded data, and decoded pixels where decoding loses some (null: they are `raw`). */
  readonly raw: string;
  readonly encoded: string;
  readonly decoded: string | null;
}

/** The index is no index, or one of its entries is no vector. */
export class VectorIndexError extends Error {
  override readonly name = 'VectorIndexError';
  readonly code = 'ERR_VECTOR_INDEX';
}

type Entry = Readonly<Record<string, unknown>>;
const defaultWindow = 1 << 20;
const defaultQuality = 85;

/** Entries that cannot be read keep their name, so that they can be reported. */
export type IndexEntry =
  | { readonly vector: Vector }
  | { readonly vector: null; readonly name: string; readonly reason: string };

/** Reads an index. @throws VectorIndexError when it is no JSON object with a list `vectors`. */
export function parseVectorIndex(text: string): IndexEntry[] {
  let index: unknown;
  try {
    index = JSON.parse(text);
  } catch (error) {
    throw new VectorIndexError(`the index is no JSON: ${(error as Error).message}`);
  }
  const vectors = isEntry(index) ? index.vectors : undefined;
  if (!Array.isArray(vectors)) throw new VectorIndexError("the index has no list 'vectors'");
  return vectors.map((entry: unknown, at): IndexEntry => {
    const name = isEntry(entry) && typeof entry.name === 'string' ? entry.name : `entry ${at}`;
    try {
      return { vector: parseVector(entry) };
    } catch (error) {
      if (!(error instanceof VectorIndexError)) throw error;
      return { vector: null, name, reason: error.message };
    }
  });
}

function parseVector(entry: unknown): Vector {
  if (!isEntry(entry)) throw new VectorIndexError('the entry is no object');
  const codec = vectorCodecs.find((known) => known === entry.codec);
  if (codec === undefined) throw new VectorIndexError(`unknown codec '${String(entry.codec)}'`);
  const content = typeof entry.content === 'string' ? entry.content : '';
  const images = Array.isArray(entry.images)
    ? entry.images.map((image: unknown, at) => parseSequenceImage(image, at, content))
    : [parseImage(entry)];
  const jpeg = codec === 'jpeg' || codec === 'jpeg_alpha';
  return {
    name: text(entry, 'name'),
    codec,
    images,
    windowPixels: count(entry, 'window_pixels', defaultWindow),
    glzBytes: codec === 'zlib_glz' ? count(entry, 'glz_data_size') : 0,
    jpegBytes: codec === 'jpeg_alpha' ? count(entry, 'jpeg_size') : 0,
    quality: count(entry, 'quality', defaultQuality),
    raw: text(entry, 'raw'),
    encoded: text(entry, 'bin'),
    decoded: jpeg ? text(entry, 'decoded') : null,
  };
}

function parseSequenceImage(entry: unknown, at: number, content: string): VectorImage {
  if (!isEntry(entry)) throw new VectorIndexError(`image ${at} is no object`);
  const image = parseImage(entry);
  // The last image of these sequences was encoded in chunks; the format has no field that says so.
  return content.startsWith('scroll') && at === 7
    ? { ...image, segmentRows: image.segmentRows ?? 10 }
    : image;
}

function parseImage(entry: Entry): VectorImage {
  const type = text(entry, 'type');
  const format = Object.hasOwn(formats, type) ? formats[type] : undefined;
  if (format === undefined) throw new VectorIndexError(`unknown type '${type}'`);
  const width = count(entry, 'width');
  const height = count(entry, 'height');
  if (width > codecLimits.side || height > codecLimits.side) {
    throw new VectorIndexError(`size ${width} x ${height}`);
  }
  const rows = entry.encoder_chunk_rows === undefined ? null : count(entry, 'encoder_chunk_rows');
  const stride = rowBytes(format, width);
  const topDown = entry.top_down !== false;
  return { type, format, width, height, stride, topDown, segmentRows: rows };
}

const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function text(entry: Entry, field: string): string {
  const value = entry[field];
  if (typeof value !== 'string' || value === '') throw new VectorIndexError(`no text '${field}'`);
  return value;
}

/** A whole number of at least 1. */
function count(entry: Entry, field: string, absent?: number): number {
  const value = entry[field] ?? absent;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
    throw new VectorIndexError(`'${field}' is ${JSON.stringify(value)}, not a whole number of at least 1`);
  }
  return value;
}
