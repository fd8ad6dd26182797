// Generated from the declarations by scripts/generate-codecs.ts; do not edit: `npm run generate`.

import type { Infer } from '../schema/kinds.js';
import type { Reader } from '../wire/reader.js';
import type { Writer } from '../wire/writer.js';
import type * as qxl from '../contracts/qxl-commands.js';

type Brush = Infer<typeof qxl.Brush>;
type CursorShape = Infer<typeof qxl.CursorShape>;
type DrawOperation = Infer<typeof qxl.DrawOperation>;
type Drawable = Infer<typeof qxl.Drawable>;
type Glyph = Infer<typeof qxl.Glyph>;
type Head = Infer<typeof qxl.Head>;
type Image = Infer<typeof qxl.Image>;
type ImageContent = Infer<typeof qxl.ImageContent>;
type Mask = Infer<typeof qxl.Mask>;
type Palette = Infer<typeof qxl.Palette>;
type PathSegment = Infer<typeof qxl.PathSegment>;
type Point = Infer<typeof qxl.Point>;
type QxlCommand = Infer<typeof qxl.QxlCommand>;
type Rect = Infer<typeof qxl.Rect>;
type SurfaceDependency = Infer<typeof qxl.SurfaceDependency>;

export function encodeQxlCommand(writer: Writer, value: QxlCommand): void {
  switch (value.type) {
    case 'draw':
      return encodeQxlCommandDraw(writer, value);
    case 'surfaceCreate':
      return encodeQxlCommandSurfaceCreate(writer, value);
    case 'surfaceDestroy':
      return encodeQxlCommandSurfaceDestroy(writer, value);
    case 'primaryCreate':
      return encodeQxlCommandPrimaryCreate(writer, value);
    case 'primaryDestroy':
      return encodeQxlCommandPrimaryDestroy(writer);
    case 'surfacesDestroy':
      return encodeQxlCommandSurfacesDestroy(writer);
    case 'cursorSet':
      return encodeQxlCommandCursorSet(writer, value);
    case 'cursorMove':
      return encodeQxlCommandCursorMove(writer, value);
    case 'cursorHide':
      return encodeQxlCommandCursorHide(writer);
    case 'cursorTrail':
      return encodeQxlCommandCursorTrail(writer, value);
    case 'cursorReset':
      return encodeQxlCommandCursorReset(writer);
    case 'monitorsConfig':
      return encodeQxlCommandMonitorsConfig(writer, value);
    case 'imageCacheReset':
      return encodeQxlCommandImageCacheReset(writer);
    case 'driverUnload':
      return encodeQxlCommandDriverUnload(writer);
  }
}

function encodeQxlCommandDraw(writer: Writer, value: Extract<QxlCommand, { type: 'draw' }>): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, 1);
  encodeDrawable(writer, value.drawable);
}

function encodeQxlCommandSurfaceCreate(writer: Writer, value: Extract<QxlCommand, { type: 'surfaceCreate' }>): void {
  const data = value.data;
  const at = writer.reserve(22);
  const out = writer.view;
  out.setUint8(at, 2);
  out.setUint32(at + 1, value.surfaceId, true);
  out.setUint32(at + 5, value.format, true);
  out.setUint32(at + 9, value.width, true);
  out.setUint32(at + 13, value.height, true);
  out.setInt32(at + 17, value.stride, true);
  out.setUint8(at + 21, data === null ? 0 : 1);
  if (data !== null) {
    writer.count(data.byteLength, 536870912, 'QxlCommand.surfaceCreate.data');
    writer.blob(data);
  }
}

function encodeQxlCommandSurfaceDestroy(writer: Writer, value: Extract<QxlCommand, { type: 'surfaceDestroy' }>): void {
  const at = writer.reserve(5);
  const out = writer.view;
  out.setUint8(at, 3);
  out.setUint32(at + 1, value.surfaceId, true);
}

function encodeQxlCommandPrimaryCreate(writer: Writer, value: Extract<QxlCommand, { type: 'primaryCreate' }>): void {
  const data = value.data;
  const at = writer.reserve(19);
  const out = writer.view;
  out.setUint8(at, 4);
  out.setUint32(at + 1, value.format, true);
  out.setUint32(at + 5, value.width, true);
  out.setUint32(at + 9, value.height, true);
  out.setInt32(at + 13, value.stride, true);
  out.setUint8(at + 17, value.mouseAllowed ? 1 : 0);
  out.setUint8(at + 18, data === null ? 0 : 1);
  if (data !== null) {
    writer.count(data.byteLength, 536870912, 'QxlCommand.primaryCreate.data');
    writer.blob(data);
  }
}

function encodeQxlCommandPrimaryDestroy(writer: Writer): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, 5);
}

function encodeQxlCommandSurfacesDestroy(writer: Writer): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, 6);
}

function encodeQxlCommandCursorSet(writer: Writer, value: Extract<QxlCommand, { type: 'cursorSet' }>): void {
  const at = writer.reserve(6);
  const out = writer.view;
  out.setUint8(at, 7);
  out.setInt16(at + 1, value.position.x, true);
  out.setInt16(at + 3, value.position.y, true);
  out.setUint8(at + 5, value.visible ? 1 : 0);
  encodeCursorShape(writer, value.shape);
}

function encodeQxlCommandCursorMove(writer: Writer, value: Extract<QxlCommand, { type: 'cursorMove' }>): void {
  const at = writer.reserve(5);
  const out = writer.view;
  out.setUint8(at, 8);
  out.setInt16(at + 1, value.position.x, true);
  out.setInt16(at + 3, value.position.y, true);
}

function encodeQxlCommandCursorHide(writer: Writer): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, 9);
}

function encodeQxlCommandCursorTrail(writer: Writer, value: Extract<QxlCommand, { type: 'cursorTrail' }>): void {
  const at = writer.reserve(5);
  const out = writer.view;
  out.setUint8(at, 10);
  out.setUint16(at + 1, value.length, true);
  out.setUint16(at + 3, value.frequency, true);
}

function encodeQxlCommandCursorReset(writer: Writer): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, 11);
}

function encodeQxlCommandMonitorsConfig(writer: Writer, value: Extract<QxlCommand, { type: 'monitorsConfig' }>): void {
  const at = writer.reserve(5);
  const out = writer.view;
  out.setUint8(at, 12);
  out.setUint16(at + 1, value.maxAllowed, true);
  out.setUint16(at + 3, writer.count(value.heads.length, 64, 'QxlCommand.monitorsConfig.heads'), true);
  for (const item of value.heads) {
    const at2 = writer.reserve(28);
    const out2 = writer.view;
    out2.setUint32(at2, item.id, true);
    out2.setUint32(at2 + 4, item.surfaceId, true);
    out2.setUint32(at2 + 8, item.width, true);
    out2.setUint32(at2 + 12, item.height, true);
    out2.setUint32(at2 + 16, item.x, true);
    out2.setUint32(at2 + 20, item.y, true);
    out2.setUint32(at2 + 24, item.flags, true);
  }
}

function encodeQxlCommandImageCacheReset(writer: Writer): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, 13);
}

function encodeQxlCommandDriverUnload(writer: Writer): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, 14);
}

export function decodeQxlCommand(reader: Reader): QxlCommand {
  const tag = reader.view.getUint8(reader.take(1));
  switch (tag) {
    case 1:
      return decodeQxlCommandDraw(reader);
    case 2:
      return decodeQxlCommandSurfaceCreate(reader);
    case 3:
      return decodeQxlCommandSurfaceDestroy(reader);
    case 4:
      return decodeQxlCommandPrimaryCreate(reader);
    case 5:
      return { type: 'primaryDestroy' };
    case 6:
      return { type: 'surfacesDestroy' };
    case 7:
      return decodeQxlCommandCursorSet(reader);
    case 8:
      return decodeQxlCommandCursorMove(reader);
    case 9:
      return { type: 'cursorHide' };
    case 10:
      return decodeQxlCommandCursorTrail(reader);
    case 11:
      return { type: 'cursorReset' };
    case 12:
      return decodeQxlCommandMonitorsConfig(reader);
    case 13:
      return { type: 'imageCacheReset' };
    case 14:
      return { type: 'driverUnload' };
    default:
      throw reader.unknownValue(tag, 'QxlCommand');
  }
}

function decodeQxlCommandDraw(reader: Reader): Extract<QxlCommand, { type: 'draw' }> {
  const drawable = decodeDrawable(reader);
  return { type: 'draw', drawable };
}

function decodeQxlCommandSurfaceCreate(reader: Reader): Extract<QxlCommand, { type: 'surfaceCreate' }> {
  const view = reader.view;
  const at = reader.take(21);
  let data: Uint8Array | null = null;
  if (reader.present(view.getUint8(at + 20), 'QxlCommand.surfaceCreate.data')) {
    const data2 = reader.blob(536870912, 'QxlCommand.surfaceCreate.data');
    data = data2;
  }
  return {
    type: 'surfaceCreate',
    surfaceId: view.getUint32(at, true),
    format: checkSurfaceFormat(reader, view.getUint32(at + 4, true)),
    width: view.getUint32(at + 8, true),
    height: view.getUint32(at + 12, true),
    stride: view.getInt32(at + 16, true),
    data,
  };
}

function decodeQxlCommandSurfaceDestroy(reader: Reader): Extract<QxlCommand, { type: 'surfaceDestroy' }> {
  const view = reader.view;
  const at = reader.take(4);
  return { type: 'surfaceDestroy', surfaceId: view.getUint32(at, true) };
}

function decodeQxlCommandPrimaryCreate(reader: Reader): Extract<QxlCommand, { type: 'primaryCreate' }> {
  const view = reader.view;
  const at = reader.take(18);
  let data: Uint8Array | null = null;
  if (reader.present(view.getUint8(at + 17), 'QxlCommand.primaryCreate.data')) {
    const data2 = reader.blob(536870912, 'QxlCommand.primaryCreate.data');
    data = data2;
  }
  return {
    type: 'primaryCreate',
    format: checkSurfaceFormat(reader, view.getUint32(at, true)),
    width: view.getUint32(at + 4, true),
    height: view.getUint32(at + 8, true),
    stride: view.getInt32(at + 12, true),
    mouseAllowed: view.getUint8(at + 16) !== 0,
    data,
  };
}

function decodeQxlCommandCursorSet(reader: Reader): Extract<QxlCommand, { type: 'cursorSet' }> {
  const view = reader.view;
  const at = reader.take(5);
  const shape = decodeCursorShape(reader);
  return {
    type: 'cursorSet',
    position: { x: view.getInt16(at, true), y: view.getInt16(at + 2, true) },
    visible: view.getUint8(at + 4) !== 0,
    shape,
  };
}

function decodeQxlCommandCursorMove(reader: Reader): Extract<QxlCommand, { type: 'cursorMove' }> {
  const view = reader.view;
  const at = reader.take(4);
  return { type: 'cursorMove', position: { x: view.getInt16(at, true), y: view.getInt16(at + 2, true) } };
}

function decodeQxlCommandCursorTrail(reader: Reader): Extract<QxlCommand, { type: 'cursorTrail' }> {
  const view = reader.view;
  const at = reader.take(4);
  return {
    type: 'cursorTrail',
    length: view.getUint16(at, true),
    frequency: view.getUint16(at + 2, true),
  };
}

function decodeQxlCommandMonitorsConfig(reader: Reader): Extract<QxlCommand, { type: 'monitorsConfig' }> {
  const view = reader.view;
  const at = reader.take(4);
  const headsCount = reader.count(view.getUint16(at + 2, true), 64, 28, 'QxlCommand.monitorsConfig.heads');
  const heads: Head[] = [];
  for (let i = 0; i < headsCount; i++) {
    const at2 = reader.take(28);
    heads.push({ id: view.getUint32(at2, true), surfaceId: view.getUint32(at2 + 4, true), width: view.getUint32(at2 + 8, true), height: view.getUint32(at2 + 12, true), x: view.getUint32(at2 + 16, true), y: view.getUint32(at2 + 20, true), flags: view.getUint32(at2 + 24, true) });
  }
  return { type: 'monitorsConfig', maxAllowed: view.getUint16(at, true), heads };
}

function encodeDrawable(writer: Writer, value: Drawable): void {
  const clip = value.clip;
  const at = writer.reserve(21);
  const out = writer.view;
  out.setUint32(at, value.surfaceId, true);
  out.setInt32(at + 4, value.box.top, true);
  out.setInt32(at + 8, value.box.left, true);
  out.setInt32(at + 12, value.box.bottom, true);
  out.setInt32(at + 16, value.box.right, true);
  out.setUint8(at + 20, clip === null ? 0 : 1);
  if (clip !== null) {
    const at2 = writer.reserve(4);
    const out2 = writer.view;
    out2.setUint32(at2, writer.count(clip.length, 1048576, 'Drawable.clip'), true);
    for (const item of clip) {
      const at3 = writer.reserve(16);
      const out3 = writer.view;
      out3.setInt32(at3, item.top, true);
      out3.setInt32(at3 + 4, item.left, true);
      out3.setInt32(at3 + 8, item.bottom, true);
      out3.setInt32(at3 + 12, item.right, true);
    }
  }
  const selfBitmapArea = value.selfBitmapArea;
  const at4 = writer.reserve(6);
  const out4 = writer.view;
  out4.setUint8(at4, value.effect);
  out4.setUint32(at4 + 1, value.mmTime, true);
  out4.setUint8(at4 + 5, selfBitmapArea === null ? 0 : 1);
  if (selfBitmapArea !== null) {
    const at5 = writer.reserve(16);
    const out5 = writer.view;
    out5.setInt32(at5, selfBitmapArea.top, true);
    out5.setInt32(at5 + 4, selfBitmapArea.left, true);
    out5.setInt32(at5 + 8, selfBitmapArea.bottom, true);
    out5.setInt32(at5 + 12, selfBitmapArea.right, true);
  }
  const at6 = writer.reserve(1);
  const out6 = writer.view;
  out6.setUint8(at6, writer.count(value.dependencies.length, 3, 'Drawable.dependencies'));
  for (const item2 of value.dependencies) {
    const at7 = writer.reserve(20);
    const out7 = writer.view;
    out7.setUint32(at7, item2.surfaceId, true);
    out7.setInt32(at7 + 4, item2.area.top, true);
    out7.setInt32(at7 + 8, item2.area.left, true);
    out7.setInt32(at7 + 12, item2.area.bottom, true);
    out7.setInt32(at7 + 16, item2.area.right, true);
  }
  encodeDrawOperation(writer, value.operation);
}

function decodeDrawable(reader: Reader): Drawable {
  const view = reader.view;
  const at = reader.take(21);
  let clip: readonly Rect[] | null = null;
  if (reader.present(view.getUint8(at + 20), 'Drawable.clip')) {
    const at2 = reader.take(4);
    const clipCount = reader.count(view.getUint32(at2, true), 1048576, 16, 'Drawable.clip');
    const clip2: Rect[] = [];
    for (let i = 0; i < clipCount; i++) {
      const at3 = reader.take(16);
      clip2.push({ top: view.getInt32(at3, true), left: view.getInt32(at3 + 4, true), bottom: view.getInt32(at3 + 8, true), right: view.getInt32(at3 + 12, true) });
    }
    clip = clip2;
  }
  const at4 = reader.take(6);
  let selfBitmapArea: Rect | null = null;
  if (reader.present(view.getUint8(at4 + 5), 'Drawable.selfBitmapArea')) {
    const at5 = reader.take(16);
    selfBitmapArea = { top: view.getInt32(at5, true), left: view.getInt32(at5 + 4, true), bottom: view.getInt32(at5 + 8, true), right: view.getInt32(at5 + 12, true) };
  }
  const at6 = reader.take(1);
  const dependenciesCount = reader.count(view.getUint8(at6), 3, 20, 'Drawable.dependencies');
  const dependencies: SurfaceDependency[] = [];
  for (let i2 = 0; i2 < dependenciesCount; i2++) {
    const at7 = reader.take(20);
    dependencies.push({ surfaceId: view.getUint32(at7, true), area: { top: view.getInt32(at7 + 4, true), left: view.getInt32(at7 + 8, true), bottom: view.getInt32(at7 + 12, true), right: view.getInt32(at7 + 16, true) } });
  }
  const operation = decodeDrawOperation(reader);
  return {
    surfaceId: view.getUint32(at, true),
    box: { top: view.getInt32(at + 4, true), left: view.getInt32(at + 8, true), bottom: view.getInt32(at + 12, true), right: view.getInt32(at + 16, true) },
    clip,
    effect: checkEffect(reader, view.getUint8(at4)),
    mmTime: view.getUint32(at4 + 1, true),
    selfBitmapArea,
    dependencies,
    operation,
  };
}

function encodeCursorShape(writer: Writer, value: CursorShape): void {
  const at = writer.reserve(17);
  const out = writer.view;
  out.setBigUint64(at, value.unique, true);
  out.setUint8(at + 8, value.type);
  out.setUint16(at + 9, value.width, true);
  out.setUint16(at + 11, value.height, true);
  out.setUint16(at + 13, value.hotSpotX, true);
  out.setUint16(at + 15, value.hotSpotY, true);
  writer.count(value.data.byteLength, 536870912, 'CursorShape.data');
  writer.blob(value.data);
}

function decodeCursorShape(reader: Reader): CursorShape {
  const view = reader.view;
  const at = reader.take(17);
  const data = reader.blob(536870912, 'CursorShape.data');
  return {
    unique: view.getBigUint64(at, true),
    type: checkCursorType(reader, view.getUint8(at + 8)),
    width: view.getUint16(at + 9, true),
    height: view.getUint16(at + 11, true),
    hotSpotX: view.getUint16(at + 13, true),
    hotSpotY: view.getUint16(at + 15, true),
    data,
  };
}

function encodeDrawOperation(writer: Writer, value: DrawOperation): void {
  switch (value.type) {
    case 'nop':
      return encodeDrawOperationNop(writer);
    case 'fill':
      return encodeDrawOperationFill(writer, value);
    case 'opaque':
      return encodeDrawOperationOpaque(writer, value);
    case 'copy':
      return encodeDrawOperationCopy(writer, value);
    case 'copyBits':
      return encodeDrawOperationCopyBits(writer, value);
    case 'blend':
      return encodeDrawOperationBlend(writer, value);
    case 'blackness':
      return encodeDrawOperationBlackness(writer, value);
    case 'whiteness':
      return encodeDrawOperationWhiteness(writer, value);
    case 'inverse':
      return encodeDrawOperationInverse(writer, value);
    case 'rop3':
      return encodeDrawOperationRop3(writer, value);
    case 'stroke':
      return encodeDrawOperationStroke(writer, value);
    case 'text':
      return encodeDrawOperationText(writer, value);
    case 'transparent':
      return encodeDrawOperationTransparent(writer, value);
    case 'alphaBlend':
      return encodeDrawOperationAlphaBlend(writer, value);
    case 'composite':
      return encodeDrawOperationComposite(writer, value);
  }
}

function encodeDrawOperationNop(writer: Writer): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, 0);
}

function encodeDrawOperationFill(writer: Writer, value: Extract<DrawOperation, { type: 'fill' }>): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, 1);
  encodeBrush(writer, value.brush);
  const at2 = writer.reserve(2);
  const out2 = writer.view;
  out2.setUint16(at2, value.rop, true);
  encodeMask(writer, value.mask);
}

function encodeDrawOperationOpaque(writer: Writer, value: Extract<DrawOperation, { type: 'opaque' }>): void {
  const source = value.source;
  const at = writer.reserve(2);
  const out = writer.view;
  out.setUint8(at, 2);
  out.setUint8(at + 1, source === null ? 0 : 1);
  if (source !== null) {
    encodeImage(writer, source);
  }
  const at2 = writer.reserve(16);
  const out2 = writer.view;
  out2.setInt32(at2, value.sourceArea.top, true);
  out2.setInt32(at2 + 4, value.sourceArea.left, true);
  out2.setInt32(at2 + 8, value.sourceArea.bottom, true);
  out2.setInt32(at2 + 12, value.sourceArea.right, true);
  encodeBrush(writer, value.brush);
  const at3 = writer.reserve(3);
  const out3 = writer.view;
  out3.setUint16(at3, value.rop, true);
  out3.setUint8(at3 + 2, value.scaleMode);
  encodeMask(writer, value.mask);
}

function encodeDrawOperationCopy(writer: Writer, value: Extract<DrawOperation, { type: 'copy' }>): void {
  const source = value.source;
  const at = writer.reserve(2);
  const out = writer.view;
  out.setUint8(at, 3);
  out.setUint8(at + 1, source === null ? 0 : 1);
  if (source !== null) {
    encodeImage(writer, source);
  }
  const at2 = writer.reserve(19);
  const out2 = writer.view;
  out2.setInt32(at2, value.sourceArea.top, true);
  out2.setInt32(at2 + 4, value.sourceArea.left, true);
  out2.setInt32(at2 + 8, value.sourceArea.bottom, true);
  out2.setInt32(at2 + 12, value.sourceArea.right, true);
  out2.setUint16(at2 + 16, value.rop, true);
  out2.setUint8(at2 + 18, value.scaleMode);
  encodeMask(writer, value.mask);
}

function encodeDrawOperationCopyBits(writer: Writer, value: Extract<DrawOperation, { type: 'copyBits' }>): void {
  const at = writer.reserve(9);
  const out = writer.view;
  out.setUint8(at, 4);
  out.setInt32(at + 1, value.source.x, true);
  out.setInt32(at + 5, value.source.y, true);
}

function encodeDrawOperationBlend(writer: Writer, value: Extract<DrawOperation, { type: 'blend' }>): void {
  const source = value.source;
  const at = writer.reserve(2);
  const out = writer.view;
  out.setUint8(at, 5);
  out.setUint8(at + 1, source === null ? 0 : 1);
  if (source !== null) {
    encodeImage(writer, source);
  }
  const at2 = writer.reserve(19);
  const out2 = writer.view;
  out2.setInt32(at2, value.sourceArea.top, true);
  out2.setInt32(at2 + 4, value.sourceArea.left, true);
  out2.setInt32(at2 + 8, value.sourceArea.bottom, true);
  out2.setInt32(at2 + 12, value.sourceArea.right, true);
  out2.setUint16(at2 + 16, value.rop, true);
  out2.setUint8(at2 + 18, value.scaleMode);
  encodeMask(writer, value.mask);
}

function encodeDrawOperationBlackness(writer: Writer, value: Extract<DrawOperation, { type: 'blackness' }>): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, 6);
  encodeMask(writer, value.mask);
}

function encodeDrawOperationWhiteness(writer: Writer, value: Extract<DrawOperation, { type: 'whiteness' }>): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, 7);
  encodeMask(writer, value.mask);
}

function encodeDrawOperationInverse(writer: Writer, value: Extract<DrawOperation, { type: 'inverse' }>): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, 8);
  encodeMask(writer, value.mask);
}

function encodeDrawOperationRop3(writer: Writer, value: Extract<DrawOperation, { type: 'rop3' }>): void {
  const source = value.source;
  const at = writer.reserve(2);
  const out = writer.view;
  out.setUint8(at, 9);
  out.setUint8(at + 1, source === null ? 0 : 1);
  if (source !== null) {
    encodeImage(writer, source);
  }
  const at2 = writer.reserve(16);
  const out2 = writer.view;
  out2.setInt32(at2, value.sourceArea.top, true);
  out2.setInt32(at2 + 4, value.sourceArea.left, true);
  out2.setInt32(at2 + 8, value.sourceArea.bottom, true);
  out2.setInt32(at2 + 12, value.sourceArea.right, true);
  encodeBrush(writer, value.brush);
  const at3 = writer.reserve(2);
  const out3 = writer.view;
  out3.setUint8(at3, value.rop3);
  out3.setUint8(at3 + 1, value.scaleMode);
  encodeMask(writer, value.mask);
}

function encodeDrawOperationStroke(writer: Writer, value: Extract<DrawOperation, { type: 'stroke' }>): void {
  const at = writer.reserve(5);
  const out = writer.view;
  out.setUint8(at, 10);
  out.setUint32(at + 1, writer.count(value.path.length, 1048576, 'DrawOperation.stroke.path'), true);
  for (const item of value.path) {
    encodePathSegment(writer, item);
  }
  const at2 = writer.reserve(2);
  const out2 = writer.view;
  out2.setUint8(at2, value.attributes);
  out2.setUint8(at2 + 1, writer.count(value.style.length, 255, 'DrawOperation.stroke.style'));
  for (const item2 of value.style) {
    const at3 = writer.reserve(4);
    const out3 = writer.view;
    out3.setInt32(at3, item2, true);
  }
  encodeBrush(writer, value.brush);
  const at4 = writer.reserve(4);
  const out4 = writer.view;
  out4.setUint16(at4, value.foreMode, true);
  out4.setUint16(at4 + 2, value.backMode, true);
}

function encodeDrawOperationText(writer: Writer, value: Extract<DrawOperation, { type: 'text' }>): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint8(at, 11);
  out.setUint8(at + 1, value.stringFlags);
  out.setUint16(at + 2, writer.count(value.glyphs.length, 65535, 'DrawOperation.text.glyphs'), true);
  for (const item of value.glyphs) {
    encodeGlyph(writer, item);
  }
  const at2 = writer.reserve(16);
  const out2 = writer.view;
  out2.setInt32(at2, value.backArea.top, true);
  out2.setInt32(at2 + 4, value.backArea.left, true);
  out2.setInt32(at2 + 8, value.backArea.bottom, true);
  out2.setInt32(at2 + 12, value.backArea.right, true);
  encodeBrush(writer, value.foreBrush);
  encodeBrush(writer, value.backBrush);
  const at3 = writer.reserve(4);
  const out3 = writer.view;
  out3.setUint16(at3, value.foreMode, true);
  out3.setUint16(at3 + 2, value.backMode, true);
}

function encodeDrawOperationTransparent(writer: Writer, value: Extract<DrawOperation, { type: 'transparent' }>): void {
  const source = value.source;
  const at = writer.reserve(2);
  const out = writer.view;
  out.setUint8(at, 12);
  out.setUint8(at + 1, source === null ? 0 : 1);
  if (source !== null) {
    encodeImage(writer, source);
  }
  const at2 = writer.reserve(24);
  const out2 = writer.view;
  out2.setInt32(at2, value.sourceArea.top, true);
  out2.setInt32(at2 + 4, value.sourceArea.left, true);
  out2.setInt32(at2 + 8, value.sourceArea.bottom, true);
  out2.setInt32(at2 + 12, value.sourceArea.right, true);
  out2.setUint32(at2 + 16, value.sourceColor, true);
  out2.setUint32(at2 + 20, value.trueColor, true);
}

function encodeDrawOperationAlphaBlend(writer: Writer, value: Extract<DrawOperation, { type: 'alphaBlend' }>): void {
  const source = value.source;
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint8(at, 13);
  out.setUint8(at + 1, value.alphaFlags);
  out.setUint8(at + 2, value.alpha);
  out.setUint8(at + 3, source === null ? 0 : 1);
  if (source !== null) {
    encodeImage(writer, source);
  }
  const at2 = writer.reserve(16);
  const out2 = writer.view;
  out2.setInt32(at2, value.sourceArea.top, true);
  out2.setInt32(at2 + 4, value.sourceArea.left, true);
  out2.setInt32(at2 + 8, value.sourceArea.bottom, true);
  out2.setInt32(at2 + 12, value.sourceArea.right, true);
}

function encodeDrawOperationComposite(writer: Writer, value: Extract<DrawOperation, { type: 'composite' }>): void {
  const source = value.source;
  const at = writer.reserve(6);
  const out = writer.view;
  out.setUint8(at, 14);
  out.setUint32(at + 1, value.flags, true);
  out.setUint8(at + 5, source === null ? 0 : 1);
  if (source !== null) {
    encodeImage(writer, source);
  }
  const mask = value.mask;
  const at2 = writer.reserve(1);
  const out2 = writer.view;
  out2.setUint8(at2, mask === null ? 0 : 1);
  if (mask !== null) {
    encodeImage(writer, mask);
  }
  const sourceTransform = value.sourceTransform;
  const at3 = writer.reserve(1);
  const out3 = writer.view;
  out3.setUint8(at3, sourceTransform === null ? 0 : 1);
  if (sourceTransform !== null) {
    const at4 = writer.reserve(24);
    const out4 = writer.view;
    out4.setInt32(at4, sourceTransform[0], true);
    out4.setInt32(at4 + 4, sourceTransform[1], true);
    out4.setInt32(at4 + 8, sourceTransform[2], true);
    out4.setInt32(at4 + 12, sourceTransform[3], true);
    out4.setInt32(at4 + 16, sourceTransform[4], true);
    out4.setInt32(at4 + 20, sourceTransform[5], true);
  }
  const maskTransform = value.maskTransform;
  const at5 = writer.reserve(1);
  const out5 = writer.view;
  out5.setUint8(at5, maskTransform === null ? 0 : 1);
  if (maskTransform !== null) {
    const at6 = writer.reserve(24);
    const out6 = writer.view;
    out6.setInt32(at6, maskTransform[0], true);
    out6.setInt32(at6 + 4, maskTransform[1], true);
    out6.setInt32(at6 + 8, maskTransform[2], true);
    out6.setInt32(at6 + 12, maskTransform[3], true);
    out6.setInt32(at6 + 16, maskTransform[4], true);
    out6.setInt32(at6 + 20, maskTransform[5], true);
  }
  const at7 = writer.reserve(8);
  const out7 = writer.view;
  out7.setInt16(at7, value.sourceOrigin.x, true);
  out7.setInt16(at7 + 2, value.sourceOrigin.y, true);
  out7.setInt16(at7 + 4, value.maskOrigin.x, true);
  out7.setInt16(at7 + 6, value.maskOrigin.y, true);
}

function decodeDrawOperation(reader: Reader): DrawOperation {
  const tag = reader.view.getUint8(reader.take(1));
  switch (tag) {
    case 0:
      return { type: 'nop' };
    case 1:
      return decodeDrawOperationFill(reader);
    case 2:
      return decodeDrawOperationOpaque(reader);
    case 3:
      return decodeDrawOperationCopy(reader);
    case 4:
      return decodeDrawOperationCopyBits(reader);
    case 5:
      return decodeDrawOperationBlend(reader);
    case 6:
      return decodeDrawOperationBlackness(reader);
    case 7:
      return decodeDrawOperationWhiteness(reader);
    case 8:
      return decodeDrawOperationInverse(reader);
    case 9:
      return decodeDrawOperationRop3(reader);
    case 10:
      return decodeDrawOperationStroke(reader);
    case 11:
      return decodeDrawOperationText(reader);
    case 12:
      return decodeDrawOperationTransparent(reader);
    case 13:
      return decodeDrawOperationAlphaBlend(reader);
    case 14:
      return decodeDrawOperationComposite(reader);
    default:
      throw reader.unknownValue(tag, 'DrawOperation');
  }
}

function decodeDrawOperationFill(reader: Reader): Extract<DrawOperation, { type: 'fill' }> {
  const view = reader.view;
  const brush = decodeBrush(reader);
  const at = reader.take(2);
  const mask = decodeMask(reader);
  return { type: 'fill', brush, rop: view.getUint16(at, true), mask };
}

function decodeDrawOperationOpaque(reader: Reader): Extract<DrawOperation, { type: 'opaque' }> {
  const view = reader.view;
  const at = reader.take(1);
  let source: Image | null = null;
  if (reader.present(view.getUint8(at), 'DrawOperation.opaque.source')) {
    const source2 = decodeImage(reader);
    source = source2;
  }
  const at2 = reader.take(16);
  const brush = decodeBrush(reader);
  const at3 = reader.take(3);
  const mask = decodeMask(reader);
  return {
    type: 'opaque',
    source,
    sourceArea: { top: view.getInt32(at2, true), left: view.getInt32(at2 + 4, true), bottom: view.getInt32(at2 + 8, true), right: view.getInt32(at2 + 12, true) },
    brush,
    rop: view.getUint16(at3, true),
    scaleMode: checkScaleMode(reader, view.getUint8(at3 + 2)),
    mask,
  };
}

function decodeDrawOperationCopy(reader: Reader): Extract<DrawOperation, { type: 'copy' }> {
  const view = reader.view;
  const at = reader.take(1);
  let source: Image | null = null;
  if (reader.present(view.getUint8(at), 'DrawOperation.copy.source')) {
    const source2 = decodeImage(reader);
    source = source2;
  }
  const at2 = reader.take(19);
  const mask = decodeMask(reader);
  return {
    type: 'copy',
    source,
    sourceArea: { top: view.getInt32(at2, true), left: view.getInt32(at2 + 4, true), bottom: view.getInt32(at2 + 8, true), right: view.getInt32(at2 + 12, true) },
    rop: view.getUint16(at2 + 16, true),
    scaleMode: checkScaleMode(reader, view.getUint8(at2 + 18)),
    mask,
  };
}

function decodeDrawOperationCopyBits(reader: Reader): Extract<DrawOperation, { type: 'copyBits' }> {
  const view = reader.view;
  const at = reader.take(8);
  return { type: 'copyBits', source: { x: view.getInt32(at, true), y: view.getInt32(at + 4, true) } };
}

function decodeDrawOperationBlend(reader: Reader): Extract<DrawOperation, { type: 'blend' }> {
  const view = reader.view;
  const at = reader.take(1);
  let source: Image | null = null;
  if (reader.present(view.getUint8(at), 'DrawOperation.blend.source')) {
    const source2 = decodeImage(reader);
    source = source2;
  }
  const at2 = reader.take(19);
  const mask = decodeMask(reader);
  return {
    type: 'blend',
    source,
    sourceArea: { top: view.getInt32(at2, true), left: view.getInt32(at2 + 4, true), bottom: view.getInt32(at2 + 8, true), right: view.getInt32(at2 + 12, true) },
    rop: view.getUint16(at2 + 16, true),
    scaleMode: checkScaleMode(reader, view.getUint8(at2 + 18)),
    mask,
  };
}

function decodeDrawOperationBlackness(reader: Reader): Extract<DrawOperation, { type: 'blackness' }> {
  const mask = decodeMask(reader);
  return { type: 'blackness', mask };
}

function decodeDrawOperationWhiteness(reader: Reader): Extract<DrawOperation, { type: 'whiteness' }> {
  const mask = decodeMask(reader);
  return { type: 'whiteness', mask };
}

function decodeDrawOperationInverse(reader: Reader): Extract<DrawOperation, { type: 'inverse' }> {
  const mask = decodeMask(reader);
  return { type: 'inverse', mask };
}

function decodeDrawOperationRop3(reader: Reader): Extract<DrawOperation, { type: 'rop3' }> {
  const view = reader.view;
  const at = reader.take(1);
  let source: Image | null = null;
  if (reader.present(view.getUint8(at), 'DrawOperation.rop3.source')) {
    const source2 = decodeImage(reader);
    source = source2;
  }
  const at2 = reader.take(16);
  const brush = decodeBrush(reader);
  const at3 = reader.take(2);
  const mask = decodeMask(reader);
  return {
    type: 'rop3',
    source,
    sourceArea: { top: view.getInt32(at2, true), left: view.getInt32(at2 + 4, true), bottom: view.getInt32(at2 + 8, true), right: view.getInt32(at2 + 12, true) },
    brush,
    rop3: view.getUint8(at3),
    scaleMode: checkScaleMode(reader, view.getUint8(at3 + 1)),
    mask,
  };
}

function decodeDrawOperationStroke(reader: Reader): Extract<DrawOperation, { type: 'stroke' }> {
  const view = reader.view;
  const at = reader.take(4);
  const pathCount = reader.count(view.getUint32(at, true), 1048576, 5, 'DrawOperation.stroke.path');
  const path: PathSegment[] = [];
  for (let i = 0; i < pathCount; i++) {
    const path2 = decodePathSegment(reader);
    path.push(path2);
  }
  const at2 = reader.take(2);
  const styleCount = reader.count(view.getUint8(at2 + 1), 255, 4, 'DrawOperation.stroke.style');
  const style: number[] = [];
  for (let i2 = 0; i2 < styleCount; i2++) {
    const at3 = reader.take(4);
    style.push(view.getInt32(at3, true));
  }
  const brush = decodeBrush(reader);
  const at4 = reader.take(4);
  return {
    type: 'stroke',
    path,
    attributes: view.getUint8(at2),
    style,
    brush,
    foreMode: view.getUint16(at4, true),
    backMode: view.getUint16(at4 + 2, true),
  };
}

function decodeDrawOperationText(reader: Reader): Extract<DrawOperation, { type: 'text' }> {
  const view = reader.view;
  const at = reader.take(3);
  const glyphsCount = reader.count(view.getUint16(at + 1, true), 65535, 20, 'DrawOperation.text.glyphs');
  const glyphs: Glyph[] = [];
  for (let i = 0; i < glyphsCount; i++) {
    const glyphs2 = decodeGlyph(reader);
    glyphs.push(glyphs2);
  }
  const at2 = reader.take(16);
  const foreBrush = decodeBrush(reader);
  const backBrush = decodeBrush(reader);
  const at3 = reader.take(4);
  return {
    type: 'text',
    stringFlags: view.getUint8(at),
    glyphs,
    backArea: { top: view.getInt32(at2, true), left: view.getInt32(at2 + 4, true), bottom: view.getInt32(at2 + 8, true), right: view.getInt32(at2 + 12, true) },
    foreBrush,
    backBrush,
    foreMode: view.getUint16(at3, true),
    backMode: view.getUint16(at3 + 2, true),
  };
}

function decodeDrawOperationTransparent(reader: Reader): Extract<DrawOperation, { type: 'transparent' }> {
  const view = reader.view;
  const at = reader.take(1);
  let source: Image | null = null;
  if (reader.present(view.getUint8(at), 'DrawOperation.transparent.source')) {
    const source2 = decodeImage(reader);
    source = source2;
  }
  const at2 = reader.take(24);
  return {
    type: 'transparent',
    source,
    sourceArea: { top: view.getInt32(at2, true), left: view.getInt32(at2 + 4, true), bottom: view.getInt32(at2 + 8, true), right: view.getInt32(at2 + 12, true) },
    sourceColor: view.getUint32(at2 + 16, true),
    trueColor: view.getUint32(at2 + 20, true),
  };
}

function decodeDrawOperationAlphaBlend(reader: Reader): Extract<DrawOperation, { type: 'alphaBlend' }> {
  const view = reader.view;
  const at = reader.take(3);
  let source: Image | null = null;
  if (reader.present(view.getUint8(at + 2), 'DrawOperation.alphaBlend.source')) {
    const source2 = decodeImage(reader);
    source = source2;
  }
  const at2 = reader.take(16);
  return {
    type: 'alphaBlend',
    alphaFlags: view.getUint8(at),
    alpha: view.getUint8(at + 1),
    source,
    sourceArea: { top: view.getInt32(at2, true), left: view.getInt32(at2 + 4, true), bottom: view.getInt32(at2 + 8, true), right: view.getInt32(at2 + 12, true) },
  };
}

function decodeDrawOperationComposite(reader: Reader): Extract<DrawOperation, { type: 'composite' }> {
  const view = reader.view;
  const at = reader.take(5);
  let source: Image | null = null;
  if (reader.present(view.getUint8(at + 4), 'DrawOperation.composite.source')) {
    const source2 = decodeImage(reader);
    source = source2;
  }
  const at2 = reader.take(1);
  let mask: Image | null = null;
  if (reader.present(view.getUint8(at2), 'DrawOperation.composite.mask')) {
    const mask2 = decodeImage(reader);
    mask = mask2;
  }
  const at3 = reader.take(1);
  let sourceTransform: readonly number[] | null = null;
  if (reader.present(view.getUint8(at3), 'DrawOperation.composite.sourceTransform')) {
    const at4 = reader.take(24);
    sourceTransform = [view.getInt32(at4, true), view.getInt32(at4 + 4, true), view.getInt32(at4 + 8, true), view.getInt32(at4 + 12, true), view.getInt32(at4 + 16, true), view.getInt32(at4 + 20, true)];
  }
  const at5 = reader.take(1);
  let maskTransform: readonly number[] | null = null;
  if (reader.present(view.getUint8(at5), 'DrawOperation.composite.maskTransform')) {
    const at6 = reader.take(24);
    maskTransform = [view.getInt32(at6, true), view.getInt32(at6 + 4, true), view.getInt32(at6 + 8, true), view.getInt32(at6 + 12, true), view.getInt32(at6 + 16, true), view.getInt32(at6 + 20, true)];
  }
  const at7 = reader.take(8);
  return {
    type: 'composite',
    flags: view.getUint32(at, true),
    source,
    mask,
    sourceTransform,
    maskTransform,
    sourceOrigin: { x: view.getInt16(at7, true), y: view.getInt16(at7 + 2, true) },
    maskOrigin: { x: view.getInt16(at7 + 4, true), y: view.getInt16(at7 + 6, true) },
  };
}

function encodeBrush(writer: Writer, value: Brush): void {
  switch (value.type) {
    case 'none':
      return encodeBrushNone(writer);
    case 'solid':
      return encodeBrushSolid(writer, value);
    case 'pattern':
      return encodeBrushPattern(writer, value);
  }
}

function encodeBrushNone(writer: Writer): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, 0);
}

function encodeBrushSolid(writer: Writer, value: Extract<Brush, { type: 'solid' }>): void {
  const at = writer.reserve(5);
  const out = writer.view;
  out.setUint8(at, 1);
  out.setUint32(at + 1, value.color, true);
}

function encodeBrushPattern(writer: Writer, value: Extract<Brush, { type: 'pattern' }>): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, 2);
  encodeImage(writer, value.image);
  const at2 = writer.reserve(8);
  const out2 = writer.view;
  out2.setInt32(at2, value.position.x, true);
  out2.setInt32(at2 + 4, value.position.y, true);
}

function decodeBrush(reader: Reader): Brush {
  const tag = reader.view.getUint8(reader.take(1));
  switch (tag) {
    case 0:
      return { type: 'none' };
    case 1:
      return decodeBrushSolid(reader);
    case 2:
      return decodeBrushPattern(reader);
    default:
      throw reader.unknownValue(tag, 'Brush');
  }
}

function decodeBrushSolid(reader: Reader): Extract<Brush, { type: 'solid' }> {
  const view = reader.view;
  const at = reader.take(4);
  return { type: 'solid', color: view.getUint32(at, true) };
}

function decodeBrushPattern(reader: Reader): Extract<Brush, { type: 'pattern' }> {
  const view = reader.view;
  const image = decodeImage(reader);
  const at = reader.take(8);
  return {
    type: 'pattern',
    image,
    position: { x: view.getInt32(at, true), y: view.getInt32(at + 4, true) },
  };
}

function encodeMask(writer: Writer, value: Mask): void {
  const image = value.image;
  const at = writer.reserve(10);
  const out = writer.view;
  out.setUint8(at, value.flags);
  out.setInt32(at + 1, value.position.x, true);
  out.setInt32(at + 5, value.position.y, true);
  out.setUint8(at + 9, image === null ? 0 : 1);
  if (image !== null) {
    encodeImage(writer, image);
  }
}

function decodeMask(reader: Reader): Mask {
  const view = reader.view;
  const at = reader.take(10);
  let image: Image | null = null;
  if (reader.present(view.getUint8(at + 9), 'Mask.image')) {
    const image2 = decodeImage(reader);
    image = image2;
  }
  return {
    flags: view.getUint8(at),
    position: { x: view.getInt32(at + 1, true), y: view.getInt32(at + 5, true) },
    image,
  };
}

function encodeImage(writer: Writer, value: Image): void {
  const at = writer.reserve(17);
  const out = writer.view;
  out.setBigUint64(at, value.id, true);
  out.setUint8(at + 8, value.flags);
  out.setUint32(at + 9, value.width, true);
  out.setUint32(at + 13, value.height, true);
  encodeImageContent(writer, value.content);
}

function decodeImage(reader: Reader): Image {
  const view = reader.view;
  const at = reader.take(17);
  const content = decodeImageContent(reader);
  return {
    id: view.getBigUint64(at, true),
    flags: view.getUint8(at + 8),
    width: view.getUint32(at + 9, true),
    height: view.getUint32(at + 13, true),
    content,
  };
}

function encodePathSegment(writer: Writer, value: PathSegment): void {
  const at = writer.reserve(5);
  const out = writer.view;
  out.setUint8(at, value.flags);
  out.setUint32(at + 1, writer.count(value.points.length, 1048576, 'PathSegment.points'), true);
  for (const item of value.points) {
    const at2 = writer.reserve(8);
    const out2 = writer.view;
    out2.setInt32(at2, item.x, true);
    out2.setInt32(at2 + 4, item.y, true);
  }
}

function decodePathSegment(reader: Reader): PathSegment {
  const view = reader.view;
  const at = reader.take(5);
  const pointsCount = reader.count(view.getUint32(at + 1, true), 1048576, 8, 'PathSegment.points');
  const points: Point[] = [];
  for (let i = 0; i < pointsCount; i++) {
    const at2 = reader.take(8);
    points.push({ x: view.getInt32(at2, true), y: view.getInt32(at2 + 4, true) });
  }
  return { flags: view.getUint8(at), points };
}

function encodeGlyph(writer: Writer, value: Glyph): void {
  const at = writer.reserve(20);
  const out = writer.view;
  out.setInt32(at, value.position.x, true);
  out.setInt32(at + 4, value.position.y, true);
  out.setInt32(at + 8, value.origin.x, true);
  out.setInt32(at + 12, value.origin.y, true);
  out.setUint16(at + 16, value.width, true);
  out.setUint16(at + 18, value.height, true);
  writer.count(value.data.byteLength, 536870912, 'Glyph.data');
  writer.blob(value.data);
}

function decodeGlyph(reader: Reader): Glyph {
  const view = reader.view;
  const at = reader.take(20);
  const data = reader.blob(536870912, 'Glyph.data');
  return {
    position: { x: view.getInt32(at, true), y: view.getInt32(at + 4, true) },
    origin: { x: view.getInt32(at + 8, true), y: view.getInt32(at + 12, true) },
    width: view.getUint16(at + 16, true),
    height: view.getUint16(at + 18, true),
    data,
  };
}

function encodeImageContent(writer: Writer, value: ImageContent): void {
  switch (value.type) {
    case 'bitmap':
      return encodeImageContentBitmap(writer, value);
    case 'quic':
      return encodeImageContentQuic(writer, value);
    case 'surface':
      return encodeImageContentSurface(writer, value);
  }
}

function encodeImageContentBitmap(writer: Writer, value: Extract<ImageContent, { type: 'bitmap' }>): void {
  const palette = value.palette;
  const at = writer.reserve(17);
  const out = writer.view;
  out.setUint8(at, 0);
  out.setUint8(at + 1, value.format);
  out.setUint8(at + 2, value.topDown ? 1 : 0);
  out.setUint8(at + 3, value.unstable ? 1 : 0);
  out.setUint32(at + 4, value.width, true);
  out.setUint32(at + 8, value.height, true);
  out.setUint32(at + 12, value.stride, true);
  out.setUint8(at + 16, palette === null ? 0 : 1);
  if (palette !== null) {
    encodePalette(writer, palette);
  }
  writer.count(value.data.byteLength, 536870912, 'ImageContent.bitmap.data');
  writer.blob(value.data);
}

function encodeImageContentQuic(writer: Writer, value: Extract<ImageContent, { type: 'quic' }>): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, 1);
  writer.count(value.data.byteLength, 536870912, 'ImageContent.quic.data');
  writer.blob(value.data);
}

function encodeImageContentSurface(writer: Writer, value: Extract<ImageContent, { type: 'surface' }>): void {
  const at = writer.reserve(5);
  const out = writer.view;
  out.setUint8(at, 104);
  out.setUint32(at + 1, value.surfaceId, true);
}

function decodeImageContent(reader: Reader): ImageContent {
  const tag = reader.view.getUint8(reader.take(1));
  switch (tag) {
    case 0:
      return decodeImageContentBitmap(reader);
    case 1:
      return decodeImageContentQuic(reader);
    case 104:
      return decodeImageContentSurface(reader);
    default:
      throw reader.unknownValue(tag, 'ImageContent');
  }
}

function decodeImageContentBitmap(reader: Reader): Extract<ImageContent, { type: 'bitmap' }> {
  const view = reader.view;
  const at = reader.take(16);
  let palette: Palette | null = null;
  if (reader.present(view.getUint8(at + 15), 'ImageContent.bitmap.palette')) {
    const palette2 = decodePalette(reader);
    palette = palette2;
  }
  const data = reader.blob(536870912, 'ImageContent.bitmap.data');
  return {
    type: 'bitmap',
    format: checkBitmapFormat(reader, view.getUint8(at)),
    topDown: view.getUint8(at + 1) !== 0,
    unstable: view.getUint8(at + 2) !== 0,
    width: view.getUint32(at + 3, true),
    height: view.getUint32(at + 7, true),
    stride: view.getUint32(at + 11, true),
    palette,
    data,
  };
}

function decodeImageContentQuic(reader: Reader): Extract<ImageContent, { type: 'quic' }> {
  const data = reader.blob(536870912, 'ImageContent.quic.data');
  return { type: 'quic', data };
}

function decodeImageContentSurface(reader: Reader): Extract<ImageContent, { type: 'surface' }> {
  const view = reader.view;
  const at = reader.take(4);
  return { type: 'surface', surfaceId: view.getUint32(at, true) };
}

function encodePalette(writer: Writer, value: Palette): void {
  const at = writer.reserve(10);
  const out = writer.view;
  out.setBigUint64(at, value.unique, true);
  out.setUint16(at + 8, writer.count(value.entries.length, 256, 'Palette.entries'), true);
  for (const item of value.entries) {
    const at2 = writer.reserve(4);
    const out2 = writer.view;
    out2.setUint32(at2, item, true);
  }
}

function decodePalette(reader: Reader): Palette {
  const view = reader.view;
  const at = reader.take(10);
  const entriesCount = reader.count(view.getUint16(at + 8, true), 256, 4, 'Palette.entries');
  const entries: number[] = [];
  for (let i = 0; i < entriesCount; i++) {
    const at2 = reader.take(4);
    entries.push(view.getUint32(at2, true));
  }
  return { unique: view.getBigUint64(at, true), entries };
}

function checkSurfaceFormat(reader: Reader, value: number): 1 | 8 | 16 | 80 | 32 | 96 {
  switch (value) {
    case 1:
    case 8:
    case 16:
    case 80:
    case 32:
    case 96:
      return value;
    default:
      throw reader.unknownValue(value, 'SurfaceFormat');
  }
}

function checkEffect(reader: Reader, value: number): 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 {
  switch (value) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
      return value;
    default:
      throw reader.unknownValue(value, 'Effect');
  }
}

function checkCursorType(reader: Reader, value: number): 0 | 1 | 2 | 3 | 4 | 5 | 6 {
  switch (value) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
      return value;
    default:
      throw reader.unknownValue(value, 'CursorType');
  }
}

function checkScaleMode(reader: Reader, value: number): 0 | 1 {
  switch (value) {
    case 0:
    case 1:
      return value;
    default:
      throw reader.unknownValue(value, 'ScaleMode');
  }
}

function checkBitmapFormat(reader: Reader, value: number): 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 {
  switch (value) {
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
    case 8:
    case 9:
    case 10:
      return value;
    default:
      throw reader.unknownValue(value, 'BitmapFormat');
  }
}
