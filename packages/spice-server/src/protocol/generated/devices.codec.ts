// Generated from the declarations by scripts/generate-codecs.ts; do not edit: `npm run generate`.

import type { Reader, Writer } from '@lazyspice/core';
import type { Body } from '@lazyspice/core';
import type { schema } from '@lazyspice/core';
import { writeBytes } from '@lazyspice/core';
import { decodeBaseClient, decodeBaseServer, type BaseClientMessage, type BaseServerMessage } from './base.codec.js';
import type * as declared from '../devices.js';

type Infer<K extends schema.Kind<unknown>> = schema.Infer<K>;
type CompressedData = Infer<typeof declared.CompressedData>;
type SmartcardMessage = Infer<typeof declared.SmartcardMessage>;

export type UsbredirServerMessage =
  | { readonly name: 'data'; readonly body: UsbredirData }
  | { readonly name: 'compressedData'; readonly body: UsbredirCompressedData }
  | BaseServerMessage;
/** Decodes the body of a message from the server. Bytes behind it are ignored. */
export function decodeUsbredirServer(type: number, reader: Reader): UsbredirServerMessage {
  switch (type) {
    case 101:
      reader.context = 'usbredir.data';
      return { name: 'data', body: decodeUsbredirData(reader) };
    case 102:
      reader.context = 'usbredir.compressedData';
      return { name: 'compressedData', body: decodeUsbredirCompressedData(reader) };
    default:
      return decodeBaseServer(type, reader, 'usbredir');
  }
}

export const usbredirServer = {
  data: { id: 101, encode: encodeUsbredirData },
  compressedData: { id: 102, encode: encodeUsbredirCompressedData },
} as const;

export type UsbredirData = Body<typeof declared.usbredir.server.data>;
export function encodeUsbredirData(writer: Writer, value: UsbredirData): void {
  writer.count(value.data.byteLength, 16777216, 'usbredir.data.data');
  writer.bytes(value.data);
}

function decodeUsbredirData(reader: Reader): UsbredirData {
  const data = reader.rest(16777216, 'data');
  return { data };
}

export type UsbredirCompressedData = Body<typeof declared.usbredir.server.compressedData>;
export function encodeUsbredirCompressedData(writer: Writer, value: UsbredirCompressedData): void {
  encodeCompressedData(writer, value.data);
}

function decodeUsbredirCompressedData(reader: Reader): UsbredirCompressedData {
  const data = decodeCompressedData(reader);
  return { data };
}

export type UsbredirClientMessage =
  | { readonly name: 'data'; readonly body: UsbredirClientData }
  | { readonly name: 'compressedData'; readonly body: UsbredirClientCompressedData }
  | BaseClientMessage;
/** Decodes the body of a message from the client. Bytes behind it are ignored. */
export function decodeUsbredirClient(type: number, reader: Reader): UsbredirClientMessage {
  switch (type) {
    case 101:
      reader.context = 'usbredir.data';
      return { name: 'data', body: decodeUsbredirClientData(reader) };
    case 102:
      reader.context = 'usbredir.compressedData';
      return { name: 'compressedData', body: decodeUsbredirClientCompressedData(reader) };
    default:
      return decodeBaseClient(type, reader, 'usbredir');
  }
}

export const usbredirClient = {
  data: { id: 101, encode: encodeUsbredirClientData },
  compressedData: { id: 102, encode: encodeUsbredirClientCompressedData },
} as const;

export type UsbredirClientData = Body<typeof declared.usbredir.client.data>;
export function encodeUsbredirClientData(writer: Writer, value: UsbredirClientData): void {
  writer.count(value.data.byteLength, 16777216, 'usbredir.data.data');
  writer.bytes(value.data);
}

function decodeUsbredirClientData(reader: Reader): UsbredirClientData {
  const data = reader.rest(16777216, 'data');
  return { data };
}

export type UsbredirClientCompressedData = Body<typeof declared.usbredir.client.compressedData>;
export function encodeUsbredirClientCompressedData(writer: Writer, value: UsbredirClientCompressedData): void {
  encodeCompressedData(writer, value.data);
}

function decodeUsbredirClientCompressedData(reader: Reader): UsbredirClientCompressedData {
  const data = decodeCompressedData(reader);
  return { data };
}

export type PortServerMessage =
  | { readonly name: 'data'; readonly body: PortData }
  | { readonly name: 'compressedData'; readonly body: PortCompressedData }
  | { readonly name: 'portInit'; readonly body: PortPortInit }
  | { readonly name: 'portEvent'; readonly body: PortPortEvent }
  | BaseServerMessage;
/** Decodes the body of a message from the server. Bytes behind it are ignored. */
export function decodePortServer(type: number, reader: Reader): PortServerMessage {
  switch (type) {
    case 101:
      reader.context = 'port.data';
      return { name: 'data', body: decodePortData(reader) };
    case 102:
      reader.context = 'port.compressedData';
      return { name: 'compressedData', body: decodePortCompressedData(reader) };
    case 201:
      reader.context = 'port.portInit';
      return { name: 'portInit', body: decodePortPortInit(reader) };
    case 202:
      reader.context = 'port.portEvent';
      return { name: 'portEvent', body: decodePortPortEvent(reader) };
    default:
      return decodeBaseServer(type, reader, 'port');
  }
}

export const portServer = {
  data: { id: 101, encode: encodePortData },
  compressedData: { id: 102, encode: encodePortCompressedData },
  portInit: { id: 201, encode: encodePortPortInit },
  portEvent: { id: 202, encode: encodePortPortEvent },
} as const;

export type PortData = Body<typeof declared.portChannel.server.data>;
export function encodePortData(writer: Writer, value: PortData): void {
  writer.count(value.data.byteLength, 16777216, 'port.data.data');
  writer.bytes(value.data);
}

function decodePortData(reader: Reader): PortData {
  const data = reader.rest(16777216, 'data');
  return { data };
}

export type PortCompressedData = Body<typeof declared.portChannel.server.compressedData>;
export function encodePortCompressedData(writer: Writer, value: PortCompressedData): void {
  encodeCompressedData(writer, value.data);
}

function decodePortCompressedData(reader: Reader): PortCompressedData {
  const data = decodeCompressedData(reader);
  return { data };
}

export type PortPortInit = Body<typeof declared.portChannel.server.portInit>;
export function encodePortPortInit(writer: Writer, value: PortPortInit): void {
  writer.beginBody();
  const encoded = writer.utf8(value.name, 'port.portInit.name');
  const at = writer.reserve(9);
  const out = writer.view;
  out.setUint32(at, writer.count(encoded.byteLength, 1024, 'port.portInit.name'), true);
  writer.pointer(at + 4, writeBytes, encoded);
  out.setUint8(at + 8, value.opened ? 1 : 0);
  writer.endBody();
}

function decodePortPortInit(reader: Reader): PortPortInit {
  const view = reader.view;
  const at = reader.take(9);
  return {
    name: reader.followText(view.getUint32(at, true), view.getUint32(at + 4, true), { max: 1024, required: true }, 'name'),
    opened: view.getUint8(at + 8) !== 0,
  };
}

export type PortPortEvent = Body<typeof declared.portChannel.server.portEvent>;
export function encodePortPortEvent(writer: Writer, value: PortPortEvent): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, value.event);
}

function decodePortPortEvent(reader: Reader): PortPortEvent {
  const view = reader.view;
  const at = reader.take(1);
  return { event: view.getUint8(at) };
}

export type PortClientMessage =
  | { readonly name: 'data'; readonly body: PortClientData }
  | { readonly name: 'compressedData'; readonly body: PortClientCompressedData }
  | { readonly name: 'portEvent'; readonly body: PortClientPortEvent }
  | BaseClientMessage;
/** Decodes the body of a message from the client. Bytes behind it are ignored. */
export function decodePortClient(type: number, reader: Reader): PortClientMessage {
  switch (type) {
    case 101:
      reader.context = 'port.data';
      return { name: 'data', body: decodePortClientData(reader) };
    case 102:
      reader.context = 'port.compressedData';
      return { name: 'compressedData', body: decodePortClientCompressedData(reader) };
    case 201:
      reader.context = 'port.portEvent';
      return { name: 'portEvent', body: decodePortClientPortEvent(reader) };
    default:
      return decodeBaseClient(type, reader, 'port');
  }
}

export const portClient = {
  data: { id: 101, encode: encodePortClientData },
  compressedData: { id: 102, encode: encodePortClientCompressedData },
  portEvent: { id: 201, encode: encodePortClientPortEvent },
} as const;

export type PortClientData = Body<typeof declared.portChannel.client.data>;
export function encodePortClientData(writer: Writer, value: PortClientData): void {
  writer.count(value.data.byteLength, 16777216, 'port.data.data');
  writer.bytes(value.data);
}

function decodePortClientData(reader: Reader): PortClientData {
  const data = reader.rest(16777216, 'data');
  return { data };
}

export type PortClientCompressedData = Body<typeof declared.portChannel.client.compressedData>;
export function encodePortClientCompressedData(writer: Writer, value: PortClientCompressedData): void {
  encodeCompressedData(writer, value.data);
}

function decodePortClientCompressedData(reader: Reader): PortClientCompressedData {
  const data = decodeCompressedData(reader);
  return { data };
}

export type PortClientPortEvent = Body<typeof declared.portChannel.client.portEvent>;
export function encodePortClientPortEvent(writer: Writer, value: PortClientPortEvent): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, value.event);
}

function decodePortClientPortEvent(reader: Reader): PortClientPortEvent {
  const view = reader.view;
  const at = reader.take(1);
  return { event: view.getUint8(at) };
}

export type WebdavServerMessage =
  | { readonly name: 'data'; readonly body: WebdavData }
  | { readonly name: 'compressedData'; readonly body: WebdavCompressedData }
  | { readonly name: 'portInit'; readonly body: WebdavPortInit }
  | { readonly name: 'portEvent'; readonly body: WebdavPortEvent }
  | BaseServerMessage;
/** Decodes the body of a message from the server. Bytes behind it are ignored. */
export function decodeWebdavServer(type: number, reader: Reader): WebdavServerMessage {
  switch (type) {
    case 101:
      reader.context = 'webdav.data';
      return { name: 'data', body: decodeWebdavData(reader) };
    case 102:
      reader.context = 'webdav.compressedData';
      return { name: 'compressedData', body: decodeWebdavCompressedData(reader) };
    case 201:
      reader.context = 'webdav.portInit';
      return { name: 'portInit', body: decodeWebdavPortInit(reader) };
    case 202:
      reader.context = 'webdav.portEvent';
      return { name: 'portEvent', body: decodeWebdavPortEvent(reader) };
    default:
      return decodeBaseServer(type, reader, 'webdav');
  }
}

export const webdavServer = {
  data: { id: 101, encode: encodeWebdavData },
  compressedData: { id: 102, encode: encodeWebdavCompressedData },
  portInit: { id: 201, encode: encodeWebdavPortInit },
  portEvent: { id: 202, encode: encodeWebdavPortEvent },
} as const;

export type WebdavData = Body<typeof declared.webdav.server.data>;
export function encodeWebdavData(writer: Writer, value: WebdavData): void {
  writer.count(value.data.byteLength, 16777216, 'webdav.data.data');
  writer.bytes(value.data);
}

function decodeWebdavData(reader: Reader): WebdavData {
  const data = reader.rest(16777216, 'data');
  return { data };
}

export type WebdavCompressedData = Body<typeof declared.webdav.server.compressedData>;
export function encodeWebdavCompressedData(writer: Writer, value: WebdavCompressedData): void {
  encodeCompressedData(writer, value.data);
}

function decodeWebdavCompressedData(reader: Reader): WebdavCompressedData {
  const data = decodeCompressedData(reader);
  return { data };
}

export type WebdavPortInit = Body<typeof declared.webdav.server.portInit>;
export function encodeWebdavPortInit(writer: Writer, value: WebdavPortInit): void {
  writer.beginBody();
  const encoded = writer.utf8(value.name, 'webdav.portInit.name');
  const at = writer.reserve(9);
  const out = writer.view;
  out.setUint32(at, writer.count(encoded.byteLength, 1024, 'webdav.portInit.name'), true);
  writer.pointer(at + 4, writeBytes, encoded);
  out.setUint8(at + 8, value.opened ? 1 : 0);
  writer.endBody();
}

function decodeWebdavPortInit(reader: Reader): WebdavPortInit {
  const view = reader.view;
  const at = reader.take(9);
  return {
    name: reader.followText(view.getUint32(at, true), view.getUint32(at + 4, true), { max: 1024, required: true }, 'name'),
    opened: view.getUint8(at + 8) !== 0,
  };
}

export type WebdavPortEvent = Body<typeof declared.webdav.server.portEvent>;
export function encodeWebdavPortEvent(writer: Writer, value: WebdavPortEvent): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, value.event);
}

function decodeWebdavPortEvent(reader: Reader): WebdavPortEvent {
  const view = reader.view;
  const at = reader.take(1);
  return { event: view.getUint8(at) };
}

export type WebdavClientMessage =
  | { readonly name: 'data'; readonly body: WebdavClientData }
  | { readonly name: 'compressedData'; readonly body: WebdavClientCompressedData }
  | { readonly name: 'portEvent'; readonly body: WebdavClientPortEvent }
  | BaseClientMessage;
/** Decodes the body of a message from the client. Bytes behind it are ignored. */
export function decodeWebdavClient(type: number, reader: Reader): WebdavClientMessage {
  switch (type) {
    case 101:
      reader.context = 'webdav.data';
      return { name: 'data', body: decodeWebdavClientData(reader) };
    case 102:
      reader.context = 'webdav.compressedData';
      return { name: 'compressedData', body: decodeWebdavClientCompressedData(reader) };
    case 201:
      reader.context = 'webdav.portEvent';
      return { name: 'portEvent', body: decodeWebdavClientPortEvent(reader) };
    default:
      return decodeBaseClient(type, reader, 'webdav');
  }
}

export const webdavClient = {
  data: { id: 101, encode: encodeWebdavClientData },
  compressedData: { id: 102, encode: encodeWebdavClientCompressedData },
  portEvent: { id: 201, encode: encodeWebdavClientPortEvent },
} as const;

export type WebdavClientData = Body<typeof declared.webdav.client.data>;
export function encodeWebdavClientData(writer: Writer, value: WebdavClientData): void {
  writer.count(value.data.byteLength, 16777216, 'webdav.data.data');
  writer.bytes(value.data);
}

function decodeWebdavClientData(reader: Reader): WebdavClientData {
  const data = reader.rest(16777216, 'data');
  return { data };
}

export type WebdavClientCompressedData = Body<typeof declared.webdav.client.compressedData>;
export function encodeWebdavClientCompressedData(writer: Writer, value: WebdavClientCompressedData): void {
  encodeCompressedData(writer, value.data);
}

function decodeWebdavClientCompressedData(reader: Reader): WebdavClientCompressedData {
  const data = decodeCompressedData(reader);
  return { data };
}

export type WebdavClientPortEvent = Body<typeof declared.webdav.client.portEvent>;
export function encodeWebdavClientPortEvent(writer: Writer, value: WebdavClientPortEvent): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, value.event);
}

function decodeWebdavClientPortEvent(reader: Reader): WebdavClientPortEvent {
  const view = reader.view;
  const at = reader.take(1);
  return { event: view.getUint8(at) };
}

export type SmartcardServerMessage =
  | { readonly name: 'data'; readonly body: SmartcardData }
  | BaseServerMessage;
/** Decodes the body of a message from the server. Bytes behind it are ignored. */
export function decodeSmartcardServer(type: number, reader: Reader): SmartcardServerMessage {
  switch (type) {
    case 101:
      reader.context = 'smartcard.data';
      return { name: 'data', body: decodeSmartcardData(reader) };
    default:
      return decodeBaseServer(type, reader, 'smartcard');
  }
}

export const smartcardServer = {
  data: { id: 101, encode: encodeSmartcardData },
} as const;

export type SmartcardData = Body<typeof declared.smartcard.server.data>;
export function encodeSmartcardData(writer: Writer, value: SmartcardData): void {
  encodeSmartcardMessage(writer, value.message);
}

function decodeSmartcardData(reader: Reader): SmartcardData {
  const message = decodeSmartcardMessage(reader);
  return { message };
}

export type SmartcardClientMessage =
  | { readonly name: 'data'; readonly body: SmartcardClientData }
  | BaseClientMessage;
/** Decodes the body of a message from the client. Bytes behind it are ignored. */
export function decodeSmartcardClient(type: number, reader: Reader): SmartcardClientMessage {
  switch (type) {
    case 101:
      reader.context = 'smartcard.data';
      return { name: 'data', body: decodeSmartcardClientData(reader) };
    default:
      return decodeBaseClient(type, reader, 'smartcard');
  }
}

export const smartcardClient = {
  data: { id: 101, encode: encodeSmartcardClientData },
} as const;

export type SmartcardClientData = Body<typeof declared.smartcard.client.data>;
export function encodeSmartcardClientData(writer: Writer, value: SmartcardClientData): void {
  encodeSmartcardMessage(writer, value.message);
}

function decodeSmartcardClientData(reader: Reader): SmartcardClientData {
  const message = decodeSmartcardMessage(reader);
  return { message };
}

function encodeCompressedData(writer: Writer, value: CompressedData): void {
  switch (value.type) {
    case 'none':
      return encodeCompressedDataNone(writer, value);
    case 'lz4':
      return encodeCompressedDataLz4(writer, value);
  }
}

function encodeCompressedDataNone(writer: Writer, value: Extract<CompressedData, { type: 'none' }>): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, 0);
  writer.count(value.data.byteLength, 16777216, 'CompressedData.none.data');
  writer.bytes(value.data);
}

function encodeCompressedDataLz4(writer: Writer, value: Extract<CompressedData, { type: 'lz4' }>): void {
  const at = writer.reserve(5);
  const out = writer.view;
  out.setUint8(at, 1);
  out.setUint32(at + 1, value.uncompressedSize, true);
  writer.count(value.data.byteLength, 16777216, 'CompressedData.lz4.data');
  writer.bytes(value.data);
}

function decodeCompressedData(reader: Reader): CompressedData {
  const tag = reader.view.getUint8(reader.take(1));
  switch (tag) {
    case 0:
      return decodeCompressedDataNone(reader);
    case 1:
      return decodeCompressedDataLz4(reader);
    default:
      throw reader.unknownValue(tag, 'CompressedData');
  }
}

function decodeCompressedDataNone(reader: Reader): Extract<CompressedData, { type: 'none' }> {
  const data = reader.rest(16777216, 'CompressedData.none.data');
  return { type: 'none', data };
}

function decodeCompressedDataLz4(reader: Reader): Extract<CompressedData, { type: 'lz4' }> {
  const view = reader.view;
  const at = reader.take(4);
  const data = reader.rest(16777216, 'CompressedData.lz4.data');
  return { type: 'lz4', uncompressedSize: view.getUint32(at, true), data };
}

function encodeSmartcardMessage(writer: Writer, value: SmartcardMessage): void {
  const at = writer.reserve(12);
  const out = writer.view;
  out.setUint32(at, value.type, true);
  out.setUint32(at + 4, value.readerId, true);
  out.setUint32(at + 8, writer.count(value.data.byteLength, 65536, 'SmartcardMessage.data'), true);
  writer.bytes(value.data);
}

function decodeSmartcardMessage(reader: Reader): SmartcardMessage {
  const view = reader.view;
  const at = reader.take(12);
  const data = reader.slice(view.getUint32(at + 8, true), 65536, 'SmartcardMessage.data');
  return { type: view.getUint32(at, true), readerId: view.getUint32(at + 4, true), data };
}
