import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EmulatorError } from '../errors.js';
import { parseElf } from './elf.js';
import { parseLinuxHeader } from './linux-header.js';

/** A bzImage with 2 setup sectors, protocol 2.15 and a payload of 100 bytes, 16 behind the code's start. */
function image(): Buffer {
  const bytes = Buffer.alloc(2048);
  bytes[0x1f1] = 2;
  bytes.writeUInt16LE(0xaa55, 0x1fe);
  bytes[0x201] = 0x6a;
  bytes.write('HdrS', 0x202);
  bytes.writeUInt16LE(0x20f, 0x206);
  bytes.writeUInt32LE(16, 0x248);
  bytes.writeUInt32LE(100, 0x24c);
  bytes.writeUInt32LE(0x1234000, 0x260);
  return bytes;
}

/** An executable with one segment of 4 bytes at physical 0x1000000, entered at its second byte. */
function executable(): Buffer {
  const bytes = Buffer.alloc(88);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  bytes.writeUInt16LE(3, 18);
  bytes.writeUInt32LE(0xc1000001, 24);
  bytes.writeUInt32LE(52, 28);
  bytes.writeUInt16LE(32, 42);
  bytes.writeUInt16LE(1, 44);
  const header = [1, 84, 0xc1000000, 0x1000000, 4, 10];
  for (const [i, n] of header.entries()) bytes.writeUInt32LE(n, 52 + i * 4);
  bytes.set([1, 2, 3, 4], 84);
  return bytes;
}

/** Whatever is done to the bytes, the parser answers or says what is wrong. */
function neverCrashes(parse: (bytes: Uint8Array) => unknown, good: Buffer): void {
  const spoiled = fc
    .tuple(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 }), fc.nat(good.length))
    .map(([changes, length]) => {
      const bytes = Buffer.from(good);
      for (const [at, value] of changes) bytes[at] = value;
      return bytes.subarray(0, length);
    });
  fc.assert(
    fc.property(spoiled, (bytes) => {
      try {
        parse(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(EmulatorError);
        expect((error as EmulatorError).offset).toBeLessThanOrEqual(Math.max(good.length, 0x202));
      }
    }),
    { numRuns: 500 },
  );
}

describe('parseLinuxHeader', () => {
  it('reads where code and payload are', () => {
    const header = parseLinuxHeader(image());
    expect(header).toMatchObject({
      protocol: 0x20f,
      codeOffset: 1536,
      payloadOffset: 1552,
      payloadLength: 100,
    });
    expect(header.initSize).toBe(0x1234000);
    expect(header.setup.length).toBe(0x202 + 0x6a - 0x1f1);
  });

  it.each([
    ['a short file', (b: Buffer) => b.subarray(0, 600), 600],
    ['no signature', (b: Buffer) => b.fill(0, 0x1fe, 0x200), 0x1fe],
    ['an old protocol', (b: Buffer) => b.fill(1, 0x206, 0x208), 0x206],
    ['a cut payload', (b: Buffer) => b.subarray(0, 1600), 0x248],
  ])('refuses %s and says where', (_, spoil, offset) => {
    expect(() => parseLinuxHeader(spoil(image()))).toThrow(
      expect.objectContaining({ code: 'ERR_V86_KERNEL', offset }),
    );
  });

  it('never crashes', () => neverCrashes(parseLinuxHeader, image()));
});

describe('parseElf', () => {
  it('gives segments and entry by physical address', () => {
    const { entry, segments } = parseElf(executable());
    expect(entry).toBe(0x1000001);
    expect(segments).toEqual([{ address: 0x1000000, bytes: Buffer.from([1, 2, 3, 4]), size: 10 }]);
  });

  it('refuses what is for another machine', () => {
    const bytes = executable();
    bytes.writeUInt16LE(62, 18);
    expect(() => parseElf(bytes)).toThrow(expect.objectContaining({ code: 'ERR_V86_KERNEL', offset: 18 }));
  });

  it('never crashes', () => neverCrashes(parseElf, executable()));
});
