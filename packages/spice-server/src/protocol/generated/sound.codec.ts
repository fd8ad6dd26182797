// Generated from the declarations by scripts/generate-codecs.ts; do not edit: `npm run generate`.

import type { Reader, Writer } from '@lazyspice/core';
import type { Body } from '@lazyspice/core';
import { decodeBaseClient, decodeBaseServer, type BaseClientMessage, type BaseServerMessage } from './base.codec.js';
import type * as declared from '../sound.js';

export type PlaybackServerMessage =
  | { readonly name: 'data'; readonly body: PlaybackData }
  | { readonly name: 'mode'; readonly body: PlaybackMode }
  | { readonly name: 'start'; readonly body: PlaybackStart }
  | { readonly name: 'stop'; readonly body: PlaybackStop }
  | { readonly name: 'volume'; readonly body: PlaybackVolume }
  | { readonly name: 'mute'; readonly body: PlaybackMute }
  | { readonly name: 'latency'; readonly body: PlaybackLatency }
  | BaseServerMessage;
/** Decodes the body of a message from the server. Bytes behind it are ignored. */
export function decodePlaybackServer(type: number, reader: Reader): PlaybackServerMessage {
  switch (type) {
    case 101:
      reader.context = 'playback.data';
      return { name: 'data', body: decodePlaybackData(reader) };
    case 102:
      reader.context = 'playback.mode';
      return { name: 'mode', body: decodePlaybackMode(reader) };
    case 103:
      reader.context = 'playback.start';
      return { name: 'start', body: decodePlaybackStart(reader) };
    case 104:
      return { name: 'stop', body: {} };
    case 105:
      reader.context = 'playback.volume';
      return { name: 'volume', body: decodePlaybackVolume(reader) };
    case 106:
      reader.context = 'playback.mute';
      return { name: 'mute', body: decodePlaybackMute(reader) };
    case 107:
      reader.context = 'playback.latency';
      return { name: 'latency', body: decodePlaybackLatency(reader) };
    default:
      return decodeBaseServer(type, reader, 'playback');
  }
}

export const playbackServer = {
  data: { id: 101, encode: encodePlaybackData },
  mode: { id: 102, encode: encodePlaybackMode },
  start: { id: 103, encode: encodePlaybackStart },
  stop: { id: 104, encode: encodePlaybackStop },
  volume: { id: 105, encode: encodePlaybackVolume },
  mute: { id: 106, encode: encodePlaybackMute },
  latency: { id: 107, encode: encodePlaybackLatency },
} as const;

export type PlaybackData = Body<typeof declared.playback.server.data>;
export function encodePlaybackData(writer: Writer, value: PlaybackData): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.time, true);
  writer.count(value.data.byteLength, 16777216, 'playback.data.data');
  writer.bytes(value.data);
}

function decodePlaybackData(reader: Reader): PlaybackData {
  const view = reader.view;
  const at = reader.take(4);
  const data = reader.rest(16777216, 'data');
  return { time: view.getUint32(at, true), data };
}

export type PlaybackMode = Body<typeof declared.playback.server.mode>;
export function encodePlaybackMode(writer: Writer, value: PlaybackMode): void {
  const at = writer.reserve(6);
  const out = writer.view;
  out.setUint32(at, value.time, true);
  out.setUint16(at + 4, value.mode, true);
  writer.count(value.data.byteLength, 65536, 'playback.mode.data');
  writer.bytes(value.data);
}

function decodePlaybackMode(reader: Reader): PlaybackMode {
  const view = reader.view;
  const at = reader.take(6);
  const data = reader.rest(65536, 'data');
  return {
    time: view.getUint32(at, true),
    mode: checkAudioMode(reader, view.getUint16(at + 4, true)),
    data,
  };
}

export type PlaybackStart = Body<typeof declared.playback.server.start>;
export function encodePlaybackStart(writer: Writer, value: PlaybackStart): void {
  const at = writer.reserve(14);
  const out = writer.view;
  out.setUint32(at, value.channels, true);
  out.setUint16(at + 4, value.format, true);
  out.setUint32(at + 6, value.frequency, true);
  out.setUint32(at + 10, value.time, true);
}

function decodePlaybackStart(reader: Reader): PlaybackStart {
  const view = reader.view;
  const at = reader.take(14);
  return {
    channels: view.getUint32(at, true),
    format: checkSampleFormat(reader, view.getUint16(at + 4, true)),
    frequency: view.getUint32(at + 6, true),
    time: view.getUint32(at + 10, true),
  };
}

export type PlaybackStop = Body<typeof declared.playback.server.stop>;
export function encodePlaybackStop(_writer: Writer, _value: PlaybackStop): void {}

export type PlaybackVolume = Body<typeof declared.playback.server.volume>;
export function encodePlaybackVolume(writer: Writer, value: PlaybackVolume): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, writer.count(value.volumes.length, 255, 'playback.volume.volumes'));
  for (const item of value.volumes) {
    const at2 = writer.reserve(2);
    const out2 = writer.view;
    out2.setUint16(at2, item, true);
  }
}

function decodePlaybackVolume(reader: Reader): PlaybackVolume {
  const view = reader.view;
  const at = reader.take(1);
  const volumesCount = reader.count(view.getUint8(at), 255, 2, 'volumes');
  const volumes: number[] = [];
  for (let i = 0; i < volumesCount; i++) {
    const at2 = reader.take(2);
    volumes.push(view.getUint16(at2, true));
  }
  return { volumes };
}

export type PlaybackMute = Body<typeof declared.playback.server.mute>;
export function encodePlaybackMute(writer: Writer, value: PlaybackMute): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, value.mute ? 1 : 0);
}

function decodePlaybackMute(reader: Reader): PlaybackMute {
  const view = reader.view;
  const at = reader.take(1);
  return { mute: view.getUint8(at) !== 0 };
}

export type PlaybackLatency = Body<typeof declared.playback.server.latency>;
export function encodePlaybackLatency(writer: Writer, value: PlaybackLatency): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.milliseconds, true);
}

function decodePlaybackLatency(reader: Reader): PlaybackLatency {
  const view = reader.view;
  const at = reader.take(4);
  return { milliseconds: view.getUint32(at, true) };
}

export type PlaybackClientMessage =
  | BaseClientMessage;
/** Decodes the body of a message from the client. Bytes behind it are ignored. */
export function decodePlaybackClient(type: number, reader: Reader): PlaybackClientMessage {
  switch (type) {
    default:
      return decodeBaseClient(type, reader, 'playback');
  }
}

export const playbackClient = {
} as const;

export type RecordServerMessage =
  | { readonly name: 'start'; readonly body: RecordStart }
  | { readonly name: 'stop'; readonly body: RecordStop }
  | { readonly name: 'volume'; readonly body: RecordVolume }
  | { readonly name: 'mute'; readonly body: RecordMute }
  | BaseServerMessage;
/** Decodes the body of a message from the server. Bytes behind it are ignored. */
export function decodeRecordServer(type: number, reader: Reader): RecordServerMessage {
  switch (type) {
    case 101:
      reader.context = 'record.start';
      return { name: 'start', body: decodeRecordStart(reader) };
    case 102:
      return { name: 'stop', body: {} };
    case 103:
      reader.context = 'record.volume';
      return { name: 'volume', body: decodeRecordVolume(reader) };
    case 104:
      reader.context = 'record.mute';
      return { name: 'mute', body: decodeRecordMute(reader) };
    default:
      return decodeBaseServer(type, reader, 'record');
  }
}

export const recordServer = {
  start: { id: 101, encode: encodeRecordStart },
  stop: { id: 102, encode: encodeRecordStop },
  volume: { id: 103, encode: encodeRecordVolume },
  mute: { id: 104, encode: encodeRecordMute },
} as const;

export type RecordStart = Body<typeof declared.record.server.start>;
export function encodeRecordStart(writer: Writer, value: RecordStart): void {
  const at = writer.reserve(10);
  const out = writer.view;
  out.setUint32(at, value.channels, true);
  out.setUint16(at + 4, value.format, true);
  out.setUint32(at + 6, value.frequency, true);
}

function decodeRecordStart(reader: Reader): RecordStart {
  const view = reader.view;
  const at = reader.take(10);
  return {
    channels: view.getUint32(at, true),
    format: checkSampleFormat(reader, view.getUint16(at + 4, true)),
    frequency: view.getUint32(at + 6, true),
  };
}

export type RecordStop = Body<typeof declared.record.server.stop>;
export function encodeRecordStop(_writer: Writer, _value: RecordStop): void {}

export type RecordVolume = Body<typeof declared.record.server.volume>;
export function encodeRecordVolume(writer: Writer, value: RecordVolume): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, writer.count(value.volumes.length, 255, 'record.volume.volumes'));
  for (const item of value.volumes) {
    const at2 = writer.reserve(2);
    const out2 = writer.view;
    out2.setUint16(at2, item, true);
  }
}

function decodeRecordVolume(reader: Reader): RecordVolume {
  const view = reader.view;
  const at = reader.take(1);
  const volumesCount = reader.count(view.getUint8(at), 255, 2, 'volumes');
  const volumes: number[] = [];
  for (let i = 0; i < volumesCount; i++) {
    const at2 = reader.take(2);
    volumes.push(view.getUint16(at2, true));
  }
  return { volumes };
}

export type RecordMute = Body<typeof declared.record.server.mute>;
export function encodeRecordMute(writer: Writer, value: RecordMute): void {
  const at = writer.reserve(1);
  const out = writer.view;
  out.setUint8(at, value.mute ? 1 : 0);
}

function decodeRecordMute(reader: Reader): RecordMute {
  const view = reader.view;
  const at = reader.take(1);
  return { mute: view.getUint8(at) !== 0 };
}

export type RecordClientMessage =
  | { readonly name: 'data'; readonly body: RecordClientData }
  | { readonly name: 'mode'; readonly body: RecordClientMode }
  | { readonly name: 'startMark'; readonly body: RecordClientStartMark }
  | BaseClientMessage;
/** Decodes the body of a message from the client. Bytes behind it are ignored. */
export function decodeRecordClient(type: number, reader: Reader): RecordClientMessage {
  switch (type) {
    case 101:
      reader.context = 'record.data';
      return { name: 'data', body: decodeRecordClientData(reader) };
    case 102:
      reader.context = 'record.mode';
      return { name: 'mode', body: decodeRecordClientMode(reader) };
    case 103:
      reader.context = 'record.startMark';
      return { name: 'startMark', body: decodeRecordClientStartMark(reader) };
    default:
      return decodeBaseClient(type, reader, 'record');
  }
}

export const recordClient = {
  data: { id: 101, encode: encodeRecordClientData },
  mode: { id: 102, encode: encodeRecordClientMode },
  startMark: { id: 103, encode: encodeRecordClientStartMark },
} as const;

export type RecordClientData = Body<typeof declared.record.client.data>;
export function encodeRecordClientData(writer: Writer, value: RecordClientData): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.time, true);
  writer.count(value.data.byteLength, 65536, 'record.data.data');
  writer.bytes(value.data);
}

function decodeRecordClientData(reader: Reader): RecordClientData {
  const view = reader.view;
  const at = reader.take(4);
  const data = reader.rest(65536, 'data');
  return { time: view.getUint32(at, true), data };
}

export type RecordClientMode = Body<typeof declared.record.client.mode>;
export function encodeRecordClientMode(writer: Writer, value: RecordClientMode): void {
  const at = writer.reserve(6);
  const out = writer.view;
  out.setUint32(at, value.time, true);
  out.setUint16(at + 4, value.mode, true);
  writer.count(value.data.byteLength, 65536, 'record.mode.data');
  writer.bytes(value.data);
}

function decodeRecordClientMode(reader: Reader): RecordClientMode {
  const view = reader.view;
  const at = reader.take(6);
  const data = reader.rest(65536, 'data');
  return {
    time: view.getUint32(at, true),
    mode: checkAudioMode(reader, view.getUint16(at + 4, true)),
    data,
  };
}

export type RecordClientStartMark = Body<typeof declared.record.client.startMark>;
export function encodeRecordClientStartMark(writer: Writer, value: RecordClientStartMark): void {
  const at = writer.reserve(4);
  const out = writer.view;
  out.setUint32(at, value.time, true);
}

function decodeRecordClientStartMark(reader: Reader): RecordClientStartMark {
  const view = reader.view;
  const at = reader.take(4);
  return { time: view.getUint32(at, true) };
}

function checkAudioMode(reader: Reader, value: number): 1 | 2 | 3 {
  switch (value) {
    case 1:
    case 2:
    case 3:
      return value;
    default:
      throw reader.unknownValue(value, 'AudioMode');
  }
}

function checkSampleFormat(reader: Reader, value: number): 1 {
  switch (value) {
    case 1:
      return value;
    default:
      throw reader.unknownValue(value, 'SampleFormat');
  }
}
