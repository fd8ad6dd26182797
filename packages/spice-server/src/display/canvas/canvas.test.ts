import type { Drawable, DrawOperation } from '@lazyspice/core';
import { describe, expect, it } from 'vitest';
import { rect } from '../geometry/rect.js';
import { Canvas } from './canvas.js';
import { formats } from './raster.js';

const noMask = { flags: 0, position: { x: 0, y: 0 }, image: null };
const put = 8;

const drawable = (
  operation: DrawOperation,
  box = rect(0, 0, 8, 8),
  rest: Partial<Drawable> = {},
): Drawable => ({
  surfaceId: 0,
  box,
  clip: null,
  effect: 0,
  mmTime: 0,
  selfBitmapArea: null,
  dependencies: [],
  operation,
  ...rest,
});
const fill = (color: number, rop = put): DrawOperation => ({
  type: 'fill',
  brush: { type: 'solid', color },
  rop,
  mask: noMask,
});
const canvasOf = (width = 8, height = 8, format: 1 | 8 | 16 | 80 | 32 | 96 = formats.xrgb): Canvas => {
  const canvas = new Canvas();
  canvas.createSurface({ id: 0, format, width, height, stride: 0, data: null });
  return canvas;
};

describe('Canvas', () => {
  it('fills a box with a colour', () => {
    const canvas = canvasOf(4, 3);
    canvas.draw(drawable(fill(0x112233), rect(1, 1, 3, 2)));
    expect([...canvas.surface(0)!.words]).toEqual([0, 0, 0, 0, 0, 0x112233, 0x112233, 0, 0, 0, 0, 0]);
  });

  it.each([1, 8, 16, 32] as const)('gives any part of a surface of format %i', (format) => {
    const canvas = canvasOf(8, 2, format);
    canvas.draw(drawable(fill(0xffffff), rect(3, 0, 4, 2)));
    canvas.draw(drawable(fill(0xffffff), rect(6, 1, 8, 2)));
    for (let left = 0; left < 8; left++) {
      for (let right = left + 1; right <= 8; right++) {
        const { bytes, stride } = canvas.readRect(0, rect(left, 0, right, 2));
        for (let x = left; x < right; x++) {
          const bit = (x - left) * format;
          const lit = [0, 1].map((y) => (bytes[y * stride + (bit >> 3)] >> (bit & 7)) & 1);
          expect(lit).toEqual([x === 3 ? 1 : 0, x === 3 || x >= 6 ? 1 : 0]);
        }
      }
    }
  });

  it('moves overlapping pixels in every direction', () => {
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
      [1, 1],
      [-1, -1],
      [1, -1],
      [-1, 1],
    ]) {
      const canvas = canvasOf(80, 80);
      const { words } = canvas.surface(0)!;
      words.forEach((_, i) => {
        words[i] = i;
      });
      canvas.draw(drawable({ type: 'copyBits', source: { x: 2 + dx, y: 2 + dy } }, rect(2, 2, 78, 78)));
      const wrong = words.filter((value, i) => {
        const x = i % 80;
        const y = (i - x) / 80;
        const inside = x >= 2 && x < 78 && y >= 2 && y < 78;
        return value !== (inside ? (y + dy) * 80 + x + dx : i);
      });
      expect(wrong.length).toBe(0);
    }
  });

  it('keeps the books of its surfaces', () => {
    const canvas = new Canvas({ bytes: 100, surfaces: 4, side: 16 });
    const request = { id: 1, format: formats.rgb565, width: 3, height: 4, stride: 0, data: null };
    expect(canvas.createSurface(request).stride).toBe(8);
    expect(canvas.surfaceBytes).toBe(32);
    const refused = (changes: object): string => {
      try {
        canvas.createSurface({ ...request, ...changes });
        return 'made';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(refused({})).toBe('surface-exists');
    expect(refused({ id: 4 })).toBe('surface-id');
    expect(refused({ id: 2, width: 17 })).toBe('surface-size');
    expect(refused({ id: 2, width: 0 })).toBe('surface-size');
    expect(refused({ id: 2, format: 7 })).toBe('surface-format');
    expect(refused({ id: 2, width: 9 })).toBe('surface-memory');
    expect(refused({ id: 2, data: new Uint8Array(29), stride: 8 })).toBe('surface-data');
    canvas.destroySurface(1);
    expect(canvas.surfaceBytes).toBe(0);
    expect(canvas.surface(1)).toBeUndefined();
    expect(refused({ id: 2, width: 9 })).toBe('made');
    canvas.destroyAll();
    expect([...canvas.surfaces()]).toEqual([]);
  });

  it('takes initial rows from the top or, with a negative stride, from the bottom', () => {
    const data = Uint8Array.from({ length: 12 }, (_, i) => i);
    const canvas = new Canvas();
    const request = { format: formats.a8, width: 3, height: 3, data };
    expect(canvas.createSurface({ ...request, id: 0, stride: 4 }).bytes).toEqual(
      Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
    );
    expect(canvas.createSurface({ ...request, id: 1, stride: -4 }).bytes).toEqual(
      Uint8Array.of(8, 9, 10, 0, 4, 5, 6, 0, 0, 1, 2, 0),
    );
  });

  it('reads areas back, tightly packed', () => {
    const canvas = canvasOf(5, 4, formats.rgb555);
    canvas.draw(drawable(fill(0x1234), rect(1, 1, 4, 4)));
    const read = canvas.readRect(0, rect(0, 1, 3, 3));
    expect(read.stride).toBe(8);
    expect(read.bytes).toEqual(
      Uint8Array.of(0, 0, 0x34, 0x12, 0x34, 0x12, 0, 0, 0, 0, 0x34, 0x12, 0x34, 0x12, 0, 0),
    );
    expect(() => canvas.readRect(0, rect(0, 0, 6, 1))).toThrow('cannot read');
  });
});
