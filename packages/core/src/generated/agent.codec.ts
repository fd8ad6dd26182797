// Generated from the declarations by scripts/generate-codecs.ts; do not edit: `npm run generate`.

import type { Body } from '../schema/channels.js';
import type { Infer } from '../schema/kinds.js';
import type { Reader } from '../wire/reader.js';
import type { Writer } from '../wire/writer.js';
import type * as declared from '../agent/protocol.js';

type AgentChunk = Infer<typeof declared.AgentChunk>;
type AgentHeader = Infer<typeof declared.AgentHeader>;
type AgentMonitor = Infer<typeof declared.AgentMonitor>;
type ClipboardSelection = Infer<typeof declared.ClipboardSelection>;
type ClipboardSerial = Infer<typeof declared.ClipboardSerial>;
type ClipboardType = Infer<typeof declared.ClipboardType>;
type GraphicsDevice = Infer<typeof declared.GraphicsDevice>;

export type AgentServerMessage =
  | { readonly name: 'reply'; readonly body: AgentReply }
  | { readonly name: 'clipboard'; readonly body: AgentClipboard }
  | { readonly name: 'announceCapabilities'; readonly body: AgentAnnounceCapabilities }
  | { readonly name: 'clipboardGrab'; readonly body: AgentClipboardGrab }
  | { readonly name: 'clipboardRequest'; readonly body: AgentClipboardRequest }
  | { readonly name: 'clipboardRelease'; readonly body: AgentClipboardRelease }
  | { readonly name: 'fileXferStatus'; readonly body: AgentFileXferStatus };
/** Decodes the body of a message from the server. Bytes behind it are ignored. */
export function decodeAgentServer(type: number, reader: Reader, channel: string): AgentServerMessage {
  switch (type) {
    case 3:
      reader.context = `${channel}.reply`;
      return { name: 'reply', body: decodeAgentReply(reader) };
    case 4:
      reader.context = `${channel}.clipboard`;
      return { name: 'clipboard', body: decodeAgentClipboard(reader) };
    case 6:
      reader.context = `${channel}.announceCapabilities`;
      return { name: 'announceCapabilities', body: decodeAgentAnnounceCapabilities(reader) };
    case 7:
      reader.context = `${channel}.clipboardGrab`;
      return { name: 'clipboardGrab', body: decodeAgentClipboardGrab(reader) };
    case 8:
      reader.context = `${channel}.clipboardRequest`;
      return { name: 'clipboardRequest', body: decodeAgentClipboardRequest(reader) };
    case 9:
      reader.context = `${channel}.clipboardRelease`;
      return { name: 'clipboardRelease', body: decodeAgentClipboardRelease(reader) };
    case 11:
      reader.context = `${channel}.fileXferStatus`;
      return { name: 'fileXferStatus', body: decodeAgentFileXferStatus(reader) };
    default:
      throw reader.unknownMessage(type, channel);
  }
}

export const agentServer = {
  reply: { id: 3, encode: encodeAgentReply },
  clipboard: { id: 4, encode: encodeAgentClipboard },
  announceCapabilities: { id: 6, encode: encodeAgentAnnounceCapabilities },
  clipboardGrab: { id: 7, encode: encodeAgentClipboardGrab },
  clipboardRequest: { id: 8, encode: encodeAgentClipboardRequest },
  clipboardRelease: { id: 9, encode: encodeAgentClipboardRelease },
  fileXferStatus: { id: 11, encode: encodeAgentFileXferStatus },
} as const;

export type AgentReply = Body<typeof declared.agent.server.reply>;
export function encodeAgentReply(writer: Writer, value: AgentReply): void {
  const at = writer.reserve(8);
  const out = writer.view;
  out.setUint32(at, value.type, true);
  out.setUint32(at + 4, value.error, true);
}

function decodeAgentReply(reader: Reader): AgentReply {
  const view = reader.view;
  const at = reader.take(8);
  return { type: view.getUint32(at, true), error: view.getUint32(at + 4, true) };
}

export type AgentClipboard = Body<typeof declared.agent.server.clipboard>;
export function encodeAgentClipboard(writer: Writer, value: AgentClipboard): void {
  writer.count(value.content.byteLength, 67108864, 'agent.clipboard.content');
  writer.bytes(value.content);
}

function decodeAgentClipboard(reader: Reader): AgentClipboard {
  const content = reader.rest(67108864, 'content');
  return { content };
}

export type AgentAnnounceCapabilities = Body<typeof declared.agent.server.announceCapabilities>;
export function encodeAgentAnnounceCapabilities(writer: Writer, value: AgentAnnounceCapabilities): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.request, true);
  writer.count(value.words.byteLength, 256, 'agent.announceCapabilities.words');
  writer.bytes(value.words);
}

function decodeAgentAnnounceCapabilities(reader: Reader): AgentAnnounceCapabilities {
  const view = reader.view;
  const at = reader.take(4);
  const words = reader.rest(256, 'words');
  return { request: view.getUint32(at, true), words };
}

export type AgentClipboardGrab = Body<typeof declared.agent.server.clipboardGrab>;
export function encodeAgentClipboardGrab(writer: Writer, value: AgentClipboardGrab): void {
  writer.count(value.content.byteLength, 4104, 'agent.clipboardGrab.content');
  writer.bytes(value.content);
}

function decodeAgentClipboardGrab(reader: Reader): AgentClipboardGrab {
  const content = reader.rest(4104, 'content');
  return { content };
}

export type AgentClipboardRequest = Body<typeof declared.agent.server.clipboardRequest>;
export function encodeAgentClipboardRequest(writer: Writer, value: AgentClipboardRequest): void {
  writer.count(value.content.byteLength, 4104, 'agent.clipboardRequest.content');
  writer.bytes(value.content);
}

function decodeAgentClipboardRequest(reader: Reader): AgentClipboardRequest {
  const content = reader.rest(4104, 'content');
  return { content };
}

export type AgentClipboardRelease = Body<typeof declared.agent.server.clipboardRelease>;
export function encodeAgentClipboardRelease(writer: Writer, value: AgentClipboardRelease): void {
  writer.count(value.content.byteLength, 4104, 'agent.clipboardRelease.content');
  writer.bytes(value.content);
}

function decodeAgentClipboardRelease(reader: Reader): AgentClipboardRelease {
  const content = reader.rest(4104, 'content');
  return { content };
}

export type AgentFileXferStatus = Body<typeof declared.agent.server.fileXferStatus>;
export function encodeAgentFileXferStatus(writer: Writer, value: AgentFileXferStatus): void {
  const at = writer.reserve(8);
  const out = writer.view;
  out.setUint32(at, value.id, true);
  out.setUint32(at + 4, value.result, true);
  writer.count(value.detail.byteLength, 64, 'agent.fileXferStatus.detail');
  writer.bytes(value.detail);
}

function decodeAgentFileXferStatus(reader: Reader): AgentFileXferStatus {
  const view = reader.view;
  const at = reader.take(8);
  const detail = reader.rest(64, 'detail');
  return {
    id: view.getUint32(at, true),
    result: checkFileTransferResult(reader, view.getUint32(at + 4, true)),
    detail,
  };
}

export type AgentClientMessage =
  | { readonly name: 'mouseState'; readonly body: AgentClientMouseState }
  | { readonly name: 'monitorsConfig'; readonly body: AgentClientMonitorsConfig }
  | { readonly name: 'clipboard'; readonly body: AgentClientClipboard }
  | { readonly name: 'announceCapabilities'; readonly body: AgentClientAnnounceCapabilities }
  | { readonly name: 'clipboardGrab'; readonly body: AgentClientClipboardGrab }
  | { readonly name: 'clipboardRequest'; readonly body: AgentClientClipboardRequest }
  | { readonly name: 'clipboardRelease'; readonly body: AgentClientClipboardRelease }
  | { readonly name: 'fileXferStatus'; readonly body: AgentClientFileXferStatus }
  | { readonly name: 'displayConfig'; readonly body: AgentClientDisplayConfig }
  | { readonly name: 'fileXferStart'; readonly body: AgentClientFileXferStart }
  | { readonly name: 'fileXferData'; readonly body: AgentClientFileXferData }
  | { readonly name: 'clientDisconnected'; readonly body: AgentClientClientDisconnected }
  | { readonly name: 'maxClipboard'; readonly body: AgentClientMaxClipboard }
  | { readonly name: 'audioVolumeSync'; readonly body: AgentClientAudioVolumeSync }
  | { readonly name: 'graphicsDeviceInfo'; readonly body: AgentClientGraphicsDeviceInfo };
/** Decodes the body of a message from the client. Bytes behind it are ignored. */
export function decodeAgentClient(type: number, reader: Reader, channel: string): AgentClientMessage {
  switch (type) {
    case 1:
      reader.context = `${channel}.mouseState`;
      return { name: 'mouseState', body: decodeAgentClientMouseState(reader) };
    case 2:
      reader.context = `${channel}.monitorsConfig`;
      return { name: 'monitorsConfig', body: decodeAgentClientMonitorsConfig(reader) };
    case 4:
      reader.context = `${channel}.clipboard`;
      return { name: 'clipboard', body: decodeAgentClientClipboard(reader) };
    case 6:
      reader.context = `${channel}.announceCapabilities`;
      return { name: 'announceCapabilities', body: decodeAgentClientAnnounceCapabilities(reader) };
    case 7:
      reader.context = `${channel}.clipboardGrab`;
      return { name: 'clipboardGrab', body: decodeAgentClientClipboardGrab(reader) };
    case 8:
      reader.context = `${channel}.clipboardRequest`;
      return { name: 'clipboardRequest', body: decodeAgentClientClipboardRequest(reader) };
    case 9:
      reader.context = `${channel}.clipboardRelease`;
      return { name: 'clipboardRelease', body: decodeAgentClientClipboardRelease(reader) };
    case 11:
      reader.context = `${channel}.fileXferStatus`;
      return { name: 'fileXferStatus', body: decodeAgentClientFileXferStatus(reader) };
    case 5:
      reader.context = `${channel}.displayConfig`;
      return { name: 'displayConfig', body: decodeAgentClientDisplayConfig(reader) };
    case 10:
      reader.context = `${channel}.fileXferStart`;
      return { name: 'fileXferStart', body: decodeAgentClientFileXferStart(reader) };
    case 12:
      reader.context = `${channel}.fileXferData`;
      return { name: 'fileXferData', body: decodeAgentClientFileXferData(reader) };
    case 13:
      return { name: 'clientDisconnected', body: {} };
    case 14:
      reader.context = `${channel}.maxClipboard`;
      return { name: 'maxClipboard', body: decodeAgentClientMaxClipboard(reader) };
    case 15:
      reader.context = `${channel}.audioVolumeSync`;
      return { name: 'audioVolumeSync', body: decodeAgentClientAudioVolumeSync(reader) };
    case 16:
      reader.context = `${channel}.graphicsDeviceInfo`;
      return { name: 'graphicsDeviceInfo', body: decodeAgentClientGraphicsDeviceInfo(reader) };
    default:
      throw reader.unknownMessage(type, channel);
  }
}

export const agentClient = {
  mouseState: { id: 1, encode: encodeAgentClientMouseState },
  monitorsConfig: { id: 2, encode: encodeAgentClientMonitorsConfig },
  clipboard: { id: 4, encode: encodeAgentClientClipboard },
  announceCapabilities: { id: 6, encode: encodeAgentClientAnnounceCapabilities },
  clipboardGrab: { id: 7, encode: encodeAgentClientClipboardGrab },
  clipboardRequest: { id: 8, encode: encodeAgentClientClipboardRequest },
  clipboardRelease: { id: 9, encode: encodeAgentClientClipboardRelease },
  fileXferStatus: { id: 11, encode: encodeAgentClientFileXferStatus },
  displayConfig: { id: 5, encode: encodeAgentClientDisplayConfig },
  fileXferStart: { id: 10, encode: encodeAgentClientFileXferStart },
  fileXferData: { id: 12, encode: encodeAgentClientFileXferData },
  clientDisconnected: { id: 13, encode: encodeAgentClientClientDisconnected },
  maxClipboard: { id: 14, encode: encodeAgentClientMaxClipboard },
  audioVolumeSync: { id: 15, encode: encodeAgentClientAudioVolumeSync },
  graphicsDeviceInfo: { id: 16, encode: encodeAgentClientGraphicsDeviceInfo },
} as const;

export type AgentClientMouseState = Body<typeof declared.agent.client.mouseState>;
export function encodeAgentClientMouseState(writer: Writer, value: AgentClientMouseState): void {
  const at = writer.reserve(13);
  const out = writer.view;
  out.setUint32(at, value.x, true);
  out.setUint32(at + 4, value.y, true);
  out.setUint32(at + 8, value.buttons, true);
  out.setUint8(at + 12, value.displayId);
}

function decodeAgentClientMouseState(reader: Reader): AgentClientMouseState {
  const view = reader.view;
  const at = reader.take(13);
  return {
    x: view.getUint32(at, true),
    y: view.getUint32(at + 4, true),
    buttons: view.getUint32(at + 8, true),
    displayId: view.getUint8(at + 12),
  };
}

export type AgentClientMonitorsConfig = Body<typeof declared.agent.client.monitorsConfig>;
export function encodeAgentClientMonitorsConfig(writer: Writer, value: AgentClientMonitorsConfig): void {
  const at = writer.reserve(8);
  const out = writer.view;
  out.setUint32(at, writer.count(value.monitors.length, 256, 'agent.monitorsConfig.count'), true);
  out.setUint32(at + 4, value.flags, true);
  for (const item of value.monitors) {
    const at2 = writer.reserve(20);
    const out2 = writer.view;
    out2.setUint32(at2, item.height, true);
    out2.setUint32(at2 + 4, item.width, true);
    out2.setUint32(at2 + 8, item.depth, true);
    out2.setInt32(at2 + 12, item.x, true);
    out2.setInt32(at2 + 16, item.y, true);
  }
  writer.count(value.physicalSizes.byteLength, 1024, 'agent.monitorsConfig.physicalSizes');
  writer.bytes(value.physicalSizes);
}

function decodeAgentClientMonitorsConfig(reader: Reader): AgentClientMonitorsConfig {
  const view = reader.view;
  const at = reader.take(8);
  const count = view.getUint32(at, true);
  const monitorsCount = reader.count(count, 256, 20, 'monitors');
  const monitors: AgentMonitor[] = [];
  for (let i = 0; i < monitorsCount; i++) {
    const at2 = reader.take(20);
    monitors.push({ height: view.getUint32(at2, true), width: view.getUint32(at2 + 4, true), depth: view.getUint32(at2 + 8, true), x: view.getInt32(at2 + 12, true), y: view.getInt32(at2 + 16, true) });
  }
  const physicalSizes = reader.rest(1024, 'physicalSizes');
  return { flags: view.getUint32(at + 4, true), monitors, physicalSizes };
}

export type AgentClientClipboard = Body<typeof declared.agent.client.clipboard>;
export function encodeAgentClientClipboard(writer: Writer, value: AgentClientClipboard): void {
  writer.count(value.content.byteLength, 67108864, 'agent.clipboard.content');
  writer.bytes(value.content);
}

function decodeAgentClientClipboard(reader: Reader): AgentClientClipboard {
  const content = reader.rest(67108864, 'content');
  return { content };
}

export type AgentClientAnnounceCapabilities = Body<typeof declared.agent.client.announceCapabilities>;
export function encodeAgentClientAnnounceCapabilities(writer: Writer, value: AgentClientAnnounceCapabilities): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.request, true);
  writer.count(value.words.byteLength, 256, 'agent.announceCapabilities.words');
  writer.bytes(value.words);
}

function decodeAgentClientAnnounceCapabilities(reader: Reader): AgentClientAnnounceCapabilities {
  const view = reader.view;
  const at = reader.take(4);
  const words = reader.rest(256, 'words');
  return { request: view.getUint32(at, true), words };
}

export type AgentClientClipboardGrab = Body<typeof declared.agent.client.clipboardGrab>;
export function encodeAgentClientClipboardGrab(writer: Writer, value: AgentClientClipboardGrab): void {
  writer.count(value.content.byteLength, 4104, 'agent.clipboardGrab.content');
  writer.bytes(value.content);
}

function decodeAgentClientClipboardGrab(reader: Reader): AgentClientClipboardGrab {
  const content = reader.rest(4104, 'content');
  return { content };
}

export type AgentClientClipboardRequest = Body<typeof declared.agent.client.clipboardRequest>;
export function encodeAgentClientClipboardRequest(writer: Writer, value: AgentClientClipboardRequest): void {
  writer.count(value.content.byteLength, 4104, 'agent.clipboardRequest.content');
  writer.bytes(value.content);
}

function decodeAgentClientClipboardRequest(reader: Reader): AgentClientClipboardRequest {
  const content = reader.rest(4104, 'content');
  return { content };
}

export type AgentClientClipboardRelease = Body<typeof declared.agent.client.clipboardRelease>;
export function encodeAgentClientClipboardRelease(writer: Writer, value: AgentClientClipboardRelease): void {
  writer.count(value.content.byteLength, 4104, 'agent.clipboardRelease.content');
  writer.bytes(value.content);
}

function decodeAgentClientClipboardRelease(reader: Reader): AgentClientClipboardRelease {
  const content = reader.rest(4104, 'content');
  return { content };
}

export type AgentClientFileXferStatus = Body<typeof declared.agent.client.fileXferStatus>;
export function encodeAgentClientFileXferStatus(writer: Writer, value: AgentClientFileXferStatus): void {
  const at = writer.reserve(8);
  const out = writer.view;
  out.setUint32(at, value.id, true);
  out.setUint32(at + 4, value.result, true);
  writer.count(value.detail.byteLength, 64, 'agent.fileXferStatus.detail');
  writer.bytes(value.detail);
}

function decodeAgentClientFileXferStatus(reader: Reader): AgentClientFileXferStatus {
  const view = reader.view;
  const at = reader.take(8);
  const detail = reader.rest(64, 'detail');
  return {
    id: view.getUint32(at, true),
    result: checkFileTransferResult(reader, view.getUint32(at + 4, true)),
    detail,
  };
}

export type AgentClientDisplayConfig = Body<typeof declared.agent.client.displayConfig>;
export function encodeAgentClientDisplayConfig(writer: Writer, value: AgentClientDisplayConfig): void {
  const at = writer.reserve(8);
  const out = writer.view;
  out.setUint32(at, value.flags, true);
  out.setUint32(at + 4, value.depth, true);
}

function decodeAgentClientDisplayConfig(reader: Reader): AgentClientDisplayConfig {
  const view = reader.view;
  const at = reader.take(8);
  return { flags: view.getUint32(at, true), depth: view.getUint32(at + 4, true) };
}

export type AgentClientFileXferStart = Body<typeof declared.agent.client.fileXferStart>;
export function encodeAgentClientFileXferStart(writer: Writer, value: AgentClientFileXferStart): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.id, true);
  writer.count(value.text.byteLength, 8192, 'agent.fileXferStart.text');
  writer.bytes(value.text);
}

function decodeAgentClientFileXferStart(reader: Reader): AgentClientFileXferStart {
  const view = reader.view;
  const at = reader.take(4);
  const text = reader.rest(8192, 'text');
  return { id: view.getUint32(at, true), text };
}

export type AgentClientFileXferData = Body<typeof declared.agent.client.fileXferData>;
export function encodeAgentClientFileXferData(writer: Writer, value: AgentClientFileXferData): void {
  const at = writer.reserve(12);
  const out = writer.view;
  out.setUint32(at, value.id, true);
  writer.safeInteger(at + 4, value.size, 'agent.fileXferData.size');
  writer.count(value.data.byteLength, 1048576, 'agent.fileXferData.data');
  writer.bytes(value.data);
}

function decodeAgentClientFileXferData(reader: Reader): AgentClientFileXferData {
  const view = reader.view;
  const at = reader.take(12);
  const data = reader.rest(1048576, 'data');
  return { id: view.getUint32(at, true), size: reader.safeInteger(at + 4, 'size'), data };
}

export type AgentClientClientDisconnected = Body<typeof declared.agent.client.clientDisconnected>;
export function encodeAgentClientClientDisconnected(_writer: Writer, _value: AgentClientClientDisconnected): void {}

export type AgentClientMaxClipboard = Body<typeof declared.agent.client.maxClipboard>;
export function encodeAgentClientMaxClipboard(writer: Writer, value: AgentClientMaxClipboard): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setInt32(at, value.max, true);
}

function decodeAgentClientMaxClipboard(reader: Reader): AgentClientMaxClipboard {
  const view = reader.view;
  const at = reader.take(4);
  return { max: view.getInt32(at, true) };
}

export type AgentClientAudioVolumeSync = Body<typeof declared.agent.client.audioVolumeSync>;
export function encodeAgentClientAudioVolumeSync(writer: Writer, value: AgentClientAudioVolumeSync): void {
  const at = writer.reserve(3);
  const out = writer.view;
  out.setUint8(at, value.isPlayback ? 1 : 0);
  out.setUint8(at + 1, value.mute ? 1 : 0);
  out.setUint8(at + 2, writer.count(value.volumes.length, 255, 'agent.audioVolumeSync.volumes'));
  for (const item of value.volumes) {
    const at2 = writer.reserve(2);
    const out2 = writer.view;
    out2.setUint16(at2, item, true);
  }
}

function decodeAgentClientAudioVolumeSync(reader: Reader): AgentClientAudioVolumeSync {
  const view = reader.view;
  const at = reader.take(3);
  const volumesCount = reader.count(view.getUint8(at + 2), 255, 2, 'volumes');
  const volumes: number[] = [];
  for (let i = 0; i < volumesCount; i++) {
    const at2 = reader.take(2);
    volumes.push(view.getUint16(at2, true));
  }
  return { isPlayback: view.getUint8(at) !== 0, mute: view.getUint8(at + 1) !== 0, volumes };
}

export type AgentClientGraphicsDeviceInfo = Body<typeof declared.agent.client.graphicsDeviceInfo>;
export function encodeAgentClientGraphicsDeviceInfo(writer: Writer, value: AgentClientGraphicsDeviceInfo): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, writer.count(value.devices.length, 256, 'agent.graphicsDeviceInfo.devices'), true);
  for (const item of value.devices) {
    encodeGraphicsDevice(writer, item);
  }
}

function decodeAgentClientGraphicsDeviceInfo(reader: Reader): AgentClientGraphicsDeviceInfo {
  const view = reader.view;
  const at = reader.take(4);
  const devicesCount = reader.count(view.getUint32(at, true), 256, 16, 'devices');
  const devices: GraphicsDevice[] = [];
  for (let i = 0; i < devicesCount; i++) {
    const devices2 = decodeGraphicsDevice(reader);
    devices.push(devices2);
  }
  return { devices };
}

export function encodeAgentChunk(writer: Writer, value: AgentChunk): void {
  const at = writer.reserve(8);
  const out = writer.view;
  out.setUint32(at, value.port, true);
  out.setUint32(at + 4, value.size, true);
}

export function decodeAgentChunk(reader: Reader): AgentChunk {
  const view = reader.view;
  const at = reader.take(8);
  return { port: view.getUint32(at, true), size: view.getUint32(at + 4, true) };
}

export function encodeAgentHeader(writer: Writer, value: AgentHeader): void {
  const at = writer.reserve(20);
  const out = writer.view;
  out.setUint32(at, value.protocol, true);
  out.setUint32(at + 4, value.type, true);
  out.setBigUint64(at + 8, value.opaque, true);
  out.setUint32(at + 16, value.size, true);
}

export function decodeAgentHeader(reader: Reader): AgentHeader {
  const view = reader.view;
  const at = reader.take(20);
  return {
    protocol: view.getUint32(at, true),
    type: view.getUint32(at + 4, true),
    opaque: view.getBigUint64(at + 8, true),
    size: view.getUint32(at + 16, true),
  };
}

export function encodeClipboardSelection(writer: Writer, value: ClipboardSelection): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, value.selection);
  writer.exact(value.reserved, 3, 'ClipboardSelection.reserved');
  writer.bytes(value.reserved);
}

export function decodeClipboardSelection(reader: Reader): ClipboardSelection {
  const view = reader.view;
  const at = reader.take(1);
  const reserved = reader.slice(3, 3, 'ClipboardSelection.reserved');
  return { selection: view.getUint8(at), reserved };
}

export function encodeClipboardSerial(writer: Writer, value: ClipboardSerial): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.serial, true);
}

export function decodeClipboardSerial(reader: Reader): ClipboardSerial {
  const view = reader.view;
  const at = reader.take(4);
  return { serial: view.getUint32(at, true) };
}

export function encodeClipboardType(writer: Writer, value: ClipboardType): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.type, true);
}

export function decodeClipboardType(reader: Reader): ClipboardType {
  const view = reader.view;
  const at = reader.take(4);
  return { type: view.getUint32(at, true) };
}

function encodeGraphicsDevice(writer: Writer, value: GraphicsDevice): void {
  const encoded = writer.utf8(value.address, 'GraphicsDevice.address');
  const at = writer.reserve(16);
  const out = writer.view;
  out.setUint32(at, value.channelId, true);
  out.setUint32(at + 4, value.monitorId, true);
  out.setUint32(at + 8, value.deviceDisplayId, true);
  out.setUint32(at + 12, writer.count(encoded.byteLength, 256, 'GraphicsDevice.address'), true);
  writer.bytes(encoded);
}

function decodeGraphicsDevice(reader: Reader): GraphicsDevice {
  const view = reader.view;
  const at = reader.take(16);
  const address = reader.text(view.getUint32(at + 12, true), 256, 'GraphicsDevice.address');
  return {
    channelId: view.getUint32(at, true),
    monitorId: view.getUint32(at + 4, true),
    deviceDisplayId: view.getUint32(at + 8, true),
    address,
  };
}

function checkFileTransferResult(reader: Reader, value: number): 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 {
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
      throw reader.unknownValue(value, 'FileTransferResult');
  }
}
