import type { Bitmap, Drawable } from '@lazyspice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bitmap32,
  copyImage,
  difference,
  drawable,
  imageOf,
  noMask,
} from '../../../../test/support/spice/commands.js';
import { Canvas } from '../display/canvas/canvas.js';
import { rect } from '../display/geometry/rect.js';
import { croppedCopy } from './crop-copy.js';

const side = 24;
const surface = rect(0, 0, side, side);

/** A bitmap with rows of `padding` bytes too many, whose last row may lack them. */
const bitmap = (
  width: number,
  height: number,
  format: Bitmap['format'],
  topDown: boolean,
  padding: number,
  short: boolean,
): Bitmap => {
  const pixelBytes = { 6: 2, 7: 3, 8: 4, 9: 4 }[format as 6 | 7 | 8 | 9];
  const stride = Math.ceil((width * pixelBytes) / 4) * 4 + padding * 4;
  const wide = bitmap32(stride, height, (x, y) => Math.imul(x * 31 + y * 977 + 1, 0x9e37_79b1) >>> 0);
  const data = wide.data.slice(0, stride * height - (short ? stride - width * pixelBytes : 0));
  return { ...wide, format, topDown, width, height, stride, data };
};

const canvasWith = (command: Drawable): Canvas => {
  const canvas = new Canvas();
  canvas.createSurface({ id: 0, format: 32, width: side, height: side, stride: 0, data: null });
  canvas.surface(0)?.words.fill(0x5a5a5a);
  canvas.draw(command);
  return canvas;
};

/** The command as it is sent. */
const cropped = (command: Drawable): Drawable => {
  const { operation } = command;
  if (operation.type !== 'copy' || operation.source === null) throw new Error('not a copy');
  const { box, source, sourceArea } = croppedCopy(
    command,
    operation.source,
    operation.sourceArea,
    operation.mask,
  );
  return { ...command, box, operation: { ...operation, source, sourceArea } };
};

const part = (limit: number) =>
  fc
    .tuple(fc.nat(limit - 1), fc.integer({ min: 1, max: limit }))
    .map(([from, length]) => [from, Math.min(limit, from + length)] as const);

const copies = fc
  .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }))
  .chain(([width, height]) =>
    fc.record({
      content: fc
        .record({
          format: fc.constantFrom<Bitmap['format'][]>(6, 7, 8, 9),
          topDown: fc.boolean(),
          padding: fc.nat(2),
          short: fc.boolean(),
        })
        .map(({ format, topDown, padding, short }) => bitmap(width, height, format, topDown, padding, short)),
      across: part(width),
      down: part(height),
      at: fc.tuple(fc.nat(side - 1), fc.nat(side - 1)),
      clip: fc.option(
        fc.array(
          fc.tuple(part(side), part(side)).map(([x, y]) => rect(x[0], y[0], x[1], y[1])),
          { maxLength: 3 },
        ),
      ),
      rop: fc.constantFrom(8, 16, 32, 64, 9, 8 | 1024),
    }),
  )
  .map(({ content, across, down, at, clip, rop }) => {
    const width = Math.min(across[1] - across[0], side - at[0]);
    const height = Math.min(down[1] - down[0], side - at[1]);
    const area = rect(across[0], down[0], across[0] + width, down[0] + height);
    const box = rect(at[0], at[1], at[0] + width, at[1] + height);
    return drawable(copyImage(imageOf(content), area, rop), box, { clip });
  });

describe('a copy that is cropped', () => {
  it('paints the same pixels', () => {
    fc.assert(
      fc.property(copies, (command) => {
        expect(difference(canvasWith(command), canvasWith(cropped(command)), 0)).toBe(null);
      }),
      { numRuns: 1000 },
    );
  });

  it('carries no more rows than are used, and no more columns unless it is whole', () => {
    fc.assert(
      fc.property(copies, (command) => {
        const before = command.operation as Extract<Drawable['operation'], { type: 'copy' }>;
        const { source, sourceArea, box } = croppedCopy(
          command,
          before.source as never,
          before.sourceArea,
          noMask,
        );
        const used = sourceArea.right - sourceArea.left;
        expect(box.right - box.left).toBe(used);
        if (source === before.source) return;
        expect([source.width, source.height]).toEqual([used, box.bottom - box.top]);
        expect(source.content).toMatchObject({ width: used, height: box.bottom - box.top });
      }),
    );
  });
});

describe('a copy is left as it is', () => {
  const content = bitmap(10, 10, 8, true, 0, false);
  const whole = rect(0, 0, 10, 10);
  it.each([
    ['that is whole', drawable(copyImage(imageOf(content), whole), whole)],
    ['that is scaled', drawable(copyImage(imageOf(content), rect(0, 0, 5, 5)), whole)],
    [
      'that is masked',
      drawable(
        {
          ...copyImage(imageOf(content), rect(0, 0, 5, 5)),
          mask: { ...noMask, image: imageOf(content) },
        } as never,
        rect(0, 0, 5, 5),
      ),
    ],
    [
      'whose pixels share bytes',
      drawable(copyImage(imageOf({ ...content, format: 5 }), rect(0, 0, 5, 5)), rect(0, 0, 5, 5)),
    ],
    ['that nothing is seen of', drawable(copyImage(imageOf(content), whole), whole, { clip: [] })],
    [
      'from a surface',
      drawable(
        copyImage({ ...imageOf(content), content: { type: 'surface', surfaceId: 1 } }, rect(0, 0, 5, 5)),
        surface,
      ),
    ],
  ])('%s', (_, command) => {
    const operation = command.operation as Extract<Drawable['operation'], { type: 'copy' }>;
    const parts = croppedCopy(command, operation.source as never, operation.sourceArea, operation.mask);
    expect(parts.source).toBe(operation.source);
    expect(parts.box).toBe(command.box);
    expect(parts.sourceArea).toBe(operation.sourceArea);
  });
});
