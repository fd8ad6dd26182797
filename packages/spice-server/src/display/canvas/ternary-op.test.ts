import { RopBits } from '@lazyspice/core';
import { describe, expect, it } from 'vitest';
import {
  copyCode,
  fillCode,
  normalForms,
  opaqueCode,
  opaqueWithoutSource,
  usesPattern,
  usesSource,
} from './ternary-op.js';

/** The value of a code for three bits. */
const bitOf = (code: number, p: number, s: number, d: number): number => (code >> (p * 4 + s * 2 + d)) & 1;

/** What a descriptor says of two bits, as one reads it (display pipeline §11.3). */
const described = (rop: number, s: number, sInverse: number, d: number, dInverse: number): number => {
  const first = (rop & sInverse) !== 0 ? 1 - s : s;
  const second = (rop & dInverse) !== 0 ? 1 - d : d;
  const flip = (rop & RopBits.inverseResult) !== 0 ? 1 : 0;
  if (rop & RopBits.put) return first ^ flip;
  if (rop & RopBits.or) return (first | second) ^ flip;
  if (rop & RopBits.and) return (first & second) ^ flip;
  if (rop & RopBits.xor) return first ^ second ^ flip;
  if (rop & RopBits.blackness) return 0;
  if (rop & RopBits.whiteness) return 1;
  if (rop & RopBits.inverse) return 1 - d;
  return s;
};

const bits = [0, 1] as const;
const triples = bits.flatMap((p) => bits.flatMap((s) => bits.map((d) => [p, s, d] as const)));

describe('ternary operations', () => {
  it('has a normal form for every code that gives its truth table', () => {
    for (let code = 0; code < 256; code++) {
      for (const [p, s, d] of triples) {
        let value = 0;
        for (let term = 0; term < 8; term++) {
          const takesPart = (normalForms[code] >> term) & 1;
          const product = (term & 4 ? p : 1) & (term & 2 ? s : 1) & (term & 1 ? d : 1);
          value ^= takesPart & product;
        }
        expect(value).toBe(bitOf(code, p, s, d));
      }
    }
  });

  it('turns every descriptor into the code of its command', () => {
    for (let rop = 0; rop < 2048; rop++) {
      for (const [p, s, d] of triples) {
        const { inverseSource, inverseBrush, inverseDestination } = RopBits;
        expect(bitOf(fillCode(rop), p, s, d)).toBe(described(rop, p, inverseBrush, d, inverseDestination));
        expect(bitOf(copyCode(rop), p, s, d)).toBe(described(rop, s, inverseSource, d, inverseDestination));
        expect(bitOf(opaqueCode(rop), p, s, d)).toBe(described(rop, p, inverseBrush, s, inverseSource));
      }
    }
  });

  it('knows which inputs a code depends on', () => {
    for (let code = 0; code < 256; code++) {
      const depends = (flip: (p: number, s: number, d: number) => number): boolean =>
        triples.some(([p, s, d]) => bitOf(code, p, s, d) !== flip(p, s, d));
      expect(usesPattern(code)).toBe(depends((p, s, d) => bitOf(code, 1 - p, s, d)));
      expect(usesSource(code)).toBe(depends((p, s, d) => bitOf(code, p, 1 - s, d)));
    }
  });

  it('lets the destination stand in for a missing source', () => {
    for (let code = 0; code < 256; code++) {
      for (const [p, s, d] of triples) {
        expect(bitOf(opaqueWithoutSource(code), p, s, d)).toBe(bitOf(code, p, d, d));
      }
    }
  });
});
