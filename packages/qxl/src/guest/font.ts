/** A font of 5x9 points (7 above the base line, 2 below) with the letters of ASCII. */
export const glyphSize = { width: 5, height: 9, advance: 6, line: 11 } as const;

/** The letters from the space on, 9 rows each, one base-32 digit a row, the left point in its highest bit. */
const rows = (
  '000000000 444440400 aaa000000 aavavaa00 4fke5u400 op248j300 cik8lid00 448000000 248884200 842224800 ' +
  '04lel4000 044v44000 000004480 000v00000 00000cc00 01248g000 ehjlphe00 4c4444e00 eh1248v00 v2421he00 ' +
  '26aiv2200 vgu11he00 68guhhe00 v12488800 ehhehhe00 ehhf12c00 0cc0cc000 0cc0c4800 248g84200 00v0v0000 ' +
  '842124800 eh1240400 eh1dlle00 ehhvhhh00 uhhuhhu00 ehggghe00 sihhhis00 vgguggv00 vgguggg00 ehgnhhf00 ' +
  'hhhvhhh00 e44444e00 72222ic00 hikokih00 ggggggv00 hrllhhh00 hhpljhh00 ehhhhhe00 uhhuggg00 ehhhlid00 ' +
  'uhhukih00 fgge11u00 v44444400 hhhhhhe00 hhhhha400 hhhllla00 hha4ahh00 hhha44400 v1248gv00 e88888e00 ' +
  '0g8421000 e22222e00 4ah000000 0000000v0 842000000 00e1fhf00 ggmphhu00 00egghe00 11djhhf00 00ehvge00 ' +
  '698s88800 00fhhf1e0 ggmphhh00 40c444e00 206222ic0 ggikoki00 c44444e00 00qlllh00 00mphhh00 00ehhhe00 ' +
  '00uhhugg0 00fhhf110 00mpggg00 00fge1u00 88s889600 00hhhjd00 00hhha400 00hhlla00 00ha4ah00 00hhhf1e0 ' +
  '00v248v00 244844200 444444400 844244800 008l20000'
).split(' ');
const firstLetter = 32;

/** Whether the point at column `x`, row `y` of a letter is set; letters outside ASCII are question marks. */
export function isSet(letter: string, x: number, y: number): boolean {
  if (x >= glyphSize.width || y >= glyphSize.height) return false;
  const glyph = rows[(letter.codePointAt(0) ?? 0) - firstLetter] ?? rows['?'.charCodeAt(0) - firstLetter];
  return ((Number.parseInt(glyph[y], 32) >> (glyphSize.width - 1 - x)) & 1) === 1;
}

/** Puts a line of text into 32-bit pixels `width` wide, with its upper left corner at (x, y). */
export function drawText(
  pixels: { readonly width: number; readonly data: Uint8Array },
  text: string,
  at: { readonly x: number; readonly y: number; readonly color: number; readonly scale?: number },
): void {
  const scale = at.scale ?? 1;
  const view = new DataView(pixels.data.buffer, pixels.data.byteOffset, pixels.data.byteLength);
  for (let index = 0; index < text.length; index++) {
    const left = at.x + index * glyphSize.advance * scale;
    for (let y = 0; y < glyphSize.height * scale; y++) {
      for (let x = 0; x < glyphSize.width * scale; x++) {
        if (left + x >= pixels.width || !isSet(text[index], Math.floor(x / scale), Math.floor(y / scale)))
          continue;
        const offset = ((at.y + y) * pixels.width + left + x) * 4;
        if (offset + 4 <= pixels.data.length) view.setUint32(offset, at.color, true);
      }
    }
  }
}
