/** All channels: decoding by channel, names for logs, limits for framing. */
import { type Messages, Reader } from '@lazyspice/core';
import { base } from './base.js';
import type { ChannelName } from './channel-types.js';
import { cursor } from './cursor.js';
import { portChannel, smartcard, usbredir, webdav } from './devices.js';
import { display } from './display.js';
import * as cursorCodec from './generated/cursor.codec.js';
import * as devicesCodec from './generated/devices.codec.js';
import * as displayCodec from './generated/display.codec.js';
import * as inputsCodec from './generated/inputs.codec.js';
import * as mainCodec from './generated/main.codec.js';
import * as soundCodec from './generated/sound.codec.js';
import { inputs } from './inputs.js';
import { main } from './main.js';
import { playback, record } from './sound.js';

export type Direction = 'server' | 'client';

const channels = {
  main,
  display,
  inputs,
  cursor,
  playback,
  record,
  smartcard,
  usbredir,
  port: portChannel,
  webdav,
} as const satisfies Record<ChannelName, object>;

const clientDecoders = {
  main: mainCodec.decodeMainClient,
  display: displayCodec.decodeDisplayClient,
  inputs: inputsCodec.decodeInputsClient,
  cursor: cursorCodec.decodeCursorClient,
  playback: soundCodec.decodePlaybackClient,
  record: soundCodec.decodeRecordClient,
  smartcard: devicesCodec.decodeSmartcardClient,
  usbredir: devicesCodec.decodeUsbredirClient,
  port: devicesCodec.decodePortClient,
  webdav: devicesCodec.decodeWebdavClient,
} as const;

const serverDecoders = {
  main: mainCodec.decodeMainServer,
  display: displayCodec.decodeDisplayServer,
  inputs: inputsCodec.decodeInputsServer,
  cursor: cursorCodec.decodeCursorServer,
  playback: soundCodec.decodePlaybackServer,
  record: soundCodec.decodeRecordServer,
  smartcard: devicesCodec.decodeSmartcardServer,
  usbredir: devicesCodec.decodeUsbredirServer,
  port: devicesCodec.decodePortServer,
  webdav: devicesCodec.decodeWebdavServer,
} as const;

export type ClientMessage<C extends ChannelName> = ReturnType<(typeof clientDecoders)[C]>;
export type ServerMessage<C extends ChannelName> = ReturnType<(typeof serverDecoders)[C]>;

/**
 * Decodes the body of a message that a client sent. Bytes fields are views on `body`; bytes behind the last field
 * are ignored.
 * @throws WireError also for a type that the channel does not have.
 */
export const decodeClientMessage = <C extends ChannelName>(
  channel: C,
  type: number,
  body: Uint8Array,
): ClientMessage<C> => clientDecoders[channel](type, new Reader(body, channel)) as ClientMessage<C>;

/** As `decodeClientMessage`, for what the server sent: tests and clients. */
export const decodeServerMessage = <C extends ChannelName>(
  channel: C,
  type: number,
  body: Uint8Array,
): ServerMessage<C> => serverDecoders[channel](type, new Reader(body, channel)) as ServerMessage<C>;

/** What a channel declares for one direction, base messages first. */
export const messagesOf = (channel: ChannelName, direction: Direction): Messages => ({
  ...base[direction],
  ...channels[channel][direction],
});

const nameTables = new Map<string, ReadonlyMap<number, string>>();

/** 'drawFill'; for a number that is not declared, the number itself: 'message 999'. */
export const messageName = (channel: ChannelName, direction: Direction, type: number): string => {
  const key = `${channel}.${direction}`;
  let table = nameTables.get(key);
  if (table === undefined) {
    table = new Map(Object.entries(messagesOf(channel, direction)).map(([name, { id }]) => [id, name]));
    nameTables.set(key, table);
  }
  return table.get(type) ?? `message ${type}`;
};

/** The greatest body of a client's message, bytes. Protocol §9. */
export const clientMaxBody = (channel: ChannelName, type: number): number => {
  const { client, clientMaxBody: channelMaximum } = channels[channel];
  for (const { id, maxBody } of [
    ...Object.values<Messages[string]>(base.client),
    ...Object.values<Messages[string]>(client),
  ]) {
    if (id === type) return maxBody ?? channelMaximum;
  }
  return channelMaximum;
};
