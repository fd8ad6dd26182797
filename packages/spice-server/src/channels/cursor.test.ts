import type { CursorShape, QxlCommand } from '@lazyspice/core';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { ChannelProbe } from '../../../../test/support/spice/channel-probe.js';
import { createPrimary } from '../../../../test/support/spice/commands.js';
import { RemoteCursor } from '../../../../test/support/spice/remote-cursor.js';
import { QxlDisplay } from '../display/qxl-display.js';
import { CursorChannel } from './cursor.js';

const shape = (unique: bigint, side = 2): CursorShape => ({
  unique,
  type: 0,
  width: side,
  height: side,
  hotSpotX: 1,
  hotSpotY: 0,
  data: new Uint8Array(side * side * 4).fill(Number(unique & 0xffn)),
});
const set = (unique: bigint, visible = true, x = 1, y = 2): QxlCommand => ({
  type: 'cursorSet',
  position: { x, y },
  visible,
  shape: shape(unique),
});
const move = (x: number, y: number): QxlCommand => ({ type: 'cursorMove', position: { x, y } });
const hide: QxlCommand = { type: 'cursorHide' };
const reset: QxlCommand = { type: 'cursorReset' };

let clientMode: boolean;
let display: QxlDisplay;

const open = ({ cached = true, answers = true } = {}) => {
  const cursor = new RemoteCursor();
  const probe = new ChannelProbe(
    'cursor',
    (host) => new CursorChannel(0, true, host, display, () => cached),
    { answers, message: (message) => cursor.receive(message) },
  );
  probe.channel.start();
  return Object.assign(probe, { cursor });
};
const submit = (...commands: QxlCommand[]): void => {
  for (const command of commands) display.submit(command);
};

beforeEach(() => {
  clientMode = false;
  display = new QxlDisplay({
    clientMouseMode: () => clientMode,
    primaryChanged: () => {},
    badCommand: (message) => {
      throw new Error(message);
    },
    flush: () => Promise.resolve(),
  });
});

describe('the cursor channel', () => {
  it('begins with SET_ACK and INIT without a shape', () => {
    const probe = open();
    expect(probe.takeNames()).toEqual(['setAck', 'init']);
    expect(probe.client.received('init')).toEqual([
      {
        position: { x: 0, y: 0 },
        trailLength: 0,
        trailFrequency: 0,
        visible: true,
        cursor: { flags: 1, header: null, data: new Uint8Array(0) },
      },
    ]);
  });

  it('begins with the state of the moment', () => {
    submit(set(5n), move(7, -8), hide, { type: 'cursorTrail', length: 3, frequency: 4 });
    const probe = open();
    probe.take();
    const [init] = probe.client.received('init');
    expect(init).toMatchObject({
      position: { x: 7, y: -8 },
      trailLength: 3,
      trailFrequency: 4,
      visible: false,
    });
    expect(init.cursor).toMatchObject({ flags: 2, header: { unique: 5n, width: 2, hotSpotX: 1 } });
    expect([...init.cursor.data]).toEqual([...shape(5n).data]);
  });

  it('passes every command on', () => {
    const probe = open();
    probe.take();
    submit(set(1n), move(3, 4), { type: 'cursorTrail', length: 1, frequency: 2 }, hide);
    expect(probe.takeNames()).toEqual(['set', 'move', 'trail', 'hide']);
    expect(probe.client.received('set')[0]).toMatchObject({ position: { x: 1, y: 2 }, visible: true });
    expect(probe.client.received('trail')).toEqual([{ length: 1, frequency: 2 }]);
    expect(probe.channel.isDrained).toBe(true);
  });

  it('joins moves that follow each other', () => {
    const probe = open();
    probe.take();
    submit(move(1, 1), move(2, 2), hide, move(3, 3), move(4, 4));
    expect(probe.takeNames()).toEqual(['move', 'hide', 'move']);
    expect(probe.cursor.position).toEqual({ x: 4, y: 4 });
  });

  it('sends moves in client mode only when they show the pointer again', () => {
    clientMode = true;
    const probe = open();
    probe.take();
    submit(set(1n), move(1, 1), hide, move(2, 2), move(3, 3));
    expect(probe.takeNames()).toEqual(['set', 'hide', 'move']);
    expect(probe.cursor.position).toEqual({ x: 2, y: 2 });
    expect(display.cursor.position).toEqual({ x: 3, y: 3 });
  });

  it('hides an invisible SET, whose shape the next move shows', () => {
    const probe = open();
    probe.take();
    submit(set(1n), set(2n, false));
    probe.take();
    expect(probe.cursor.visible).toBe(false);
    submit(move(5, 5));
    probe.take();
    expect(probe.cursor.visible).toBe(true);
    expect(probe.cursor.shape?.unique).toBe(2n);
  });

  it('resets the client, and begins anew with the next command', () => {
    const probe = open();
    submit(set(1n));
    probe.take();
    submit(reset);
    expect(probe.takeNames()).toEqual(['invalAll', 'reset']);
    expect(probe.cursor.shape).toBe(null);
    submit(set(1n, true, 9, 9));
    expect(probe.takeNames()).toEqual(['init']);
    expect(probe.client.received('init').at(-1)?.cursor.flags).toBe(2);
    expect(probe.cursor.shape?.unique).toBe(1n);
  });

  it('does not repeat what a reset took back before it was sent', () => {
    const probe = open();
    probe.take();
    submit(set(1n), move(1, 1), reset);
    expect(probe.takeNames()).toEqual(['invalAll', 'reset']);
  });

  it('describes the pointer anew for a new primary, with a RESET before INIT', () => {
    const probe = open();
    submit(set(3n));
    probe.take();
    submit(createPrimary(8, 8));
    expect(probe.takeNames()).toEqual(['invalAll', 'reset', 'init']);
    submit({ type: 'primaryDestroy' }, createPrimary(4, 4));
    expect(probe.takeNames()).toEqual(['invalAll', 'reset', 'init']);
    expect(probe.cursor.shape).toBe(null);
  });

  it('is told no more when it is closed', () => {
    const probe = open();
    probe.take();
    probe.channel.close();
    submit(set(1n));
    expect(probe.takeNames()).toEqual([]);
  });
});

describe('the shape cache', () => {
  it('sends a shape once, and never one without a number from the cache', () => {
    const probe = open();
    probe.take();
    submit(set(1n), set(2n), set(1n), set(0n), set(0n));
    probe.take();
    expect(probe.client.received('set').map(({ cursor }) => [cursor.flags, cursor.data.length])).toEqual([
      [2, 16],
      [2, 16],
      [4, 0],
      [0, 16],
      [0, 16],
    ]);
  });

  it('drops the oldest of 256, before the shape that takes its place', () => {
    const probe = open();
    probe.take();
    for (let id = 1n; id <= 256n; id++) {
      submit(set(id));
      probe.take();
    }
    expect(probe.cursor.cachedShapes).toBe(256);
    submit(set(1n), set(300n));
    expect(probe.takeNames()).toEqual(['set', 'invalOne', 'set']);
    expect(probe.client.received('invalOne')).toEqual([{ id: 2n }]);
    expect(probe.cursor.cachedShapes).toBe(256);
  });

  it('is not used for clients that do not keep it', () => {
    const probe = open({ cached: false });
    probe.take();
    submit(set(1n), set(1n));
    probe.take();
    expect(probe.client.received('set').map(({ cursor }) => cursor.flags)).toEqual([0, 0]);
  });
});

describe('a slow client', () => {
  it('is told the state of the moment instead of a long history', () => {
    const probe = open();
    probe.take();
    for (let i = 0; i < 500; i++) submit(set(BigInt(i % 7) + 1n), move(i, i));
    const names = probe.takeNames();
    expect(names.length).toBeLessThan(70);
    expect(names.slice(0, 3)).toEqual(['invalAll', 'reset', 'init']);
    expect(probe.cursor.position).toEqual({ x: 499, y: 499 });
    expect(probe.cursor.shape?.unique).toBe(display.cursor.shape?.unique);
  });

  it('gets nothing beyond two windows before it acknowledges', () => {
    const probe = open({ answers: false });
    for (let i = 0; i < 60; i++) {
      submit(i % 2 === 0 ? hide : move(i, i));
      probe.take();
    }
    expect(probe.client.messages.length).toBe(1 + 41);
    probe.client.answer();
    probe.take();
    expect(probe.cursor.position).toEqual({ x: 59, y: 59 });
    expect(probe.channel.isDrained).toBe(true);
  });

  it('shows what the guest shows once it has everything, whatever came and however slowly', () => {
    const command = fc.oneof(
      {
        weight: 4,
        arbitrary: fc
          .tuple(fc.bigInt({ min: 0n, max: 5n }), fc.boolean())
          .map(([id, visible]) => set(id, visible)),
      },
      { weight: 3, arbitrary: fc.tuple(fc.nat(99), fc.nat(99)).map(([x, y]) => move(x, y)) },
      fc.constantFrom(hide, reset, createPrimary(4, 4)),
    );
    const step = fc.oneof(fc.array(command, { maxLength: 90 }), fc.constantFrom('take', 'answer'));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.boolean(), (steps, answers) => {
        display = new QxlDisplay({
          clientMouseMode: () => false,
          primaryChanged: () => {},
          badCommand: () => {},
          flush: () => Promise.resolve(),
        });
        const probe = open({ answers });
        for (const one of steps) {
          if (one === 'take') probe.take(64, 1);
          else if (one === 'answer') probe.client.answer();
          else submit(...(one as QxlCommand[]));
        }
        for (let i = 0; i < 20; i++) {
          probe.take();
          probe.client.answer();
        }
        expect(probe.channel.isDrained).toBe(true);
        // A guest that has reset its pointer and said nothing since shows none.
        const { shape: current, visible } = display.cursor;
        expect(probe.cursor.shape?.unique).toBe(current?.unique);
        expect(probe.cursor.visible).toBe(visible && current !== null);
      }),
      { numRuns: 200 },
    );
  });
});
