import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RfbClient, type RfbSink } from './rfb-client.js';
import { RfbError } from './rfb-error.js';

class RecordingSink implements RfbSink {
  readonly said: unknown[][] = [];
  readonly sent: string[] = [];
  send(bytes: Uint8Array): void {
    this.sent.push(Buffer.from(bytes).toString('hex'));
  }
  ready(): void {
    this.said.push(['ready']);
  }
  resize(...args: number[]): void {
    this.said.push(['resize', ...args]);
  }
  pixels(x: number, y: number, width: number, height: number, bytes: Uint8Array): void {
    this.said.push(['pixels', x, y, width, height, Buffer.from(bytes).toString('hex')]);
  }
  pointerShape(width: number, height: number, hotX: number, hotY: number, bytes: Uint8Array): void {
    this.said.push(['pointerShape', width, height, hotX, hotY, Buffer.from(bytes).toString('hex')]);
  }
  absolute(absolute: boolean): void {
    this.said.push(['absolute', absolute]);
  }
  leds(mask: number): void {
    this.said.push(['leds', mask]);
  }
  audio(event: string): void {
    this.said.push(['audio', event]);
  }
  samples(bytes: Uint8Array): void {
    this.said.push(['samples', Buffer.from(bytes).toString('hex')]);
  }
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
/** Version, security types, result, a screen of 2x2 with the name 'Q'. */
const greeting = Buffer.concat([
  Buffer.from('RFB 003.008\n'),
  hex('02 02 01'),
  hex('00000000'),
  hex('0002 0002 20 18 00 01 00ff 00ff 00ff 10 08 00 000000 00000001 51'),
]);
const rectangle = (
  x: number,
  y: number,
  width: number,
  height: number,
  encoding: number,
  data = '',
): Buffer => {
  const head = Buffer.alloc(12);
  for (const [index, value] of [x, y, width, height].entries()) head.writeUInt16BE(value, index * 2);
  head.writeInt32BE(encoding, 8);
  return Buffer.concat([head, hex(data)]);
};
const update = (...rectangles: Buffer[]): Buffer => {
  const head = hex('00 00 0000');
  head.writeUInt16BE(rectangles.length, 2);
  return Buffer.concat([head, ...rectangles]);
};

const session = Buffer.concat([
  greeting,
  update(
    rectangle(0, 0, 0, 0, -258),
    rectangle(0, 0, 0, 0, -259),
    rectangle(0, 0, 1, 1, 0, '01020300'),
    rectangle(1, 0, 2, 2, -257),
    rectangle(0, 0, 1, 1, -261, '04'),
  ),
  hex('02'),
  hex('03 000000 00000003 616263'),
  hex('ff 01 0001'),
  hex('ff 01 0002 00000004 11223344'),
  hex('ff 01 0000'),
  update(rectangle(0, 0, 3, 1, -308, '01000000 00000000000000000000000000000000')),
  update(rectangle(1, 0, 1, 1, -314, '00000000 0a0b0cff'), rectangle(2, 0, 1, 1, 0, '0a0b0c00')),
]);
const expected = [
  ['ready'],
  ['resize', 2, 2],
  ['pixels', 0, 0, 1, 1, '01020300'],
  ['absolute', true],
  ['leds', 4],
  ['audio', 'start'],
  ['samples', '11223344'],
  ['audio', 'stop'],
  ['resize', 3, 1],
  ['pointerShape', 1, 1, 1, 0, '0a0b0cff'],
  ['pixels', 2, 0, 1, 1, '0a0b0c00'],
];
const incremental = '03010000000000020002';

describe('RfbClient', () => {
  it('follows a server, however its bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 20 }), (cuts) => {
        const sink = new RecordingSink();
        const client = new RfbClient(sink);
        let at = 0;
        for (const cut of cuts) {
          client.push(session.subarray(at, at + cut));
          at = Math.min(session.length, at + cut);
        }
        client.push(session.subarray(at));
        expect(sink.said).toEqual(expected);
      }),
    );
  });

  it('asks for one update after the other', () => {
    const sink = new RecordingSink();
    const client = new RfbClient(sink);
    client.push(greeting);
    expect(sink.sent.at(-1)).toBe('03000000000000020002');
    expect(sink.sent).not.toContain(incremental);
    client.push(update(rectangle(0, 0, 1, 1, 0, '01020300')));
    expect(sink.sent.filter((line) => line === incremental)).toHaveLength(1);
  });

  it('asks for sound when the server has it', () => {
    const sink = new RecordingSink();
    const client = new RfbClient(sink);
    client.push(greeting);
    client.push(update(rectangle(0, 0, 0, 0, -259)));
    expect(sink.sent).toContain('ff0100020302' + '0000bb80' + 'ff010000');
  });

  it.each([
    ['a password', Buffer.concat([greeting.subarray(0, 12), hex('01 02')]), 'ERR_RFB_REFUSED'],
    ['another protocol', Buffer.from('HTTP/1.1 200'), 'ERR_RFB_FORMAT'],
    [
      'a rectangle that is off the screen',
      Buffer.concat([greeting, update(rectangle(1, 1, 2, 2, 0))]),
      'ERR_RFB_FORMAT',
    ],
    ['an unknown encoding', Buffer.concat([greeting, update(rectangle(0, 0, 1, 1, 99))]), 'ERR_RFB_FORMAT'],
    ['endless sound', Buffer.concat([greeting, hex('ff 01 0002 7fffffff')]), 'ERR_RFB_LIMIT'],
  ])('ends with %s', (_what, bytes, code) => {
    expect(() => new RfbClient(new RecordingSink()).push(bytes)).toThrow(
      expect.objectContaining({ code }) as Error,
    );
  });

  it('throws nothing but typed errors', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          new RfbClient(new RecordingSink()).push(Buffer.concat([greeting, bytes]));
        } catch (error) {
          expect(error).toBeInstanceOf(RfbError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
