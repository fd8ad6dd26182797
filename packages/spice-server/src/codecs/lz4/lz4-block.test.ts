import fc from 'fast-check';
import { compressBound, compressBlock as referenceCompress } from 'lz4js';
import { describe, expect, it } from 'vitest';
import { CodecError } from '../contract.js';
import { compressLz4Block, decompressLz4Block } from './lz4-block.js';

const compressible = fc
  .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 60 })), {
    maxLength: 20,
  })
  .map((parts) =>
    Uint8Array.from(
      parts.flatMap(([bytes, times]) => Array.from({ length: times }, () => [...bytes]).flat()),
    ),
  );

describe('one LZ4 block', () => {
  it('gives back what went in, and is smaller', () => {
    fc.assert(
      fc.property(fc.oneof(compressible, fc.uint8Array({ maxLength: 300 })), (bytes) => {
        const block = compressLz4Block(bytes);
        if (block === null) return;
        expect(block.length).toBeLessThan(bytes.length);
        expect(decompressLz4Block(block, bytes.length)).toEqual(bytes);
      }),
    );
    expect(compressLz4Block(new Uint8Array(5000))).not.toBe(null);
    expect(compressLz4Block(new Uint8Array(0))).toBe(null);
  });

  it('of another compressor is read', () => {
    const bytes = new Uint8Array(5000).map((_, i) => (i * i) & 15);
    const out = new Uint8Array(compressBound(bytes.length));
    const length = referenceCompress(bytes, out, 0, bytes.length, new Uint32Array(65_536));
    expect(decompressLz4Block(out.subarray(0, length), 5000)).toEqual(bytes);
  });

  it('that is damaged or of another size is refused', () => {
    const block = compressLz4Block(new Uint8Array(5000).map((_, i) => i >> 3)) as Uint8Array;
    expect(() => decompressLz4Block(block, 4999)).toThrow(CodecError);
    expect(() => decompressLz4Block(block, 5001)).toThrow(CodecError);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(400), (bytes, size) => {
        try {
          expect(decompressLz4Block(bytes, size).length).toBe(size);
        } catch (error) {
          expect(error).toBeInstanceOf(CodecError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
