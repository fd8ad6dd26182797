// Generated from the declarations by scripts/generate-codecs.ts; do not edit: `npm run generate`.

import type { Reader, Writer } from '@lazyspice/core';
import type { Body } from '@lazyspice/core';
import type { schema } from '@lazyspice/core';
import type * as declared from '../base.js';

type Infer<K extends schema.Kind<unknown>> = schema.Infer<K>;
type SubMessage = Infer<typeof declared.SubMessage>;
type WaitForChannel = Infer<typeof declared.WaitForChannel>;

export type BaseServerMessage =
  | { readonly name: 'migrate'; readonly body: BaseMigrate }
  | { readonly name: 'migrateData'; readonly body: BaseMigrateData }
  | { readonly name: 'setAck'; readonly body: BaseSetAck }
  | { readonly name: 'ping'; readonly body: BasePing }
  | { readonly name: 'waitForChannels'; readonly body: BaseWaitForChannels }
  | { readonly name: 'disconnecting'; readonly body: BaseDisconnecting }
  | { readonly name: 'notify'; readonly body: BaseNotify }
  | { readonly name: 'list'; readonly body: BaseList };
/** Decodes the body of a message from the server. Bytes behind it are ignored. */
export function decodeBaseServer(type: number, reader: Reader, channel: string): BaseServerMessage {
  switch (type) {
    case 1:
      reader.context = `${channel}.migrate`;
      return { name: 'migrate', body: decodeBaseMigrate(reader) };
    case 2:
      reader.context = `${channel}.migrateData`;
      return { name: 'migrateData', body: decodeBaseMigrateData(reader) };
    case 3:
      reader.context = `${channel}.setAck`;
      return { name: 'setAck', body: decodeBaseSetAck(reader) };
    case 4:
      reader.context = `${channel}.ping`;
      return { name: 'ping', body: decodeBasePing(reader) };
    case 5:
      reader.context = `${channel}.waitForChannels`;
      return { name: 'waitForChannels', body: decodeBaseWaitForChannels(reader) };
    case 6:
      reader.context = `${channel}.disconnecting`;
      return { name: 'disconnecting', body: decodeBaseDisconnecting(reader) };
    case 7:
      reader.context = `${channel}.notify`;
      return { name: 'notify', body: decodeBaseNotify(reader) };
    case 8:
      reader.context = `${channel}.list`;
      return { name: 'list', body: decodeBaseList(reader) };
    default:
      throw reader.unknownMessage(type, channel);
  }
}

export const baseServer = {
  migrate: { id: 1, encode: encodeBaseMigrate },
  migrateData: { id: 2, encode: encodeBaseMigrateData },
  setAck: { id: 3, encode: encodeBaseSetAck },
  ping: { id: 4, encode: encodeBasePing },
  waitForChannels: { id: 5, encode: encodeBaseWaitForChannels },
  disconnecting: { id: 6, encode: encodeBaseDisconnecting },
  notify: { id: 7, encode: encodeBaseNotify },
  list: { id: 8, encode: encodeBaseList },
} as const;

export type BaseMigrate = Body<typeof declared.base.server.migrate>;
export function encodeBaseMigrate(writer: Writer, value: BaseMigrate): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.flags, true);
}

function decodeBaseMigrate(reader: Reader): BaseMigrate {
  const view = reader.view;
  const at = reader.take(4);
  return { flags: view.getUint32(at, true) };
}

export type BaseMigrateData = Body<typeof declared.base.server.migrateData>;
export function encodeBaseMigrateData(writer: Writer, value: BaseMigrateData): void {
  writer.count(value.data.byteLength, 1048576, 'base.migrateData.data');
  writer.bytes(value.data);
}

function decodeBaseMigrateData(reader: Reader): BaseMigrateData {
  const data = reader.rest(1048576, 'data');
  return { data };
}

export type BaseSetAck = Body<typeof declared.base.server.setAck>;
export function encodeBaseSetAck(writer: Writer, value: BaseSetAck): void {
  const at = writer.reserve(8);
  const out = writer.view;
  out.setUint32(at, value.generation, true);
  out.setUint32(at + 4, value.window, true);
}

function decodeBaseSetAck(reader: Reader): BaseSetAck {
  const view = reader.view;
  const at = reader.take(8);
  return { generation: view.getUint32(at, true), window: view.getUint32(at + 4, true) };
}

export type BasePing = Body<typeof declared.base.server.ping>;
export function encodeBasePing(writer: Writer, value: BasePing): void {
  const at = writer.reserve(12);
  const out = writer.view;
  out.setUint32(at, value.id, true);
  out.setBigUint64(at + 4, value.timestamp, true);
  writer.count(value.padding.byteLength, 1048576, 'base.ping.padding');
  writer.bytes(value.padding);
}

function decodeBasePing(reader: Reader): BasePing {
  const view = reader.view;
  const at = reader.take(12);
  const padding = reader.rest(1048576, 'padding');
  return { id: view.getUint32(at, true), timestamp: view.getBigUint64(at + 4, true), padding };
}

export type BaseWaitForChannels = Body<typeof declared.base.server.waitForChannels>;
export function encodeBaseWaitForChannels(writer: Writer, value: BaseWaitForChannels): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, writer.count(value.channels.length, 255, 'base.waitForChannels.channels'));
  for (const item of value.channels) {
    const at2 = writer.reserve(10);
    const out2 = writer.view;
    out2.setUint8(at2, item.channelType);
    out2.setUint8(at2 + 1, item.channelId);
    out2.setBigUint64(at2 + 2, item.serial, true);
  }
}

function decodeBaseWaitForChannels(reader: Reader): BaseWaitForChannels {
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

export type BaseDisconnecting = Body<typeof declared.base.server.disconnecting>;
export function encodeBaseDisconnecting(writer: Writer, value: BaseDisconnecting): void {
  const at = writer.reserve(12);
  const out = writer.view;
  out.setBigUint64(at, value.timestamp, true);
  out.setUint32(at + 8, value.reason, true);
}

function decodeBaseDisconnecting(reader: Reader): BaseDisconnecting {
  const view = reader.view;
  const at = reader.take(12);
  return { timestamp: view.getBigUint64(at, true), reason: view.getUint32(at + 8, true) };
}

export type BaseNotify = Body<typeof declared.base.server.notify>;
export function encodeBaseNotify(writer: Writer, value: BaseNotify): void {
  const encoded = writer.utf8(value.text, 'base.notify.text');
  const at = writer.reserve(24);
  const out = writer.view;
  out.setBigUint64(at, value.timestamp, true);
  out.setUint32(at + 8, value.severity, true);
  out.setUint32(at + 12, value.visibility, true);
  out.setUint32(at + 16, value.what, true);
  out.setUint32(at + 20, writer.count(encoded.byteLength, 65536, 'base.notify.text') - 1, true);
  writer.bytes(encoded);
}

function decodeBaseNotify(reader: Reader): BaseNotify {
  const view = reader.view;
  const at = reader.take(24);
  const text = reader.text(view.getUint32(at + 20, true) + 1, 65536, 'text');
  return {
    timestamp: view.getBigUint64(at, true),
    severity: checkNotifySeverity(reader, view.getUint32(at + 8, true)),
    visibility: checkNotifyVisibility(reader, view.getUint32(at + 12, true)),
    what: view.getUint32(at + 16, true),
    text,
  };
}

export type BaseList = Body<typeof declared.base.server.list>;
export function encodeBaseList(writer: Writer, value: BaseList): void {
  writer.beginBody();
  const at = writer.reserve(2);
  const out = writer.view;
  out.setUint16(at, writer.count(value.messages.length, 65535, 'base.list.messages'), true);
  for (const item of value.messages) {
    const at2 = writer.reserve(4);
    writer.pointer(at2, encodeSubMessage, item);
  }
  writer.endBody();
}

function decodeBaseList(reader: Reader): BaseList {
  const view = reader.view;
  const at = reader.take(2);
  const messagesCount = reader.count(view.getUint16(at, true), 65535, 4, 'messages');
  const messages: SubMessage[] = [];
  for (let i = 0; i < messagesCount; i++) {
    const at2 = reader.take(4);
    messages.push(reader.follow(view.getUint32(at2, true), decodeSubMessage, 'messages'));
  }
  return { messages };
}

export type BaseClientMessage =
  | { readonly name: 'ackSync'; readonly body: BaseClientAckSync }
  | { readonly name: 'ack'; readonly body: BaseClientAck }
  | { readonly name: 'pong'; readonly body: BaseClientPong }
  | { readonly name: 'migrateFlushMark'; readonly body: BaseClientMigrateFlushMark }
  | { readonly name: 'migrateData'; readonly body: BaseClientMigrateData }
  | { readonly name: 'disconnecting'; readonly body: BaseClientDisconnecting };
/** Decodes the body of a message from the client. Bytes behind it are ignored. */
export function decodeBaseClient(type: number, reader: Reader, channel: string): BaseClientMessage {
  switch (type) {
    case 1:
      reader.context = `${channel}.ackSync`;
      return { name: 'ackSync', body: decodeBaseClientAckSync(reader) };
    case 2:
      return { name: 'ack', body: {} };
    case 3:
      reader.context = `${channel}.pong`;
      return { name: 'pong', body: decodeBaseClientPong(reader) };
    case 4:
      return { name: 'migrateFlushMark', body: {} };
    case 5:
      reader.context = `${channel}.migrateData`;
      return { name: 'migrateData', body: decodeBaseClientMigrateData(reader) };
    case 6:
      reader.context = `${channel}.disconnecting`;
      return { name: 'disconnecting', body: decodeBaseClientDisconnecting(reader) };
    default:
      throw reader.unknownMessage(type, channel);
  }
}

export const baseClient = {
  ackSync: { id: 1, encode: encodeBaseClientAckSync },
  ack: { id: 2, encode: encodeBaseClientAck },
  pong: { id: 3, encode: encodeBaseClientPong },
  migrateFlushMark: { id: 4, encode: encodeBaseClientMigrateFlushMark },
  migrateData: { id: 5, encode: encodeBaseClientMigrateData },
  disconnecting: { id: 6, encode: encodeBaseClientDisconnecting },
} as const;

export type BaseClientAckSync = Body<typeof declared.base.client.ackSync>;
export function encodeBaseClientAckSync(writer: Writer, value: BaseClientAckSync): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.generation, true);
}

function decodeBaseClientAckSync(reader: Reader): BaseClientAckSync {
  const view = reader.view;
  const at = reader.take(4);
  return { generation: view.getUint32(at, true) };
}

export type BaseClientAck = Body<typeof declared.base.client.ack>;
export function encodeBaseClientAck(_writer: Writer, _value: BaseClientAck): void {}

export type BaseClientPong = Body<typeof declared.base.client.pong>;
export function encodeBaseClientPong(writer: Writer, value: BaseClientPong): void {
  const at = writer.reserve(12);
  const out = writer.view;
  out.setUint32(at, value.id, true);
  out.setBigUint64(at + 4, value.timestamp, true);
}

function decodeBaseClientPong(reader: Reader): BaseClientPong {
  const view = reader.view;
  const at = reader.take(12);
  return { id: view.getUint32(at, true), timestamp: view.getBigUint64(at + 4, true) };
}

export type BaseClientMigrateFlushMark = Body<typeof declared.base.client.migrateFlushMark>;
export function encodeBaseClientMigrateFlushMark(_writer: Writer, _value: BaseClientMigrateFlushMark): void {}

export type BaseClientMigrateData = Body<typeof declared.base.client.migrateData>;
export function encodeBaseClientMigrateData(writer: Writer, value: BaseClientMigrateData): void {
  writer.count(value.data.byteLength, 1048576, 'base.migrateData.data');
  writer.bytes(value.data);
}

function decodeBaseClientMigrateData(reader: Reader): BaseClientMigrateData {
  const data = reader.rest(1048576, 'data');
  return { data };
}

export type BaseClientDisconnecting = Body<typeof declared.base.client.disconnecting>;
export function encodeBaseClientDisconnecting(writer: Writer, value: BaseClientDisconnecting): void {
  const at = writer.reserve(12);
  const out = writer.view;
  out.setBigUint64(at, value.timestamp, true);
  out.setUint32(at + 8, value.reason, true);
}

function decodeBaseClientDisconnecting(reader: Reader): BaseClientDisconnecting {
  const view = reader.view;
  const at = reader.take(12);
  return { timestamp: view.getBigUint64(at, true), reason: view.getUint32(at + 8, true) };
}

function encodeSubMessage(writer: Writer, value: SubMessage): void {
  const at = writer.reserve(6);
  const out = writer.view;
  out.setUint16(at, value.type, true);
  out.setUint32(at + 2, writer.count(value.body.byteLength, 65536, 'SubMessage.body'), true);
  writer.bytes(value.body);
}

function decodeSubMessage(reader: Reader): SubMessage {
  const view = reader.view;
  const at = reader.take(6);
  const body = reader.slice(view.getUint32(at + 2, true), 65536, 'SubMessage.body');
  return { type: view.getUint16(at, true), body };
}

function checkNotifySeverity(reader: Reader, value: number): 0 | 1 | 2 {
  switch (value) {
    case 0:
    case 1:
    case 2:
      return value;
    default:
      throw reader.unknownValue(value, 'NotifySeverity');
  }
}

function checkNotifyVisibility(reader: Reader, value: number): 0 | 1 | 2 {
  switch (value) {
    case 0:
    case 1:
    case 2:
      return value;
    default:
      throw reader.unknownValue(value, 'NotifyVisibility');
  }
}
