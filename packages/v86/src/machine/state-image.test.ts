import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeImage, encodeImage } from './state-image.js';

const image = fc.record({
  layout: fc.string({ maxLength: 40 }),
  emulator: fc.uint8Array({ maxLength: 60 }),
  devices: fc.array(
    fc.record({
      name: fc.string({ maxLength: 10 }),
      interrupt: fc.boolean(),
      bytes: fc.uint8Array({ maxLength: 20 }),
    }),
    { maxLength: 4 },
  ),
});

const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, v: unknown) => (v instanceof Uint8Array ? [...v] : v)));

/** Buffers have a JSON form of their own. */
const bytesOf = (decoded: ReturnType<typeof decodeImage>) => ({
  ...decoded,
  emulator: new Uint8Array(decoded.emulator),
  devices: decoded.devices.map((d) => ({ ...d, bytes: new Uint8Array(d.bytes) })),
});

describe('state image', () => {
  it('gives back what went in', () => {
    fc.assert(
      fc.property(image, (value) => {
        expect(plain(bytesOf(decodeImage(encodeImage(value))))).toEqual(plain(value));
      }),
    );
  });

  it('refuses each shortened image and anything behind one', () => {
    fc.assert(
      fc.property(image, fc.nat(), (value, n) => {
        const bytes = encodeImage(value);
        const refused = expect.objectContaining({ code: 'ERR_MACHINE_IMAGE' });
        expect(() => decodeImage(bytes.subarray(0, n % bytes.length))).toThrow(refused);
        expect(() => decodeImage(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow(refused);
      }),
    );
  });

  it('refuses headers that make no sense', () => {
    for (const header of [
      'null',
      '{}',
      '[]',
      '{"layout":"","emulator":-1,"devices":[]}',
      '{"devices":[null]}',
    ]) {
      const start = Buffer.alloc(12);
      start.write('LSV86001');
      start.writeUInt32LE(header.length, 8);
      expect(() => decodeImage(Buffer.concat([start, Buffer.from(header)]))).toThrow('header makes no sense');
    }
  });
});
