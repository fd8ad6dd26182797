// Generated from the declarations by scripts/generate-codecs.ts; do not edit: `npm run generate`.

import type { Reader, Writer } from '@lazyspice/core';
import type { Body } from '@lazyspice/core';
import type { schema } from '@lazyspice/core';
import { decodeBaseClient, decodeBaseServer, type BaseClientMessage, type BaseServerMessage } from './base.codec.js';
import type * as declared from '../cursor.js';

type Infer<K extends schema.Kind<unknown>> = schema.Infer<K>;
type CursorHeader = Infer<typeof declared.CursorHeader>;
type WireCursor = Infer<typeof declared.WireCursor>;

export type CursorServerMessage =
  | { readonly name: 'init'; readonly body: CursorInit }
  | { readonly name: 'reset'; readonly body: CursorReset }
  | { readonly name: 'set'; readonly body: CursorSet }
  | { readonly name: 'move'; readonly body: CursorMove }
  | { readonly name: 'hide'; readonly body: CursorHide }
  | { readonly name: 'trail'; readonly body: CursorTrail }
  | { readonly name: 'invalOne'; readonly body: CursorInvalOne }
  | { readonly name: 'invalAll'; readonly body: CursorInvalAll }
  | BaseServerMessage;
/** Decodes the body of a message from the server. Bytes behind it are ignored. */
export function decodeCursorServer(type: number, reader: Reader): CursorServerMessage {
  switch (type) {
    case 101:
      reader.context = 'cursor.init';
      return { name: 'init', body: decodeCursorInit(reader) };
    case 102:
      return { name: 'reset', body: {} };
    case 103:
      reader.context = 'cursor.set';
      return { name: 'set', body: decodeCursorSet(reader) };
    case 104:
      reader.context = 'cursor.move';
      return { name: 'move', body: decodeCursorMove(reader) };
    case 105:
      return { name: 'hide', body: {} };
    case 106:
      reader.context = 'cursor.trail';
      return { name: 'trail', body: decodeCursorTrail(reader) };
    case 107:
      reader.context = 'cursor.invalOne';
      return { name: 'invalOne', body: decodeCursorInvalOne(reader) };
    case 108:
      return { name: 'invalAll', body: {} };
    default:
      return decodeBaseServer(type, reader, 'cursor');
  }
}

export const cursorServer = {
  init: { id: 101, encode: encodeCursorInit },
  reset: { id: 102, encode: encodeCursorReset },
  set: { id: 103, encode: encodeCursorSet },
  move: { id: 104, encode: encodeCursorMove },
  hide: { id: 105, encode: encodeCursorHide },
  trail: { id: 106, encode: encodeCursorTrail },
  invalOne: { id: 107, encode: encodeCursorInvalOne },
  invalAll: { id: 108, encode: encodeCursorInvalAll },
} as const;

export type CursorInit = Body<typeof declared.cursor.server.init>;
export function encodeCursorInit(writer: Writer, value: CursorInit): void {
  const at = writer.reserve(9);
  const out = writer.view;
  out.setInt16(at, value.position.x, true);
  out.setInt16(at + 2, value.position.y, true);
  out.setUint16(at + 4, value.trailLength, true);
  out.setUint16(at + 6, value.trailFrequency, true);
  out.setUint8(at + 8, value.visible ? 1 : 0);
  encodeWireCursor(writer, value.cursor);
}

function decodeCursorInit(reader: Reader): CursorInit {
  const view = reader.view;
  const at = reader.take(9);
  const cursor = decodeWireCursor(reader);
  return {
    position: { x: view.getInt16(at, true), y: view.getInt16(at + 2, true) },
    trailLength: view.getUint16(at + 4, true),
    trailFrequency: view.getUint16(at + 6, true),
    visible: view.getUint8(at + 8) !== 0,
    cursor,
  };
}

export type CursorReset = Body<typeof declared.cursor.server.reset>;
export function encodeCursorReset(_writer: Writer, _value: CursorReset): void {}

export type CursorSet = Body<typeof declared.cursor.server.set>;
export function encodeCursorSet(writer: Writer, value: CursorSet): void {
  const at = writer.reserve(5);
  const out = writer.view;
  out.setInt16(at, value.position.x, true);
  out.setInt16(at + 2, value.position.y, true);
  out.setUint8(at + 4, value.visible ? 1 : 0);
  encodeWireCursor(writer, value.cursor);
}

function decodeCursorSet(reader: Reader): CursorSet {
  const view = reader.view;
  const at = reader.take(5);
  const cursor = decodeWireCursor(reader);
  return {
    position: { x: view.getInt16(at, true), y: view.getInt16(at + 2, true) },
    visible: view.getUint8(at + 4) !== 0,
    cursor,
  };
}

export type CursorMove = Body<typeof declared.cursor.server.move>;
export function encodeCursorMove(writer: Writer, value: CursorMove): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setInt16(at, value.position.x, true);
  out.setInt16(at + 2, value.position.y, true);
}

function decodeCursorMove(reader: Reader): CursorMove {
  const view = reader.view;
  const at = reader.take(4);
  return { position: { x: view.getInt16(at, true), y: view.getInt16(at + 2, true) } };
}

export type CursorHide = Body<typeof declared.cursor.server.hide>;
export function encodeCursorHide(_writer: Writer, _value: CursorHide): void {}

export type CursorTrail = Body<typeof declared.cursor.server.trail>;
export function encodeCursorTrail(writer: Writer, value: CursorTrail): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint16(at, value.length, true);
  out.setUint16(at + 2, value.frequency, true);
}

function decodeCursorTrail(reader: Reader): CursorTrail {
  const view = reader.view;
  const at = reader.take(4);
  return { length: view.getUint16(at, true), frequency: view.getUint16(at + 2, true) };
}

export type CursorInvalOne = Body<typeof declared.cursor.server.invalOne>;
export function encodeCursorInvalOne(writer: Writer, value: CursorInvalOne): void {
  const at = writer.reserve(8);
  const out = writer.view;
  out.setBigUint64(at, value.id, true);
}

function decodeCursorInvalOne(reader: Reader): CursorInvalOne {
  const view = reader.view;
  const at = reader.take(8);
  return { id: view.getBigUint64(at, true) };
}

export type CursorInvalAll = Body<typeof declared.cursor.server.invalAll>;
export function encodeCursorInvalAll(_writer: Writer, _value: CursorInvalAll): void {}

export type CursorClientMessage =
  | BaseClientMessage;
/** Decodes the body of a message from the client. Bytes behind it are ignored. */
export function decodeCursorClient(type: number, reader: Reader): CursorClientMessage {
  switch (type) {
    default:
      return decodeBaseClient(type, reader, 'cursor');
  }
}

export const cursorClient = {
} as const;

function encodeWireCursor(writer: Writer, value: WireCursor): void {
  const flags = (value.flags & -2) | (value.header === null ? 1 : 0);
  const header = value.header;
  const at = writer.reserve(2);
  const out = writer.view;
  out.setUint16(at, flags, true);
  if (header !== null) {
    const at2 = writer.reserve(17);
    const out2 = writer.view;
    out2.setBigUint64(at2, header.unique, true);
    out2.setUint8(at2 + 8, header.type);
    out2.setUint16(at2 + 9, header.width, true);
    out2.setUint16(at2 + 11, header.height, true);
    out2.setUint16(at2 + 13, header.hotSpotX, true);
    out2.setUint16(at2 + 15, header.hotSpotY, true);
  }
  writer.count(value.data.byteLength, 536870912, 'WireCursor.data');
  writer.bytes(value.data);
}

function decodeWireCursor(reader: Reader): WireCursor {
  const view = reader.view;
  const at = reader.take(2);
  const flags = view.getUint16(at, true);
  let header: CursorHeader | null = null;
  if ((flags & 1) === 0) {
    const at2 = reader.take(17);
    header = { unique: view.getBigUint64(at2, true), type: checkCursorType(reader, view.getUint8(at2 + 8)), width: view.getUint16(at2 + 9, true), height: view.getUint16(at2 + 11, true), hotSpotX: view.getUint16(at2 + 13, true), hotSpotY: view.getUint16(at2 + 15, true) };
  }
  const data = reader.rest(536870912, 'WireCursor.data');
  return { flags, header, data };
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
