import { RopBits } from '@lazyspice/core';

/**
 * Every bitwise drawing operation is one of the 256 functions of three bits: pattern (brush), source and
 * destination. A code's bit P*4 + S*2 + D is the function's value for those inputs; applied to whole pixels it
 * acts on each bit alone.
 */
export type TernaryCode = number;

/** The inputs themselves, as codes. */
export const pattern = 0xf0;
export const source = 0xcc;
export const destination = 0xaa;

const invert = (code: number): number => code ^ 0xff;

/**
 * The function a ROP descriptor names for first input `s` and second input `d`, each a code of its own; `sInverse`
 * and `dInverse` are the descriptor bits that invert them (display pipeline §11.3).
 */
const describe = (rop: number, s: number, sInverse: number, d: number, dInverse: number): TernaryCode => {
  const first = (rop & sInverse) !== 0 ? invert(s) : s;
  const second = (rop & dInverse) !== 0 ? invert(d) : d;
  const result = (code: number): number => ((rop & RopBits.inverseResult) !== 0 ? invert(code) : code);
  if ((rop & RopBits.put) !== 0) return result(first);
  if ((rop & RopBits.or) !== 0) return result(first | second);
  if ((rop & RopBits.and) !== 0) return result(first & second);
  if ((rop & RopBits.xor) !== 0) return result(first ^ second);
  if ((rop & RopBits.blackness) !== 0) return 0;
  if ((rop & RopBits.whiteness) !== 0) return 0xff;
  if ((rop & RopBits.inverse) !== 0) return invert(d);
  return s;
};

/** FILL and STROKE: brush onto destination. */
export const fillCode = (rop: number): TernaryCode =>
  rop === RopBits.put
    ? pattern
    : describe(rop, pattern, RopBits.inverseBrush, destination, RopBits.inverseDestination);

/** COPY and BLEND: source image onto destination. */
export const copyCode = (rop: number): TernaryCode =>
  rop === RopBits.put
    ? source
    : describe(rop, source, RopBits.inverseSource, destination, RopBits.inverseDestination);

/** OPAQUE: brush onto source image; the destination's old pixels have no part. */
export const opaqueCode = (rop: number): TernaryCode =>
  describe(rop, pattern, RopBits.inverseBrush, source, RopBits.inverseSource);

/** OPAQUE where there is no source pixel: the old destination takes its place. */
export const opaqueWithoutSource = (code: TernaryCode): TernaryCode => {
  let result = 0;
  for (let bit = 0; bit < 8; bit++) {
    const p = bit >> 2;
    const d = bit & 1;
    if (((code >> (p * 4 + d * 2 + d)) & 1) !== 0) result |= 1 << bit;
  }
  return result;
};

export const usesPattern = (code: TernaryCode): boolean => ((code >> 4) & 0x0f) !== (code & 0x0f);
export const usesSource = (code: TernaryCode): boolean => ((code >> 2) & 0x33) !== (code & 0x33);

/**
 * The code as an exclusive-or of products of inputs (its algebraic normal form): bit P*4 + S*2 + D of the result says
 * that the product of those inputs takes part, bit 0 the constant. One branch-free loop then serves all codes.
 */
const normalForm = (code: number): number => {
  let form = code;
  form ^= (form & 0x55) << 1;
  form ^= (form & 0x33) << 2;
  form ^= (form & 0x0f) << 4;
  return form;
};
export const normalForms: Uint8Array = Uint8Array.from({ length: 256 }, (_, code) => normalForm(code));
