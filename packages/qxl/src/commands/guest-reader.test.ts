import { describe, expect, it } from 'vitest';
import { CommandError } from './errors.js';
import { type GuestAddressSpace, GuestReader } from './guest-reader.js';

/** Memory of which address 0 is the first byte. */
function space(size: number): GuestAddressSpace & { view: DataView } {
  const bytes = new Uint8Array(size);
  return {
    view: new DataView(bytes.buffer),
    resolve(address, length) {
      const start = Number(address);
      if (start + length > size) throw new CommandError('ERR_QXL_ADDRESS', 'outside', address);
      return bytes.subarray(start, start + length);
    },
  };
}
function chunk(view: DataView, at: number, data: readonly number[], next: number): void {
  view.setUint32(at, data.length, true);
  view.setBigUint64(at + 12, BigInt(next), true);
  for (const [index, byte] of data.entries()) view.setUint8(at + 20 + index, byte);
}
const codeOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof CommandError) return error.code;
    throw error;
  }
  return 'none';
};

describe('chunk lists', () => {
  it('are joined, empty chunks left out', () => {
    const memory = space(256);
    chunk(memory.view, 8, [1, 2], 64);
    chunk(memory.view, 64, [], 128);
    chunk(memory.view, 128, [3], 0);
    expect([...new GuestReader(memory).chunks(8n, 3)]).toEqual([1, 2, 3]);
  });

  it('of one chunk are not copied', () => {
    const memory = space(256);
    chunk(memory.view, 8, [1, 2], 0);
    expect(new GuestReader(memory).chunks(8n, 10).buffer).toBe(memory.view.buffer);
    expect(new GuestReader(memory).chunksCopy(8n, 10).buffer).not.toBe(memory.view.buffer);
  });

  it('end although they are circular', () => {
    const memory = space(256);
    chunk(memory.view, 8, [], 64);
    chunk(memory.view, 64, [], 8);
    expect(codeOf(() => new GuestReader(memory).chunks(8n, 10))).toBe('ERR_QXL_LIMIT');
  });

  it('are refused beyond their limit and outside their memory', () => {
    const memory = space(256);
    chunk(memory.view, 8, [1, 2, 3], 0);
    expect(codeOf(() => new GuestReader(memory).chunks(8n, 2))).toBe('ERR_QXL_LIMIT');
    memory.view.setUint32(8, 250, true);
    expect(codeOf(() => new GuestReader(memory).chunks(8n, 1000))).toBe('ERR_QXL_ADDRESS');
    expect(codeOf(() => new GuestReader(memory).chunks(250n, 1000))).toBe('ERR_QXL_ADDRESS');
  });
});
