import type { DrawOperation } from '@lazyspice/core';
import {
  brushPaint,
  commandSource,
  type Drawing,
  isSameSize,
  placeScaled,
  placeUnscaled,
  restrictToSource,
} from './drawing.js';
import { CanvasError } from './errors.js';
import { restrictToMask } from './mask.js';
import { type Paint, paintPattern, paintTernary } from './paint.js';
import { opaqueCode, opaqueWithoutSource, type TernaryCode } from './ternary-op.js';

type Opaque = Extract<DrawOperation, { type: 'opaque' }>;
type Rop3 = Extract<DrawOperation, { type: 'rop3' }>;

/**
 * OPAQUE: the source copied, then the brush onto it by the ROP. Where an unscaled source has no pixels the brush
 * meets the destination itself (display pipeline §11.5).
 */
export const drawOpaque = (drawing: Drawing, operation: Opaque): void => {
  const paint = brushPaint(drawing, operation.brush);
  const code = opaqueCode(operation.rop);
  drawThreeInputs(drawing, operation, code, paint, () => {
    paintPattern(drawing.raster, drawing.target, opaqueWithoutSource(code), paint);
  });
};

/** ROP3: any function of brush, source and destination. The source must reach over the whole box. */
export const drawRop3 = (drawing: Drawing, operation: Rop3): void => {
  const paint = brushPaint(drawing, operation.brush);
  drawThreeInputs(drawing, operation, operation.rop3, paint, () => {
    throw new CanvasError('source-area', 'the source of a ROP3 does not cover its box');
  });
};

/** `uncovered` is called, with the whole target, before anything is drawn when the source has not all its pixels. */
const drawThreeInputs = (
  drawing: Drawing,
  operation: Opaque | Rop3,
  code: TernaryCode,
  paint: Paint,
  uncovered: () => void,
): void => {
  const { target, drawable, raster, context } = drawing;
  const { sourceArea, scaleMode } = operation;
  const source = commandSource(drawing, operation.source);
  restrictToMask(target, operation.mask, drawable.box, context);
  if (target.isEmpty) return;
  if (!isSameSize(sourceArea, drawable.box)) {
    const placed = placeScaled(drawing, source, {
      sourceArea,
      mode: scaleMode,
      converts: operation.type === 'opaque',
      roundsStart: operation.type === 'rop3',
    });
    paintTernary(raster, target, code, paint, placed.raster, placed.dx, placed.dy);
    return;
  }
  const dx = sourceArea.left - drawable.box.left;
  const dy = sourceArea.top - drawable.box.top;
  const { left, top, right, bottom } = target.bounds();
  const isCovered =
    left + dx >= 0 && top + dy >= 0 && right + dx <= source.width && bottom + dy <= source.height;
  if (!isCovered) uncovered();
  restrictToSource(drawing, source, sourceArea);
  if (target.isEmpty) return;
  const placed = placeUnscaled(drawing, source, sourceArea);
  paintTernary(raster, target, code, paint, placed.raster, placed.dx, placed.dy);
};
