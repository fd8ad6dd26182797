import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordingError } from './errors.js';
import { type RecordingEvent, RecordingParser } from './parser.js';
import { readRecording } from './read-recording.js';
import {
  bitmap,
  bytesOf,
  commandOf,
  copyTail,
  drawing,
  errorOf,
  flatPixels,
  header,
  noMask,
  parse,
} from './sample.test-support.js';
import { recordingLimits } from './scanner.js';

describe('events', () => {
  it('maps worker messages and passes over those without parameters', () => {
    const types = [1, 2, 19, 21, 22, 23, 24, 28, 30, 35, 36, 99];
    const events = parse(types.map((type, index) => `event ${index} 1 ${type} ${index}\n`).join(''));
    expect(events.map(({ type }) => type)).toEqual(types);
    expect(events.map(({ command }) => command?.type ?? null)).toEqual([
      null,
      null,
      'surfacesDestroy',
      'primaryDestroy',
      'cursorReset',
      'imageCacheReset',
      null,
      'surfacesDestroy',
      'primaryDestroy',
      null,
      'driverUnload',
      null,
    ]);
  });

  it('passes over UPDATE, MESSAGE and a primary that the recorded server refused', () => {
    const update = 'event 0 0 2 1\nupdate\nrect area 0 0 1 1\nupdate_id 3\nsurface_id 0\n';
    const message = 'event 1 0 4 1\nbinary 0 message 5:hello\n';
    const refused = 'event 2 1 20 1\n';
    const events = parse(`${update}${message}${refused}event 3 1 22 18446744073709551615\n`);
    expect(events.map(({ command }) => command?.type ?? null)).toEqual([null, null, null, 'cursorReset']);
    expect(events[3]).toMatchObject({ counter: 3, what: 'worker', type: 22, time: 2n ** 64n - 1n });
    const offset = header.length + update.length + message.length + refused.length;
    expect(events[3]?.offset).toBe(offset);
  });

  it('refuses a command that no server accepts and reads on behind it', () => {
    const cases: readonly (readonly [text: string, reason: string])[] = [
      [drawing('type 15\n'), 'unknown drawing operation 15'],
      [drawing('type 0\n').replace('effect 1', 'effect 8'), 'unknown effect 8'],
      [drawing('type 0\n').replace('type 0', 'type 2'), 'unknown clip type 2'],
      [drawing(`type 1\ntype 3\nrop_descriptor 8\n${noMask}`), 'unknown brush type 3'],
      [drawing(`type 1\ntype 2\nimage 0\npoint 0 0\nrop_descriptor 8\n${noMask}`), 'a pattern brush'],
      [
        drawing(`type 3\n${bitmap}${flatPixels}${copyTail}`).replace('scale_mode 1', 'scale_mode 2'),
        'unknown scale',
      ],
      [
        drawing(`type 3\n${bitmap}${flatPixels}${copyTail}`).replace('format 5', 'format 11'),
        'unknown bitmap format',
      ],
      [
        drawing(`type 3\n${bitmap}${flatPixels}${copyTail}`).replace('stride 3', 'stride 4'),
        '6 bytes of pixels',
      ],
      ['event 0 0 9 1\n', 'unknown ring command 9'],
      ['event 0 0 3 1\ncursor_cmd\ntype 4\n', 'unknown cursor command 4'],
    ];
    for (const [text, reason] of cases) {
      const events = parse(`${text}event 2 1 22 9\n`);
      expect(events, reason).toHaveLength(2);
      expect(events[0]?.command, reason).toBeNull();
      expect(events[0]?.refused).toContain(reason);
      expect(events[1]).toMatchObject({ refused: null, command: { type: 'cursorReset' } });
    }
  });

  it('takes any white space between words, as the C reader does', () => {
    const text = drawing('type 4\npoint 3 4\n').replaceAll('\n', ' \r\n\t').replaceAll(' 3 4', '   3\n4');
    expect(commandOf(text)).toEqual(commandOf(drawing('type 4\npoint 3 4\n')));
  });
});

describe('bad input', () => {
  it('names the byte and what was expected', () => {
    const event = 'event 0 0 1 5\n';
    const error = errorOf(`${event}drawabel\n`);
    expect(error).toMatchObject({
      code: 'ERR_RECORDING_SYNTAX',
      offset: header.length + event.length,
      expected: '"drawable"',
    });
    expect(error.message).toBe('recording unreadable at byte 29: expected "drawable"');
    expect(errorOf('event 0 2 1 5\n').expected).toBe('0 (a ring command) or 1 (a worker message)');
    expect(errorOf('event x 0 1 5\n')).toMatchObject({ offset: header.length + 6, expected: 'a number' });
    expect(errorOf('event 1x 0 1 5\n').expected).toBe('a number');
    expect(errorOf('event 99999999999 0 1 5\n').expected).toBe('a 32-bit number');
    expect(errorOf(drawing('type 256\n')).expected).toBe('an 8-bit number');
    expect(errorOf(`event ${'1'.repeat(100)}`).expected).toBe('a number');
    expect(errorOf('event 0 0 4 1\nbinary 0 message 5:hello!\n').expected).toBe('a line end behind the blob');
  });

  it('knows other files and versions', () => {
    const open = (text: string) => () => {
      const parser = new RecordingParser();
      parser.push(bytesOf(text));
      parser.next();
    };
    expect(open('\x89PNG\r\n')).toThrow(expect.objectContaining({ code: 'ERR_RECORDING_SYNTAX', offset: 0 }));
    expect(open('SPICE_REPLAY 2\n')).toThrow(expect.objectContaining({ code: 'ERR_RECORDING_VERSION' }));
    expect(open('SPICE_REPLAYS 1\n')).toThrow(expect.objectContaining({ code: 'ERR_RECORDING_SYNTAX' }));
  });

  it('refuses lists and blobs above the limits before it holds them', () => {
    const chunks = `data_chunks ${recordingLimits.chunks} 6\n`;
    expect(errorOf(drawing(`type 3\n${bitmap}${chunks}`)).code).toBe('ERR_RECORDING_LIMIT');
    expect(errorOf(drawing(`type 3\n${bitmap}data_chunks 0 -1\n`)).code).toBe('ERR_RECORDING_LIMIT');
    expect(errorOf('event 0 0 4 1\nbinary 0 message 600000000:').code).toBe('ERR_RECORDING_LIMIT');
    expect(errorOf('event 0 0 4 1\nbinary 1 message 1:600000000:').code).toBe('ERR_RECORDING_LIMIT');
    expect(errorOf('event 0 0 4 1\nbinary 0 message -1:').expected).toBe('a size');
  });

  it('refuses chunks that do not add up', () => {
    const parts = 'binary 0 bitmap.data 4:ABCD\nbinary 0 bitmap.data 3:EFG\n';
    expect(errorOf(drawing(`type 3\n${bitmap}data_chunks 1 6\n${parts}`)).expected).toBe(
      'blobs of 6 bytes together',
    );
    expect(errorOf(drawing(`type 3\n${bitmap}data_chunks 1 8\n${parts}`)).expected).toBe(
      'blobs of 8 bytes together',
    );
  });

  it('refuses compressed bytes that lie', () => {
    const message = (size: number, bytes: Uint8Array): string =>
      `event 0 0 4 1\nbinary 1 message ${size}:${bytes.length}:${Buffer.from(bytes).toString('latin1')}\n`;
    const packed = deflateSync(Buffer.alloc(5000));
    expect(parse(message(5000, packed))).toHaveLength(1);
    for (const text of [message(4999, packed), message(5001, packed), message(4, Buffer.from('junk'))]) {
      const data = /^[^:]*:[^:]*:/.exec(text)?.[0].length ?? 0;
      expect(errorOf(text)).toMatchObject({ code: 'ERR_RECORDING_INFLATE', offset: header.length + data });
    }
  });

  it('stays broken', () => {
    const parser = new RecordingParser();
    parser.push(bytesOf(`${header}nonsense `));
    expect(() => parser.next()).toThrow(RecordingError);
    expect(() => parser.next()).toThrow('expected "event"');
    expect(() => parser.push(bytesOf('event'))).toThrow('expected "event"');
    expect(() => parser.finish()).toThrow('expected "event"');
  });
});

describe('pieces', () => {
  const packed = deflateSync('ABCDEF').toString('latin1');
  const copyOf = (data: string): string => drawing(`type 3\n${bitmap}${data}${copyTail}`);
  const parts = 'data_chunks 1 6\nbinary 0 bitmap.data 4:ABCD\nbinary 0 bitmap.data 2:EF\n';
  const starts: number[] = [];
  const sample = [
    'event 0 1 20 1\n2 1 8 32\n0 1 1 0\nbinary 0 data 8:\n\n  \nev\n\n',
    copyOf(flatPixels),
    copyOf(parts),
    copyOf(`data_chunks 0 6\nbinary 1 bitmap.data 6:${packed.length}:${packed}\n`),
    'event 4 1 2 12\n',
    'event 5 0 3 13\ncursor_cmd\ntype 1\npoint16 1 1\n',
  ].reduce((text, event) => {
    starts.push(text.length);
    return text + event;
  }, header);
  const whole = structuredClone(parse(sample.slice(header.length)));

  it('may end anywhere', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }), (sizes) => {
        const parser = new RecordingParser();
        const events: RecordingEvent[] = [];
        for (let at = 0, turn = 0; at < sample.length; turn++) {
          const size = sizes[turn % sizes.length] as number;
          parser.push(bytesOf(sample.slice(at, at + size)));
          // Views die with the next piece.
          for (const event of parser) events.push(structuredClone(event));
          at += size;
        }
        parser.finish();
        expect(events).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  it('gives everything before a cut, then says which event was cut', async () => {
    for (let length = 0; length < sample.length; length++) {
      const source = (async function* () {
        yield bytesOf(sample.slice(0, length));
      })();
      const events: RecordingEvent[] = [];
      let error: unknown = null;
      try {
        for await (const batch of readRecording(source)) events.push(...batch);
      } catch (thrown) {
        error = thrown;
      }
      const complete = starts.filter(
        (start, index) => length >= (starts[index + 1] ?? sample.length) && start >= 0,
      );
      expect(events).toEqual(whole.slice(0, complete.length));
      if (length === header.length || starts.includes(length)) {
        expect(error).toBeNull();
      } else {
        const offset = length < header.length ? 0 : starts[complete.length];
        expect(error).toMatchObject({ code: 'ERR_RECORDING_TRUNCATED', offset });
      }
    }
  });

  it('passes the source’s own errors on, after what came before', async () => {
    const source = (async function* () {
      yield bytesOf(sample.slice(0, sample.length - 3));
      throw new Error('unplugged');
    })();
    const events: RecordingEvent[] = [];
    await expect(async () => {
      for await (const batch of readRecording(source)) events.push(...batch);
    }).rejects.toThrow('unplugged');
    expect(events).toEqual(whole.slice(0, -1));
  });

  it('gives at most 256 events at once, and those before a syntax error', async () => {
    const source = (async function* () {
      yield bytesOf(`${header}${'event 0 1 2 7\n'.repeat(600)}event 0 1 x`);
    })();
    const sizes: number[] = [];
    await expect(async () => {
      for await (const batch of readRecording(source)) sizes.push(batch.length);
    }).rejects.toMatchObject({ code: 'ERR_RECORDING_SYNTAX' });
    expect(sizes).toEqual([256, 256, 88]);
  });

  it('never throws anything but RecordingError', () => {
    const bytes = bytesOf(sample);
    const change = fc.record({ at: fc.nat(bytes.length - 1), value: fc.nat(255), cut: fc.nat(3) });
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 900 }),
        (changes, size) => {
          let damaged = Buffer.from(bytes);
          for (const { at, value, cut } of changes) {
            damaged = Buffer.concat([
              damaged.subarray(0, at),
              Buffer.from([value]),
              damaged.subarray(at + cut),
            ]);
          }
          const parser = new RecordingParser();
          try {
            for (let at = 0; at < damaged.length; at += size) {
              parser.push(damaged.subarray(at, at + size));
              for (const event of parser) expect(event.offset).toBeLessThan(damaged.length);
            }
            parser.finish();
          } catch (error) {
            expect(error).toBeInstanceOf(RecordingError);
            expect((error as RecordingError).offset).toBeLessThanOrEqual(damaged.length);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
