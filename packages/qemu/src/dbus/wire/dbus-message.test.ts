import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DbusWireError } from './dbus-error.js';
import { type DbusMessage, decodeMessage, encodeMessage, measureMessage } from './dbus-message.js';
import { DbusReader } from './dbus-reader.js';
import { MessageStream } from './message-stream.js';
import type { DbusValue } from './values.js';

const text = fc.string({ maxLength: 20 }).filter((s) => !s.includes('\0'));

interface Typed {
  readonly signature: string;
  readonly value: DbusValue;
}
const basics: readonly fc.Arbitrary<Typed>[] = [
  fc.nat(255).map((value) => ({ signature: 'y', value })),
  fc.boolean().map((value) => ({ signature: 'b', value })),
  fc.integer({ min: -0x8000, max: 0x7fff }).map((value) => ({ signature: 'n', value })),
  fc.nat(0xffff).map((value) => ({ signature: 'q', value })),
  fc.integer().map((value) => ({ signature: 'i', value })),
  fc.nat(0xffffffff).map((value) => ({ signature: 'u', value })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => ({ signature: 'x', value })),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => ({ signature: 't', value })),
  fc.double({ noNaN: true }).map((value) => ({ signature: 'd', value })),
  text.map((value) => ({ signature: 's', value })),
  fc.uint8Array({ maxLength: 40 }).map((value) => ({ signature: 'ay', value })),
  fc.array(text, { maxLength: 5 }).map((value) => ({ signature: 'as', value })),
];
const { typed } = fc.letrec<{ typed: Typed }>((tie) => ({
  typed: fc.oneof(
    { maxDepth: 4 },
    ...basics,
    tie('typed').map((value) => ({ signature: 'v', value })),
    fc.array(tie('typed'), { minLength: 1, maxLength: 4 }).map((members) => ({
      signature: `(${members.map((member) => member.signature).join('')})`,
      value: members.map((member) => member.value),
    })),
    fc.dictionary(text, fc.integer(), { maxKeys: 4 }).map((entries) => ({
      signature: 'a{si}',
      value: Object.entries(entries),
    })),
  ),
}));

const message = fc
  .record({
    values: fc.array(typed, { maxLength: 5 }),
    serial: fc.integer({ min: 1 }),
    path: fc.option(text),
  })
  .map(
    ({ values, serial, path }): DbusMessage => ({
      type: 'call',
      flags: 1,
      serial,
      path: path === null || path === '' ? null : `/${path}`,
      interface: 'org.example.A',
      member: 'Do',
      errorName: null,
      replySerial: serial,
      destination: null,
      sender: ':1.7',
      signature: values.map(({ signature }) => signature).join(''),
      descriptors: 1,
      body: values.map(({ value }) => value),
    }),
  )
  .filter(({ signature }) => signature.length <= 255);

describe('D-Bus messages', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(message, (original) => {
        expect(decodeMessage(encodeMessage(original))).toEqual(original);
      }),
    );
  });

  it('are found in a stream however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 5 }),
        fc.array(fc.nat(200), { minLength: 1, maxLength: 30 }),
        (messages, cuts) => {
          const bytes = Buffer.concat(messages.map(encodeMessage));
          const stream = new MessageStream();
          const found: DbusMessage[] = [];
          const take = (one: DbusMessage): void => {
            found.push(structuredClone(one));
          };
          let at = 0;
          for (const cut of cuts) {
            stream.push(bytes.subarray(at, at + cut), take);
            at = Math.min(bytes.length, at + cut);
          }
          stream.push(bytes.subarray(at), take);
          expect(found).toEqual(messages);
        },
      ),
    );
  });

  it('fail with a typed error and an offset inside them, whatever is spoiled', () => {
    fc.assert(
      fc.property(
        message,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        (original, spots) => {
          const bytes = encodeMessage(original);
          for (const [at, value] of spots) bytes[at % bytes.length] = value;
          try {
            decodeMessage(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(DbusWireError);
            expect((error as DbusWireError).offset).toBeLessThanOrEqual(bytes.length);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('are read in big-endian order too', () => {
    const bytes = Buffer.from('42040001000000000000000100000000', 'hex');
    expect(measureMessage(bytes)).toEqual({ littleEndian: false, header: 16, total: 16 });
    expect(decodeMessage(bytes)).toMatchObject({ type: 'signal', serial: 1 });
    expect(new DbusReader(Buffer.from('000000020001', 'hex'), false).readAll('uq')).toEqual([2, 1]);
  });

  it.each([
    ['another byte order', '00010001000000000100000000000000', 'ERR_DBUS_FORMAT', 0],
    ['another version', '6c010002000000000100000000000000', 'ERR_DBUS_FORMAT', 3],
    ['an unknown type', '6c090001000000000100000000000000', 'ERR_DBUS_FORMAT', 1],
    ['too long a body', '6c010001000000100100000000000000', 'ERR_DBUS_LIMIT', 4],
  ])('are refused with %s', (_what, hex, code, offset) => {
    expect(() => decodeMessage(Buffer.from(hex, 'hex'))).toThrow(
      expect.objectContaining({ code, offset }) as Error,
    );
  });

  it.each([
    ['y', 256],
    ['i', 1.5],
    ['s', 'a\0b'],
    ['b', 1],
    ['t', -1n],
    ['(ii)', [1]],
    ['a{sv}', [['a', 1]]],
  ])('are not written with a value that %s does not have', (signature, value) => {
    const wrong = { ...decodeMessage(Buffer.from('6c040001000000000100000000000000', 'hex')), signature };
    expect(() => encodeMessage({ ...wrong, body: [value as DbusValue] })).toThrow(DbusWireError);
  });

  it('end where values are nested too deeply', () => {
    // A variant in a variant, 70 times.
    const bytes = Buffer.concat([
      Buffer.alloc(70 * 3, Buffer.from('017600', 'hex')),
      Buffer.from('01790005', 'hex'),
    ]);
    expect(() => new DbusReader(bytes, true).readAll('v')).toThrow(
      expect.objectContaining({ code: 'ERR_DBUS_LIMIT' }) as Error,
    );
  });
});
