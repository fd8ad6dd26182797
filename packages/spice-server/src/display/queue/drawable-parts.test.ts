import type { Brush, DrawOperation, Image } from '@lazyspice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitmap32, drawable, imageOf, noMask, solid } from '../../../../../test/support/spice/commands.js';
import { rect } from '../geometry/rect.js';
import {
  drawableCost,
  readsSelfBitmap,
  sourceSurfaces,
  visibleBounds,
  visitImages,
} from './drawable-parts.js';
import { retainDrawable } from './retain.js';

const bitmap = imageOf(bitmap32(4, 4, (x, y) => x * y));
const quic: Image = { ...bitmap, content: { type: 'quic', data: new Uint8Array([1, 2, 3]) } };
const surface = (surfaceId: number): Image => ({ ...bitmap, content: { type: 'surface', surfaceId } });
const pattern = (image: Image): Brush => ({ type: 'pattern', image, position: { x: 0, y: 0 } });
const sourceArea = rect(0, 0, 4, 4);
const masked = (image: Image) => ({ ...noMask, image });

/** Every operation, with images wherever there is room for one, and how many those are. */
const operations = (image: Image): [DrawOperation, number][] => {
  const mask = masked(image);
  const copied = { source: image, sourceArea, rop: 8, scaleMode: 1, mask } as const;
  return [
    [{ type: 'nop' }, 0],
    [{ type: 'fill', brush: pattern(image), rop: 8, mask }, 2],
    [{ type: 'opaque', ...copied, brush: pattern(image) }, 3],
    [{ type: 'copy', ...copied }, 2],
    [{ type: 'copyBits', source: { x: 0, y: 0 } }, 0],
    [{ type: 'blend', ...copied }, 2],
    [{ type: 'blackness', mask }, 1],
    [{ type: 'whiteness', mask }, 1],
    [{ type: 'inverse', mask }, 1],
    [{ type: 'rop3', source: image, sourceArea, brush: pattern(image), rop3: 3, scaleMode: 1, mask }, 3],
    [
      {
        type: 'stroke',
        path: [],
        attributes: 0,
        style: [],
        brush: pattern(image),
        foreMode: 8,
        backMode: 8,
      },
      1,
    ],
    [
      {
        type: 'text',
        stringFlags: 1,
        glyphs: [
          { position: { x: 0, y: 0 }, origin: { x: 0, y: 0 }, width: 8, height: 1, data: Uint8Array.of(9) },
        ],
        backArea: sourceArea,
        foreBrush: pattern(image),
        backBrush: pattern(image),
        foreMode: 8,
        backMode: 8,
      },
      2,
    ],
    [{ type: 'transparent', source: image, sourceArea, sourceColor: 0, trueColor: 0 }, 1],
    [{ type: 'alphaBlend', alphaFlags: 0, alpha: 9, source: image, sourceArea }, 1],
    [
      {
        type: 'composite',
        flags: 0,
        source: image,
        mask: image,
        sourceTransform: null,
        maskTransform: null,
        sourceOrigin: { x: 0, y: 0 },
        maskOrigin: { x: 0, y: 0 },
      },
      2,
    ],
  ];
};

/** Every byte array inside a value. */
const byteArrays = (value: unknown): Uint8Array[] => {
  if (value instanceof Uint8Array) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(byteArrays);
};

describe('the images of a command', () => {
  it.each(operations(bitmap).map(([operation, count]) => [operation.type, operation, count] as const))(
    'are all found: %s',
    (_, operation, count) => {
      const found: Image[] = [];
      visitImages(operation, (image) => found.push(image));
      expect(found.length).toBe(count);
    },
  );

  it('name every surface that is read, once', () => {
    for (const [operation, count] of operations(surface(7))) {
      expect(sourceSurfaces(operation)).toEqual(count === 0 ? [] : [7]);
    }
    const fromTwo: DrawOperation = {
      type: 'fill',
      brush: pattern(surface(3)),
      rop: 8,
      mask: masked(surface(0)),
    };
    expect(sourceSurfaces(fromTwo)).toEqual([3, 0]);
  });

  it('cost at least their bytes', () => {
    for (const image of [bitmap, quic]) {
      const { content } = image;
      const bytes = content.type === 'surface' ? 0 : content.data.length;
      for (const [operation, count] of operations(image)) {
        expect(drawableCost(drawable(operation, sourceArea))).toBeGreaterThanOrEqual(bytes * count);
      }
    }
    const clip = Array.from({ length: 100 }, () => sourceArea);
    expect(drawableCost(drawable(solid(1), sourceArea, { clip }))).toBeGreaterThan(100 * 16);
  });
});

it('knows which commands read what they cover', () => {
  const copy = { sourceArea, rop: 8, scaleMode: 1, mask: noMask } as const;
  expect(readsSelfBitmap({ type: 'copy', source: null, ...copy })).toBe(true);
  expect(readsSelfBitmap({ type: 'copy', source: bitmap, ...copy })).toBe(false);
  expect(readsSelfBitmap({ type: 'copyBits', source: { x: 0, y: 0 } })).toBe(false);
  expect(readsSelfBitmap(solid(3))).toBe(false);
});

describe('visibleBounds', () => {
  const anyRect = fc
    .tuple(fc.integer({ min: -5, max: 25 }), fc.integer({ min: -5, max: 25 }), fc.nat(20), fc.nat(20))
    .map(([left, top, width, height]) => rect(left, top, left + width, top + height));

  it('holds exactly the rows and columns with visible pixels', () => {
    fc.assert(
      fc.property(anyRect, fc.option(fc.array(anyRect, { maxLength: 4 })), (box, clip) => {
        let left = 99;
        let top = 99;
        let right = -99;
        let bottom = -99;
        for (let y = 0; y < 16; y++) {
          for (let x = 0; x < 20; x++) {
            const inside = (r: typeof box): boolean =>
              x >= r.left && x < r.right && y >= r.top && y < r.bottom;
            if (!inside(box) || (clip !== null && !clip.some(inside))) continue;
            left = Math.min(left, x);
            top = Math.min(top, y);
            right = Math.max(right, x + 1);
            bottom = Math.max(bottom, y + 1);
          }
        }
        const bounds = visibleBounds(drawable(solid(1), box, { clip }), 20, 16);
        if (left === 99) expect(bounds.right <= bounds.left || bounds.bottom <= bounds.top).toBe(true);
        else expect(bounds).toEqual(rect(left, top, right, bottom));
      }),
    );
  });
});

describe('retainDrawable', () => {
  it('shares no byte with the command, and is equal to it', () => {
    for (const image of [bitmap, quic, surface(3)]) {
      for (const [operation] of operations(image)) {
        const original = drawable(operation, sourceArea, { clip: [sourceArea] });
        const kept = retainDrawable(original);
        expect(kept).toEqual(original);
        const buffers = new Set(byteArrays(original).map(({ buffer }) => buffer));
        for (const bytes of byteArrays(kept)) expect(buffers.has(bytes.buffer)).toBe(false);
      }
    }
  });

  it('copies nothing of a command without pixels', () => {
    const plain = drawable(solid(1), sourceArea);
    expect(retainDrawable(plain)).toBe(plain);
  });
});
