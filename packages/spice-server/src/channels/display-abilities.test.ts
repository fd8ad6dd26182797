import type { Brush, Drawable, Image } from '@lazyspice/core';
import { describe, expect, it } from 'vitest';
import {
  bitmap32,
  copyImage,
  drawable,
  imageOf,
  noMask,
  solid,
} from '../../../../test/support/spice/commands.js';
import { rect } from '../display/geometry/rect.js';
import { capabilityWords } from '../link/link-policy.js';
import { displayCapabilities } from '../protocol/capabilities.js';
import { DisplayAbilities } from './display-abilities.js';

const { monitorsConfig, a8Surface } = displayCapabilities;
const full = new DisplayAbilities(capabilityWords([monitorsConfig, a8Surface]));
const html5 = new DisplayAbilities([0x310]);
const box = rect(0, 0, 4, 4);
const bitmap = imageOf(bitmap32(4, 4, () => 1));
const quic: Image = { ...bitmap, content: { type: 'quic', data: new Uint8Array(4) } };
const copyBits = drawable({ type: 'copyBits', source: { x: 1, y: 1 } }, box);
const surface: Image = { ...bitmap, content: { type: 'surface', surfaceId: 1 } };
const solidBrush: Brush = { type: 'solid', color: 1 };
const patternOf = (image: Image): Brush => ({ type: 'pattern', image, position: { x: 0, y: 0 } });
const rop3 = (code: number): Drawable => {
  const parts = { source: bitmap, sourceArea: box, brush: solidBrush, scaleMode: 1, mask: noMask } as const;
  return drawable({ type: 'rop3', rop3: code, ...parts }, box);
};
const text = (stringFlags: number, backArea = rect(0, 0, 0, 0), foreMode = 8): Drawable => {
  const brushes = { foreBrush: solidBrush, backBrush: solidBrush };
  return drawable(
    { type: 'text', stringFlags, glyphs: [], backArea, foreMode, backMode: 8, ...brushes },
    box,
  );
};
const stroke = (brush: Brush): Drawable => {
  const parts = { path: [], attributes: 0, style: [], foreMode: 8, backMode: 8 };
  return drawable({ type: 'stroke', brush, ...parts }, box);
};
const composite = drawable(
  {
    type: 'composite',
    flags: 3,
    source: bitmap,
    mask: null,
    sourceTransform: null,
    maskTransform: null,
    sourceOrigin: { x: 0, y: 0 },
    maskOrigin: { x: 0, y: 0 },
  },
  box,
);
const pattern = drawable(
  { type: 'fill', brush: { type: 'pattern', image: bitmap, position: { x: 0, y: 0 } }, rop: 8, mask: noMask },
  box,
);
const masked = drawable(
  { type: 'fill', brush: { type: 'solid', color: 1 }, rop: 8, mask: { ...noMask, image: bitmap } },
  box,
);

it('sends compositions to those who announce them', () => {
  const capable = new DisplayAbilities(capabilityWords([monitorsConfig, displayCapabilities.composite]));
  expect(capable.draw(composite)).toBe(true);
});

it('knows clients like spice-html5 by what they do not announce', () => {
  expect([full.isMinimal, html5.isMinimal]).toEqual([false, true]);
});

describe('surfaces', () => {
  it.each([
    [1, false, false],
    [8, true, false],
    [16, true, false],
    [32, true, true],
    [80, false, false],
    [96, true, true],
  ] as const)('of format %i', (format, forFull, forHtml5) => {
    expect([full.surfaceFormat(format), html5.surfaceFormat(format)]).toEqual([forFull, forHtml5]);
  });
});

describe('commands', () => {
  it.each<[string, Drawable, boolean, boolean]>([
    ['a solid fill', drawable(solid(1), box), true, true],
    ['a fill with another rop', drawable(solid(1, 64), box), true, false],
    ['a clipped fill', drawable(solid(1), box, { clip: [box] }), true, false],
    ['a fill off-screen', drawable(solid(1), box, { surfaceId: 1 }), true, false],
    ['a pattern', pattern, true, false],
    ['a masked fill', masked, true, false],
    ['a move', copyBits, true, true],
    ['a copy of a bitmap', drawable(copyImage(bitmap, box), box), true, false],
    ['a copy of QUIC data', drawable(copyImage(quic, box), box), true, false],
    ['an inversion', drawable({ type: 'inverse', mask: noMask }, box), true, false],
    ['a ternary operation', rop3(0xb8), true, false],
    ['a ternary operation of two operands', rop3(0x66), false, false],
    ['one-bit text', text(1), true, false],
    ['eight-bit text', text(4), false, false],
    ['text put on a back area', text(1, box), true, false],
    ['text mixed with a back area', text(1, box, 64), false, false],
    ['a line in one colour', stroke(solidBrush), true, false],
    ['a line in the pattern of a bitmap', stroke(patternOf(bitmap)), true, false],
    ['a line in the pattern of a surface', stroke(patternOf(surface)), false, false],
    ['a composition', composite, false, false],
  ])('%s', (_, command, forFull, forHtml5) => {
    expect([full.draw(command), html5.draw(command)]).toEqual([forFull, forHtml5]);
  });
});
