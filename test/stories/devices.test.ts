import { describe, expect, it } from 'vitest';
import { rect } from '../../packages/spice-server/src/display/geometry/rect.js';
import { Bench, submitAll } from '../support/spice/bench.js';
import { createPrimary, difference, fill } from '../support/spice/commands.js';

const keep = { failIfConnected: false, disconnectIfConnected: false };

describe('a display', () => {
  it('that is added while a client is connected is opened by it', async () => {
    const bench = await Bench.open();
    bench.addDisplay(0);
    const client = bench.connect();
    await bench.settle();
    const { display } = bench.addDisplay(1);
    submitAll(display, [createPrimary(40, 30), fill(0x123456, rect(0, 0, 40, 30))]);
    await bench.settle();
    expect(client.main?.received('channelsList')).toEqual([
      {
        channels: [
          { type: 2, id: 0 },
          { type: 3, id: 0 },
          { type: 4, id: 0 },
        ],
      },
      {
        channels: [
          { type: 2, id: 1 },
          { type: 4, id: 1 },
        ],
      },
    ]);
    expect(difference(display.canvas, client.display(1).canvas, 0, { ignoreUnused: true })).toBe(null);
  });

  it('that is removed closes its channels and no other, and can come back', async () => {
    const bench = await Bench.open();
    const first = bench.addDisplay(0);
    const second = bench.addDisplay(1);
    submitAll(first.display, [createPrimary(40, 30)]);
    submitAll(second.display, [createPrimary(40, 30)]);
    const client = bench.connect();
    await bench.settle();
    second.remove();
    await bench.settle();
    expect([client.isOpen('display', 1), client.isOpen('cursor', 1)]).toEqual([false, false]);
    expect([client.isOpen('display', 0), client.isOpen('cursor', 0), client.isOpen('main')]).toEqual([
      true,
      true,
      true,
    ]);
    submitAll(second.display, [createPrimary(20, 20)]);
    const again = bench.addDisplay(1);
    submitAll(again.display, [createPrimary(30, 20), fill(5, rect(0, 0, 9, 9))]);
    await bench.settle();
    expect(difference(again.display.canvas, client.display(1).canvas, 0, { ignoreUnused: true })).toBe(null);
  });

  it('that is removed in the middle of a link is refused', async () => {
    const bench = await Bench.open();
    const { remove } = bench.addDisplay(0);
    const client = bench.connect({ channels: [] });
    await bench.settle();
    const wire = client.open({ channelType: 2 });
    wire.near.deliver();
    wire.far.deliver();
    remove();
    await bench.settle();
    expect(wire.link.error).toBe(9);
  });

  it('that is there before the server listens has its picture when a client comes', async () => {
    const bench = await Bench.open();
    await bench.server.close();
    const { display } = bench.addDisplay(0);
    submitAll(display, [createPrimary(40, 30), fill(9, rect(3, 3, 9, 9))]);
    await bench.listen();
    const client = bench.connect();
    await bench.settle();
    expect(difference(display.canvas, client.display().canvas, 0, { ignoreUnused: true })).toBe(null);
  });
});

describe('a keyboard', () => {
  it('that is removed is spared the release of keys', async () => {
    const bench = await Bench.open();
    bench.addDisplay();
    const keyboard = bench.addKeyboard();
    const client = bench.connect();
    await bench.settle();
    keyboard.remove();
    client.disconnect();
    await bench.settle();
    expect(keyboard.bytes).toEqual([]);
  });
});

describe('the password', () => {
  it('lets in who knows it, and a new one who knows that', async () => {
    const bench = await Bench.open({ spice: 'password=first' });
    bench.addDisplay();
    const wrong = bench.connect({ password: 'second' });
    const right = bench.connect({ password: 'first' });
    await bench.settle();
    expect(wrong.wire('main').link.error).toBe(7);
    expect(right.isOpen('display')).toBe(true);
    bench.server.setPassword('second', keep);
    const old = bench.connect({ password: 'first' });
    const fresh = bench.connect({ password: 'second' });
    await bench.settle();
    expect(old.wire('main').link.error).toBe(7);
    expect(fresh.isOpen('display')).toBe(true);
    expect(right.isOpen('display')).toBe(true);
  });

  it('cannot be changed, or ends the clients, when that is asked for', async () => {
    const bench = await Bench.open({ spice: 'password=first' });
    const client = bench.connect({ password: 'first' });
    await bench.settle();
    expect(() => bench.server.setPassword('x', { ...keep, failIfConnected: true })).toThrow(
      'Could not set password',
    );
    expect(client.isOpen('main')).toBe(true);
    bench.server.setPassword('x', { ...keep, disconnectIfConnected: true });
    await bench.settle();
    expect(client.isOpen('main')).toBe(false);
  });

  it('expires', async () => {
    const bench = await Bench.open({ spice: 'password=first' });
    bench.server.expirePassword(bench.clock.now() + 1000);
    await bench.run(990);
    const early = bench.connect({ password: 'first' });
    await bench.settle();
    await bench.run(10);
    const late = bench.connect({ password: 'first' });
    await bench.settle();
    expect([early.isOpen('main'), late.wire('main').link.error]).toEqual([true, 7]);
  });

  it('is not asked for when ticketing is disabled, and cannot be set', async () => {
    const bench = await Bench.open();
    const client = bench.connect({ password: 'anything' });
    await bench.settle();
    expect(client.isOpen('main')).toBe(true);
    expect(() => bench.server.setPassword('x', keep)).toThrow('Could not set password');
  });

  it('cannot be set before there is a server, where it would be lost', async () => {
    const bench = await Bench.open({ spice: 'password=first' });
    await bench.server.close();
    expect(() => bench.server.setPassword('x', keep)).toThrow('not set up');
    expect(() => bench.server.expirePassword(null)).toThrow('not set up');
  });

  it('lets nobody in before it is set', async () => {
    const bench = await Bench.open({ spice: 'seamless-migration=off' });
    const client = bench.connect();
    await bench.settle();
    expect(client.wire('main').link.error).toBe(7);
  });
});
