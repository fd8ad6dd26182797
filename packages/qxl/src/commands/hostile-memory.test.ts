/** Guest memory changes while it is read, and ends where it hurts: qxl-device §14. */
import type { QxlCommand } from '@lazyspice/core';
import { describe, expect, it } from 'vitest';
import { commandTypes } from '../device/layout.js';
import { writeCommand } from '../guest/command-writer.js';
import { copy, cursor, draw, fill, imageOf, noMask, rectAt, solid, surface } from '../recording/builder.js';
import { CommandError } from './errors.js';
import { type GuestAddressSpace, GuestReader } from './guest-reader.js';
import { parseDrawable } from './parse-draw.js';
import { parseCursor, parseMonitors, parseSurface } from './parse-other.js';

const pixels = { width: 8, height: 8, data: Uint8Array.from({ length: 256 }, (_, index) => index) };
const box = rectAt(0, 0, 8, 8);
const indexed = {
  ...imageOf(pixels),
  content: {
    type: 'bitmap',
    format: 5,
    topDown: true,
    unstable: false,
    width: 8,
    height: 8,
    stride: 8,
    palette: { unique: 1n, entries: [1, 2, 3] },
    data: new Uint8Array(64),
  },
} as const;
const copied = { source: imageOf(pixels), sourceArea: box, rop: 8, scaleMode: 0, mask: noMask() } as const;
const modes = { foreMode: 8, backMode: 8 };

const samples: Readonly<Record<string, QxlCommand>> = {
  'a clipped copy': copy({ x: 0, y: 0 }, imageOf(pixels), { clip: [rectAt(0, 0, 4, 4), rectAt(4, 4, 2, 2)] }),
  'a picture with a palette': copy({ x: 0, y: 0 }, indexed),
  'a masked fill': fill(box, 1),
  'a dashed line': draw(box, {
    type: 'stroke',
    path: [
      {
        flags: 3,
        points: [
          { x: 1, y: 2 },
          { x: 3, y: 4 },
        ],
      },
    ],
    attributes: 8,
    style: [16, 32],
    brush: solid(1),
    ...modes,
  }),
  text: draw(box, {
    type: 'text',
    stringFlags: 1,
    glyphs: [
      { position: { x: 0, y: 0 }, origin: { x: 0, y: 0 }, width: 9, height: 3, data: new Uint8Array(6) },
    ],
    backArea: box,
    foreBrush: solid(1),
    backBrush: solid(2),
    ...modes,
  }),
  'a blend': draw(box, { type: 'blend', ...copied }),
  'a QUIC picture': copy(
    { x: 0, y: 0 },
    {
      ...imageOf(pixels),
      content: { type: 'quic', data: Uint8Array.of(1, 2, 3) },
    },
  ),
  'a composition': draw(box, {
    type: 'composite',
    flags: 3,
    source: imageOf(pixels),
    mask: imageOf(pixels),
    sourceTransform: [1, 2, 3, 4, 5, 6],
    maskTransform: null,
    sourceOrigin: { x: 0, y: 0 },
    maskOrigin: { x: 0, y: 0 },
  }),
  'a pointer': cursor({ x: 1, y: 2 }, pixels),
  'a surface': surface(3, { width: 8, height: 8 }),
};

const memoryBytes = 8192;

/** A command in memory of its own, and how many bytes it takes. */
function written(command: QxlCommand) {
  const bytes = new Uint8Array(memoryBytes);
  let used = 8;
  const { address, type } = writeCommand((size) => {
    const start = used;
    used += size;
    return { address: BigInt(start), bytes: bytes.subarray(start, used) };
  }, command);
  return { bytes, address, type, used };
}

function parse(space: GuestAddressSpace, address: bigint, type: number): unknown {
  const reader = new GuestReader(space);
  if (type === commandTypes.cursor) return parseCursor(reader, address);
  if (type === commandTypes.surface) return parseSurface(reader, address);
  const surfaceSize = () => ({ width: 64, height: 64 });
  return parseDrawable({ reader, compat: false, colors555: false, surfaceSize }, address);
}

/** Memory of `size` bytes; `read` hears of each access before it happens. */
const memory = (
  bytes: Uint8Array,
  size = bytes.length,
  read = (_: number, __: number) => {},
): GuestAddressSpace => ({
  resolve(address, length) {
    const start = Number(address);
    if (start + length > size) throw new CommandError('ERR_QXL_ADDRESS', 'outside', address);
    read(start, length);
    return bytes.subarray(start, start + length);
  },
});
const withoutPixels = (value: unknown): string =>
  JSON.stringify(value, (key, field) =>
    key === 'data' ? (field as Uint8Array).length : typeof field === 'bigint' ? `${field}` : field,
  );

describe.each(Object.entries(samples))('%s', (_, command) => {
  it('is the same when the guest overwrites each field once it was read', () => {
    const calm = written(command);
    const expected = withoutPixels(parse(memory(calm.bytes), calm.address, calm.type));
    const hostile = written(command);
    const seen: [number, number][] = [];
    const space = memory(hostile.bytes, memoryBytes, (start, length) => {
      for (const [from, to] of seen) hostile.bytes.fill(0xff, from, to);
      seen.push([start, start + length]);
    });
    expect(withoutPixels(parse(space, hostile.address, hostile.type))).toBe(expected);
  });

  it('is refused where its memory ends too early, whatever is cut off', () => {
    const { bytes, address, type, used } = written(command);
    let refused = 0;
    for (let size = 0; size <= used; size++) {
      try {
        parse(memory(bytes, size), address, type);
      } catch (error) {
        expect(error).toBeInstanceOf(CommandError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(Number(address));
    expect(() => parse(memory(bytes, used), address, type)).not.toThrow();
  });

  it('is refused or parsed with any one of its bytes changed, never more', () => {
    const { bytes, address, type, used } = written(command);
    for (let at = 8; at < used; at++) {
      for (const value of [0x00, 0x01, 0x7f, 0x80, 0xff]) {
        const spoiled = bytes.slice();
        spoiled[at] = value;
        try {
          parse(memory(spoiled), address, type);
        } catch (error) {
          expect(error).toBeInstanceOf(CommandError);
        }
      }
    }
  });
});

describe('monitors', () => {
  it('are counted once: heads that are added while they are read do not count (CVE-2015-3247)', () => {
    const bytes = new Uint8Array(memoryBytes);
    const view = new DataView(bytes.buffer);
    view.setUint16(8, 1, true);
    view.setUint16(10, 4, true);
    view.setUint32(12 + 8, 640, true);
    const space = memory(bytes, memoryBytes, (start) => start > 8 && view.setUint16(8, 0xffff, true));
    expect(parseMonitors(new GuestReader(space), 8n, 64)?.heads).toHaveLength(1);
  });
});

describe('one command', () => {
  it('has a number of chunks in all its lists together', () => {
    const bytes = new Uint8Array(64);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(8 + 12, 8n, true);
    let reads = 0;
    const counted = new GuestReader(memory(bytes, 64, () => reads++));
    for (let list = 0; list < 3; list++) {
      expect(() => counted.chunks(8n, 100)).toThrow(expect.objectContaining({ code: 'ERR_QXL_LIMIT' }));
    }
    expect(reads).toBe(65_536);
  });
});
