/** What a drawable touches and holds: its visible area, the images and surfaces it reads, its memory. */
import type { Brush, Drawable, DrawOperation, Image, Mask, Rect } from '@lazyspice/core';
import { boundingRect, emptyRect, intersectRects, rect } from '../geometry/rect.js';

/** The part of the box that can change: clipped to the clip's bounds and to a surface of the given size. */
export function visibleBounds(drawable: Drawable, width: number, height: number): Rect {
  const box = intersectRects(drawable.box, rect(0, 0, width, height));
  if (drawable.clip === null) return box;
  let bounds = emptyRect;
  for (const part of drawable.clip) bounds = boundingRect(bounds, intersectRects(part, box));
  return bounds;
}

function visitBrush(brush: Brush, visit: (image: Image) => void): void {
  if (brush.type === 'pattern') visit(brush.image);
}

function visitMask(mask: Mask, visit: (image: Image) => void): void {
  if (mask.image !== null) visit(mask.image);
}

function visitSource(image: Image | null, visit: (image: Image) => void): void {
  if (image !== null) visit(image);
}

/** Calls `visit` for every image that the operation reads. */
export function visitImages(operation: DrawOperation, visit: (image: Image) => void): void {
  switch (operation.type) {
    case 'fill':
      visitBrush(operation.brush, visit);
      visitMask(operation.mask, visit);
      return;
    case 'opaque':
    case 'rop3':
      visitSource(operation.source, visit);
      visitBrush(operation.brush, visit);
      visitMask(operation.mask, visit);
      return;
    case 'copy':
    case 'blend':
      visitSource(operation.source, visit);
      visitMask(operation.mask, visit);
      return;
    case 'blackness':
    case 'whiteness':
    case 'inverse':
      visitMask(operation.mask, visit);
      return;
    case 'stroke':
      visitBrush(operation.brush, visit);
      return;
    case 'text':
      visitBrush(operation.foreBrush, visit);
      visitBrush(operation.backBrush, visit);
      return;
    case 'transparent':
    case 'alphaBlend':
      visitSource(operation.source, visit);
      return;
    case 'composite':
      visitSource(operation.source, visit);
      visitSource(operation.mask, visit);
      return;
    case 'nop':
    case 'copyBits':
      return;
  }
}

/** The surfaces that the operation reads as images; its own destination may be among them. */
export function sourceSurfaces(operation: DrawOperation): number[] {
  const ids: number[] = [];
  visitImages(operation, ({ content }) => {
    if (content.type === 'surface' && !ids.includes(content.surfaceId)) ids.push(content.surfaceId);
  });
  return ids;
}

/** Whether the command's source image is what it covers itself (a null source). */
export function readsSelfBitmap(operation: DrawOperation): boolean {
  return 'source' in operation && operation.type !== 'copyBits' && operation.source === null;
}

/** What an object without pixels costs in a queue, roughly: bytes. */
const objectCost = 256;

/** Memory that a queued drawable holds, in bytes. */
export function drawableCost(drawable: Drawable): number {
  let cost = objectCost + (drawable.clip?.length ?? 0) * 64;
  const { operation } = drawable;
  visitImages(operation, ({ content }) => {
    cost += objectCost + (content.type === 'surface' ? 0 : content.data.length);
  });
  if (operation.type === 'text') for (const glyph of operation.glyphs) cost += 128 + glyph.data.length;
  if (operation.type === 'stroke')
    for (const segment of operation.path) cost += 64 + segment.points.length * 32;
  return cost;
}
