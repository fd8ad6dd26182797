/** QXL commands as tests write them. Colours are 0xRRGGBB, rectangles left, top, right, bottom. */
import type {
  Bitmap,
  Clip,
  Drawable,
  DrawOperation,
  Image,
  QxlCommand,
  Rect,
  SurfaceFormat,
} from '@lazyspice/core';
import type { Canvas } from '../../../packages/spice-server/src/display/canvas/canvas.js';
import { rect } from '../../../packages/spice-server/src/display/geometry/rect.js';

export const noMask = { flags: 0, position: { x: 0, y: 0 }, image: null } as const;
export const ropPut = 8;
export const xrgb = 32;
export const argb = 96;

export interface Placement {
  readonly surfaceId?: number;
  readonly clip?: Clip;
}

export const drawable = (operation: DrawOperation, box: Rect, placement: Placement = {}): Drawable => ({
  surfaceId: placement.surfaceId ?? 0,
  box,
  clip: placement.clip ?? null,
  effect: 0,
  mmTime: 0,
  selfBitmapArea: null,
  dependencies: [],
  operation,
});

export const draw = (operation: DrawOperation, box: Rect, placement: Placement = {}): QxlCommand => ({
  type: 'draw',
  drawable: drawable(operation, box, placement),
});

export const solid = (color: number, rop = ropPut): DrawOperation => ({
  type: 'fill',
  brush: { type: 'solid', color },
  rop,
  mask: noMask,
});

export const fill = (color: number, box: Rect, placement: Placement = {}): QxlCommand =>
  draw(solid(color), box, placement);

/** A 32-bit bitmap of these pixels, row by row from the top. */
export const bitmap32 = (width: number, height: number, pixel: (x: number, y: number) => number): Bitmap => {
  const data = new Uint8Array(width * height * 4);
  const view = new DataView(data.buffer);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) view.setUint32((y * width + x) * 4, pixel(x, y), true);
  }
  return {
    type: 'bitmap',
    format: 8,
    topDown: true,
    unstable: false,
    width,
    height,
    stride: width * 4,
    palette: null,
    data,
  };
};

export const imageOf = (bitmap: Bitmap, id = 0n, flags = 0): Image => ({
  id,
  flags,
  width: bitmap.width,
  height: bitmap.height,
  content: bitmap,
});

/** Copies the part `sourceArea` of an image into the box. */
export const copyImage = (source: Image | null, sourceArea: Rect, rop = ropPut): DrawOperation => ({
  type: 'copy',
  source,
  sourceArea,
  rop,
  scaleMode: 1,
  mask: noMask,
});

/** Paints a whole bitmap at a place. */
export const paint = (bitmap: Bitmap, left: number, top: number, placement: Placement = {}): QxlCommand => {
  const { width, height } = bitmap;
  const box = rect(left, top, left + width, top + height);
  return draw(copyImage(imageOf(bitmap), rect(0, 0, width, height)), box, placement);
};

/** Copies a part of a surface to a place. */
export const copySurface = (
  from: { readonly id: number; readonly width: number; readonly height: number },
  area: Rect,
  left: number,
  top: number,
  placement: Placement = {},
): QxlCommand => {
  const box = rect(left, top, left + area.right - area.left, top + area.bottom - area.top);
  const { id: surfaceId, width, height } = from;
  const source: Image = { id: 0n, flags: 0, width, height, content: { type: 'surface', surfaceId } };
  return draw(copyImage(source, area), box, placement);
};

/** Moves pixels within a surface: what was at x, y comes to the box. */
export const scroll = (box: Rect, x: number, y: number, placement: Placement = {}): QxlCommand =>
  draw({ type: 'copyBits', source: { x, y } }, box, placement);

/** A command that clients are not sent as it is. */
export const invert = (box: Rect, placement: Placement = {}): QxlCommand =>
  draw({ type: 'inverse', mask: noMask }, box, placement);

export const createPrimary = (
  width: number,
  height: number,
  options: {
    readonly format?: SurfaceFormat;
    readonly data?: Uint8Array;
    readonly mouseAllowed?: boolean;
  } = {},
): QxlCommand => {
  const { format = xrgb, data = null, mouseAllowed = true } = options;
  const bytes = format === 16 ? 2 : 4;
  return { type: 'primaryCreate', format, width, height, stride: width * bytes, mouseAllowed, data };
};

export const createSurface = (
  surfaceId: number,
  width: number,
  height: number,
  options: { readonly format?: SurfaceFormat; readonly data?: Uint8Array } = {},
): QxlCommand => {
  const { format = xrgb, data = null } = options;
  const bytes = format === 16 ? 2 : format === 8 ? 1 : 4;
  const stride = Math.ceil((width * bytes) / 4) * 4;
  return { type: 'surfaceCreate', surfaceId, format, width, height, stride, data };
};

export interface DifferenceOptions {
  /** The top byte of an xRGB pixel does not count. */
  readonly ignoreUnused?: boolean;
  /** Where channels may be off by `tolerance`; 16-bit ones by one step. */
  readonly rough?: (x: number, y: number) => boolean;
  readonly tolerance?: number;
}

/** Whether no channel of two words of pixels is off by more. */
function isNear(a: number, b: number, bits: number, tolerance: number): boolean {
  const [step, limit] = bits === 16 ? [5, 1] : [8, tolerance];
  for (let half = 0; half < 32; half += bits) {
    for (let shift = half; shift + step <= half + bits; shift += step) {
      const mask = (1 << step) - 1;
      if (Math.abs(((a >>> shift) & mask) - ((b >>> shift) & mask)) > limit) return false;
    }
  }
  return true;
}

/** Why two canvases show different pixels on a surface; null: they show the same. */
export function difference(
  a: Canvas,
  b: Canvas,
  surfaceId: number,
  options: DifferenceOptions = {},
): string | null {
  const one = a.surface(surfaceId);
  const two = b.surface(surfaceId);
  if (one === undefined || two === undefined) {
    return one === two ? null : `surface ${surfaceId} is ${one === undefined ? 'only there' : 'not there'}`;
  }
  if (one.width !== two.width || one.height !== two.height || one.format !== two.format) {
    return `${one.width}x${one.height} format ${one.format}, ${two.width}x${two.height} format ${two.format}`;
  }
  // The top byte of an xRGB pixel is not seen, and compressed images do not carry it.
  const mask = options.ignoreUnused && one.format === xrgb ? 0x00ff_ffff : 0xffff_ffff;
  const perRow = one.stride / 4;
  const bits = one.format & 0x3f;
  // Nor is what pads a row.
  const padded = perRow * 32 - one.width * bits;
  for (let i = 0; i < one.words.length; i++) {
    const seen = i % perRow === perRow - 1 ? mask >>> padded : mask;
    if (((one.words[i] ^ two.words[i]) & seen) === 0) continue;
    const at = [((i % perRow) * 32) / bits, Math.floor(i / perRow)] as const;
    const isRough = options.rough?.(...at) || (bits === 16 && options.rough?.(at[0] + 1, at[1]));
    if (isRough && isNear(one.words[i] & mask, two.words[i] & mask, bits, options.tolerance ?? 0)) continue;
    const place = `word ${i % perRow} of row ${Math.floor(i / perRow)}`;
    return `surface ${surfaceId}, ${place}: ${one.words[i].toString(16)}, ${two.words[i].toString(16)}`;
  }
  return null;
}
