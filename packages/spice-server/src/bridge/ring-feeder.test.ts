import { createRingMemory, encodeQxlCommand, type QxlCommand, RingProducer, Writer } from '@lazyspice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arbitraryCommand,
  beginning,
  type World,
} from '../../../../test/support/spice/arbitrary-commands.js';
import { createPrimary, difference, fill } from '../../../../test/support/spice/commands.js';
import { settle } from '../../../../test/support/spice/virtual-clock.js';
import { rect } from '../display/geometry/rect.js';
import { QxlDisplay } from '../display/qxl-display.js';
import { RingFeeder } from './ring-feeder.js';

const newDisplay = (bad: string[] = []): QxlDisplay =>
  new QxlDisplay({
    clientMouseMode: () => false,
    primaryChanged: () => {},
    badCommand: (message) => bad.push(message),
    flush: () => Promise.resolve(),
  });

/** A display behind a ring of 64 KB; records above `largest` bytes go beside it. */
const open = (largest = 4000) => {
  const memory = createRingMemory(65_536);
  const producer = new RingProducer(memory);
  const bad: string[] = [];
  const display = newDisplay(bad);
  let spaces = 0;
  const clock = { now: 0 };
  const feeder = new RingFeeder(memory, display, { space: () => spaces++, now: () => clock.now });
  const beside: ArrayBuffer[] = [];
  const put = (command: QxlCommand): boolean => {
    const writer = new Writer();
    encodeQxlCommand(writer, command);
    const bytes = Buffer.concat(writer.chunks());
    if (bytes.length <= largest) return producer.put([bytes], bytes.length);
    if (!producer.putBeside()) return false;
    const record = new Uint8Array(bytes.length + 3);
    record.set(bytes, 3);
    beside.push(record.buffer);
    return true;
  };
  const deliver = (): void => {
    const record = beside.shift();
    if (record !== undefined) feeder.addBeside(record, 3);
  };
  return { producer, display, feeder, clock, beside, put, deliver, bad, spaces: () => spaces };
};

const isSettled = async (promise: Promise<unknown>): Promise<boolean> => {
  let settled = false;
  void promise.then(() => {
    settled = true;
  });
  await settle();
  return settled;
};

const world: World = {
  width: 20,
  height: 14,
  surfaces: 3,
  formats: [32, 96, 16],
  changing: true,
  everything: true,
};

describe('RingFeeder', () => {
  it('draws what direct commands draw, however they come', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: arbitraryCommand(world) },
      fc.constantFrom('run', 'deliver'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60, size: 'max' }),
        fc.constantFrom(0, 300, 4000),
        async (steps, largest) => {
          const { display, feeder, beside, put, deliver } = open(largest);
          const direct = newDisplay();
          for (const one of [...beginning(world), ...steps]) {
            if (one === 'run') feeder.run();
            else if (one === 'deliver') deliver();
            else {
              while (!put(one as QxlCommand)) {
                deliver();
                feeder.run();
              }
              direct.submit(one as QxlCommand);
            }
          }
          const handled = feeder.handled();
          while (beside.length > 0) deliver();
          await handled;
          for (const { id } of direct.canvas.surfaces()) {
            expect(difference(direct.canvas, display.canvas, id)).toBe(null);
          }
          expect([...display.canvas.surfaces()].length).toBe([...direct.canvas.surfaces()].length);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('sleeps when the ring is empty, and is woken by a kick', () => {
    const { producer, display, feeder, put } = open();
    put(createPrimary(8, 8));
    expect(display.primary).toBe(undefined);
    expect(producer.claimWake()).toBe(true);
    feeder.run();
    expect(display.primary?.width).toBe(8);
    put(fill(1, rect(0, 0, 8, 8)));
    expect(producer.claimWake()).toBe(true);
  });

  it('waits for a record beside the ring, with everything behind it', async () => {
    const { display, feeder, put, deliver } = open(40);
    put(createPrimary(8, 8, { data: new Uint8Array(256).fill(3) }));
    put({ type: 'monitorsConfig', maxAllowed: 9, heads: [] });
    feeder.run();
    expect([display.primary, display.maxHeads]).toEqual([undefined, 1]);
    const handled = feeder.handled();
    expect(await isSettled(handled)).toBe(false);
    deliver();
    await handled;
    expect([display.primary?.width, display.maxHeads]).toEqual([8, 9]);
  });

  it('takes a record that comes before it gets to its mark', () => {
    const { display, feeder, put, deliver } = open(40);
    put(createPrimary(8, 8));
    put(createPrimary(9, 9, { data: new Uint8Array(324) }));
    deliver();
    feeder.run();
    expect(display.primary?.width).toBe(9);
  });

  it('tells of room once when half of the ring is free', () => {
    const { producer, feeder, put, spaces } = open();
    while (put(createPrimary(20, 20, { data: new Uint8Array(1600) })));
    expect(producer.requestSpace()).toBe(true);
    feeder.run();
    expect(spaces()).toBe(1);
    feeder.run();
    expect(spaces()).toBe(1);
  });

  it('goes on by itself after a slice of 8 ms', async () => {
    const { producer, display, feeder, clock, put } = open();
    put(createPrimary(4, 4));
    for (let i = 0; i < 300; i++) put(fill(i, rect(0, 0, 4, 4)));
    let drawn = 0;
    const { canvas } = display;
    const draw = canvas.draw.bind(canvas);
    canvas.draw = (drawable) => {
      drawn++;
      clock.now += 0.1;
      draw(drawable);
    };
    feeder.run();
    // The clock is looked at every 64 commands.
    expect(drawn).toBe(127);
    const handled = feeder.handled();
    expect(drawn).toBe(127 + 128);
    await handled;
    expect(drawn).toBe(300);
    expect(producer.claimWake()).toBe(true);
  });

  it('answers who waits although more and more is put into the ring', async () => {
    const { display, feeder, clock, put } = open();
    put(createPrimary(8, 8));
    let more = true;
    const { canvas } = display;
    const draw = canvas.draw.bind(canvas);
    canvas.draw = (drawable) => {
      clock.now++;
      draw(drawable);
      if (more) put(fill(1, rect(0, 0, 1, 1)));
    };
    put(fill(1, rect(0, 0, 1, 1)));
    await feeder.handled();
    more = false;
    expect(display.primary?.width).toBe(8);
  });

  it('lets nobody wait when it is closed, and handles nothing more', async () => {
    const { display, feeder, put } = open(40);
    put(createPrimary(8, 8, { data: new Uint8Array(256) }));
    const handled = feeder.handled();
    feeder.close();
    await handled;
    await feeder.handled();
    feeder.addBeside(new ArrayBuffer(8), 0);
    feeder.run();
    expect(display.primary).toBe(undefined);
  });

  it('goes on behind a command that the display refuses', async () => {
    const { display, feeder, put, bad } = open();
    put(fill(1, rect(0, 0, 1, 1)));
    put(createPrimary(8, 8));
    await feeder.handled();
    expect(bad.length).toBe(1);
    expect(display.primary?.width).toBe(8);
  });
});
