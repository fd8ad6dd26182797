/**
 * A font for machines without a VGA BIOS, which is who loads one otherwise: 5x7 letters drawn twice as high in the
 * 8x16 cells of a VGA, ASCII 0x20..0x7e, the lines and blocks that text screens are made of.
 */

/** Five columns a letter, top row in bit 0; 10 hexadecimal digits each, from the blank on. */
const columns =
  '0000000000 00005f0000 0007000700 147f147f14 242a7f2a12 2313086462 3649562050 0008070300 ' +
  '001c224100 0041221c00 2a1c7f1c2a 08083e0808 0080703000 0808080808 0000606000 2010080402 ' +
  '3e5149453e 00427f4000 7249494946 2141494d33 1814127f10 2745454539 3c4a494931 4121110907 ' +
  '3649494936 464949291e 0000140000 0040340000 0008142241 1414141414 0041221408 0201590906 ' +
  '3e415d594e 7c1211127c 7f49494936 3e41414122 7f4141413e 7f49494941 7f09090901 3e41415173 ' +
  '7f0808087f 00417f4100 2040413f01 7f08142241 7f40404040 7f021c027f 7f0408107f 3e4141413e ' +
  '7f09090906 3e4151215e 7f09192946 2649494932 03017f0103 3f4040403f 1f2040201f 3f4038403f ' +
  '6314081463 0304780403 6159494d43 007f414141 0204081020 004141417f 0402010204 4040404040 ' +
  '0003070800 2054547840 7f28444438 3844444428 384444287f 3854545418 00087e0902 18a4a49c78 ' +
  '7f08040478 00447d4000 2040403d00 7f10284400 00417f4000 7c04780478 7c08040478 3844444438 ' +
  'fc18242418 18242418fc 7c08040408 4854545424 04043f4424 3c4040207c 1c2040201c 3c4030403c ' +
  '4428102844 4c9090907c 4464544c44 0008364100 0000770000 0041360800 0201020402';

/** Which arms a line character has: up 1, down 2, left 4, right 8. */
const lines: Readonly<Record<number, number>> = {
  179: 3,
  180: 7,
  185: 7,
  186: 3,
  187: 6,
  188: 5,
  191: 6,
  192: 9,
  193: 13,
  194: 14,
  195: 11,
  196: 12,
  197: 15,
  200: 9,
  201: 10,
  202: 13,
  203: 14,
  204: 11,
  205: 12,
  206: 15,
  217: 5,
  218: 10,
};

function drawLetters(font: Uint8Array): void {
  columns.split(' ').forEach((hex, index) => {
    const at = (0x20 + index) * 32;
    for (let column = 0; column < 5; column++) {
      const points = Number.parseInt(hex.slice(column * 2, column * 2 + 2), 16);
      for (let y = 0; y < 8; y++) {
        if ((points & (1 << y)) === 0) continue;
        font[at + y * 2] |= 0x40 >> column;
        font[at + y * 2 + 1] |= 0x40 >> column;
      }
    }
  });
}

function drawLines(font: Uint8Array): void {
  for (const [code, arms] of Object.entries(lines)) {
    const at = Number(code) * 32;
    for (let y = 0; y < 16; y++) {
      if (y <= 7 ? arms & 1 : arms & 2) font[at + y] |= 0x18;
    }
    font[at + 7] |= (arms & 4 ? 0xf8 : 0) | (arms & 8 ? 0x1f : 0);
  }
}

function drawBlocks(font: Uint8Array): void {
  const fill = (code: number, from: number, to: number, even: number, odd: number): void => {
    for (let y = from; y < to; y++) font[code * 32 + y] = y % 2 === 0 ? even : odd;
  };
  fill(176, 0, 16, 0x22, 0x88);
  fill(177, 0, 16, 0x55, 0xaa);
  fill(178, 0, 16, 0xdd, 0x77);
  fill(219, 0, 16, 0xff, 0xff);
  fill(220, 8, 16, 0xff, 0xff);
  fill(221, 0, 16, 0xf0, 0xf0);
  fill(222, 0, 16, 0x0f, 0x0f);
  fill(223, 0, 8, 0xff, 0xff);
  fill(254, 5, 11, 0x7e, 0x7e);
}

let font: Uint8Array | null = null;

/** 256 glyphs of 32 bytes, the first 16 their rows, as in a VGA's plane 2. */
export function fallbackFont(): Uint8Array {
  if (font === null) {
    font = new Uint8Array(256 * 32);
    drawLetters(font);
    drawLines(font);
    drawBlocks(font);
  }
  return font;
}
