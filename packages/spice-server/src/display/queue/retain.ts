/** Copies of commands whose pixels lie in memory that will be used again. */
import type { Brush, Drawable, DrawOperation, Image, Mask } from '@lazyspice/core';

function retainImage<I extends Image | null>(image: I): I {
  if (image === null || image.content.type === 'surface') return image;
  return { ...image, content: { ...image.content, data: image.content.data.slice() } };
}

function retainBrush(brush: Brush): Brush {
  return brush.type === 'pattern' ? { ...brush, image: retainImage(brush.image) } : brush;
}

function retainMask(mask: Mask): Mask {
  return mask.image === null ? mask : { ...mask, image: retainImage(mask.image) };
}

function retainOperation(operation: DrawOperation): DrawOperation {
  switch (operation.type) {
    case 'nop':
    case 'copyBits':
      return operation;
    case 'fill':
      return { ...operation, brush: retainBrush(operation.brush), mask: retainMask(operation.mask) };
    case 'opaque':
    case 'rop3':
      return {
        ...operation,
        source: retainImage(operation.source),
        brush: retainBrush(operation.brush),
        mask: retainMask(operation.mask),
      };
    case 'copy':
    case 'blend':
      return { ...operation, source: retainImage(operation.source), mask: retainMask(operation.mask) };
    case 'blackness':
    case 'whiteness':
    case 'inverse':
      return { ...operation, mask: retainMask(operation.mask) };
    case 'stroke':
      return { ...operation, brush: retainBrush(operation.brush) };
    case 'text':
      return {
        ...operation,
        glyphs: operation.glyphs.map((glyph) => ({ ...glyph, data: glyph.data.slice() })),
        foreBrush: retainBrush(operation.foreBrush),
        backBrush: retainBrush(operation.backBrush),
      };
    case 'transparent':
    case 'alphaBlend':
      return { ...operation, source: retainImage(operation.source) };
    case 'composite':
      return { ...operation, source: retainImage(operation.source), mask: retainImage(operation.mask) };
  }
}

/** Whether a solid fill or a copy within surfaces: nothing in it points at pixel memory. */
function holdsNoPixels({ operation }: Drawable): boolean {
  if (operation.type === 'copyBits') return true;
  if (operation.type === 'fill') return operation.brush.type !== 'pattern' && operation.mask.image === null;
  return false;
}

/** The same drawable, safe to keep after the memory behind its pixels is used again. */
export function retainDrawable(drawable: Drawable): Drawable {
  if (holdsNoPixels(drawable)) return drawable;
  return { ...drawable, operation: retainOperation(drawable.operation) };
}
