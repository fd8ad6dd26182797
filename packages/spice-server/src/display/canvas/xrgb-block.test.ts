import { describe, expect, it } from 'vitest';
import { formats } from './raster.js';
import { xrgbBlock } from './xrgb-block.js';

const words = ({ bytes }: { bytes: Uint8Array }) => [...new Uint32Array(bytes.buffer)];

describe('surfaces as x8r8g8b8', () => {
  it.each([
    ['rgb555', formats.rgb555, [0x7c00, 0x03e0, 0x001f, 0x4210]],
    ['rgb565', formats.rgb565, [0xf800, 0x07e0, 0x001f, 0x8410]],
  ] as const)('%s', (_, format, pixels) => {
    // Rows of three pixels, padded to four.
    const cells = Uint16Array.from([...pixels.slice(0, 3), 0xffff, ...pixels.slice(1, 4), 0xffff]);
    const block = xrgbBlock({ bytes: new Uint8Array(cells.buffer), stride: 8, format }, 3);
    expect([block.format, block.stride]).toEqual([formats.xrgb, 12]);
    const grey = format === formats.rgb555 ? 0xff848484 : 0xff848284;
    expect(words(block)).toEqual([0xffff0000, 0xff00ff00, 0xff0000ff, 0xff00ff00, 0xff0000ff, grey]);
  });

  it('are black where there is no colour', () => {
    const block = xrgbBlock({ bytes: Uint8Array.of(1, 255, 9, 9), stride: 4, format: formats.a8 }, 2);
    expect(words(block).map((word) => word & 0xffffff)).toEqual([0, 0]);
  });
});
