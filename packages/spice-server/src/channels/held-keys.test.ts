import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeldKeys } from './held-keys.js';

const push = (keys: HeldKeys, ...bytes: number[]): void => {
  for (const byte of bytes) keys.push(byte);
};

describe('HeldKeys', () => {
  it('releases what is down, with prefixes, in the order of pressing', () => {
    const keys = new HeldKeys();
    push(keys, 0x1e, 0xe0, 0x48, 0x2a, 0x1e, 0x9e);
    expect(keys.releaseAll()).toEqual([0xe0, 0xc8, 0xaa]);
    expect(keys.releaseAll()).toEqual([]);
  });

  it('tells a key from its extended twin', () => {
    const keys = new HeldKeys();
    push(keys, 0x1d, 0xe0, 0x1d, 0x9d);
    expect(keys.releaseAll()).toEqual([0xe0, 0x9d]);
  });

  it('says which key a byte completed', () => {
    const keys = new HeldKeys();
    expect(keys.push(0x3a)).toEqual({ key: 0x3a, down: true });
    expect(keys.push(0xba)).toEqual({ key: 0x3a, down: false });
    expect(keys.push(0xe0)).toBe(null);
    expect(keys.push(0xc6)).toEqual({ key: 0x146, down: false });
  });

  it('does not take pause for held keys, nor for num lock', () => {
    const keys = new HeldKeys();
    for (const byte of [0xe1, 0x1d, 0x45, 0xe1, 0x9d, 0xc5]) expect(keys.push(byte)).toBe(null);
    expect(keys.releaseAll()).toEqual([]);
    expect(keys.push(0x1e)).toEqual({ key: 0x1e, down: true });
  });

  it('leaves no key down, whatever came', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xff), { maxLength: 60 }), (bytes) => {
        const keys = new HeldKeys();
        push(keys, ...bytes);
        const releases = keys.releaseAll();
        push(keys, ...releases);
        expect(keys.releaseAll()).toEqual([]);
        expect(releases.every((byte) => (byte & 0x80) !== 0)).toBe(true);
      }),
    );
  });
});
