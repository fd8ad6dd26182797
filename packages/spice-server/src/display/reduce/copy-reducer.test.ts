import type { Drawable } from '@lazyspice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Canvas } from '../canvas/canvas.js';
import { CopyReducer } from './copy-reducer.js';

const [width, height] = [160, 128];

function canvasWith(words: Uint32Array): Canvas {
  const canvas = new Canvas();
  const data = new Uint8Array(words.buffer);
  canvas.createSurface({ id: 0, format: 32, width, height, stride: width * 4, data });
  return canvas;
}

interface Picture {
  readonly words: Uint32Array;
  readonly topDown?: boolean;
  readonly flags?: number;
  readonly id?: bigint;
}

/** A copy of the whole surface's size onto `box`. */
function copy(picture: Picture, box = { top: 0, left: 0, bottom: height, right: width }): Drawable {
  const { words, topDown = true, flags = 0, id = 1n } = picture;
  const rows = new Uint32Array(words.length);
  for (let y = 0; y < height; y++) {
    const from = topDown ? y : height - 1 - y;
    rows.set(words.subarray(from * width, (from + 1) * width), y * width);
  }
  const content = {
    type: 'bitmap',
    format: 8,
    topDown,
    unstable: false,
    width,
    height,
    stride: width * 4,
    palette: null,
    data: new Uint8Array(rows.buffer),
  } as const;
  return {
    surfaceId: 0,
    box,
    clip: null,
    effect: 1,
    mmTime: 0,
    selfBitmapArea: null,
    dependencies: [],
    operation: {
      type: 'copy',
      source: { id, flags, width, height, content },
      sourceArea: box,
      rop: 8,
      scaleMode: 0,
      mask: { flags: 0, position: { x: 0, y: 0 }, image: null },
    },
  };
}

/** A picture whose rows all differ, so that a scroll can be told. */
const textured = (seed: number): Uint32Array =>
  Uint32Array.from({ length: width * height }, (_, i) => Math.imul(i + seed, 0x9e3779b1) >>> 8);

function scrolledBy(words: Uint32Array, rows: number): Uint32Array {
  const moved = textured(7);
  for (let y = 0; y < height; y++) {
    const from = y + rows;
    if (from >= 0 && from < height) moved.set(words.subarray(from * width, (from + 1) * width), y * width);
  }
  return moved;
}

const drawAll = (canvas: Canvas, drawables: readonly Drawable[]): Uint32Array => {
  for (const drawable of drawables) canvas.draw(drawable);
  return canvas.surface(0)!.words;
};

const types = (drawables: readonly Drawable[]): string[] => drawables.map(({ operation }) => operation.type);

describe('CopyReducer', () => {
  it('never changes what is drawn: random changes, moves, boxes, row orders and clips', () => {
    const change = fc.record({
      x: fc.nat(width - 1),
      y: fc.nat(height - 1),
      w: fc.integer({ min: 1, max: 60 }),
      h: fc.integer({ min: 1, max: 40 }),
      color: fc.nat(0xffffff),
    });
    const scene = fc.record({
      changes: fc.array(change, { maxLength: 6 }),
      shift: fc.integer({ min: -40, max: 40 }),
      topDown: fc.boolean(),
      left: fc.nat(40),
      top: fc.nat(30),
      clipped: fc.boolean(),
    });
    fc.assert(
      fc.property(scene, ({ changes, shift, topDown, left, top, clipped }) => {
        const before = textured(1);
        const after = scrolledBy(before, shift);
        for (const { x, y, w, h, color } of changes) {
          for (let row = y; row < Math.min(height, y + h); row++) {
            after.fill(color, row * width + x, row * width + Math.min(width, x + w));
          }
        }
        const drawable = copy({ words: after, topDown }, { top, left, bottom: height, right: width });
        const clip = clipped ? [{ top: top + 3, left: 0, bottom: height - 5, right: width - 9 }] : null;
        const command = { ...drawable, clip };
        const reduced = new CopyReducer().reduce(command, canvasWith(before.slice()).surface(0)!);
        expect(drawAll(canvasWith(before.slice()), reduced)).toEqual(
          drawAll(canvasWith(before.slice()), [command]),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('sends nothing for a copy that changes nothing', () => {
    const words = textured(1);
    expect(new CopyReducer().reduce(copy({ words }), canvasWith(words.slice()).surface(0)!)).toEqual([]);
  });

  it('sends only the changed part, without its unchanged edges', () => {
    const before = textured(1);
    const after = before.slice();
    for (let y = 50; y < 60; y++) after.fill(0, y * width + 30, y * width + 77);
    const [part, ...others] = new CopyReducer().reduce(
      copy({ words: after }),
      canvasWith(before).surface(0)!,
    );
    expect(others).toEqual([]);
    expect(part.box).toEqual({ top: 50, left: 30, bottom: 60, right: 77 });
  });

  it('moves a scrolled picture and copies what came into view', () => {
    const before = textured(1);
    const reduced = new CopyReducer().reduce(
      copy({ words: scrolledBy(before, 20) }),
      canvasWith(before).surface(0)!,
    );
    expect(types(reduced)).toEqual(['copyBits', 'copy']);
    expect(reduced[1].box).toEqual({ top: height - 20, left: 0, bottom: height, right: width });
  });

  it('leaves a picture alone that is new all over', () => {
    const drawable = copy({ words: textured(5) });
    expect(new CopyReducer().reduce(drawable, canvasWith(textured(1)).surface(0)!)).toEqual([drawable]);
  });

  it('leaves an image whole that the guest wants cached and sends again', () => {
    const reducer = new CopyReducer();
    const words = textured(1);
    const surface = canvasWith(words.slice()).surface(0)!;
    const drawable = copy({ words, flags: 1, id: 77n });
    expect(reducer.reduce(drawable, surface)).toEqual([]);
    expect(reducer.reduce(drawable, surface)).toEqual([drawable]);
  });

  it('leaves rops, masks, scaling and several clip rectangles alone', () => {
    const words = textured(1);
    const surface = canvasWith(words.slice()).surface(0)!;
    const plain = copy({ words });
    if (plain.operation.type !== 'copy') throw new Error('not a copy');
    const { operation } = plain;
    const others: Drawable[] = [
      { ...plain, operation: { ...operation, rop: 64 } },
      { ...plain, operation: { ...operation, sourceArea: { top: 0, left: 0, bottom: 64, right: 80 } } },
      { ...plain, operation: { ...operation, mask: { ...operation.mask, image: operation.source } } },
      { ...plain, clip: [plain.box, plain.box] },
    ];
    for (const drawable of others) expect(new CopyReducer().reduce(drawable, surface)).toEqual([drawable]);
  });
});
