import {
  BitmapFormat,
  CursorType,
  Effect,
  type Image,
  type ImageContent,
  type QxlCommand,
  type Rect,
  SurfaceFormat,
} from '@lazyspice/core';
import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copy, fill, imageOf, primary, recordingOf, rectAt } from './builder.js';
import { RecordingParser } from './parser.js';
import { RecordingWriter } from './writer.js';

const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const i16 = fc.integer({ min: -0x8000, max: 0x7fff });
const i32 = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const oneOf = <V extends Readonly<Record<string, number>>>(kind: { values: V }): Arbitrary<V[keyof V]> =>
  fc.constantFrom(...(Object.values(kind.values) as V[keyof V][]));
const orNull = <T>(value: Arbitrary<T>): Arbitrary<T | null> => fc.option(value, { nil: null });
const bytes = (length: number): Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });

const point = fc.record({ x: i32, y: i32 });
const point16 = fc.record({ x: i16, y: i16 });
const rect: Arbitrary<Rect> = fc.record({ top: i32, left: i32, bottom: i32, right: i32 });

const bitmap = fc
  .record({ height: fc.integer({ min: 0, max: 5 }), stride: fc.integer({ min: 0, max: 12 }) })
  .chain(({ height, stride }) =>
    fc.record({
      type: fc.constant('bitmap' as const),
      format: oneOf(BitmapFormat),
      topDown: fc.boolean(),
      unstable: fc.boolean(),
      width: u32,
      height: fc.constant(height),
      stride: fc.constant(stride),
      palette: orNull(fc.record({ unique: u64, entries: fc.array(u32, { maxLength: 256 }) })),
      data: bytes(height * stride),
    }),
  );
const content: Arbitrary<ImageContent> = fc.oneof(
  bitmap,
  fc.record({ type: fc.constant('quic' as const), data: fc.uint8Array() }),
  fc.record({ type: fc.constant('surface' as const), surfaceId: u32 }),
);
const image: Arbitrary<Image> = fc.record({ id: u64, flags: u8, width: u32, height: u32, content });
const brush = fc.oneof(
  fc.constant({ type: 'none' as const }),
  fc.record({ type: fc.constant('solid' as const), color: u32 }),
  fc.record({ type: fc.constant('pattern' as const), image, position: point }),
);
const mask = fc.record({ flags: u8, position: point, image: orNull(image) });
const scaleMode = fc.constantFrom(0 as const, 1 as const);
const source = { source: orNull(image), sourceArea: rect };
const transform = orNull(fc.array(i32, { minLength: 6, maxLength: 6 }));
const segment = fc.record({ flags: u8, points: fc.array(point, { minLength: 1, maxLength: 4 }) });

const glyphs = fc.constantFrom(1, 2, 4).chain((stringFlags) => {
  const depth = stringFlags === 1 ? 1 : stringFlags * 2;
  const size = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 }));
  const glyph = size.chain(([width, height]) =>
    fc.record({
      position: point,
      origin: point,
      width: fc.constant(width),
      height: fc.constant(height),
      data: bytes(Math.ceil((width * depth) / 8) * height),
    }),
  );
  return fc.record({ stringFlags: fc.constant(stringFlags), glyphs: fc.array(glyph, { maxLength: 4 }) });
});
const modes = { foreMode: u16, backMode: u16 };
const style = fc.oneof(
  fc.record({ attributes: fc.constantFrom(0, 4), style: fc.constant([]) }),
  fc.record({ attributes: fc.constantFrom(8, 12), style: fc.array(i32, { maxLength: 6 }) }),
);

const operation = fc.oneof(
  fc.constant({ type: 'nop' as const }),
  fc.record({ type: fc.constant('fill' as const), brush, rop: u16, mask }),
  fc.record({
    type: fc.constantFrom('copy' as const, 'blend' as const),
    ...source,
    rop: u16,
    scaleMode,
    mask,
  }),
  fc.record({ type: fc.constant('opaque' as const), ...source, brush, rop: u16, scaleMode, mask }),
  fc.record({ type: fc.constant('copyBits' as const), source: point }),
  fc.record({ type: fc.constantFrom('blackness' as const, 'whiteness' as const, 'inverse' as const), mask }),
  fc.record({ type: fc.constant('rop3' as const), ...source, brush, rop3: u8, scaleMode, mask }),
  fc
    .tuple(fc.record({ path: fc.array(segment, { maxLength: 3 }), brush, ...modes }), style)
    .map(([stroke, attributes]) => ({ type: 'stroke' as const, ...stroke, ...attributes })),
  fc
    .tuple(fc.record({ backArea: rect, foreBrush: brush, backBrush: brush, ...modes }), glyphs)
    .map(([text, run]) => ({ type: 'text' as const, ...text, ...run })),
  fc.record({ type: fc.constant('transparent' as const), ...source, sourceColor: u32, trueColor: u32 }),
  fc.record({ type: fc.constant('alphaBlend' as const), alphaFlags: u8, alpha: u8, ...source }),
  fc.record({
    type: fc.constant('composite' as const),
    flags: u32,
    source: orNull(image),
    mask: orNull(image),
    sourceTransform: transform,
    maskTransform: transform,
    sourceOrigin: point16,
    maskOrigin: point16,
  }),
);
const surfaceId = fc.integer({ min: 0, max: 0xffff_fffe });
const drawable = fc.record({
  surfaceId: u32,
  box: rect,
  clip: orNull(fc.array(rect, { maxLength: 4 })),
  effect: oneOf(Effect),
  mmTime: u32,
  selfBitmapArea: orNull(rect),
  dependencies: fc.array(fc.record({ surfaceId, area: rect }), { maxLength: 3 }),
  operation,
});

const memory = fc
  .record({ stride: fc.integer({ min: -12, max: 12 }), height: fc.integer({ min: 0, max: 5 }) })
  .chain(({ stride, height }) =>
    fc.record({
      stride: fc.constant(stride),
      height: fc.constant(height),
      width: u32,
      format: oneOf(SurfaceFormat),
      data: orNull(bytes(Math.abs(stride) * height)),
    }),
  )
  // There is no minus zero in a file.
  .map((surface) => ({ ...surface, stride: surface.stride || 0 }));
const shape = fc.record({
  unique: u64,
  type: oneOf(CursorType),
  width: u16,
  height: u16,
  hotSpotX: u16,
  hotSpotY: u16,
  data: fc.uint8Array(),
});
const command: Arbitrary<QxlCommand> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ type: fc.constant('draw' as const), drawable }) },
  fc
    .tuple(memory, u32)
    .map(([surface, id]) => ({ type: 'surfaceCreate' as const, surfaceId: id, ...surface })),
  fc.record({ type: fc.constant('surfaceDestroy' as const), surfaceId: u32 }),
  fc
    .tuple(memory, fc.boolean())
    .map(([surface, mouseAllowed]) => ({ type: 'primaryCreate' as const, mouseAllowed, ...surface })),
  fc.record({ type: fc.constant('cursorSet' as const), position: point16, visible: fc.boolean(), shape }),
  fc.record({ type: fc.constant('cursorMove' as const), position: point16 }),
  fc.record({ type: fc.constant('cursorTrail' as const), length: u16, frequency: u16 }),
  fc.constantFrom<QxlCommand>(
    { type: 'primaryDestroy' },
    { type: 'surfacesDestroy' },
    { type: 'cursorHide' },
    { type: 'cursorReset' },
    { type: 'imageCacheReset' },
    { type: 'driverUnload' },
  ),
);

describe('a written recording', () => {
  it('parses to the same commands, plain and compressed', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 5 }), fc.boolean(), (commands, compress) => {
        const writer = new RecordingWriter({ compress });
        const pieces = [writer.header()];
        for (const [index, each] of commands.entries()) pieces.push(...writer.write(each, BigInt(index * 7)));
        const parser = new RecordingParser();
        parser.push(Buffer.concat(pieces));
        const events = [...parser];
        parser.finish();
        expect(events.map((event) => event.refused ?? event.command)).toEqual(commands);
        expect(events.map(({ counter }) => counter)).toEqual(commands.map((_, index) => index));
        expect(events.map(({ time }) => time)).toEqual(commands.map((_, index) => BigInt(index * 7)));
      }),
      { numRuns: 500 },
    );
  });

  it('looks as the format says', () => {
    const pixels = { width: 1, height: 1, data: new Uint8Array([97, 98, 99, 100]) };
    const bytes = recordingOf([
      { at: 0, command: primary(1, 1) },
      { at: 1.5, command: fill(rectAt(1, 2, 3, 4), 0xff00_0001, { dependencies: [] }) },
      {
        at: 1,
        command: copy({ x: 5, y: 6 }, imageOf(pixels, { id: 2n ** 63n, alpha: true, cacheMe: true })),
      },
    ]);
    expect(Buffer.from(bytes).toString('latin1')).toBe(`SPICE_REPLAY 1
event 0 1 20 0
1 1 4 32
0 1 0 0
binary 0 data 4:\0\0\0\0
event 1 0 1 1500000
drawable
rect bbox 2 1 6 4
type 0
effect 1
mm_time 0
self_bitmap 0
rect self_bitmap_area 0 0 0 0
surface_id 0
surfaces_dest -1
rect surfaces_rects 0 0 0 0
surfaces_dest -1
rect surfaces_rects 0 0 0 0
surfaces_dest -1
rect surfaces_rects 0 0 0 0
type 1
type 1
u.color -16777215
rop_descriptor 8
flags 0
point 0 0
image 0
event 2 0 1 1500000
drawable
rect bbox 6 5 7 6
type 0
effect 1
mm_time 0
self_bitmap 0
rect self_bitmap_area 0 0 0 0
surface_id 0
surfaces_dest -1
rect surfaces_rects 0 0 0 0
surfaces_dest -1
rect surfaces_rects 0 0 0 0
surfaces_dest -1
rect surfaces_rects 0 0 0 0
type 3
image 1
descriptor.id 9223372036854775808
descriptor.type 0
descriptor.flags 1
descriptor.width 1
descriptor.height 1
bitmap.format 9
bitmap.flags 4
bitmap.x 1
bitmap.y 1
bitmap.stride 4
has_palette 0
data_chunks 0 4
binary 0 bitmap.data 4:abcd
rect src_area 0 0 1 1
rop_descriptor 8
scale_mode 0
flags 0
point 0 0
image 0
`);
  });

  it('gives pixels back without a copy', () => {
    const data = new Uint8Array(16);
    expect(new RecordingWriter().write(primary(2, 2, data), 0n)).toContain(data);
  });

  it('has an event without parameters for a monitors config', () => {
    const writer = new RecordingWriter();
    const [text] = writer.write({ type: 'monitorsConfig', maxAllowed: 1, heads: [] }, 3n);
    expect(Buffer.from(text as Uint8Array).toString()).toBe('event 0 1 35 3\n');
  });
});
