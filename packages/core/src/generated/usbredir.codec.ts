// Generated from the declarations by scripts/generate-codecs.ts; do not edit: `npm run generate`.

import type { Body } from '../schema/channels.js';
import type { Infer } from '../schema/kinds.js';
import type { Reader } from '../wire/reader.js';
import type { Writer } from '../wire/writer.js';
import type * as declared from '../usbredir/protocol.js';

type UsbredirFirstHeader = Infer<typeof declared.UsbredirFirstHeader>;
type UsbredirHeader = Infer<typeof declared.UsbredirHeader>;

export type UsbredirServerMessage =
  | { readonly name: 'hello'; readonly body: UsbredirHello }
  | { readonly name: 'deviceConnect'; readonly body: UsbredirDeviceConnect }
  | { readonly name: 'deviceDisconnect'; readonly body: UsbredirDeviceDisconnect }
  | { readonly name: 'interfaceInfo'; readonly body: UsbredirInterfaceInfo }
  | { readonly name: 'endpointInfo'; readonly body: UsbredirEndpointInfo }
  | { readonly name: 'configurationStatus'; readonly body: UsbredirConfigurationStatus }
  | { readonly name: 'altSettingStatus'; readonly body: UsbredirAltSettingStatus }
  | { readonly name: 'interruptReceivingStatus'; readonly body: UsbredirInterruptReceivingStatus }
  | { readonly name: 'controlPacket'; readonly body: UsbredirControlPacket }
  | { readonly name: 'bulkPacket'; readonly body: UsbredirBulkPacket }
  | { readonly name: 'interruptPacket'; readonly body: UsbredirInterruptPacket };
/** Decodes the body of a message from the server. Bytes behind it are ignored. */
export function decodeUsbredirServer(type: number, reader: Reader, channel: string): UsbredirServerMessage {
  switch (type) {
    case 0:
      reader.context = `${channel}.hello`;
      return { name: 'hello', body: decodeUsbredirHello(reader) };
    case 1:
      reader.context = `${channel}.deviceConnect`;
      return { name: 'deviceConnect', body: decodeUsbredirDeviceConnect(reader) };
    case 2:
      return { name: 'deviceDisconnect', body: {} };
    case 4:
      reader.context = `${channel}.interfaceInfo`;
      return { name: 'interfaceInfo', body: decodeUsbredirInterfaceInfo(reader) };
    case 5:
      reader.context = `${channel}.endpointInfo`;
      return { name: 'endpointInfo', body: decodeUsbredirEndpointInfo(reader) };
    case 8:
      reader.context = `${channel}.configurationStatus`;
      return { name: 'configurationStatus', body: decodeUsbredirConfigurationStatus(reader) };
    case 11:
      reader.context = `${channel}.altSettingStatus`;
      return { name: 'altSettingStatus', body: decodeUsbredirAltSettingStatus(reader) };
    case 17:
      reader.context = `${channel}.interruptReceivingStatus`;
      return { name: 'interruptReceivingStatus', body: decodeUsbredirInterruptReceivingStatus(reader) };
    case 100:
      reader.context = `${channel}.controlPacket`;
      return { name: 'controlPacket', body: decodeUsbredirControlPacket(reader) };
    case 101:
      reader.context = `${channel}.bulkPacket`;
      return { name: 'bulkPacket', body: decodeUsbredirBulkPacket(reader) };
    case 103:
      reader.context = `${channel}.interruptPacket`;
      return { name: 'interruptPacket', body: decodeUsbredirInterruptPacket(reader) };
    default:
      throw reader.unknownMessage(type, channel);
  }
}

export const usbredirServer = {
  hello: { id: 0, encode: encodeUsbredirHello },
  deviceConnect: { id: 1, encode: encodeUsbredirDeviceConnect },
  deviceDisconnect: { id: 2, encode: encodeUsbredirDeviceDisconnect },
  interfaceInfo: { id: 4, encode: encodeUsbredirInterfaceInfo },
  endpointInfo: { id: 5, encode: encodeUsbredirEndpointInfo },
  configurationStatus: { id: 8, encode: encodeUsbredirConfigurationStatus },
  altSettingStatus: { id: 11, encode: encodeUsbredirAltSettingStatus },
  interruptReceivingStatus: { id: 17, encode: encodeUsbredirInterruptReceivingStatus },
  controlPacket: { id: 100, encode: encodeUsbredirControlPacket },
  bulkPacket: { id: 101, encode: encodeUsbredirBulkPacket },
  interruptPacket: { id: 103, encode: encodeUsbredirInterruptPacket },
} as const;

export type UsbredirHello = Body<typeof declared.usbredir.server.hello>;
export function encodeUsbredirHello(writer: Writer, value: UsbredirHello): void {
  writer.exact(value.version, 64, 'usbredir.hello.version');
  writer.bytes(value.version);
  writer.count(value.capabilities.byteLength, 64, 'usbredir.hello.capabilities');
  writer.bytes(value.capabilities);
}

function decodeUsbredirHello(reader: Reader): UsbredirHello {
  const version = reader.slice(64, 64, 'version');
  const capabilities = reader.rest(64, 'capabilities');
  return { version, capabilities };
}

export type UsbredirDeviceConnect = Body<typeof declared.usbredir.server.deviceConnect>;
export function encodeUsbredirDeviceConnect(writer: Writer, value: UsbredirDeviceConnect): void {
  const at = writer.reserve(10);
  const out = writer.view;
  out.setUint8(at, value.speed);
  out.setUint8(at + 1, value.deviceClass);
  out.setUint8(at + 2, value.deviceSubclass);
  out.setUint8(at + 3, value.deviceProtocol);
  out.setUint16(at + 4, value.vendor, true);
  out.setUint16(at + 6, value.product, true);
  out.setUint16(at + 8, value.version, true);
}

function decodeUsbredirDeviceConnect(reader: Reader): UsbredirDeviceConnect {
  const view = reader.view;
  const at = reader.take(10);
  return {
    speed: view.getUint8(at),
    deviceClass: view.getUint8(at + 1),
    deviceSubclass: view.getUint8(at + 2),
    deviceProtocol: view.getUint8(at + 3),
    vendor: view.getUint16(at + 4, true),
    product: view.getUint16(at + 6, true),
    version: view.getUint16(at + 8, true),
  };
}

export type UsbredirDeviceDisconnect = Body<typeof declared.usbredir.server.deviceDisconnect>;
export function encodeUsbredirDeviceDisconnect(_writer: Writer, _value: UsbredirDeviceDisconnect): void {}

export type UsbredirInterfaceInfo = Body<typeof declared.usbredir.server.interfaceInfo>;
export function encodeUsbredirInterfaceInfo(writer: Writer, value: UsbredirInterfaceInfo): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.count, true);
  writer.exact(value.interfaces, 32, 'usbredir.interfaceInfo.interfaces');
  writer.bytes(value.interfaces);
  writer.exact(value.classes, 32, 'usbredir.interfaceInfo.classes');
  writer.bytes(value.classes);
  writer.exact(value.subclasses, 32, 'usbredir.interfaceInfo.subclasses');
  writer.bytes(value.subclasses);
  writer.exact(value.protocols, 32, 'usbredir.interfaceInfo.protocols');
  writer.bytes(value.protocols);
}

function decodeUsbredirInterfaceInfo(reader: Reader): UsbredirInterfaceInfo {
  const view = reader.view;
  const at = reader.take(4);
  const interfaces = reader.slice(32, 32, 'interfaces');
  const classes = reader.slice(32, 32, 'classes');
  const subclasses = reader.slice(32, 32, 'subclasses');
  const protocols = reader.slice(32, 32, 'protocols');
  return { count: view.getUint32(at, true), interfaces, classes, subclasses, protocols };
}

export type UsbredirEndpointInfo = Body<typeof declared.usbredir.server.endpointInfo>;
export function encodeUsbredirEndpointInfo(writer: Writer, value: UsbredirEndpointInfo): void {
  writer.exact(value.types, 32, 'usbredir.endpointInfo.types');
  writer.bytes(value.types);
  writer.exact(value.intervals, 32, 'usbredir.endpointInfo.intervals');
  writer.bytes(value.intervals);
  writer.exact(value.interfaces, 32, 'usbredir.endpointInfo.interfaces');
  writer.bytes(value.interfaces);
  writer.exact(value.maxPacketSizes, 64, 'usbredir.endpointInfo.maxPacketSizes');
  writer.bytes(value.maxPacketSizes);
}

function decodeUsbredirEndpointInfo(reader: Reader): UsbredirEndpointInfo {
  const types = reader.slice(32, 32, 'types');
  const intervals = reader.slice(32, 32, 'intervals');
  const interfaces = reader.slice(32, 32, 'interfaces');
  const maxPacketSizes = reader.slice(64, 64, 'maxPacketSizes');
  return { types, intervals, interfaces, maxPacketSizes };
}

export type UsbredirConfigurationStatus = Body<typeof declared.usbredir.server.configurationStatus>;
export function encodeUsbredirConfigurationStatus(writer: Writer, value: UsbredirConfigurationStatus): void {
  const at = writer.reserve(2);
  const out = writer.view;
  out.setUint8(at, value.status);
  out.setUint8(at + 1, value.configuration);
}

function decodeUsbredirConfigurationStatus(reader: Reader): UsbredirConfigurationStatus {
  const view = reader.view;
  const at = reader.take(2);
  return { status: view.getUint8(at), configuration: view.getUint8(at + 1) };
}

export type UsbredirAltSettingStatus = Body<typeof declared.usbredir.server.altSettingStatus>;
export function encodeUsbredirAltSettingStatus(writer: Writer, value: UsbredirAltSettingStatus): void {
  const at = writer.reserve(3);
  const out = writer.view;
  out.setUint8(at, value.status);
  out.setUint8(at + 1, value.interface);
  out.setUint8(at + 2, value.alternate);
}

function decodeUsbredirAltSettingStatus(reader: Reader): UsbredirAltSettingStatus {
  const view = reader.view;
  const at = reader.take(3);
  return {
    status: view.getUint8(at),
    interface: view.getUint8(at + 1),
    alternate: view.getUint8(at + 2),
  };
}

export type UsbredirInterruptReceivingStatus = Body<typeof declared.usbredir.server.interruptReceivingStatus>;
export function encodeUsbredirInterruptReceivingStatus(writer: Writer, value: UsbredirInterruptReceivingStatus): void {
  const at = writer.reserve(2);
  const out = writer.view;
  out.setUint8(at, value.status);
  out.setUint8(at + 1, value.endpoint);
}

function decodeUsbredirInterruptReceivingStatus(reader: Reader): UsbredirInterruptReceivingStatus {
  const view = reader.view;
  const at = reader.take(2);
  return { status: view.getUint8(at), endpoint: view.getUint8(at + 1) };
}

export type UsbredirControlPacket = Body<typeof declared.usbredir.server.controlPacket>;
export function encodeUsbredirControlPacket(writer: Writer, value: UsbredirControlPacket): void {
  const at = writer.reserve(10);
  const out = writer.view;
  out.setUint8(at, value.endpoint);
  out.setUint8(at + 1, value.request);
  out.setUint8(at + 2, value.requestType);
  out.setUint8(at + 3, value.status);
  out.setUint16(at + 4, value.value, true);
  out.setUint16(at + 6, value.index, true);
  out.setUint16(at + 8, value.length, true);
  writer.count(value.data.byteLength, 65535, 'usbredir.controlPacket.data');
  writer.bytes(value.data);
}

function decodeUsbredirControlPacket(reader: Reader): UsbredirControlPacket {
  const view = reader.view;
  const at = reader.take(10);
  const data = reader.rest(65535, 'data');
  return {
    endpoint: view.getUint8(at),
    request: view.getUint8(at + 1),
    requestType: view.getUint8(at + 2),
    status: view.getUint8(at + 3),
    value: view.getUint16(at + 4, true),
    index: view.getUint16(at + 6, true),
    length: view.getUint16(at + 8, true),
    data,
  };
}

export type UsbredirBulkPacket = Body<typeof declared.usbredir.server.bulkPacket>;
export function encodeUsbredirBulkPacket(writer: Writer, value: UsbredirBulkPacket): void {
  const at = writer.reserve(10);
  const out = writer.view;
  out.setUint8(at, value.endpoint);
  out.setUint8(at + 1, value.status);
  out.setUint16(at + 2, value.length, true);
  out.setUint32(at + 4, value.streamId, true);
  out.setUint16(at + 8, value.lengthHigh, true);
  writer.count(value.data.byteLength, 1048576, 'usbredir.bulkPacket.data');
  writer.bytes(value.data);
}

function decodeUsbredirBulkPacket(reader: Reader): UsbredirBulkPacket {
  const view = reader.view;
  const at = reader.take(10);
  const data = reader.rest(1048576, 'data');
  return {
    endpoint: view.getUint8(at),
    status: view.getUint8(at + 1),
    length: view.getUint16(at + 2, true),
    streamId: view.getUint32(at + 4, true),
    lengthHigh: view.getUint16(at + 8, true),
    data,
  };
}

export type UsbredirInterruptPacket = Body<typeof declared.usbredir.server.interruptPacket>;
export function encodeUsbredirInterruptPacket(writer: Writer, value: UsbredirInterruptPacket): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint8(at, value.endpoint);
  out.setUint8(at + 1, value.status);
  out.setUint16(at + 2, value.length, true);
  writer.count(value.data.byteLength, 65535, 'usbredir.interruptPacket.data');
  writer.bytes(value.data);
}

function decodeUsbredirInterruptPacket(reader: Reader): UsbredirInterruptPacket {
  const view = reader.view;
  const at = reader.take(4);
  const data = reader.rest(65535, 'data');
  return {
    endpoint: view.getUint8(at),
    status: view.getUint8(at + 1),
    length: view.getUint16(at + 2, true),
    data,
  };
}

export type UsbredirClientMessage =
  | { readonly name: 'hello'; readonly body: UsbredirClientHello }
  | { readonly name: 'reset'; readonly body: UsbredirClientReset }
  | { readonly name: 'setConfiguration'; readonly body: UsbredirClientSetConfiguration }
  | { readonly name: 'getConfiguration'; readonly body: UsbredirClientGetConfiguration }
  | { readonly name: 'setAltSetting'; readonly body: UsbredirClientSetAltSetting }
  | { readonly name: 'getAltSetting'; readonly body: UsbredirClientGetAltSetting }
  | { readonly name: 'startInterruptReceiving'; readonly body: UsbredirClientStartInterruptReceiving }
  | { readonly name: 'stopInterruptReceiving'; readonly body: UsbredirClientStopInterruptReceiving }
  | { readonly name: 'cancelDataPacket'; readonly body: UsbredirClientCancelDataPacket }
  | { readonly name: 'deviceDisconnectAck'; readonly body: UsbredirClientDeviceDisconnectAck }
  | { readonly name: 'controlPacket'; readonly body: UsbredirClientControlPacket }
  | { readonly name: 'bulkPacket'; readonly body: UsbredirClientBulkPacket }
  | { readonly name: 'interruptPacket'; readonly body: UsbredirClientInterruptPacket };
/** Decodes the body of a message from the client. Bytes behind it are ignored. */
export function decodeUsbredirClient(type: number, reader: Reader, channel: string): UsbredirClientMessage {
  switch (type) {
    case 0:
      reader.context = `${channel}.hello`;
      return { name: 'hello', body: decodeUsbredirClientHello(reader) };
    case 3:
      return { name: 'reset', body: {} };
    case 6:
      reader.context = `${channel}.setConfiguration`;
      return { name: 'setConfiguration', body: decodeUsbredirClientSetConfiguration(reader) };
    case 7:
      return { name: 'getConfiguration', body: {} };
    case 9:
      reader.context = `${channel}.setAltSetting`;
      return { name: 'setAltSetting', body: decodeUsbredirClientSetAltSetting(reader) };
    case 10:
      reader.context = `${channel}.getAltSetting`;
      return { name: 'getAltSetting', body: decodeUsbredirClientGetAltSetting(reader) };
    case 15:
      reader.context = `${channel}.startInterruptReceiving`;
      return { name: 'startInterruptReceiving', body: decodeUsbredirClientStartInterruptReceiving(reader) };
    case 16:
      reader.context = `${channel}.stopInterruptReceiving`;
      return { name: 'stopInterruptReceiving', body: decodeUsbredirClientStopInterruptReceiving(reader) };
    case 21:
      return { name: 'cancelDataPacket', body: {} };
    case 24:
      return { name: 'deviceDisconnectAck', body: {} };
    case 100:
      reader.context = `${channel}.controlPacket`;
      return { name: 'controlPacket', body: decodeUsbredirClientControlPacket(reader) };
    case 101:
      reader.context = `${channel}.bulkPacket`;
      return { name: 'bulkPacket', body: decodeUsbredirClientBulkPacket(reader) };
    case 103:
      reader.context = `${channel}.interruptPacket`;
      return { name: 'interruptPacket', body: decodeUsbredirClientInterruptPacket(reader) };
    default:
      throw reader.unknownMessage(type, channel);
  }
}

export const usbredirClient = {
  hello: { id: 0, encode: encodeUsbredirClientHello },
  reset: { id: 3, encode: encodeUsbredirClientReset },
  setConfiguration: { id: 6, encode: encodeUsbredirClientSetConfiguration },
  getConfiguration: { id: 7, encode: encodeUsbredirClientGetConfiguration },
  setAltSetting: { id: 9, encode: encodeUsbredirClientSetAltSetting },
  getAltSetting: { id: 10, encode: encodeUsbredirClientGetAltSetting },
  startInterruptReceiving: { id: 15, encode: encodeUsbredirClientStartInterruptReceiving },
  stopInterruptReceiving: { id: 16, encode: encodeUsbredirClientStopInterruptReceiving },
  cancelDataPacket: { id: 21, encode: encodeUsbredirClientCancelDataPacket },
  deviceDisconnectAck: { id: 24, encode: encodeUsbredirClientDeviceDisconnectAck },
  controlPacket: { id: 100, encode: encodeUsbredirClientControlPacket },
  bulkPacket: { id: 101, encode: encodeUsbredirClientBulkPacket },
  interruptPacket: { id: 103, encode: encodeUsbredirClientInterruptPacket },
} as const;

export type UsbredirClientHello = Body<typeof declared.usbredir.client.hello>;
export function encodeUsbredirClientHello(writer: Writer, value: UsbredirClientHello): void {
  writer.exact(value.version, 64, 'usbredir.hello.version');
  writer.bytes(value.version);
  writer.count(value.capabilities.byteLength, 64, 'usbredir.hello.capabilities');
  writer.bytes(value.capabilities);
}

function decodeUsbredirClientHello(reader: Reader): UsbredirClientHello {
  const version = reader.slice(64, 64, 'version');
  const capabilities = reader.rest(64, 'capabilities');
  return { version, capabilities };
}

export type UsbredirClientReset = Body<typeof declared.usbredir.client.reset>;
export function encodeUsbredirClientReset(_writer: Writer, _value: UsbredirClientReset): void {}

export type UsbredirClientSetConfiguration = Body<typeof declared.usbredir.client.setConfiguration>;
export function encodeUsbredirClientSetConfiguration(writer: Writer, value: UsbredirClientSetConfiguration): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, value.configuration);
}

function decodeUsbredirClientSetConfiguration(reader: Reader): UsbredirClientSetConfiguration {
  const view = reader.view;
  const at = reader.take(1);
  return { configuration: view.getUint8(at) };
}

export type UsbredirClientGetConfiguration = Body<typeof declared.usbredir.client.getConfiguration>;
export function encodeUsbredirClientGetConfiguration(_writer: Writer, _value: UsbredirClientGetConfiguration): void {}

export type UsbredirClientSetAltSetting = Body<typeof declared.usbredir.client.setAltSetting>;
export function encodeUsbredirClientSetAltSetting(writer: Writer, value: UsbredirClientSetAltSetting): void {
  const at = writer.reserve(2);
  const out = writer.view;
  out.setUint8(at, value.interface);
  out.setUint8(at + 1, value.alternate);
}

function decodeUsbredirClientSetAltSetting(reader: Reader): UsbredirClientSetAltSetting {
  const view = reader.view;
  const at = reader.take(2);
  return { interface: view.getUint8(at), alternate: view.getUint8(at + 1) };
}

export type UsbredirClientGetAltSetting = Body<typeof declared.usbredir.client.getAltSetting>;
export function encodeUsbredirClientGetAltSetting(writer: Writer, value: UsbredirClientGetAltSetting): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, value.interface);
}

function decodeUsbredirClientGetAltSetting(reader: Reader): UsbredirClientGetAltSetting {
  const view = reader.view;
  const at = reader.take(1);
  return { interface: view.getUint8(at) };
}

export type UsbredirClientStartInterruptReceiving = Body<typeof declared.usbredir.client.startInterruptReceiving>;
export function encodeUsbredirClientStartInterruptReceiving(writer: Writer, value: UsbredirClientStartInterruptReceiving): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, value.endpoint);
}

function decodeUsbredirClientStartInterruptReceiving(reader: Reader): UsbredirClientStartInterruptReceiving {
  const view = reader.view;
  const at = reader.take(1);
  return { endpoint: view.getUint8(at) };
}

export type UsbredirClientStopInterruptReceiving = Body<typeof declared.usbredir.client.stopInterruptReceiving>;
export function encodeUsbredirClientStopInterruptReceiving(writer: Writer, value: UsbredirClientStopInterruptReceiving): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, value.endpoint);
}

function decodeUsbredirClientStopInterruptReceiving(reader: Reader): UsbredirClientStopInterruptReceiving {
  const view = reader.view;
  const at = reader.take(1);
  return { endpoint: view.getUint8(at) };
}

export type UsbredirClientCancelDataPacket = Body<typeof declared.usbredir.client.cancelDataPacket>;
export function encodeUsbredirClientCancelDataPacket(_writer: Writer, _value: UsbredirClientCancelDataPacket): void {}

export type UsbredirClientDeviceDisconnectAck = Body<typeof declared.usbredir.client.deviceDisconnectAck>;
export function encodeUsbredirClientDeviceDisconnectAck(_writer: Writer, _value: UsbredirClientDeviceDisconnectAck): void {}

export type UsbredirClientControlPacket = Body<typeof declared.usbredir.client.controlPacket>;
export function encodeUsbredirClientControlPacket(writer: Writer, value: UsbredirClientControlPacket): void {
  const at = writer.reserve(10);
  const out = writer.view;
  out.setUint8(at, value.endpoint);
  out.setUint8(at + 1, value.request);
  out.setUint8(at + 2, value.requestType);
  out.setUint8(at + 3, value.status);
  out.setUint16(at + 4, value.value, true);
  out.setUint16(at + 6, value.index, true);
  out.setUint16(at + 8, value.length, true);
  writer.count(value.data.byteLength, 65535, 'usbredir.controlPacket.data');
  writer.bytes(value.data);
}

function decodeUsbredirClientControlPacket(reader: Reader): UsbredirClientControlPacket {
  const view = reader.view;
  const at = reader.take(10);
  const data = reader.rest(65535, 'data');
  return {
    endpoint: view.getUint8(at),
    request: view.getUint8(at + 1),
    requestType: view.getUint8(at + 2),
    status: view.getUint8(at + 3),
    value: view.getUint16(at + 4, true),
    index: view.getUint16(at + 6, true),
    length: view.getUint16(at + 8, true),
    data,
  };
}

export type UsbredirClientBulkPacket = Body<typeof declared.usbredir.client.bulkPacket>;
export function encodeUsbredirClientBulkPacket(writer: Writer, value: UsbredirClientBulkPacket): void {
  const at = writer.reserve(10);
  const out = writer.view;
  out.setUint8(at, value.endpoint);
  out.setUint8(at + 1, value.status);
  out.setUint16(at + 2, value.length, true);
  out.setUint32(at + 4, value.streamId, true);
  out.setUint16(at + 8, value.lengthHigh, true);
  writer.count(value.data.byteLength, 1048576, 'usbredir.bulkPacket.data');
  writer.bytes(value.data);
}

function decodeUsbredirClientBulkPacket(reader: Reader): UsbredirClientBulkPacket {
  const view = reader.view;
  const at = reader.take(10);
  const data = reader.rest(1048576, 'data');
  return {
    endpoint: view.getUint8(at),
    status: view.getUint8(at + 1),
    length: view.getUint16(at + 2, true),
    streamId: view.getUint32(at + 4, true),
    lengthHigh: view.getUint16(at + 8, true),
    data,
  };
}

export type UsbredirClientInterruptPacket = Body<typeof declared.usbredir.client.interruptPacket>;
export function encodeUsbredirClientInterruptPacket(writer: Writer, value: UsbredirClientInterruptPacket): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint8(at, value.endpoint);
  out.setUint8(at + 1, value.status);
  out.setUint16(at + 2, value.length, true);
  writer.count(value.data.byteLength, 65535, 'usbredir.interruptPacket.data');
  writer.bytes(value.data);
}

function decodeUsbredirClientInterruptPacket(reader: Reader): UsbredirClientInterruptPacket {
  const view = reader.view;
  const at = reader.take(4);
  const data = reader.rest(65535, 'data');
  return {
    endpoint: view.getUint8(at),
    status: view.getUint8(at + 1),
    length: view.getUint16(at + 2, true),
    data,
  };
}

export function encodeUsbredirFirstHeader(writer: Writer, value: UsbredirFirstHeader): void {
  const at = writer.reserve(12);
  const out = writer.view;
  out.setUint32(at, value.type, true);
  out.setUint32(at + 4, value.length, true);
  out.setUint32(at + 8, value.id, true);
}

export function decodeUsbredirFirstHeader(reader: Reader): UsbredirFirstHeader {
  const view = reader.view;
  const at = reader.take(12);
  return {
    type: view.getUint32(at, true),
    length: view.getUint32(at + 4, true),
    id: view.getUint32(at + 8, true),
  };
}

export function encodeUsbredirHeader(writer: Writer, value: UsbredirHeader): void {
  const at = writer.reserve(16);
  const out = writer.view;
  out.setUint32(at, value.type, true);
  out.setUint32(at + 4, value.length, true);
  writer.safeInteger(at + 8, value.id, 'UsbredirHeader.id');
}

export function decodeUsbredirHeader(reader: Reader): UsbredirHeader {
  const view = reader.view;
  const at = reader.take(16);
  return {
    type: view.getUint32(at, true),
    length: view.getUint32(at + 4, true),
    id: reader.safeInteger(at + 8, 'UsbredirHeader.id'),
  };
}
