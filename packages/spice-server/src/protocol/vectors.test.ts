/** Bodies that other implementations of the protocol produced: decoding and encoding gives the same bytes again. */
import { readFileSync } from 'node:fs';
import { Writer } from '@lazyspice/core';
import { describe, expect, test } from 'vitest';
import { encodersOf } from '../../../../test/support/protocol-encoders.ts';
import { type ChannelName, channelName } from './channel-types.js';
import { decodeServerMessage } from './messages.js';

interface Vector {
  readonly name: string;
  readonly channel: number;
  readonly type: number;
  readonly size: number;
  readonly body: string;
}

const vectors = JSON.parse(
  readFileSync(new URL('./fixtures/protocol-vectors.json', import.meta.url), 'utf8'),
) as Vector[];
const named = (name: string): Vector => {
  const vector = vectors.find((candidate) => candidate.name === name);
  if (vector === undefined) throw new Error(`no vector '${name}'`);
  return vector;
};
const bytesOf = ({ body }: Vector): Uint8Array => Uint8Array.from(Buffer.from(body, 'hex'));
const decode = (vector: Vector) =>
  decodeServerMessage(channelName(vector.channel) as ChannelName, vector.type, bytesOf(vector));

test('there are 93 vectors', () => {
  expect(vectors).toHaveLength(93);
});

describe.each(vectors)('$name', (vector) => {
  test('comes out as it went in', () => {
    const channel = channelName(vector.channel) as ChannelName;
    const message = decode(vector);
    const writer = new Writer();
    encodersOf(channel, 'server')[message.name].encode(writer, message.body as never);
    expect(writer.length).toBe(vector.size);
    expect(Buffer.concat(writer.chunks()).toString('hex')).toBe(vector.body);
  });
});

describe('what the vectors say', () => {
  test('a copy of an indexed bitmap', () => {
    expect(decode(named('DRAW_COPY 8bit+palette'))).toEqual({
      name: 'drawCopy',
      body: {
        surfaceId: 0,
        box: { top: 20, left: 10, bottom: 22, right: 12 },
        clip: null,
        source: {
          id: 8n,
          flags: 0,
          width: 2,
          height: 2,
          content: {
            type: 'bitmap',
            format: 5,
            flags: 5,
            width: 2,
            height: 2,
            stride: 4,
            cachedPalette: null,
            palette: { unique: 0x99n, entries: [0, 0x101010, 0x202020, 0x303030] },
            data: Uint8Array.of(0, 1, 0, 0, 2, 3, 0, 0),
          },
        },
        sourceArea: { top: 0, left: 0, bottom: 2, right: 2 },
        rop: 8,
        scaleMode: 0,
        mask: { flags: 0, position: { x: 0, y: 0 }, image: null },
      },
    });
  });

  test('a copy with a palette that the client has', () => {
    expect(decode(named('DRAW_COPY 8bit pal FROM_CACHE'))).toMatchObject({
      body: { source: { content: { flags: 6, cachedPalette: 0x99n, palette: null } } },
    });
  });

  test('a styled line', () => {
    expect(decode(named('DRAW_STROKE styled'))).toMatchObject({
      name: 'drawStroke',
      body: {
        path: [
          {
            flags: 1,
            points: [
              { x: 16, y: 32 },
              { x: 48, y: 64 },
            ],
          },
          { flags: 2, points: [{ x: 32, y: 32 }] },
        ],
        attributes: 8,
        style: [48, 16],
        brush: { type: 'solid', color: 0x00ff0000 },
        foreMode: 8,
        backMode: 8,
      },
    });
  });

  test('a text', () => {
    const message = decode(named('DRAW_TEXT A1'));
    expect(message).toMatchObject({ name: 'drawText', body: { string: { flags: 1 } } });
    const { string } = message.body as Extract<typeof message, { name: 'drawText' }>['body'];
    expect(string.glyphs).toEqual([
      {
        position: { x: 100, y: 50 },
        origin: { x: 0, y: -2 },
        width: 5,
        height: 2,
        data: Uint8Array.of(0xf8, 0x88),
      },
      {
        position: { x: 110, y: 50 },
        origin: { x: 0, y: -2 },
        width: 9,
        height: 2,
        data: Uint8Array.of(0xf8, 0x88, 0xf8, 0x88),
      },
    ]);
  });

  test('a composition with mask and transform', () => {
    expect(decode(named('DRAW_COMPOSITE mask+xform'))).toMatchObject({
      body: {
        mask: { content: { type: 'surface', surfaceId: 6 } },
        sourceTransform: [65536, 0, 0, 0, 65536, 0],
        maskTransform: null,
        sourceOrigin: { x: 1, y: 2 },
        maskOrigin: { x: 3, y: 4 },
      },
    });
  });

  test('a destination without certificate subject', () => {
    expect(decode(named('MIGRATE_BEGIN nocert'))).toEqual({
      name: 'migrateBegin',
      body: { destination: { port: 5901, tlsPort: 0, host: 'host', certificateSubject: '' } },
    });
  });

  test('a notice', () => {
    expect(decode(named('NOTIFY'))).toEqual({
      name: 'notify',
      body: { timestamp: 99n, severity: 1, visibility: 2, what: 0, text: 'hi' },
    });
  });
});
