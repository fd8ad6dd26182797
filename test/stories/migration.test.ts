import { describe, expect, it } from 'vitest';
import { rect } from '../../packages/spice-server/src/display/geometry/rect.js';
import { mainCapabilities } from '../../packages/spice-server/src/protocol/capabilities.js';
import { channelTypes } from '../../packages/spice-server/src/protocol/channel-types.js';
import { mainClient } from '../../packages/spice-server/src/protocol/generated/main.codec.js';
import { Bench, submitAll } from '../support/spice/bench.js';
import { createPrimary, difference, fill } from '../support/spice/commands.js';

const destination = { host: 'there', port: 5910, tlsPort: null, certificateSubject: 'CN=there' };
const onTheWire = { host: 'there', port: 5910, tlsPort: 0xffff, certificateSubject: 'CN=there' };
const goesOver = { mainCapabilities: [mainCapabilities.semiSeamlessMigrate] };

/** A server that shows a picture. */
const serve = async (color: number) => {
  const bench = await Bench.open();
  const { display } = bench.addDisplay();
  submitAll(display, [createPrimary(40, 30), fill(color, rect(0, 0, 40, 30))]);
  return { bench, display };
};

describe('a machine that goes to another server', () => {
  it('takes its clients along, who open their channels there in advance and see nothing before', async () => {
    const source = await serve(0xff0000);
    const client = source.bench.connect(goesOver);
    await source.bench.settle();
    source.bench.server.beginMigration(destination);
    await source.bench.settle();
    expect(client.main?.received('migrateBegin')).toEqual([{ destination: onTheWire }]);

    const target = await serve(0x00ff00);
    const arriving = target.bench.connect({ ...goesOver, arrivesAs: client.sessionId });
    await target.bench.settle();
    target.bench.addMouse();
    await target.bench.run(60_000, 1000);
    expect(arriving.main?.names()).toEqual([]);
    expect(arriving.screens.get(0)?.channel.names()).toEqual([]);
    expect(arriving.inputs?.names()).toEqual([]);

    client.main?.send(mainClient.migrateConnected, {});
    await source.bench.settle();
    const moved = source.bench.server.endMigration();
    await source.bench.settle();
    expect(client.main?.names()).toContain('migrateEnd');
    client.disconnect();
    await source.bench.settle();
    expect(await moved).toBe(true);
    expect(source.bench.server.query().migrated).toBe(true);
    expect(source.bench.events).toContainEqual({ event: 'migrated' });

    arriving.main?.send(mainClient.migrateEnd, {});
    await target.bench.settle();
    expect(arriving.main?.names()).toEqual(['init']);
    expect(arriving.main?.received('init')[0]).toMatchObject({ sessionId: client.sessionId });
    expect(arriving.inputs?.names()).toContain('init');
    expect(difference(target.display.canvas, arriving.display().canvas, 0)).toBe(null);
    submitAll(target.display, [fill(0x0000ff, rect(3, 3, 20, 20))]);
    await target.bench.settle();
    expect(difference(target.display.canvas, arriving.display().canvas, 0)).toBe(null);
    // It is a client like any other now: it is pinged.
    await target.bench.run(6000, 100);
    expect(arriving.main?.names()).toContain('ping');
  });

  it.each([
    ['has no capability for more', { mainCapabilities: [] }, null],
    ['could not connect there', goesOver, 'migrateConnectError'],
    ['has not connected there in 10 s', goesOver, 'silence'],
  ] as const)('tells a client to start anew there that %s', async (_, options, answer) => {
    const { bench } = await serve(0xff0000);
    const client = bench.connect(options);
    await bench.settle();
    bench.server.beginMigration(destination);
    if (answer === 'migrateConnectError') client.main?.send(mainClient.migrateConnectError, {});
    await bench.settle();
    if (answer === 'silence') await bench.run(5000, 100);
    const moved = bench.server.endMigration();
    if (answer === 'silence') {
      // The time counts from when the client was told, not from when the machine has gone.
      await bench.run(4900, 100);
      expect(client.main?.names()).not.toContain('migrateSwitchHost');
      await bench.run(200, 100);
    }
    await bench.settle();
    expect(client.main?.received('migrateSwitchHost')).toEqual([{ destination: onTheWire }]);
    expect(client.main?.names()).not.toContain('migrateEnd');
    client.disconnect();
    await bench.settle();
    expect(await moved).toBe(true);
  });

  it('calls off a connection that comes too late, or that another destination replaces', async () => {
    const { bench } = await serve(0xff0000);
    const client = bench.connect(goesOver);
    await bench.settle();
    bench.server.beginMigration(destination);
    await bench.run(10_000, 100);
    client.main?.send(mainClient.migrateConnected, {});
    await bench.settle();
    const told = () => client.main?.names().filter((name) => name.startsWith('migrate'));
    expect(told()).toEqual(['migrateBegin', 'migrateCancel']);
    bench.server.beginMigration(destination);
    await bench.settle();
    expect(told()).toEqual(['migrateBegin', 'migrateCancel', 'migrateCancel', 'migrateBegin']);
  });

  it('waits 10 s for a client that does not leave, and no longer', async () => {
    const { bench } = await serve(0xff0000);
    bench.connect();
    await bench.settle();
    bench.server.beginMigration(destination);
    const moved = bench.server.endMigration();
    expect(await bench.finishes(moved, 9900)).toBe(false);
    expect(await bench.finishes(moved, 200)).toBe(true);
  });

  it('goes nowhere when no destination was named, and not to one that cannot be', async () => {
    const { bench } = await serve(0xff0000);
    expect(await bench.server.endMigration()).toBe(false);
    for (const wrong of [
      { host: '' },
      { host: 'x'.repeat(1024) },
      { port: 0xffff },
      { port: 0 },
      { port: null },
      { certificateSubject: 'x'.repeat(4096) },
    ]) {
      expect(() => bench.server.beginMigration({ ...destination, ...wrong })).toThrow('cannot be sent there');
    }
  });
});

describe('a client that comes over', () => {
  it('is told that the state of channels is not taken over', async () => {
    const { bench } = await serve(0xff0000);
    const client = bench.connect({ arrivesAs: 77 });
    await bench.settle();
    client.main?.send(mainClient.migrateDstDoSeamless, { sourceVersion: 1 });
    await bench.settle();
    expect(client.main?.names()).toEqual(['migrateDstSeamlessNack']);
    client.main?.send(mainClient.migrateEnd, {});
    await bench.settle();
    expect(client.main?.names()).toEqual(['migrateDstSeamlessNack', 'init']);
  });

  it('leaves nothing behind when it stays away after all', async () => {
    const { bench } = await serve(0xff0000);
    const client = bench.connect({ arrivesAs: 77 });
    await bench.settle();
    client.wire('main').near.destroy();
    await bench.settle();
    expect(client.wires.map(({ near }) => near.isClosed)).toEqual([true, true, true, true]);
    expect(bench.server.statistics().clients).toBe(0);
  });

  it('loses a channel whose device was taken away in the meantime, and no other', async () => {
    const { bench } = await serve(0xff0000);
    const other = bench.addDisplay(1);
    const client = bench.connect({ arrivesAs: 77 });
    await bench.settle();
    client.open({ channelType: channelTypes.display, channelId: 1 });
    await bench.settle();
    other.remove();
    client.main?.send(mainClient.migrateEnd, {});
    await bench.settle();
    expect([0, 1].map((id) => client.isOpen('display', id))).toEqual([true, false]);
    expect(client.isOpen('main')).toBe(true);
  });

  it('cannot take the session of a client that is here', async () => {
    const { bench, display } = await serve(0xff0000);
    const client = bench.connect();
    await bench.settle();
    const thief = bench.connect({ arrivesAs: client.sessionId, channels: [] });
    await bench.settle();
    expect(thief.wire('main').near.isClosed).toBe(true);
    submitAll(display, [fill(0x123456, rect(0, 0, 9, 9))]);
    await bench.settle();
    expect(difference(display.canvas, client.display().canvas, 0)).toBe(null);
  });

  it('loses a channel that says more than its first messages before it has come', async () => {
    const { bench } = await serve(0xff0000);
    const client = bench.connect({ arrivesAs: 77 });
    await bench.settle();
    client.wire('inputs').near.write([new Uint8Array(64 * 1024 + 1)]);
    await bench.settle();
    expect(client.wire('inputs').near.isClosed).toBe(true);
    client.main?.send(mainClient.migrateEnd, {});
    await bench.settle();
    expect(client.isOpen('inputs')).toBe(false);
    expect(client.isOpen('display')).toBe(true);
  });
});
