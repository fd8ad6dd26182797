import { describe, expect, test } from 'vitest';
import { WireError } from './wire-error.js';
import { byReferenceBytes, type EncodePointee, Writer, writeBytes } from './writer.js';

const hex = (writer: Writer): string => Buffer.concat(writer.chunks()).toString('hex');
const u32: EncodePointee<number> = (writer, value) => {
  const at = writer.reserve(4);
  writer.view.setUint32(at, value, true);
};
const codeOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof WireError) return error.code;
    throw error;
  }
  return 'none';
};

describe('Writer', () => {
  test('collects small fields in one chunk', () => {
    const writer = new Writer();
    u32(writer, 1);
    writer.bytes(Uint8Array.of(2, 3));
    writer.blob(Uint8Array.of(4));
    expect(writer.length).toBe(11);
    expect(writer.chunks()).toHaveLength(1);
    expect(hex(writer)).toBe('01000000' + '0203' + '01000000' + '04');
  });

  test('hands large payloads on by reference, in their place', () => {
    const writer = new Writer();
    const short = new Uint8Array(byReferenceBytes - 1).fill(1);
    const large = new Uint8Array(byReferenceBytes).fill(2);
    u32(writer, 7);
    writer.bytes(short);
    writer.bytes(large);
    u32(writer, 8);
    const chunks = writer.chunks();
    expect(chunks.map((chunk) => chunk.length)).toEqual([4 + short.length, large.length, 4]);
    expect(chunks[1]).toBe(large);
    expect(writer.length).toBe(8 + short.length + large.length);
  });

  test('goes on in another block when one is full', () => {
    const writer = new Writer({ blockBytes: 10 });
    for (let i = 0; i < 5; i++) u32(writer, i);
    writer.bytes(new Uint8Array(40).fill(0xee));
    expect(writer.length).toBe(60);
    expect(hex(writer)).toBe('0000000001000000020000000300000004000000' + 'ee'.repeat(40));
  });

  test('takeChunks leaves them untouched by what is written later', () => {
    const writer = new Writer({ blockBytes: 64 });
    u32(writer, 1);
    const first = writer.takeChunks();
    expect(writer.length).toBe(0);
    for (let i = 0; i < 40; i++) u32(writer, 0xffffffff);
    expect(Buffer.concat(first).toString('hex')).toBe('01000000');
    expect(writer.length).toBe(160);
    expect(writer.takeChunks().reduce((sum, chunk) => sum + chunk.length, 0)).toBe(160);
    expect(writer.takeChunks()).toEqual([]);
  });

  test('reset uses the same block again', () => {
    const writer = new Writer();
    u32(writer, 1);
    const { view } = writer;
    writer.reset();
    expect(writer.length).toBe(0);
    u32(writer, 2);
    expect(writer.view).toBe(view);
    expect(hex(writer)).toBe('02000000');
  });

  test('puts pointees behind the fixed part, those of pointees last', () => {
    const writer = new Writer();
    u32(writer, 0xaaaaaaaa); // a header in front of the body
    const outer: EncodePointee<string> = (out, name) => {
      const at = out.reserve(5);
      out.view.setUint8(at, name.charCodeAt(0));
      out.pointer(at + 1, u32, name.charCodeAt(0) * 0x01010101);
    };
    writer.beginBody();
    const at = writer.reserve(13);
    writer.pointer(at, outer, 'a');
    writer.pointer(at + 4, outer, null);
    writer.pointer(at + 8, outer, 'b');
    writer.view.setUint8(at + 12, 0xff);
    writer.endBody();
    expect(hex(writer)).toBe(
      'aaaaaaaa' +
        '0d000000' + // 'a' at 13
        '00000000' +
        '12000000' + // 'b' at 18
        'ff' +
        '61' +
        '17000000' + // its pointee at 23
        '62' +
        '1b000000' + // at 27
        '61616161' +
        '62626262',
    );
  });

  test('sets pointers in blocks that are left already', () => {
    const writer = new Writer({ blockBytes: 8 });
    writer.beginBody();
    writer.pointer(writer.reserve(4), writeBytes, new Uint8Array(6).fill(1));
    u32(writer, 5);
    writer.endBody();
    expect(hex(writer)).toBe('0800000005000000' + '01'.repeat(6));
    writer.beginBody();
    writer.endBody();
    expect(writer.length).toBe(14);
  });

  test('forgets the pointers of a body that failed', () => {
    const writer = new Writer();
    writer.beginBody();
    writer.pointer(writer.reserve(4), u32, 1);
    writer.reset();
    writer.beginBody();
    writer.endBody();
    expect(writer.length).toBe(0);
  });

  test('refuses what does not fit the declaration', () => {
    const writer = new Writer();
    expect(writer.count(3, 3, 'rects')).toBe(3);
    expect(codeOf(() => writer.count(4, 3, 'rects'))).toBe('WIRE_LIMIT');
    expect(codeOf(() => writer.exact(new Uint8Array(2), 3, 'uuid'))).toBe('WIRE_INCONSISTENT');
    expect(codeOf(() => writer.exact(new Uint8Array(3), 3, 'uuid'))).toBe('none');
    expect(codeOf(() => writer.utf8('a\0b', 'name'))).toBe('WIRE_VALUE');
    expect([...writer.utf8('é', 'name')]).toEqual([0xc3, 0xa9, 0]);
    const at = writer.reserve(8);
    expect(codeOf(() => writer.safeInteger(at, -1, 'serial'))).toBe('WIRE_VALUE');
    expect(codeOf(() => writer.safeInteger(at, 0.5, 'serial'))).toBe('WIRE_VALUE');
    expect(codeOf(() => writer.safeInteger(at, 2 ** 53, 'serial'))).toBe('WIRE_VALUE');
    writer.safeInteger(at, 2 ** 53 - 1, 'serial');
    expect(hex(writer)).toBe('ffffffffffff1f00');
  });
});
