import type { Drawable, QxlCommand } from '@lazyspice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bitmap32,
  createSurface,
  difference,
  fill,
  imageOf,
  paint,
  scroll,
} from '../../../../../test/support/spice/commands.js';
import { Canvas } from '../canvas/canvas.js';
import { CanvasError } from '../canvas/errors.js';
import { rect } from '../geometry/rect.js';
import { CopyReducer } from './copy-reducer.js';

const side = 24;

/** A surface and what a client that is told the cheaper commands has of it. */
class Pair {
  readonly canvas = new Canvas();
  readonly client = new Canvas();
  readonly #reducer = new CopyReducer();

  constructor(format: 32 | 96 = 32) {
    for (const canvas of [this.canvas, this.client]) {
      canvas.createSurface({ id: 1, format, width: side, height: side, stride: side * 4, data: null });
    }
  }

  /** Returns what the client is told. */
  draw(command: QxlCommand): readonly Drawable[] {
    if (command.type !== 'draw') throw new Error(`${command.type} does not draw`);
    const surface = this.canvas.surface(1);
    if (surface === undefined) throw new Error('no surface');
    const told = this.#reducer.reduce(command.drawable, surface);
    try {
      this.canvas.draw(command.drawable);
    } catch (error) {
      // Refused: nobody is told.
      if (error instanceof CanvasError) return [];
      throw error;
    }
    for (const part of told) this.client.draw(part);
    return told;
  }

  types(command: QxlCommand): string[] {
    return this.draw(command).map(({ operation }) => operation.type);
  }

  fault(): string | null {
    return difference(this.canvas, this.client, 1);
  }
}

const on = { surfaceId: 1 };
const letter = (seed: number, width = 5, height = 4) =>
  bitmap32(width, height, (x, y) => ((seed >> (x + y)) & 1 ? 0xffffff : 0x123456));

describe('small commands', () => {
  it('that paint one colour become fills, and fills moves of what has the colour', () => {
    const pair = new Pair();
    const white = bitmap32(6, 6, () => 0xffffff);
    expect(pair.types(paint(white, 0, 0, on))).toEqual(['fill']);
    expect(pair.types(paint(white, 10, 3, on))).toEqual(['copyBits']);
    expect(pair.types(fill(0xffffff, rect(12, 12, 15, 18), on))).toEqual(['copyBits']);
    expect(pair.types(fill(0xffffff, rect(0, 0, 20, 20), on))).toEqual(['fill']);
    expect(pair.fault()).toBe(null);
  });

  it('that paint what is elsewhere become moves, and those that change nothing nothing', () => {
    const pair = new Pair();
    expect(pair.types(paint(letter(9), 1, 1, on))).toEqual(['copy']);
    expect(pair.types(paint(letter(9), 10, 10, on))).toEqual(['copyBits']);
    expect(pair.types(paint(letter(9), 10, 10, on))).toEqual([]);
    expect(pair.types(fill(0, rect(20, 20, 22, 22), on))).toEqual([]);
    expect(pair.types(fill(5, rect(1, 1, 3, 3), on))).toEqual(['fill']);
    expect(pair.types(paint(letter(9), 18, 2, on))).toEqual(['copy']);
    expect(pair.fault()).toBe(null);
  });

  it('stay what they are where a clip, a mask, a flag or another rop counts', () => {
    const pair = new Pair();
    pair.draw(fill(0xffffff, rect(0, 0, 9, 9), on));
    const clipped = fill(0xffffff, rect(12, 12, 16, 16), { ...on, clip: [rect(12, 12, 13, 13)] });
    expect(pair.types(clipped)).toEqual(['fill']);
    const xor = fill(0xffffff, rect(12, 4, 16, 8), on) as Extract<QxlCommand, { type: 'draw' }>;
    const operation = { ...xor.drawable.operation, rop: 64 } as Drawable['operation'];
    expect(pair.types({ ...xor, drawable: { ...xor.drawable, operation } })).toEqual(['fill']);
    const highBits = paint(letter(0), 3, 15, on) as Extract<QxlCommand, { type: 'draw' }>;
    const copy = highBits.drawable.operation as Extract<Drawable['operation'], { type: 'copy' }>;
    const flagged = { ...copy, source: imageOf(letter(0), 0n, 2) };
    expect(pair.types({ ...highBits, drawable: { ...highBits.drawable, operation: flagged } })).toEqual([
      'copy',
    ]);
    expect(pair.fault()).toBe(null);
  });

  it('have the same effect, whatever is drawn', () => {
    const place = fc.record({ x: fc.nat(side), y: fc.nat(side) });
    const area = fc
      .tuple(place, fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }))
      .map(([{ x, y }, w, h]) => rect(x, y, x + w, y + h));
    const command = fc.oneof(
      fc.tuple(fc.constantFrom(0, 0xffffff, 0xff00_00ff), area).map(([color, box]) => fill(color, box, on)),
      fc
        .tuple(fc.nat(3), place, fc.integer({ min: 1, max: 6 }))
        .map(([seed, { x, y }, size]) => paint(letter(seed, size, 3), x, y, on)),
      fc.tuple(area, place).map(([box, { x, y }]) => scroll(box, x, y, on)),
    );
    fc.assert(
      fc.property(
        fc.array(command, { maxLength: 60, size: 'max' }),
        fc.constantFrom(32, 96),
        (commands, format) => {
          const pair = new Pair(format as 32 | 96);
          for (const each of commands) {
            pair.draw(each);
            expect(pair.fault()).toBe(null);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

it('surfaces that share an id in turn are looked at as they are', () => {
  const pair = new Pair();
  pair.draw(paint(letter(9), 1, 1, on));
  for (const canvas of [pair.canvas, pair.client]) {
    canvas.destroySurface(1);
    const again = createSurface(1, 5, 4, { format: 32 });
    if (again.type === 'surfaceCreate') canvas.createSurface({ ...again, id: 1 });
  }
  expect(pair.types(paint(letter(9), 0, 0, on))).toEqual(['copy']);
  expect(pair.fault()).toBe(null);
});
