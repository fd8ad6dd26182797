import { crc32, deflateSync } from 'node:zlib';
import type { SurfacePixels } from '@lazyspice/core';

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

/** One stored pixel as 0xRRGGBB. */
export function colorReader({ format, bytes }: SurfacePixels): (row: number, x: number) => number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = (five: number): number => (five << 3) | (five >> 2);
  switch (format) {
    case 32:
    case 96:
      return (row, x) => view.getUint32(row + x * 4, true) & 0xffffff;
    case 16:
      return (row, x) => {
        const v = view.getUint16(row + x * 2, true);
        return (wide((v >> 10) & 31) << 16) | (wide((v >> 5) & 31) << 8) | wide(v & 31);
      };
    case 80:
      return (row, x) => {
        const v = view.getUint16(row + x * 2, true);
        const green = (v >> 5) & 63;
        return (wide((v >> 11) & 31) << 16) | (((green << 2) | (green >> 4)) << 8) | wide(v & 31);
      };
    case 8:
      return (row, x) => bytes[row + x] * 0x010101;
    case 1:
      return (row, x) => ((bytes[row + (x >> 3)] >> (x & 7)) & 1) * 0xffffff;
  }
}

/** A surface's picture as a PNG file: 8-bit RGB. */
export function encodePng(pixels: SurfacePixels): Uint8Array {
  const { width, height, stride } = pixels;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const color = colorReader(pixels);
  const rows = new Uint8Array((width * 3 + 1) * height);
  let at = 0;
  for (let y = 0; y < height; y++) {
    at++; // filter type 0: none
    for (let x = 0; x < width; x++) {
      const rgb = color(y * stride, x);
      rows[at++] = rgb >> 16;
      rows[at++] = rgb >> 8;
      rows[at++] = rgb;
    }
  }
  const parts = [
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', new Uint8Array()),
  ];
  return Buffer.concat(parts);
}
