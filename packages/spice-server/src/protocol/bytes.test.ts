/** Bytes written down by hand, so that an encoder and a decoder with the same misunderstanding do not both pass. */
import { Reader, WireError, Writer } from '@lazyspice/core';
import { describe, expect, test } from 'vitest';
import { encodersOf } from '../../../../test/support/protocol-encoders.ts';
import type { ChannelName } from './channel-types.js';
import { encodeBaseList } from './generated/base.codec.js';
import { decodeLinkHeader, decodeLinkMess, encodeLinkReply } from './generated/link.codec.js';
import { linkMagic } from './link.js';
import { decodeClientMessage, decodeServerMessage } from './messages.js';

const parse = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const none = new Uint8Array(0);
const display = { surfaceId: 0, box: { top: 1, left: 2, bottom: 3, right: 4 }, clip: null };
const displayHex = '00000000 01000000 02000000 03000000 04000000 00';
const noMask = { flags: 0, position: { x: 0, y: 0 }, image: null };
const noMaskHex = '00 00000000 00000000 00000000';
const surfaceImage = { id: 5n, flags: 0, width: 6, height: 7, content: { type: 'surface', surfaceId: 9 } };
const surfaceImageHex = '0500000000000000 68 00 06000000 07000000 09000000';

type Case = readonly [channel: ChannelName, type: number, name: string, hex: string, body: object];

const fromClients: readonly Case[] = [
  ['display', 1, 'ackSync', '01000000', { generation: 1 }],
  ['main', 2, 'ack', '', {}],
  ['main', 3, 'pong', '03000000 1122334455667788', { id: 3, timestamp: 0x8877665544332211n }],
  ['main', 4, 'migrateFlushMark', '', {}],
  ['cursor', 5, 'migrateData', 'aabb', { data: Uint8Array.of(0xaa, 0xbb) }],
  ['inputs', 6, 'disconnecting', '0100000000000000 07000000', { timestamp: 1n, reason: 7 }],
  ['main', 101, 'clientInfo', '0000004001000000', { cacheSize: 0x140000000n }],
  ['main', 104, 'attachChannels', '', {}],
  ['main', 105, 'mouseModeRequest', '0200', { mode: 2 }],
  ['main', 106, 'agentStart', 'ffffffff', { tokens: 0xffffffff }],
  ['main', 107, 'agentData', '01000000', { data: Uint8Array.of(1, 0, 0, 0) }],
  ['main', 110, 'migrateDstDoSeamless', '01000000', { sourceVersion: 1 }],
  // As captured from spice-gtk.
  [
    'display',
    101,
    'init',
    '01 0000400100000000 01 00fc5f00',
    { pixmapCacheId: 1, pixmapCacheSize: 0x1400000n, glzDictionaryId: 1, glzWindowSize: 0x5ffc00 },
  ],
  [
    'display',
    102,
    'streamReport',
    '31000000 c024015f 9fe92a00 52ea2a00 05000000 00000000 56010000 ffffffff',
    {
      streamId: 49,
      uniqueId: 0x5f0124c0,
      startFrameMmTime: 0x2ae99f,
      endFrameMmTime: 0x2aea52,
      numFrames: 5,
      numDrops: 0,
      lastFrameDelay: 342,
      audioDelay: 0xffffffff,
    },
  ],
  ['display', 103, 'preferredCompression', '07', { compression: 7 }],
  ['display', 104, 'glDrawDone', '', {}],
  ['display', 105, 'preferredVideoCodec', '03 02 05 01', { codecs: [2, 5, 1] }],
  ['inputs', 101, 'keyDown', '1e000000', { code: 0x1e }],
  ['inputs', 103, 'keyModifiers', '0600', { modifiers: 6 }],
  ['inputs', 104, 'keyScancode', '1e 9e', { scancodes: Uint8Array.of(0x1e, 0x9e) }],
  ['inputs', 111, 'mouseMotion', 'ffffffff 02000000 0100', { dx: -1, dy: 2, buttons: 1 }],
  ['inputs', 112, 'mousePosition', '36010000 ab000000 0000 00', { x: 310, y: 171, buttons: 0, displayId: 0 }],
  ['inputs', 113, 'mousePress', '01 0100', { button: 1, buttons: 1 }],
  ['inputs', 114, 'mouseRelease', '01 0000', { button: 1, buttons: 0 }],
  ['record', 101, 'data', '05000000 0102', { time: 5, data: Uint8Array.of(1, 2) }],
  ['record', 103, 'startMark', '05000000', { time: 5 }],
  ['usbredir', 101, 'data', '0102', { data: Uint8Array.of(1, 2) }],
  ['port', 102, 'compressedData', '00 07', { data: { type: 'none', data: Uint8Array.of(7) } }],
  ['webdav', 201, 'portEvent', '01', { event: 1 }],
  [
    'smartcard',
    101,
    'data',
    '03000000 ffffffff 02000000 6869',
    { message: { type: 3, readerId: 0xffffffff, data: Uint8Array.of(0x68, 0x69) } },
  ],
];

const fromServer: readonly Case[] = [
  ['display', 4, 'ping', '01000000 0200000000000000 00', { id: 1, timestamp: 2n, padding: Uint8Array.of(0) }],
  ['display', 102, 'mark', '', {}],
  ['display', 124, 'streamClip', '03000000 01 00000000', { id: 3, clip: [] }],
  [
    'display',
    302,
    'drawFill',
    `${displayHex} 01 33221100 0800 ${noMaskHex}`,
    { ...display, brush: { type: 'solid', color: 0x112233 }, rop: 8, mask: noMask },
  ],
  [
    'display',
    302,
    'drawFill',
    `${displayHex} 02 31000000 ffffffff 01000000 0800 01 02000000 03000000 47000000 ` +
      `${surfaceImageHex.replace('05', '01')} ${surfaceImageHex}`,
    {
      ...display,
      brush: { type: 'pattern', image: { ...surfaceImage, id: 1n }, position: { x: -1, y: 1 } },
      rop: 8,
      mask: { flags: 1, position: { x: 2, y: 3 }, image: surfaceImage },
    },
  ],
  [
    'display',
    304,
    'drawCopy',
    `${displayHex} 39000000 00000000 00000000 07000000 06000000 0800 01 ${noMaskHex} ${surfaceImageHex}`,
    {
      ...display,
      source: surfaceImage,
      sourceArea: { top: 0, left: 0, bottom: 7, right: 6 },
      rop: 8,
      scaleMode: 1,
      mask: noMask,
    },
  ],
  ['display', 307, 'drawWhiteness', `${displayHex} ${noMaskHex}`, { ...display, mask: noMask }],
  [
    'display',
    317,
    'monitorsConfig',
    '0100 0400 00000000 01000000 20030000 58020000 02000000 03000000 00000000',
    { maxAllowed: 4, heads: [{ id: 0, surfaceId: 1, width: 800, height: 600, x: 2, y: 3, flags: 0 }] },
  ],
  ['cursor', 105, 'hide', '', {}],
  [
    'cursor',
    103,
    'set',
    '0100 ffff 01 0200 0700000000000000 00 0100 0200 0300 0400 a1a2',
    {
      position: { x: 1, y: -1 },
      visible: true,
      cursor: {
        flags: 2,
        header: { unique: 7n, type: 0, width: 1, height: 2, hotSpotX: 3, hotSpotY: 4 },
        data: Uint8Array.of(0xa1, 0xa2),
      },
    },
  ],
  [
    'cursor',
    101,
    'init',
    '0000 0000 0000 0000 00 0100',
    {
      position: { x: 0, y: 0 },
      trailLength: 0,
      trailFrequency: 0,
      visible: false,
      cursor: { flags: 1, header: null, data: none },
    },
  ],
  ['inputs', 111, 'mouseMotionAck', '', {}],
];

const checkCase = (direction: 'client' | 'server', [channel, type, name, hex, body]: Case): void => {
  const decode = direction === 'client' ? decodeClientMessage : decodeServerMessage;
  expect(decode(channel, type, parse(hex))).toEqual({ name, body });
  const encoder = encodersOf(channel, direction)[name];
  const writer = new Writer();
  encoder.encode(writer, body as never);
  expect(encoder.id).toBe(type);
  expect(Buffer.concat(writer.chunks()).toString('hex')).toBe(hex.replaceAll(' ', ''));
};

describe('messages of clients', () => {
  test.each(fromClients)('%s %i %s', (...args) => checkCase('client', args));
});

describe('messages of the server', () => {
  test.each(fromServer)('%s %i %s', (...args) => checkCase('server', args));

  test('a list of sub-messages', () => {
    const writer = new Writer();
    encodeBaseList(writer, {
      messages: [
        { type: 105, body: parse('0000') },
        { type: 5, body: parse('00') },
      ],
    });
    const hex = '0200 0a000000 12000000 6900 02000000 0000 0500 01000000 00';
    expect(Buffer.concat(writer.chunks()).toString('hex')).toBe(hex.replaceAll(' ', ''));
    expect(decodeServerMessage('display', 8, parse(hex))).toEqual({
      name: 'list',
      body: {
        messages: [
          { type: 105, body: parse('0000') },
          { type: 5, body: parse('00') },
        ],
      },
    });
  });

  test('flag bits follow from the fields, whatever the caller set', () => {
    const writer = new Writer();
    const body = {
      position: { x: 0, y: 0 },
      visible: true,
      cursor: {
        flags: 3,
        header: { unique: 0n, type: 0, width: 0, height: 0, hotSpotX: 0, hotSpotY: 0 },
        data: none,
      },
    };
    encodersOf('cursor', 'server').set.encode(writer, body as never);
    expect(Buffer.concat(writer.chunks()).readUInt16LE(5)).toBe(2);
  });
});

describe('the link stage', () => {
  test('reads a client that opens a session', () => {
    const header = decodeLinkHeader(new Reader(parse('52454451 02000000 02000000 1a000000'), 'link'));
    expect(header).toEqual({ magic: linkMagic, majorVersion: 2, minorVersion: 2, size: 26 });
    const message = parse('00000000 01 00 01000000 01000000 12000000');
    expect(decodeLinkMess(new Reader(message, 'link'))).toEqual({
      connectionId: 0,
      channelType: 1,
      channelId: 0,
      numCommonCaps: 1,
      numChannelCaps: 1,
      capsOffset: 18,
    });
  });

  test('writes a reply of 178 bytes', () => {
    const writer = new Writer();
    const publicKey = new Uint8Array(162).fill(0xab);
    encodeLinkReply(writer, { error: 5, publicKey, numCommonCaps: 1, numChannelCaps: 2, capsOffset: 178 });
    expect(Buffer.concat(writer.chunks()).toString('hex')).toBe(
      `05000000${'ab'.repeat(162)}0100000002000000b2000000`,
    );
  });

  test('refuses a key of another length', () => {
    const reply = {
      error: 0,
      publicKey: new Uint8Array(161),
      numCommonCaps: 0,
      numChannelCaps: 0,
      capsOffset: 0,
    };
    expect(() => encodeLinkReply(new Writer(), reply)).toThrow(WireError);
  });
});
