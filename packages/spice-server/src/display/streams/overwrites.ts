import type { Drawable, DrawOperation, Rect } from '@lazyspice/core';
import { intersectRects, isEmptyRect, rect, rectContains } from '../geometry/rect.js';
import { sourceSurfaces } from '../queue/drawable-parts.js';
import type { InexactArea } from './stream-areas.js';

const ropPut = 8;
const primaryId = 0;
/** Clips of more rectangles count as their bounds. */
const maxClipRects = 64;

/** Whether every pixel that the operation is clipped to gets a value that does not depend on the one before. */
function overwrites(operation: DrawOperation): boolean {
  switch (operation.type) {
    case 'fill':
      return (
        (operation.rop & ropPut) !== 0 && operation.brush.type !== 'none' && operation.mask.image === null
      );
    case 'copy': {
      const { source, sourceArea, rop, mask } = operation;
      if (source === null || (rop & ropPut) === 0 || mask.image !== null) return false;
      return rectContains(rect(0, 0, source.width, source.height), sourceArea);
    }
    case 'blackness':
    case 'whiteness':
      return operation.mask.image === null;
    case 'copyBits':
      return true;
    default:
      return false;
  }
}

/**
 * Notes what a command draws over inexact pixels of the primary. False: it would also read such pixels, so that its
 * result must be sent instead of the command. `bounds`: where it can change its surface.
 */
export function drawOverInexact(drawable: Drawable, bounds: Rect, inexact: InexactArea): boolean {
  if (inexact.isEmpty) return true;
  const { surfaceId, operation, clip, box } = drawable;
  const whole = clip === null || clip.length > maxClipRects;
  let exact = !sourceSurfaces(operation).includes(primaryId);
  if (surfaceId !== primaryId) return exact;
  if (operation.type === 'copyBits') {
    const { source } = operation;
    const dx = source.x - box.left;
    const dy = source.y - box.top;
    exact &&= !inexact.meets(rect(bounds.left + dx, bounds.top + dy, bounds.right + dx, bounds.bottom + dy));
  }
  if (inexact.meets(bounds)) exact &&= overwrites(operation) && (clip === null || !whole);
  for (const part of whole ? [bounds] : (clip ?? [])) {
    const area = intersectRects(part, bounds);
    if (!isEmptyRect(area)) inexact.drawnOver(area);
  }
  return exact;
}
