import type { EncodeResult, ReadVectorFile, VectorFailure, VerifyResult } from '@lazyspice/core';
import { type VectorTool, vectorTool } from './vector-codecs.js';
import { parseVectorIndex, type Vector, type VectorImage } from './vector-index.js';

/** What decoded colours may differ by where another decoder's rounding counts (codecs §10). */
const lossyTolerance = 3;

/** A vector is not what it should be; the message says how. */
class VectorError extends Error {}

/** `CodecModule.verify`. */
export async function verifyVectors(index: string, read: ReadVectorFile): Promise<VerifyResult> {
  const { done, failed } = await forEachVector(index, async (vector, tool) => {
    const [raw, encoded] = [await read(vector.raw), await read(vector.encoded)];
    const decoded = vector.decoded === null ? null : await read(vector.decoded);
    const pictures = split(vector, encoded);
    for (const [i, pixels] of rawPictures(vector, raw).entries()) {
      const where = vector.images.length > 1 ? `image ${i}: ` : '';
      const image = vector.images[i]!;
      if (decoded === null) verifyExact(tool, image, pictures[i]!, pixels, where);
      else verifyLossy(tool, image, pictures[i]!, decoded);
    }
  });
  return { passed: done, failed };
}

/** `CodecModule.encode`. */
export async function encodeVectors(
  index: string,
  read: ReadVectorFile,
  write: (name: string, data: Uint8Array) => Promise<void>,
): Promise<EncodeResult> {
  const encode = async (vector: Vector, tool: VectorTool): Promise<Uint8Array> => {
    const raw = await read(vector.raw);
    const pictures = rawPictures(vector, raw).map((pixels, i) => {
      const image = vector.images[i]!;
      return tool.encode({ ...image, pixels }, image);
    });
    return join(vector, pictures);
  };
  const { done, failed } = await forEachVector(index, encode, ({ name }, data) => write(name, data));
  return { encoded: done, failed };
}

/** What `work` throws is the vector's failure; what `use` throws ends all. */
async function forEachVector<Result>(
  index: string,
  work: (vector: Vector, tool: VectorTool) => Promise<Result>,
  use: (vector: Vector, result: Result) => Promise<void> = async () => {},
): Promise<{ done: number; failed: VectorFailure[] }> {
  let done = 0;
  const failed: VectorFailure[] = [];
  for (const entry of parseVectorIndex(index)) {
    if (entry.vector === null) {
      failed.push({ name: entry.name, reason: entry.reason });
      continue;
    }
    const { vector } = entry;
    let result: Result;
    try {
      const tool = vectorTool(vector);
      result = await work(vector, tool);
    } catch (error) {
      failed.push({ name: vector.name, reason: error instanceof Error ? error.message : String(error) });
      continue;
    }
    await use(vector, result);
    done++;
  }
  return { done, failed };
}

function verifyExact(
  tool: VectorTool,
  image: VectorImage,
  encoded: Uint8Array,
  raw: Uint8Array,
  where: string,
): void {
  const { width, height, stride, topDown, format } = image;
  const pixels = new Uint8Array(raw.length);
  const shape = tool.decode(encoded, { width, height, stride, pixels }, image);
  const flipped = shape.topDown !== topDown;
  if (flipped && !tool.topRowFirst) throw new VectorError(`${where}decodes to the other row order`);
  if (shape.format !== format) throw new VectorError(`${where}decodes to format ${shape.format}`);
  for (let y = 0; y < height; y++) {
    const row = y * stride;
    const decodedRow = (flipped ? height - 1 - y : y) * stride;
    for (let i = 0; i < stride; i++) {
      const mask = codedBits(image, i);
      if ((pixels[decodedRow + i]! & mask) === (raw[row + i]! & mask)) continue;
      throw new VectorError(`${where}decodes to other pixels: byte ${i} of row ${y}`);
    }
  }
}

/** The bits of a byte of a row that travel; others carry nothing. */
function codedBits({ type }: VectorImage, index: number): number {
  switch (type) {
    case 'rgb32':
      return (index & 3) === 3 ? 0 : 255;
    case 'rgb16':
      return (index & 1) === 1 ? 127 : 255;
    case 'xxxa':
      return (index & 3) === 3 ? 255 : 0;
    default:
      return 255;
  }
}

/** `decoded`: another decoder's result, 4 bytes a pixel, top row first. */
function verifyLossy(tool: VectorTool, image: VectorImage, encoded: Uint8Array, decoded: Uint8Array): void {
  const { width, height } = image;
  const stride = width * 4;
  if (decoded.length !== stride * height) {
    throw new VectorError(`the decoded file has ${decoded.length} of ${stride * height} bytes`);
  }
  const pixels = new Uint8Array(decoded.length);
  const shape = tool.decode(encoded, { width, height, stride, pixels }, image);
  for (let y = 0; y < height; y++) {
    const row = (shape.topDown ? y : height - 1 - y) * stride;
    for (let i = 0; i < stride; i++) {
      const difference = Math.abs(pixels[row + i]! - decoded[y * stride + i]!);
      if (difference <= ((i & 3) === 3 ? 0 : lossyTolerance)) continue;
      throw new VectorError(`decodes to other pixels: byte ${i} of row ${y} is off by ${difference}`);
    }
  }
}

/** The pixels of the vector's images. */
function rawPictures(vector: Vector, raw: Uint8Array): Uint8Array[] {
  let at = 0;
  const pictures = vector.images.map(({ stride, height }) => {
    const picture = raw.subarray(at, at + stride * height);
    at += stride * height;
    return picture;
  });
  if (at !== raw.length) throw new VectorError(`the file of pixels has ${raw.length} of ${at} bytes`);
  return pictures;
}

/** The encoded images: those of a sequence have their size before them. */
function split(vector: Vector, data: Uint8Array): Uint8Array[] {
  if (vector.codec !== 'glz') return [data];
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  let at = 0;
  const pictures = vector.images.map((_, i) => {
    if (data.length - at < 4) throw new VectorError(`the encoded file ends before image ${i}`);
    const size = view.getUint32(at);
    if (size > data.length - at - 4) throw new VectorError(`the encoded file ends within image ${i}`);
    at += 4 + size;
    return data.subarray(at - size, at);
  });
  if (at !== data.length) throw new VectorError('the encoded file goes on behind the last image');
  return pictures;
}

function join(vector: Vector, pictures: readonly Uint8Array[]): Uint8Array {
  if (vector.codec !== 'glz') return pictures[0]!;
  const data = new Uint8Array(pictures.reduce((sum, { length }) => sum + 4 + length, 0));
  const view = new DataView(data.buffer);
  let at = 0;
  for (const picture of pictures) {
    view.setUint32(at, picture.length);
    data.set(picture, at + 4);
    at += 4 + picture.length;
  }
  return data;
}
