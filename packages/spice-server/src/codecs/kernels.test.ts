import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { BitmapFormat } from '@lazyspice/core';
import { describe, expect, it } from 'vitest';
import { sourceHash } from './generated/kernels.js';
import { Kernels, threadKernels } from './kernels.js';
import { LzDecoder } from './lz/lz-decoder.js';
import { LzEncoder } from './lz/lz-encoder.js';

describe('the built kernels', () => {
  it('are those of the sources: run `npm run build:kernels` when this fails', () => {
    const folder = new URL('../../kernels/', import.meta.url);
    const hash = createHash('sha256');
    for (const name of readdirSync(folder).sort()) {
      if (name.endsWith('.ts')) hash.update(`${name}\0${readFileSync(new URL(name, folder), 'utf8')}\0`);
    }
    expect(sourceHash).toBe(hash.digest('hex'));
  });
});

describe('Kernels', () => {
  it('gives scratch memory that grows, behind what is reserved', () => {
    const kernels = new Kernels();
    const before = kernels.bytes;
    const reserved = kernels.reserve(1000);
    kernels.bytes[reserved + 999] = 7;
    const scratch = kernels.scratch(5_000_000);
    expect(scratch).toBeGreaterThanOrEqual(reserved + 1000);
    expect(scratch % 64).toBe(0);
    expect(before.length).toBe(0);
    expect(kernels.bytes.length).toBeGreaterThanOrEqual(scratch + 5_000_000);
    expect(kernels.bytes[reserved + 999]).toBe(7);
    expect(kernels.scratch(10)).toBe(scratch);
    expect(() => kernels.scratch(2 ** 31)).toThrow(RangeError);
    expect(kernels.scratch(10)).toBe(scratch);
  });

  it('are shared in a thread, until an image made them large', () => {
    const small = threadKernels();
    expect(threadKernels()).toBe(small);
    const width = 5000;
    const height = 4000;
    const pixels = new Uint8Array(width * height * 4).fill(3);
    const image = {
      format: BitmapFormat.values.rgb32,
      width,
      height,
      stride: width * 4,
      topDown: true,
      pixels,
    };
    const out = new Uint8Array(400_000);
    const size = new LzEncoder().encode(image, out);
    expect(size).toBeGreaterThan(0);
    expect(small.bytes.length).toBeGreaterThan(pixels.length);
    const fresh = threadKernels();
    expect(fresh).not.toBe(small);
    expect(fresh.bytes.length).toBeLessThan(4_000_000);
    const decoded = new Uint8Array(pixels.length);
    new LzDecoder().decode(out.subarray(0, size), { width, height, stride: width * 4, pixels: decoded });
    const expected = new Uint8Array(new Uint32Array(width * height).fill(0x030303).buffer);
    expect(Buffer.compare(decoded, expected)).toBe(0);
  });
});
