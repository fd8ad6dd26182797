import { BitmapFormat, ImageFlags, type Rect } from '@lazyspice/core';
import { CanvasError } from './errors.js';
import { packBits } from './pixel-conversion.js';
import { bitmapSource, copyRaster, type PixelSource, surfaceSource, unpackSurface } from './pixel-source.js';
import { cellBits } from './raster.js';
import { Surface } from './surface.js';

/**
 * The pixels under the area as they are before the command, as a source of its own. Of a 32-bit surface it is a
 * bitmap; only one of an off-screen surface can have alpha: when some top byte is neither 0 nor 255
 * (display pipeline §3, step 5).
 */
export const selfBitmap = (surface: Surface, area: Rect): PixelSource => {
  const { left, top, right, bottom } = area;
  if (
    !(
      left >= 0 &&
      top >= 0 &&
      left < right &&
      top < bottom &&
      right <= surface.width &&
      bottom <= surface.height
    )
  ) {
    throw new CanvasError('source-area', 'the self bitmap does not lie inside the surface');
  }
  return cellBits(surface.format) === 32 ? wordBitmap(surface, area) : surfaceCopy(surface, area);
};

const wordBitmap = (surface: Surface, area: Rect): PixelSource => {
  const { cells } = copyRaster(surface.raster!, area);
  let isSet = false;
  let isMixed = false;
  if (surface.id !== 0) {
    for (let i = 0; i < cells.length && !isMixed; i++) {
      const alpha = cells[i] >>> 24;
      if (alpha === 255) isSet = true;
      else if (alpha !== 0) isMixed = true;
    }
  }
  const width = area.right - area.left;
  return bitmapSource(
    {
      type: 'bitmap',
      format: isMixed ? BitmapFormat.values.rgba : BitmapFormat.values.rgb32,
      topDown: true,
      unstable: false,
      width,
      height: area.bottom - area.top,
      stride: width * 4,
      palette: null,
      data: new Uint8Array(cells.buffer),
    },
    isSet && !isMixed ? ImageFlags.bits.highBitsSet : 0,
  );
};

const surfaceCopy = (surface: Surface, area: Rect): PixelSource => {
  const copy = new Surface(surface.id, surface.format, area.right - area.left, area.bottom - area.top);
  if (surface.raster === null || copy.raster === null) {
    const { cells } = unpackSurface(surface, area);
    const { width, height } = copy;
    packBits(copy.bytes, copy.stride, {
      ...{ format: copy.format, cells, base: 0, pitch: width },
      ...{ left: 0, top: 0, right: width, bottom: height },
    });
  } else {
    const { cells } = copyRaster(surface.raster, area);
    for (let y = 0; y < copy.height; y++) {
      const row = y * copy.width;
      copy.raster.cells.set(cells.subarray(row, row + copy.width), y * copy.raster.pitch);
    }
  }
  return surfaceSource(copy);
};
