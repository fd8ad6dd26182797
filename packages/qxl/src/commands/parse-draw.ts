import {
  type Drawable,
  type DrawOperation,
  Effect,
  type Image,
  type Rect,
  ScaleMode,
  type Transform,
} from '@lazyspice/core';
import type { Fields } from './guest-reader.js';
import {
  compatAlphaBlendBytes,
  compatDrawableHeadBytes,
  type DrawType,
  dependencySlots,
  drawableHeadBytes,
  drawTypes,
  lineStyled,
  unionBytes,
} from './layout.js';
import { type ParseContext, parseBrush, parseImage, parseMask } from './parse-image.js';
import { parseClip, parsePath, parseString } from './parse-lists.js';

/** What a drawable may say depends on the surfaces that there are. */
export interface DrawContext extends ParseContext {
  /** SET_MODE's layout of drawables. */
  readonly compat: boolean;
  /** The size of a surface; null: there is none of that number. */
  surfaceSize(id: number): { readonly width: number; readonly height: number } | null;
}

type Union = { readonly fields: Fields; readonly context: DrawContext; readonly selfBitmap: boolean };

const effects: readonly number[] = Object.values(Effect.values);
const scaleModes: readonly number[] = Object.values(ScaleMode.values);
const isEffect = (value: number): value is Drawable['effect'] => effects.includes(value);
const isScaleMode = (value: number): value is ScaleMode => scaleModes.includes(value);

/**
 * The drawable at `address`, checked as §8.3 asks.
 * @throws CommandError
 */
export function parseDrawable(context: DrawContext, address: bigint): Drawable {
  const drawable = context.compat ? parseCompat(context, address) : parseNative(context, address);
  const fields = context.reader.fields(address, 8);
  const size = context.surfaceSize(drawable.surfaceId);
  if (size === null) return fields.refuse(`a drawing on surface ${drawable.surfaceId}, which is not there`);
  const { top, left, bottom, right } = drawable.box;
  if (top < 0 || left < 0 || bottom < 0 || right < 0) {
    fields.refuse(`a drawing outside surface ${drawable.surfaceId}`);
  }
  const cut = bottom <= size.height && right <= size.width ? drawable : cutCopy(drawable, size);
  if (cut === null) return fields.refuse(`a drawing outside surface ${drawable.surfaceId}`);
  for (const { surfaceId } of drawable.dependencies) {
    if (context.surfaceSize(surfaceId) === null)
      fields.refuse(`a source surface ${surfaceId}, which is not there`);
  }
  return cut;
}

/**
 * The part of a copy that lies on the surface; null: there is none, or it is scaled or no copy. Linux' driver begins
 * with a primary of 64x64 and copies its whole screen there, before it knows the size.
 */
function cutCopy(
  drawable: Drawable,
  size: { readonly width: number; readonly height: number },
): Drawable | null {
  const { box, operation } = drawable;
  if (operation.type !== 'copy') return null;
  const { sourceArea: area } = operation;
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  if (area.right - area.left !== width || area.bottom - area.top !== height) return null;
  const [right, bottom] = [Math.min(box.right, size.width), Math.min(box.bottom, size.height)];
  if (box.left >= right || box.top >= bottom) return null;
  const sourceArea = { ...area, right: area.left + right - box.left, bottom: area.top + bottom - box.top };
  return { ...drawable, box: { ...box, right, bottom }, operation: { ...operation, sourceArea } };
}

function typeOf(fields: Fields, type: number): DrawType {
  return drawTypes[type] ?? fields.refuse(`drawing operation ${type}`);
}

function effectOf(fields: Fields, effect: number): Drawable['effect'] {
  return isEffect(effect) ? effect : fields.refuse(`effect ${effect}`);
}

function parseNative(context: DrawContext, address: bigint): Drawable {
  const { reader } = context;
  const head = reader.fields(address, drawableHeadBytes);
  const type = typeOf(head, head.u8(13));
  const union = reader.fields(address + BigInt(drawableHeadBytes), unionBytes[type]);
  const takesSelf = type !== 'copy' && type !== 'blend';
  const selfBitmapArea = takesSelf && head.u8(14) !== 0 ? head.rect(15) : null;
  const dependencies: Drawable['dependencies'][number][] = [];
  for (let index = 0; index < dependencySlots; index++) {
    const surfaceId = head.i32(63 + index * 4);
    if (surfaceId === -1) continue;
    if (surfaceId < 0) head.refuse(`a source surface ${surfaceId}`);
    dependencies.push({ surfaceId, area: head.rect(75 + index * 16) });
  }
  return {
    surfaceId: head.u32(8),
    box: head.rect(31),
    clip: parseClip(reader, head, 47),
    effect: effectOf(head, head.u8(12)),
    mmTime: head.u32(59),
    selfBitmapArea,
    dependencies,
    operation: parseOperation(type, { fields: union, context, selfBitmap: selfBitmapArea !== null }),
  };
}

function parseCompat(context: DrawContext, address: bigint): Drawable {
  const { reader } = context;
  const head = reader.fields(address, compatDrawableHeadBytes);
  const type = typeOf(head, head.u8(9));
  if (type === 'composite') head.refuse('COMPOSITE in compatibility mode');
  const size = type === 'alphaBlend' ? compatAlphaBlendBytes : unionBytes[type];
  const union = reader.fields(address + BigInt(compatDrawableHeadBytes), size);
  const takesSelf = type !== 'copy' && type !== 'blend';
  const selfBitmapArea = takesSelf && head.u16(10) !== 0 ? head.rect(12) : null;
  const box = head.rect(28);
  const operation = parseOperation(type, { fields: union, context, selfBitmap: selfBitmapArea !== null });
  return {
    surfaceId: 0,
    box,
    clip: parseClip(reader, head, 44),
    effect: effectOf(head, head.u8(8)),
    mmTime: head.u32(56),
    selfBitmapArea,
    dependencies:
      operation.type === 'copyBits' ? [{ surfaceId: 0, area: movedFrom(box, operation.source) }] : [],
    operation,
  };
}

const movedFrom = (box: Rect, { x, y }: { x: number; y: number }): Rect => ({
  top: y,
  left: x,
  bottom: y + box.bottom - box.top,
  right: x + box.right - box.left,
});

function parseOperation(type: DrawType, union: Union): DrawOperation {
  const { fields, context } = union;
  switch (type) {
    case 'nop':
      return { type };
    case 'fill': {
      const brush = parseBrush(context, fields, 0);
      return { type, brush, rop: fields.u16(20), mask: parseMask(context, fields, 22) };
    }
    case 'copy':
    case 'blend':
      return { type, ...parseCopy(union) };
    case 'copyBits':
      return { type, source: fields.point(0) };
    case 'blackness':
    case 'whiteness':
    case 'inverse':
      return { type, mask: parseMask(context, fields, 0) };
    case 'opaque':
      return parseOpaque(union);
    case 'rop3':
      return parseRop3(union);
    case 'stroke':
      return parseStroke(union);
    case 'text':
      return parseText(union);
    case 'transparent': {
      const source = sourceOf(union, 0);
      const sourceArea = fields.rect(8);
      return { type, source, sourceArea, sourceColor: fields.u32(24), trueColor: fields.u32(28) };
    }
    case 'alphaBlend':
      return parseAlphaBlend(union);
    case 'composite':
      return parseComposite(union);
  }
}

/** The source image at `offset`; null means the self bitmap, which must be there then. */
function sourceOf({ fields, context, selfBitmap }: Union, offset: number): Image | null {
  const source = parseImage(context, fields.u64(offset));
  if (source === null && !selfBitmap) fields.refuse('a drawing without its source');
  return source;
}

function scaleModeOf(fields: Fields, offset: number): ScaleMode {
  const mode = fields.u8(offset);
  return isScaleMode(mode) ? mode : fields.refuse(`scale mode ${mode}`);
}

function parseCopy(union: Union): Omit<Extract<DrawOperation, { type: 'copy' }>, 'type'> {
  const { fields, context } = union;
  const source = sourceOf(union, 0);
  const sourceArea = fields.rect(8);
  checkCopyArea(fields, source, sourceArea);
  const scaleMode = scaleModeOf(fields, 26);
  return { source, sourceArea, rop: fields.u16(24), scaleMode, mask: parseMask(context, fields, 27) };
}

function checkCopyArea(fields: Fields, source: Image | null, area: Rect): void {
  const { top, left, bottom, right } = area;
  if (left < 0 || top < 0 || left > right || top > bottom) fields.refuse('a source area that is none');
  if (source?.content.type !== 'bitmap') return;
  if (right > source.content.width || bottom > source.content.height)
    fields.refuse('a source area outside the image');
}

function parseOpaque(union: Union): DrawOperation {
  const { fields, context } = union;
  const source = sourceOf(union, 0);
  const brush = parseBrush(context, fields, 24);
  const scaleMode = scaleModeOf(fields, 46);
  const mask = parseMask(context, fields, 47);
  return { type: 'opaque', source, sourceArea: fields.rect(8), brush, rop: fields.u16(44), scaleMode, mask };
}

function parseRop3(union: Union): DrawOperation {
  const { fields, context } = union;
  const source = sourceOf(union, 0);
  const brush = parseBrush(context, fields, 24);
  const scaleMode = scaleModeOf(fields, 45);
  const mask = parseMask(context, fields, 46);
  return { type: 'rop3', source, sourceArea: fields.rect(8), brush, rop3: fields.u8(44), scaleMode, mask };
}

function parseStroke({ fields, context }: Union): DrawOperation {
  const { reader } = context;
  const path = parsePath(reader, fields.u64(0));
  const attributes = fields.u8(8);
  const style: number[] = [];
  if (attributes & lineStyled) {
    const count = fields.u8(11);
    const dashes = reader.fields(fields.u64(20), count * 4);
    for (let index = 0; index < count; index++) style.push(dashes.i32(index * 4));
  }
  const brush = parseBrush(context, fields, 28);
  return {
    type: 'stroke',
    path,
    attributes,
    style,
    brush,
    foreMode: fields.u16(48),
    backMode: fields.u16(50),
  };
}

function parseText({ fields, context }: Union): DrawOperation {
  const { flags, glyphs } = parseString(context.reader, fields.u64(0));
  return {
    type: 'text',
    stringFlags: flags,
    glyphs,
    backArea: fields.rect(8),
    foreBrush: parseBrush(context, fields, 24),
    backBrush: parseBrush(context, fields, 44),
    foreMode: fields.u16(64),
    backMode: fields.u16(66),
  };
}

function parseAlphaBlend(union: Union): DrawOperation {
  const { fields, context } = union;
  const at = context.compat ? 0 : 2;
  const alphaFlags = context.compat ? 0 : fields.u16(0) & 0xff;
  const source = sourceOf(union, at + 1);
  return { type: 'alphaBlend', alphaFlags, alpha: fields.u8(at), source, sourceArea: fields.rect(at + 9) };
}

function parseComposite(union: Union): DrawOperation {
  const { fields, context } = union;
  const source = sourceOf(union, 4);
  const mask = parseImage(context, fields.u64(20));
  return {
    type: 'composite',
    flags: fields.u32(0),
    source,
    mask,
    sourceTransform: parseTransform(context, fields.u64(12)),
    maskTransform: parseTransform(context, fields.u64(28)),
    sourceOrigin: fields.point16(36),
    maskOrigin: fields.point16(40),
  };
}

function parseTransform({ reader }: ParseContext, address: bigint): Transform | null {
  if (address === 0n) return null;
  const fields = reader.fields(address, 24);
  return [0, 4, 8, 12, 16, 20].map((offset) => fields.i32(offset));
}
