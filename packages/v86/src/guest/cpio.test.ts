import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CpioEntry, writeCpio } from './cpio.js';

interface ReadMember {
  path: string;
  mode: number;
  bytes: Buffer;
  device: [number, number];
}

/** Reads "newc" by its documentation: 13 numbers of 8 hexadecimal digits, name and body padded to 4. */
function readCpio(archive: Uint8Array): ReadMember[] {
  const buffer = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const members: ReadMember[] = [];
  let at = 0;
  for (;;) {
    expect(buffer.toString('latin1', at, at + 6)).toBe('070701');
    const field = (i: number): number =>
      Number.parseInt(buffer.toString('latin1', at + 6 + i * 8, at + 14 + i * 8), 16);
    const nameLength = field(11);
    const path = buffer.toString('utf8', at + 110, at + 110 + nameLength - 1);
    expect(buffer[at + 110 + nameLength - 1]).toBe(0);
    const body = Math.ceil((at + 110 + nameLength) / 4) * 4;
    if (path === 'TRAILER!!!') {
      expect(body).toBe(buffer.length);
      return members;
    }
    const bytes = buffer.subarray(body, body + field(6));
    members.push({ path, mode: field(1), bytes, device: [field(9), field(10)] });
    at = Math.ceil((body + field(6)) / 4) * 4;
  }
}

const path = fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }).filter((s) => !s.includes('\0'));
const mode = fc.integer({ min: 0, max: 0o7777 });
const entry: fc.Arbitrary<CpioEntry> = fc.oneof(
  fc.record({ type: fc.constant('directory' as const), path, mode }),
  fc.record({ type: fc.constant('file' as const), path, mode, bytes: fc.uint8Array({ maxLength: 50 }) }),
  fc.record({ type: fc.constant('link' as const), path, target: path }),
  fc.record({
    type: fc.constant('character-device' as const),
    path,
    mode,
    major: fc.nat(4095),
    minor: fc.nat(0xfffff),
  }),
);

describe('writeCpio', () => {
  it('writes what a reader of the format finds again', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), (entries) => {
        const members = readCpio(writeCpio(entries));
        expect(members.map((m) => m.path)).toEqual(entries.map((e) => e.path));
        entries.forEach((e, i) => {
          const { mode: bits, bytes, device } = members[i];
          if (e.type === 'file') expect(bytes).toEqual(Buffer.from(e.bytes));
          if (e.type === 'link') expect(bytes.toString()).toBe(e.target);
          if (e.type === 'character-device') expect(device).toEqual([e.major, e.minor]);
          if (e.type !== 'link') expect(bits & 0o7777).toBe(e.mode);
          const type = { directory: 4, file: 8, link: 10, 'character-device': 2 }[e.type];
          expect(bits >> 12).toBe(type);
        });
      }),
    );
  });

  it('gives the same bytes for the same entries', () => {
    const entries: CpioEntry[] = [{ type: 'file', path: 'init', mode: 0o755, bytes: Buffer.from('#!') }];
    expect(writeCpio(entries)).toEqual(writeCpio(entries));
  });
});
