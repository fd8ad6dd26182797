import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryOf } from '../../../../test/support/schema-arbitrary.ts';
import { countPaths, referenceEncode, spoilCounts } from '../../../../test/support/schema-reference.ts';
import { decodeQxlCommand, encodeQxlCommand } from '../generated/qxl-commands.codec.js';
import { Reader } from '../wire/reader.js';
import { WireError } from '../wire/wire-error.js';
import { Writer } from '../wire/writer.js';
import { QxlCommand } from './qxl-commands.js';

const encode = (command: QxlCommand): Uint8Array => {
  const writer = new Writer();
  encodeQxlCommand(writer, command);
  return Uint8Array.from(Buffer.concat(writer.chunks()));
};
const decode = (bytes: Uint8Array): QxlCommand => decodeQxlCommand(new Reader(bytes));
const codeOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof WireError) return error.code;
    throw error;
  }
  return 'none';
};

describe('the record codec of QXL commands', () => {
  test('has a fixed layout: tag, then the fields in order', () => {
    const bytes = encode({ type: 'cursorMove', position: { x: -1, y: 0x1234 } });
    expect(Buffer.from(bytes).toString('hex')).toBe('08' + 'ffff' + '3412');
  });

  test('writes a solid fill', () => {
    const bytes = encode({
      type: 'draw',
      drawable: {
        surfaceId: 2,
        box: { top: 1, left: 2, bottom: 3, right: 4 },
        clip: null,
        effect: 1,
        mmTime: 5,
        selfBitmapArea: null,
        dependencies: [],
        operation: {
          type: 'fill',
          brush: { type: 'solid', color: 0x112233 },
          rop: 8,
          mask: { flags: 0, position: { x: 0, y: 0 }, image: null },
        },
      },
    });
    expect(Buffer.from(bytes).toString('hex')).toBe(
      '01' + // draw
        '02000000' + // surface
        '01000000020000000300000004000000' + // box
        '00' + // no clip
        '01' + // effect
        '05000000' + // mmTime
        '00' + // no self bitmap
        '00' + // no dependencies
        '01' + // fill
        '0133221100' + // solid brush
        '0800' + // rop
        '00' + // mask flags
        '0000000000000000' + // mask position
        '00', // no mask image
    );
  });

  test('reads back every command, and writes the bytes that the declaration asks for', () => {
    fc.assert(
      fc.property(arbitraryOf(QxlCommand), (command) => {
        const bytes = encode(command);
        expect(bytes).toEqual(referenceEncode(QxlCommand, command, 'QxlCommand').bytes);
        expect(decode(bytes)).toEqual(command);
      }),
      { numRuns: 500 },
    );
  });

  test('refuses every count and length above its limit', () => {
    const seen = new Set<string>();
    for (const command of fc.sample(arbitraryOf(QxlCommand), { numRuns: 3000, seed: 1 })) {
      for (const { path, bytes, codes } of spoilCounts(referenceEncode(QxlCommand, command, 'command'))) {
        seen.add(path);
        expect(codes, path).toContain(codeOf(() => decode(bytes)));
      }
    }
    expect([...seen].sort()).toEqual([...new Set(countPaths(QxlCommand, 'command'))].sort());
  });

  test('refuses tags and enumerated numbers that are not declared', () => {
    expect(codeOf(() => decode(Uint8Array.of(0)))).toBe('WIRE_VALUE');
    expect(codeOf(() => decode(Uint8Array.of(15)))).toBe('WIRE_VALUE');
    const create = encode({
      type: 'surfaceCreate',
      surfaceId: 1,
      format: 32,
      width: 1,
      height: 1,
      stride: 4,
      data: null,
    });
    create[5] = 33;
    expect(codeOf(() => decode(create))).toBe('WIRE_VALUE');
    create[5] = 32;
    create[21] = 2;
    expect(codeOf(() => decode(create))).toBe('WIRE_VALUE');
  });

  test('answers any bytes with a command or a WireError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(['none', 'WIRE_LIMIT', 'WIRE_TRUNCATED', 'WIRE_VALUE']).toContain(codeOf(() => decode(bytes)));
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(arbitraryOf(QxlCommand), fc.nat(), fc.nat(255), (command, place, value) => {
        const bytes = encode(command);
        bytes[place % bytes.length] = value;
        expect(['none', 'WIRE_LIMIT', 'WIRE_TRUNCATED', 'WIRE_VALUE']).toContain(codeOf(() => decode(bytes)));
      }),
      { numRuns: 1000 },
    );
  });

  test('hands large pixels on by reference', () => {
    const data = new Uint8Array(4096);
    const writer = new Writer();
    encodeQxlCommand(writer, {
      type: 'primaryCreate',
      format: 32,
      width: 32,
      height: 32,
      stride: 128,
      mouseAllowed: true,
      data,
    });
    expect(writer.chunks().some((chunk) => chunk === data)).toBe(true);
  });
});
