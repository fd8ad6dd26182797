import {
  type Clip,
  type DrawOperation,
  Effect,
  type QxlCommand,
  type Rect,
  ScaleMode,
  type Transform,
} from '@lazyspice/core';
import { dependencySlots, drawTypes, noSurface, styledBit } from './format.js';
import { glyphDepth, glyphsFrom, integersFrom, rectsFrom, segmentsFrom } from './read-blobs.js';
import { memberOf, readBrush, readImage, readMask, readPoint, readRect } from './read-image.js';
import { type RecordingScanner, word } from './scanner.js';

const key = {
  drawable: word('drawable'),
  box: word('rect bbox'),
  type: word('type'),
  clipCount: word('num_rects'),
  clipRects: word('clip_rects'),
  effect: word('effect'),
  mmTime: word('mm_time'),
  selfBitmap: word('self_bitmap'),
  selfBitmapArea: word('rect self_bitmap_area'),
  surfaceId: word('surface_id'),
  dependency: word('surfaces_dest'),
  dependencyArea: word('rect surfaces_rects'),
  sourceArea: word('rect src_area'),
  rop: word('rop_descriptor'),
  scaleMode: word('scale_mode'),
  rop3: word('rop3'),
  path: word('path'),
  attributes: word('attr.flags'),
  dashCount: word('attr.style_nseg'),
  dashes: word('style'),
  foreMode: word('fore_mode'),
  backMode: word('back_mode'),
  dataSize: word('data_size'),
  length: word('length'),
  flags: word('flags'),
  string: word('string'),
  backArea: word('rect back_area'),
  sourceColor: word('src_color'),
  trueColor: word('true_color'),
  alphaFlags: word('alpha_flags'),
  alpha: word('alpha'),
  sourceTransform: word('src_transform'),
  mask: word('mask'),
  maskTransform: word('mask_transform'),
  sourceOrigin: word('src_origin'),
  maskOrigin: word('mask_origin'),
  transform: word('transform'),
} as const;

const effectOf = memberOf(Effect, 'effect');
const scaleModeOf = memberOf(ScaleMode, 'scale mode');
const nop: DrawOperation = { type: 'nop' };

/** A DRAW command's body, native layout (recording-format §3). */
export function readDraw(scanner: RecordingScanner): QxlCommand {
  scanner.key(key.drawable);
  const box = readRect(scanner, key.box);
  const clip = readClip(scanner);
  const effect = effectOf(scanner, scanner.u8Of(key.effect));
  const mmTime = scanner.u32Of(key.mmTime);
  const withSelfBitmap = scanner.u8Of(key.selfBitmap) !== 0;
  const area = readRect(scanner, key.selfBitmapArea);
  const surfaceId = scanner.u32Of(key.surfaceId);
  const dependencies: { surfaceId: number; area: Rect }[] = [];
  for (let index = 0; index < dependencySlots; index++) {
    const source = scanner.u32Of(key.dependency);
    const sourceArea = readRect(scanner, key.dependencyArea);
    if (source !== noSurface) dependencies.push({ surfaceId: source, area: sourceArea });
  }
  const operation = readOperation(scanner, scanner.u8Of(key.type));
  const selfBitmapArea = withSelfBitmap ? area : null;
  return {
    type: 'draw',
    drawable: { surfaceId, box, clip, effect, mmTime, selfBitmapArea, dependencies, operation },
  };
}

function readClip(scanner: RecordingScanner): Clip {
  const clip = scanner.u32Of(key.type);
  if (clip === 0) return null;
  if (clip !== 1) {
    scanner.refuse(`unknown clip type ${clip}`);
    return null;
  }
  const count = scanner.u32Of(key.clipCount);
  const rects = rectsFrom(scanner.chunks(key.clipRects));
  if (!scanner.dry && rects?.length !== count) scanner.refuse(`not ${count} clip rectangles`);
  return rects;
}

function readOperation(scanner: RecordingScanner, operation: number): DrawOperation {
  switch (operation) {
    case drawTypes.nop:
      return nop;
    case drawTypes.fill: {
      const brush = readBrush(scanner);
      const rop = scanner.u16Of(key.rop);
      return { type: 'fill', brush, rop, mask: readMask(scanner) };
    }
    case drawTypes.copy:
      return { type: 'copy', ...readCopy(scanner) };
    case drawTypes.blend:
      return { type: 'blend', ...readCopy(scanner) };
    case drawTypes.copyBits:
      return { type: 'copyBits', source: readPoint(scanner) };
    case drawTypes.blackness:
      return { type: 'blackness', mask: readMask(scanner) };
    case drawTypes.whiteness:
      return { type: 'whiteness', mask: readMask(scanner) };
    case drawTypes.inverse:
      return { type: 'inverse', mask: readMask(scanner) };
    case drawTypes.opaque:
      return readOpaque(scanner);
    case drawTypes.rop3:
      return readRop3(scanner);
    case drawTypes.stroke:
      return readStroke(scanner);
    case drawTypes.text:
      return readText(scanner);
    case drawTypes.transparent:
      return readTransparent(scanner);
    case drawTypes.alphaBlend:
      return readAlphaBlend(scanner);
    case drawTypes.composite:
      return readComposite(scanner);
    default:
      scanner.refuse(`unknown drawing operation ${operation}`);
      return nop;
  }
}

function readCopy(scanner: RecordingScanner): Omit<Extract<DrawOperation, { type: 'copy' }>, 'type'> {
  const source = readImage(scanner);
  const sourceArea = readRect(scanner, key.sourceArea);
  const rop = scanner.u16Of(key.rop);
  const scaleMode = scaleModeOf(scanner, scanner.u8Of(key.scaleMode));
  return { source, sourceArea, rop, scaleMode, mask: readMask(scanner) };
}

function readOpaque(scanner: RecordingScanner): DrawOperation {
  const source = readImage(scanner);
  const sourceArea = readRect(scanner, key.sourceArea);
  const brush = readBrush(scanner);
  const rop = scanner.u16Of(key.rop);
  const scaleMode = scaleModeOf(scanner, scanner.u8Of(key.scaleMode));
  return { type: 'opaque', source, sourceArea, brush, rop, scaleMode, mask: readMask(scanner) };
}

function readRop3(scanner: RecordingScanner): DrawOperation {
  const source = readImage(scanner);
  const sourceArea = readRect(scanner, key.sourceArea);
  const brush = readBrush(scanner);
  const rop3 = scanner.u8Of(key.rop3);
  const scaleMode = scaleModeOf(scanner, scanner.u8Of(key.scaleMode));
  return { type: 'rop3', source, sourceArea, brush, rop3, scaleMode, mask: readMask(scanner) };
}

function readStroke(scanner: RecordingScanner): DrawOperation {
  const segments = segmentsFrom(scanner.chunks(key.path));
  if (segments === null) scanner.refuse('a path whose counts run past its end');
  const attributes = scanner.u8Of(key.attributes);
  let style: number[] = [];
  if (attributes & styledBit) {
    const count = scanner.u8Of(key.dashCount);
    const dashes = integersFrom(scanner.blob(key.dashes), count);
    if (!scanner.dry && dashes === null) scanner.refuse(`not ${count} dash lengths`);
    style = dashes ?? style;
  }
  const brush = readBrush(scanner);
  const foreMode = scanner.u16Of(key.foreMode);
  const backMode = scanner.u16Of(key.backMode);
  return { type: 'stroke', path: segments ?? [], attributes, style, brush, foreMode, backMode };
}

function readText(scanner: RecordingScanner): DrawOperation {
  const size = scanner.u32Of(key.dataSize);
  const count = scanner.u16Of(key.length);
  const bits = scanner.u16Of(key.flags);
  const bytes = scanner.chunks(key.string);
  const depth = glyphDepth(bits);
  const glyphs = bytes.length === size ? glyphsFrom(bytes, { count, depth }) : null;
  if (!scanner.dry && glyphs === null) scanner.refuse(`not ${count} glyphs in ${size} bytes`);
  const backArea = readRect(scanner, key.backArea);
  const foreBrush = readBrush(scanner);
  const backBrush = readBrush(scanner);
  const foreMode = scanner.u16Of(key.foreMode);
  const backMode = scanner.u16Of(key.backMode);
  return {
    type: 'text',
    stringFlags: bits & 0xff,
    glyphs: glyphs ?? [],
    backArea,
    foreBrush,
    backBrush,
    foreMode,
    backMode,
  };
}

function readTransparent(scanner: RecordingScanner): DrawOperation {
  const source = readImage(scanner);
  const sourceArea = readRect(scanner, key.sourceArea);
  const sourceColor = scanner.u32Of(key.sourceColor);
  return { type: 'transparent', source, sourceArea, sourceColor, trueColor: scanner.u32Of(key.trueColor) };
}

function readAlphaBlend(scanner: RecordingScanner): DrawOperation {
  const alphaFlags = scanner.u16Of(key.alphaFlags) & 0xff;
  const alpha = scanner.u8Of(key.alpha);
  const source = readImage(scanner);
  return { type: 'alphaBlend', alphaFlags, alpha, source, sourceArea: readRect(scanner, key.sourceArea) };
}

function readComposite(scanner: RecordingScanner): DrawOperation {
  const flags = scanner.u32Of(key.flags);
  const source = readImage(scanner);
  const sourceTransform = readTransform(scanner, key.sourceTransform);
  const mask = scanner.u8Of(key.mask) === 0 ? null : readImage(scanner);
  const maskTransform = readTransform(scanner, key.maskTransform);
  scanner.key(key.sourceOrigin);
  const sourceX = scanner.i16();
  const sourceOrigin = { x: sourceX, y: scanner.i16() };
  scanner.key(key.maskOrigin);
  const maskX = scanner.i16();
  const maskOrigin = { x: maskX, y: scanner.i16() };
  return { type: 'composite', flags, source, mask, sourceTransform, maskTransform, sourceOrigin, maskOrigin };
}

function readTransform(scanner: RecordingScanner, present: Uint8Array): Transform | null {
  if (scanner.u8Of(present) === 0) return null;
  const elements = integersFrom(scanner.blob(key.transform), 6);
  if (!scanner.dry && elements === null) scanner.refuse('a transform that is not 24 bytes');
  return elements;
}
