import { describe, expect, it } from 'vitest';
import { drawText, glyphSize, isSet } from './font.js';

const printed = (letter: string): string[] =>
  Array.from({ length: glyphSize.height }, (_, y) =>
    Array.from({ length: glyphSize.width }, (_, x) => (isSet(letter, x, y) ? '#' : '.')).join(''),
  );

describe('the font', () => {
  it('has every printable letter of ASCII, each looking different', () => {
    const shapes = Array.from({ length: 95 }, (_, index) => printed(String.fromCharCode(32 + index)).join());
    expect(new Set(shapes).size).toBe(95);
    expect(shapes.filter((shape) => !shape.includes('#'))).toHaveLength(1);
  });

  it('looks like letters', () => {
    expect(printed('K').slice(0, 7)).toEqual(['#...#', '#..#.', '#.#..', '##...', '#.#..', '#..#.', '#...#']);
    expect(printed('ß')).toEqual(printed('?'));
  });

  it('is drawn inside the pixels only', () => {
    const pixels = { width: 4, data: new Uint8Array(4 * 3 * 4) };
    drawText(pixels, 'HH', { x: 0, y: 0, color: 1 });
    const words = [...new Uint32Array(pixels.data.buffer)];
    expect(words).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
  });
});
