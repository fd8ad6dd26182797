// Generated from the declarations by scripts/generate-codecs.ts; do not edit: `npm run generate`.

import type { Reader, Writer } from '@lazyspice/core';
import type { Body } from '@lazyspice/core';
import type { schema } from '@lazyspice/core';
import { writeBytes } from '@lazyspice/core';
import { decodeBaseClient, decodeBaseServer, type BaseClientMessage, type BaseServerMessage } from './base.codec.js';
import type * as declared from '../main.js';

type Infer<K extends schema.Kind<unknown>> = schema.Infer<K>;
type ChannelId = Infer<typeof declared.ChannelId>;

export type MainServerMessage =
  | { readonly name: 'migrateBegin'; readonly body: MainMigrateBegin }
  | { readonly name: 'migrateCancel'; readonly body: MainMigrateCancel }
  | { readonly name: 'init'; readonly body: MainInit }
  | { readonly name: 'channelsList'; readonly body: MainChannelsList }
  | { readonly name: 'mouseMode'; readonly body: MainMouseMode }
  | { readonly name: 'multiMediaTime'; readonly body: MainMultiMediaTime }
  | { readonly name: 'agentConnected'; readonly body: MainAgentConnected }
  | { readonly name: 'agentDisconnected'; readonly body: MainAgentDisconnected }
  | { readonly name: 'agentData'; readonly body: MainAgentData }
  | { readonly name: 'agentToken'; readonly body: MainAgentToken }
  | { readonly name: 'migrateSwitchHost'; readonly body: MainMigrateSwitchHost }
  | { readonly name: 'migrateEnd'; readonly body: MainMigrateEnd }
  | { readonly name: 'name'; readonly body: MainName }
  | { readonly name: 'uuid'; readonly body: MainUuid }
  | { readonly name: 'agentConnectedTokens'; readonly body: MainAgentConnectedTokens }
  | { readonly name: 'migrateBeginSeamless'; readonly body: MainMigrateBeginSeamless }
  | { readonly name: 'migrateDstSeamlessAck'; readonly body: MainMigrateDstSeamlessAck }
  | { readonly name: 'migrateDstSeamlessNack'; readonly body: MainMigrateDstSeamlessNack }
  | BaseServerMessage;
/** Decodes the body of a message from the server. Bytes behind it are ignored. */
export function decodeMainServer(type: number, reader: Reader): MainServerMessage {
  switch (type) {
    case 101:
      reader.context = 'main.migrateBegin';
      return { name: 'migrateBegin', body: decodeMainMigrateBegin(reader) };
    case 102:
      return { name: 'migrateCancel', body: {} };
    case 103:
      reader.context = 'main.init';
      return { name: 'init', body: decodeMainInit(reader) };
    case 104:
      reader.context = 'main.channelsList';
      return { name: 'channelsList', body: decodeMainChannelsList(reader) };
    case 105:
      reader.context = 'main.mouseMode';
      return { name: 'mouseMode', body: decodeMainMouseMode(reader) };
    case 106:
      reader.context = 'main.multiMediaTime';
      return { name: 'multiMediaTime', body: decodeMainMultiMediaTime(reader) };
    case 107:
      return { name: 'agentConnected', body: {} };
    case 108:
      reader.context = 'main.agentDisconnected';
      return { name: 'agentDisconnected', body: decodeMainAgentDisconnected(reader) };
    case 109:
      reader.context = 'main.agentData';
      return { name: 'agentData', body: decodeMainAgentData(reader) };
    case 110:
      reader.context = 'main.agentToken';
      return { name: 'agentToken', body: decodeMainAgentToken(reader) };
    case 111:
      reader.context = 'main.migrateSwitchHost';
      return { name: 'migrateSwitchHost', body: decodeMainMigrateSwitchHost(reader) };
    case 112:
      return { name: 'migrateEnd', body: {} };
    case 113:
      reader.context = 'main.name';
      return { name: 'name', body: decodeMainName(reader) };
    case 114:
      reader.context = 'main.uuid';
      return { name: 'uuid', body: decodeMainUuid(reader) };
    case 115:
      reader.context = 'main.agentConnectedTokens';
      return { name: 'agentConnectedTokens', body: decodeMainAgentConnectedTokens(reader) };
    case 116:
      reader.context = 'main.migrateBeginSeamless';
      return { name: 'migrateBeginSeamless', body: decodeMainMigrateBeginSeamless(reader) };
    case 117:
      return { name: 'migrateDstSeamlessAck', body: {} };
    case 118:
      return { name: 'migrateDstSeamlessNack', body: {} };
    default:
      return decodeBaseServer(type, reader, 'main');
  }
}

export const mainServer = {
  migrateBegin: { id: 101, encode: encodeMainMigrateBegin },
  migrateCancel: { id: 102, encode: encodeMainMigrateCancel },
  init: { id: 103, encode: encodeMainInit },
  channelsList: { id: 104, encode: encodeMainChannelsList },
  mouseMode: { id: 105, encode: encodeMainMouseMode },
  multiMediaTime: { id: 106, encode: encodeMainMultiMediaTime },
  agentConnected: { id: 107, encode: encodeMainAgentConnected },
  agentDisconnected: { id: 108, encode: encodeMainAgentDisconnected },
  agentData: { id: 109, encode: encodeMainAgentData },
  agentToken: { id: 110, encode: encodeMainAgentToken },
  migrateSwitchHost: { id: 111, encode: encodeMainMigrateSwitchHost },
  migrateEnd: { id: 112, encode: encodeMainMigrateEnd },
  name: { id: 113, encode: encodeMainName },
  uuid: { id: 114, encode: encodeMainUuid },
  agentConnectedTokens: { id: 115, encode: encodeMainAgentConnectedTokens },
  migrateBeginSeamless: { id: 116, encode: encodeMainMigrateBeginSeamless },
  migrateDstSeamlessAck: { id: 117, encode: encodeMainMigrateDstSeamlessAck },
  migrateDstSeamlessNack: { id: 118, encode: encodeMainMigrateDstSeamlessNack },
} as const;

export type MainMigrateBegin = Body<typeof declared.main.server.migrateBegin>;
export function encodeMainMigrateBegin(writer: Writer, value: MainMigrateBegin): void {
  writer.beginBody();
  const encoded = writer.utf8(value.destination.host, 'main.migrateBegin.destination.host');
  const encoded2 = value.destination.certificateSubject === '' ? null : writer.utf8(value.destination.certificateSubject, 'main.migrateBegin.destination.certificateSubject');
  const at = writer.reserve(20);
  const out = writer.view;
  out.setUint16(at, value.destination.port, true);
  out.setUint16(at + 2, value.destination.tlsPort, true);
  out.setUint32(at + 4, writer.count(encoded.byteLength, 1024, 'main.migrateBegin.destination.host'), true);
  writer.pointer(at + 8, writeBytes, encoded);
  out.setUint32(at + 12, writer.count(encoded2 === null ? 0 : encoded2.byteLength, 4096, 'main.migrateBegin.destination.certificateSubject'), true);
  writer.pointer(at + 16, writeBytes, encoded2);
  writer.endBody();
}

function decodeMainMigrateBegin(reader: Reader): MainMigrateBegin {
  const view = reader.view;
  const at = reader.take(20);
  return {
    destination: { port: view.getUint16(at, true), tlsPort: view.getUint16(at + 2, true), host: reader.followText(view.getUint32(at + 4, true), view.getUint32(at + 8, true), { max: 1024, required: true }, 'destination.host'), certificateSubject: reader.followText(view.getUint32(at + 12, true), view.getUint32(at + 16, true), { max: 4096, required: false }, 'destination.certificateSubject') },
  };
}

export type MainMigrateCancel = Body<typeof declared.main.server.migrateCancel>;
export function encodeMainMigrateCancel(_writer: Writer, _value: MainMigrateCancel): void {}

export type MainInit = Body<typeof declared.main.server.init>;
export function encodeMainInit(writer: Writer, value: MainInit): void {
  const at = writer.reserve(32);
  const out = writer.view;
  out.setUint32(at, value.sessionId, true);
  out.setUint32(at + 4, value.displayChannelsHint, true);
  out.setUint32(at + 8, value.supportedMouseModes, true);
  out.setUint32(at + 12, value.currentMouseMode, true);
  out.setUint32(at + 16, value.agentConnected ? 1 : 0, true);
  out.setUint32(at + 20, value.agentTokens, true);
  out.setUint32(at + 24, value.multiMediaTime, true);
  out.setUint32(at + 28, value.ramHint, true);
}

function decodeMainInit(reader: Reader): MainInit {
  const view = reader.view;
  const at = reader.take(32);
  return {
    sessionId: view.getUint32(at, true),
    displayChannelsHint: view.getUint32(at + 4, true),
    supportedMouseModes: view.getUint32(at + 8, true),
    currentMouseMode: view.getUint32(at + 12, true),
    agentConnected: view.getUint32(at + 16, true) !== 0,
    agentTokens: view.getUint32(at + 20, true),
    multiMediaTime: view.getUint32(at + 24, true),
    ramHint: view.getUint32(at + 28, true),
  };
}

export type MainChannelsList = Body<typeof declared.main.server.channelsList>;
export function encodeMainChannelsList(writer: Writer, value: MainChannelsList): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, writer.count(value.channels.length, 1024, 'main.channelsList.channels'), true);
  for (const item of value.channels) {
    const at2 = writer.reserve(2);
    const out2 = writer.view;
    out2.setUint8(at2, item.type);
    out2.setUint8(at2 + 1, item.id);
  }
}

function decodeMainChannelsList(reader: Reader): MainChannelsList {
  const view = reader.view;
  const at = reader.take(4);
  const channelsCount = reader.count(view.getUint32(at, true), 1024, 2, 'channels');
  const channels: ChannelId[] = [];
  for (let i = 0; i < channelsCount; i++) {
    const at2 = reader.take(2);
    channels.push({ type: view.getUint8(at2), id: view.getUint8(at2 + 1) });
  }
  return { channels };
}

export type MainMouseMode = Body<typeof declared.main.server.mouseMode>;
export function encodeMainMouseMode(writer: Writer, value: MainMouseMode): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint16(at, value.supported, true);
  out.setUint16(at + 2, value.current, true);
}

function decodeMainMouseMode(reader: Reader): MainMouseMode {
  const view = reader.view;
  const at = reader.take(4);
  return { supported: view.getUint16(at, true), current: view.getUint16(at + 2, true) };
}

export type MainMultiMediaTime = Body<typeof declared.main.server.multiMediaTime>;
export function encodeMainMultiMediaTime(writer: Writer, value: MainMultiMediaTime): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.time, true);
}

function decodeMainMultiMediaTime(reader: Reader): MainMultiMediaTime {
  const view = reader.view;
  const at = reader.take(4);
  return { time: view.getUint32(at, true) };
}

export type MainAgentConnected = Body<typeof declared.main.server.agentConnected>;
export function encodeMainAgentConnected(_writer: Writer, _value: MainAgentConnected): void {}

export type MainAgentDisconnected = Body<typeof declared.main.server.agentDisconnected>;
export function encodeMainAgentDisconnected(writer: Writer, value: MainAgentDisconnected): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.errorCode, true);
}

function decodeMainAgentDisconnected(reader: Reader): MainAgentDisconnected {
  const view = reader.view;
  const at = reader.take(4);
  return { errorCode: view.getUint32(at, true) };
}

export type MainAgentData = Body<typeof declared.main.server.agentData>;
export function encodeMainAgentData(writer: Writer, value: MainAgentData): void {
  writer.count(value.data.byteLength, 2048, 'main.agentData.data');
  writer.bytes(value.data);
}

function decodeMainAgentData(reader: Reader): MainAgentData {
  const data = reader.rest(2048, 'data');
  return { data };
}

export type MainAgentToken = Body<typeof declared.main.server.agentToken>;
export function encodeMainAgentToken(writer: Writer, value: MainAgentToken): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.tokens, true);
}

function decodeMainAgentToken(reader: Reader): MainAgentToken {
  const view = reader.view;
  const at = reader.take(4);
  return { tokens: view.getUint32(at, true) };
}

export type MainMigrateSwitchHost = Body<typeof declared.main.server.migrateSwitchHost>;
export function encodeMainMigrateSwitchHost(writer: Writer, value: MainMigrateSwitchHost): void {
  writer.beginBody();
  const encoded = writer.utf8(value.destination.host, 'main.migrateSwitchHost.destination.host');
  const encoded2 = value.destination.certificateSubject === '' ? null : writer.utf8(value.destination.certificateSubject, 'main.migrateSwitchHost.destination.certificateSubject');
  const at = writer.reserve(20);
  const out = writer.view;
  out.setUint16(at, value.destination.port, true);
  out.setUint16(at + 2, value.destination.tlsPort, true);
  out.setUint32(at + 4, writer.count(encoded.byteLength, 1024, 'main.migrateSwitchHost.destination.host'), true);
  writer.pointer(at + 8, writeBytes, encoded);
  out.setUint32(at + 12, writer.count(encoded2 === null ? 0 : encoded2.byteLength, 4096, 'main.migrateSwitchHost.destination.certificateSubject'), true);
  writer.pointer(at + 16, writeBytes, encoded2);
  writer.endBody();
}

function decodeMainMigrateSwitchHost(reader: Reader): MainMigrateSwitchHost {
  const view = reader.view;
  const at = reader.take(20);
  return {
    destination: { port: view.getUint16(at, true), tlsPort: view.getUint16(at + 2, true), host: reader.followText(view.getUint32(at + 4, true), view.getUint32(at + 8, true), { max: 1024, required: true }, 'destination.host'), certificateSubject: reader.followText(view.getUint32(at + 12, true), view.getUint32(at + 16, true), { max: 4096, required: false }, 'destination.certificateSubject') },
  };
}

export type MainMigrateEnd = Body<typeof declared.main.server.migrateEnd>;
export function encodeMainMigrateEnd(_writer: Writer, _value: MainMigrateEnd): void {}

export type MainName = Body<typeof declared.main.server.name>;
export function encodeMainName(writer: Writer, value: MainName): void {
  const encoded = writer.utf8(value.name, 'main.name.name');
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, writer.count(encoded.byteLength, 4096, 'main.name.name'), true);
  writer.bytes(encoded);
}

function decodeMainName(reader: Reader): MainName {
  const view = reader.view;
  const at = reader.take(4);
  const name = reader.text(view.getUint32(at, true), 4096, 'name');
  return { name };
}

export type MainUuid = Body<typeof declared.main.server.uuid>;
export function encodeMainUuid(writer: Writer, value: MainUuid): void {
  writer.exact(value.uuid, 16, 'main.uuid.uuid');
  writer.bytes(value.uuid);
}

function decodeMainUuid(reader: Reader): MainUuid {
  const uuid = reader.slice(16, 16, 'uuid');
  return { uuid };
}

export type MainAgentConnectedTokens = Body<typeof declared.main.server.agentConnectedTokens>;
export function encodeMainAgentConnectedTokens(writer: Writer, value: MainAgentConnectedTokens): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.tokens, true);
}

function decodeMainAgentConnectedTokens(reader: Reader): MainAgentConnectedTokens {
  const view = reader.view;
  const at = reader.take(4);
  return { tokens: view.getUint32(at, true) };
}

export type MainMigrateBeginSeamless = Body<typeof declared.main.server.migrateBeginSeamless>;
export function encodeMainMigrateBeginSeamless(writer: Writer, value: MainMigrateBeginSeamless): void {
  writer.beginBody();
  const encoded = writer.utf8(value.destination.host, 'main.migrateBeginSeamless.destination.host');
  const encoded2 = value.destination.certificateSubject === '' ? null : writer.utf8(value.destination.certificateSubject, 'main.migrateBeginSeamless.destination.certificateSubject');
  const at = writer.reserve(24);
  const out = writer.view;
  out.setUint16(at, value.destination.port, true);
  out.setUint16(at + 2, value.destination.tlsPort, true);
  out.setUint32(at + 4, writer.count(encoded.byteLength, 1024, 'main.migrateBeginSeamless.destination.host'), true);
  writer.pointer(at + 8, writeBytes, encoded);
  out.setUint32(at + 12, writer.count(encoded2 === null ? 0 : encoded2.byteLength, 4096, 'main.migrateBeginSeamless.destination.certificateSubject'), true);
  writer.pointer(at + 16, writeBytes, encoded2);
  out.setUint32(at + 20, value.sourceVersion, true);
  writer.endBody();
}

function decodeMainMigrateBeginSeamless(reader: Reader): MainMigrateBeginSeamless {
  const view = reader.view;
  const at = reader.take(24);
  return {
    destination: { port: view.getUint16(at, true), tlsPort: view.getUint16(at + 2, true), host: reader.followText(view.getUint32(at + 4, true), view.getUint32(at + 8, true), { max: 1024, required: true }, 'destination.host'), certificateSubject: reader.followText(view.getUint32(at + 12, true), view.getUint32(at + 16, true), { max: 4096, required: false }, 'destination.certificateSubject') },
    sourceVersion: view.getUint32(at + 20, true),
  };
}

export type MainMigrateDstSeamlessAck = Body<typeof declared.main.server.migrateDstSeamlessAck>;
export function encodeMainMigrateDstSeamlessAck(_writer: Writer, _value: MainMigrateDstSeamlessAck): void {}

export type MainMigrateDstSeamlessNack = Body<typeof declared.main.server.migrateDstSeamlessNack>;
export function encodeMainMigrateDstSeamlessNack(_writer: Writer, _value: MainMigrateDstSeamlessNack): void {}

export type MainClientMessage =
  | { readonly name: 'clientInfo'; readonly body: MainClientClientInfo }
  | { readonly name: 'migrateConnected'; readonly body: MainClientMigrateConnected }
  | { readonly name: 'migrateConnectError'; readonly body: MainClientMigrateConnectError }
  | { readonly name: 'attachChannels'; readonly body: MainClientAttachChannels }
  | { readonly name: 'mouseModeRequest'; readonly body: MainClientMouseModeRequest }
  | { readonly name: 'agentStart'; readonly body: MainClientAgentStart }
  | { readonly name: 'agentData'; readonly body: MainClientAgentData }
  | { readonly name: 'agentToken'; readonly body: MainClientAgentToken }
  | { readonly name: 'migrateEnd'; readonly body: MainClientMigrateEnd }
  | { readonly name: 'migrateDstDoSeamless'; readonly body: MainClientMigrateDstDoSeamless }
  | { readonly name: 'migrateConnectedSeamless'; readonly body: MainClientMigrateConnectedSeamless }
  | { readonly name: 'qualityIndicator'; readonly body: MainClientQualityIndicator }
  | BaseClientMessage;
/** Decodes the body of a message from the client. Bytes behind it are ignored. */
export function decodeMainClient(type: number, reader: Reader): MainClientMessage {
  switch (type) {
    case 101:
      reader.context = 'main.clientInfo';
      return { name: 'clientInfo', body: decodeMainClientClientInfo(reader) };
    case 102:
      return { name: 'migrateConnected', body: {} };
    case 103:
      return { name: 'migrateConnectError', body: {} };
    case 104:
      return { name: 'attachChannels', body: {} };
    case 105:
      reader.context = 'main.mouseModeRequest';
      return { name: 'mouseModeRequest', body: decodeMainClientMouseModeRequest(reader) };
    case 106:
      reader.context = 'main.agentStart';
      return { name: 'agentStart', body: decodeMainClientAgentStart(reader) };
    case 107:
      reader.context = 'main.agentData';
      return { name: 'agentData', body: decodeMainClientAgentData(reader) };
    case 108:
      reader.context = 'main.agentToken';
      return { name: 'agentToken', body: decodeMainClientAgentToken(reader) };
    case 109:
      return { name: 'migrateEnd', body: {} };
    case 110:
      reader.context = 'main.migrateDstDoSeamless';
      return { name: 'migrateDstDoSeamless', body: decodeMainClientMigrateDstDoSeamless(reader) };
    case 111:
      return { name: 'migrateConnectedSeamless', body: {} };
    case 112:
      reader.context = 'main.qualityIndicator';
      return { name: 'qualityIndicator', body: decodeMainClientQualityIndicator(reader) };
    default:
      return decodeBaseClient(type, reader, 'main');
  }
}

export const mainClient = {
  clientInfo: { id: 101, encode: encodeMainClientClientInfo },
  migrateConnected: { id: 102, encode: encodeMainClientMigrateConnected },
  migrateConnectError: { id: 103, encode: encodeMainClientMigrateConnectError },
  attachChannels: { id: 104, encode: encodeMainClientAttachChannels },
  mouseModeRequest: { id: 105, encode: encodeMainClientMouseModeRequest },
  agentStart: { id: 106, encode: encodeMainClientAgentStart },
  agentData: { id: 107, encode: encodeMainClientAgentData },
  agentToken: { id: 108, encode: encodeMainClientAgentToken },
  migrateEnd: { id: 109, encode: encodeMainClientMigrateEnd },
  migrateDstDoSeamless: { id: 110, encode: encodeMainClientMigrateDstDoSeamless },
  migrateConnectedSeamless: { id: 111, encode: encodeMainClientMigrateConnectedSeamless },
  qualityIndicator: { id: 112, encode: encodeMainClientQualityIndicator },
} as const;

export type MainClientClientInfo = Body<typeof declared.main.client.clientInfo>;
export function encodeMainClientClientInfo(writer: Writer, value: MainClientClientInfo): void {
  const at = writer.reserve(8);
  const out = writer.view;
  out.setBigUint64(at, value.cacheSize, true);
}

function decodeMainClientClientInfo(reader: Reader): MainClientClientInfo {
  const view = reader.view;
  const at = reader.take(8);
  return { cacheSize: view.getBigUint64(at, true) };
}

export type MainClientMigrateConnected = Body<typeof declared.main.client.migrateConnected>;
export function encodeMainClientMigrateConnected(_writer: Writer, _value: MainClientMigrateConnected): void {}

export type MainClientMigrateConnectError = Body<typeof declared.main.client.migrateConnectError>;
export function encodeMainClientMigrateConnectError(_writer: Writer, _value: MainClientMigrateConnectError): void {}

export type MainClientAttachChannels = Body<typeof declared.main.client.attachChannels>;
export function encodeMainClientAttachChannels(_writer: Writer, _value: MainClientAttachChannels): void {}

export type MainClientMouseModeRequest = Body<typeof declared.main.client.mouseModeRequest>;
export function encodeMainClientMouseModeRequest(writer: Writer, value: MainClientMouseModeRequest): void {
  const at = writer.reserve(2);
  const out = writer.view;
  out.setUint16(at, value.mode, true);
}

function decodeMainClientMouseModeRequest(reader: Reader): MainClientMouseModeRequest {
  const view = reader.view;
  const at = reader.take(2);
  return { mode: view.getUint16(at, true) };
}

export type MainClientAgentStart = Body<typeof declared.main.client.agentStart>;
export function encodeMainClientAgentStart(writer: Writer, value: MainClientAgentStart): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.tokens, true);
}

function decodeMainClientAgentStart(reader: Reader): MainClientAgentStart {
  const view = reader.view;
  const at = reader.take(4);
  return { tokens: view.getUint32(at, true) };
}

export type MainClientAgentData = Body<typeof declared.main.client.agentData>;
export function encodeMainClientAgentData(writer: Writer, value: MainClientAgentData): void {
  writer.count(value.data.byteLength, 2048, 'main.agentData.data');
  writer.bytes(value.data);
}

function decodeMainClientAgentData(reader: Reader): MainClientAgentData {
  const data = reader.rest(2048, 'data');
  return { data };
}

export type MainClientAgentToken = Body<typeof declared.main.client.agentToken>;
export function encodeMainClientAgentToken(writer: Writer, value: MainClientAgentToken): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.tokens, true);
}

function decodeMainClientAgentToken(reader: Reader): MainClientAgentToken {
  const view = reader.view;
  const at = reader.take(4);
  return { tokens: view.getUint32(at, true) };
}

export type MainClientMigrateEnd = Body<typeof declared.main.client.migrateEnd>;
export function encodeMainClientMigrateEnd(_writer: Writer, _value: MainClientMigrateEnd): void {}

export type MainClientMigrateDstDoSeamless = Body<typeof declared.main.client.migrateDstDoSeamless>;
export function encodeMainClientMigrateDstDoSeamless(writer: Writer, value: MainClientMigrateDstDoSeamless): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.sourceVersion, true);
}

function decodeMainClientMigrateDstDoSeamless(reader: Reader): MainClientMigrateDstDoSeamless {
  const view = reader.view;
  const at = reader.take(4);
  return { sourceVersion: view.getUint32(at, true) };
}

export type MainClientMigrateConnectedSeamless = Body<typeof declared.main.client.migrateConnectedSeamless>;
export function encodeMainClientMigrateConnectedSeamless(_writer: Writer, _value: MainClientMigrateConnectedSeamless): void {}

export type MainClientQualityIndicator = Body<typeof declared.main.client.qualityIndicator>;
export function encodeMainClientQualityIndicator(writer: Writer, value: MainClientQualityIndicator): void {
  writer.count(value.data.byteLength, 2048, 'main.qualityIndicator.data');
  writer.bytes(value.data);
}

function decodeMainClientQualityIndicator(reader: Reader): MainClientQualityIndicator {
  const data = reader.rest(2048, 'data');
  return { data };
}
