/** Every codec against its declaration, by walking the declarations. */
import { WireError, Writer } from '@lazyspice/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodersOf } from '../../../../test/support/protocol-encoders.ts';
import { arbitraryOfFields } from '../../../../test/support/schema-arbitrary.ts';
import {
  countPathsOfFields,
  referenceEncodeFields,
  spoilCounts,
} from '../../../../test/support/schema-reference.ts';
import { type ChannelName, channelTypes } from './channel-types.js';
import { type Direction, decodeClientMessage, decodeServerMessage, messagesOf } from './messages.js';

const codes = [
  'none',
  'WIRE_TRUNCATED',
  'WIRE_LIMIT',
  'WIRE_VALUE',
  'WIRE_POINTER',
  'WIRE_INCONSISTENT',
  'WIRE_UNKNOWN_MESSAGE',
];
const codeOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof WireError) return error.code;
    throw error;
  }
  return 'none';
};

const firstChannelId = 101;
const channels = Object.keys(channelTypes) as ChannelName[];
/** Base messages are the same on every channel: they are tested on main. */
const messages = channels.flatMap((channel) =>
  (['server', 'client'] as const).flatMap((direction) =>
    Object.entries(messagesOf(channel, direction))
      .filter(([, { id }]) => id >= firstChannelId || channel === 'main')
      .map(([name, { id, fields }]) => ({ channel, direction, name, id, fields })),
  ),
);
const decode = (channel: ChannelName, direction: Direction, id: number, body: Uint8Array) =>
  direction === 'server' ? decodeServerMessage(channel, id, body) : decodeClientMessage(channel, id, body);

describe.each(messages)('$channel $direction $name', ({ channel, direction, name, id, fields }) => {
  test('writes what is declared and reads it back', () => {
    const writer = new Writer();
    fc.assert(
      fc.property(arbitraryOfFields(fields), (body) => {
        writer.reset();
        encodersOf(channel, direction)[name].encode(writer, body as never);
        const bytes = Uint8Array.from(Buffer.concat(writer.chunks()));
        expect(bytes).toEqual(referenceEncodeFields(fields, body, name).bytes);
        expect(decode(channel, direction, id, bytes)).toEqual({ name, body });
      }),
      { numRuns: 60 },
    );
  });

  test('answers spoiled bytes with a message or a WireError', () => {
    fc.assert(
      fc.property(
        arbitraryOfFields(fields),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        (body, changes, cut) => {
          const { bytes } = referenceEncodeFields(fields, body, name);
          for (const [place, value] of changes) if (bytes.length > 0) bytes[place % bytes.length] = value;
          const shorter = bytes.subarray(0, cut % (bytes.length + 1));
          for (const spoiled of [bytes, shorter]) {
            expect(codes).toContain(codeOf(() => decode(channel, direction, id, spoiled)));
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

const counting = messages.filter(({ name, fields }) => countPathsOfFields(fields, name).length > 0);
test.each(counting)('$channel $direction $name refuses every count and length above its limit', (message) => {
  const { channel, direction, name, id, fields } = message;
  const seen = new Set<string>();
  for (const body of fc.sample(arbitraryOfFields(fields), { numRuns: 300, seed: 7 })) {
    for (const { path, bytes, codes: expected } of spoilCounts(referenceEncodeFields(fields, body, name))) {
      seen.add(path);
      expect(expected, path).toContain(codeOf(() => decode(channel, direction, id, bytes)));
    }
  }
  expect([...seen].sort()).toEqual([...new Set(countPathsOfFields(fields, name))].sort());
});

test('any bytes of any type on any channel give a message or a WireError', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...messages),
      fc.option(fc.nat(65_535), { nil: null }),
      fc.uint8Array({ maxLength: 200 }),
      ({ channel, direction, id }, otherId, bytes) => {
        expect(codes).toContain(codeOf(() => decode(channel, direction, otherId ?? id, bytes)));
      },
    ),
    { numRuns: 20_000 },
  );
});
