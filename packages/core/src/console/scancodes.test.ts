import { describe, expect, it } from 'vitest';
import { ScancodeDecoder } from './scancodes.js';

const decode = (...bytes: number[]) => {
  const decoder = new ScancodeDecoder();
  return bytes.map((byte) => decoder.push(byte)).filter((key) => key !== null);
};

describe('ScancodeDecoder', () => {
  it('takes plain keys as they are', () => {
    expect(decode(0x1e, 0x9e)).toEqual([
      { code: 0x1e, down: true },
      { code: 0x1e, down: false },
    ]);
  });

  it('gives keys behind a prefix another number', () => {
    expect(decode(0xe0, 0x4b, 0xe0, 0xcb, 0x4b)).toEqual([
      { code: 0xcb, down: true },
      { code: 0xcb, down: false },
      { code: 0x4b, down: true },
    ]);
  });

  it('knows Pause, and goes on after it', () => {
    expect(decode(0xe1, 0x1d, 0x45, 0xe1, 0x9d, 0xc5, 0x1e)).toEqual([
      { code: 0xc6, down: true },
      { code: 0xc6, down: false },
      { code: 0x1e, down: true },
    ]);
  });
});
