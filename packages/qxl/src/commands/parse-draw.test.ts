import type { Brush, DrawOperation, Image, QxlCommand } from '@lazyspice/core';
import { describe, expect, it } from 'vitest';
import { bench } from '../device/device.test-support.js';
import { copy, draw, imageOf, imageOfSurface, noMask, rectAt, solid, surface } from '../recording/builder.js';

const box = rectAt(2, 3, 8, 8);
const pixels = { width: 8, height: 8, data: Uint8Array.from({ length: 256 }, (_, index) => index) };
const image = imageOf(pixels, { id: 0x1_0000_0002n, cacheMe: true });
const area = rectAt(0, 0, 8, 8);
const indexed: Image = {
  id: 5n,
  flags: 0,
  width: 9,
  height: 2,
  content: {
    type: 'bitmap',
    format: 2,
    topDown: false,
    unstable: true,
    width: 9,
    height: 2,
    stride: 4,
    palette: { unique: 77n, entries: [0x112233, 0xffffff] },
    data: Uint8Array.of(0xaa, 0x80, 0, 0, 0x55, 0, 0, 0),
  },
};
const bits: Image = { ...indexed, content: { ...indexed.content, palette: null } as Image['content'] };
const quic: Image = {
  id: 6n,
  flags: 0,
  width: 8,
  height: 8,
  content: { type: 'quic', data: Uint8Array.of(1, 2, 3) },
};
const mask = { flags: 1, position: { x: 1, y: 2 }, image: bits };
const pattern: Brush = { type: 'pattern', image, position: { x: -3, y: 4 } };
const none: Brush = { type: 'none' };
const common = { source: image, sourceArea: area, mask };
const transform = [65_536, 1, 2, 3, 65_536, -5] as const;

const operations: readonly DrawOperation[] = [
  { type: 'nop' },
  { type: 'fill', brush: pattern, rop: 8, mask },
  { type: 'fill', brush: none, rop: 0x404, mask: noMask() },
  { type: 'opaque', ...common, brush: solid(0x123456), rop: 32, scaleMode: 1 },
  { type: 'copy', ...common, rop: 8, scaleMode: 0 },
  { type: 'copy', ...common, source: quic, rop: 8, scaleMode: 0 },
  { type: 'copy', ...common, source: indexed, sourceArea: rectAt(0, 0, 8, 2), rop: 8, scaleMode: 1 },
  { type: 'copyBits', source: { x: 20, y: 21 } },
  { type: 'blend', ...common, rop: 16, scaleMode: 0 },
  { type: 'blackness', mask },
  { type: 'whiteness', mask },
  { type: 'inverse', mask: noMask() },
  { type: 'rop3', ...common, brush: pattern, rop3: 0xca, scaleMode: 0 },
  {
    type: 'stroke',
    path: [
      { flags: 1, points: [{ x: -16, y: 32 }] },
      {
        flags: 18,
        points: [
          { x: 1, y: 2 },
          { x: 3, y: 4 },
          { x: 5, y: 6 },
        ],
      },
    ],
    attributes: 12,
    style: [16, 32],
    brush: solid(1),
    foreMode: 8,
    backMode: 9,
  },
  {
    type: 'text',
    stringFlags: 2,
    glyphs: [
      {
        position: { x: 1, y: 2 },
        origin: { x: 0, y: -7 },
        width: 3,
        height: 2,
        data: Uint8Array.of(1, 2, 3, 4),
      },
      { position: { x: 9, y: 2 }, origin: { x: 0, y: -7 }, width: 1, height: 1, data: Uint8Array.of(0xf0) },
    ],
    backArea: rectAt(0, 0, 4, 4),
    foreBrush: solid(0xffffff),
    backBrush: none,
    foreMode: 8,
    backMode: 0,
  },
  { type: 'transparent', source: image, sourceArea: area, sourceColor: 0xff00ff, trueColor: 0xff00fe },
  { type: 'alphaBlend', alphaFlags: 3, alpha: 128, source: image, sourceArea: area },
  {
    type: 'composite',
    flags: 0x40_0003,
    source: image,
    mask: quic,
    sourceTransform: transform,
    maskTransform: null,
    sourceOrigin: { x: -1, y: 2 },
    maskOrigin: { x: 3, y: -4 },
  },
  { type: 'opaque', ...common, source: null, brush: none, rop: 8, scaleMode: 0 },
];

describe('drawings in guest memory', () => {
  for (const operation of operations) {
    it(`are what the driver meant: ${operation.type}`, () => {
      const { started, worker } = bench();
      const driver = started();
      const selfBitmapArea = 'source' in operation && operation.source === null ? box : null;
      const command = draw(box, operation, { mmTime: 9, effect: 0, selfBitmapArea, clip: [box, area] });
      expect(driver.send(command)).toBe(true);
      expect(worker.take()).toEqual([command]);
    });
  }

  it('cover every operation there is', () => {
    expect(new Set(operations.map(({ type }) => type)).size).toBe(15);
  });

  it('may read another surface', () => {
    const { started, worker } = bench();
    const driver = started();
    driver.send(surface(1, { width: 8, height: 8 }));
    worker.take();
    const command = copy({ x: 1, y: 1 }, imageOfSurface(1, 8, 8));
    driver.send(command);
    expect(worker.take()).toEqual([command]);
  });

  const bad: Readonly<Record<string, QxlCommand>> = {
    'outside their surface': draw(rectAt(60, 0, 8, 8), { type: 'nop' }),
    'above their surface': draw(rectAt(0, -1, 8, 8), { type: 'nop' }),
    'on a surface that is not there': draw(box, { type: 'nop' }, { surfaceId: 7 }),
    'from a surface that is not there': draw(
      box,
      { type: 'nop' },
      { dependencies: [{ surfaceId: 7, area }] },
    ),
    'without a source': draw(box, {
      type: 'alphaBlend',
      alphaFlags: 0,
      alpha: 1,
      source: null,
      sourceArea: area,
    }),
    'of an area outside the image': copy({ x: 0, y: 0 }, { ...image, width: 9 }),
    'with a short stride': copy(
      { x: 0, y: 0 },
      {
        ...image,
        content: { ...image.content, stride: 31 } as Image['content'],
      },
    ),
    'with less pixels than rows': copy({ x: 0, y: 0 }, imageOf({ ...pixels, data: pixels.data.subarray(4) })),
    'with a palette picture without palette': copy({ x: 0, y: 0 }, bits),
    'with a brush of an empty image': draw(box, {
      type: 'stroke',
      path: [],
      attributes: 8,
      style: [],
      brush: { type: 'pattern', image: { ...image, width: 0, height: 0 }, position: { x: 0, y: 0 } },
      foreMode: 8,
      backMode: 8,
    }),
  };
  for (const [what, command] of Object.entries(bad)) {
    it(`are refused and given back: ${what}`, () => {
      const { started, worker, device, clock } = bench();
      const driver = started();
      driver.send(command);
      expect(worker.take()).toEqual([]);
      expect(device.statistics).toMatchObject({ refused: 1, guestBugs: 0 });
      clock.advance(50);
      expect(driver.outstanding).toBe(0);
    });
  }
});
