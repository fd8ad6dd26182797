import type { DrawOperation, Mask } from '@lazyspice/core';
import { brushPaint, type Drawing } from './drawing.js';
import { restrictToMask } from './mask.js';
import { paintColor, paintPattern } from './paint.js';
import { fillCode, type TernaryCode } from './ternary-op.js';

type Fill = Extract<DrawOperation, { type: 'fill' }>;

export const drawFill = (drawing: Drawing, operation: Fill): void => {
  const { target, drawable, context, raster } = drawing;
  const paint = brushPaint(drawing, operation.brush);
  restrictToMask(target, operation.mask, drawable.box, context);
  paintPattern(raster, target, fillCode(operation.rop), paint);
};

/** BLACKNESS, WHITENESS and INVERS: operations of the destination alone, on all its bits. */
export const drawConstant = (drawing: Drawing, mask: Mask, code: TernaryCode): void => {
  restrictToMask(drawing.target, mask, drawing.drawable.box, drawing.context);
  paintColor(drawing.raster, drawing.target, code, 0);
};
