// Generated from the declarations by scripts/generate-codecs.ts; do not edit: `npm run generate`.

import type { Reader, Writer } from '@lazyspice/core';
import type { Body } from '@lazyspice/core';
import type { schema } from '@lazyspice/core';
import { decodeBaseClient, decodeBaseServer, type BaseClientMessage, type BaseServerMessage } from './base.codec.js';
import type * as declared from '../display.js';
import type * as image from '../image.js';
import type * as base from '../base.js';
import type * as core from '@lazyspice/core';

type Infer<K extends schema.Kind<unknown>> = schema.Infer<K>;
type CachedResource = Infer<typeof declared.CachedResource>;
type GlyphString = Infer<typeof image.GlyphString>;
type Head = Infer<typeof core.Head>;
type Palette = Infer<typeof core.Palette>;
type PathSegment = Infer<typeof core.PathSegment>;
type Point = Infer<typeof core.Point>;
type Rect = Infer<typeof core.Rect>;
type WaitForChannel = Infer<typeof base.WaitForChannel>;
type WireBrush = Infer<typeof image.WireBrush>;
type WireGlyph = Infer<typeof image.WireGlyph>;
type WireImage = Infer<typeof image.WireImage>;
type WireImageContent = Infer<typeof image.WireImageContent>;

export type DisplayServerMessage =
  | { readonly name: 'mode'; readonly body: DisplayMode }
  | { readonly name: 'mark'; readonly body: DisplayMark }
  | { readonly name: 'reset'; readonly body: DisplayReset }
  | { readonly name: 'copyBits'; readonly body: DisplayCopyBits }
  | { readonly name: 'invalList'; readonly body: DisplayInvalList }
  | { readonly name: 'invalAllPixmaps'; readonly body: DisplayInvalAllPixmaps }
  | { readonly name: 'invalPalette'; readonly body: DisplayInvalPalette }
  | { readonly name: 'invalAllPalettes'; readonly body: DisplayInvalAllPalettes }
  | { readonly name: 'streamCreate'; readonly body: DisplayStreamCreate }
  | { readonly name: 'streamData'; readonly body: DisplayStreamData }
  | { readonly name: 'streamClip'; readonly body: DisplayStreamClip }
  | { readonly name: 'streamDestroy'; readonly body: DisplayStreamDestroy }
  | { readonly name: 'streamDestroyAll'; readonly body: DisplayStreamDestroyAll }
  | { readonly name: 'drawFill'; readonly body: DisplayDrawFill }
  | { readonly name: 'drawOpaque'; readonly body: DisplayDrawOpaque }
  | { readonly name: 'drawCopy'; readonly body: DisplayDrawCopy }
  | { readonly name: 'drawBlend'; readonly body: DisplayDrawBlend }
  | { readonly name: 'drawBlackness'; readonly body: DisplayDrawBlackness }
  | { readonly name: 'drawWhiteness'; readonly body: DisplayDrawWhiteness }
  | { readonly name: 'drawInverse'; readonly body: DisplayDrawInverse }
  | { readonly name: 'drawRop3'; readonly body: DisplayDrawRop3 }
  | { readonly name: 'drawStroke'; readonly body: DisplayDrawStroke }
  | { readonly name: 'drawText'; readonly body: DisplayDrawText }
  | { readonly name: 'drawTransparent'; readonly body: DisplayDrawTransparent }
  | { readonly name: 'drawAlphaBlend'; readonly body: DisplayDrawAlphaBlend }
  | { readonly name: 'surfaceCreate'; readonly body: DisplaySurfaceCreate }
  | { readonly name: 'surfaceDestroy'; readonly body: DisplaySurfaceDestroy }
  | { readonly name: 'streamDataSized'; readonly body: DisplayStreamDataSized }
  | { readonly name: 'monitorsConfig'; readonly body: DisplayMonitorsConfig }
  | { readonly name: 'drawComposite'; readonly body: DisplayDrawComposite }
  | { readonly name: 'streamActivateReport'; readonly body: DisplayStreamActivateReport }
  | { readonly name: 'glScanoutUnix'; readonly body: DisplayGlScanoutUnix }
  | { readonly name: 'glDraw'; readonly body: DisplayGlDraw }
  | { readonly name: 'qualityIndicator'; readonly body: DisplayQualityIndicator }
  | BaseServerMessage;
/** Decodes the body of a message from the server. Bytes behind it are ignored. */
export function decodeDisplayServer(type: number, reader: Reader): DisplayServerMessage {
  switch (type) {
    case 101:
      reader.context = 'display.mode';
      return { name: 'mode', body: decodeDisplayMode(reader) };
    case 102:
      return { name: 'mark', body: {} };
    case 103:
      return { name: 'reset', body: {} };
    case 104:
      reader.context = 'display.copyBits';
      return { name: 'copyBits', body: decodeDisplayCopyBits(reader) };
    case 105:
      reader.context = 'display.invalList';
      return { name: 'invalList', body: decodeDisplayInvalList(reader) };
    case 106:
      reader.context = 'display.invalAllPixmaps';
      return { name: 'invalAllPixmaps', body: decodeDisplayInvalAllPixmaps(reader) };
    case 107:
      reader.context = 'display.invalPalette';
      return { name: 'invalPalette', body: decodeDisplayInvalPalette(reader) };
    case 108:
      return { name: 'invalAllPalettes', body: {} };
    case 122:
      reader.context = 'display.streamCreate';
      return { name: 'streamCreate', body: decodeDisplayStreamCreate(reader) };
    case 123:
      reader.context = 'display.streamData';
      return { name: 'streamData', body: decodeDisplayStreamData(reader) };
    case 124:
      reader.context = 'display.streamClip';
      return { name: 'streamClip', body: decodeDisplayStreamClip(reader) };
    case 125:
      reader.context = 'display.streamDestroy';
      return { name: 'streamDestroy', body: decodeDisplayStreamDestroy(reader) };
    case 126:
      return { name: 'streamDestroyAll', body: {} };
    case 302:
      reader.context = 'display.drawFill';
      return { name: 'drawFill', body: decodeDisplayDrawFill(reader) };
    case 303:
      reader.context = 'display.drawOpaque';
      return { name: 'drawOpaque', body: decodeDisplayDrawOpaque(reader) };
    case 304:
      reader.context = 'display.drawCopy';
      return { name: 'drawCopy', body: decodeDisplayDrawCopy(reader) };
    case 305:
      reader.context = 'display.drawBlend';
      return { name: 'drawBlend', body: decodeDisplayDrawBlend(reader) };
    case 306:
      reader.context = 'display.drawBlackness';
      return { name: 'drawBlackness', body: decodeDisplayDrawBlackness(reader) };
    case 307:
      reader.context = 'display.drawWhiteness';
      return { name: 'drawWhiteness', body: decodeDisplayDrawWhiteness(reader) };
    case 308:
      reader.context = 'display.drawInverse';
      return { name: 'drawInverse', body: decodeDisplayDrawInverse(reader) };
    case 309:
      reader.context = 'display.drawRop3';
      return { name: 'drawRop3', body: decodeDisplayDrawRop3(reader) };
    case 310:
      reader.context = 'display.drawStroke';
      return { name: 'drawStroke', body: decodeDisplayDrawStroke(reader) };
    case 311:
      reader.context = 'display.drawText';
      return { name: 'drawText', body: decodeDisplayDrawText(reader) };
    case 312:
      reader.context = 'display.drawTransparent';
      return { name: 'drawTransparent', body: decodeDisplayDrawTransparent(reader) };
    case 313:
      reader.context = 'display.drawAlphaBlend';
      return { name: 'drawAlphaBlend', body: decodeDisplayDrawAlphaBlend(reader) };
    case 314:
      reader.context = 'display.surfaceCreate';
      return { name: 'surfaceCreate', body: decodeDisplaySurfaceCreate(reader) };
    case 315:
      reader.context = 'display.surfaceDestroy';
      return { name: 'surfaceDestroy', body: decodeDisplaySurfaceDestroy(reader) };
    case 316:
      reader.context = 'display.streamDataSized';
      return { name: 'streamDataSized', body: decodeDisplayStreamDataSized(reader) };
    case 317:
      reader.context = 'display.monitorsConfig';
      return { name: 'monitorsConfig', body: decodeDisplayMonitorsConfig(reader) };
    case 318:
      reader.context = 'display.drawComposite';
      return { name: 'drawComposite', body: decodeDisplayDrawComposite(reader) };
    case 319:
      reader.context = 'display.streamActivateReport';
      return { name: 'streamActivateReport', body: decodeDisplayStreamActivateReport(reader) };
    case 320:
      reader.context = 'display.glScanoutUnix';
      return { name: 'glScanoutUnix', body: decodeDisplayGlScanoutUnix(reader) };
    case 321:
      reader.context = 'display.glDraw';
      return { name: 'glDraw', body: decodeDisplayGlDraw(reader) };
    case 322:
      reader.context = 'display.qualityIndicator';
      return { name: 'qualityIndicator', body: decodeDisplayQualityIndicator(reader) };
    default:
      return decodeBaseServer(type, reader, 'display');
  }
}

export const displayServer = {
  mode: { id: 101, encode: encodeDisplayMode },
  mark: { id: 102, encode: encodeDisplayMark },
  reset: { id: 103, encode: encodeDisplayReset },
  copyBits: { id: 104, encode: encodeDisplayCopyBits },
  invalList: { id: 105, encode: encodeDisplayInvalList },
  invalAllPixmaps: { id: 106, encode: encodeDisplayInvalAllPixmaps },
  invalPalette: { id: 107, encode: encodeDisplayInvalPalette },
  invalAllPalettes: { id: 108, encode: encodeDisplayInvalAllPalettes },
  streamCreate: { id: 122, encode: encodeDisplayStreamCreate },
  streamData: { id: 123, encode: encodeDisplayStreamData },
  streamClip: { id: 124, encode: encodeDisplayStreamClip },
  streamDestroy: { id: 125, encode: encodeDisplayStreamDestroy },
  streamDestroyAll: { id: 126, encode: encodeDisplayStreamDestroyAll },
  drawFill: { id: 302, encode: encodeDisplayDrawFill },
  drawOpaque: { id: 303, encode: encodeDisplayDrawOpaque },
  drawCopy: { id: 304, encode: encodeDisplayDrawCopy },
  drawBlend: { id: 305, encode: encodeDisplayDrawBlend },
  drawBlackness: { id: 306, encode: encodeDisplayDrawBlackness },
  drawWhiteness: { id: 307, encode: encodeDisplayDrawWhiteness },
  drawInverse: { id: 308, encode: encodeDisplayDrawInverse },
  drawRop3: { id: 309, encode: encodeDisplayDrawRop3 },
  drawStroke: { id: 310, encode: encodeDisplayDrawStroke },
  drawText: { id: 311, encode: encodeDisplayDrawText },
  drawTransparent: { id: 312, encode: encodeDisplayDrawTransparent },
  drawAlphaBlend: { id: 313, encode: encodeDisplayDrawAlphaBlend },
  surfaceCreate: { id: 314, encode: encodeDisplaySurfaceCreate },
  surfaceDestroy: { id: 315, encode: encodeDisplaySurfaceDestroy },
  streamDataSized: { id: 316, encode: encodeDisplayStreamDataSized },
  monitorsConfig: { id: 317, encode: encodeDisplayMonitorsConfig },
  drawComposite: { id: 318, encode: encodeDisplayDrawComposite },
  streamActivateReport: { id: 319, encode: encodeDisplayStreamActivateReport },
  glScanoutUnix: { id: 320, encode: encodeDisplayGlScanoutUnix },
  glDraw: { id: 321, encode: encodeDisplayGlDraw },
  qualityIndicator: { id: 322, encode: encodeDisplayQualityIndicator },
} as const;

export type DisplayMode = Body<typeof declared.display.server.mode>;
export function encodeDisplayMode(writer: Writer, value: DisplayMode): void {
  const at = writer.reserve(12);
  const out = writer.view;
  out.setUint32(at, value.width, true);
  out.setUint32(at + 4, value.height, true);
  out.setUint32(at + 8, value.bits, true);
}

function decodeDisplayMode(reader: Reader): DisplayMode {
  const view = reader.view;
  const at = reader.take(12);
  return {
    width: view.getUint32(at, true),
    height: view.getUint32(at + 4, true),
    bits: view.getUint32(at + 8, true),
  };
}

export type DisplayMark = Body<typeof declared.display.server.mark>;
export function encodeDisplayMark(_writer: Writer, _value: DisplayMark): void {}

export type DisplayReset = Body<typeof declared.display.server.reset>;
export function encodeDisplayReset(_writer: Writer, _value: DisplayReset): void {}

export type DisplayCopyBits = Body<typeof declared.display.server.copyBits>;
export function encodeDisplayCopyBits(writer: Writer, value: DisplayCopyBits): void {
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
    out2.setUint32(at2, writer.count(clip.length, 1048576, 'display.copyBits.clip'), true);
    for (const item of clip) {
      const at3 = writer.reserve(16);
      const out3 = writer.view;
      out3.setInt32(at3, item.top, true);
      out3.setInt32(at3 + 4, item.left, true);
      out3.setInt32(at3 + 8, item.bottom, true);
      out3.setInt32(at3 + 12, item.right, true);
    }
  }
  const at4 = writer.reserve(8);
  const out4 = writer.view;
  out4.setInt32(at4, value.source.x, true);
  out4.setInt32(at4 + 4, value.source.y, true);
}

function decodeDisplayCopyBits(reader: Reader): DisplayCopyBits {
  const view = reader.view;
  const at = reader.take(21);
  let clip: readonly Rect[] | null = null;
  if (reader.present(view.getUint8(at + 20), 'clip')) {
    const at2 = reader.take(4);
    const clipCount = reader.count(view.getUint32(at2, true), 1048576, 16, 'clip');
    const clip2: Rect[] = [];
    for (let i = 0; i < clipCount; i++) {
      const at3 = reader.take(16);
      clip2.push({ top: view.getInt32(at3, true), left: view.getInt32(at3 + 4, true), bottom: view.getInt32(at3 + 8, true), right: view.getInt32(at3 + 12, true) });
    }
    clip = clip2;
  }
  const at4 = reader.take(8);
  return {
    surfaceId: view.getUint32(at, true),
    box: { top: view.getInt32(at + 4, true), left: view.getInt32(at + 8, true), bottom: view.getInt32(at + 12, true), right: view.getInt32(at + 16, true) },
    clip,
    source: { x: view.getInt32(at4, true), y: view.getInt32(at4 + 4, true) },
  };
}

export type DisplayInvalList = Body<typeof declared.display.server.invalList>;
export function encodeDisplayInvalList(writer: Writer, value: DisplayInvalList): void {
  const at = writer.reserve(2);
  const out = writer.view;
  out.setUint16(at, writer.count(value.resources.length, 65535, 'display.invalList.resources'), true);
  for (const item of value.resources) {
    const at2 = writer.reserve(9);
    const out2 = writer.view;
    out2.setUint8(at2, item.type);
    out2.setBigUint64(at2 + 1, item.id, true);
  }
}

function decodeDisplayInvalList(reader: Reader): DisplayInvalList {
  const view = reader.view;
  const at = reader.take(2);
  const resourcesCount = reader.count(view.getUint16(at, true), 65535, 9, 'resources');
  const resources: CachedResource[] = [];
  for (let i = 0; i < resourcesCount; i++) {
    const at2 = reader.take(9);
    resources.push({ type: view.getUint8(at2), id: view.getBigUint64(at2 + 1, true) });
  }
  return { resources };
}

export type DisplayInvalAllPixmaps = Body<typeof declared.display.server.invalAllPixmaps>;
export function encodeDisplayInvalAllPixmaps(writer: Writer, value: DisplayInvalAllPixmaps): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, writer.count(value.channels.length, 255, 'display.invalAllPixmaps.channels'));
  for (const item of value.channels) {
    const at2 = writer.reserve(10);
    const out2 = writer.view;
    out2.setUint8(at2, item.channelType);
    out2.setUint8(at2 + 1, item.channelId);
    out2.setBigUint64(at2 + 2, item.serial, true);
  }
}

function decodeDisplayInvalAllPixmaps(reader: Reader): DisplayInvalAllPixmaps {
  const view = reader.view;
  const at = reader.take(1);
  const channelsCount = reader.count(view.getUint8(at), 255, 10, 'channels');
  const channels: WaitForChannel[] = [];
  for (let i = 0; i < channelsCount; i++) {
    const at2 = reader.take(10);
    channels.push({ channelType: view.getUint8(at2), channelId: view.getUint8(at2 + 1), serial: view.getBigUint64(at2 + 2, true) });
  }
  return { channels };
}

export type DisplayInvalPalette = Body<typeof declared.display.server.invalPalette>;
export function encodeDisplayInvalPalette(writer: Writer, value: DisplayInvalPalette): void {
  const at = writer.reserve(8);
  const out = writer.view;
  out.setBigUint64(at, value.id, true);
}

function decodeDisplayInvalPalette(reader: Reader): DisplayInvalPalette {
  const view = reader.view;
  const at = reader.take(8);
  return { id: view.getBigUint64(at, true) };
}

export type DisplayInvalAllPalettes = Body<typeof declared.display.server.invalAllPalettes>;
export function encodeDisplayInvalAllPalettes(_writer: Writer, _value: DisplayInvalAllPalettes): void {}

export type DisplayStreamCreate = Body<typeof declared.display.server.streamCreate>;
export function encodeDisplayStreamCreate(writer: Writer, value: DisplayStreamCreate): void {
  const clip = value.clip;
  const at = writer.reserve(51);
  const out = writer.view;
  out.setUint32(at, value.surfaceId, true);
  out.setUint32(at + 4, value.id, true);
  out.setUint8(at + 8, value.flags);
  out.setUint8(at + 9, value.codec);
  writer.safeInteger(at + 10, value.stamp, 'display.streamCreate.stamp');
  out.setUint32(at + 18, value.streamWidth, true);
  out.setUint32(at + 22, value.streamHeight, true);
  out.setUint32(at + 26, value.sourceWidth, true);
  out.setUint32(at + 30, value.sourceHeight, true);
  out.setInt32(at + 34, value.destination.top, true);
  out.setInt32(at + 38, value.destination.left, true);
  out.setInt32(at + 42, value.destination.bottom, true);
  out.setInt32(at + 46, value.destination.right, true);
  out.setUint8(at + 50, clip === null ? 0 : 1);
  if (clip !== null) {
    const at2 = writer.reserve(4);
    const out2 = writer.view;
    out2.setUint32(at2, writer.count(clip.length, 1048576, 'display.streamCreate.clip'), true);
    for (const item of clip) {
      const at3 = writer.reserve(16);
      const out3 = writer.view;
      out3.setInt32(at3, item.top, true);
      out3.setInt32(at3 + 4, item.left, true);
      out3.setInt32(at3 + 8, item.bottom, true);
      out3.setInt32(at3 + 12, item.right, true);
    }
  }
}

function decodeDisplayStreamCreate(reader: Reader): DisplayStreamCreate {
  const view = reader.view;
  const at = reader.take(51);
  let clip: readonly Rect[] | null = null;
  if (reader.present(view.getUint8(at + 50), 'clip')) {
    const at2 = reader.take(4);
    const clipCount = reader.count(view.getUint32(at2, true), 1048576, 16, 'clip');
    const clip2: Rect[] = [];
    for (let i = 0; i < clipCount; i++) {
      const at3 = reader.take(16);
      clip2.push({ top: view.getInt32(at3, true), left: view.getInt32(at3 + 4, true), bottom: view.getInt32(at3 + 8, true), right: view.getInt32(at3 + 12, true) });
    }
    clip = clip2;
  }
  return {
    surfaceId: view.getUint32(at, true),
    id: view.getUint32(at + 4, true),
    flags: view.getUint8(at + 8),
    codec: checkVideoCodec(reader, view.getUint8(at + 9)),
    stamp: reader.safeInteger(at + 10, 'stamp'),
    streamWidth: view.getUint32(at + 18, true),
    streamHeight: view.getUint32(at + 22, true),
    sourceWidth: view.getUint32(at + 26, true),
    sourceHeight: view.getUint32(at + 30, true),
    destination: { top: view.getInt32(at + 34, true), left: view.getInt32(at + 38, true), bottom: view.getInt32(at + 42, true), right: view.getInt32(at + 46, true) },
    clip,
  };
}

export type DisplayStreamData = Body<typeof declared.display.server.streamData>;
export function encodeDisplayStreamData(writer: Writer, value: DisplayStreamData): void {
  const at = writer.reserve(12);
  const out = writer.view;
  out.setUint32(at, value.id, true);
  out.setUint32(at + 4, value.mmTime, true);
  out.setUint32(at + 8, writer.count(value.data.byteLength, 536870912, 'display.streamData.data'), true);
  writer.bytes(value.data);
}

function decodeDisplayStreamData(reader: Reader): DisplayStreamData {
  const view = reader.view;
  const at = reader.take(12);
  const data = reader.slice(view.getUint32(at + 8, true), 536870912, 'data');
  return { id: view.getUint32(at, true), mmTime: view.getUint32(at + 4, true), data };
}

export type DisplayStreamClip = Body<typeof declared.display.server.streamClip>;
export function encodeDisplayStreamClip(writer: Writer, value: DisplayStreamClip): void {
  const clip = value.clip;
  const at = writer.reserve(5);
  const out = writer.view;
  out.setUint32(at, value.id, true);
  out.setUint8(at + 4, clip === null ? 0 : 1);
  if (clip !== null) {
    const at2 = writer.reserve(4);
    const out2 = writer.view;
    out2.setUint32(at2, writer.count(clip.length, 1048576, 'display.streamClip.clip'), true);
    for (const item of clip) {
      const at3 = writer.reserve(16);
      const out3 = writer.view;
      out3.setInt32(at3, item.top, true);
      out3.setInt32(at3 + 4, item.left, true);
      out3.setInt32(at3 + 8, item.bottom, true);
      out3.setInt32(at3 + 12, item.right, true);
    }
  }
}

function decodeDisplayStreamClip(reader: Reader): DisplayStreamClip {
  const view = reader.view;
  const at = reader.take(5);
  let clip: readonly Rect[] | null = null;
  if (reader.present(view.getUint8(at + 4), 'clip')) {
    const at2 = reader.take(4);
    const clipCount = reader.count(view.getUint32(at2, true), 1048576, 16, 'clip');
    const clip2: Rect[] = [];
    for (let i = 0; i < clipCount; i++) {
      const at3 = reader.take(16);
      clip2.push({ top: view.getInt32(at3, true), left: view.getInt32(at3 + 4, true), bottom: view.getInt32(at3 + 8, true), right: view.getInt32(at3 + 12, true) });
    }
    clip = clip2;
  }
  return { id: view.getUint32(at, true), clip };
}

export type DisplayStreamDestroy = Body<typeof declared.display.server.streamDestroy>;
export function encodeDisplayStreamDestroy(writer: Writer, value: DisplayStreamDestroy): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.id, true);
}

function decodeDisplayStreamDestroy(reader: Reader): DisplayStreamDestroy {
  const view = reader.view;
  const at = reader.take(4);
  return { id: view.getUint32(at, true) };
}

export type DisplayStreamDestroyAll = Body<typeof declared.display.server.streamDestroyAll>;
export function encodeDisplayStreamDestroyAll(_writer: Writer, _value: DisplayStreamDestroyAll): void {}

export type DisplayDrawFill = Body<typeof declared.display.server.drawFill>;
export function encodeDisplayDrawFill(writer: Writer, value: DisplayDrawFill): void {
  writer.beginBody();
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
    out2.setUint32(at2, writer.count(clip.length, 1048576, 'display.drawFill.clip'), true);
    for (const item of clip) {
      const at3 = writer.reserve(16);
      const out3 = writer.view;
      out3.setInt32(at3, item.top, true);
      out3.setInt32(at3 + 4, item.left, true);
      out3.setInt32(at3 + 8, item.bottom, true);
      out3.setInt32(at3 + 12, item.right, true);
    }
  }
  encodeWireBrush(writer, value.brush);
  const at4 = writer.reserve(15);
  const out4 = writer.view;
  out4.setUint16(at4, value.rop, true);
  out4.setUint8(at4 + 2, value.mask.flags);
  out4.setInt32(at4 + 3, value.mask.position.x, true);
  out4.setInt32(at4 + 7, value.mask.position.y, true);
  writer.pointer(at4 + 11, encodeWireImage, value.mask.image);
  writer.endBody();
}

function decodeDisplayDrawFill(reader: Reader): DisplayDrawFill {
  const view = reader.view;
  const at = reader.take(21);
  let clip: readonly Rect[] | null = null;
  if (reader.present(view.getUint8(at + 20), 'clip')) {
    const at2 = reader.take(4);
    const clipCount = reader.count(view.getUint32(at2, true), 1048576, 16, 'clip');
    const clip2: Rect[] = [];
    for (let i = 0; i < clipCount; i++) {
      const at3 = reader.take(16);
      clip2.push({ top: view.getInt32(at3, true), left: view.getInt32(at3 + 4, true), bottom: view.getInt32(at3 + 8, true), right: view.getInt32(at3 + 12, true) });
    }
    clip = clip2;
  }
  const brush = decodeWireBrush(reader);
  const at4 = reader.take(15);
  return {
    surfaceId: view.getUint32(at, true),
    box: { top: view.getInt32(at + 4, true), left: view.getInt32(at + 8, true), bottom: view.getInt32(at + 12, true), right: view.getInt32(at + 16, true) },
    clip,
    brush,
    rop: view.getUint16(at4, true),
    mask: { flags: view.getUint8(at4 + 2), position: { x: view.getInt32(at4 + 3, true), y: view.getInt32(at4 + 7, true) }, image: reader.followOrNull(view.getUint32(at4 + 11, true), decodeWireImage, 'mask.image') },
  };
}

export type DisplayDrawOpaque = Body<typeof declared.display.server.drawOpaque>;
export function encodeDisplayDrawOpaque(writer: Writer, value: DisplayDrawOpaque): void {
  writer.beginBody();
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
    out2.setUint32(at2, writer.count(clip.length, 1048576, 'display.drawOpaque.clip'), true);
    for (const item of clip) {
      const at3 = writer.reserve(16);
      const out3 = writer.view;
      out3.setInt32(at3, item.top, true);
      out3.setInt32(at3 + 4, item.left, true);
      out3.setInt32(at3 + 8, item.bottom, true);
      out3.setInt32(at3 + 12, item.right, true);
    }
  }
  const at4 = writer.reserve(20);
  const out4 = writer.view;
  writer.pointer(at4, encodeWireImage, value.source);
  out4.setInt32(at4 + 4, value.sourceArea.top, true);
  out4.setInt32(at4 + 8, value.sourceArea.left, true);
  out4.setInt32(at4 + 12, value.sourceArea.bottom, true);
  out4.setInt32(at4 + 16, value.sourceArea.right, true);
  encodeWireBrush(writer, value.brush);
  const at5 = writer.reserve(16);
  const out5 = writer.view;
  out5.setUint16(at5, value.rop, true);
  out5.setUint8(at5 + 2, value.scaleMode);
  out5.setUint8(at5 + 3, value.mask.flags);
  out5.setInt32(at5 + 4, value.mask.position.x, true);
  out5.setInt32(at5 + 8, value.mask.position.y, true);
  writer.pointer(at5 + 12, encodeWireImage, value.mask.image);
  writer.endBody();
}

function decodeDisplayDrawOpaque(reader: Reader): DisplayDrawOpaque {
  const view = reader.view;
  const at = reader.take(21);
  let clip: readonly Rect[] | null = null;
  if (reader.present(view.getUint8(at + 20), 'clip')) {
    const at2 = reader.take(4);
    const clipCount = reader.count(view.getUint32(at2, true), 1048576, 16, 'clip');
    const clip2: Rect[] = [];
    for (let i = 0; i < clipCount; i++) {
      const at3 = reader.take(16);
      clip2.push({ top: view.getInt32(at3, true), left: view.getInt32(at3 + 4, true), bottom: view.getInt32(at3 + 8, true), right: view.getInt32(at3 + 12, true) });
    }
    clip = clip2;
  }
  const at4 = reader.take(20);
  const brush = decodeWireBrush(reader);
  const at5 = reader.take(16);
  return {
    surfaceId: view.getUint32(at, true),
    box: { top: view.getInt32(at + 4, true), left: view.getInt32(at + 8, true), bottom: view.getInt32(at + 12, true), right: view.getInt32(at + 16, true) },
    clip,
    source: reader.follow(view.getUint32(at4, true), decodeWireImage, 'source'),
    sourceArea: { top: view.getInt32(at4 + 4, true), left: view.getInt32(at4 + 8, true), bottom: view.getInt32(at4 + 12, true), right: view.getInt32(at4 + 16, true) },
    brush,
    rop: view.getUint16(at5, true),
    scaleMode: checkScaleMode(reader, view.getUint8(at5 + 2)),
    mask: { flags: view.getUint8(at5 + 3), position: { x: view.getInt32(at5 + 4, true), y: view.getInt32(at5 + 8, true) }, image: reader.followOrNull(view.getUint32(at5 + 12, true), decodeWireImage, 'mask.image') },
  };
}

export type DisplayDrawCopy = Body<typeof declared.display.server.drawCopy>;
export function encodeDisplayDrawCopy(writer: Writer, value: DisplayDrawCopy): void {
  writer.beginBody();
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
    out2.setUint32(at2, writer.count(clip.length, 1048576, 'display.drawCopy.clip'), true);
    for (const item of clip) {
      const at3 = writer.reserve(16);
      const out3 = writer.view;
      out3.setInt32(at3, item.top, true);
      out3.setInt32(at3 + 4, item.left, true);
      out3.setInt32(at3 + 8, item.bottom, true);
      out3.setInt32(at3 + 12, item.right, true);
    }
  }
  const at4 = writer.reserve(36);
  const out4 = writer.view;
  writer.pointer(at4, encodeWireImage, value.source);
  out4.setInt32(at4 + 4, value.sourceArea.top, true);
  out4.setInt32(at4 + 8, value.sourceArea.left, true);
  out4.setInt32(at4 + 12, value.sourceArea.bottom, true);
  out4.setInt32(at4 + 16, value.sourceArea.right, true);
  out4.setUint16(at4 + 20, value.rop, true);
  out4.setUint8(at4 + 22, value.scaleMode);
  out4.setUint8(at4 + 23, value.mask.flags);
  out4.setInt32(at4 + 24, value.mask.position.x, true);
  out4.setInt32(at4 + 28, value.mask.position.y, true);
  writer.pointer(at4 + 32, encodeWireImage, value.mask.image);
  writer.endBody();
}

function decodeDisplayDrawCopy(reader: Reader): DisplayDrawCopy {
  const view = reader.view;
  const at = reader.take(21);
  let clip: readonly Rect[] | null = null;
  if (reader.present(view.getUint8(at + 20), 'clip')) {
    const at2 = reader.take(4);
    const clipCount = reader.count(view.getUint32(at2, true), 1048576, 16, 'clip');
    const clip2: Rect[] = [];
    for (let i = 0; i < clipCount; i++) {
      const at3 = reader.take(16);
      clip2.push({ top: view.getInt32(at3, true), left: view.getInt32(at3 + 4, true), bottom: view.getInt32(at3 + 8, true), right: view.getInt32(at3 + 12, true) });
    }
    clip = clip2;
  }
  const at4 = reader.take(36);
  return {
    surfaceId: view.getUint32(at, true),
    box: { top: view.getInt32(at + 4, true), left: view.getInt32(at + 8, true), bottom: view.getInt32(at + 12, true), right: view.getInt32(at + 16, true) },
    clip,
    source: reader.follow(view.getUint32(at4, true), decodeWireImage, 'source'),
    sourceArea: { top: view.getInt32(at4 + 4, true), left: view.getInt32(at4 + 8, true), bottom: view.getInt32(at4 + 12, true), right: view.getInt32(at4 + 16, true) },
    rop: view.getUint16(at4 + 20, true),
    scaleMode: checkScaleMode(reader, view.getUint8(at4 + 22)),
    mask: { flags: view.getUint8(at4 + 23), position: { x: view.getInt32(at4 + 24, true), y: view.getInt32(at4 + 28, true) }, image: reader.followOrNull(view.getUint32(at4 + 32, true), decodeWireImage, 'mask.image') },
  };
}

export type DisplayDrawBlend = Body<typeof declared.display.server.drawBlend>;
export function encodeDisplayDrawBlend(writer: Writer, value: DisplayDrawBlend): void {
  writer.beginBody();
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
    out2.setUint32(at2, writer.count(clip.length, 1048576, 'display.drawBlend.clip'), true);
    for (const item of clip) {
      const at3 = writer.reserve(16);
      const out3 = writer.view;
      out3.setInt32(at3, item.top, true);
      out3.setInt32(at3 + 4, item.left, true);
      out3.setInt32(at3 + 8, item.bottom, true);
      out3.setInt32(at3 + 12, item.right, true);
    }
  }
  const at4 = writer.reserve(36);
  const out4 = writer.view;
  writer.pointer(at4, encodeWireImage, value.source);
  out4.setInt32(at4 + 4, value.sourceArea.top, true);
  out4.setInt32(at4 + 8, value.sourceArea.left, true);
  out4.setInt32(at4 + 12, value.sourceArea.bottom, true);
  out4.setInt32(at4 + 16, value.sourceArea.right, true);
  out4.setUint16(at4 + 20, value.rop, true);
  out4.setUint8(at4 + 22, value.scaleMode);
  out4.setUint8(at4 + 23, value.mask.flags);
  out4.setInt32(at4 + 24, value.mask.position.x, true);
  out4.setInt32(at4 + 28, value.mask.position.y, true);
  writer.pointer(at4 + 32, encodeWireImage, value.mask.image);
  writer.endBody();
}

function decodeDisplayDrawBlend(reader: Reader): DisplayDrawBlend {
  const view = reader.view;
  const at = reader.take(21);
  let clip: readonly Rect[] | null = null;
  if (reader.present(view.getUint8(at + 20), 'clip')) {
    const at2 = reader.take(4);
    const clipCount = reader.count(view.getUint32(at2, true), 1048576, 16, 'clip');
    const clip2: Rect[] = [];
    for (let i = 0; i < clipCount; i++) {
      const at3 = reader.take(16);
      clip2.push({ top: view.getInt32(at3, true), left: view.getInt32(at3 + 4, true), bottom: view.getInt32(at3 + 8, true), right: view.getInt32(at3 + 12, true) });
    }
    clip = clip2;
  }
  const at4 = reader.take(36);
  return {
    surfaceId: view.getUint32(at, true),
    box: { top: view.getInt32(at + 4, true), left: view.getInt32(at + 8, true), bottom: view.getInt32(at + 12, true), right: view.getInt32(at + 16, true) },
    clip,
    source: reader.follow(view.getUint32(at4, true), decodeWireImage, 'source'),
    sourceArea: { top: view.getInt32(at4 + 4, true), left: view.getInt32(at4 + 8, true), bottom: view.getInt32(at4 + 12, true), right: view.getInt32(at4 + 16, true) },
    rop: view.getUint16(at4 + 20, true),
    scaleMode: checkScaleMode(reader, view.getUint8(at4 + 22)),
    mask: { flags: view.getUint8(at4 + 23), position: { x: view.getInt32(at4 + 24, true), y: view.getInt32(at4 + 28, true) }, image: reader.followOrNull(view.getUint32(at4 + 32, true), decodeWireImage, 'mask.image') },
  };
}

export type DisplayDrawBlackness = Body<typeof declared.display.server.drawBlackness>;
export function encodeDisplayDrawBlackness(writer: Writer, value: DisplayDrawBlackness): void {
  writer.beginBody();
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
    out2.setUint32(at2, writer.count(clip.length, 1048576, 'display.drawBlackness.clip'), true);
    for (const item of clip) {
      const at3 = writer.reserve(16);
      const out3 = writer.view;
      out3.setInt32(at3, item.top, true);
      out3.setInt32(at3 + 4, item.left, true);
      out3.setInt32(at3 + 8, item.bottom, true);
      out3.setInt32(at3 + 12, item.right, true);
    }
  }
  const at4 = writer.reserve(13);
  const out4 = writer.view;
  out4.setUint8(at4, value.mask.flags);
  out4.setInt32(at4 + 1, value.mask.position.x, true);
  out4.setInt32(at4 + 5, value.mask.position.y, true);
  writer.pointer(at4 + 9, encodeWireImage, value.mask.image);
  writer.endBody();
}

function decodeDisplayDrawBlackness(reader: Reader): DisplayDrawBlackness {
  const view = reader.view;
  const at = reader.take(21);
  let clip: readonly Rect[] | null = null;
  if (reader.present(view.getUint8(at + 20), 'clip')) {
    const at2 = reader.take(4);
    const clipCount = reader.count(view.getUint32(at2, true), 1048576, 16, 'clip');
    const clip2: Rect[] = [];
    for (let i = 0; i < clipCount; i++) {
      const at3 = reader.take(16);
      clip2.push({ top: view.getInt32(at3, true), left: view.getInt32(at3 + 4, true), bottom: view.getInt32(at3 + 8, true), right: view.getInt32(at3 + 12, true) });
    }
    clip = clip2;
  }
  const at4 = reader.take(13);
  return {
    surfaceId: view.getUint32(at, true),
    box: { top: view.getInt32(at + 4, true), left: view.getInt32(at + 8, true), bottom: view.getInt32(at + 12, true), right: view.getInt32(at + 16, true) },
    clip,
    mask: { flags: view.getUint8(at4), position: { x: view.getInt32(at4 + 1, true), y: view.getInt32(at4 + 5, true) }, image: reader.followOrNull(view.getUint32(at4 + 9, true), decodeWireImage, 'mask.image') },
  };
}

export type DisplayDrawWhiteness = Body<typeof declared.display.server.drawWhiteness>;
export function encodeDisplayDrawWhiteness(writer: Writer, value: DisplayDrawWhiteness): void {
  writer.beginBody();
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
    out2.setUint32(at2, writer.count(clip.length, 1048576, 'display.drawWhiteness.clip'), true);
    for (const item of clip) {
      const at3 = writer.reserve(16);
      const out3 = writer.view;
      out3.setInt32(at3, item.top, true);
      out3.setInt32(at3 + 4, item.left, true);
      out3.setInt32(at3 + 8, item.bottom, true);
      out3.setInt32(at3 + 12, item.right, true);
    }
  }
  const at4 = writer.reserve(13);
  const out4 = writer.view;
  out4.setUint8(at4, value.mask.flags);
  out4.setInt32(at4 + 1, value.mask.position.x, true);
  out4.setInt32(at4 + 5, value.mask.position.y, true);
  writer.pointer(at4 + 9, encodeWireImage, value.mask.image);
  writer.endBody();
}

function decodeDisplayDrawWhiteness(reader: Reader): DisplayDrawWhiteness {
  const view = reader.view;
  const at = reader.take(21);
  let clip: readonly Rect[] | null = null;
  if (reader.present(view.getUint8(at + 20), 'clip')) {
    const at2 = reader.take(4);
    const clipCount = reader.count(view.getUint32(at2, true), 1048576, 16, 'clip');
    const clip2: Rect[] = [];
    for (let i = 0; i < clipCount; i++) {
      const at3 = reader.take(16);
      clip2.push({ top: view.getInt32(at3, true), left: view.getInt32(at3 + 4, true), bottom: view.getInt32(at3 + 8, true), right: view.getInt32(at3 + 12, true) });
    }
    clip = clip2;
  }
  const at4 = reader.take(13);
  return {
    surfaceId: view.getUint32(at, true),
    box: { top: view.getInt32(at + 4, true), left: view.getInt32(at + 8, true), bottom: view.getInt32(at + 12, true), right: view.getInt32(at + 16, true) },
    clip,
    mask: { flags: view.getUint8(at4), position: { x: view.getInt32(at4 + 1, true), y: view.getInt32(at4 + 5, true) }, image: reader.followOrNull(view.getUint32(at4 + 9, true), decodeWireImage, 'mask.image') },
  };
}

export type DisplayDrawInverse = Body<typeof declared.display.server.drawInverse>;
export function encodeDisplayDrawInverse(writer: Writer, value: DisplayDrawInverse): void {
  writer.beginBody();
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
    out2.setUint32(at2, writer.count(clip.length, 1048576, 'display.drawInverse.clip'), true);
    for (const item of clip) {
      const at3 = writer.reserve(16);
      const out3 = writer.view;
      out3.setInt32(at3, item.top, true);
      out3.setInt32(at3 + 4, item.left, true);
      out3.setInt32(at3 + 8, item.bottom, true);
      out3.setInt32(at3 + 12, item.right, true);
    }
  }
  const at4 = writer.reserve(13);
  const out4 = writer.view;
  out4.setUint8(at4, value.mask.flags);
  out4.setInt32(at4 + 1, value.mask.position.x, true);
  out4.setInt32(at4 + 5, value.mask.position.y, true);
  writer.pointer(at4 + 9, encodeWireImage, value.mask.image);
  writer.endBody();
}

function decodeDisplayDrawInverse(reader: Reader): DisplayDrawInverse {
  const view = reader.view;
  const at = reader.take(21);
  let clip: readonly Rect[] | null = null;
  if (reader.present(view.getUint8(at + 20), 'clip')) {
    const at2 = reader.take(4);
    const clipCount = reader.count(view.getUint32(at2, true), 1048576, 16, 'clip');
    const clip2: Rect[] = [];
    for (let i = 0; i < clipCount; i++) {
      const at3 = reader.take(16);
      clip2.push({ top: view.getInt32(at3, true), left: view.getInt32(at3 + 4, true), bottom: view.getInt32(at3 + 8, true), right: view.getInt32(at3 + 12, true) });
    }
    clip = clip2;
  }
  const at4 = reader.take(13);
  return {
    surfaceId: view.getUint32(at, true),
    box: { top: view.getInt32(at + 4, true), left: view.getInt32(at + 8, true), bottom: view.getInt32(at + 12, true), right: view.getInt32(at + 16, true) },
    clip,
    mask: { flags: view.getUint8(at4), position: { x: view.getInt32(at4 + 1, true), y: view.getInt32(at4 + 5, true) }, image: reader.followOrNull(view.getUint32(at4 + 9, true), decodeWireImage, 'mask.image') },
  };
}

export type DisplayDrawRop3 = Body<typeof declared.display.server.drawRop3>;
export function encodeDisplayDrawRop3(writer: Writer, value: DisplayDrawRop3): void {
  writer.beginBody();
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
    out2.setUint32(at2, writer.count(clip.length, 1048576, 'display.drawRop3.clip'), true);
    for (const item of clip) {
      const at3 = writer.reserve(16);
      const out3 = writer.view;
      out3.setInt32(at3, item.top, true);
      out3.setInt32(at3 + 4, item.left, true);
      out3.setInt32(at3 + 8, item.bottom, true);
      out3.setInt32(at3 + 12, item.right, true);
    }
  }
  const at4 = writer.reserve(20);
  const out4 = writer.view;
  writer.pointer(at4, encodeWireImage, value.source);
  out4.setInt32(at4 + 4, value.sourceArea.top, true);
  out4.setInt32(at4 + 8, value.sourceArea.left, true);
  out4.setInt32(at4 + 12, value.sourceArea.bottom, true);
  out4.setInt32(at4 + 16, value.sourceArea.right, true);
  encodeWireBrush(writer, value.brush);
  const at5 = writer.reserve(15);
  const out5 = writer.view;
  out5.setUint8(at5, value.rop3);
  out5.setUint8(at5 + 1, value.scaleMode);
  out5.setUint8(at5 + 2, value.mask.flags);
  out5.setInt32(at5 + 3, value.mask.position.x, true);
  out5.setInt32(at5 + 7, value.mask.position.y, true);
  writer.pointer(at5 + 11, encodeWireImage, value.mask.image);
  writer.endBody();
}

function decodeDisplayDrawRop3(reader: Reader): DisplayDrawRop3 {
  const view = reader.view;
  const at = reader.take(21);
  let clip: readonly Rect[] | null = null;
  if (reader.present(view.getUint8(at + 20), 'clip')) {
    const at2 = reader.take(4);
    const clipCount = reader.count(view.getUint32(at2, true), 1048576, 16, 'clip');
    const clip2: Rect[] = [];
    for (let i = 0; i < clipCount; i++) {
      const at3 = reader.take(16);
      clip2.push({ top: view.getInt32(at3, true), left: view.getInt32(at3 + 4, true), bottom: view.getInt32(at3 + 8, true), right: view.getInt32(at3 + 12, true) });
    }
    clip = clip2;
  }
  const at4 = reader.take(20);
  const brush = decodeWireBrush(reader);
  const at5 = reader.take(15);
  return {
    surfaceId: view.getUint32(at, true),
    box: { top: view.getInt32(at + 4, true), left: view.getInt32(at + 8, true), bottom: view.getInt32(at + 12, true), right: view.getInt32(at + 16, true) },
    clip,
    source: reader.follow(view.getUint32(at4, true), decodeWireImage, 'source'),
    sourceArea: { top: view.getInt32(at4 + 4, true), left: view.getInt32(at4 + 8, true), bottom: view.getInt32(at4 + 12, true), right: view.getInt32(at4 + 16, true) },
    brush,
    rop3: view.getUint8(at5),
    scaleMode: checkScaleMode(reader, view.getUint8(at5 + 1)),
    mask: { flags: view.getUint8(at5 + 2), position: { x: view.getInt32(at5 + 3, true), y: view.getInt32(at5 + 7, true) }, image: reader.followOrNull(view.getUint32(at5 + 11, true), decodeWireImage, 'mask.image') },
  };
}

export type DisplayDrawStroke = Body<typeof declared.display.server.drawStroke>;
export function encodeDisplayDrawStroke(writer: Writer, value: DisplayDrawStroke): void {
  writer.beginBody();
  const attributes = (value.attributes & -9) | (value.style !== null ? 8 : 0);
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
    out2.setUint32(at2, writer.count(clip.length, 1048576, 'display.drawStroke.clip'), true);
    for (const item of clip) {
      const at3 = writer.reserve(16);
      const out3 = writer.view;
      out3.setInt32(at3, item.top, true);
      out3.setInt32(at3 + 4, item.left, true);
      out3.setInt32(at3 + 8, item.bottom, true);
      out3.setInt32(at3 + 12, item.right, true);
    }
  }
  const style = value.style;
  const at4 = writer.reserve(5);
  const out4 = writer.view;
  writer.pointer(at4, encodeDisplayDrawStrokePath, value.path);
  out4.setUint8(at4 + 4, attributes);
  if (style !== null) {
    const at5 = writer.reserve(5);
    const out5 = writer.view;
    out5.setUint8(at5, writer.count(style.length, 255, 'display.drawStroke.style'));
    writer.pointer(at5 + 1, encodeDisplayDrawStrokeStyleElements, style.length === 0 ? null : style);
  }
  encodeWireBrush(writer, value.brush);
  const at6 = writer.reserve(4);
  const out6 = writer.view;
  out6.setUint16(at6, value.foreMode, true);
  out6.setUint16(at6 + 2, value.backMode, true);
  writer.endBody();
}

function decodeDisplayDrawStroke(reader: Reader): DisplayDrawStroke {
  const view = reader.view;
  const at = reader.take(21);
  let clip: readonly Rect[] | null = null;
  if (reader.present(view.getUint8(at + 20), 'clip')) {
    const at2 = reader.take(4);
    const clipCount = reader.count(view.getUint32(at2, true), 1048576, 16, 'clip');
    const clip2: Rect[] = [];
    for (let i = 0; i < clipCount; i++) {
      const at3 = reader.take(16);
      clip2.push({ top: view.getInt32(at3, true), left: view.getInt32(at3 + 4, true), bottom: view.getInt32(at3 + 8, true), right: view.getInt32(at3 + 12, true) });
    }
    clip = clip2;
  }
  const at4 = reader.take(5);
  const attributes = view.getUint8(at4 + 4);
  let style: readonly number[] | null = null;
  if ((attributes & 8) !== 0) {
    const at5 = reader.take(5);
    style = reader.followList(view.getUint8(at5), view.getUint32(at5 + 1, true), decodeDisplayDrawStrokeStyleElements, { max: 255, elementSize: 4 }, 'style');
  }
  const brush = decodeWireBrush(reader);
  const at6 = reader.take(4);
  return {
    surfaceId: view.getUint32(at, true),
    box: { top: view.getInt32(at + 4, true), left: view.getInt32(at + 8, true), bottom: view.getInt32(at + 12, true), right: view.getInt32(at + 16, true) },
    clip,
    path: reader.follow(view.getUint32(at4, true), decodeDisplayDrawStrokePath, 'path'),
    attributes,
    style,
    brush,
    foreMode: view.getUint16(at6, true),
    backMode: view.getUint16(at6 + 2, true),
  };
}

export type DisplayDrawText = Body<typeof declared.display.server.drawText>;
export function encodeDisplayDrawText(writer: Writer, value: DisplayDrawText): void {
  writer.beginBody();
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
    out2.setUint32(at2, writer.count(clip.length, 1048576, 'display.drawText.clip'), true);
    for (const item of clip) {
      const at3 = writer.reserve(16);
      const out3 = writer.view;
      out3.setInt32(at3, item.top, true);
      out3.setInt32(at3 + 4, item.left, true);
      out3.setInt32(at3 + 8, item.bottom, true);
      out3.setInt32(at3 + 12, item.right, true);
    }
  }
  const at4 = writer.reserve(20);
  const out4 = writer.view;
  writer.pointer(at4, encodeGlyphString, value.string);
  out4.setInt32(at4 + 4, value.backArea.top, true);
  out4.setInt32(at4 + 8, value.backArea.left, true);
  out4.setInt32(at4 + 12, value.backArea.bottom, true);
  out4.setInt32(at4 + 16, value.backArea.right, true);
  encodeWireBrush(writer, value.foreBrush);
  encodeWireBrush(writer, value.backBrush);
  const at5 = writer.reserve(4);
  const out5 = writer.view;
  out5.setUint16(at5, value.foreMode, true);
  out5.setUint16(at5 + 2, value.backMode, true);
  writer.endBody();
}

function decodeDisplayDrawText(reader: Reader): DisplayDrawText {
  const view = reader.view;
  const at = reader.take(21);
  let clip: readonly Rect[] | null = null;
  if (reader.present(view.getUint8(at + 20), 'clip')) {
    const at2 = reader.take(4);
    const clipCount = reader.count(view.getUint32(at2, true), 1048576, 16, 'clip');
    const clip2: Rect[] = [];
    for (let i = 0; i < clipCount; i++) {
      const at3 = reader.take(16);
      clip2.push({ top: view.getInt32(at3, true), left: view.getInt32(at3 + 4, true), bottom: view.getInt32(at3 + 8, true), right: view.getInt32(at3 + 12, true) });
    }
    clip = clip2;
  }
  const at4 = reader.take(20);
  const foreBrush = decodeWireBrush(reader);
  const backBrush = decodeWireBrush(reader);
  const at5 = reader.take(4);
  return {
    surfaceId: view.getUint32(at, true),
    box: { top: view.getInt32(at + 4, true), left: view.getInt32(at + 8, true), bottom: view.getInt32(at + 12, true), right: view.getInt32(at + 16, true) },
    clip,
    string: reader.follow(view.getUint32(at4, true), decodeGlyphString, 'string'),
    backArea: { top: view.getInt32(at4 + 4, true), left: view.getInt32(at4 + 8, true), bottom: view.getInt32(at4 + 12, true), right: view.getInt32(at4 + 16, true) },
    foreBrush,
    backBrush,
    foreMode: view.getUint16(at5, true),
    backMode: view.getUint16(at5 + 2, true),
  };
}

export type DisplayDrawTransparent = Body<typeof declared.display.server.drawTransparent>;
export function encodeDisplayDrawTransparent(writer: Writer, value: DisplayDrawTransparent): void {
  writer.beginBody();
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
    out2.setUint32(at2, writer.count(clip.length, 1048576, 'display.drawTransparent.clip'), true);
    for (const item of clip) {
      const at3 = writer.reserve(16);
      const out3 = writer.view;
      out3.setInt32(at3, item.top, true);
      out3.setInt32(at3 + 4, item.left, true);
      out3.setInt32(at3 + 8, item.bottom, true);
      out3.setInt32(at3 + 12, item.right, true);
    }
  }
  const at4 = writer.reserve(28);
  const out4 = writer.view;
  writer.pointer(at4, encodeWireImage, value.source);
  out4.setInt32(at4 + 4, value.sourceArea.top, true);
  out4.setInt32(at4 + 8, value.sourceArea.left, true);
  out4.setInt32(at4 + 12, value.sourceArea.bottom, true);
  out4.setInt32(at4 + 16, value.sourceArea.right, true);
  out4.setUint32(at4 + 20, value.sourceColor, true);
  out4.setUint32(at4 + 24, value.trueColor, true);
  writer.endBody();
}

function decodeDisplayDrawTransparent(reader: Reader): DisplayDrawTransparent {
  const view = reader.view;
  const at = reader.take(21);
  let clip: readonly Rect[] | null = null;
  if (reader.present(view.getUint8(at + 20), 'clip')) {
    const at2 = reader.take(4);
    const clipCount = reader.count(view.getUint32(at2, true), 1048576, 16, 'clip');
    const clip2: Rect[] = [];
    for (let i = 0; i < clipCount; i++) {
      const at3 = reader.take(16);
      clip2.push({ top: view.getInt32(at3, true), left: view.getInt32(at3 + 4, true), bottom: view.getInt32(at3 + 8, true), right: view.getInt32(at3 + 12, true) });
    }
    clip = clip2;
  }
  const at4 = reader.take(28);
  return {
    surfaceId: view.getUint32(at, true),
    box: { top: view.getInt32(at + 4, true), left: view.getInt32(at + 8, true), bottom: view.getInt32(at + 12, true), right: view.getInt32(at + 16, true) },
    clip,
    source: reader.follow(view.getUint32(at4, true), decodeWireImage, 'source'),
    sourceArea: { top: view.getInt32(at4 + 4, true), left: view.getInt32(at4 + 8, true), bottom: view.getInt32(at4 + 12, true), right: view.getInt32(at4 + 16, true) },
    sourceColor: view.getUint32(at4 + 20, true),
    trueColor: view.getUint32(at4 + 24, true),
  };
}

export type DisplayDrawAlphaBlend = Body<typeof declared.display.server.drawAlphaBlend>;
export function encodeDisplayDrawAlphaBlend(writer: Writer, value: DisplayDrawAlphaBlend): void {
  writer.beginBody();
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
    out2.setUint32(at2, writer.count(clip.length, 1048576, 'display.drawAlphaBlend.clip'), true);
    for (const item of clip) {
      const at3 = writer.reserve(16);
      const out3 = writer.view;
      out3.setInt32(at3, item.top, true);
      out3.setInt32(at3 + 4, item.left, true);
      out3.setInt32(at3 + 8, item.bottom, true);
      out3.setInt32(at3 + 12, item.right, true);
    }
  }
  const at4 = writer.reserve(22);
  const out4 = writer.view;
  out4.setUint8(at4, value.alphaFlags);
  out4.setUint8(at4 + 1, value.alpha);
  writer.pointer(at4 + 2, encodeWireImage, value.source);
  out4.setInt32(at4 + 6, value.sourceArea.top, true);
  out4.setInt32(at4 + 10, value.sourceArea.left, true);
  out4.setInt32(at4 + 14, value.sourceArea.bottom, true);
  out4.setInt32(at4 + 18, value.sourceArea.right, true);
  writer.endBody();
}

function decodeDisplayDrawAlphaBlend(reader: Reader): DisplayDrawAlphaBlend {
  const view = reader.view;
  const at = reader.take(21);
  let clip: readonly Rect[] | null = null;
  if (reader.present(view.getUint8(at + 20), 'clip')) {
    const at2 = reader.take(4);
    const clipCount = reader.count(view.getUint32(at2, true), 1048576, 16, 'clip');
    const clip2: Rect[] = [];
    for (let i = 0; i < clipCount; i++) {
      const at3 = reader.take(16);
      clip2.push({ top: view.getInt32(at3, true), left: view.getInt32(at3 + 4, true), bottom: view.getInt32(at3 + 8, true), right: view.getInt32(at3 + 12, true) });
    }
    clip = clip2;
  }
  const at4 = reader.take(22);
  return {
    surfaceId: view.getUint32(at, true),
    box: { top: view.getInt32(at + 4, true), left: view.getInt32(at + 8, true), bottom: view.getInt32(at + 12, true), right: view.getInt32(at + 16, true) },
    clip,
    alphaFlags: view.getUint8(at4),
    alpha: view.getUint8(at4 + 1),
    source: reader.follow(view.getUint32(at4 + 2, true), decodeWireImage, 'source'),
    sourceArea: { top: view.getInt32(at4 + 6, true), left: view.getInt32(at4 + 10, true), bottom: view.getInt32(at4 + 14, true), right: view.getInt32(at4 + 18, true) },
  };
}

export type DisplaySurfaceCreate = Body<typeof declared.display.server.surfaceCreate>;
export function encodeDisplaySurfaceCreate(writer: Writer, value: DisplaySurfaceCreate): void {
  const at = writer.reserve(20);
  const out = writer.view;
  out.setUint32(at, value.surfaceId, true);
  out.setUint32(at + 4, value.width, true);
  out.setUint32(at + 8, value.height, true);
  out.setUint32(at + 12, value.format, true);
  out.setUint32(at + 16, value.flags, true);
}

function decodeDisplaySurfaceCreate(reader: Reader): DisplaySurfaceCreate {
  const view = reader.view;
  const at = reader.take(20);
  return {
    surfaceId: view.getUint32(at, true),
    width: view.getUint32(at + 4, true),
    height: view.getUint32(at + 8, true),
    format: checkSurfaceFormat(reader, view.getUint32(at + 12, true)),
    flags: view.getUint32(at + 16, true),
  };
}

export type DisplaySurfaceDestroy = Body<typeof declared.display.server.surfaceDestroy>;
export function encodeDisplaySurfaceDestroy(writer: Writer, value: DisplaySurfaceDestroy): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.surfaceId, true);
}

function decodeDisplaySurfaceDestroy(reader: Reader): DisplaySurfaceDestroy {
  const view = reader.view;
  const at = reader.take(4);
  return { surfaceId: view.getUint32(at, true) };
}

export type DisplayStreamDataSized = Body<typeof declared.display.server.streamDataSized>;
export function encodeDisplayStreamDataSized(writer: Writer, value: DisplayStreamDataSized): void {
  const at = writer.reserve(36);
  const out = writer.view;
  out.setUint32(at, value.id, true);
  out.setUint32(at + 4, value.mmTime, true);
  out.setUint32(at + 8, value.width, true);
  out.setUint32(at + 12, value.height, true);
  out.setInt32(at + 16, value.destination.top, true);
  out.setInt32(at + 20, value.destination.left, true);
  out.setInt32(at + 24, value.destination.bottom, true);
  out.setInt32(at + 28, value.destination.right, true);
  out.setUint32(at + 32, writer.count(value.data.byteLength, 536870912, 'display.streamDataSized.data'), true);
  writer.bytes(value.data);
}

function decodeDisplayStreamDataSized(reader: Reader): DisplayStreamDataSized {
  const view = reader.view;
  const at = reader.take(36);
  const data = reader.slice(view.getUint32(at + 32, true), 536870912, 'data');
  return {
    id: view.getUint32(at, true),
    mmTime: view.getUint32(at + 4, true),
    width: view.getUint32(at + 8, true),
    height: view.getUint32(at + 12, true),
    destination: { top: view.getInt32(at + 16, true), left: view.getInt32(at + 20, true), bottom: view.getInt32(at + 24, true), right: view.getInt32(at + 28, true) },
    data,
  };
}

export type DisplayMonitorsConfig = Body<typeof declared.display.server.monitorsConfig>;
export function encodeDisplayMonitorsConfig(writer: Writer, value: DisplayMonitorsConfig): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint16(at, writer.count(value.heads.length, 256, 'display.monitorsConfig.count'), true);
  out.setUint16(at + 2, value.maxAllowed, true);
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

function decodeDisplayMonitorsConfig(reader: Reader): DisplayMonitorsConfig {
  const view = reader.view;
  const at = reader.take(4);
  const count = view.getUint16(at, true);
  const headsCount = reader.count(count, 256, 28, 'heads');
  const heads: Head[] = [];
  for (let i = 0; i < headsCount; i++) {
    const at2 = reader.take(28);
    heads.push({ id: view.getUint32(at2, true), surfaceId: view.getUint32(at2 + 4, true), width: view.getUint32(at2 + 8, true), height: view.getUint32(at2 + 12, true), x: view.getUint32(at2 + 16, true), y: view.getUint32(at2 + 20, true), flags: view.getUint32(at2 + 24, true) });
  }
  return { maxAllowed: view.getUint16(at + 2, true), heads };
}

export type DisplayDrawComposite = Body<typeof declared.display.server.drawComposite>;
export function encodeDisplayDrawComposite(writer: Writer, value: DisplayDrawComposite): void {
  writer.beginBody();
  const flags = (value.flags & -3670017) | (value.mask !== null ? 524288 : 0) | (value.sourceTransform !== null ? 1048576 : 0) | (value.maskTransform !== null ? 2097152 : 0);
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
    out2.setUint32(at2, writer.count(clip.length, 1048576, 'display.drawComposite.clip'), true);
    for (const item of clip) {
      const at3 = writer.reserve(16);
      const out3 = writer.view;
      out3.setInt32(at3, item.top, true);
      out3.setInt32(at3 + 4, item.left, true);
      out3.setInt32(at3 + 8, item.bottom, true);
      out3.setInt32(at3 + 12, item.right, true);
    }
  }
  const mask = value.mask;
  const at4 = writer.reserve(8);
  const out4 = writer.view;
  out4.setUint32(at4, flags, true);
  writer.pointer(at4 + 4, encodeWireImage, value.source);
  if (mask !== null) {
    const at5 = writer.reserve(4);
    writer.pointer(at5, encodeWireImage, mask);
  }
  const sourceTransform = value.sourceTransform;
  if (sourceTransform !== null) {
    const at6 = writer.reserve(24);
    const out6 = writer.view;
    out6.setInt32(at6, sourceTransform[0], true);
    out6.setInt32(at6 + 4, sourceTransform[1], true);
    out6.setInt32(at6 + 8, sourceTransform[2], true);
    out6.setInt32(at6 + 12, sourceTransform[3], true);
    out6.setInt32(at6 + 16, sourceTransform[4], true);
    out6.setInt32(at6 + 20, sourceTransform[5], true);
  }
  const maskTransform = value.maskTransform;
  if (maskTransform !== null) {
    const at7 = writer.reserve(24);
    const out7 = writer.view;
    out7.setInt32(at7, maskTransform[0], true);
    out7.setInt32(at7 + 4, maskTransform[1], true);
    out7.setInt32(at7 + 8, maskTransform[2], true);
    out7.setInt32(at7 + 12, maskTransform[3], true);
    out7.setInt32(at7 + 16, maskTransform[4], true);
    out7.setInt32(at7 + 20, maskTransform[5], true);
  }
  const at8 = writer.reserve(8);
  const out8 = writer.view;
  out8.setInt16(at8, value.sourceOrigin.x, true);
  out8.setInt16(at8 + 2, value.sourceOrigin.y, true);
  out8.setInt16(at8 + 4, value.maskOrigin.x, true);
  out8.setInt16(at8 + 6, value.maskOrigin.y, true);
  writer.endBody();
}

function decodeDisplayDrawComposite(reader: Reader): DisplayDrawComposite {
  const view = reader.view;
  const at = reader.take(21);
  let clip: readonly Rect[] | null = null;
  if (reader.present(view.getUint8(at + 20), 'clip')) {
    const at2 = reader.take(4);
    const clipCount = reader.count(view.getUint32(at2, true), 1048576, 16, 'clip');
    const clip2: Rect[] = [];
    for (let i = 0; i < clipCount; i++) {
      const at3 = reader.take(16);
      clip2.push({ top: view.getInt32(at3, true), left: view.getInt32(at3 + 4, true), bottom: view.getInt32(at3 + 8, true), right: view.getInt32(at3 + 12, true) });
    }
    clip = clip2;
  }
  const at4 = reader.take(8);
  const flags = view.getUint32(at4, true);
  let mask: WireImage | null = null;
  if ((flags & 524288) !== 0) {
    const at5 = reader.take(4);
    mask = reader.follow(view.getUint32(at5, true), decodeWireImage, 'mask');
  }
  let sourceTransform: readonly number[] | null = null;
  if ((flags & 1048576) !== 0) {
    const at6 = reader.take(24);
    sourceTransform = [view.getInt32(at6, true), view.getInt32(at6 + 4, true), view.getInt32(at6 + 8, true), view.getInt32(at6 + 12, true), view.getInt32(at6 + 16, true), view.getInt32(at6 + 20, true)];
  }
  let maskTransform: readonly number[] | null = null;
  if ((flags & 2097152) !== 0) {
    const at7 = reader.take(24);
    maskTransform = [view.getInt32(at7, true), view.getInt32(at7 + 4, true), view.getInt32(at7 + 8, true), view.getInt32(at7 + 12, true), view.getInt32(at7 + 16, true), view.getInt32(at7 + 20, true)];
  }
  const at8 = reader.take(8);
  return {
    surfaceId: view.getUint32(at, true),
    box: { top: view.getInt32(at + 4, true), left: view.getInt32(at + 8, true), bottom: view.getInt32(at + 12, true), right: view.getInt32(at + 16, true) },
    clip,
    flags,
    source: reader.follow(view.getUint32(at4 + 4, true), decodeWireImage, 'source'),
    mask,
    sourceTransform,
    maskTransform,
    sourceOrigin: { x: view.getInt16(at8, true), y: view.getInt16(at8 + 2, true) },
    maskOrigin: { x: view.getInt16(at8 + 4, true), y: view.getInt16(at8 + 6, true) },
  };
}

export type DisplayStreamActivateReport = Body<typeof declared.display.server.streamActivateReport>;
export function encodeDisplayStreamActivateReport(writer: Writer, value: DisplayStreamActivateReport): void {
  const at = writer.reserve(16);
  const out = writer.view;
  out.setUint32(at, value.streamId, true);
  out.setUint32(at + 4, value.uniqueId, true);
  out.setUint32(at + 8, value.maxWindowSize, true);
  out.setUint32(at + 12, value.timeoutMs, true);
}

function decodeDisplayStreamActivateReport(reader: Reader): DisplayStreamActivateReport {
  const view = reader.view;
  const at = reader.take(16);
  return {
    streamId: view.getUint32(at, true),
    uniqueId: view.getUint32(at + 4, true),
    maxWindowSize: view.getUint32(at + 8, true),
    timeoutMs: view.getUint32(at + 12, true),
  };
}

export type DisplayGlScanoutUnix = Body<typeof declared.display.server.glScanoutUnix>;
export function encodeDisplayGlScanoutUnix(writer: Writer, value: DisplayGlScanoutUnix): void {
  const at = writer.reserve(20);
  const out = writer.view;
  out.setUint32(at, value.width, true);
  out.setUint32(at + 4, value.height, true);
  out.setUint32(at + 8, value.stride, true);
  out.setUint32(at + 12, value.fourcc, true);
  out.setUint32(at + 16, value.flags, true);
}

function decodeDisplayGlScanoutUnix(reader: Reader): DisplayGlScanoutUnix {
  const view = reader.view;
  const at = reader.take(20);
  return {
    width: view.getUint32(at, true),
    height: view.getUint32(at + 4, true),
    stride: view.getUint32(at + 8, true),
    fourcc: view.getUint32(at + 12, true),
    flags: view.getUint32(at + 16, true),
  };
}

export type DisplayGlDraw = Body<typeof declared.display.server.glDraw>;
export function encodeDisplayGlDraw(writer: Writer, value: DisplayGlDraw): void {
  const at = writer.reserve(16);
  const out = writer.view;
  out.setUint32(at, value.x, true);
  out.setUint32(at + 4, value.y, true);
  out.setUint32(at + 8, value.width, true);
  out.setUint32(at + 12, value.height, true);
}

function decodeDisplayGlDraw(reader: Reader): DisplayGlDraw {
  const view = reader.view;
  const at = reader.take(16);
  return {
    x: view.getUint32(at, true),
    y: view.getUint32(at + 4, true),
    width: view.getUint32(at + 8, true),
    height: view.getUint32(at + 12, true),
  };
}

export type DisplayQualityIndicator = Body<typeof declared.display.server.qualityIndicator>;
export function encodeDisplayQualityIndicator(writer: Writer, value: DisplayQualityIndicator): void {
  writer.count(value.data.byteLength, 2048, 'display.qualityIndicator.data');
  writer.bytes(value.data);
}

function decodeDisplayQualityIndicator(reader: Reader): DisplayQualityIndicator {
  const data = reader.rest(2048, 'data');
  return { data };
}

export type DisplayClientMessage =
  | { readonly name: 'init'; readonly body: DisplayClientInit }
  | { readonly name: 'streamReport'; readonly body: DisplayClientStreamReport }
  | { readonly name: 'preferredCompression'; readonly body: DisplayClientPreferredCompression }
  | { readonly name: 'glDrawDone'; readonly body: DisplayClientGlDrawDone }
  | { readonly name: 'preferredVideoCodec'; readonly body: DisplayClientPreferredVideoCodec }
  | BaseClientMessage;
/** Decodes the body of a message from the client. Bytes behind it are ignored. */
export function decodeDisplayClient(type: number, reader: Reader): DisplayClientMessage {
  switch (type) {
    case 101:
      reader.context = 'display.init';
      return { name: 'init', body: decodeDisplayClientInit(reader) };
    case 102:
      reader.context = 'display.streamReport';
      return { name: 'streamReport', body: decodeDisplayClientStreamReport(reader) };
    case 103:
      reader.context = 'display.preferredCompression';
      return { name: 'preferredCompression', body: decodeDisplayClientPreferredCompression(reader) };
    case 104:
      return { name: 'glDrawDone', body: {} };
    case 105:
      reader.context = 'display.preferredVideoCodec';
      return { name: 'preferredVideoCodec', body: decodeDisplayClientPreferredVideoCodec(reader) };
    default:
      return decodeBaseClient(type, reader, 'display');
  }
}

export const displayClient = {
  init: { id: 101, encode: encodeDisplayClientInit },
  streamReport: { id: 102, encode: encodeDisplayClientStreamReport },
  preferredCompression: { id: 103, encode: encodeDisplayClientPreferredCompression },
  glDrawDone: { id: 104, encode: encodeDisplayClientGlDrawDone },
  preferredVideoCodec: { id: 105, encode: encodeDisplayClientPreferredVideoCodec },
} as const;

export type DisplayClientInit = Body<typeof declared.display.client.init>;
export function encodeDisplayClientInit(writer: Writer, value: DisplayClientInit): void {
  const at = writer.reserve(14);
  const out = writer.view;
  out.setUint8(at, value.pixmapCacheId);
  out.setBigInt64(at + 1, value.pixmapCacheSize, true);
  out.setUint8(at + 9, value.glzDictionaryId);
  out.setInt32(at + 10, value.glzWindowSize, true);
}

function decodeDisplayClientInit(reader: Reader): DisplayClientInit {
  const view = reader.view;
  const at = reader.take(14);
  return {
    pixmapCacheId: view.getUint8(at),
    pixmapCacheSize: view.getBigInt64(at + 1, true),
    glzDictionaryId: view.getUint8(at + 9),
    glzWindowSize: view.getInt32(at + 10, true),
  };
}

export type DisplayClientStreamReport = Body<typeof declared.display.client.streamReport>;
export function encodeDisplayClientStreamReport(writer: Writer, value: DisplayClientStreamReport): void {
  const at = writer.reserve(32);
  const out = writer.view;
  out.setUint32(at, value.streamId, true);
  out.setUint32(at + 4, value.uniqueId, true);
  out.setUint32(at + 8, value.startFrameMmTime, true);
  out.setUint32(at + 12, value.endFrameMmTime, true);
  out.setUint32(at + 16, value.numFrames, true);
  out.setUint32(at + 20, value.numDrops, true);
  out.setInt32(at + 24, value.lastFrameDelay, true);
  out.setUint32(at + 28, value.audioDelay, true);
}

function decodeDisplayClientStreamReport(reader: Reader): DisplayClientStreamReport {
  const view = reader.view;
  const at = reader.take(32);
  return {
    streamId: view.getUint32(at, true),
    uniqueId: view.getUint32(at + 4, true),
    startFrameMmTime: view.getUint32(at + 8, true),
    endFrameMmTime: view.getUint32(at + 12, true),
    numFrames: view.getUint32(at + 16, true),
    numDrops: view.getUint32(at + 20, true),
    lastFrameDelay: view.getInt32(at + 24, true),
    audioDelay: view.getUint32(at + 28, true),
  };
}

export type DisplayClientPreferredCompression = Body<typeof declared.display.client.preferredCompression>;
export function encodeDisplayClientPreferredCompression(writer: Writer, value: DisplayClientPreferredCompression): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, value.compression);
}

function decodeDisplayClientPreferredCompression(reader: Reader): DisplayClientPreferredCompression {
  const view = reader.view;
  const at = reader.take(1);
  return { compression: view.getUint8(at) };
}

export type DisplayClientGlDrawDone = Body<typeof declared.display.client.glDrawDone>;
export function encodeDisplayClientGlDrawDone(_writer: Writer, _value: DisplayClientGlDrawDone): void {}

export type DisplayClientPreferredVideoCodec = Body<typeof declared.display.client.preferredVideoCodec>;
export function encodeDisplayClientPreferredVideoCodec(writer: Writer, value: DisplayClientPreferredVideoCodec): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, writer.count(value.codecs.length, 255, 'display.preferredVideoCodec.codecs'));
  for (const item of value.codecs) {
    const at2 = writer.reserve(1);
    const out2 = writer.view;
    out2.setUint8(at2, item);
  }
}

function decodeDisplayClientPreferredVideoCodec(reader: Reader): DisplayClientPreferredVideoCodec {
  const view = reader.view;
  const at = reader.take(1);
  const codecsCount = reader.count(view.getUint8(at), 255, 1, 'codecs');
  const codecs: number[] = [];
  for (let i = 0; i < codecsCount; i++) {
    const at2 = reader.take(1);
    codecs.push(view.getUint8(at2));
  }
  return { codecs };
}

function encodeWireBrush(writer: Writer, value: WireBrush): void {
  switch (value.type) {
    case 'none':
      return encodeWireBrushNone(writer);
    case 'solid':
      return encodeWireBrushSolid(writer, value);
    case 'pattern':
      return encodeWireBrushPattern(writer, value);
  }
}

function encodeWireBrushNone(writer: Writer): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, 0);
}

function encodeWireBrushSolid(writer: Writer, value: Extract<WireBrush, { type: 'solid' }>): void {
  const at = writer.reserve(5);
  const out = writer.view;
  out.setUint8(at, 1);
  out.setUint32(at + 1, value.color, true);
}

function encodeWireBrushPattern(writer: Writer, value: Extract<WireBrush, { type: 'pattern' }>): void {
  const at = writer.reserve(13);
  const out = writer.view;
  out.setUint8(at, 2);
  writer.pointer(at + 1, encodeWireImage, value.image);
  out.setInt32(at + 5, value.position.x, true);
  out.setInt32(at + 9, value.position.y, true);
}

function decodeWireBrush(reader: Reader): WireBrush {
  const tag = reader.view.getUint8(reader.take(1));
  switch (tag) {
    case 0:
      return { type: 'none' };
    case 1:
      return decodeWireBrushSolid(reader);
    case 2:
      return decodeWireBrushPattern(reader);
    default:
      throw reader.unknownValue(tag, 'WireBrush');
  }
}

function decodeWireBrushSolid(reader: Reader): Extract<WireBrush, { type: 'solid' }> {
  const view = reader.view;
  const at = reader.take(4);
  return { type: 'solid', color: view.getUint32(at, true) };
}

function decodeWireBrushPattern(reader: Reader): Extract<WireBrush, { type: 'pattern' }> {
  const view = reader.view;
  const at = reader.take(12);
  return {
    type: 'pattern',
    image: reader.follow(view.getUint32(at, true), decodeWireImage, 'WireBrush.pattern.image'),
    position: { x: view.getInt32(at + 4, true), y: view.getInt32(at + 8, true) },
  };
}

function encodeWireImage(writer: Writer, value: WireImage): void {
  const at = writer.reserve(18);
  const out = writer.view;
  out.setBigUint64(at, value.id, true);
  out.setUint8(at + 8, tagOfWireImageContent(value.content));
  out.setUint8(at + 9, value.flags);
  out.setUint32(at + 10, value.width, true);
  out.setUint32(at + 14, value.height, true);
  encodeWireImageContent(writer, value.content);
}

function decodeWireImage(reader: Reader): WireImage {
  const view = reader.view;
  const at = reader.take(18);
  const type2 = view.getUint8(at + 8);
  const content = decodeWireImageContent(reader, type2);
  return {
    id: view.getBigUint64(at, true),
    flags: view.getUint8(at + 9),
    width: view.getUint32(at + 10, true),
    height: view.getUint32(at + 14, true),
    content,
  };
}

function encodeDisplayDrawStrokePath(writer: Writer, value: readonly PathSegment[]): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, writer.count(value.length, 1048576, 'DisplayDrawStrokePath'), true);
  for (const item of value) {
    encodePathSegment(writer, item);
  }
}

function decodeDisplayDrawStrokePath(reader: Reader): readonly PathSegment[] {
  const view = reader.view;
  const at = reader.take(4);
  const DisplayDrawStrokePathCount = reader.count(view.getUint32(at, true), 1048576, 5, 'DisplayDrawStrokePath');
  const DisplayDrawStrokePath: PathSegment[] = [];
  for (let i = 0; i < DisplayDrawStrokePathCount; i++) {
    const DisplayDrawStrokePath2 = decodePathSegment(reader);
    DisplayDrawStrokePath.push(DisplayDrawStrokePath2);
  }
  return DisplayDrawStrokePath;
}

function encodeDisplayDrawStrokeStyleElements(writer: Writer, value: readonly number[]): void {
  for (const item of value) {
    const at = writer.reserve(4);
    const out = writer.view;
    out.setInt32(at, item, true);
  }
}

function decodeDisplayDrawStrokeStyleElements(reader: Reader, count: number): readonly number[] {
  const view = reader.view;
  const items: number[] = [];
  for (let i = 0; i < count; i++) {
    const at = reader.take(4);
    items.push(view.getInt32(at, true));
  }
  return items;
}

function encodeGlyphString(writer: Writer, value: GlyphString): void {
  const at = writer.reserve(3);
  const out = writer.view;
  out.setUint16(at, writer.count(value.glyphs.length, 65535, 'GlyphString.length'), true);
  out.setUint8(at + 2, value.flags);
  for (const item of value.glyphs) {
    encodeWireGlyph(writer, item, value.flags);
  }
}

function decodeGlyphString(reader: Reader): GlyphString {
  const view = reader.view;
  const at = reader.take(3);
  const length = view.getUint16(at, true);
  const flags = view.getUint8(at + 2);
  const glyphsCount = reader.count(length, 65535, 20, 'GlyphString.glyphs');
  const glyphs: WireGlyph[] = [];
  for (let i = 0; i < glyphsCount; i++) {
    const glyphs2 = decodeWireGlyph(reader, flags);
    glyphs.push(glyphs2);
  }
  return { flags, glyphs };
}

function tagOfWireImageContent(value: WireImageContent): number {
  switch (value.type) {
    case 'bitmap':
      return 0;
    case 'quic':
      return 1;
    case 'lzPalette':
      return 100;
    case 'lzRgb':
      return 101;
    case 'glzRgb':
      return 102;
    case 'fromCache':
      return 103;
    case 'surface':
      return 104;
    case 'jpeg':
      return 105;
    case 'fromCacheLossless':
      return 106;
    case 'zlibGlzRgb':
      return 107;
    case 'jpegAlpha':
      return 108;
    case 'lz4':
      return 109;
  }
}

function encodeWireImageContent(writer: Writer, value: WireImageContent): void {
  switch (value.type) {
    case 'bitmap':
      return encodeWireImageContentBitmap(writer, value);
    case 'quic':
      return encodeWireImageContentQuic(writer, value);
    case 'lzPalette':
      return encodeWireImageContentLzPalette(writer, value);
    case 'lzRgb':
      return encodeWireImageContentLzRgb(writer, value);
    case 'glzRgb':
      return encodeWireImageContentGlzRgb(writer, value);
    case 'fromCache':
      return;
    case 'surface':
      return encodeWireImageContentSurface(writer, value);
    case 'jpeg':
      return encodeWireImageContentJpeg(writer, value);
    case 'fromCacheLossless':
      return;
    case 'zlibGlzRgb':
      return encodeWireImageContentZlibGlzRgb(writer, value);
    case 'jpegAlpha':
      return encodeWireImageContentJpegAlpha(writer, value);
    case 'lz4':
      return encodeWireImageContentLz4(writer, value);
  }
}

function encodeWireImageContentBitmap(writer: Writer, value: Extract<WireImageContent, { type: 'bitmap' }>): void {
  const flags = (value.flags & -3) | (value.cachedPalette !== null ? 2 : 0);
  if (value.palette !== null && (flags & 2) !== 0) throw writer.contradiction('WireImageContent.bitmap.palette');
  const cachedPalette = value.cachedPalette;
  const at = writer.reserve(14);
  const out = writer.view;
  out.setUint8(at, value.format);
  out.setUint8(at + 1, flags);
  out.setUint32(at + 2, value.width, true);
  out.setUint32(at + 6, value.height, true);
  out.setUint32(at + 10, value.stride, true);
  if (cachedPalette !== null) {
    const at2 = writer.reserve(8);
    const out2 = writer.view;
    out2.setBigUint64(at2, cachedPalette, true);
  }
  const palette = value.palette;
  if ((flags & 2) === 0) {
    const at3 = writer.reserve(4);
    writer.pointer(at3, encodePalette, palette);
  }
  writer.count(value.data.byteLength, 536870912, 'WireImageContent.bitmap.data');
  writer.exact(value.data, value.stride * value.height, 'WireImageContent.bitmap.data');
  writer.bytes(value.data);
}

function encodeWireImageContentQuic(writer: Writer, value: Extract<WireImageContent, { type: 'quic' }>): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, writer.count(value.data.byteLength, 536870912, 'WireImageContent.quic.data'), true);
  writer.bytes(value.data);
}

function encodeWireImageContentLzPalette(writer: Writer, value: Extract<WireImageContent, { type: 'lzPalette' }>): void {
  const flags = (value.flags & -3) | (value.cachedPalette !== null ? 2 : 0);
  if ((value.palette !== null) !== ((flags & 2) === 0)) throw writer.contradiction('WireImageContent.lzPalette.palette');
  const cachedPalette = value.cachedPalette;
  const at = writer.reserve(5);
  const out = writer.view;
  out.setUint8(at, flags);
  out.setUint32(at + 1, writer.count(value.data.byteLength, 536870912, 'WireImageContent.lzPalette.size'), true);
  if (cachedPalette !== null) {
    const at2 = writer.reserve(8);
    const out2 = writer.view;
    out2.setBigUint64(at2, cachedPalette, true);
  }
  const palette = value.palette;
  if (palette !== null) {
    const at3 = writer.reserve(4);
    writer.pointer(at3, encodePalette, palette);
  }
  writer.bytes(value.data);
}

function encodeWireImageContentLzRgb(writer: Writer, value: Extract<WireImageContent, { type: 'lzRgb' }>): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, writer.count(value.data.byteLength, 536870912, 'WireImageContent.lzRgb.data'), true);
  writer.bytes(value.data);
}

function encodeWireImageContentGlzRgb(writer: Writer, value: Extract<WireImageContent, { type: 'glzRgb' }>): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, writer.count(value.data.byteLength, 536870912, 'WireImageContent.glzRgb.data'), true);
  writer.bytes(value.data);
}

function encodeWireImageContentSurface(writer: Writer, value: Extract<WireImageContent, { type: 'surface' }>): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.surfaceId, true);
}

function encodeWireImageContentJpeg(writer: Writer, value: Extract<WireImageContent, { type: 'jpeg' }>): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, writer.count(value.data.byteLength, 536870912, 'WireImageContent.jpeg.data'), true);
  writer.bytes(value.data);
}

function encodeWireImageContentZlibGlzRgb(writer: Writer, value: Extract<WireImageContent, { type: 'zlibGlzRgb' }>): void {
  const at = writer.reserve(8);
  const out = writer.view;
  out.setUint32(at, value.glzSize, true);
  out.setUint32(at + 4, writer.count(value.data.byteLength, 536870912, 'WireImageContent.zlibGlzRgb.data'), true);
  writer.bytes(value.data);
}

function encodeWireImageContentJpegAlpha(writer: Writer, value: Extract<WireImageContent, { type: 'jpegAlpha' }>): void {
  const at = writer.reserve(9);
  const out = writer.view;
  out.setUint8(at, value.flags);
  out.setUint32(at + 1, writer.count(value.jpeg.byteLength, 536870912, 'WireImageContent.jpegAlpha.jpegSize'), true);
  out.setUint32(at + 5, writer.count(value.jpeg.byteLength + value.alpha.byteLength, 1073741824, 'WireImageContent.jpegAlpha.size'), true);
  writer.bytes(value.jpeg);
  writer.bytes(value.alpha);
}

function encodeWireImageContentLz4(writer: Writer, value: Extract<WireImageContent, { type: 'lz4' }>): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, writer.count(value.data.byteLength, 536870912, 'WireImageContent.lz4.data'), true);
  writer.bytes(value.data);
}

function decodeWireImageContent(reader: Reader, tag: number): WireImageContent {
  switch (tag) {
    case 0:
      return decodeWireImageContentBitmap(reader);
    case 1:
      return decodeWireImageContentQuic(reader);
    case 100:
      return decodeWireImageContentLzPalette(reader);
    case 101:
      return decodeWireImageContentLzRgb(reader);
    case 102:
      return decodeWireImageContentGlzRgb(reader);
    case 103:
      return { type: 'fromCache' };
    case 104:
      return decodeWireImageContentSurface(reader);
    case 105:
      return decodeWireImageContentJpeg(reader);
    case 106:
      return { type: 'fromCacheLossless' };
    case 107:
      return decodeWireImageContentZlibGlzRgb(reader);
    case 108:
      return decodeWireImageContentJpegAlpha(reader);
    case 109:
      return decodeWireImageContentLz4(reader);
    default:
      throw reader.unknownValue(tag, 'WireImageContent');
  }
}

function decodeWireImageContentBitmap(reader: Reader): Extract<WireImageContent, { type: 'bitmap' }> {
  const view = reader.view;
  const at = reader.take(14);
  const flags = view.getUint8(at + 1);
  const height = view.getUint32(at + 6, true);
  const stride = view.getUint32(at + 10, true);
  let cachedPalette: bigint | null = null;
  if ((flags & 2) !== 0) {
    const at2 = reader.take(8);
    cachedPalette = view.getBigUint64(at2, true);
  }
  let palette: Palette | null = null;
  if ((flags & 2) === 0) {
    const at3 = reader.take(4);
    palette = reader.followOrNull(view.getUint32(at3, true), decodePalette, 'WireImageContent.bitmap.palette');
  }
  const data = reader.slice(stride * height, 536870912, 'WireImageContent.bitmap.data');
  return {
    type: 'bitmap',
    format: checkBitmapFormat(reader, view.getUint8(at)),
    flags,
    width: view.getUint32(at + 2, true),
    height,
    stride,
    cachedPalette,
    palette,
    data,
  };
}

function decodeWireImageContentQuic(reader: Reader): Extract<WireImageContent, { type: 'quic' }> {
  const view = reader.view;
  const at = reader.take(4);
  const data = reader.slice(view.getUint32(at, true), 536870912, 'WireImageContent.quic.data');
  return { type: 'quic', data };
}

function decodeWireImageContentLzPalette(reader: Reader): Extract<WireImageContent, { type: 'lzPalette' }> {
  const view = reader.view;
  const at = reader.take(5);
  const flags = view.getUint8(at);
  const size = view.getUint32(at + 1, true);
  let cachedPalette: bigint | null = null;
  if ((flags & 2) !== 0) {
    const at2 = reader.take(8);
    cachedPalette = view.getBigUint64(at2, true);
  }
  let palette: Palette | null = null;
  if ((flags & 2) === 0) {
    const at3 = reader.take(4);
    palette = reader.follow(view.getUint32(at3, true), decodePalette, 'WireImageContent.lzPalette.palette');
  }
  const data = reader.slice(size, 536870912, 'WireImageContent.lzPalette.data');
  return { type: 'lzPalette', flags, cachedPalette, palette, data };
}

function decodeWireImageContentLzRgb(reader: Reader): Extract<WireImageContent, { type: 'lzRgb' }> {
  const view = reader.view;
  const at = reader.take(4);
  const data = reader.slice(view.getUint32(at, true), 536870912, 'WireImageContent.lzRgb.data');
  return { type: 'lzRgb', data };
}

function decodeWireImageContentGlzRgb(reader: Reader): Extract<WireImageContent, { type: 'glzRgb' }> {
  const view = reader.view;
  const at = reader.take(4);
  const data = reader.slice(view.getUint32(at, true), 536870912, 'WireImageContent.glzRgb.data');
  return { type: 'glzRgb', data };
}

function decodeWireImageContentSurface(reader: Reader): Extract<WireImageContent, { type: 'surface' }> {
  const view = reader.view;
  const at = reader.take(4);
  return { type: 'surface', surfaceId: view.getUint32(at, true) };
}

function decodeWireImageContentJpeg(reader: Reader): Extract<WireImageContent, { type: 'jpeg' }> {
  const view = reader.view;
  const at = reader.take(4);
  const data = reader.slice(view.getUint32(at, true), 536870912, 'WireImageContent.jpeg.data');
  return { type: 'jpeg', data };
}

function decodeWireImageContentZlibGlzRgb(reader: Reader): Extract<WireImageContent, { type: 'zlibGlzRgb' }> {
  const view = reader.view;
  const at = reader.take(8);
  const data = reader.slice(view.getUint32(at + 4, true), 536870912, 'WireImageContent.zlibGlzRgb.data');
  return { type: 'zlibGlzRgb', glzSize: view.getUint32(at, true), data };
}

function decodeWireImageContentJpegAlpha(reader: Reader): Extract<WireImageContent, { type: 'jpegAlpha' }> {
  const view = reader.view;
  const at = reader.take(9);
  const jpegSize = view.getUint32(at + 1, true);
  const size = view.getUint32(at + 5, true);
  const jpeg = reader.slice(jpegSize, 536870912, 'WireImageContent.jpegAlpha.jpeg');
  const alpha = reader.slice(size - jpegSize, 536870912, 'WireImageContent.jpegAlpha.alpha');
  return { type: 'jpegAlpha', flags: view.getUint8(at), jpeg, alpha };
}

function decodeWireImageContentLz4(reader: Reader): Extract<WireImageContent, { type: 'lz4' }> {
  const view = reader.view;
  const at = reader.take(4);
  const data = reader.slice(view.getUint32(at, true), 536870912, 'WireImageContent.lz4.data');
  return { type: 'lz4', data };
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

function encodeWireGlyph(writer: Writer, value: WireGlyph, flags: number): void {
  const at = writer.reserve(20);
  const out = writer.view;
  out.setInt32(at, value.position.x, true);
  out.setInt32(at + 4, value.position.y, true);
  out.setInt32(at + 8, value.origin.x, true);
  out.setInt32(at + 12, value.origin.y, true);
  out.setUint16(at + 16, value.width, true);
  out.setUint16(at + 18, value.height, true);
  writer.count(value.data.byteLength, 536870912, 'WireGlyph.data');
  writer.exact(value.data, Math.ceil((value.width * ((flags & 1) !== 0 ? 1 : (flags & 2) !== 0 ? 4 : (flags & 4) !== 0 ? 8 : 0)) / 8) * value.height, 'WireGlyph.data');
  writer.bytes(value.data);
}

function decodeWireGlyph(reader: Reader, flags: number): WireGlyph {
  const view = reader.view;
  const at = reader.take(20);
  const width = view.getUint16(at + 16, true);
  const height = view.getUint16(at + 18, true);
  const data = reader.slice(Math.ceil((width * ((flags & 1) !== 0 ? 1 : (flags & 2) !== 0 ? 4 : (flags & 4) !== 0 ? 8 : 0)) / 8) * height, 536870912, 'WireGlyph.data');
  return {
    position: { x: view.getInt32(at, true), y: view.getInt32(at + 4, true) },
    origin: { x: view.getInt32(at + 8, true), y: view.getInt32(at + 12, true) },
    width,
    height,
    data,
  };
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

function checkVideoCodec(reader: Reader, value: number): 1 | 2 | 3 | 4 | 5 {
  switch (value) {
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
      return value;
    default:
      throw reader.unknownValue(value, 'VideoCodec');
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
