import { describe, expect, test } from 'vitest';
import { Reader } from './reader.js';
import { WireError } from './wire-error.js';

const reader = (hex: string): Reader => new Reader(Uint8Array.from(Buffer.from(hex, 'hex')), 'display.init');
const caught = (action: () => unknown): WireError => {
  try {
    action();
  } catch (error) {
    if (error instanceof WireError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('Reader', () => {
  test('takes runs and counts what is left', () => {
    const from = reader('0102030405');
    expect(from.take(2)).toBe(0);
    expect(from.take(3)).toBe(2);
    expect(from.remaining).toBe(0);
    expect(from.take(0)).toBe(5);
  });

  test('says what was being read, where, and why it failed', () => {
    const from = reader('010203');
    from.take(2);
    const error = caught(() => from.take(4));
    expect(error).toMatchObject({
      code: 'WIRE_TRUNCATED',
      context: 'display.init',
      offset: 2,
      reason: '4 bytes are needed, 1 are left',
    });
    expect(error.message).toBe('display.init: 4 bytes are needed, 1 are left (at byte 2)');
    expect(from.at).toBe(2);
  });

  test('reads from the middle of a larger buffer', () => {
    const whole = Uint8Array.from(Buffer.from('ffff0200000061626300ffff', 'hex'));
    const from = new Reader(whole.subarray(2, 9));
    expect(from.view.getUint32(from.take(4), true)).toBe(2);
    const slice = from.slice(2, 2, 'data');
    expect(slice.buffer).toBe(whole.buffer);
    expect([...slice]).toEqual([0x61, 0x62]);
    expect(caught(() => from.take(2)).code).toBe('WIRE_TRUNCATED');
  });

  test('checks a count against its limit, then against what is left', () => {
    const from = reader('00000000');
    expect(from.count(2, 2, 2, 'rects')).toBe(2);
    expect(caught(() => from.count(3, 2, 1, 'rects'))).toMatchObject({
      code: 'WIRE_LIMIT',
      reason: 'rects counts 3 elements, the limit is 2',
    });
    expect(caught(() => from.count(2, 2, 3, 'rects')).code).toBe('WIRE_TRUNCATED');
  });

  test('refuses bytes above their limit and negative lengths', () => {
    const from = reader('0000');
    expect(caught(() => from.slice(2, 1, 'data')).code).toBe('WIRE_LIMIT');
    expect(caught(() => from.slice(-1, 9, 'data')).code).toBe('WIRE_LIMIT');
    expect(caught(() => from.slice(Number.NaN, 9, 'data')).code).toBe('WIRE_LIMIT');
    expect(caught(() => from.rest(1, 'data')).code).toBe('WIRE_LIMIT');
    expect(from.rest(2, 'data')).toHaveLength(2);
    expect(from.remaining).toBe(0);
  });

  test('reads blobs with their length in front', () => {
    expect([...reader('03000000aabbccdd').blob(3, 'pixels')]).toEqual([0xaa, 0xbb, 0xcc]);
    expect(caught(() => reader('03000000aabbccdd').blob(2, 'pixels')).code).toBe('WIRE_LIMIT');
  });

  test('reads text up to its NUL, and does without one', () => {
    expect(reader('686900').text(3, 8, 'name')).toBe('hi');
    expect(reader('6869').text(2, 8, 'name')).toBe('hi');
    expect(reader('c3a900ff').text(4, 8, 'name')).toBe('é');
    expect(reader('ff6900').text(3, 8, 'name')).toBe('\ufffdi');
    expect(caught(() => reader('686900').text(3, 2, 'name')).code).toBe('WIRE_LIMIT');
  });

  test('reads 64-bit numbers below 2^53 only', () => {
    const largest = reader('ffffffffffff1f00');
    expect(largest.safeInteger(largest.take(8), 'serial')).toBe(Number.MAX_SAFE_INTEGER);
    const tooLarge = reader('0000000000002000');
    const error = caught(() => tooLarge.safeInteger(tooLarge.take(8), 'serial'));
    expect(error).toMatchObject({ code: 'WIRE_VALUE', offset: 0 });
  });

  test('follows offsets from the start and comes back', () => {
    const from = reader('0500000000' + '2a' + '07');
    const byte = (at: Reader): number => at.view.getUint8(at.take(1));
    const offset = from.view.getUint32(from.take(4), true);
    expect(from.follow(offset, byte, 'image')).toBe(0x2a);
    expect(from.at).toBe(4);
    expect(from.followOrNull(0, byte, 'image')).toBeNull();
    expect(caught(() => from.follow(0, byte, 'image')).code).toBe('WIRE_POINTER');
    expect(caught(() => from.follow(8, byte, 'image')).code).toBe('WIRE_POINTER');
    expect(caught(() => from.follow(7, byte, 'image')).code).toBe('WIRE_TRUNCATED');
  });

  test('follows detached lists and texts', () => {
    const from = reader('00' + '0102' + '686900');
    const decode = (at: Reader, count: number): number[] =>
      Array.from({ length: count }, () => at.view.getUint8(at.take(1)));
    const limits = { max: 4, elementSize: 1 };
    expect(from.followList(2, 1, decode, limits, 'dashes')).toEqual([1, 2]);
    expect(from.followList(0, 99, decode, limits, 'dashes')).toEqual([]);
    expect(caught(() => from.followList(5, 1, decode, limits, 'dashes')).code).toBe('WIRE_LIMIT');
    expect(caught(() => from.followList(4, 3, decode, limits, 'dashes')).code).toBe('WIRE_TRUNCATED');
    expect(caught(() => from.followList(1, 0, decode, limits, 'dashes')).code).toBe('WIRE_POINTER');
    expect(from.followText(3, 3, { max: 8, required: true }, 'host')).toBe('hi');
    expect(from.followText(0, 0, { max: 8, required: false }, 'host')).toBe('');
    expect(caught(() => from.followText(0, 0, { max: 8, required: true }, 'host')).code).toBe('WIRE_POINTER');
    expect(caught(() => from.followText(3, 3, { max: 2, required: true }, 'host')).code).toBe('WIRE_LIMIT');
  });

  test('takes 0 and 1 only in front of an optional value', () => {
    expect(reader('').present(0, 'clip')).toBe(false);
    expect(reader('').present(1, 'clip')).toBe(true);
    expect(caught(() => reader('').present(2, 'clip')).code).toBe('WIRE_VALUE');
  });
});
