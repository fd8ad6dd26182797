import { WireError, Writer } from '@lazyspice/core';
import { describe, expect, test } from 'vitest';
import { channelName, channelTypes } from './channel-types.js';
import { encodeDisplayDrawCopy, encodeDisplayDrawText } from './generated/display.codec.js';
import {
  clientMaxBody,
  decodeClientMessage,
  decodeServerMessage,
  messageName,
  messagesOf,
} from './messages.js';

const caught = (action: () => unknown): WireError => {
  try {
    action();
  } catch (error) {
    if (error instanceof WireError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('channel types', () => {
  test('are named both ways', () => {
    expect(channelTypes.display).toBe(2);
    expect(channelName(2)).toBe('display');
    expect(channelName(7)).toBeUndefined();
  });
});

describe('decodeClientMessage', () => {
  test('ignores bytes behind the fixed fields', () => {
    const body = Uint8Array.from([2, 0, 0xff, 0xff, 0xff]);
    expect(decodeClientMessage('main', 105, body)).toEqual({ name: 'mouseModeRequest', body: { mode: 2 } });
    expect(decodeClientMessage('main', 104, body)).toEqual({ name: 'attachChannels', body: {} });
  });

  test('refuses a short message, naming channel, message and offset', () => {
    expect(caught(() => decodeClientMessage('display', 101, new Uint8Array(13)))).toMatchObject({
      code: 'WIRE_TRUNCATED',
      context: 'display.init',
      offset: 0,
    });
    expect(caught(() => decodeClientMessage('display', 3, new Uint8Array(11))).context).toBe('display.pong');
  });

  test('refuses a type that the channel does not have', () => {
    expect(caught(() => decodeClientMessage('cursor', 101, new Uint8Array(0)))).toMatchObject({
      code: 'WIRE_UNKNOWN_MESSAGE',
      context: 'cursor',
      reason: 'message 101 is not declared',
    });
  });

  test('gives views on the frame', () => {
    const body = Uint8Array.of(1, 2, 3);
    const message = decodeClientMessage('main', 107, body);
    if (message.name !== 'agentData') throw new Error(message.name);
    expect(message.body.data.buffer).toBe(body.buffer);
  });
});

describe('decodeServerMessage', () => {
  test('refuses pointers out of the body, and null where an image must be', () => {
    const copy = Buffer.from(`${'00'.repeat(21)}39000000${'00'.repeat(16)}080000${'00'.repeat(13)}`, 'hex');
    expect(caught(() => decodeServerMessage('display', 304, copy)).code).toBe('WIRE_TRUNCATED');
    copy.writeUInt32LE(58, 21);
    expect(caught(() => decodeServerMessage('display', 304, copy)).code).toBe('WIRE_POINTER');
    copy.writeUInt32LE(0, 21);
    expect(caught(() => decodeServerMessage('display', 304, copy))).toMatchObject({
      code: 'WIRE_POINTER',
      context: 'display.drawCopy',
      reason: 'source points to 0 in 57 bytes',
    });
  });
});

describe('encoders', () => {
  const bitmap = {
    type: 'bitmap',
    format: 8,
    flags: 4,
    width: 2,
    height: 2,
    stride: 8,
    cachedPalette: null,
    palette: null,
    data: new Uint8Array(16),
  } as const;
  const copyOf = (content: Parameters<typeof encodeDisplayDrawCopy>[1]['source']['content']) => ({
    surfaceId: 0,
    box: { top: 0, left: 0, bottom: 2, right: 2 },
    clip: null,
    source: { id: 1n, flags: 0, width: 2, height: 2, content },
    sourceArea: { top: 0, left: 0, bottom: 2, right: 2 },
    rop: 8,
    scaleMode: 0 as const,
    mask: { flags: 0, position: { x: 0, y: 0 }, image: null },
  });

  test('refuse pixels of another length than stride and height say', () => {
    const wrong = copyOf({ ...bitmap, data: new Uint8Array(15) });
    expect(caught(() => encodeDisplayDrawCopy(new Writer(), wrong)).code).toBe('WIRE_INCONSISTENT');
  });

  test('refuse a palette together with the id of a cached one', () => {
    const palette = { unique: 1n, entries: [0] };
    const both = copyOf({ ...bitmap, palette, cachedPalette: 1n });
    expect(caught(() => encodeDisplayDrawCopy(new Writer(), both)).code).toBe('WIRE_INCONSISTENT');
    const neither = copyOf({
      type: 'lzPalette',
      flags: 0,
      palette: null,
      cachedPalette: null,
      data: new Uint8Array(1),
    });
    expect(caught(() => encodeDisplayDrawCopy(new Writer(), neither)).code).toBe('WIRE_INCONSISTENT');
  });

  test('refuse a palette above its limit', () => {
    const entries = new Array<number>(257).fill(0);
    const large = copyOf({ ...bitmap, palette: { unique: 1n, entries } });
    expect(caught(() => encodeDisplayDrawCopy(new Writer(), large)).code).toBe('WIRE_LIMIT');
  });

  test('hand pixels on by reference', () => {
    const data = new Uint8Array(64 * 64 * 4);
    const writer = new Writer();
    encodeDisplayDrawCopy(writer, copyOf({ ...bitmap, width: 64, height: 64, stride: 256, data }));
    const chunks = writer.chunks();
    expect(chunks).toHaveLength(2);
    expect(chunks[1]).toBe(data);
  });

  test('refuse glyphs of another size than their flags say', () => {
    const glyph = {
      position: { x: 0, y: 0 },
      origin: { x: 0, y: 0 },
      width: 9,
      height: 1,
      data: new Uint8Array(9),
    };
    const text = (flags: number) => ({
      surfaceId: 0,
      box: { top: 0, left: 0, bottom: 2, right: 2 },
      clip: null,
      string: { flags, glyphs: [glyph] },
      backArea: { top: 0, left: 0, bottom: 0, right: 0 },
      foreBrush: { type: 'solid', color: 0 } as const,
      backBrush: { type: 'none' } as const,
      foreMode: 8,
      backMode: 8,
    });
    expect(caught(() => encodeDisplayDrawText(new Writer(), text(1))).code).toBe('WIRE_INCONSISTENT');
    expect(() => encodeDisplayDrawText(new Writer(), text(4))).not.toThrow();
  });
});

describe('names and limits', () => {
  test('messageName', () => {
    expect(messageName('display', 'server', 304)).toBe('drawCopy');
    expect(messageName('display', 'client', 2)).toBe('ack');
    expect(messageName('display', 'client', 304)).toBe('message 304');
  });

  test('clientMaxBody', () => {
    expect(clientMaxBody('main', 107)).toBe(26_624);
    expect(clientMaxBody('inputs', 104)).toBe(2048);
    expect(clientMaxBody('display', 101)).toBe(1024);
    expect(clientMaxBody('cursor', 2)).toBe(1024);
    expect(clientMaxBody('cursor', 999)).toBe(1024);
    expect(clientMaxBody('cursor', 5)).toBe(1024 * 1024);
  });

  test('no channel declares a number twice', () => {
    for (const name of Object.keys(channelTypes) as (keyof typeof channelTypes)[]) {
      for (const direction of ['server', 'client'] as const) {
        const ids = Object.values(messagesOf(name, direction)).map(({ id }) => id);
        expect(new Set(ids).size, `${name} ${direction}`).toBe(ids.length);
      }
    }
  });
});
