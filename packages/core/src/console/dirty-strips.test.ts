import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findChanges, stripWidth } from './dirty-strips.js';

const width = 100;
const height = 20;
const whole = { top: 0, left: 0, bottom: height, right: width };
const frame = (pixels: Uint32Array) => ({ pixels, stride: width });

const spots = fc.array(fc.tuple(fc.nat(width - 1), fc.nat(height - 1), fc.nat(0xffffff)), { maxLength: 40 });

describe('findChanges', () => {
  it('covers each difference, overlaps nowhere and covers no row without a difference', () => {
    fc.assert(
      fc.property(spots, (changes) => {
        const mirror = new Uint32Array(width * height);
        const screen = mirror.slice();
        for (const [x, y, color] of changes) screen[y * width + x] = color;
        const covered = new Uint8Array(width * height);
        for (const { top, left, bottom, right } of findChanges(frame(screen), frame(mirror), whole)) {
          expect(left % stripWidth).toBe(0);
          for (let y = top; y < bottom; y++) {
            for (let strip = left; strip < right; strip += stripWidth) {
              const row = y * width;
              const end = Math.min(strip + stripWidth, right);
              expect(screen.subarray(row + strip, row + end).some((p) => p !== 0)).toBe(true);
            }
            for (let x = left; x < right; x++) covered[y * width + x]++;
          }
        }
        expect(covered.every((n) => n <= 1)).toBe(true);
        screen.forEach((p, i) => {
          if (p !== 0) expect(covered[i]).toBe(1);
        });
      }),
    );
  });

  it('joins strips with the same rows', () => {
    const screen = new Uint32Array(width * height).fill(0xffffff, 5 * width, 8 * width);
    const found = findChanges(frame(screen), frame(new Uint32Array(width * height)), whole);
    expect(found).toEqual([{ top: 5, left: 0, bottom: 8, right: width }]);
  });

  it('looks only inside the area', () => {
    const screen = new Uint32Array(width * height).fill(1);
    const area = { top: 2, left: 40, bottom: 4, right: 50 };
    expect(findChanges(frame(screen), frame(new Uint32Array(width * height)), area)).toEqual([area]);
  });

  it('does not take the unused byte for a difference', () => {
    const screen = new Uint32Array(width * height).fill(0xff000000);
    expect(findChanges(frame(screen), frame(new Uint32Array(width * height)), whole)).toEqual([]);
  });
});
