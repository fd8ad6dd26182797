import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** A picture of 8 bits a channel: red, green, blue and, with 4 channels, alpha; rows top-down, no padding. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly pixels: Uint8Array;
}

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const colorTypes = { 3: 2, 4: 6 } as const;

/** Decodes an RGB or RGBA PNG of 8 bits a channel that is not interlaced; throws for any other. */
export const decodePng = (file: Uint8Array): Picture => {
  if (!signature.every((byte, i) => file[i] === byte)) throw new Error('not a PNG');
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  let header: Omit<Picture, 'pixels'> | null = null;
  const data: Uint8Array[] = [];
  for (let at = signature.length; at + 12 <= file.length; ) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    if (at + 12 + length > file.length) throw new Error(`PNG chunk ${type} at ${at} is cut`);
    const body = file.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') header = decodeHeader(new DataView(body.buffer, body.byteOffset, body.length));
    if (type === 'IDAT') data.push(body);
    at += 12 + length;
  }
  if (header === null) throw new Error('a PNG without its header');
  return { ...header, pixels: unfilter(inflateSync(Buffer.concat(data)), header) };
};

const decodeHeader = (view: DataView): Omit<Picture, 'pixels'> => {
  const channels = view.getUint8(9) === colorTypes[3] ? 3 : view.getUint8(9) === colorTypes[4] ? 4 : null;
  if (view.getUint8(8) !== 8 || channels === null || view.getUint8(12) !== 0) {
    throw new Error('only 8-bit RGB and RGBA PNGs without interlacing are read');
  }
  return { width: view.getUint32(0), height: view.getUint32(4), channels };
};

const unfilter = (raw: Uint8Array, { width, height, channels }: Omit<Picture, 'pixels'>): Uint8Array => {
  const rowBytes = width * channels;
  if (raw.length < (rowBytes + 1) * height) throw new Error('PNG data is cut');
  const pixels = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (rowBytes + 1)];
    const from = y * (rowBytes + 1) + 1;
    const to = y * rowBytes;
    for (let i = 0; i < rowBytes; i++) {
      const left = i >= channels ? pixels[to + i - channels] : 0;
      const up = y > 0 ? pixels[to + i - rowBytes] : 0;
      const upLeft = y > 0 && i >= channels ? pixels[to + i - rowBytes - channels] : 0;
      pixels[to + i] = raw[from + i] + prediction(filter, left, up, upLeft);
    }
  }
  return pixels;
};

const prediction = (filter: number, left: number, up: number, upLeft: number): number => {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const estimate = left + up - upLeft;
      const toLeft = Math.abs(estimate - left);
      const toUp = Math.abs(estimate - up);
      const toUpLeft = Math.abs(estimate - upLeft);
      if (toLeft <= toUp && toLeft <= toUpLeft) return left;
      return toUp <= toUpLeft ? up : upLeft;
    }
    default:
      throw new Error(`PNG filter ${filter}`);
  }
};

/** Encodes a picture without filters: for test files, where simplicity counts more than size. */
export const encodePng = ({ width, height, channels, pixels }: Picture): Uint8Array => {
  const rowBytes = width * channels;
  const raw = new Uint8Array((rowBytes + 1) * height);
  for (let y = 0; y < height; y++) {
    raw.set(pixels.subarray(y * rowBytes, (y + 1) * rowBytes), y * (rowBytes + 1) + 1);
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8;
  header[9] = colorTypes[channels];
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(raw, { level: 9 })),
    chunk('IEND', new Uint8Array()),
  ]);
};

const chunk = (type: string, body: Uint8Array): Uint8Array => {
  const result = Buffer.alloc(12 + body.length);
  result.writeUInt32BE(body.length, 0);
  result.write(type, 4, 'latin1');
  result.set(body, 8);
  result.writeUInt32BE(crc32(result.subarray(4, 8 + body.length)), 8 + body.length);
  return result;
};
