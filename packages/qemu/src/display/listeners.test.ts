import type { SoundFormat } from '@lazyspice/core';
import { describe, expect, it } from 'vitest';
import type { DbusMessage } from '../dbus/wire/dbus-message.js';
import type { DbusValue } from '../dbus/wire/values.js';
import { QemuRecord } from '../sound/record.js';
import { AudioInListener, AudioOutListener } from './audio-listeners.js';
import { ConsoleListener } from './console-listener.js';

const call = (
  member: string,
  signature: string,
  body: readonly DbusValue[],
  from = 'org.qemu.Display1.Listener',
): DbusMessage => ({
  type: 'call',
  flags: 1,
  serial: 1,
  path: '/org/qemu/Display1/Listener',
  interface: from,
  member,
  errorName: null,
  replySerial: null,
  destination: null,
  sender: null,
  signature,
  descriptors: 0,
  body,
});
const xrgb = 0x20020888;

function console() {
  const said: unknown[][] = [];
  const logged: string[] = [];
  const listener = new ConsoleListener(
    {
      resize: (...args) => said.push(['resize', ...args]),
      update: ({ bytes, ...where }) => said.push(['update', where, bytes.length]),
      pointerShape: ({ bytes, ...shape }) => said.push(['shape', shape, bytes.length]),
      pointerMoved: (...args) => said.push(['moved', ...args]),
    },
    (message) => logged.push(message),
  );
  return { listener, said, logged };
}

describe('ConsoleListener', () => {
  it('takes whole pictures, parts and the pointer', () => {
    const { listener, said } = console();
    listener.serve(call('Scanout', 'uuuuay', [2, 2, 8, xrgb, new Uint8Array(16)]));
    listener.serve(call('Update', 'iiiiuuay', [1, 0, 1, 2, 4, xrgb, new Uint8Array(8)]));
    listener.serve(call('CursorDefine', 'iiiiay', [1, 1, 0, 0, new Uint8Array(4)]));
    listener.serve(call('MouseSet', 'iii', [5, -3, 1]));
    listener.serve(call('Disable', '', []));
    expect(said).toEqual([
      ['resize', 2, 2],
      ['update', { x: 0, y: 0, width: 2, height: 2, stride: 8 }, 16],
      ['update', { x: 1, y: 0, width: 1, height: 2, stride: 4 }, 8],
      ['shape', { width: 1, height: 1, hotX: 0, hotY: 0 }, 4],
      ['moved', 5, -3, true],
    ]);
  });

  it.each([
    ['too few bytes', [0, 0, 2, 2, 8, xrgb, new Uint8Array(15)]],
    ['a stride below the width', [0, 0, 2, 2, 4, xrgb, new Uint8Array(16)]],
    ['a place off the picture', [-1, 0, 2, 2, 8, xrgb, new Uint8Array(16)]],
    ['no area', [0, 0, 0, 2, 8, xrgb, new Uint8Array(16)]],
  ])('ignores an update with %s', (_what, body) => {
    const { listener, said } = console();
    listener.serve(call('Update', 'iiiiuuay', body));
    expect(said).toEqual([]);
  });

  it('complains once of pixels that it does not know', () => {
    const { listener, said, logged } = console();
    for (let i = 0; i < 3; i++) {
      listener.serve(call('Scanout', 'uuuuay', [1, 1, 4, 0x10020565, new Uint8Array(4)]));
    }
    expect(said).toEqual([]);
    expect(logged).toEqual(['QEMU shows pixels of an unknown format 0x10020565']);
  });

  it('says that it can do nothing more, and knows no other methods', () => {
    const { listener } = console();
    const properties = 'org.freedesktop.DBus.Properties';
    const answer = listener.serve(call('GetAll', 's', ['x'], properties));
    expect(answer).toEqual({ signature: 'a{sv}', body: [[['Interfaces', { signature: 'as', value: [] }]]] });
    expect(() => listener.serve(call('Scanout2', '', []))).toThrow(/Scanout2/);
  });
});

const stereo: readonly DbusValue[] = [1n, 16, true, false, 48000, 2, 4, 192000, false];
const format: SoundFormat = { frequency: 48000, channels: 2, sampleFormat: 's16' };

describe('AudioOutListener', () => {
  it('plays while it is enabled', () => {
    const said: unknown[][] = [];
    const listener = new AudioOutListener(
      {
        start: (one) => said.push(['start', one]),
        stop: () => said.push(['stop']),
        samples: (bytes) => said.push(['samples', bytes.length]),
        volume: (...args) => said.push(['volume', ...args]),
      },
      () => {},
    );
    const write = call('Write', 'tay', [1n, new Uint8Array(8)]);
    listener.serve(call('Init', 'tybbuyuub', stereo));
    listener.serve(write);
    listener.serve(call('SetEnabled', 'tb', [1n, true]));
    listener.serve(write);
    listener.serve(call('SetVolume', 'tbay', [1n, false, Uint8Array.of(255, 0)]));
    listener.serve(call('SetEnabled', 'tb', [2n, false]));
    listener.serve(call('Fini', 't', [1n]));
    listener.serve(write);
    expect(said).toEqual([['start', format], ['samples', 8], ['volume', false, [65535, 0]], ['stop']]);
  });

  it('reports what can not be carried, and plays nothing then', () => {
    const logged: string[] = [];
    const fail = (): never => {
      throw new Error('played');
    };
    const sink = { start: fail, stop: fail, samples: fail, volume: fail };
    const listener = new AudioOutListener(sink, (message) => logged.push(message));
    listener.serve(call('Init', 'tybbuyuub', [1n, 24, true, false, 48000, 2, 6, 288000, false]));
    listener.serve(call('SetEnabled', 'tb', [1n, true]));
    expect(logged).toHaveLength(1);
  });
});

describe('AudioInListener', () => {
  it('answers at once with as much as was asked for: sound as far as there is some, then silence', () => {
    const record = new QemuRecord();
    const listener = new AudioInListener(record, () => {});
    const read = (size: bigint) => listener.serve(call('Read', 'tt', [1n, size]))?.body[0];
    listener.serve(call('Init', 'tybbuyuub', stereo));
    expect(read(2n)).toEqual(new Uint8Array(2));
    listener.serve(call('SetEnabled', 'tb', [1n, true]));
    record.device.samples(Uint8Array.of(1, 2, 3).buffer);
    record.device.samples(Uint8Array.of(4, 5).buffer);
    expect(read(4n)).toEqual(Uint8Array.of(1, 2, 3, 4));
    expect(read(4n)).toEqual(Uint8Array.of(5, 0, 0, 0));
    expect(read(4n)).toEqual(new Uint8Array(4));
  });

  it('keeps no more than a moment of what nobody asks for', () => {
    const record = new QemuRecord();
    record.start(format);
    for (let i = 0; i < 500; i++) record.device.samples(new Uint8Array(1920).fill(7).buffer);
    const all = record.read(1024 * 1024);
    expect(all.filter((byte) => byte === 7).length).toBeLessThanOrEqual(128 * 1024);
    record.stop();
    expect(record.read(4)).toEqual(new Uint8Array(4));
  });
});
